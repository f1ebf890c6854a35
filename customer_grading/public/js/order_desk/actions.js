// What a person at the order desk can do about a decision: one button each, those that the user may press.
frappe.provide("customer_grading.desk");

(function offer_actions() {
	const desk = customer_grading.desk;

	const RELEASE = "customer_grading.customer_grading.doctype.credit_release.credit_release";
	const RELEASABLE = ["Sales Order", "Delivery Note", "Sales Invoice", "POS Invoice"];

	desk.ACTIONS = {
		readiness: {
			label: () => __("Confirm Payment Readiness"),
			may: ({ order }) => order && frappe.model.can_write("Sales Order"),
			run: (answer, done) => desk.confirm_readiness(answer.order, done),
		},
		payment: {
			label: () => __("Record Payment"),
			may: () => frappe.model.can_create("Payment Entry"),
			run: (answer) => desk.record_payment(answer),
		},
		terms: {
			label: () => __("Change Terms"),
			may: ({ doctype }) => cur_frm?.doctype === doctype && cur_frm.doc.docstatus === 0,
			run: () => desk.change_terms(cur_frm),
		},
		release: {
			label: () => __("Ask for Release"),
			may: (answer) => to_release(answer) && frappe.model.can_write(to_release(answer).doctype),
			run: (answer, done) => desk.ask_for_release({ ...answer, ...to_release(answer) }, done),
		},
	};

	/** What a release is asked for: the document at the door, or the order whose goods it moves. */
	function to_release({ doctype, name, order }) {
		if (name && RELEASABLE.includes(doctype)) return { doctype, name };
		return order ? { doctype: "Sales Order", name: order } : null;
	}

	/** The actions that settle what a decision asks for, and that this user may take. */
	desk.actions = (answer) =>
		(answer.actions || []).map((name) => desk.ACTIONS[name]).filter((action) => action.may(answer));

	/** Whoever has asked for a release may take that back while nobody has decided. */
	desk.may_withdraw = ({ request }) => request?.is_own && request.status === "Requested";

	desk.withdraw_request = (name, done) =>
		frappe.confirm(__("Take this request back? Nobody will decide on it any more."), () =>
			frappe.xcall(`${RELEASE}.withdraw`, { name }).then(() => {
				frappe.show_alert({ message: __("Request taken back."), indicator: "orange" });
				done?.();
			})
		);

	/** Opens a payment of the customer that settles what is asked for; a submitted order gets it allocated. */
	desk.record_payment = ({ customer, company, order, to_pay, awaited_amount }) =>
		frappe
			.xcall("customer_grading.order_desk.payment_draft", {
				customer,
				company,
				order,
				amount: to_pay || awaited_amount,
			})
			.then((payment) => {
				frappe.model.sync(payment);
				frappe.set_route("Form", payment.doctype, payment.name);
			});

	/** Leads to the payment terms, with the cursor in them. */
	desk.change_terms = function (frm) {
		const field = ["payment_terms_template", "payment_schedule", "due_date"].find(
			(name) => frm.fields_dict[name]?.disp_status === "Write"
		);
		if (!field) return;
		frm.scroll_to_field(field);
		frm.fields_dict[field].set_focus?.();
	};

	/** Asks for the amount and the reason, then a Credit Controller for a release. */
	desk.ask_for_release = function ({ doctype, name, amount, currency }, done) {
		const dialog = new frappe.ui.Dialog({
			title: __("Ask for Release of {0}", [name]),
			fields: [
				{
					fieldname: "amount",
					label: __("Up to ({0})", [currency]),
					fieldtype: "Currency",
					options: "currency",
					reqd: 1,
					default: amount,
				},
				{ fieldname: "currency", fieldtype: "Data", hidden: 1, default: currency },
				{
					fieldname: "reason",
					label: __("Reason"),
					fieldtype: "Small Text",
					reqd: 1,
					description: __("What speaks for the customer? The credit controllers decide by it."),
				},
			],
			primary_action_label: __("Ask"),
			primary_action: (values) =>
				frappe
					.call({
						method: `${RELEASE}.request_release`,
						args: {
							reference_doctype: doctype,
							reference_name: name,
							amount: values.amount,
							reason: values.reason,
						},
						btn: dialog.get_primary_btn(),
					})
					.then(() => {
						// Where nobody could decide, the server says so in a message of its own.
						dialog.hide();
						frappe.show_alert({
							message: __("Asked. You are told when it is decided."),
							indicator: "green",
						});
						done?.();
					}),
		});
		dialog.no_focus = true;
		dialog.on_page_show = () => dialog.fields_dict.reason.set_focus();
		desk.return_focus(dialog);
		dialog.show();
	};

	/** Puts the focus back to where it was once a dialog is closed. */
	desk.return_focus = function (dialog) {
		const before = document.activeElement;
		dialog.onhide = () => before?.isConnected && before.focus();
	};
})();
