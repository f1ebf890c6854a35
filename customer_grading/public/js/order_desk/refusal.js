// Whoever is refused learns why, and what would make it possible: at every door, whatever was pressed.
frappe.provide("customer_grading.desk");

(function show_refusals() {
	const desk = customer_grading.desk;
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
		dialog.$body.addClass("credit-refusal").append(body(answer));
		const actions = desk.actions(answer);
		actions.forEach((action, place) => add(dialog, action, answer, place === 0));
		dialog.on_page_show = () =>
			(actions.length ? dialog.footer.find("button:visible").last() : dialog.get_close_btn()).focus();
		desk.return_focus(dialog);
		dialog.show();
	}

	function body(answer) {
		const figures = frappe.utils.escape_html(desk.figures(answer));
		const reasons = desk.reasons(answer).map((reason) => `<li>${reason}</li>`);
		return `${figures ? `<p class="text-muted">${figures}</p>` : ""}<ul>${reasons.join("")}</ul>`;
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
