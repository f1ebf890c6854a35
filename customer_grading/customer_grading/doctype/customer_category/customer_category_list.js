frappe.listview_settings["Customer Category"] = {
	formatters: { customer_category: (value) => __(value, null, "Customer Category") },
};
