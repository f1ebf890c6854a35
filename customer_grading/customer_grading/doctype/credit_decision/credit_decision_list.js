const OUTCOMES = { Allow: "green", Hold: "orange", Refuse: "red" };

frappe.listview_settings["Credit Decision"] = {
	add_fields: ["outcome", "mode", "company"],
	hide_name_column: true,
	get_indicator: (doc) => [
		doc.mode === "Shadow" ? __("{0} (Shadow)", [outcome(doc)]) : outcome(doc),
		doc.mode === "Shadow" ? "gray" : OUTCOMES[doc.outcome],
		`outcome,=,${doc.outcome}`,
	],
};

function outcome(doc) {
	return __(doc.outcome, null, "Credit Decision");
}
