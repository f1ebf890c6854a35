"""What Frappe reads of this app."""

app_name = "customer_grading"
app_title = "Customer Grading"
app_publisher = "Customer Grading contributors"
app_description = "Customer grades, credit tiers and payment policy for ERPNext"
app_license = "GPL-3.0"
required_apps = ["erpnext"]

before_install = "customer_grading.setup.install.before_install"
after_install = "customer_grading.setup.install.after_install"
after_migrate = "customer_grading.setup.install.after_migrate"
after_uninstall = "customer_grading.setup.uninstall.after_uninstall"

additional_timeline_content = {"Customer": ["customer_grading.timeline.of_customer"]}

doc_events = {
	"Customer": {
		"validate": "customer_grading.events.customer.validate",
		"after_delete": "customer_grading.events.customer.after_delete",
	},
	"Opportunity": {
		"after_delete": "customer_grading.events.opportunity.after_delete",
		"on_update": "customer_grading.events.opportunity.on_update",
	},
}

scheduler_events = {
	"daily_long": ["customer_grading.jobs.night.run"],
	"hourly_long": ["customer_grading.jobs.regrade.resume_stalled"],
}

has_permission = {
	"Grade Assignment": "customer_grading.permissions.allowed",
	"Grade Change": "customer_grading.permissions.allowed",
	"Grade Proposal": "customer_grading.permissions.allowed",
}
permission_query_conditions = {
	"Grade Assignment": "customer_grading.permissions.condition",
	"Grade Change": "customer_grading.permissions.condition",
	"Grade Proposal": "customer_grading.permissions.condition",
}

override_doctype_dashboards = {"Customer": "customer_grading.dashboard.of_customer"}

doctype_calendar_js = {"Customer": "public/js/customer_calendar.js"}
doctype_js = {
	"Customer": ["public/js/customer.js", "public/js/assign_grade.js"],
	"Grade Assignment": ["public/js/assign_grade.js"],
}
doctype_list_js = {
	"Customer": [
		"public/js/follow_up_dialog.js",
		"public/js/customer_list.js",
		"public/js/assign_grade.js",
		"public/js/assign_grade_list.js",
	],
}

ignore_links_on_delete = ["Grade Assignment", "Grade Change", "Grade Proposal", "Regrade Failure"]
