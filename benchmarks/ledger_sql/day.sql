-- What happened on one day: one customer of a hundred is billed, another pays the oldest open bill.
CREATE TEMPORARY TABLE bench_bill (PRIMARY KEY (label)) AS
SELECT
	CAST(
		CONCAT('D', DATE_FORMAT(%(day)s, '%%Y%%m%%d'), SUBSTRING(invoice.customer, %(name_from)s)) AS CHAR(20)
	) AS label,
	invoice.customer,
	DATE(%(day)s) AS posted,
	%(day)s + INTERVAL 30 DAY AS due,
	invoice.currency,
	invoice.debit_to AS account,
	invoice.conversion_rate AS rate,
	invoice.grand_total AS amount,
	0 AS noted,
	0 AS in_two_lines,
	3 AS days_from_order
FROM `tabSales Invoice` AS invoice
JOIN (
	SELECT MAX(name) AS name FROM `tabSales Invoice` WHERE is_return = 0 GROUP BY customer
) AS last_one ON last_one.name = invoice.name
WHERE MOD(CONV(LEFT(MD5(CONCAT('bill', invoice.customer, %(day)s)), 8), 16, 10), 100) = 0;

CREATE TEMPORARY TABLE bench_receipt AS
SELECT
	CAST(
		CONCAT('D', DATE_FORMAT(%(day)s, '%%Y%%m%%d'), SUBSTRING(invoice.customer, %(name_from)s)) AS CHAR(20)
	) AS label,
	CAST(SUBSTRING(invoice.name, %(invoice_from)s) AS CHAR(20)) AS bill,
	invoice.customer,
	DATE(%(day)s) AS received,
	invoice.currency,
	invoice.debit_to AS account,
	invoice.conversion_rate AS rate,
	invoice.due_date AS due,
	invoice.outstanding_amount AS amount
FROM `tabSales Invoice` AS invoice
JOIN (
	SELECT MIN(name) AS name FROM `tabSales Invoice` WHERE outstanding_amount > 0 GROUP BY customer
) AS oldest ON oldest.name = invoice.name
WHERE MOD(CONV(LEFT(MD5(CONCAT('paid', invoice.customer, %(day)s)), 8), 16, 10), 100) = 0;

CREATE TEMPORARY TABLE bench_order AS
SELECT
	label, customer, posted - INTERVAL days_from_order DAY AS ordered, currency, rate, amount, 100 AS billed
FROM bench_bill;

CREATE TEMPORARY TABLE bench_delivery (
	label VARCHAR(20), customer VARCHAR(140), delivered DATE, amount DECIMAL(21, 2)
);

UPDATE `tabSales Invoice` AS invoice
JOIN bench_receipt AS receipt ON invoice.name = CONCAT(%(prefix)s, 'SI-', receipt.bill)
SET invoice.outstanding_amount = 0, invoice.status = 'Paid', invoice.modified = %(written)s;
COMMIT;
