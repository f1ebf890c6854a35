frappe.ui.form.on("Grade Assignment", {
	refresh: (frm) => frm.trigger("what"),
	customer: (frm) => frm.trigger("show_affected_orders"),
	async show_affected_orders(frm) {
		const { what, customer } = frm.doc;
		frm.set_intro("");
		if (what !== "Credit Tier" || !customer || !customer_grading.may_assign()) return;
		const found = await customer_grading.affected_orders([customer]);
		if (customer !== frm.doc.customer || what !== frm.doc.what) return;
		frm.set_intro("");
		frm.set_intro(customer_grading.affected_list(found), "orange");
	},
	what(frm) {
		frappe.model.with_doctype("Customer", () =>
			frm.set_df_property("value", "options", customer_grading.values_of(frm.doc.what))
		);
		frm.trigger("show_affected_orders");
	},
});
