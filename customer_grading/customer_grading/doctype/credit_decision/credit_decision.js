frappe.ui.form.on("Credit Decision", {
	refresh(frm) {
		frm.disable_save();
	},
});
