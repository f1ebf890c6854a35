frappe.provide("customer_grading.proposal");

const METHODS = "customer_grading.customer_grading.doctype.grade_proposal.grade_proposal";

customer_grading.proposal.apply = (names, done) =>
	frappe.confirm(__("Apply {0} proposals? They take effect at once.", [names.length]), () =>
		frappe.call(`${METHODS}.apply`, { names }).then(({ message }) => {
			frappe.show_alert({ message: __("{0} proposals applied.", [message]), indicator: "green" });
			done();
		})
	);

customer_grading.proposal.reject = (names, done) =>
	frappe.prompt(
		{ fieldname: "remark", label: __("Reason"), fieldtype: "Small Text", reqd: 1 },
		({ remark }) =>
			frappe.call(`${METHODS}.reject`, { names, remark }).then(({ message }) => {
				frappe.show_alert({ message: __("{0} proposals rejected.", [message]), indicator: "orange" });
				done();
			}),
		__("Reject {0} Proposals", [names.length]),
		__("Reject")
	);

frappe.ui.form.on("Grade Proposal", {
	refresh(frm) {
		frm.disable_save();
		if (frm.doc.status !== "Open" || !frappe.model.can_write("Grade Proposal")) return;
		const reload = () => frm.reload_doc();
		frm.page.set_primary_action(__("Apply"), () =>
			customer_grading.proposal.apply([frm.doc.name], reload)
		);
		frm.add_custom_button(__("Reject"), () => customer_grading.proposal.reject([frm.doc.name], reload));
	},
});
