// A complaint about a document is raised from it: customer and document are filled in.
frappe.provide("customer_grading");

(function offer_complaint() {
	// The script comes with each of the forms, and serves all of them.
	if (customer_grading.complaint_about) return;

	/** What the complaint takes from each kind of document, besides its customer. */
	const ABOUT = {
		"Delivery Note": (doc) => ({ delivery_note: doc.name }),
		"Sales Invoice": (doc) => ({ sales_invoice: doc.name }),
		"Warranty Claim": (doc) => ({ warranty_claim: doc.name, item_code: doc.item_code, serial_no: doc.serial_no }),
		Issue: (doc) => ({ subject: doc.subject }),
	};

	customer_grading.complaint_about = ({ doctype, customer, ...doc }) => ({ customer, ...ABOUT[doctype](doc) });

	/** Something that is submitted, or that is worked on without being submitted. */
	function is_there(frm) {
		const submitted = frm.doc.docstatus === 1 || !frappe.model.is_submittable(frm.doctype);
		return submitted && !frm.is_new() && Boolean(frm.doc.customer);
	}

	function offer(frm) {
		if (!is_there(frm) || !frappe.model.can_create("Customer Complaint")) return;
		const raise = () => frappe.new_doc("Customer Complaint", customer_grading.complaint_about(frm.doc));
		frm.add_custom_button(__("Complaint"), raise, __("Create"));
	}

	Object.keys(ABOUT).forEach((doctype) => frappe.ui.form.on(doctype, { refresh: offer }));
})();
