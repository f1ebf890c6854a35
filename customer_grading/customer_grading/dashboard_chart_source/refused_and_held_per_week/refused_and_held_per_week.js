frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Refused and Held per Week"] = {
	method: "customer_grading.customer_grading.dashboard_chart_source.refused_and_held_per_week.refused_and_held_per_week.refused_and_held_per_week",
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			default: frappe.defaults.get_user_default("Company"),
		},
	],
};
