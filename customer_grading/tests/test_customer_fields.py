"""What rules derive cannot be typed, through whichever door."""

import frappe
from frappe.client import insert, set_value
from frappe.core.doctype.deleted_document.deleted_document import restore

from customer_grading.records.customer import BOOKKEEPING, DerivedFieldError, write
from customer_grading.setup.custom_fields import CUSTOMER_FIELDS, DERIVED
from customer_grading.tests.base import CommittingTestCase, GradingTestCase, delete

TYPED = {
	"customer_grade": "A",
	"follow_up_cadence": "Daily",
	"last_follow_up": "2026-01-01",
	"next_follow_up": "2026-01-02",
	"need": "Clear",
	"expected_close": "2026-02-01",
	"deal_status": "Closed",
	"importance": "Key",
	"urgency": "Urgent",
	"value_class": "A",
	"value_score": 99,
	"value_provisional": 1,
	"credit_tier": "A",
	"credit_tier_since": "2026-01-01",
	"credit_tier_provisional": 1,
	"credit_tier_candidate": "A",
	"credit_tier_held": 2,
	"credit_tier_counted_on": "2026-01-01",
	"customer_category": "VIP",
	"relationship_status": "Lost",
	"satisfaction_level": "A",
}
"""One wrong value for each derived field but the table of limits."""


def become(*roles: str) -> None:
	"""Act as a person with these roles and no others."""
	email = f"{frappe.scrub('-'.join(roles))}@example.com"
	user = {"doctype": "User", "email": email, "first_name": "P", "send_welcome_email": 0}
	# Tests make the people they need.
	frappe.get_doc({**user, "roles": [{"role": role} for role in roles]}).insert(ignore_permissions=True)
	frappe.set_user(email)


class CustomerCase(GradingTestCase):
	"""With one graded customer."""

	def setUp(self) -> None:
		super().setUp()
		self.customer = frappe.get_doc({"doctype": "Customer", "customer_name": "Graded & Co"}).insert().name
		write({self.customer: {"customer_grade": "C", "credit_tier": "B", "value_score": 71.5}})

	def stored(self, name: str) -> object:
		"""The value in the database."""
		return frappe.db.get_value("Customer", self.customer, name)


class TestDoors(CustomerCase):
	"""R1, R4, R6: refused with the field, the customer and what to do instead."""

	def refusal(self, name: str, value: object) -> str:
		"""What REST answers to somebody who types."""
		with self.assertRaises(DerivedFieldError) as refused:
			set_value("Customer", self.customer, name, value)
		return str(refused.exception)

	def test_rest_refuses_each_derived_field(self) -> None:
		become("Sales Master Manager")
		self.assertEqual({*TYPED, "grading_limits", BOOKKEEPING}, set(DERIVED))
		for name, value in TYPED.items():
			before = self.stored(name)
			label = frappe.get_meta("Customer").get_label(name)
			self.assertIn(f"<strong>{label}</strong> of customer", self.refusal(name, value))
			self.assertEqual(self.stored(name), before)

	def test_the_refusal_says_what_to_do_instead_and_shows_names_as_text(self) -> None:
		become("Sales Master Manager")
		message = self.refusal("credit_tier", "A")
		self.assertIn("File a Customer Follow Up or a Grade Assignment", message)

	def test_what_the_nightly_run_keeps_for_itself_cannot_be_typed_either(self) -> None:
		write({self.customer: {BOOKKEEPING: "2026-01-02"}})
		become("Sales Master Manager")
		set_value("Customer", self.customer, {BOOKKEEPING: "2027-12-31", "website": "example.com"})
		self.assertEqual(str(self.stored(BOOKKEEPING)), "2026-01-02")

	def test_limits_cannot_be_added_changed_or_removed(self) -> None:
		company = frappe.get_all("Company", pluck="name", limit=1)[0]
		customer = frappe.get_doc("Customer", self.customer)
		customer.append("grading_limits", {"company": company, "credit_limit": 5})
		self.assertRaises(DerivedFieldError, customer.save)
		customer.reload()
		row = frappe.get_doc(
			{"doctype": "Customer Grading Limit", "parent": self.customer, "parenttype": "Customer"}
		).update({"parentfield": "grading_limits", "company": company, "credit_limit": 5})
		row.db_insert()
		customer.reload()
		customer.website = "example.com"
		customer.save()
		customer.grading_limits[0].unlimited = 1
		self.assertRaises(DerivedFieldError, customer.save)
		customer.reload()
		customer.grading_limits = []
		self.assertRaises(DerivedFieldError, customer.save)

	def test_a_new_customer_with_a_derived_value_is_refused(self) -> None:
		become("Sales Master Manager")
		document = {"doctype": "Customer", "customer_name": "Self-made", "credit_tier": "A"}
		self.assertRaises(DerivedFieldError, insert, document)
		self.assertFalse(frappe.db.exists("Customer", {"customer_name": "Self-made"}))

	def test_a_salesperson_may_save_the_rest_and_type_what_people_judge(self) -> None:
		become("Sales User")
		customer = frappe.get_doc("Customer", self.customer)
		customer.update({"website": "example.com", "market_share": 40, "supply_agreement": 1, "platform": 1})
		customer.save()
		self.assertEqual(
			frappe.db.get_value("Customer", self.customer, ["website", "market_share", "supply_agreement"]),
			("example.com", 40, 1),
		)

	def test_a_salesperson_who_types_a_grade_is_refused(self) -> None:
		become("Sales User")
		customer = frappe.get_doc("Customer", self.customer)
		customer.customer_grade = "A"
		self.assertRaises(DerivedFieldError, customer.save)

	def test_credit_typed_by_a_salesperson_is_dropped_and_nothing_else(self) -> None:
		become("Sales User")
		customer = frappe.get_doc("Customer", self.customer)
		customer.update({"credit_tier": "A", "website": "example.com"})
		customer.save()
		self.assertEqual((self.stored("credit_tier"), self.stored("website")), ("B", "example.com"))
		self.assertEqual((self.stored("customer_grade"), self.stored("value_score")), ("C", 71.5))

	def test_the_browser_shows_derived_fields_as_read_only(self) -> None:
		shown = {field["fieldname"]: field.get("read_only") for field in CUSTOMER_FIELDS}
		self.assertTrue(all(shown[name] for name in DERIVED))
		self.assertFalse(any(shown[name] for name in ("market_share", "growth_potential", "platform")))


class TestDataImport(CommittingTestCase):
	"""A file of customers, as Data Import takes it. Data Import commits each row."""

	def setUp(self) -> None:
		super().setUp()
		self.customer = self.keep(frappe.get_doc({"doctype": "Customer", "customer_name": "Imported"})).name
		write({self.customer: {"customer_grade": "C"}})
		frappe.db.commit()

	def imported(self, column: str, value: str) -> tuple[int, str]:
		"""Import one customer's row: whether it was taken, and what was said about it."""
		content = f'ID,{column}\n"{self.customer}",{value}\n'
		file = self.keep(frappe.get_doc({"doctype": "File", "file_name": "c.csv", "content": content}))
		kind = {"reference_doctype": "Customer", "import_type": "Update Existing Records"}
		document = self.keep(frappe.get_doc({"doctype": "Data Import", "import_file": file.file_url, **kind}))
		document.get_importer().import_data()
		row = frappe.get_doc("Data Import Log", {"data_import": document.name})
		self.addCleanup(delete, row.doctype, row.name)
		return row.success, str(row.messages)

	def stored(self) -> tuple[str, ...]:
		"""Grade and website in the database."""
		return frappe.db.get_value("Customer", self.customer, ["customer_grade", "website"])

	def test_a_derived_value_in_a_file_is_refused_with_the_message(self) -> None:
		success, said = self.imported("Customer Grade", "A")
		self.assertEqual(success, 0)
		self.assertIn("cannot be typed, because it follows from rules", said)
		self.assertEqual(self.stored(), ("C", None))

	def test_other_values_are_imported(self) -> None:
		self.assertEqual(self.imported("Website", "example.com")[0], 1)
		self.assertEqual(self.stored(), ("C", "example.com"))


class TestLife(CustomerCase):
	"""Renaming, deleting, restoring, and two people at once."""

	def test_a_deleted_customer_can_be_restored_without_its_grading(self) -> None:
		frappe.db.set_value("Customer", self.customer, "market_share", 30)
		frappe.delete_doc("Customer", self.customer)
		restore(frappe.db.get_value("Deleted Document", {"deleted_name": self.customer}), alert=False)
		self.assertEqual([self.stored(name) for name in TYPED if self.stored(name)], [])
		self.assertEqual(self.stored("market_share"), 30)

	def test_a_copy_starts_without_a_grade(self) -> None:
		copy = frappe.copy_doc(frappe.get_doc("Customer", self.customer), ignore_no_copy=False)
		self.assertEqual([copy.get(name) for name in TYPED if copy.get(name)], [])
		copy.customer_name = "Copied"
		copy.insert()
		self.assertEqual(frappe.db.get_value("Customer", "Copied", "market_share"), 0)

	def test_a_form_that_was_open_while_rules_wrote_is_refused_by_frappe(self) -> None:
		stale = frappe.get_doc("Customer", self.customer)
		write({self.customer: {"customer_grade": "D"}})
		stale.website = "example.com"
		self.assertRaises(frappe.TimestampMismatchError, stale.save)
		self.assertEqual(self.stored("customer_grade"), "D")
