frappe.query_reports["Grade Migration"] = {
	filters: [
		{
			fieldname: "what",
			label: __("What"),
			fieldtype: "Select",
			options: [
				"Credit Tier",
				"Customer Grade",
				"Value Class",
				"Customer Category",
				"Relationship Status",
			].map((value) => ({ value, label: __(value) })),
			default: "Credit Tier",
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -3),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
	],
};
