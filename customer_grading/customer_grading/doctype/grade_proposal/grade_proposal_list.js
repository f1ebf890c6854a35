{% include "customer_grading/customer_grading/doctype/grade_proposal/grade_proposal.js" %}

const COLOURS = { Open: "orange", Applied: "green", Rejected: "red", Superseded: "gray" };

frappe.listview_settings["Grade Proposal"] = {
	add_fields: ["status", "from_value"],
	hide_name_column: true,
	filters: [["status", "=", "Open"]],
	get_indicator: (doc) => [__(doc.status, null, "Grade Proposal"), COLOURS[doc.status], `status,=,${doc.status}`],
	formatters: {
		to_value: (value, _field, doc) =>
			frappe.utils.escape_html(`${doc.from_value || "–"} → ${value}`),
	},
	onload(list) {
		if (!frappe.model.can_write("Grade Proposal")) return;
		const again = () => list.refresh();
		const chosen = () => list.get_checked_items(true);
		list.page.add_actions_menu_item(__("Apply"), () =>
			customer_grading.proposal.apply(chosen(), again)
		);
		list.page.add_actions_menu_item(__("Reject"), () =>
			customer_grading.proposal.reject(chosen(), again)
		);
		list.page.add_menu_item(__("Apply All"), () => apply_all(again));
	},
};

function apply_all(again) {
	const what = ["Credit Tier", "Value Class", "Credit Limit"];
	frappe.prompt(
		[
			{
				fieldname: "what",
				label: __("What Would Change"),
				fieldtype: "Select",
				options: what.map((value) => ({ value, label: __(value) })),
				default: what[0],
				reqd: 1,
			},
			{
				fieldname: "to_value",
				label: __("To"),
				fieldtype: "Data",
				description: __("Left empty: all of them."),
			},
		],
		(values) =>
			frappe.call(`${METHODS}.apply_all`, values).then(() => {
				frappe.show_alert(__("The proposals are being applied in the background."));
				again();
			}),
		__("Apply All Open Proposals"),
		__("Apply All")
	);
}
