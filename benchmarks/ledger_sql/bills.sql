-- What happened in two years, for the time of the session: bills, receipts, credit notes, orders, deliveries.
CREATE TEMPORARY TABLE bench_draw (PRIMARY KEY (n), KEY (place)) AS
SELECT
	seq AS n,
	1 + FLOOR(%(buyers)s * POW(RAND(), 2)) AS place,
	%(first_day)s + INTERVAL FLOOR(%(days)s * (seq - 1) / %(bills)s) DAY AS posted,
	0.5 + 1.5 * RAND() AS size,
	(RAND() + RAND() + RAND() - 1.5) / 1.5 AS mood,
	RAND() AS luck,
	RAND() < 0.10 AS in_two_lines,
	RAND() < 0.16 AS in_two_parts,
	RAND() < 0.01 AS has_note,
	FLOOR(3 + 18 * RAND()) AS days_from_order
FROM seq_1_to_1000000000
WHERE seq <= %(bills)s;

CREATE TEMPORARY TABLE bench_bill (PRIMARY KEY (label)) AS
SELECT
	LPAD(draw.n, 8, '0') AS label,
	customer.name AS customer,
	draw.posted,
	draw.posted + INTERVAL customer.terms DAY AS due,
	IF(
		draw.luck < habit.unpaid,
		NULL,
		draw.posted + INTERVAL IF(
			customer.prepays,
			ROUND(4 * draw.mood) - 6,
			GREATEST(0, customer.terms + ROUND(habit.delay + habit.spread * draw.mood))
		) DAY
	) AS paid,
	IF(customer.abroad, %(foreign_currency)s, %(currency)s) AS currency,
	IF(customer.abroad, %(foreign_account)s, %(account)s) AS account,
	IF(customer.abroad, 1.05 + 0.01 * MOD(MONTH(draw.posted), 6), 1) AS rate,
	ROUND(customer.usual_amount * draw.size, 2) AS amount,
	IF(draw.has_note, ROUND(customer.usual_amount * draw.size / 10, 2), 0) AS noted,
	draw.in_two_lines,
	draw.in_two_parts,
	draw.days_from_order
FROM bench_draw AS draw
JOIN bench_customer AS customer ON customer.place = draw.place
JOIN bench_habit AS habit ON customer.habit >= habit.above AND customer.habit < habit.up_to;

-- The first part, or all of it, then the second; then money that stands for no bill.
CREATE TEMPORARY TABLE bench_receipt AS
SELECT
	CONCAT(label, '-1') AS label, label AS bill, customer, paid AS received, currency, account, rate, due,
	IF(in_two_parts, ROUND(0.6 * (amount - noted), 2), amount - noted) AS amount
FROM bench_bill
WHERE paid < %(today)s
UNION ALL
SELECT
	CONCAT(label, '-2'), label, customer, paid + INTERVAL 25 DAY, currency, account, rate, due,
	amount - noted - ROUND(0.6 * (amount - noted), 2)
FROM bench_bill
WHERE in_two_parts AND paid + INTERVAL 25 DAY < %(today)s
UNION ALL
SELECT
	CONCAT('A', LPAD(place, 7, '0')), NULL, name, %(today)s - INTERVAL 9 DAY,
	IF(abroad, %(foreign_currency)s, %(currency)s), IF(abroad, %(foreign_account)s, %(account)s),
	IF(abroad, 1.08, 1), NULL, ROUND(usual_amount, 2)
FROM bench_customer
WHERE has_money_on_account;

CREATE TEMPORARY TABLE bench_order AS
SELECT
	label, customer, posted - INTERVAL days_from_order DAY AS ordered, currency, rate, amount, 100 AS billed
FROM bench_bill
UNION ALL
SELECT
	CONCAT('O', LPAD(place, 7, '0')), name, %(today)s - INTERVAL 1 + MOD(place, 20) DAY,
	IF(abroad, %(foreign_currency)s, %(currency)s), IF(abroad, 1.08, 1), ROUND(usual_amount, 2),
	IF(MOD(place, 3), 0, 40)
FROM bench_customer
WHERE has_open_order;

CREATE TEMPORARY TABLE bench_delivery AS
SELECT
	LPAD(place, 8, '0') AS label, name AS customer, %(today)s - INTERVAL 5 DAY AS delivered,
	ROUND(usual_amount, 2) AS amount
FROM bench_customer
WHERE has_open_delivery AND NOT abroad;
