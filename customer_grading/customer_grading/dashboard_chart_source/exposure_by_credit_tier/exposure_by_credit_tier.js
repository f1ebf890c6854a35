frappe.provide("frappe.dashboards.chart_sources");

frappe.dashboards.chart_sources["Exposure by Credit Tier"] = {
	method: "customer_grading.customer_grading.dashboard_chart_source.exposure_by_credit_tier.exposure_by_credit_tier.exposure_by_credit_tier",
	filters: [
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
			reqd: 1,
			default: frappe.defaults.get_user_default("Company"),
		},
	],
};
