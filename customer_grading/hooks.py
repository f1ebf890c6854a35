"""What Frappe reads of this app."""

app_name = "customer_grading"
app_title = "Customer Grading"
app_publisher = "Customer Grading contributors"
app_description = "Customer grades, credit tiers and payment policy for ERPNext"
app_license = "GPL-3.0"
required_apps = ["erpnext"]
