-- What a book was made from.
DROP TEMPORARY TABLE IF EXISTS
	bench_customer, bench_habit, bench_draw, bench_bill, bench_receipt, bench_order, bench_delivery, bench_entry,
	bench_open;
