(function extend_customer_form() {
	frappe.ui.form.on("Customer", {
		refresh(frm) {
			if (frm.is_new()) return;
			if (customer_grading.can_follow_up() && !frm.doc.disabled) {
				add_follow_up_button(frm);
			}
			show_grade(frm);
		},
	});

	function add_follow_up_button(frm) {
		const file = () => customer_grading.follow_up(frm.doc.name, () => frm.reload_doc());
		frm.add_custom_button(__("Follow Up"), file).addClass("btn-primary");
	}

	function show_grade(frm) {
		const { customer_grade, follow_up_cadence, next_follow_up, credit_tier } = frm.doc;
		if (customer_grade) {
			const label = __("Grade {0}, {1}", [customer_grade, __(follow_up_cadence)]);
			frm.dashboard.add_indicator(label, customer_grading.GRADE_COLOURS[customer_grade]);
		}
		if (next_follow_up) show_next(frm, next_follow_up);
		if (credit_tier) {
			const is_provisional = frm.doc.credit_tier_provisional;
			const label = is_provisional ? __("Credit tier {0}, provisional") : __("Credit tier {0}");
			frm.dashboard.add_indicator(label.replace("{0}", credit_tier), { A: "green", D: "red" }[credit_tier] || "blue");
		}
	}

	function show_next(frm, day) {
		const overdue = customer_grading.days_overdue(day);
		const date = frappe.datetime.str_to_user(day);
		if (overdue > 0) {
			frm.dashboard.add_indicator(__("Follow-up overdue since {0}", [date]), "red");
		} else {
			frm.dashboard.add_indicator(__("Next follow-up on {0}", [date]), overdue == 0 ? "orange" : "gray");
		}
	}
})();
