frappe.provide("customer_grading.complaint");

const METHODS = "customer_grading.customer_grading.doctype.customer_complaint.customer_complaint";
const SIGNING = { Sign: "Agree", "Approve Plan": "Agree", "Send Back": "Send back" };
const LEVEL_ROLES = [
	"Sales Manager",
	"Sales Management Manager",
	"Sales General Manager",
	"Group General Manager",
];
const LEVEL_COLOURS = { A: "green", B: "green", C: "blue", D: "yellow", E: "orange", F: "red", G: "red" };

// What is done once a complaint is at a step, and what would come next, by the numbers of the handbook.
const DONE = {
	Raised: 1,
	"Problem Confirmed": 2,
	Dismissed: 2,
	Judged: 3,
	Planned: 4,
	Signed: 4,
	"Plan Approved": 5,
	Negotiated: 6,
	Litigation: 6,
	Executed: 8,
	Closed: 9,
};

frappe.ui.form.on("Customer Complaint", {
	setup(frm) {
		const own = () => ({ filters: { customer: frm.doc.customer, docstatus: 1 } });
		["sales_order", "delivery_note", "sales_invoice"].forEach((field) => frm.set_query(field, own));
		frm.set_query("warranty_claim", () => ({ filters: { customer: frm.doc.customer } }));
		frm.set_query("serial_no", () => (frm.doc.item_code ? { filters: { item_code: frm.doc.item_code } } : {}));
		frm.set_query("contact_person", () => ({
			query: "frappe.contacts.doctype.contact.contact.contact_query",
			filters: { link_doctype: "Customer", link_name: frm.doc.customer },
		}));
		const of_company = () => ({ filters: { company: frm.doc.company, is_group: 0 } });
		frm.set_query("department", of_company);
		frm.set_query("department", "plan", of_company);
	},

	refresh(frm) {
		show_progress(frm);
		show_level(frm);
		if (can_set_level(frm)) frm.add_custom_button(__("Set Level"), () => ask_for_level(frm));
	},

	before_workflow_action(frm) {
		const decision = SIGNING[frm.selected_workflow_action];
		if (!decision || is_signed_by_all(frm)) return;
		frappe.dom.unfreeze();
		ask_for_opinion(frm, decision);
		// The signature takes the step, so that the workflow's own call is never made.
		return new Promise(() => {});
	},
});

function is_signed_by_all(frm) {
	return frm.selected_workflow_action === "Approve Plan" && !frm.doc.signatures_missing;
}

function show_progress(frm) {
	const { step } = frm.doc;
	const done = frm.is_new() ? 0 : DONE[step] || 1;
	const labels = [
		__("Raised", null, "Customer Complaint"),
		__("Problem?"),
		__("Judged", null, "Customer Complaint"),
		__("Planned", null, "Customer Complaint"),
		__("Signed and approved"),
		__("Negotiated", null, "Customer Complaint"),
		__("Litigation", null, "Customer Complaint"),
		__("Executed", null, "Customer Complaint"),
		__("In the statistics"),
	];
	const went_to_court = step === "Litigation" || Boolean(frm.doc.court);
	const items = labels.map((label, place) => progress_item(label, place + 1, { done, step, went_to_court }));
	frm.get_field("progress").$wrapper.html(`${PROGRESS_STYLE}<ol class="complaint-progress">${items.join("")}</ol>`);
}

function progress_item(label, number, { done, step, went_to_court }) {
	const is_skipped = (number === 7 && !went_to_court) || (step === "Dismissed" && number > 2);
	const next = step === "Negotiated" ? 8 : done + 1;
	let state = "open";
	if (is_skipped) state = "skipped";
	else if (number <= done) state = "done";
	else if (number === next && step !== "Dismissed") state = "now";
	const current = state === "now" ? ' aria-current="step"' : "";
	const sign = String.fromCharCode(0x245f + number);
	return `<li class="${state}"${current}><b>${sign}</b><span>${frappe.utils.escape_html(label)}</span></li>`;
}

const PROGRESS_STYLE = `<style>
.complaint-progress { display: flex; flex-wrap: wrap; gap: 4px; list-style: none; margin: 0 0 8px; padding: 0; }
.complaint-progress li { flex: 1 1 80px; min-width: 76px; padding: 6px 4px; text-align: center; font-size: 12px;
	border-top: 3px solid var(--gray-400, #a5adb5); color: var(--text-muted); }
.complaint-progress b { display: block; font-size: 17px; line-height: 1.3; font-weight: 500; }
.complaint-progress .done { border-color: var(--green-500, #30a66d); color: var(--text-color); }
.complaint-progress .now { border-color: var(--blue-500, #2490ef); color: var(--text-color); font-weight: 600; }
.complaint-progress .skipped { opacity: 0.45; border-top-style: dashed; }
</style>`;

function show_level(frm) {
	const { level, explanation, advice } = frm.doc;
	// A new complaint is shown twice once it is saved, and each time some versions add to what stands there.
	frm.level_shown?.remove();
	if (frm.is_new() || !level) return;
	const told = [__("Level {0}: {1}", [level, explanation || ""]), ...(frm.doc.is_open && advice ? [advice] : [])];
	const html = told.map((text) => frappe.utils.escape_html(text).replaceAll("\n", "<br>")).join("<br>");
	frm.dashboard.set_headline_alert(html, LEVEL_COLOURS[level]);
	frm.level_shown = frm.layout.message.children().last();
}

function can_set_level(frm) {
	const has_role = LEVEL_ROLES.some((role) => frappe.user.has_role(role));
	return !frm.is_new() && frm.doc.is_open && has_role && frm.perm[0].write;
}

function ask_for_level(frm) {
	frappe.prompt(
		[
			{
				fieldname: "level",
				label: __("Satisfaction Level"),
				fieldtype: "Select",
				options: ["A", "B", "C", "D", "E", "F", "G"].filter((level) => level !== frm.doc.level),
				reqd: 1,
				description: __("The signs propose level {0}.", [frm.doc.proposed_level]),
			},
			{ fieldname: "reason", label: __("Reason"), fieldtype: "Small Text", reqd: 1 },
		],
		(values) =>
			frappe
				.call(`${METHODS}.set_level`, { complaint: frm.doc.name, ...values })
				.then(() => frm.reload_doc()),
		__("Set Level"),
		__("Set Level")
	);
}

function ask_for_opinion(frm, decision) {
	const is_agreed = decision === "Agree";
	frappe.prompt(
		{
			fieldname: "opinion",
			label: __("Your Opinion"),
			fieldtype: "Small Text",
			reqd: 1,
			description: is_agreed
				? __("It is kept with your name: you agree to the plan.")
				: __("It is kept with your name: the plan goes back, and is signed anew."),
		},
		({ opinion }) =>
			frappe
				.call(`${METHODS}.sign_plan`, { complaint: frm.doc.name, decision, opinion })
				.then(() => frm.reload_doc()),
		is_agreed ? __("Sign the Plan") : __("Send the Plan Back"),
		is_agreed ? __("Sign") : __("Send Back")
	);
}
