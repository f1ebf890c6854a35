// What the payment policy says of the order on the form, above it. While the order is a draft it follows each
// change: one request at a time, the newest answer is shown, and the old text stays until it is there.
frappe.provide("customer_grading.desk");

(function follow_orders() {
	const desk = customer_grading.desk;
	const SETTLED = 500; // milliseconds without a change

	/** What of an order decides: nothing else is sent, and no other change asks again. */
	const DECISIVE = [
		"name",
		"customer",
		"company",
		"transaction_date",
		"delivery_date",
		"payment_terms_template",
		"grand_total",
		"base_grand_total",
		"base_rounded_total",
	];

	desk.Headline = class {
		constructor(frm) {
			this.frm = frm;
			this.place = $(`<div class="credit-headline hidden" role="status" aria-live="polite">`);
			this.place.insertAfter(frm.layout.message);
			frm.$wrapper.on("dirty", () => this.ask_soon());
		}

		/** A document is shown, or shown again: its position may be another by now. */
		refresh() {
			if (this.name !== this.frm.doc.name) this.show(null);
			this.name = this.frm.doc.name;
			// What is still on its way was asked before.
			this.round = (this.round || 0) + 1;
			this.ask();
		}

		ask_soon() {
			clearTimeout(this.timer);
			// What ERPNext still asks the server for may change the amounts.
			this.timer = setTimeout(() => frappe.after_ajax(() => this.ask()), SETTLED);
		}

		async ask() {
			const { doc } = this.frm;
			if (!doc.customer || !doc.company || doc.docstatus === 2) return this.forget();
			const order = decisive(doc);
			const question = `${this.round} ${order}`;
			if (question === this.asked) return;
			this.asked = question;
			// Whoever is asking already sees that the question is another one by now.
			if (this.is_asking) return;
			this.is_asking = true;
			const answer = await this.answer(order);
			this.is_asking = false;
			if (this.asked !== question) return this.ask_anew();
			if (answer) this.show(answer);
			else this.fail();
		}

		/** It is asked again at the next change or refresh. Until then what is shown stays, if it is of this order. */
		fail() {
			this.asked = null;
			const { customer, company } = this.frm.doc;
			if (this.shown?.customer !== customer || this.shown?.company !== company) this.show(null);
		}

		/** Nothing is to be said: an answer that is still on its way is for a question that nobody asks now. */
		forget() {
			this.asked = null;
			this.show(null);
		}

		/** The order was changed while it was asked about; where nothing is left to ask, nothing is shown. */
		ask_anew() {
			this.asked = null;
			return this.ask();
		}

		/** The answer of the server; nothing where it failed: then what is shown stays. */
		answer(order) {
			return new Promise((resolve) => {
				frappe.call({
					method: "customer_grading.order_desk.headline",
					args: { order },
					silent: true,
					callback: ({ message }) => resolve(message),
					error: () => resolve(null),
				});
			});
		}

		show(answer) {
			const html = [this.crisis(answer), answer?.outcome ? this.html(answer) : ""].join("");
			this.shown = answer;
			if (html !== this.html_shown) {
				this.html_shown = html;
				this.place.html(html).toggleClass("hidden", !html);
				this.place.find("[data-action]").on("click", ({ currentTarget }) => this.act(currentTarget));
			}
		}

		/** Whoever takes an order should know that a complaint of the customer has become a crisis. */
		crisis(answer) {
			if (!answer?.crisis) return "";
			const names = answer.crisis.map((name) => frappe.utils.get_form_link("Customer Complaint", name, true));
			return `<div class="form-message red"><b>${__("A complaint of this customer is a crisis: {0}.", [
				names.join(", "),
			])}</b></div>`;
		}

		html(answer) {
			const { doc } = this.frm;
			const escape = frappe.utils.escape_html;
			const colour = answer.mode === "Shadow" ? "blue" : desk.COLOURS[answer.outcome];
			return `<div class="form-message ${colour}">
				<div><b>${escape(desk.outcome(answer, doc.docstatus === 1))}</b></div>
				<div>${escape(desk.figures(answer))}</div>
				${desk.reasons(answer).join("")}
				${this.request(answer)}
				${this.readiness(answer)}
				${this.buttons(answer)}
			</div>`;
		}

		/** That a release was asked for, by whom and up to what, or why it was rejected. */
		request({ request, currency }) {
			return request ? `<div>${frappe.utils.escape_html(desk.request(request, currency))}</div>` : "";
		}

		/** Who has confirmed that the payment is ready, and how it will be paid. */
		readiness({ payment_ready }) {
			const { doc } = this.frm;
			if (!payment_ready || !doc.payment_ready_by) return "";
			const told = __("Confirmed by {0} on {1}: {2}.", [
				frappe.user.full_name(doc.payment_ready_by),
				frappe.datetime.str_to_user(doc.payment_ready_on),
				desk.word(doc.payment_ready_how),
			]);
			return `<div>${frappe.utils.escape_html(told)}</div>`;
		}

		/** A draft that is not saved yet has nothing that payments or releases could refer to. */
		buttons(answer) {
			if (this.frm.is_new()) return "";
			const offered = answer.actions.filter((name) => desk.ACTIONS[name].may(answer));
			const buttons = offered.map((name) => button(name, desk.ACTIONS[name].label()));
			if (answer.payment_ready && this.frm.perm[0]?.write) {
				buttons.push(button("withdraw", __("Take Readiness Back")));
			}
			if (desk.may_withdraw(answer)) buttons.push(button("take_back", __("Withdraw Request")));
			return buttons.length ? `<div class="mt-2">${buttons.join(" ")}</div>` : "";
		}

		async act({ dataset }) {
			const { frm } = this;
			const again = () => frm.reload_doc();
			if (dataset.action === "terms") return desk.change_terms(frm);
			if (dataset.action === "take_back") return desk.withdraw_request(this.shown.request.name, again);
			// What is decided on is the saved order.
			if (frm.is_dirty()) await frm.save(frm.doc.docstatus === 1 ? "Update" : "Save");
			if (frm.is_dirty()) return;
			if (dataset.action === "withdraw") return desk.withdraw_readiness(frm.doc.name, again);
			desk.ACTIONS[dataset.action].run(this.shown, again);
		}
	};

	function button(action, label) {
		return `<button type="button" class="btn btn-xs btn-default" data-action="${action}">${label}</button>`;
	}

	function decisive(doc) {
		const schedule = (doc.payment_schedule || []).map(({ due_date }) => ({ due_date }));
		const values = Object.fromEntries(DECISIVE.map((name) => [name, doc[name]]));
		return JSON.stringify({ ...values, payment_schedule: schedule });
	}
})();
