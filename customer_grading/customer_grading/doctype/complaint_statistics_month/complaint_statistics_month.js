frappe.ui.form.on("Complaint Statistics Month", {
	onload(frm) {
		if (!frm.is_new() || frm.doc.month) return;
		const last = frappe.datetime.add_months(frappe.datetime.get_today(), -1);
		frm.set_value("month", last.slice(0, 7));
	},
	refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_form();
		frm.set_df_property("average_days", "hidden", !frm.doc.closed);
		frm.set_df_property("in_time_share", "hidden", !frm.doc.closed);
		frm.add_custom_button(__("Complaint Statistics"), () =>
			frappe.set_route("query-report", "Complaint Statistics", {
				company: frm.doc.company,
				from_date: frm.doc.from_date,
				to_date: frm.doc.to_date,
			})
		);
	},
});
