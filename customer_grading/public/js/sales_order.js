frappe.ui.form.on("Sales Order", {
	refresh(frm) {
		frm.credit_headline ||= new customer_grading.desk.Headline(frm);
		frm.credit_headline.refresh();
	},
});
