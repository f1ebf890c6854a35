(() => {
	const OUTCOMES = { Hold: "orange", Refuse: "red" };
	const BECAME = {
		Released: "green",
		"Submitted later": "green",
		"No longer held": "green",
		"Still held": "orange",
		"Change refused": "gray",
		"Still draft": "gray",
		Cancelled: "gray",
		Deleted: "gray",
	};
	const DOORS = [
		"Sales Order",
		"Update Items",
		"Re-open",
		"Delivery Note",
		"Sales Invoice",
		"POS Invoice",
		"Pick List",
		"Drop-ship Delivery",
	];
	const told = (values, context) => [
		"",
		...values.map((value) => ({ value, label: __(value, null, context) })),
	];
	// A credit controller need not be allowed to read companies or customers themselves.
	const named = (doctype) =>
		frappe.model.can_read(doctype) ? { fieldtype: "Link", options: doctype } : { fieldtype: "Data" };

	frappe.query_reports["Refused and Held Orders"] = {
		tree: true,
		name_field: "reason",
		parent_field: "code",
		initial_depth: 1,
		filters: [
			{
				fieldname: "company",
				label: __("Company"),
				...named("Company"),
				default: frappe.defaults.get_user_default("Company"),
				reqd: 1,
			},
			{
				fieldname: "from_date",
				label: __("From Date"),
				fieldtype: "Date",
				default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
				reqd: 1,
			},
			{
				fieldname: "to_date",
				label: __("To Date"),
				fieldtype: "Date",
				default: frappe.datetime.get_today(),
				reqd: 1,
			},
			{ fieldname: "customer", label: __("Customer"), ...named("Customer") },
			{ fieldname: "door", label: __("Door"), fieldtype: "Select", options: told(DOORS) },
			{
				fieldname: "outcome",
				label: __("Outcome"),
				fieldtype: "Select",
				options: told(Object.keys(OUTCOMES), "Credit Decision"),
			},
			{
				fieldname: "became",
				label: __("What Became of It"),
				fieldtype: "Select",
				options: told(Object.keys(BECAME), "Credit Decision"),
			},
			{
				fieldname: "mode",
				label: __("Mode"),
				fieldtype: "Select",
				options: ["Enforce", "Shadow"].map((value) => ({
					value,
					label: __(value, null, "Credit Decision"),
				})),
				default: "Enforce",
			},
		],
		formatter(value, row, column, data, default_formatter) {
			const shown = default_formatter(value, row, column, data);
			if (!data || !value) return column.fieldtype === "Int" ? "" : shown;
			if (column.fieldname === "outcome") return pill(OUTCOMES[data.outcome_value], value);
			if (column.fieldname === "became") return pill(BECAME[data.became_value], value);
			if (column.fieldname === "customer") return link("Customer", value);
			if (column.fieldname === "reference_doctype") return __(value);
			return data.indent === 0 ? `<b>${shown}</b>` : shown;
		},
	};

	function link(doctype, name) {
		if (!frappe.model.can_read(doctype)) return frappe.utils.escape_html(name);
		return frappe.utils.get_form_link(doctype, name, true);
	}

	function pill(colour, text) {
		return `<span class="indicator-pill ${colour}">${frappe.utils.escape_html(text)}</span>`;
	}
})();
