"""Who may read and write what: a table, tried as each of them. A DocType or method without a row fails."""

from collections import Counter
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from types import MappingProxyType

import frappe
from frappe.api.v1 import delete_doc, update_doc
from frappe.client import get, save, set_value
from frappe.model.base_document import get_controller
from frappe.model.document import Document
from frappe.utils import set_request

from customer_grading.customer_grading.doctype.regrade_run.regrade_run import RegradeRun
from customer_grading.records.customer import DerivedFieldError, write
from customer_grading.records.grade_change import Change, Graded, Source, record
from customer_grading.records.table_row import TableRow, TableRowError
from customer_grading.setup.shipped import APP, MODULE
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase

IDENTITIES = MappingProxyType(
	{
		"sales": ["Sales User"],
		"manager": ["Sales Manager"],
		"master": ["Sales Master Manager"],
		"clerk": ["Accounts User"],
		"accountant": ["Accounts Manager"],
		"credit": ["Credit Controller"],
		"system": ["System Manager"],
		"fenced": ["Sales User"],  # and allowed one customer only, which is not the one of the tests
		"nobody": [],  # a System User without roles
		"website": [],
		"guest": [],
	}
)
"""Who tries, and with which roles. The columns of the tables below."""

DOCTYPES = """
                    sales  manager  master  clerk  accountant  credit  system  fenced  nobody  website  guest
Credit Account      -      -        -       -      r           r       r       -       -       -        -
Complaint Statistics Month - rc      r       -      r           -       rc      -       -       -        -
Credit Decision     r      r        r       -      r           r       r       r       -       -        -
Credit Release      r      r        r       r      r           rw      r       r       r       -        -
Credit Tier         r      r        rw      r      r           rw      rw      r       -       -        -
Customer Category   r      r        rw      r      r           rw      rw      r       -       -        -
Customer Complaint  rwc    rwc      r       r      r           r       r       rwc     -       -        -
Customer Follow Up  rc     rc       rc      -      r           r       rc      rc      -       -        -
Customer Grade      r      r        rw      r      r           rw      rw      r       -       -        -
Grade Assignment    r      rwc      rwc     -      r           rwc     r       r       -       -        -
Grade Change        r      r        r       -      r           r       r       r       -       -        -
Grade Proposal      r      r        rw      -      r           rw      r       r       -       -        -
Grading Settings    -      r        rw      -      r           rw      rw      -       -       -        -
Open Item           -      -        -       -      r           r       r       -       -       -        -
Regrade Run         -      r        r       -      r           rc      rc      -       -       -        -
Satisfaction Level  r      r        rw      r      r           rw      rw      r       -       -        -
Satisfaction Survey rwc    rwc      rwc     -      r           r       r       rwc     -       -        -
Value Class         r      r        rw      r      r           rw      rw      r       -       -        -
"""
"""May read, write, create, delete: as permissions say. Nobody deletes, and documents may refuse more."""

METHODS = """
                    sales  manager  master  clerk  accountant  credit  system  fenced  nobody  website  guest
assign_many         -      y        y       -      -           y       -       -       -       -        -
apply               -      -        y       -      -           y       -       -       -       -        -
apply_all           -      -        y       -      -           y       -       -       -       -        -
Proposal:reject     -      -        y       -      -           y       -       -       -       -        -
approve             -      -        -       -      -           y       -       -       -       -        -
Release:reject      -      -        -       -      -           y       -       -       -       -        -
request_release     y      y        -       -      -           -       -       y       -       -        -
regrade_now         -      -        -       -      -           y       y       -       -       -        -
RegradeRun.resume   -      -        -       -      -           y       y       -       -       -        -
export_policy       -      y        y       -      y           y       y       -       -       -        -
preview_policy      -      -        y       -      -           y       y       -       -       -        -
apply_policy        -      -        y       -      -           y       y       -       -       -        -
get_events          y      y        y       y      y           -       -       y       -       -        -
headline            y      y        -       -      -           -       -       y       -       -        -
confirm_payment_ready y    y        -       -      -           -       -       y       -       -        -
withdraw_payment_ready y   y        -       -      -           -       -       y       -       -        -
payment_draft       -      -        -       y      y           -       -       -       -       -        -
affected_orders     -      y        y       -      -           y       -       -       -       -        -
credit_panel        y      y        y       -      y           -       -       -       -       -        -
overdue_card        y      y        y       -      y           y       -       y       -       -        -
held_value_card     y      y        -       y      -           -       -       y       -       -        -
withdraw            y      y        y       y      y           y       y       y       y       -        -
exposure_by_credit_tier y  y        y       -      y           y       -       y       -       -        -
refused_and_held_per_week y y       y       -      y           y       -       y       -       -        -
set_level           -      y        -       -      -           -       -       -       -       -        -
sign_plan           y      y        -       -      -           -       -       y       -       -        -
copy_link           y      y        y       -      -           -       -       y       -       -        -
update_child_qty_rate y y      -       -      -           -       -       y       -       -        -
send                y      y        y       -      -           -       -       y       -       -        -
"""
"""Who may call it at all; what is called for may still be refused."""

ARGUMENTS = MappingProxyType(
	{
		"assign_many": {"customers": [], "what": "Customer Grade", "value": "A", "reason": "Known"},
		"apply": {"names": ["?"]},
		"apply_all": {"what": "Credit Tier"},
		"Proposal:reject": {"names": ["?"], "remark": "No"},
		"approve": {"name": "?"},
		"Release:reject": {"name": "?", "remark": "No"},
		"withdraw": {"name": "?"},
		"request_release": {"reference_doctype": "Sales Order", "reference_name": "?", "reason": "Good"},
		"preview_policy": {"toml": "?"},
		"apply_policy": {"toml": "?", "old": ""},
		"headline": {"order": {}},
		"update_child_qty_rate": {
			"parent_doctype": "Sales Order",
			"trans_items": "[]",
			"parent_doctype_name": "?",
		},
		"confirm_payment_ready": {"order": "?", "how": "Cash"},
		"withdraw_payment_ready": {"order": "?"},
		"payment_draft": {"customer": "?", "company": "?", "amount": 1},
		"affected_orders": {"customers": []},
		"credit_panel": {"customer": "Seen by Some"},
		"copy_link": {"survey": "?"},
		"send": {"survey": "?"},
		"get_events": {"start": "2026-01-01", "end": "2026-01-31"},
		"set_level": {"complaint": "?", "level": "A", "reason": "Known"},
		"sign_plan": {"complaint": "?", "decision": "Agree", "opinion": "It is sound."},
	}
)

CUSTOMER = """
                    sales  manager  master  clerk  accountant  credit  system  fenced  nobody  website  guest
grade               y      y        y       y      y           -       -       -       -       -        -
tier                y      -        y       -      -           -       -       -       -       -        -
grade_history       y      y        y       -      y           y       y       -       -       -        -
credit_history      y      y        y       -      y           y       -       -       -       -        -
"""
"""What is seen of one customer: two fields, and the rows of its history."""

WRITES = """
                    sales  manager  master  clerk  accountant  credit  system  fenced  nobody  website  guest
customer_grade      D      P        D       P      P           P       P       P       P       P        P
"""
"""How a typed grade is refused: because it is Derived, or already for want of Permission."""

RIGHTS = MappingProxyType({"r": "read", "w": "write", "c": "create", "d": "delete"})


def read(table: str) -> dict[str, dict[str, str]]:
	"""A table as rows by name, and cells by identity."""
	heading, *lines = table.strip().splitlines()
	width = len(heading.split())
	cells = [line.rsplit(maxsplit=width) for line in lines]
	return {name: dict(zip(heading.split(), row, strict=True)) for name, *row in cells}


def email_of(identity: str) -> str:
	"""The user that is logged in as."""
	return "Guest" if identity == "guest" else f"{identity}@permissions.example.com"


def make_user(identity: str) -> None:
	"""The person of a column, with no roles but those of the table."""
	kind = "Website User" if identity == "website" else "System User"
	user = frappe.get_doc(
		{
			"doctype": "User",
			"email": email_of(identity),
			"first_name": identity,
			"send_welcome_email": 0,
			"roles": [{"role": role} for role in IDENTITIES[identity]],
		}
	).insert()
	# Saving a user without roles makes it a Website User.
	user.db_set("user_type", kind)
	frappe.clear_cache(user=user.name)


def methods() -> dict[str, Callable[..., object]]:
	"""The app's functions that the web may call, found by importing all of it.

	What several modules call alike is told apart by the last word of the module: `Release:reject`.
	"""
	root = Path(frappe.get_app_path(APP))
	for path in root.rglob("*.py"):
		parts = path.relative_to(root.parent).with_suffix("").parts
		if not {"preview", "tests", "patches", "__init__"} & set(parts):
			import_module(".".join(parts))
	ours = [each for each in frappe.whitelisted if each.__module__.startswith(f"{APP}.")]
	shared = {name for name, count in Counter(each.__qualname__ for each in ours).items() if count > 1}
	return {_called(each, each.__qualname__ in shared): each for each in ours}


def _called(function: Callable[..., object], is_shared: bool) -> str:
	word = function.__module__.rpartition("_")[2].capitalize()
	return f"{word}:{function.__qualname__}" if is_shared else function.__qualname__


class PermissionCase(GradingTestCase):
	"""With the people of the table and one customer with a history."""

	@classmethod
	def setUpClass(cls) -> None:
		super().setUpClass()
		frappe.set_user("Administrator")
		for identity in [*IDENTITIES][:-1]:
			make_user(identity)
		cls.customer = frappe.get_doc({"doctype": "Customer", "customer_name": "Seen by Some"}).insert().name
		other = frappe.get_doc({"doctype": "Customer", "customer_name": "The Only One"}).insert().name
		frappe.get_doc(
			{
				"doctype": "User Permission",
				"user": email_of("fenced"),
				"allow": "Customer",
				"for_value": other,
			}
		).insert()
		write({cls.customer: {"customer_grade": "B", "credit_tier": "C"}})
		changes = [
			Change(cls.customer, Graded.CUSTOMER_GRADE, "", "B"),
			Change(cls.customer, Graded.CREDIT_TIER, "", "C"),
			Change(cls.customer, Graded.CREDIT_LIMIT, "", "900"),
		]
		record(changes, Source("Customer", cls.customer), frappe.utils.getdate())

	def compare(self, table: str, tried: Callable[[str, str], str]) -> None:
		"""Try each cell as the person of its column; all differences are shown together."""
		expected, found = read(table), {}
		for name, row in expected.items():
			found[name] = {}
			for identity in row:
				frappe.set_user(email_of(identity))
				found[name][identity] = tried(name, identity)
		frappe.set_user("Administrator")
		self.maxDiff = None
		self.assertEqual(found, expected)


class TestDocTypes(PermissionCase):
	"""What permissions say."""

	def test_every_doctype_of_the_module_has_a_row(self) -> None:
		ours = frappe.get_all("DocType", {"module": MODULE, "istable": 0}, pluck="name")
		self.assertEqual(set(ours), set(read(DOCTYPES)))

	def test_each_may_do_what_the_table_says(self) -> None:
		def rights(doctype: str, _identity: str) -> str:
			given = [letter for letter, right in RIGHTS.items() if frappe.has_permission(doctype, right)]
			return "".join(given) or "-"

		self.compare(DOCTYPES, rights)


class TestMethods(PermissionCase):
	"""Each whitelisted method checks permission before it does anything."""

	def test_every_whitelisted_method_has_a_row(self) -> None:
		self.assertEqual(set(methods()), set(read(METHODS)))

	def test_each_may_call_what_the_table_says(self) -> None:
		known = methods()

		def call(name: str, _identity: str) -> str:
			frappe.clear_messages()
			arguments = ARGUMENTS.get(name, {})
			given = (
				{"self": RegradeRun({"doctype": "Regrade Run"}), **arguments} if "." in name else arguments
			)
			try:
				frappe.is_whitelisted(known[name])
				known[name](**given)
			except frappe.PermissionError:
				return "-"
			except frappe.ValidationError:
				pass
			return "y"

		self.compare(METHODS, call)


class TestCustomer(PermissionCase):
	"""Sales sees grades; credit figures need permission level 1, or a role that decides on credit."""

	def field(self, name: str) -> bool:
		"""Whether REST shows a field of the customer."""
		try:
			return get("Customer", self.customer).get(name) is not None
		except frappe.PermissionError:
			return False

	def history(self, what: tuple[str, ...]) -> bool:
		"""Whether list and form both show the history rows of these kinds; they must agree."""
		filters = {"customer": self.customer, "what": ("in", what)}
		names = frappe.get_all("Grade Change", filters=filters, pluck="name")
		forms = {frappe.has_permission("Grade Change", doc=name) for name in names}
		try:
			listed = frappe.get_list("Grade Change", filters=filters, pluck="name")
		except frappe.PermissionError:
			listed = []
		self.assertEqual(forms, {bool(listed)})
		return bool(listed)

	def test_each_sees_of_a_customer_what_the_table_says(self) -> None:
		seen = {
			"grade": lambda: self.field("customer_grade"),
			"tier": lambda: self.field("credit_tier"),
			"grade_history": lambda: self.history(("Customer Grade",)),
			"credit_history": lambda: self.history(("Credit Tier", "Credit Limit")),
		}
		self.compare(CUSTOMER, lambda name, _identity: "y" if seen[name]() else "-")

	def test_nobody_types_a_grade(self) -> None:
		def typed(name: str, _identity: str) -> str:
			try:
				set_value("Customer", self.customer, name, "A")
			except DerivedFieldError:
				return "D"
			except frappe.PermissionError:
				return "P"
			return "written"

		self.compare(WRITES, typed)
		self.assertEqual(frappe.db.get_value("Customer", self.customer, "customer_grade"), "B")

	def test_nobody_writes_history(self) -> None:
		row = {
			"doctype": "Grade Change",
			"customer": self.customer,
			"what": "Customer Grade",
			"day": "2026-01-01",
		}
		for identity in IDENTITIES:
			frappe.set_user(email_of(identity))
			self.assertRaises(frappe.PermissionError, frappe.get_doc(row).insert)


class TestRows(PermissionCase):
	"""A row is written with its document, which is asked; REST would write it by itself."""

	def refused(self, row: Document, field: str, value: object) -> None:
		"""Through any door that takes a row by itself, and the row is as before."""
		changed = {**row.as_dict(), field: value}
		set_request(method="PUT", path="/")
		frappe.local.form_dict = frappe._dict({field: value})  # noqa: SLF001
		self.addCleanup(delattr, frappe.local, "request")
		for door in (
			lambda: save(changed),
			lambda: update_doc(row.doctype, row.name),
			lambda: delete_doc(row.doctype, row.name),
			lambda: frappe.get_doc({**changed, "name": None, "__islocal": 1}).insert(),
		):
			with self.assertRaises((TableRowError, frappe.PermissionError)):
				door()
		self.assertEqual(frappe.db.get_value(row.doctype, row.name, field), row.get(field))

	def test_of_every_table(self) -> None:
		for doctype in frappe.get_all("DocType", {"module": MODULE, "istable": 1}, pluck="name"):
			self.assertTrue(issubclass(get_controller(doctype), TableRow), doctype)

	def test_of_credit_limits(self) -> None:
		customer = frappe.get_doc("Customer", self.customer)
		row = customer.append("grading_limits", {"company": make.first_company(), "credit_limit": 900})
		row.db_insert()
		with self.set_user(email_of("master")):
			self.refused(row, "credit_limit", 10**6)

	def test_of_the_mode_of_a_company(self) -> None:
		settings = frappe.get_doc("Grading Settings")
		company = make.company("Bound by Rules", "BBR", "EUR")
		row = settings.append("company_modes", {"company": company, "mode": "Enforce"})
		row.db_insert()
		with self.set_user(email_of("credit")):
			self.refused(row, "mode", "Off")
