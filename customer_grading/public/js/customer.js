(function extend_customer_form() {
	frappe.ui.form.on("Customer", {
		refresh(frm) {
			if (frm.is_new()) return;
			if (customer_grading.can_follow_up() && !frm.doc.disabled) {
				const file = () => customer_grading.follow_up(frm.doc.name, () => frm.reload_doc());
				frm.add_custom_button(__("Follow Up"), file).addClass("btn-primary");
			}
			show_grading(frm);
		},
	});

	function show_grading(frm) {
		const told = [grade(frm.doc), next_date(frm.doc), tier(frm.doc)].filter(Boolean);
		if (told.length) {
			frm.set_intro(told.join(" · "), colour(frm.doc));
		}
	}

	function grade({ customer_grade, follow_up_cadence }) {
		if (!customer_grade) return "";
		const cadence = __(follow_up_cadence, null, "Customer");
		return __("Grade {0}, {1}", [customer_grade.bold(), cadence]);
	}

	function next_date(customer) {
		if (!customer.next_follow_up) return "";
		const date = frappe.datetime.str_to_user(customer.next_follow_up).bold();
		const overdue = days_overdue(customer);
		if (overdue == 1) return __("follow-up due since {0}, one day overdue", [date]);
		if (overdue > 1) return __("follow-up due since {0}, {1} days overdue", [date, overdue]);
		return overdue == 0 ? __("follow-up due today") : __("next follow-up on {0}", [date]);
	}

	function tier({ credit_tier, credit_tier_provisional }) {
		if (!credit_tier) return "";
		return credit_tier_provisional
			? __("credit tier {0}, provisional", [credit_tier.bold()])
			: __("credit tier {0}", [credit_tier.bold()]);
	}

	function colour(customer) {
		const overdue = days_overdue(customer);
		return overdue > 0 ? "red" : overdue == 0 ? "orange" : "blue";
	}

	function days_overdue({ next_follow_up, disabled }) {
		return next_follow_up && !disabled ? customer_grading.days_overdue(next_follow_up) : -1;
	}
})();
