frappe.ui.form.on("Regrade Run", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status === "Running") {
			frm.dashboard.add_progress(__("Progress"), frm.doc.progress);
			frm.add_custom_button(__("Resume"), () => frm.call("resume").then(() => frm.reload_doc()));
		}
		frm.add_custom_button(__("Changes"), () =>
			frappe.set_route("List", "Grade Change", { source: frm.doc.name })
		);
		frm.add_custom_button(__("Proposals"), () =>
			frappe.set_route("List", "Grade Proposal", { regrade_run: frm.doc.name })
		);
	},
});
