-- Customers of a book, and for the time of the session what each is like: `place` 1 buys most.
SET SESSION rand_seed1 = 1, rand_seed2 = 2;

CREATE TEMPORARY TABLE bench_customer (PRIMARY KEY (place)) AS
SELECT
	seq AS place,
	CONCAT(%(prefix)s, LPAD(ROW_NUMBER() OVER (ORDER BY MD5(seq)), 7, '0')) AS name,
	RAND() AS habit,
	RAND() < 0.08 AS prepays,
	RAND() < 0.03 AS abroad,
	RAND() < 0.02 AS has_money_on_account,
	RAND() < 0.04 AS has_open_order,
	RAND() < 0.02 AS has_open_delivery,
	ELT(1 + FLOOR(6 * RAND()), 0, 15, 30, 30, 45, 60) AS terms,
	50 + 4950 * POW(RAND(), 4) AS usual_amount
FROM seq_1_to_1000000000
WHERE seq <= %(customers)s;

-- How many days around the due date each pays, and which part of the bills never.
CREATE TEMPORARY TABLE bench_habit AS
SELECT 0.00 AS above, 0.50 AS up_to, -3 AS delay, 6 AS spread, 0.000 AS unpaid
UNION ALL SELECT 0.50, 0.75, 4, 10, 0.002
UNION ALL SELECT 0.75, 0.90, 30, 40, 0.010
UNION ALL SELECT 0.90, 1.00, 60, 60, 0.150;

INSERT INTO `tabCustomer` (
	name, creation, modified, owner, modified_by, naming_series, customer_name, customer_type,
	customer_group, territory, default_currency
)
SELECT
	name, %(first_day)s, %(first_day)s, 'Administrator', 'Administrator', 'CUST-.YYYY.-', name, 'Company',
	%(customer_group)s, %(territory)s, IF(abroad, %(foreign_currency)s, %(currency)s)
FROM bench_customer;
COMMIT;
