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
		"after_delete": [
			"customer_grading.events.open_items.customer_deleted",
			"customer_grading.events.customer.after_delete",
		],
		"after_rename": [
			"customer_grading.events.open_items.customer_renamed",
			"customer_grading.events.customer.after_rename",
		],
		"validate": "customer_grading.events.customer.validate",
	},
	"Delivery Note": {
		"after_delete": "customer_grading.events.releases.after_delete",
		"before_submit": "customer_grading.events.delivery.before_submit",
		"on_cancel": [
			"customer_grading.events.open_items.delivered",
			"customer_grading.events.complaint_papers.on_cancel",
			"customer_grading.events.releases.on_cancel",
		],
		"on_change": "customer_grading.events.open_items.delivered",
		"on_submit": [
			"customer_grading.events.open_items.delivered",
			"customer_grading.events.delivery.on_submit",
		],
		"on_update": "customer_grading.events.delivery.on_update",
	},
	"Dunning": {
		"before_submit": "customer_grading.events.dunning.before_submit",
		"on_submit": "customer_grading.events.dunning.on_submit",
	},
	"File": {
		"before_validate": "customer_grading.events.evidence_file.before_validate",
		"on_trash": "customer_grading.events.evidence_file.on_trash",
	},
	"Journal Entry": {
		"on_cancel": "customer_grading.events.open_items.paid",
		"on_submit": "customer_grading.events.open_items.paid",
		"on_update_after_submit": "customer_grading.events.open_items.paid",
	},
	"Opportunity": {
		"after_delete": "customer_grading.events.opportunity.after_delete",
		"on_update": "customer_grading.events.opportunity.on_update",
	},
	"POS Invoice": {
		"after_delete": "customer_grading.events.releases.after_delete",
		"before_submit": "customer_grading.events.delivery.before_submit",
		"on_cancel": "customer_grading.events.releases.on_cancel",
		"on_change": "customer_grading.events.open_items.sold_at_till",
		"on_submit": "customer_grading.events.delivery.on_submit",
		"on_update": "customer_grading.events.delivery.on_update",
	},
	"Payment Entry": {
		"on_cancel": "customer_grading.events.open_items.paid",
		"on_submit": "customer_grading.events.open_items.paid",
		"on_update_after_submit": "customer_grading.events.open_items.paid",
	},
	"Payment Ledger Entry": {"on_submit": "customer_grading.events.open_items.entered"},
	"Pick List": {
		"before_submit": "customer_grading.events.delivery.before_submit",
		"on_submit": "customer_grading.events.delivery.on_submit",
		"on_update": "customer_grading.events.delivery.on_update",
	},
	"Purchase Order": {"before_change": "customer_grading.events.purchase_order.before_change"},
	"Sales Invoice": {
		"after_delete": "customer_grading.events.releases.after_delete",
		"before_submit": "customer_grading.events.delivery.before_submit",
		"on_cancel": [
			"customer_grading.events.open_items.billed",
			"customer_grading.events.complaint_papers.on_cancel",
			"customer_grading.events.releases.on_cancel",
		],
		"on_submit": [
			"customer_grading.events.open_items.billed",
			"customer_grading.events.delivery.on_submit",
		],
		"on_update": "customer_grading.events.delivery.on_update",
		"on_update_after_submit": "customer_grading.events.invoice_dispute.on_update_after_submit",
	},
	"Sales Order": {
		"after_delete": "customer_grading.events.releases.after_delete",
		"before_change": "customer_grading.events.sales_order.before_change",
		"before_submit": "customer_grading.events.sales_order.before_submit",
		"before_update_after_submit": "customer_grading.events.sales_order.before_update_after_submit",
		"on_cancel": [
			"customer_grading.events.sales_order.on_cancel",
			"customer_grading.events.complaint_papers.on_cancel",
			"customer_grading.events.releases.on_cancel",
		],
		"on_change": "customer_grading.events.sales_order.on_change",
		"on_submit": "customer_grading.events.sales_order.on_submit",
		"on_update": "customer_grading.events.sales_order.on_update",
		"on_update_after_submit": "customer_grading.events.sales_order.on_update_after_submit",
		"validate": "customer_grading.events.sales_order.validate",
	},
	"Unreconcile Payment": {"on_submit": "customer_grading.events.open_items.unreconciled"},
}

delete_file_data_content = "customer_grading.events.evidence_file.delete_content"

scheduler_events = {
	"daily": ["customer_grading.jobs.releases.expire"],
	"daily_long": ["customer_grading.jobs.night.run", "customer_grading.jobs.surveys.run"],
	"hourly_long": ["customer_grading.jobs.regrade.resume_stalled"],
	"monthly_long": ["customer_grading.jobs.complaint_statistics.run"],
}

has_permission = {
	"Credit Decision": "customer_grading.permissions.allowed",
	"Credit Release": "customer_grading.permissions.allowed",
	"Grade Assignment": "customer_grading.permissions.allowed",
	"Grade Change": "customer_grading.permissions.allowed",
	"Grade Proposal": "customer_grading.permissions.allowed",
}
permission_query_conditions = {
	"Credit Decision": "customer_grading.permissions.condition",
	"Credit Release": "customer_grading.permissions.condition",
	"Grade Assignment": "customer_grading.permissions.condition",
	"Grade Change": "customer_grading.permissions.condition",
	"Grade Proposal": "customer_grading.permissions.condition",
}

override_whitelisted_methods = {
	"erpnext.controllers.accounts_controller.update_child_qty_rate": (
		"customer_grading.gate.update_items.update_child_qty_rate"
	),
}

override_doctype_dashboards = {
	"Customer": "customer_grading.dashboard.of_customer",
	"Delivery Note": "customer_grading.dashboard.of_delivery_note",
	"POS Invoice": "customer_grading.dashboard.of_pos_invoice",
	"Pick List": "customer_grading.dashboard.of_pick_list",
	"Sales Invoice": "customer_grading.dashboard.of_sales_invoice",
	"Sales Order": "customer_grading.dashboard.of_sales_order",
}

doctype_calendar_js = {"Customer": "public/js/customer_calendar.js"}
_ORDER_DESK_JS = [f"public/js/order_desk/{name}.js" for name in ("words", "actions", "readiness", "refusal")]
_COMPLAINT_JS = "public/js/complaint_button.js"

doctype_js = {
	"Customer": ["public/js/customer.js", "public/js/customer_credit.js", "public/js/assign_grade.js"],
	"Delivery Note": [*_ORDER_DESK_JS, _COMPLAINT_JS],
	"Grade Assignment": ["public/js/assign_grade.js"],
	"Issue": [_COMPLAINT_JS],
	"POS Invoice": _ORDER_DESK_JS,
	"Pick List": _ORDER_DESK_JS,
	"Purchase Order": _ORDER_DESK_JS,
	"Sales Invoice": [*_ORDER_DESK_JS, _COMPLAINT_JS],
	"Sales Order": [*_ORDER_DESK_JS, "public/js/order_desk/headline.js", "public/js/sales_order.js"],
	"Warranty Claim": [_COMPLAINT_JS],
}
doctype_list_js = {
	"Customer": [
		"public/js/follow_up_dialog.js",
		"public/js/customer_list.js",
		"public/js/assign_grade.js",
		"public/js/assign_grade_list.js",
	],
	"Sales Order": ["public/js/sales_order_list.js"],
}

ignore_links_on_delete = [
	"Credit Account",
	"Credit Decision",
	"Credit Release",
	"Grade Assignment",
	"Grade Change",
	"Grade Proposal",
	"Open Item",
	"Regrade Failure",
	"Satisfaction Survey",
]

# ERPNext deletes what names a company when its transactions are deleted. Evidence stays.
company_data_to_be_ignored = [
	"Complaint Statistics Month",
	"Credit Decision",
	"Credit Release",
	"Customer Complaint",
	"Grade Change",
	"Satisfaction Survey",
]

page_renderer = ["customer_grading.website.OutsidePage"]
website_route_rules = [{"from_route": "/my-complaints/<name>", "to_route": "my-complaint"}]
standard_portal_menu_items = [
	{
		"title": "Complaints",
		"route": "/my-complaints",
		"reference_doctype": "Customer Complaint",
		"role": "Customer",
	}
]

auto_cancel_exempted_doctypes = ["Customer Complaint"]
