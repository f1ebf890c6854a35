frappe.query_reports["Complaint Statistics"] = {
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
			reqd: 1,
		},
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -11).slice(0, 8) + "01",
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "cut",
			label: __("Counted By"),
			fieldtype: "Select",
			options: [
				"Satisfaction Level",
				"Judgement",
				"Quality Problem",
				"Item",
				"Department",
				"Complainant",
				"Customer",
				"Month",
			].map((value) => ({ value, label: __(value, null, "Customer Complaint") })),
			default: "Satisfaction Level",
			reqd: 1,
		},
	],
};
