// Assigning a tier, class, category or grade by hand: one dialog for the Customer form and for its list.
frappe.provide("customer_grading");

customer_grading.ASSIGNABLE = {
	"Credit Tier": "credit_tier",
	"Value Class": "value_class",
	"Customer Category": "customer_category",
	"Customer Grade": "customer_grade",
};

customer_grading.values_of = (what) => {
	const field = frappe.meta.get_docfield("Customer", customer_grading.ASSIGNABLE[what]);
	return (field?.options || "")
		.split("\n")
		.filter(Boolean)
		.map((value) => ({ value, label: __(value, null, "Customer") }));
};

customer_grading.may_assign = () => frappe.model.can_create("Grade Assignment");

customer_grading.assign_grade = (customers, done) => {
	const dialog = new frappe.ui.Dialog({
		title:
			customers.length === 1
				? __("Assign by Hand: {0}", [customers[0]])
				: __("Assign by Hand: {0} Customers", [customers.length]),
		fields: customer_grading.assignment_fields(),
		primary_action_label: __("Assign"),
		primary_action: (values) =>
			frappe
				.call({
					method: "customer_grading.customer_grading.doctype.grade_assignment.grade_assignment.assign_many",
					args: { ...values, customers },
					btn: dialog.get_primary_btn(),
				})
				.then(() => {
					dialog.hide();
					frappe.show_alert({ message: __("Assigned, and in effect now."), indicator: "green" });
					if (values.what === "Credit Tier") customer_grading.tell_affected_orders(affected);
					done();
				}),
	});
	let affected;
	const offer = () => {
		const what = dialog.get_value("what");
		dialog.set_df_property("value", "options", customer_grading.values_of(what));
		dialog.get_field("affected").$wrapper.toggle(what === "Credit Tier");
	};
	dialog.fields_dict.what.df.onchange = offer;
	dialog.show();
	offer();
	customer_grading.affected_orders(customers).then((found) => {
		affected = found;
		dialog.get_field("affected").$wrapper.html(customer_grading.affected_list(found));
	});
};

/** The open orders whose delivery a new credit tier binds. */
customer_grading.affected_orders = (customers) =>
	frappe.xcall("customer_grading.order_desk.affected_orders", { customers });

/** Says, once a tier is assigned, which open orders it binds from now on. */
customer_grading.tell_affected_orders = (found) => {
	if (!found?.count) return;
	frappe.msgprint({
		title: __("Open Orders"),
		indicator: "orange",
		message: customer_grading.affected_list(found),
	});
};

customer_grading.affected_list = ({ count, orders }) => {
	if (!count) return `<p class="text-muted">${__("No open order is affected.")}</p>`;
	const rows = orders.map(({ name, customer, undelivered, currency }) => {
		const link = frappe.utils.get_form_link("Sales Order", name, true);
		const amount = frappe.utils.escape_html(format_currency(undelivered, currency));
		return `<li>${link} · ${frappe.utils.escape_html(customer)} · ${amount}</li>`;
	});
	const more = count - orders.length;
	if (more > 0) rows.push(`<li>${__("{0} more", [more])}</li>`);
	const told =
		count === 1
			? __("The tier binds the delivery of one open order:")
			: __("The tier binds the delivery of {0} open orders:", [count]);
	return `<p>${told}</p><ul>${rows.join("")}</ul>`;
};

customer_grading.assignment_fields = () => [
	{
		fieldname: "what",
		label: __("What"),
		fieldtype: "Select",
		options: Object.keys(customer_grading.ASSIGNABLE).map((value) => ({ value, label: __(value) })),
		default: "Credit Tier",
		reqd: 1,
	},
	{ fieldname: "value", label: __("Value"), fieldtype: "Select", reqd: 1 },
	{ fieldname: "reason", label: __("Reason"), fieldtype: "Small Text", reqd: 1 },
	{
		fieldname: "held_until",
		label: __("Held Until"),
		fieldtype: "Date",
		description: __("Rules do not overwrite the value before that day. Left empty: as long as Grading Settings say."),
	},
	{ fieldname: "affected", fieldtype: "HTML" },
];

frappe.ui.form.on("Customer", {
	refresh(frm) {
		if (frm.is_new() || !customer_grading.may_assign()) return;
		frm.add_custom_button(
			__("Assign by Hand"),
			() => customer_grading.assign_grade([frm.doc.name], () => frm.reload_doc()),
			__("Grading")
		);
	},
});
