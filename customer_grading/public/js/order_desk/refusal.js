// Whoever is refused learns why, and what would make it possible: at every door, whatever was pressed.
frappe.provide("customer_grading.desk");

(function show_refusals() {
	const desk = customer_grading.desk;
	const escape = frappe.utils.escape_html;
	const TITLES = {
		OrderRefusedError: () => __("Order Refused"),
		DeliveryHeldError: () => __("Goods Are Kept Back"),
	};

	// Scripts of several DocTypes bring this file; the handlers are for all pages of the session.
	if (desk.shows_refusals) return;
	desk.shows_refusals = true;
	for (const error of Object.keys(TITLES)) {
		frappe.request.on_error(error, (response) => show(response, TITLES[error]()));
	}

	function show(response, title) {
		const answer = response.credit_refusal;
		if (!answer?.reasons) {
			frappe.msgprint(JSON.parse(response._server_messages || "[]"));
			return;
		}
		const dialog = new frappe.ui.Dialog({ title, indicator: "red" });
		dialog.$wrapper.attr({ role: "alertdialog", "aria-label": title });
		const answers = [answer, ...(answer.further || [])];
		dialog.$body.addClass("credit-refusal").append(answers.map((each) => body(each, answers.length > 1)));
		const actions = desk.actions(answer);
		actions.forEach((action, place) => add(dialog, action, whole(answer), place === 0));
		dialog.on_page_show = () =>
			(actions.length ? dialog.footer.find("button:visible").last() : dialog.get_close_btn()).focus();
		desk.return_focus(dialog);
		dialog.show();
	}

	/** Why it was refused; where goods of several orders are, each with its order. */
	function body(answer, is_one_of_several) {
		const order = answer.order || __("Goods without an order");
		const told = [is_one_of_several ? order : "", desk.figures(answer)].filter(Boolean);
		const reasons = desk.reasons(answer).map((reason) => `<li>${reason}</li>`);
		const { request, currency } = answer;
		return [
			told.length ? `<p class="text-muted">${escape(told.join(" · "))}</p>` : "",
			`<ul>${reasons.join("")}</ul>`,
			request ? `<p>${escape(desk.request(request, currency))}</p>` : "",
		].join("");
	}

	/** A release is asked for all that leaves with the document. */
	function whole(answer) {
		return { ...answer, amount: answer.whole_amount || answer.amount };
	}

	function add(dialog, action, answer, is_first) {
		const run = () => {
			// The next step has a focus of its own.
			dialog.onhide = null;
			dialog.hide();
			action.run(answer, () => cur_frm?.reload_doc());
		};
		if (is_first) dialog.set_primary_action(action.label(), run);
		else dialog.add_custom_action(action.label(), run);
	}
})();
