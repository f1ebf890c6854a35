frappe.provide("customer_grading");

customer_grading.GRADE_COLOURS = { A: "green", B: "blue", C: "yellow", D: "orange", E: "gray" };

customer_grading.can_follow_up = () => frappe.boot.user.in_create.includes("Customer Follow Up");

/** Ask for what was learned from a customer, file it, tell the new grade, then call `done`. */
customer_grading.follow_up = function (customer, done) {
	const dialog = new frappe.ui.Dialog({
		title: customer ? __("Follow Up {0}", [customer]) : __("Follow Up"),
		fields: customer_grading.follow_up_fields(customer),
		primary_action_label: __("File Follow-up"),
		primary_action: async (values) => {
			dialog.disable_primary_action();
			const filed = await customer_grading.file_follow_up(values);
			dialog.enable_primary_action();
			if (!filed) return;
			dialog.hide();
			customer_grading.tell_grade(filed);
			done && done(filed);
		},
	});
	dialog.fields_dict.reference_name.get_query = () =>
		customer_grading.evidence_query(dialog.get_values(true));
	dialog.show();
	return dialog;
};

/** The filed document; null where it was refused, which Frappe has told the user by then. */
customer_grading.file_follow_up = (values) =>
	frappe
		.xcall("frappe.client.insert", { doc: { doctype: "Customer Follow Up", ...values } })
		.catch(() => null);

customer_grading.follow_up_fields = (customer) => [
	...customer_grading.needed_fields(customer),
	{ fieldtype: "Section Break", label: __("Date and Evidence"), collapsible: 1 },
	...customer_grading.evidence_fields(),
];

customer_grading.needed_fields = (customer) => [
	{
		fieldname: "customer",
		label: __("Customer"),
		fieldtype: "Link",
		options: "Customer",
		reqd: 1,
		default: customer,
		hidden: customer ? 1 : 0,
	},
	customer_grading.select("follow_up_type", __("Type"), customer_grading.TYPES),
	{ fieldtype: "Column Break" },
	customer_grading.select("need", __("Need"), ["Clear", "Potential", "None"]),
	{ fieldtype: "Section Break" },
	{ fieldname: "learned", label: __("What You Learned"), fieldtype: "Small Text", reqd: 1 },
	{
		fieldname: "expected_close",
		label: __("Expected Close"),
		fieldtype: "Date",
		depends_on: 'eval:doc.need == "Clear"',
		description: __("The day by which you expect a deal; empty: as the open opportunities say."),
	},
];

customer_grading.evidence_fields = () => [
	{
		fieldname: "follow_up_date",
		label: __("Follow-up Date"),
		fieldtype: "Date",
		default: frappe.datetime.get_today(),
		max_date: frappe.datetime.str_to_obj(frappe.datetime.get_today()),
	},
	{ fieldtype: "Column Break" },
	{
		...customer_grading.select("reference_doctype", __("Evidence Type"), customer_grading.EVIDENCE),
		reqd: 0,
	},
	{
		fieldname: "reference_name",
		label: __("Evidence"),
		fieldtype: "Dynamic Link",
		options: "reference_doctype",
		depends_on: "reference_doctype",
	},
];

customer_grading.TYPES = ["Call", "Visit", "Meeting", "E-mail", "Order", "Quotation", "Other"];
customer_grading.EVIDENCE = ["Communication", "Event", "Quotation", "Opportunity", "Sales Order"];

customer_grading.select = function (fieldname, label, options) {
	const translated = options.map((value) => ({
		value,
		label: __(value, null, "Customer Follow Up"),
	}));
	const none = { value: "", label: "" };
	return { fieldname, label, fieldtype: "Select", reqd: 1, options: [none, ...translated] };
};

/** Offers only documents of that customer. */
customer_grading.evidence_query = function ({ reference_doctype, customer }) {
	const filters = {
		Communication: { reference_doctype: "Customer", reference_name: customer },
		Event: [
			["Event Participants", "reference_doctype", "=", "Customer"],
			["Event Participants", "reference_docname", "=", customer],
		],
		Quotation: { quotation_to: "Customer", party_name: customer },
		Opportunity: { opportunity_from: "Customer", party_name: customer },
		"Sales Order": { customer },
	};
	return { filters: filters[reference_doctype] };
};

/** A green message with the new grade; one that is older than the last changes nothing, and tells so itself. */
customer_grading.tell_grade = function ({ grade_before, grade_after, next_follow_up }) {
	if (!grade_after) return;
	const next = frappe.datetime.str_to_user(next_follow_up);
	const message =
		grade_before == grade_after
			? __("Grade {0} as before, next follow-up on {1}", [grade_after, next])
			: __("Grade {0} → {1}, next follow-up on {2}", [grade_before || "–", grade_after, next]);
	frappe.show_alert({ message, indicator: "green" }, 10);
};

/** How many days a follow-up is overdue; negative where it is still to come. */
customer_grading.days_overdue = (day) => frappe.datetime.get_day_diff(frappe.datetime.get_today(), day);
