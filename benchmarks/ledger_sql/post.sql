-- Writes what bench_bill, bench_receipt, bench_order and bench_delivery hold into the tables of ERPNext.
CREATE TEMPORARY TABLE bench_entry AS
SELECT
	CONCAT(label, '-I') AS label, 'Sales Invoice' AS voucher_type, CONCAT(%(prefix)s, 'SI-',
	label) AS voucher_no,
	'Sales Invoice' AS against_type, CONCAT(%(prefix)s, 'SI-', label) AS against_no,
	customer, posted, due, account, currency, rate, amount
FROM bench_bill
UNION ALL
SELECT
	CONCAT(label, '-R'), 'Sales Invoice', CONCAT(%(prefix)s, 'SI-', label, 'R'),
	'Sales Invoice', CONCAT(%(prefix)s, 'SI-', label),
	customer, posted + INTERVAL 1 DAY, posted + INTERVAL 1 DAY, account, currency, rate, -noted
FROM bench_bill
WHERE noted > 0 AND posted + INTERVAL 1 DAY < %(today)s
UNION ALL
SELECT
	CONCAT(label, '-P'), 'Payment Entry', CONCAT(%(prefix)s, 'PE-', label),
	IF(bill IS NULL, 'Payment Entry', 'Sales Invoice'),
	IF(bill IS NULL, CONCAT(%(prefix)s, 'PE-', label), CONCAT(%(prefix)s, 'SI-', bill)),
	customer, received, due, account, currency, rate, -amount
FROM bench_receipt;

INSERT INTO `tabPayment Ledger Entry` (
	name, creation, modified, owner, modified_by, docstatus, posting_date, company, account_type, account,
	party_type, party, due_date, cost_center, voucher_type, voucher_no, against_voucher_type,
	against_voucher_no,
	amount, account_currency, amount_in_account_currency, delinked
)
SELECT
	CONCAT(%(prefix)s, 'PLE-', label), COALESCE(%(written)s, posted), COALESCE(%(written)s, posted),
	'Administrator', 'Administrator', 1, posted, %(company)s, 'Receivable', account,
	'Customer', customer, due, %(cost_center)s, voucher_type, voucher_no, against_type, against_no,
	ROUND(amount * rate, 2), currency, amount, 0
FROM bench_entry;
COMMIT;

INSERT INTO `tabGL Entry` (
	name, creation, modified, owner, modified_by, docstatus, posting_date, fiscal_year, due_date,
	account, account_currency, against, party_type, party, voucher_type, voucher_no, transaction_currency,
	against_voucher_type, against_voucher, transaction_exchange_rate, debit_in_account_currency, debit,
	debit_in_transaction_currency, credit_in_account_currency, credit, credit_in_transaction_currency,
	cost_center, company, is_opening, is_advance, to_rename, is_cancelled, remarks
)
SELECT
	CONCAT(%(prefix)s, 'GLE-', label), COALESCE(%(written)s, posted), COALESCE(%(written)s, posted),
	'Administrator', 'Administrator', 1, posted, YEAR(posted), due,
	account, currency, IF(voucher_type = 'Payment Entry', %(bank_account)s, %(income_account)s),
	'Customer', customer, voucher_type, voucher_no, currency,
	IF(against_type = 'Payment Entry', NULL, against_type), IF(against_type = 'Payment Entry', NULL,
	against_no),
	rate, GREATEST(amount, 0), GREATEST(ROUND(amount * rate, 2), 0),
	GREATEST(amount, 0), GREATEST(-amount, 0), GREATEST(-ROUND(amount * rate, 2), 0), GREATEST(-amount, 0),
	%(cost_center)s, %(company)s, 'No', 'No', 0, 0, 'No Remarks'
FROM bench_entry;
COMMIT;

CREATE TEMPORARY TABLE bench_open (PRIMARY KEY (against_no)) AS
SELECT against_no, SUM(amount) AS outstanding
FROM bench_entry
WHERE against_type = 'Sales Invoice'
GROUP BY against_no;

INSERT INTO `tabSales Invoice` (
	name, creation, modified, owner, modified_by, docstatus, title, naming_series, customer, customer_name,
	company,
	posting_date, posting_time, set_posting_time, due_date, is_return, return_against,
	update_outstanding_for_self,
	currency, conversion_rate, selling_price_list, price_list_currency, plc_conversion_rate,
	total_qty, base_total, base_net_total, total, net_total, base_grand_total, base_rounded_total, grand_total,
	rounded_total, outstanding_amount, debit_to, party_account_currency, is_opening, status,
	customer_group, territory, cost_center
)
SELECT
	CONCAT(%(prefix)s, 'SI-', bill.label), COALESCE(%(written)s, bill.posted), COALESCE(%(written)s,
	bill.posted),
	'Administrator', 'Administrator', 1, bill.customer, 'ACC-SINV-.YYYY.-', bill.customer, bill.customer,
	%(company)s,
	bill.posted, '10:00:00', 1, bill.due, 0, NULL, 1,
	bill.currency, bill.rate, 'Standard Selling', bill.currency, 1,
	1, ROUND(bill.amount * bill.rate, 2), ROUND(bill.amount * bill.rate, 2), bill.amount, bill.amount,
	ROUND(bill.amount * bill.rate, 2), ROUND(bill.amount * bill.rate, 2), bill.amount,
	bill.amount, open.outstanding, bill.account, bill.currency, 'No',
	CASE
		WHEN open.outstanding <= 0 THEN 'Paid'
		WHEN bill.due < %(today)s THEN 'Overdue'
		WHEN open.outstanding < bill.amount THEN 'Partly Paid'
		ELSE 'Unpaid'
	END,
	%(customer_group)s, %(territory)s, %(cost_center)s
FROM bench_bill AS bill
JOIN bench_open AS open ON open.against_no = CONCAT(%(prefix)s, 'SI-', bill.label)
UNION ALL
SELECT
	voucher_no, COALESCE(%(written)s, posted), COALESCE(%(written)s, posted),
	'Administrator', 'Administrator', 1, customer, 'ACC-SINV-.YYYY.-', customer, customer, %(company)s,
	posted, '10:00:00', 1, due, 1, against_no, 0,
	currency, rate, 'Standard Selling', currency, 1,
	-1, ROUND(amount * rate, 2), ROUND(amount * rate, 2), amount, amount,
	ROUND(amount * rate, 2), ROUND(amount * rate, 2), amount,
	amount, 0, account, currency, 'No', 'Return',
	%(customer_group)s, %(territory)s, %(cost_center)s
FROM bench_entry
WHERE voucher_type = 'Sales Invoice' AND voucher_no <> against_no;
COMMIT;

INSERT INTO `tabSales Invoice Item` (
	name, creation, modified, owner, modified_by, docstatus, idx, item_code, item_name, qty, stock_uom, uom,
	conversion_factor, stock_qty, rate, amount, base_rate, base_amount, net_rate, net_amount, base_net_rate,
	base_net_amount, income_account, cost_center, sales_order, so_detail, parent, parentfield, parenttype
)
SELECT
	CONCAT(%(prefix)s, 'SII-', label), COALESCE(%(written)s, posted), COALESCE(%(written)s, posted),
	'Administrator', 'Administrator', 1, 1, %(item)s, %(item)s, 1, 'Nos', 'Nos',
	1, 1, amount, amount, ROUND(amount * rate, 2), ROUND(amount * rate, 2), amount, amount,
	ROUND(amount * rate, 2),
	ROUND(amount * rate, 2), %(income_account)s, %(cost_center)s, CONCAT(%(prefix)s, 'SO-', label),
	CONCAT(%(prefix)s, 'SOI-', label), CONCAT(%(prefix)s, 'SI-', label), 'items', 'Sales Invoice'
FROM bench_bill;
COMMIT;

INSERT INTO `tabSales Order` (
	name, creation, modified, owner, modified_by, docstatus, title, naming_series, customer, customer_name,
	order_type,
	transaction_date, delivery_date, company, currency, conversion_rate, selling_price_list,
	price_list_currency,
	plc_conversion_rate, total_qty, base_total, base_net_total, total, net_total, base_grand_total,
	base_rounded_total, grand_total, rounded_total, customer_group, territory, status, delivery_status,
	per_delivered, per_billed, billing_status, party_account_currency
)
SELECT
	CONCAT(%(prefix)s, 'SO-', label), COALESCE(%(written)s, ordered), COALESCE(%(written)s, ordered),
	'Administrator', 'Administrator', 1, customer, 'SAL-ORD-.YYYY.-', customer, customer, 'Sales',
	ordered, ordered + INTERVAL 14 DAY, %(company)s, currency, rate, 'Standard Selling', currency,
	1, 1, ROUND(amount * rate, 2), ROUND(amount * rate, 2), amount, amount, ROUND(amount * rate, 2),
	ROUND(amount * rate, 2), amount, amount, %(customer_group)s, %(territory)s,
	IF(billed = 100, 'Completed', 'To Deliver and Bill'), IF(billed = 100, 'Fully Delivered', 'Not Delivered'),
	IF(billed = 100, 100, 0), billed,
	CASE billed WHEN 100 THEN 'Fully Billed' WHEN 0 THEN 'Not Billed' ELSE 'Partly Billed' END, currency
FROM bench_order;
COMMIT;

INSERT INTO `tabSales Order Item` (
	name, creation, modified, owner, modified_by, docstatus, idx, item_code, item_name, delivery_date, qty,
	stock_uom,
	uom, conversion_factor, stock_qty, rate, amount, base_rate, base_amount, net_rate, net_amount,
	base_net_rate,
	base_net_amount, billed_amt, delivered_qty, warehouse, transaction_date, parent, parentfield, parenttype
)
SELECT
	CONCAT(%(prefix)s, 'SOI-', label), COALESCE(%(written)s, ordered), COALESCE(%(written)s, ordered),
	'Administrator', 'Administrator', 1, 1, %(item)s, %(item)s, ordered + INTERVAL 14 DAY, 1, 'Nos',
	'Nos', 1, 1, amount, amount, ROUND(amount * rate, 2), ROUND(amount * rate, 2), amount, amount,
	ROUND(amount * rate, 2), ROUND(amount * rate, 2), ROUND(amount * billed / 100, 2), billed = 100,
	%(warehouse)s,
	ordered, CONCAT(%(prefix)s, 'SO-', label), 'items', 'Sales Order'
FROM bench_order;
COMMIT;

-- As ERPNext does without a payment terms template, what is paid is not written to the lines.
INSERT INTO `tabPayment Schedule` (
	name, creation, modified, owner, modified_by, docstatus, idx, due_date, invoice_portion, payment_amount,
	outstanding,
	base_payment_amount, base_outstanding, parent, parentfield, parenttype
)
SELECT
	CONCAT(%(prefix)s, 'PS-', bill.label, '-', line.seq),
	COALESCE(%(written)s, bill.posted), COALESCE(%(written)s, bill.posted),
	'Administrator', 'Administrator', 1, line.seq,
	IF(line.seq = 1 AND bill.in_two_lines, bill.posted + INTERVAL DATEDIFF(bill.due, bill.posted) DIV 2 DAY,
	bill.due),
	IF(bill.in_two_lines, 50, 100),
	CASE
		WHEN NOT bill.in_two_lines THEN bill.amount
		WHEN line.seq = 1 THEN ROUND(bill.amount / 2, 2)
		ELSE bill.amount - ROUND(bill.amount / 2, 2)
	END AS payment_amount,
	CASE
		WHEN NOT bill.in_two_lines THEN bill.amount
		WHEN line.seq = 1 THEN ROUND(bill.amount / 2, 2)
		ELSE bill.amount - ROUND(bill.amount / 2, 2)
	END,
	CASE
		WHEN NOT bill.in_two_lines THEN ROUND(bill.amount * bill.rate, 2)
		WHEN line.seq = 1 THEN ROUND(bill.amount * bill.rate / 2, 2)
		ELSE ROUND(bill.amount * bill.rate, 2) - ROUND(bill.amount * bill.rate / 2, 2)
	END,
	CASE
		WHEN NOT bill.in_two_lines THEN ROUND(bill.amount * bill.rate, 2)
		WHEN line.seq = 1 THEN ROUND(bill.amount * bill.rate / 2, 2)
		ELSE ROUND(bill.amount * bill.rate, 2) - ROUND(bill.amount * bill.rate / 2, 2)
	END,
	CONCAT(%(prefix)s, 'SI-', bill.label), 'payment_schedule', 'Sales Invoice'
FROM bench_bill AS bill
JOIN seq_1_to_2 AS line ON line.seq = 1 OR bill.in_two_lines
UNION ALL
SELECT
	CONCAT(%(prefix)s, 'PO-', label), COALESCE(%(written)s, ordered), COALESCE(%(written)s, ordered),
	'Administrator', 'Administrator', 1, 1, ordered + INTERVAL 30 DAY, 100, amount, amount,
	ROUND(amount * rate, 2), ROUND(amount * rate, 2),
	CONCAT(%(prefix)s, 'SO-', label), 'payment_schedule', 'Sales Order'
FROM bench_order;
COMMIT;

INSERT INTO `tabPayment Entry` (
	name, creation, modified, owner, modified_by, docstatus, naming_series, payment_type, posting_date,
	company,
	party_type, party, party_name, paid_from, paid_from_account_type, paid_from_account_currency, paid_to,
	paid_to_account_type, paid_to_account_currency, paid_amount, paid_amount_after_tax, source_exchange_rate,
	base_paid_amount, base_paid_amount_after_tax, received_amount, received_amount_after_tax,
	target_exchange_rate,
	base_received_amount, base_received_amount_after_tax, total_allocated_amount, base_total_allocated_amount,
	unallocated_amount, reference_no, reference_date, cost_center, status, is_opening, title
)
SELECT
	CONCAT(%(prefix)s, 'PE-', label), COALESCE(%(written)s, received), COALESCE(%(written)s, received),
	'Administrator', 'Administrator', 1, 'ACC-PAY-.YYYY.-', 'Receive', received, %(company)s,
	'Customer', customer, customer, account, 'Receivable', currency, %(bank_account)s,
	'Bank', %(currency)s, amount, amount, rate,
	ROUND(amount * rate, 2), ROUND(amount * rate, 2), ROUND(amount * rate, 2), ROUND(amount * rate, 2), 1,
	ROUND(amount * rate, 2), ROUND(amount * rate, 2),
	IF(bill IS NULL, 0, amount), IF(bill IS NULL, 0, ROUND(amount * rate, 2)),
	IF(bill IS NULL, amount, 0), label, received, %(cost_center)s, 'Submitted', 'No', customer
FROM bench_receipt;
COMMIT;

INSERT INTO `tabPayment Entry Reference` (
	name, creation, modified, owner, modified_by, docstatus, idx, reference_doctype, reference_name, due_date,
	total_amount, outstanding_amount, allocated_amount, exchange_rate, account, parent, parentfield, parenttype
)
SELECT
	CONCAT(%(prefix)s, 'PER-', label), COALESCE(%(written)s, received), COALESCE(%(written)s, received),
	'Administrator', 'Administrator', 1, 1, 'Sales Invoice', CONCAT(%(prefix)s, 'SI-', bill), due,
	amount, amount, amount, rate, account, CONCAT(%(prefix)s, 'PE-', label), 'references', 'Payment Entry'
FROM bench_receipt
WHERE bill IS NOT NULL;
COMMIT;

INSERT INTO `tabDelivery Note` (
	name, creation, modified, owner, modified_by, docstatus, title, naming_series, customer, customer_name,
	posting_date,
	posting_time, company, currency, conversion_rate, total_qty, base_total, base_net_total, total, net_total,
	base_grand_total, grand_total, status, customer_group, territory
)
SELECT
	CONCAT(%(prefix)s, 'DN-', label), delivered, delivered, 'Administrator', 'Administrator', 1, customer,
	'MAT-DN-.YYYY.-', customer, customer, delivered, '10:00:00', %(company)s, %(currency)s, 1, 1,
	amount, amount, amount, amount, amount, amount, 'To Bill', %(customer_group)s, %(territory)s
FROM bench_delivery;
COMMIT;

INSERT INTO `tabDelivery Note Item` (
	name, creation, modified, owner, modified_by, docstatus, idx, item_code, item_name, qty, stock_uom, uom,
	conversion_factor, stock_qty, rate, amount, base_rate, base_amount, net_rate, net_amount, base_net_rate,
	base_net_amount, warehouse, parent, parentfield, parenttype
)
SELECT
	CONCAT(%(prefix)s, 'DNI-', label), delivered, delivered, 'Administrator', 'Administrator', 1, 1, %(item)s,
	%(item)s,
	1, 'Nos', 'Nos', 1, 1, amount, amount, amount, amount, amount, amount, amount, amount, %(warehouse)s,
	CONCAT(%(prefix)s, 'DN-', label), 'items', 'Delivery Note'
FROM bench_delivery;
COMMIT;
