// The credit panel on the dashboard of a Customer: exposure by component, limit, overdue, what is held, a year of trade.
frappe.provide("customer_grading.credit_panel");

(function show_credit_panel() {
	const METHOD = "customer_grading.order_desk.credit_panel";
	const SHADES = {
		"Ledger balance": "var(--blue-400)",
		"Unbilled orders": "var(--orange-400)",
		"Unbilled deliveries": "var(--purple-400)",
	};
	const escape = frappe.utils.escape_html;

	frappe.ui.form.on("Customer", {
		refresh(frm) {
			frm.credit_place = null;
			if (frm.is_new() || !customer_grading.credit_panel.may_see()) return;
			const place = frm.dashboard.add_section(`<div class="credit-panel"></div>`, __("Customer Credit"));
			const section = place.closest(".form-dashboard-section");
			section.prependTo(section.parent());
			frm.credit_place = place.find(".credit-panel");
			// The tab that is open is chosen after the form has been refreshed.
			setTimeout(() => load_once_seen(frm));
		},
		on_tab_change: (frm) => load_once_seen(frm),
	});

	/** Nothing is asked for while the tab with the panel is closed, and once until the next refresh. */
	function load_once_seen(frm) {
		const place = frm.credit_place;
		if (!place || place.data("is_asked") || !place.parent().is(":visible")) return;
		place.data("is_asked", true);
		load(frm, place, frm.credit_company);
	}

	async function load(frm, place, company) {
		const { name } = frm.doc;
		const panel = await frappe.xcall(METHOD, { customer: name, company });
		if (name !== frm.doc.name || place !== frm.credit_place || !panel.company) return;
		frm.credit_company = panel.company;
		show(place, panel);
		const choice = place.find("select");
		// Whoever chooses by keyboard goes on where they were.
		if (company && company === panel.company) choice.trigger("focus");
		choice.on("change", ({ target }) => load(frm, place, target.value));
	}

	/** As `permissions.sees_credit` on the server, which decides. */
	customer_grading.credit_panel.may_see = function () {
		const roles = ["Credit Controller", "Accounts Manager", "Sales Manager"];
		const level = frappe.perm.get_perm("Customer")[1];
		return level?.read || roles.some((role) => frappe.user.has_role(role));
	};

	function show(place, panel) {
		const money = (amount) => escape(format_currency(amount, panel.currency));
		place.html(`
			<div class="text-muted mb-2">${companies(panel)}${heading(panel)}</div>
			<div class="row">${figures(panel, money).map(figure).join("")}</div>
			${bar(panel, money)}
			${held(panel, money)}
			<div class="credit-chart mt-3"></div>
		`);
		chart(place.find(".credit-chart"), panel);
	}

	/** Whoever may see figures of several companies chooses one. */
	function companies({ company, companies }) {
		if (companies.length < 2) return `${escape(company)} · `;
		const options = companies.map((name) => {
			const chosen = name === company ? "selected" : "";
			return `<option value="${escape(name)}" ${chosen}>${escape(name)}</option>`;
		});
		return `<select class="input-xs mr-2" aria-label="${__("Company")}">${options.join("")}</select>`;
	}

	function heading({ tier, mode }) {
		const parts = [tier ? __("Tier {0}", [tier]) : __("No Tier")];
		if (mode === "Shadow") parts.push(__("The payment policy is only tried."));
		if (mode === "Off") parts.push(__("The payment policy is off."));
		return parts.map(escape).join(" · ");
	}

	function figures(panel, money) {
		const limit = panel.unlimited ? __("Unlimited") : money(panel.limit);
		const room = panel.unlimited ? "–" : money(panel.room);
		const oldest = panel.overdue ? __("the oldest for {0} days", [panel.oldest_days]) : "";
		return [
			[__("Exposure"), money(panel.exposure), ""],
			[__("Credit Limit"), limit, ""],
			[__("Room Left"), room, panel.tier === "A" && panel.room < 0 ? "text-danger" : ""],
			[__("Overdue"), money(panel.overdue), panel.overdue ? "text-danger" : "", oldest],
			[__("Money on Account"), money(panel.on_account), ""],
			[__("Orders Held"), panel.held.count, "", panel.held.count ? money(panel.held.value) : ""],
		];
	}

	function figure([label, value, colour, remark = ""]) {
		return `<div class="col-sm-2 col-6 mb-2">
			<div class="text-muted small">${escape(label)}</div>
			<div class="font-weight-bold ${colour}">${value}</div>
			<div class="text-muted small">${remark}</div>
		</div>`;
	}

	/** What the exposure is made of, against the limit. Money on account takes off and is told in words only. */
	function bar({ components, limit, unlimited, exposure }, money) {
		const parts = components.filter(({ amount }) => amount > 0);
		if (!parts.length) return `<div class="text-muted">${__("Nothing is owed and nothing is on order.")}</div>`;
		const owed = parts.reduce((sum, { amount }) => sum + amount, 0);
		const whole = Math.max(owed, unlimited ? 0 : limit);
		const stripes = parts.map(
			({ kind, amount }) =>
				`<div class="progress-bar" style="width: ${(100 * amount) / whole}%; background: ${SHADES[kind]}"></div>`
		);
		const legend = components.map(
			({ kind, label, amount }) =>
				`<span class="mr-4"><span style="color: ${SHADES[kind]}" aria-hidden="true">●</span>
					${escape(label)} ${money(amount)}</span>`
		);
		const told = __("Exposure {0} by component", [money(exposure)]);
		return `<div class="progress my-2" style="height: 10px" role="img" aria-label="${told}">${stripes.join("")}</div>
			<div class="small">${legend.join("")}</div>`;
	}

	function held({ held: { count, orders } }, money) {
		if (!count) return "";
		const told = orders.map(({ name, awaits, awaited_amount }) => {
			const what = __("{0} waits for {1}: {2}", [
				frappe.utils.get_form_link("Sales Order", name, true),
				escape(__(awaits, null, "Customer Grading")),
				money(awaited_amount),
			]);
			return `<li>${what}</li>`;
		});
		return `<ul class="list-unstyled mt-3 mb-0">${told.join("")}</ul>`;
	}

	function chart(place, { months, currency }) {
		if (!months.some(({ billed, received }) => billed || received)) {
			place.html(`<div class="text-muted">${__("No trade in the last twelve months.")}</div>`);
			return;
		}
		new frappe.Chart(place.get(0), {
			type: "bar",
			height: 180,
			colors: ["#449CF0", "#48BB74"],
			data: {
				labels: months.map(({ label }) => label),
				datasets: [
					{ name: __("Billed"), values: months.map(({ billed }) => billed) },
					{ name: __("Received"), values: months.map(({ received }) => received) },
				],
			},
			axisOptions: { xAxisMode: "tick", xIsSeries: 0, shortenYAxisNumbers: 1 },
			barOptions: { spaceRatio: 0.4 },
			tooltipOptions: { formatTooltipY: (value) => format_currency(value, currency) },
		});
	}
})();
