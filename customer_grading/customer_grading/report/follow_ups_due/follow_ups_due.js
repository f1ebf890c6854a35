frappe.query_reports["Follow Ups Due"] = {
	filters: [
		{
			fieldname: "whose",
			label: __("Whose"),
			fieldtype: "Select",
			options: ["Mine", "My Team", "All"].map((value) => ({ value, label: __(value) })),
			default: "Mine",
		},
		{
			fieldname: "until",
			label: __("Due Until"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
		},
		{
			fieldname: "customer_grade",
			label: __("Customer Grade"),
			fieldtype: "Select",
			options: ["", "A", "B", "C", "D", "E"],
		},
		{
			fieldname: "given_up",
			label: __("Also Given Up"),
			fieldtype: "Check",
		},
	],
	onload(report) {
		frappe.model.with_doctype("Customer", () => {
			report.page.wrapper.on("click", "button[data-follow-up]", (event) => {
				const customer = $(event.currentTarget).attr("data-follow-up");
				customer_grading.follow_up(customer, () => report.refresh());
			});
		});
	},
	formatter(value, row, column, data, default_formatter) {
		if (column.fieldname == "file") return follow_up_button(data);
		if (column.fieldname == "overdue" && data.overdue > 0) {
			return `<span class="indicator-pill red">${data.overdue}</span>`;
		}
		const is_option = ["need", "relationship_status"].includes(column.fieldname);
		const told = is_option && value ? __(value, null, "Customer") : value;
		return default_formatter(told, row, column, data);
	},
};

function follow_up_button({ customer }) {
	if (!frappe.boot.user.in_create.includes("Customer Follow Up")) return "";
	const name = frappe.utils.escape_html(customer);
	return `<button class="btn btn-xs btn-default" data-follow-up="${name}">${__("Follow Up")}</button>`;
}
