// What the order desk says of a decision, as HTML. Whatever comes from the server is escaped here.
frappe.provide("customer_grading.desk");

(function say_decisions() {
	const desk = customer_grading.desk;
	const escape = frappe.utils.escape_html;

	desk.COLOURS = { Allow: "green", Hold: "orange", Refuse: "red" };

	desk.money = (amount, currency) => format_currency(amount, currency);

	/** One of our own options in the reader's language. */
	desk.word = (option) => __(option, null, "Customer Grading");

	/** What an order is told to be: as a draft what would become of it, submitted what its goods do. */
	desk.outcome = function ({ outcome, mode, awaits, awaited_amount, currency }, is_submitted) {
		const titles = is_submitted
			? {
					Allow: __("The goods may go."),
					Hold: __("The goods wait for {0}: {1}.", [
						desk.word(awaits),
						desk.money(awaited_amount, currency),
					]),
					Refuse: __("The goods are kept back."),
			  }
			: {
					Allow: __("The order may be submitted."),
					Hold: __("The order may be submitted; its goods will wait."),
					Refuse: __("The order would be refused."),
			  };
		const title = titles[outcome];
		return mode === "Shadow" ? __("{0} Only tried: the payment policy does not bind yet.", [title]) : title;
	};

	/** Exposure, limit and room as a list of figures; empty for those who may not see them. */
	desk.figures = function (answer) {
		if (answer.exposure === undefined) return "";
		const money = (amount) => desk.money(amount, answer.currency);
		const told = [
			__("Tier {0}", [answer.tier]),
			__("Exposure: {0}", [money(answer.exposure)]),
			answer.doctype === "Sales Order"
				? __("This order: {0}", [money(answer.amount)])
				: __("These goods: {0}", [money(answer.amount)]),
			...(answer.tier === "A" ? limit(answer, money) : cover(answer, money)),
		];
		if (answer.overdue) {
			told.push(__("Overdue: {0}, for {1} days", [money(answer.overdue), answer.oldest_days]));
		}
		return told.join(" · ");
	};

	function limit({ limit, unlimited, room }, money) {
		if (unlimited) return [__("Unlimited credit")];
		const rest = money(Math.abs(room));
		return [
			__("Limit: {0}", [money(limit)]),
			room < 0 ? __("Above the limit: {0}", [rest]) : __("Room left: {0}", [rest]),
		];
	}

	function cover({ cover, amount }, money) {
		return [__("Paid in advance: {0}", [money(Math.max(0, Math.min(cover, amount)))])];
	}

	/** What has become of the release that was asked for last. */
	desk.request = function ({ name, status, amount, requested_by, requested_on, remark }, currency) {
		if (status === "Rejected") {
			return remark
				? __("The release that {0} asked for was rejected: {1}", [requested_by, remark])
				: __("The release that {0} asked for was rejected.", [requested_by]);
		}
		return __("{0} has asked for a release up to {1} on {2}: {3}. It waits for a credit controller.", [
			requested_by,
			desk.money(amount, currency),
			frappe.datetime.str_to_user(requested_on),
			name,
		]);
	};

	/** Each reason with what would change it. */
	desk.reasons = (answer) =>
		told(answer).map(
			({ sentence, remedy }) =>
				`<div class="credit-reason">${escape(sentence)}
					<span class="${answer.outcome === "Allow" ? "" : "bold"}">${escape(remedy)}</span></div>`
		);

	/** Where the figures say it all, no sentence repeats them. */
	function told({ reasons, exposure }) {
		const plain = ["order_within_limit", "order_unlimited"];
		return exposure === undefined ? reasons : reasons.filter(({ code }) => !plain.includes(code));
	}
})();
