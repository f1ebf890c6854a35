(function extend_customer_list() {
	const settings = (frappe.listview_settings["Customer"] = frappe.listview_settings["Customer"] || {});
	const { get_indicator, onload, button } = settings;

	settings.add_fields = [
		...(settings.add_fields || []),
		"disabled",
		"customer_grade",
		"next_follow_up",
		"follow_up_cadence",
	];
	settings.get_indicator = (customer) =>
		grade_indicator(customer) || (get_indicator && get_indicator(customer)) || state_indicator(customer);
	settings.button = button || follow_up_button();
	settings.onload = (listview) => {
		onload && onload(listview);
		const open = () => frappe.set_route("query-report", "Follow Ups Due");
		listview.page.add_inner_button(__("Follow-ups Due"), open);
	};

	function grade_indicator({ disabled, customer_grade, next_follow_up }) {
		if (disabled || !customer_grade) return null;
		if (next_follow_up && customer_grading.days_overdue(next_follow_up) > 0) {
			const label = __("{0}, overdue", [customer_grade]);
			const today = frappe.datetime.get_today();
			return [label, "red", `next_follow_up,is,set|next_follow_up,<,${today}|disabled,=,0`];
		}
		const colour = customer_grading.GRADE_COLOURS[customer_grade];
		return [__("Grade {0}", [customer_grade]), colour, `customer_grade,=,${customer_grade}`];
	}

	function state_indicator({ disabled }) {
		return disabled ? [__("Disabled"), "gray", "disabled,=,1"] : [__("Enabled"), "blue", "disabled,=,0"];
	}

	function follow_up_button() {
		return {
			show: (customer) => is_due(customer) && customer_grading.can_follow_up(),
			get_label: () => __("Follow Up"),
			get_description: ({ next_follow_up }) =>
				__("Due on {0}", [frappe.datetime.str_to_user(next_follow_up)]),
			action: ({ name }) => customer_grading.follow_up(name, () => cur_list.refresh()),
		};
	}

	function is_due({ disabled, next_follow_up }) {
		return !disabled && next_follow_up && customer_grading.days_overdue(next_follow_up) >= 0;
	}
})();
