// Payment readiness: the customer was asked, and has the money for a cash-on-delivery order ready.
frappe.provide("customer_grading.desk");

(function confirm_readiness() {
	const desk = customer_grading.desk;

	/** One question with a button for each answer: a click, or Enter, confirms. */
	desk.confirm_readiness = function (order, done) {
		frappe.model.with_doctype("Sales Order", () => {
			const dialog = new frappe.ui.Dialog({
				title: __("How will the customer pay?"),
				size: "small",
			});
			const confirm = (how) =>
				frappe
					.call({
						method: "customer_grading.order_desk.confirm_payment_ready",
						args: { order, how },
						freeze: true,
					})
					.then(() => {
						dialog.hide();
						frappe.show_alert({ message: __("Payment readiness confirmed."), indicator: "green" });
						done?.();
					});
			dialog.$body.append(
				$(`<p class="text-muted">`).text(__("You have asked, and the money is ready for the delivery.")),
				means().map((how) =>
					$(`<button type="button" class="btn btn-default btn-block">`)
						.attr("data-how", how)
						.text(desk.word(how))
						.on("click", () => confirm(how))
				)
			);
			dialog.on_page_show = () => dialog.$body.find("button").first().focus();
			desk.return_focus(dialog);
			dialog.show();
		});
	};

	desk.withdraw_readiness = (order, done) =>
		frappe.confirm(__("Take the confirmed payment readiness back? The goods will wait again."), () =>
			frappe.xcall("customer_grading.order_desk.withdraw_payment_ready", { order }).then(() => {
				frappe.show_alert({ message: __("Payment readiness taken back."), indicator: "orange" });
				done?.();
			})
		);

	function means() {
		const field = frappe.meta.get_docfield("Sales Order", "payment_ready_how");
		return (field?.options || "").split("\n").filter(Boolean);
	}
})();
