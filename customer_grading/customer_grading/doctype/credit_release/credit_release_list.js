const STATES = {
	Requested: "orange",
	Approved: "green",
	Rejected: "red",
	Used: "blue",
	Expired: "gray",
	Withdrawn: "gray",
};

frappe.listview_settings["Credit Release"] = {
	add_fields: ["status", "reference_name", "company"],
	get_indicator: (doc) => [
		__(doc.status, null, "Credit Release"),
		STATES[doc.status],
		`status,=,${doc.status}`,
	],
};
