const METHODS = "customer_grading.customer_grading.doctype.credit_release.credit_release";

frappe.ui.form.on("Credit Release", {
	refresh(frm) {
		frm.disable_save();
		if (frappe.model.can_read(frm.doc.reference_doctype)) {
			frm.add_custom_button(__("Open Document"), () =>
				frappe.set_route("Form", frm.doc.reference_doctype, frm.doc.reference_name)
			);
		}
		if (frm.doc.status !== "Requested") return;
		if (frm.doc.__onload?.may_withdraw) {
			frm.add_custom_button(__("Withdraw Request"), () => withdraw(frm));
		}
		if (!frm.doc.__onload?.may_decide) {
			frm.set_intro(__("Waits for a Credit Controller who has no part in it."), "blue");
			return;
		}
		frm.page.set_primary_action(__("Approve"), () => approve(frm));
		frm.add_custom_button(__("Reject"), () => reject(frm)).addClass("btn-danger");
	},
});

function approve(frm) {
	const currency = frappe.get_doc(":Company", frm.doc.company)?.default_currency;
	frappe.prompt(
		[
			{
				fieldname: "ceiling",
				label: __("Ceiling"),
				fieldtype: "Currency",
				options: "currency",
				default: frm.doc.amount,
				reqd: 1,
				description: __("In company currency. An order above it is refused again."),
			},
			{
				fieldname: "expires_on",
				label: __("Expires On"),
				fieldtype: "Date",
				default: frm.doc.__onload.expires_on,
				reqd: 1,
				description: __("The last day on which it can be used."),
			},
			{ fieldname: "remark", label: __("Remark"), fieldtype: "Small Text" },
			{ fieldname: "currency", fieldtype: "Data", hidden: 1, default: currency },
		],
		({ ceiling, expires_on, remark }) =>
			decide(frm, "approve", { ceiling, expires_on, remark }, __("Released."), "green"),
		__("Approve {0}", [frm.doc.name]),
		__("Approve")
	);
}

function reject(frm) {
	frappe.prompt(
		{ fieldname: "remark", label: __("Reason"), fieldtype: "Small Text", reqd: 1 },
		({ remark }) => decide(frm, "reject", { remark }, __("Rejected."), "orange"),
		__("Reject {0}", [frm.doc.name]),
		__("Reject")
	);
}

function withdraw(frm) {
	frappe.confirm(__("Take this request back? Nobody will decide on it any more."), () =>
		decide(frm, "withdraw", {}, __("Request taken back."), "orange")
	);
}

function decide(frm, verb, args, message, indicator) {
	return frappe.call(`${METHODS}.${verb}`, { name: frm.doc.name, ...args }).then(() => {
		frappe.show_alert({ message, indicator });
		return frm.reload_doc();
	});
}
