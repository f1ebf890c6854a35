// Customers chosen in the list are assigned a tier, class, category or grade at once.
(() => {
	const settings = (frappe.listview_settings["Customer"] ||= {});
	const core_onload = settings.onload;
	settings.onload = (list) => {
		core_onload?.(list);
		if (!customer_grading.may_assign()) return;
		list.page.add_actions_menu_item(__("Assign Grade by Hand"), () =>
			customer_grading.assign_grade(list.get_checked_items(true), () => list.refresh())
		);
	};
})();
