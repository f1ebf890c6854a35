// The full list of customers: search, filters, sorting, pages, details. Everything else of the page is plain HTML.
(() => {
	"use strict";
	const PAGE = matchMedia("(max-width: 52rem)").matches ? 20 : 50;
	const data = JSON.parse(document.getElementById("data").textContent);
	const at = Object.fromEntries(data.columns.map((name, place) => [name, place]));
	const { rows, words, plans, sentences, texts } = data;
	const money = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
	const plain = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
	const names = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
	const id = (name) => document.getElementById(name);
	const body = id("list").tBodies[0];
	const filters = { tier: id("tier"), value_class: id("value_class"), grade: id("grade") };
	const state = { sort: "overdue", then: null, down: true, page: 0, open: new Set() };
	const FALLING = new Set(["sales", "on_time", "limit", "exposure", "overdue"]);
	const NOTHING = "–";
	let shown = [];

	const fill = (template, values) => template.replace(/\{(\d+)\}/g, (_, place) => values[place]);
	const say = (name, ...values) => fill(texts[name], values);
	const word = (place) => (place === null ? "" : words[place]);
	const amount = (value) => (value === null ? NOTHING : money.format(value));
	const percent = (value) => (value === null ? NOTHING : say("percent", value.toFixed(1)).replace(" ", "\u00a0"));
	const limit = (row) => (row[at.limit] === null ? texts.unlimited : money.format(row[at.limit]));

	const WRITE = {
		money: (value) => money.format(value),
		percent: (value) => plain.format(value),
		number: (value) => (typeof value === "number" ? plain.format(value) : value),
		word: (value) => words[value],
	};

	function read([place, ...values]) {
		const [sentence, remedy, kinds] = sentences[place];
		const written = kinds.split(" ").map((kind, i) => (WRITE[kind] ? WRITE[kind](values[i]) : values[i]));
		return [fill(sentence, written), fill(remedy, written)];
	}

	function make(tag, attributes = {}, ...children) {
		const element = document.createElement(tag);
		for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
		element.append(...children);
		return element;
	}

	const haystack = rows.map((row) =>
		[row[at.customer], word(row[at.group]), word(row[at.salesperson]), word(row[at.category])].join("\n").toLowerCase(),
	);

	function matches() {
		const wanted = id("query").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
		const sign = id("sign").value;
		const chosen = Object.entries(filters).filter(([, select]) => select.value).map(([name, select]) => [at[name], select.value]);
		const found = [];
		rows.forEach((row, index) => {
			if (sign && !row[at.signs].split(" ").includes(sign)) return;
			if (chosen.some(([place, value]) => row[place] !== value)) return;
			if (wanted.every((part) => haystack[index].includes(part))) found.push(index);
		});
		return found;
	}

	// An unlimited limit is above every other; what is not known comes last whichever way the list is sorted.
	function compare(column, down) {
		const place = at[column];
		const turn = down ? -1 : 1;
		const key = (row) => (column === "limit" && row[place] === null ? Infinity : row[place]);
		return (left, right) => {
			const a = key(rows[left]);
			const b = key(rows[right]);
			if (a === b) return 0;
			if (a === null || b === null) return a === null ? 1 : -1;
			return turn * (column === "customer" ? names.compare(a, b) : a < b ? -1 : 1);
		};
	}

	function arrange() {
		const first = compare(state.sort, state.down);
		const second = state.then ? compare(state.then, !state.down) : () => 0;
		shown = matches().sort((a, b) => first(a, b) || second(a, b) || a - b);
	}

	function cell(label, text, kind = "number") {
		return make("td", { class: kind, role: "cell", "data-label": label }, text);
	}

	const heads = [...id("list").tHead.rows[0].cells];
	const labels = heads.map((head) => head.textContent);

	function tierCell(row) {
		const letter = make("span", { class: `badge b-${row[at.tier]}` }, row[at.tier]);
		const isNew = row[at.signs].split(" ").includes("new");
		return make("td", { class: "t short", role: "cell", "data-label": labels[1] }, letter, ...(isNew ? [" ", make("small", {}, texts.new)] : []));
	}

	function nameCell(index) {
		const name = rows[index][at.customer];
		const isOpen = state.open.has(index);
		const button = make("button", { type: "button", "aria-expanded": isOpen, "aria-label": say("open", name) }, name);
		if (isOpen) button.setAttribute("aria-controls", `details-${index}`);
		return make("th", { scope: "row", role: "rowheader" }, button);
	}

	function rowOf(index) {
		const row = rows[index];
		const late = row[at.overdue] > 0 ? "number late" : "number";
		const score = make("small", {}, row[at.score].toFixed(1));
		const line = make(
			"tr",
			{ class: "row", role: "row", "data-index": index },
			nameCell(index),
			tierCell(row),
			make("td", { class: "short", role: "cell", "data-label": labels[2] }, `${row[at.value_class]} `, score),
			cell(labels[3], row[at.grade], "short"),
			cell(labels[4], amount(row[at.sales])),
			cell(labels[5], percent(row[at.on_time]), "number short"),
			cell(labels[6], limit(row)),
			cell(labels[7], amount(row[at.exposure])),
			cell(labels[8], amount(row[at.overdue]), late),
			cell(labels[9], row[at.next] ?? NOTHING, "number next"),
		);
		return state.open.has(index) ? [line, detailsOf(index)] : [line];
	}

	function planOf(row) {
		if (row[at.plan] === null) return [];
		const [visits, calls, principle, focus] = plans[row[at.plan]];
		const rhythm = calls ? say("call", visits, calls) : say("visit", visits);
		return [make("li", {}, rhythm), make("li", {}, say("principle", principle, focus))];
	}

	function reasonsOf(title, reasons, extra = []) {
		const items = reasons.map((reason) => {
			const [sentence, remedy] = read(reason);
			return make("li", {}, `${sentence} `, make("span", { class: "soft" }, remedy));
		});
		return [make("h4", {}, title), make("ul", {}, ...items, ...extra)];
	}

	function factsOf(row) {
		const facts = [
			[texts.group, word(row[at.group])],
			[texts.salesperson, word(row[at.salesperson])],
			[texts.category, word(row[at.category])],
			[texts.next, row[at.next]],
			[texts.last_order, row[at.last_order]],
			[texts.limit, limit(row)],
			[texts.coefficient, plain.format(row[at.coefficient])],
			[texts.typical, amount(row[at.typical])],
			[texts.monthly, amount(row[at.monthly])],
			[texts.total, amount(row[at.total])],
			[texts.invoices, plain.format(row[at.invoices])],
			[texts.oldest, row[at.oldest] ? say("days", plain.format(row[at.oldest])) : ""],
		];
		const written = facts.filter(([, value]) => value).flatMap(([label, value]) => [make("dt", {}, label), make("dd", {}, value)]);
		return make("dl", {}, ...written);
	}

	function detailsOf(index) {
		const row = rows[index];
		const [tier, credit, score, grade, category] = row[at.reasons];
		const scored = row[at.score_provisional] ? "why_provisional" : "why_score";
		const why = make(
			"div",
			{ class: "why" },
			...reasonsOf(say("why_tier", row[at.tier]), tier),
			...reasonsOf(say("why_limit", limit(row)), credit),
			...reasonsOf(say(scored, row[at.value_class]), score),
			...reasonsOf(say("why_grade", row[at.grade]), grade),
			...reasonsOf(say("why_category", word(row[at.category]) || NOTHING), category, planOf(row)),
		);
		const inside = make("div", { class: "inside" }, factsOf(row), why);
		return make(
			"tr",
			{ class: "details", role: "row", id: `details-${index}` },
			make("td", { colspan: heads.length, role: "cell" }, inside),
		);
	}

	function draw() {
		const start = state.page * PAGE;
		const end = Math.min(start + PAGE, shown.length);
		body.replaceChildren(...shown.slice(start, end).flatMap(rowOf));
		id("found").textContent = shown.length
			? say("found", plain.format(shown.length), plain.format(rows.length))
			: texts.none_found;
		id("where").textContent = shown.length ? say("page", plain.format(start + 1), plain.format(end)) : "";
		id("before").disabled = state.page === 0;
		id("after").disabled = end >= shown.length;
		for (const head of heads) {
			if (head.dataset.sort === state.sort) head.setAttribute("aria-sort", state.down ? "descending" : "ascending");
			else head.removeAttribute("aria-sort");
		}
		id("order").value = state.sort;
		id("clear").hidden = !(id("query").value || id("sign").value || Object.values(filters).some((select) => select.value));
	}

	function refresh() {
		state.page = 0;
		arrange();
		draw();
	}

	function sortBy(column, then = null) {
		state.down = state.sort === column ? !state.down : FALLING.has(column);
		state.sort = column;
		state.then = then;
		refresh();
	}

	function clear() {
		id("query").value = "";
		id("sign").value = "";
		for (const select of Object.values(filters)) select.value = "";
	}

	function toggle(index) {
		if (!state.open.delete(index)) state.open.add(index);
		draw();
		body.querySelector(`[data-index="${index}"] button`).focus({ preventScroll: true });
	}

	function turnPage(by) {
		state.page += by;
		draw();
		id("list").scrollIntoView();
	}

	function showCustomer(index) {
		clear();
		id("query").value = rows[index][at.customer];
		state.open = new Set([index]);
		arrange();
		state.page = Math.floor(shown.indexOf(index) / PAGE);
		draw();
		id("customers").scrollIntoView();
		body.querySelector(`[data-index="${index}"] button`).focus({ preventScroll: true });
	}

	function showSign(name) {
		clear();
		id("sign").value = name;
		refresh();
		id("customers").scrollIntoView();
		id("sign").focus({ preventScroll: true });
	}

	function listen() {
		let waiting = 0;
		id("query").addEventListener("input", () => {
			clearTimeout(waiting);
			waiting = setTimeout(refresh, 120);
		});
		for (const select of [id("sign"), ...Object.values(filters)]) select.addEventListener("change", refresh);
		id("order").addEventListener("change", (event) => {
			state.sort = "";
			const head = heads.find((one) => one.dataset.sort === event.target.value);
			sortBy(head.dataset.sort, head.dataset.then);
		});
		id("clear").addEventListener("click", () => {
			clear();
			refresh();
			id("query").focus();
		});
		id("before").addEventListener("click", () => turnPage(-1));
		id("after").addEventListener("click", () => turnPage(1));
		document.querySelector(".controls").addEventListener("submit", (event) => event.preventDefault());
		body.addEventListener("click", (event) => {
			const line = event.target.closest("tr.row");
			if (line && !String(getSelection())) toggle(Number(line.dataset.index));
		});
		document.addEventListener("click", (event) => {
			const link = event.target.closest("a[data-index], a[data-sign]");
			if (!link) return;
			event.preventDefault();
			if (link.dataset.sign) showSign(link.dataset.sign);
			else showCustomer(Number(link.dataset.index));
		});
	}

	function dress() {
		heads.forEach((head, place) => {
			const button = make("button", { type: "button" }, labels[place]);
			button.addEventListener("click", () => sortBy(head.dataset.sort, head.dataset.then));
			head.replaceChildren(button);
			id("order").append(make("option", { value: head.dataset.sort }, labels[place]));
		});
		id("browser").hidden = false;
	}

	dress();
	listen();
	refresh();
})();
