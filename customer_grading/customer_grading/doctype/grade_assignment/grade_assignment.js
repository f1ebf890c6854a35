frappe.ui.form.on("Grade Assignment", {
	refresh: (frm) => frm.trigger("what"),
	what(frm) {
		frappe.model.with_doctype("Customer", () =>
			frm.set_df_property("value", "options", customer_grading.values_of(frm.doc.what))
		);
	},
});
