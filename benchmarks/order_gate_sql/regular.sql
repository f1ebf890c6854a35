-- A customer who has paid all bills but the last ones, with two rows in each ledger for a bill.
CREATE TEMPORARY TABLE bench_bill (PRIMARY KEY (label)) AS
SELECT
	CAST(CONCAT('G', %(bills)s, '-', LPAD(seq, 6, '0')) AS CHAR(20)) AS label,
	%(customer)s AS customer,
	%(today)s - INTERVAL IF(seq <= %(open_bills)s, 3, 40 + MOD(seq, 690)) DAY AS posted,
	IF(
		seq <= %(open_bills)s, %(today)s + INTERVAL 27 DAY, %(today)s - INTERVAL 10 + MOD(seq, 690) DAY
	) AS due,
	%(currency)s AS currency,
	%(account)s AS account,
	1 AS rate,
	100 + MOD(seq, 900) AS amount,
	0 AS noted,
	0 AS in_two_lines,
	5 AS days_from_order
FROM seq_1_to_1000000
WHERE seq <= %(bills)s;

CREATE TEMPORARY TABLE bench_receipt AS
SELECT
	CAST(CONCAT(label, '-1') AS CHAR(24)) AS label, label AS bill, customer, due - INTERVAL 2 DAY AS received,
	currency, account, rate, due, amount
FROM bench_bill
WHERE due < %(today)s;

CREATE TEMPORARY TABLE bench_order AS
SELECT
	label, customer, posted - INTERVAL days_from_order DAY AS ordered, currency, rate, amount, 100 AS billed
FROM bench_bill;

CREATE TEMPORARY TABLE bench_delivery (
	label VARCHAR(20), customer VARCHAR(140), delivered DATE, amount DECIMAL(21, 2)
);
