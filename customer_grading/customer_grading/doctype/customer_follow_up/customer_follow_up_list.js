frappe.listview_settings["Customer Follow Up"] = {
	add_fields: ["grade_before", "grade_after"],
	hide_name_column: true,
	get_indicator({ grade_after }) {
		if (!grade_after) return [__("Filed Later"), "gray", "grade_after,is,not set"];
		const colour = { A: "green", B: "blue", C: "yellow", D: "orange", E: "gray" }[grade_after];
		return [__("Grade {0}", [grade_after]), colour, `grade_after,=,${grade_after}`];
	},
	onload(listview) {
		frappe.model.with_doctype("Customer", () => {
			if (!customer_grading.can_follow_up()) return;
			listview.page.set_primary_action(__("Follow Up"), () =>
				customer_grading.follow_up(null, () => listview.refresh())
			);
		});
	},
};
