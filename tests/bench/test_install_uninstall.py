"""Installing asks first, and uninstalling leaves nothing behind: the whole site compared before and after."""

from collections.abc import Iterator

import pytest
from bench import Bench

APP = "customer_grading"

BUSINESS = """
frappe.get_doc({"doctype": "User", "email": "clerk@example.com", "first_name": "Clerk", "enabled": 1,
	"send_welcome_email": 0, "roles": [{"role": "Sales User"}]}).insert()
for number in range(5):
	frappe.get_doc({"doctype": "Customer", "customer_name": f"Customer {number}"}).insert()
"""
"""What the company has before the app comes."""

SNAPSHOT = """
def told(query):
	return sorted("/".join(map(str, row)) for row in frappe.db.sql(query))

frappe.db.commit()
columns = told("select table_name, column_name, column_type, is_nullable, column_default"
	" from information_schema.columns where table_schema = database()")
indexes = told("select table_name, index_name, column_name, seq_in_index, non_unique"
	" from information_schema.statistics where table_schema = database()")
tables = [row[0] for row in frappe.db.sql("show tables")]
rows = {table: frappe.db.sql(f"select count(*) from `{table}`")[0][0] for table in tables}
# What Frappe says on a customer's own timeline, that somebody was asked to do something, is the company's.
rows["tabComment"] = frappe.db.count("Comment", {"reference_doctype": ("!=", "Customer")})
answer = {"columns": columns, "indexes": indexes, "rows": rows}
"""

USE = """
from customer_grading.jobs import follow_ups
from customer_grading.records.customer import write
from customer_grading.records.grade_change import Change, Graded, Source, record

frappe.get_doc("User", "clerk@example.com").add_roles("Credit Controller")
write({"Customer 0": {"customer_grade": "B", "next_follow_up": "2026-12-01", "credit_tier": "A"}})
record([Change("Customer 0", Graded.CUSTOMER_GRADE, "", "B")], Source("Customer", "Customer 0"),
	frappe.utils.getdate())
change = frappe.get_last_doc("Grade Change")
about = {"reference_doctype": "Grade Change", "reference_name": change.name}
frappe.get_doc({"doctype": "Comment", "comment_type": "Comment", "content": "Why?", **about}).insert()
frappe.get_doc({"doctype": "ToDo", "description": "Look at it", "reference_type": "Grade Change",
	"reference_name": change.name}).insert()
frappe.get_doc({"doctype": "File", "file_name": "note.txt", "content": "evidence",
	"attached_to_doctype": "Grade Change", "attached_to_name": change.name}).insert()
frappe.get_doc({"doctype": "User Permission", "user": "clerk@example.com", "allow": "Credit Tier",
	"for_value": "A"}).insert()
frappe.make_property_setter({"doctype": "Customer", "fieldname": "customer_grade", "property": "label",
	"value": "Our Grade", "property_type": "Data"})
frappe.permissions.add_permission("Grade Change", "Auditor")
frappe.get_doc({"doctype": "Notification", "subject": "New", "document_type": "Grade Change", "event": "New",
	"name": "Grade news", "message": "!", "recipients": [{"receiver_by_role": "Credit Controller"}]}).insert()
frappe.get_doc({"doctype": "Report", "report_name": "Our changes", "ref_doctype": "Grade Change",
	"report_type": "Report Builder", "is_standard": "No", "json": "{}"}).insert()
frappe.db.set_value("Customer", "Customer 1", {"account_manager": "clerk@example.com"})
write({"Customer 1": {"next_follow_up": "2026-01-01", "customer_grade": "A"}})
frappe.db.commit()
follow_ups.run()
frappe.get_doc({"doctype": "Customer Follow Up", "customer": "Customer 2", "follow_up_type": "Call",
	"need": "Potential", "learned": "Wants to see samples"}).insert()
frappe.get_doc({"doctype": "Grade Assignment", "customer": "Customer 3", "what": "Value Class", "value": "B",
	"reason": "Known for years"}).insert()
settings = frappe.get_doc("Grading Settings")
settings.save()
tier = frappe.get_doc("Credit Tier", "A")
tier.meaning = "Ours"
tier.save()
frappe.db.set_single_value("Accounts Settings", "credit_controller", "Credit Controller")
frappe.enqueue("customer_grading.setup.install.after_migrate", queue="long")
"""
"""A company at work: whatever it makes of the app's records, and whatever it makes about them."""

EXPLAINED = {
	"tabDeleted Document": "what the company itself deleted",
	"tabVersion": "the versions of a User who was given a role",
	"tabSessions": "logins",
	"tabActivity Log": "logins",
	"tabError Log": "errors of others",
	"tabScheduled Job Log": "jobs of others",
	"tabSingles": "which singles were ever saved",
}
"""Tables whose rows may differ, and why."""

QUEUED = """
from frappe.utils.background_jobs import get_jobs
answer = [str(method) for method in sum(get_jobs(site=frappe.local.site).values(), [])]
answer = [method for method in answer if "customer_grading" in method]
"""


EDIT = """
form = frappe.get_doc("Customize Form")
form.doc_type = "Customer"
form.fetch_to_customize()
for field in form.fields:
	if field.fieldname == "customer_grade":
		field.label, field.bold = "Heat", 1
form.save_customization()
frappe.db.set_value("Role", "Credit Controller", "two_factor_auth", 1)
tier = frappe.get_doc("Credit Tier", "A")
tier.meaning = "Our best"
tier.save()
settings = frappe.get_doc("Grading Settings")
settings.hold_by_hand_days = 77
settings.save()
"""
EDITED = """
answer = [
	frappe.get_meta("Customer").get_field("customer_grade").label,
	frappe.get_meta("Customer").get_field("customer_grade").bold,
	frappe.db.get_value("Role", "Credit Controller", "two_factor_auth"),
	frappe.db.get_value("Credit Tier", "A", "meaning"),
	frappe.db.get_single_value("Grading Settings", "hold_by_hand_days"),
]
"""


def differences(before: dict, after: dict) -> Iterator[str]:
	for kind in ("columns", "indexes"):
		yield from (f"{kind}: added {name}" for name in set(after[kind]) - set(before[kind]))
		yield from (f"{kind}: lost {name}" for name in set(before[kind]) - set(after[kind]))
	for table in sorted({*before["rows"], *after["rows"]} - set(EXPLAINED)):
		counts = before["rows"].get(table), after["rows"].get(table)
		if counts[0] != counts[1]:
			yield f"rows of {table}: {counts[0]} became {counts[1]}"


@pytest.fixture(scope="module")
def company(bench: Bench, site: str) -> str:
	bench.python(site, BUSINESS)
	return site


@pytest.fixture
def before(bench: Bench, company: str) -> dict:
	return bench.python(company, SNAPSHOT)


def install(bench: Bench, site: str) -> str:
	return bench.run("--site", site, "install-app", APP, check=False)


CLASH = """
from frappe.custom.doctype.custom_field.custom_field import create_custom_field
create_custom_field("Customer", {"fieldname": "value_class", "label": "Value", "fieldtype": "Data"})
"""
LEFT_BEHIND = 'frappe.db.delete("Custom Field", {"dt": "Customer", "fieldname": "value_class"})'
GONE = 'frappe.db.sql_ddl("ALTER TABLE `tabCustomer` DROP COLUMN `value_class`")'
NAMESAKE = """
frappe.get_doc({"doctype": "DocType", "name": "Credit Tier", "module": "Selling", "custom": 1,
	"fields": [{"fieldname": "a", "fieldtype": "Data", "label": "A"}]}).insert()
"""
NAMESAKE_GONE = """
frappe.delete_doc("DocType", "Credit Tier")
frappe.db.sql_ddl("DROP TABLE `tabCredit Tier`")
"""


@pytest.mark.parametrize(
	("preparation", "remedy", "message"),
	[
		(CLASH, LEFT_BEHIND, "Customer already has a field value_class"),
		(None, GONE, "The table of Customer still has a column value_class"),
		(NAMESAKE, NAMESAKE_GONE, "DocType Credit Tier already exists in module Selling"),
	],
	ids=["field", "column", "doctype"],
)
def test_a_name_that_is_taken_stops_the_installation_before_anything_is_written(
	bench: Bench, company: str, preparation: str | None, remedy: str, message: str
) -> None:
	bench.python(company, preparation or "")
	before = bench.python(company, SNAPSHOT)
	told = install(bench, company)
	after = bench.python(company, SNAPSHOT)
	bench.python(company, remedy)
	assert message in told
	assert "Nothing was changed. Rename or delete what is in the way" in told
	assert "Traceback" not in told
	assert list(differences(before, after)) == []
	assert APP not in bench.run("--site", company, "list-apps")


def test_what_is_uninstalled_leaves_nothing_behind(bench: Bench, company: str, before: dict) -> None:
	assert "An error occurred" not in install(bench, company)
	installed = bench.python(company, SNAPSHOT)
	assert any("next_follow_up" in name for name in installed["indexes"])
	assert installed["rows"]["tabCustomer"] == before["rows"]["tabCustomer"]
	bench.python(company, USE)
	used = bench.python(company, SNAPSHOT)
	assert used["rows"]["tabToDo"] == before["rows"]["tabToDo"] + 2
	assert used["rows"]["tabCustomer Follow Up"] == 1
	assert used["rows"]["tabGrade Change"] > 2
	assert bench.python(company, QUEUED) != []
	bench.run("--site", company, "uninstall-app", APP, "--yes", "--no-backup")
	assert list(differences(before, bench.python(company, SNAPSHOT))) == []
	assert bench.python(company, QUEUED) == []


@pytest.fixture(scope="class")
def installed(bench: Bench, company: str) -> Iterator[str]:
	install(bench, company)
	yield company
	bench.run("--site", company, "uninstall-app", APP, "--yes", "--no-backup")


class TestInstalled:
	"""The installation takes long, so these share one."""

	def test_a_migration_leaves_what_a_company_has_edited(self, bench: Bench, installed: str) -> None:
		bench.python(installed, EDIT)
		edited = bench.python(installed, SNAPSHOT)
		bench.run("--site", installed, "migrate")
		assert bench.python(installed, EDITED) == ["Heat", 1, 1, "Our best", 77]
		assert list(differences(edited, bench.python(installed, SNAPSHOT))) == []

	def test_a_dry_run_of_the_uninstallation_changes_nothing(self, bench: Bench, installed: str) -> None:
		before = bench.python(installed, SNAPSHOT)
		bench.run("--site", installed, "uninstall-app", APP, "--dry-run")
		assert list(differences(before, bench.python(installed, SNAPSHOT))) == []


def test_a_role_that_was_there_before_stays(bench: Bench, company: str) -> None:
	role = '{"doctype": "Role", "role_name": "Credit Controller"}'
	bench.python(company, f"frappe.get_doc({role}).insert()")
	bench.python(company, 'frappe.get_doc("User", "clerk@example.com").add_roles("Credit Controller")')
	before = bench.python(company, SNAPSHOT)
	install(bench, company)
	bench.run("--site", company, "uninstall-app", APP, "--yes", "--no-backup")
	assert list(differences(before, bench.python(company, SNAPSHOT))) == []
