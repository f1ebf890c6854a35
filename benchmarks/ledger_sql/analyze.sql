-- The optimizer knows at once how large the tables are.
ANALYZE TABLE
	`tabCustomer`, `tabGL Entry`, `tabPayment Ledger Entry`, `tabSales Invoice`, `tabSales Invoice Item`,
	`tabSales Order`, `tabSales Order Item`, `tabPayment Schedule`, `tabPayment Entry`,
	`tabPayment Entry Reference`,
	`tabDelivery Note`, `tabDelivery Note Item`;
