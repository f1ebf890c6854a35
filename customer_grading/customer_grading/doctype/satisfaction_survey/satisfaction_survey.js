const SURVEY = "customer_grading.customer_grading.doctype.satisfaction_survey.satisfaction_survey";

frappe.ui.form.on("Satisfaction Survey", {
	setup(frm) {
		frm.set_query("reference_name", () => ({ filters: { customer: frm.doc.customer } }));
		frm.set_query("contact_person", () => ({
			query: "frappe.contacts.doctype.contact.contact.contact_query",
			filters: { link_doctype: "Customer", link_name: frm.doc.customer },
		}));
	},
	refresh(frm) {
		if (frm.doc.answered_on) {
			frm.disable_form();
			return;
		}
		if (frm.is_new() || !frm.perm[0].write) return;
		frm.add_custom_button(__("Send by E-mail"), () => renew(frm, () => send(frm)));
		frm.add_custom_button(__("Copy Link"), () => renew(frm, () => copy_link(frm)));
	},
});

// A link is stored nowhere: each time there is a new one, and the one before ends.
function renew(frm, work) {
	if (!frm.doc.sent_on) return work();
	frappe.confirm(__("The link that was sent before stops working. Go on?"), work);
}

function send(frm) {
	frappe.call(`${SURVEY}.send`, { survey: frm.doc.name }).then(({ message }) => {
		frappe.show_alert({
			message: __("The link is on its way to {0}.", [frappe.utils.escape_html(message)]),
			indicator: "green",
		});
		frm.reload_doc();
	});
}

function copy_link(frm) {
	frappe.call(`${SURVEY}.copy_link`, { survey: frm.doc.name }).then(({ message }) => {
		frm.reload_doc();
		frappe.msgprint({
			title: __("One-time Link"),
			message: `<p>${__("Give this link to the customer. It is shown only now.")}</p>
				<input class="form-control" readonly data-survey-link
					value="${frappe.utils.escape_html(message)}">`,
			primary_action: {
				label: __("Copy"),
				action: () => frappe.utils.copy_to_clipboard(message),
			},
		});
	});
}
