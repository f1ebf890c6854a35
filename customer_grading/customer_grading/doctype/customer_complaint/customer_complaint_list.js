const LIST_COLOURS = { F: "red", G: "red", E: "orange", D: "yellow" };

function is_overdue({ is_open, step_due }) {
	return Boolean(is_open && step_due && step_due < frappe.datetime.get_today());
}

frappe.listview_settings["Customer Complaint"] = {
	add_fields: ["step", "level", "is_open", "step_due"],
	filters: [["is_open", "=", 1]],
	hide_name_column: true,
	// Used where a company works without the workflow; with it, the list shows the colour of the state.
	get_indicator({ step, level, is_open }) {
		const colour = is_open ? LIST_COLOURS[level] || "blue" : "gray";
		return [__(step, null, "Customer Complaint"), colour, `step,=,${step}`];
	},
	formatters: {
		// A narrow screen leaves out columns, but never the title.
		subject(value, _field, doc) {
			const told = doc.level ? `${doc.level} · ${value}` : value;
			return is_overdue(doc) ? __("{0} (overdue)", [told]) : told;
		},
	},
};
