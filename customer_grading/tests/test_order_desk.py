"""What the screens of the order desk are told, and what can be done from them."""

import json
from datetime import date, timedelta
from typing import Any

import frappe
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note
from frappe.client import set_value
from frappe.desk.form.save import savedocs
from frappe.desk.notifications import get_open_count
from frappe.utils import set_request
from frappe.utils.response import report_error

from customer_grading import order_desk
from customer_grading.customer_grading.dashboard_chart_source.exposure_by_credit_tier import (
	exposure_by_credit_tier as tier_chart,
)
from customer_grading.customer_grading.dashboard_chart_source.refused_and_held_per_week import (
	refused_and_held_per_week as week_chart,
)
from customer_grading.customer_grading.doctype.credit_release.credit_release import (
	reject,
	request_release,
)
from customer_grading.facts.credit_panel import months
from customer_grading.facts.decisions import weeks
from customer_grading.facts.exposure_by_tier import exposure_by_tier
from customer_grading.gate.open_items import settle
from customer_grading.gate.order import judge
from customer_grading.gate.released import OTHER_COMPANY, SHORTER_TERMS
from customer_grading.gate.speech import DISCREET
from customer_grading.gate.verdict import DeliveryHeldError, OrderRefusedError, refuse
from customer_grading.order_desk import ReadinessError
from customer_grading.records import customer, order_hold
from customer_grading.records.credit_limit import write as write_limits
from customer_grading.records.proposal import tier_values
from customer_grading.rules.credit_limit import CreditLimit
from customer_grading.rules.dates import add_months
from customer_grading.tests import complaint_case
from customer_grading.tests import factories as make
from customer_grading.tests.base import GradingTestCase
from customer_grading.tests.regrade_case import ago, today


def buyer_of(tier: str | None, limit: int | None = None) -> str:
	"""A customer of a tier, with a limit of its own where one is given."""
	name = make.customer()
	if tier:
		customer.write({name: tier_values(tier, today())})
	if limit is not None:
		write_limits({(name, make.first_company()): CreditLimit(make.exact(limit))}, today())
	return name


def draft(buyer: str, amount: float = 1000, **values: Any) -> Any:
	return make.draft_order(buyer, amount, today(), **values).insert()


def terms(days: int) -> list[dict[str, Any]]:
	"""A payment schedule of one line."""
	return [{"due_date": today() + timedelta(days=days), "invoice_portion": 100}]


def codes(answer: dict[str, Any]) -> list[str]:
	return [reason["code"] for reason in answer["reasons"]]


class TestHeadline(GradingTestCase):
	"""Above the form, before anything is submitted."""

	def test_nothing_is_said_where_nothing_binds(self) -> None:
		self.assertEqual(order_desk.headline(draft(buyer_of(None)).name), {})

	def test_a_complaint_that_is_a_crisis_is_told_whatever_binds(self) -> None:
		buyer = buyer_of(None)
		complaint = complaint_case.draft(buyer).insert()
		frappe.db.set_value("Customer Complaint", complaint.name, "level", "G")
		self.assertEqual(order_desk.headline(draft(buyer).name), {"crisis": [complaint.name]})

	def test_nothing_is_said_of_an_order_without_customer_or_company(self) -> None:
		self.assertEqual(order_desk.headline({"name": "new-sales-order-1"}), {})
		self.assertEqual(order_desk.headline({"customer": buyer_of("C")}), {})

	def test_nothing_is_said_where_the_mode_is_off(self) -> None:
		frappe.db.set_single_value("Grading Settings", "mode", "Off")
		frappe.clear_document_cache("Grading Settings", "Grading Settings")
		self.addCleanup(frappe.clear_document_cache, "Grading Settings", "Grading Settings")
		self.assertEqual(order_desk.headline(draft(buyer_of("D")).name), {})

	def test_an_order_of_tier_a_shows_exposure_limit_and_room(self) -> None:
		buyer = buyer_of("A", limit=5000)
		make.invoice(buyer, 1200, ago(3), today() + timedelta(days=5))
		told = order_desk.headline(draft(buyer).name)
		self.assertEqual((told["mode"], told["outcome"], told["tier"]), ("Enforce", "Allow", "A"))
		self.assertEqual((told["exposure"], told["amount"], told["limit"]), (1200, 1000, 5000))
		self.assertEqual((told["room"], told["unlimited"]), (2800, False))
		self.assertEqual(
			told["components"], [{"kind": "Ledger balance", "label": "Ledger balance", "amount": 1200}]
		)
		self.assertEqual(codes(told), ["order_within_limit"])
		self.assertEqual((told["actions"], told["awaits"], told["to_pay"]), ([], "", 0))
		self.assertEqual(
			told["currency"], frappe.get_cached_value("Company", told["company"], "default_currency")
		)

	def test_the_room_falls_below_zero_where_the_order_is_too_large(self) -> None:
		told = order_desk.headline(draft(buyer_of("A", limit=400)).name)
		self.assertEqual((told["outcome"], told["room"], told["to_pay"]), ("Refuse", -600, 600))
		self.assertEqual(told["actions"], ["payment", "release"])
		own = frappe.get_cached_value("Company", make.first_company(), "default_currency")
		excess, limit = (frappe.utils.fmt_money(each, currency=own) for each in (600, 400))
		self.assertIn(f"{excess} above the credit limit of {limit}", told["reasons"][0]["sentence"])
		self.assertTrue(told["reasons"][0]["remedy"])

	def test_it_follows_what_is_typed_and_not_saved_yet(self) -> None:
		order = draft(buyer_of("A", limit=1500))
		typed = {"name": order.name, "base_grand_total": 1700, "base_rounded_total": 1700}
		told = order_desk.headline(json.dumps(typed))
		self.assertEqual((told["outcome"], told["amount"], told["room"]), ("Refuse", 1700, -200))
		typed = {"name": order.name, "payment_schedule": terms(40)}
		self.assertIn("order_terms_too_long", codes(order_desk.headline(typed)))
		self.assertEqual(order_desk.headline(order.name)["outcome"], "Allow")
		self.assertEqual(frappe.db.get_value("Sales Order", order.name, "base_grand_total"), 1000)

	def test_an_order_that_is_not_saved_at_all_is_judged_too(self) -> None:
		typed = {
			"name": "new-sales-order-abc",
			"customer": buyer_of("C"),
			"company": make.first_company(),
			"transaction_date": str(today()),
			"delivery_date": str(today()),
			"base_grand_total": 250,
		}
		told = order_desk.headline(typed)
		self.assertEqual(
			(told["outcome"], told["awaits"], told["awaited_amount"]), ("Hold", "Advance payment", 250)
		)
		self.assertEqual((told["actions"], told["to_pay"]), (["payment", "release"], 250))

	def test_cash_on_delivery_asks_for_readiness_or_for_other_terms(self) -> None:
		buyer = buyer_of("B")
		told = order_desk.headline(draft(buyer).name)
		self.assertEqual((told["awaits"], told["to_pay"]), ("Payment readiness", 1000))
		self.assertEqual(told["actions"], ["readiness", "payment", "release"])
		told = order_desk.headline(draft(buyer, payment_schedule=terms(30)).name)
		self.assertEqual((told["outcome"], told["actions"]), ("Refuse", ["terms", "release"]))
		self.assertEqual(told["credit_days"], 30)

	def test_in_tier_d_arrears_are_paid_besides_the_order(self) -> None:
		buyer = buyer_of("D")
		make.invoice(buyer, 400, ago(70), ago(40))
		told = order_desk.headline(draft(buyer).name)
		self.assertEqual((told["overdue"], told["oldest_days"], told["to_pay"]), (400, 40, 1400))

	def test_who_may_not_see_credit_learns_why_and_no_more(self) -> None:
		order = draft(buyer_of("A", limit=400))
		with self.set_user(make.user("Stock User")):
			told = order_desk.headline(order.name)
		self.assertEqual((told["outcome"], codes(told)), ("Refuse", ["order_over_limit"]))
		self.assertTrue(told["reasons"][0]["remedy"])
		for name in ("exposure", "components", "limit", "room", "cover", "overdue", "tier"):
			self.assertNotIn(name, told)

	def test_they_learn_what_to_pay_but_not_exposure_limit_or_room(self) -> None:
		buyer = buyer_of("A", limit=450)
		make.invoice(buyer, 123, ago(3), today() + timedelta(days=5))
		order = draft(buyer)
		shown = order_desk.headline(order.name)["reasons"][0]
		self.assertIn("1,123.00, which is", shown["sentence"])
		with self.set_user(make.user("Stock User")):
			told = order_desk.headline(order.name)["reasons"][0]
		own = frappe.get_cached_value("Company", order.company, "default_currency")
		excess = frappe.utils.fmt_money(673, currency=own)
		self.assertEqual(told["code"], "order_over_limit")
		self.assertEqual(
			told["sentence"], f"The order is {excess} more than the credit of the customer allows."
		)
		remedy = f"Receive {excess} on account, reduce the order by {excess}, or ask for a release."
		self.assertEqual(told["remedy"], remedy)

	def test_of_a_used_up_limit_they_learn_no_more(self) -> None:
		buyer = buyer_of("A", limit=500)
		make.invoice(buyer, 500, ago(3), today() + timedelta(days=5))
		order = draft(buyer)
		with self.set_user(make.user("Stock User")):
			(told,) = order_desk.headline(order.name)["reasons"]
		self.assertEqual(told["sentence"], "Nothing of the customer's credit is left for this order.")
		self.assertIn("1,000.00", told["remedy"])
		self.assertNotIn("500.00", told["sentence"] + told["remedy"])

	def test_of_an_order_that_passes_they_are_told_no_figures(self) -> None:
		within, paid = draft(buyer_of("A", limit=5000)), draft(buyer_of("D"))
		make.money_on_account(paid.customer, 1777, today())
		with self.set_user(make.user("Stock User")):
			told = order_desk.headline(within.name)
			self.assertEqual((told["outcome"], told["reasons"]), ("Allow", []))
			(reason,) = order_desk.headline(paid.name)["reasons"]
		self.assertEqual(reason["sentence"], "The order is fully covered by money received in advance.")
		self.assertIn("1,777.00", order_desk.headline(paid.name)["reasons"][0]["sentence"])

	def test_every_sentence_without_figures_is_there_in_chinese(self) -> None:
		chinese = frappe.translate.get_all_translations("zh")
		for each in (*DISCREET.values(), OTHER_COMPANY, SHORTER_TERMS):
			for text in (each.sentence, each.remedy):
				self.assertIn(text, chinese)

	def test_money_is_told_with_its_currency(self) -> None:
		order = draft(buyer_of("A", limit=400))
		own = frappe.get_cached_value("Company", order.company, "default_currency")
		told = order_desk.headline(order.name)["reasons"][0]["sentence"]
		self.assertIn(f"{frappe.utils.fmt_money(600, currency=own)} above the credit limit", told)

	def test_who_is_kept_to_another_company_is_told_nothing_of_this_one(self) -> None:
		buyer, clerk = buyer_of("C"), make.user("Sales User")
		other = make.SECOND_COMPANY
		frappe.permissions.add_user_permission("Company", other, clerk, ignore_permissions=True)
		typed = {"customer": buyer, "company": make.first_company(), "base_grand_total": 1000}
		with self.set_user(clerk):
			self.assertEqual(order_desk.headline(typed), {})
			self.assertTrue(order_desk.headline({**typed, "company": other}))

	def test_nor_where_the_company_of_a_saved_order_is_only_typed(self) -> None:
		order, clerk = draft(buyer_of("C")), make.user("Sales User")
		own, other = order.company, make.SECOND_COMPANY
		frappe.permissions.add_user_permission("Company", own, clerk, ignore_permissions=True)
		with self.set_user(clerk):
			self.assertTrue(order_desk.headline({"name": order.name}))
			typed = {"name": order.name, "company": other}
			self.assertEqual(order_desk.headline(typed), {})

	def test_a_company_that_is_allowed_for_other_documents_only_keeps_nobody(self) -> None:
		buyer, clerk = buyer_of("A", limit=400), make.user("Sales User")
		frappe.permissions.add_user_permission(
			"Company", make.SECOND_COMPANY, clerk, ignore_permissions=True, applicable_for="Employee"
		)
		typed = {"customer": buyer, "company": make.first_company(), "base_grand_total": 1000}
		with self.set_user(clerk):
			self.assertEqual(order_desk.headline(typed)["outcome"], "Refuse")

	def test_who_may_not_read_the_customer_is_told_nothing(self) -> None:
		order = draft(buyer_of("C"))
		clerk = make.user("Sales User")
		frappe.permissions.add_user_permission("Customer", make.customer(), clerk, ignore_permissions=True)
		with self.set_user(clerk):
			self.assertRaises(frappe.PermissionError, order_desk.headline, order.name)
			typed = {"customer": order.customer, "company": order.company, "base_grand_total": 1}
			self.assertEqual(order_desk.headline(typed), {})

	def test_it_is_said_in_the_readers_language(self) -> None:
		order = draft(buyer_of("C"))
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "zh"
		told = order_desk.headline(order.name)
		self.assertIn("先款后货", told["reasons"][0]["sentence"])
		self.assertEqual(told["awaits"], "Advance payment")

	def test_a_submitted_order_waits_and_is_never_refused(self) -> None:
		buyer = buyer_of("A", limit=5000)
		order = make.order(buyer, 1000, today())
		customer.write({buyer: tier_values("D", today())})
		told = order_desk.headline(order.name)
		self.assertEqual((told["outcome"], told["awaits"]), ("Hold", "Credit decision"))

	def test_a_cancelled_order_says_nothing(self) -> None:
		order = make.order(buyer_of("C"), 1000, today())
		order.cancel()
		self.assertEqual(order_desk.headline(order.name), {})


class TestRequestInTheHeadline(GradingTestCase):
	"""That a release was asked for already, and what has become of it."""

	def setUp(self) -> None:
		super().setUp()
		self.order, self.clerk = draft(buyer_of("A", limit=400)), make.user("Sales User")
		with self.set_user(self.clerk):
			self.name = request_release("Sales Order", self.order.name, 700, "Good")

	def headline(self, user: str) -> dict[str, Any]:
		with self.set_user(user):
			return order_desk.headline(self.order.name)

	def reject(self) -> None:
		with self.set_user(make.user("Credit Controller")):
			reject(self.name, "Owes 4,711 already")

	def test_while_it_waits_it_is_told_and_no_second_one_is_offered(self) -> None:
		told = self.headline(self.clerk)
		request = told["request"]
		self.assertEqual((request["name"], request["status"]), (self.name, "Requested"))
		self.assertEqual((request["amount"], request["is_own"]), (700, True))
		self.assertEqual(request["requested_by"], frappe.utils.get_fullname(self.clerk))
		self.assertEqual(request["requested_on"][:10], str(today()))
		self.assertEqual(told["actions"], ["payment"])
		self.assertFalse(self.headline(make.user("Sales User"))["request"]["is_own"])

	def test_once_it_is_rejected_it_is_told_why_and_one_may_ask_again(self) -> None:
		self.reject()
		told = self.headline(self.clerk)
		self.assertEqual(
			(told["request"]["status"], told["request"]["remark"]), ("Rejected", "Owes 4,711 already")
		)
		self.assertEqual(told["actions"], ["payment", "release"])

	def test_what_a_controller_remarks_is_for_who_asked_and_who_sees_credit(self) -> None:
		self.reject()
		self.assertEqual(self.headline(make.user("Stock User"))["request"]["remark"], "")
		self.assertEqual(self.headline(make.user("Sales Manager"))["request"]["remark"], "Owes 4,711 already")

	def test_nothing_is_told_of_what_is_approved_used_or_taken_back(self) -> None:
		for status in ("Approved", "Used", "Expired", "Withdrawn"):
			frappe.db.set_value("Credit Release", self.name, {"status": status, "expires_on": ago(1)})
			told = self.headline(self.clerk)
			self.assertNotIn("request", told, status)
			self.assertIn("release", told["actions"])

	def test_nor_of_an_order_that_had_the_name_before(self) -> None:
		frappe.db.set_value("Credit Release", self.name, "reference_created_on", ago(1))
		self.assertNotIn("request", self.headline(self.clerk))


class TestConnections(GradingTestCase):
	"""What was decided and asked for is found from the document and from the customer."""

	DOCTYPES = ("Sales Order", "Delivery Note", "Sales Invoice", "POS Invoice", "Pick List")

	def counts(self, doctype: str, name: str) -> dict[str, int]:
		found = get_open_count(doctype, name)["count"]["external_links_found"]
		return {row["doctype"]: row["count"] for row in found}

	def test_are_beside_those_of_erpnext(self) -> None:
		for doctype in (*self.DOCTYPES, "Customer"):
			data = frappe.get_meta(doctype).get_dashboard_data()
			items = [item for group in data.transactions for item in group["items"]]
			with self.subTest(doctype):
				self.assertLessEqual({"Credit Decision", "Credit Release"}, set(items))
				own = frappe.get_attr(of_erpnext(doctype))() if doctype != "POS Invoice" else {}
				theirs = {item for group in own.get("transactions", ()) for item in group["items"]}
				self.assertLessEqual(theirs, set(items))
				for name, field in own.get("non_standard_fieldnames", {}).items():
					self.assertEqual(data.non_standard_fieldnames[name], field)

	def test_of_an_order_and_of_its_customer(self) -> None:
		order = make.order(buyer_of("C"), 1000, today())
		request_release("Sales Order", order.name, 1000, "Good")
		for doctype, name in (("Sales Order", order.name), ("Customer", order.customer)):
			found = self.counts(doctype, name)
			self.assertEqual((found["Credit Decision"], found["Credit Release"]), (1, 1))

	def test_not_of_another_document_of_that_name(self) -> None:
		order = make.order(buyer_of("C"), 1000, today())
		frappe.db.set_value("Credit Decision", {"customer": order.customer}, "reference_doctype", "Pick List")
		self.assertEqual(self.counts("Sales Order", order.name)["Credit Decision"], 0)


def of_erpnext(doctype: str) -> str:
	"""The function that tells ERPNext's own connections of a DocType."""
	module, name = frappe.db.get_value("DocType", doctype, "module"), frappe.scrub(doctype)
	return f"erpnext.{frappe.scrub(module)}.doctype.{name}.{name}_dashboard.get_data"


class TestRefusal(GradingTestCase):
	"""What a browser gets when a submit is refused."""

	def refused(self, order: Any) -> dict[str, Any]:
		"""The response of the form's own request, as Frappe makes it of an exception."""
		frappe.local.response = frappe.parse_json({"docs": []})
		set_request(method="POST", path="/api/method/frappe.desk.form.save.savedocs")
		self.addCleanup(delattr, frappe.local, "request")
		frappe.clear_messages()  # what making the order told is no part of this request
		values = order.as_json()
		try:
			savedocs(values, "Submit")
		except OrderRefusedError:
			return json.loads(report_error(417).get_data())
		return self.fail("It was not refused")

	def test_it_carries_the_answer_beside_the_plain_message(self) -> None:
		order = draft(buyer_of("A", limit=400))
		told = self.refused(order)
		self.assertEqual(told["exc_type"], "OrderRefusedError")
		message = json.loads(json.loads(told["_server_messages"])[0])
		self.assertIn("600.00 above the credit limit", message["message"])
		answer = told["credit_refusal"]
		self.assertEqual((answer["doctype"], answer["name"]), ("Sales Order", order.name))
		self.assertEqual((answer["order"], answer["customer"]), (order.name, order.customer))
		self.assertEqual((answer["outcome"], answer["room"], answer["to_pay"]), ("Refuse", -600, 600))
		self.assertEqual(answer["actions"], ["payment", "release"])

	def test_of_several_orders_each_reason_names_its_order(self) -> None:
		buyer = buyer_of("C")
		first, second = make.order(buyer, 1000, today()), make.order(buyer, 300, today())
		note = make_delivery_note(second.name, make_delivery_note(first.name)).insert()
		frappe.local.response = frappe.parse_json({"docs": []})
		with self.assertRaises(DeliveryHeldError) as refused:
			note.submit()
		answer = frappe.local.response["credit_refusal"]
		told = [answer, *answer["further"]]
		self.assertEqual([each["order"] for each in told], [first.name, second.name])
		self.assertEqual([each["to_pay"] for each in told], [1000, 300])
		self.assertEqual([codes(each) for each in told], [["order_pay_before_delivery"]] * 2)
		self.assertEqual((answer["name"], answer["whole_amount"]), (note.name, 1300))
		for order in (first, second):
			self.assertIn(f"{order.name}: Tier C pays before delivery", str(refused.exception))

	def test_of_one_order_it_is_not_named(self) -> None:
		note = make_delivery_note(make.order(buyer_of("C"), 1000, today()).name).insert()
		with self.assertRaisesRegex(DeliveryHeldError, "^Tier C pays before delivery"):
			note.submit()
		self.assertNotIn("further", frappe.local.response["credit_refusal"])

	def test_who_may_not_see_credit_is_told_no_figures_of_it_at_the_refusal(self) -> None:
		order = draft(buyer_of("A", limit=444))
		with self.set_user(make.user("Stock User")), self.assertRaises(OrderRefusedError) as refused:
			refuse(judge(order))
		self.assertIn("556.00 more than the credit of the customer allows", str(refused.exception))
		self.assertNotIn("444", str(refused.exception))

	def test_nothing_was_submitted(self) -> None:
		order = draft(buyer_of("D"))
		self.refused(order)
		self.assertEqual(frappe.db.get_value("Sales Order", order.name, "docstatus"), 0)


class TestReadiness(GradingTestCase):
	"""Tier B: the customer was asked, and has the money ready."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer = buyer_of("B")

	def shown(self, order: Any, *names: str) -> tuple[Any, ...]:
		return frappe.db.get_value("Sales Order", order.name, [*names, "name"])[:-1]

	def comments(self, order: Any) -> list[str]:
		about = {"reference_doctype": "Sales Order", "reference_name": order.name, "comment_type": "Info"}
		return frappe.get_all("Comment", about, pluck="content", order_by="creation")

	def test_it_is_kept_who_confirmed_it_when_and_how(self) -> None:
		order = make.order(self.buyer, 1000, today())
		self.assertEqual(self.shown(order, "credit_outcome", "credit_awaits"), ("Hold", "Payment readiness"))
		seller = make.user("Sales User")
		with self.set_user(seller):
			order_desk.confirm_payment_ready(order.name, "Bank transfer")
		kept = self.shown(order, "payment_ready", "payment_ready_how", "payment_ready_by")
		self.assertEqual(kept, (1, "Bank transfer", seller))
		self.assertEqual(self.shown(order, "payment_ready_on")[0].date(), today())
		self.assertEqual(self.comments(order), ["Payment readiness confirmed: Bank transfer."])

	def test_the_hold_is_lifted_at_once(self) -> None:
		order = make.order(self.buyer, 1000, today())
		order_desk.confirm_payment_ready(order.name, "Cash")
		shown = self.shown(order, "credit_outcome", "credit_awaits", "credit_awaited_amount")
		self.assertEqual(shown, ("Allow", None, 0))

	def test_it_can_be_taken_back(self) -> None:
		order = make.order(self.buyer, 1000, today())
		order_desk.confirm_payment_ready(order.name, "Cash")
		order_desk.withdraw_payment_ready(order.name)
		kept = self.shown(order, "payment_ready", "payment_ready_how", "payment_ready_by", "payment_ready_on")
		self.assertEqual(kept, (0, None, None, None))
		self.assertEqual(self.shown(order, "credit_outcome", "credit_awaits"), ("Hold", "Payment readiness"))
		self.assertEqual(self.comments(order)[-1], "Payment readiness taken back.")

	def test_a_draft_can_be_confirmed_before_it_is_submitted(self) -> None:
		order = draft(self.buyer)
		order_desk.confirm_payment_ready(order.name, "Cheque")
		order.reload()
		order.submit()
		self.assertEqual(self.shown(order, "credit_outcome", "payment_ready"), ("Allow", 1))

	def test_it_falls_away_when_a_draft_is_raised(self) -> None:
		order = self.confirmed()
		order.items[0].rate = 1500
		order.save()
		kept = self.shown(order, "payment_ready", "payment_ready_how", "payment_ready_by", "payment_ready_on")
		self.assertEqual(kept, (0, None, None, None))
		order.submit()
		self.assertEqual(self.shown(order, "credit_awaits"), ("Payment readiness",))

	def test_and_when_it_is_raised_and_submitted_at_once(self) -> None:
		order = self.confirmed()
		order.items[0].rate = 1500
		order.submit()
		self.assertEqual(self.shown(order, "credit_outcome", "payment_ready"), ("Hold", 0))

	def test_and_when_it_is_given_to_another_customer(self) -> None:
		order = self.confirmed()
		order.customer = buyer_of("B")
		order.save()
		self.assertEqual(self.shown(order, "payment_ready"), (0,))

	def test_but_not_when_it_is_lowered_or_changed_otherwise(self) -> None:
		order = self.confirmed()
		order.items[0].rate = 900
		order.po_no = "4711"
		order.save()
		self.assertEqual(self.shown(order, "payment_ready", "payment_ready_how"), (1, "Cash"))

	def confirmed(self) -> Any:
		order = draft(self.buyer)
		order_desk.confirm_payment_ready(order.name, "Cash")
		return order.reload()

	def test_only_orders_that_are_paid_on_delivery_are_confirmed(self) -> None:
		for tier in ("A", "C", "D", None):
			order = draft(buyer_of(tier, limit=5000))
			with self.assertRaisesRegex(ReadinessError, "does not wait for payment readiness"):
				order_desk.confirm_payment_ready(order.name, "Cash")
			self.assertEqual(self.shown(order, "payment_ready"), (0,))

	def test_what_is_done_is_not_confirmed_any_more(self) -> None:
		closed = make.order(self.buyer, 1000, today())
		closed.update_status("Closed")
		with self.assertRaisesRegex(ReadinessError, "Closed"):
			order_desk.confirm_payment_ready(closed.name, "Cash")
		cancelled = make.order(self.buyer, 1000, today())
		cancelled.cancel()
		with self.assertRaisesRegex(ReadinessError, "Cancelled"):
			order_desk.confirm_payment_ready(cancelled.name, "Cash")

	def test_how_must_be_one_of_those_that_there_are(self) -> None:
		order = draft(self.buyer)
		with self.assertRaisesRegex(ReadinessError, "Cash, Bank transfer, Cheque"):
			order_desk.confirm_payment_ready(order.name, "Promises")

	def test_what_was_not_confirmed_is_not_taken_back(self) -> None:
		with self.assertRaisesRegex(ReadinessError, "No payment readiness is confirmed"):
			order_desk.withdraw_payment_ready(draft(self.buyer).name)

	def test_who_may_not_write_the_order_confirms_nothing(self) -> None:
		order = draft(self.buyer)
		for roles in (["Accounts User"], ["Stock User"], []):
			with self.set_user(make.user(*roles)):
				self.assertRaises(
					frappe.PermissionError, order_desk.confirm_payment_ready, order.name, "Cash"
				)
				self.assertRaises(frappe.PermissionError, order_desk.withdraw_payment_ready, order.name)
		fenced = make.user("Sales User")
		frappe.permissions.add_user_permission("Customer", make.customer(), fenced, ignore_permissions=True)
		with self.set_user(fenced):
			self.assertRaises(frappe.PermissionError, order_desk.confirm_payment_ready, order.name, "Cash")

	def test_nobody_types_it(self) -> None:
		order = draft(self.buyer, payment_ready=1, payment_ready_how="Cash", credit_outcome="Allow")
		self.assertEqual(self.shown(order, "payment_ready", "credit_outcome"), (0, None))
		set_value("Sales Order", order.name, "payment_ready", 1)
		self.assertEqual(self.shown(order, "payment_ready"), (0,))
		order.reload()
		order.submit()
		set_value("Sales Order", order.name, {"payment_ready": 1, "credit_outcome": "Allow"})
		self.assertEqual(self.shown(order, "payment_ready", "credit_outcome"), (0, "Hold"))

	def test_a_form_that_was_open_meanwhile_can_be_saved_and_takes_nothing_back(self) -> None:
		order = make.order(self.buyer, 1000, today())
		form = frappe.get_doc("Sales Order", order.name)
		order_desk.confirm_payment_ready(order.name, "Cash")
		form.po_no = "4711"
		form.save()
		self.assertEqual(self.shown(order, "po_no", "payment_ready", "credit_outcome"), ("4711", 1, "Allow"))

	def test_a_copy_or_an_amendment_is_not_confirmed(self) -> None:
		order = make.order(self.buyer, 1000, today())
		order_desk.confirm_payment_ready(order.name, "Cash")
		order.reload()
		copy = frappe.copy_doc(order, ignore_no_copy=False)
		self.assertFalse(copy.payment_ready or copy.credit_outcome)
		order.cancel()
		copy.update({"amended_from": order.name, "delivery_date": today(), "payment_ready": 1})
		copy.insert()
		self.assertEqual(self.shown(copy, "payment_ready"), (0,))


class TestOrderHold(GradingTestCase):
	"""What an order shows is written without touching it."""

	def test_nothing_is_written_where_nothing_has_changed(self) -> None:
		order = make.order(buyer_of("C"), 1000, today())
		kept = frappe.db.get_value("Sales Order", order.name, "modified")
		self.assertTrue(order_hold.clear(order.name))
		self.assertFalse(order_hold.clear(order.name))
		self.assertEqual(frappe.db.get_value("Sales Order", order.name, "modified"), kept)


class TestPayment(GradingTestCase):
	"""A payment that the desk begins and a person completes."""

	def test_a_submitted_order_gets_it_allocated(self) -> None:
		order = make.order(buyer_of("C"), 1000, today())
		made = order_desk.payment_draft(order.customer, order.company, 300, order.name)
		self.assertEqual(
			(made["payment_type"], made["party"], made["paid_amount"]), ("Receive", order.customer, 300)
		)
		row = made["references"][0]
		self.assertEqual((row["reference_name"], row["allocated_amount"]), (order.name, 300))
		self.assertFalse(frappe.db.exists("Payment Entry", {"party": order.customer}))

	def test_for_a_draft_it_is_on_account_and_can_be_submitted(self) -> None:
		order = draft(buyer_of("D"))
		made = order_desk.payment_draft(order.customer, order.company, 1000, order.name)
		self.assertEqual((made["references"], made["paid_amount"], made["received_amount"]), ([], 1000, 1000))
		payment = frappe.get_doc({**made, "reference_no": "Slip 1", "reference_date": today()})
		payment.insert().submit()
		self.assertEqual(payment.unallocated_amount, 1000)
		order.reload()
		order.submit()
		self.assertEqual(order.docstatus, 1)

	def test_a_foreign_customer_pays_in_the_currency_of_its_account(self) -> None:
		own = frappe.get_cached_value("Company", make.first_company(), "default_currency")
		make.exchange_rate("EUR", own, 2, today())
		buyer = make.foreign_customer("EUR")
		made = order_desk.payment_draft(buyer, make.first_company(), 500)
		self.assertEqual((made["paid_from_account_currency"], made["paid_amount"]), ("EUR", 250))

	def test_who_is_kept_to_another_company_begins_none_for_this_one(self) -> None:
		buyer, accountant = buyer_of("D"), make.user("Accounts User")
		other = make.SECOND_COMPANY
		frappe.permissions.add_user_permission("Company", other, accountant, ignore_permissions=True)
		with self.set_user(accountant):
			values = (buyer, make.first_company(), 1000)
			self.assertRaisesRegex(
				frappe.PermissionError, "may not see figures of company", order_desk.payment_draft, *values
			)

	def test_who_may_not_receive_payments_gets_none(self) -> None:
		order = draft(buyer_of("D"))
		with self.set_user(make.user("Sales User")):
			values = (order.customer, order.company, 1000)
			self.assertRaises(frappe.PermissionError, order_desk.payment_draft, *values)


class TestAffectedOrders(GradingTestCase):
	"""Before and after a tier is assigned by hand."""

	def test_the_open_orders_are_listed_the_newest_first(self) -> None:
		buyer = buyer_of("A", limit=9000)
		old = make.order(buyer, 1000, ago(9))
		new = make.order(buyer, 500, ago(2))
		make.order(buyer, 100, ago(5)).update_status("Closed")
		draft(buyer)
		found = order_desk.affected_orders([buyer])
		self.assertEqual([row["name"] for row in found["orders"]], [new.name, old.name])
		self.assertEqual((found["count"], found["orders"][0]["undelivered"]), (2, 500))

	def test_those_that_the_reader_may_not_read_are_only_counted(self) -> None:
		buyer = buyer_of("A", limit=9000)
		make.order(buyer, 1000, ago(9))
		with self.set_user(make.user("Credit Controller", "Accounts Manager")):
			found = order_desk.affected_orders(json.dumps([buyer]))
		self.assertEqual(found["count"], 1)

	def test_who_assigns_nothing_learns_nothing(self) -> None:
		with self.set_user(make.user("Sales User")):
			self.assertRaises(frappe.PermissionError, order_desk.affected_orders, [buyer_of("A")])


class TestCreditPanel(GradingTestCase):
	"""On the dashboard of a customer."""

	def test_it_shows_the_position_what_is_held_and_a_year(self) -> None:
		buyer = buyer_of("C", limit=5000)
		make.invoice(buyer, 800, ago(70), ago(40))
		order = make.order(buyer, 1000, today())
		told = order_desk.credit_panel(buyer)
		self.assertEqual((told["tier"], told["mode"]), ("C", "Enforce"))
		self.assertEqual((told["exposure"], told["limit"], told["room"]), (1800, 5000, 3200))
		self.assertEqual((told["overdue"], told["oldest_days"]), (800, 40))
		self.assertEqual((told["held"]["count"], told["held"]["value"]), (1, 1000))
		waiting = {"name": order.name, "awaits": "Advance payment", "awaited_amount": 1000}
		self.assertEqual(told["held"]["orders"], [waiting])
		self.assertEqual(len(told["months"]), 12)

	def test_a_customer_without_trade_shows_nothing_but_zeros(self) -> None:
		told = order_desk.credit_panel(make.customer())
		self.assertEqual((told["tier"], told["exposure"], told["components"]), ("", 0, []))
		self.assertEqual((told["overdue"], told["held"]["count"]), (0, 0))
		self.assertEqual({(each["billed"], each["received"]) for each in told["months"]}, {(0, 0)})

	def test_who_may_not_see_credit_sees_none(self) -> None:
		buyer = make.customer()
		with self.set_user(make.user("Stock User")):
			self.assertRaises(frappe.PermissionError, order_desk.credit_panel, buyer)
			self.assertRaises(frappe.PermissionError, order_desk.overdue_card)
			self.assertRaises(frappe.PermissionError, tier_chart.exposure_by_credit_tier)
			self.assertRaises(frappe.PermissionError, week_chart.refused_and_held_per_week)

	def test_who_is_kept_to_another_company_sees_no_figures_of_this_one(self) -> None:
		buyer, manager = make.customer(), make.user("Sales Manager")
		other = make.SECOND_COMPANY
		frappe.permissions.add_user_permission("Company", other, manager, ignore_permissions=True)
		with self.set_user(manager):
			company = make.first_company()
			self.assertRaises(frappe.PermissionError, order_desk.credit_panel, buyer, company)
			self.assertRaises(
				frappe.PermissionError, tier_chart.exposure_by_credit_tier, {"company": company}
			)
			for chosen in (other, None):
				told = order_desk.credit_panel(buyer, chosen)
				self.assertEqual((told["company"], told["companies"]), (other, [other]))

	def test_who_may_not_read_the_customer_sees_none(self) -> None:
		buyer, seller = make.customer(), make.user("Sales User")
		frappe.permissions.add_user_permission("Customer", make.customer(), seller, ignore_permissions=True)
		with self.set_user(seller):
			self.assertRaises(frappe.PermissionError, order_desk.credit_panel, buyer)


class TestMonths(GradingTestCase):
	"""Billed and received, by calendar month."""

	def setUp(self) -> None:
		super().setUp()
		self.buyer, self.day = make.customer(), date(2026, 7, 15)

	def trade(self) -> dict[tuple[int, int], tuple[float, float]]:
		found = months(self.buyer, make.first_company(), self.day)
		return {
			(each.first_day.year, each.first_day.month): (float(each.billed), float(each.received))
			for each in found
			if each.billed or each.received
		}

	def test_there_are_twelve_of_them_the_oldest_first(self) -> None:
		found = [each.first_day for each in months(self.buyer, make.first_company(), self.day)]
		self.assertEqual(found, [add_months(date(2025, 8, 1), step) for step in range(12)])

	def test_invoices_are_billed_and_payments_received_when_they_are_posted(self) -> None:
		billed = make.invoice(self.buyer, 900, date(2026, 5, 3))
		make.payment(billed, date(2026, 6, 20), 400)
		make.money_on_account(self.buyer, 250, date(2026, 7, 15))
		self.assertEqual(self.trade(), {(2026, 5): (900, 0), (2026, 6): (0, 400), (2026, 7): (0, 250)})

	def test_a_credit_note_takes_off_what_was_billed(self) -> None:
		billed = make.invoice(self.buyer, 900, date(2026, 5, 3))
		make.credit_note(billed, date(2026, 6, 1), part=0.5)
		self.assertEqual(self.trade(), {(2026, 5): (900, 0), (2026, 6): (-450, 0)})

	def test_a_sale_at_the_till_is_billed_and_received(self) -> None:
		make.sale_at_the_till(self.buyer, 120, date(2026, 5, 3))
		self.assertEqual(self.trade(), {(2026, 5): (120, 120)})

	def test_money_paid_back_takes_off_what_was_received(self) -> None:
		make.money_on_account(self.buyer, 250, date(2026, 6, 2))
		make.refund(self.buyer, 100, date(2026, 6, 9))
		self.assertEqual(self.trade(), {(2026, 6): (0, 150)})

	def test_journals_are_money_or_debts(self) -> None:
		make.journal(self.buyer, 300, date(2026, 4, 1))
		make.journal(self.buyer, -200, date(2026, 5, 1))
		make.journal(self.buyer, -50, date(2026, 6, 1), kind="Write Off Entry")
		self.assertEqual(self.trade(), {(2026, 4): (300, 0), (2026, 5): (0, 200), (2026, 6): (-50, 0)})

	def test_what_is_older_or_later_is_left_out(self) -> None:
		make.invoice(self.buyer, 900, date(2025, 7, 31))
		make.invoice(self.buyer, 900, date(2026, 7, 16))
		self.assertEqual(self.trade(), {})


class TestManagersView(GradingTestCase):
	"""Cards and charts of the workspace."""

	def test_refusals_and_holds_are_counted_by_week_and_reason(self) -> None:
		company = make.first_company()
		before = weeks(company, today())[-1].counts
		make.order(buyer_of("C"), 1000, today())
		after = weeks(company, today())[-1].counts
		self.assertEqual(after["order_pay_before_delivery"] - before["order_pay_before_delivery"], 1)
		self.assertEqual([week.monday.weekday() for week in weeks(company, today())], [0] * 8)

	def test_the_chart_names_weeks_and_reasons(self) -> None:
		make.order(buyer_of("C"), 1000, today())
		told = week_chart.refused_and_held_per_week(json.dumps({"company": make.first_company()}))
		self.assertEqual(len(told["labels"]), 8)
		shown = {each["name"]: each["values"] for each in told["datasets"]}
		self.assertGreaterEqual(shown["Goods not paid"][-1], 1)

	def test_what_is_only_tried_is_not_counted(self) -> None:
		frappe.db.set_single_value("Grading Settings", "mode", "Shadow")
		frappe.clear_document_cache("Grading Settings", "Grading Settings")
		self.addCleanup(frappe.clear_document_cache, "Grading Settings", "Grading Settings")
		before = weeks(None, today())
		make.order(buyer_of("C"), 1000, today())
		self.assertEqual(weeks(None, today()), before)

	def test_the_exposure_is_told_by_tier(self) -> None:
		company = make.first_company()
		before = exposure_by_tier(company).get("C", 0)
		buyer = buyer_of("C")
		make.invoice(buyer, 800, ago(9), today())
		make.order(buyer, 200, today())
		settle()
		self.assertEqual(exposure_by_tier(company)["C"] - before, 1000)
		told = tier_chart.exposure_by_credit_tier({"company": company})
		self.assertIn("Tier C", told["labels"])

	def test_who_is_kept_to_some_customers_sees_the_figures_of_these(self) -> None:
		mine, other, manager = buyer_of("C"), buyer_of("C"), make.user("Sales Manager")
		for buyer, amount in ((mine, 800), (other, 500)):
			make.invoice(buyer, amount, ago(70), ago(40))
			make.order(buyer, 200, today())
		settle()
		frappe.permissions.add_user_permission("Customer", mine, manager, ignore_permissions=True)
		with self.set_user(manager):
			self.assertEqual(order_desk.overdue_card()["value"], 800)
			told = tier_chart.exposure_by_credit_tier({"company": make.first_company()})
			self.assertEqual((told["labels"], told["datasets"][0]["values"]), (["Tier C"], [1000]))
			shown = week_chart.refused_and_held_per_week({"company": make.first_company()})
			self.assertEqual([each["values"][-1] for each in shown["datasets"]], [1])
			self.assertEqual(order_desk.held_value_card()["value"], 200)

	def test_what_is_held_is_worth_what_has_not_left(self) -> None:
		before = order_desk.held_value_card()
		order = make.order(buyer_of("C"), 1000, today())
		self.assertEqual(order_desk.held_value_card()["value"] - before["value"], 1000)
		order.db_set("per_delivered", 30)
		self.assertAlmostEqual(order_desk.held_value_card()["value"] - before["value"], 700)
		order.db_set("per_delivered", 100)
		self.assertAlmostEqual(order_desk.held_value_card()["value"], before["value"])
		self.assertEqual(before["route"], ["List", "Sales Order", "List"])

	def test_what_is_overdue_is_summed_up_without_disputes(self) -> None:
		before = order_desk.overdue_card()["value"]
		make.invoice(make.customer(), 800, ago(70), ago(40))
		make.invoice(make.customer(), 500, ago(70), ago(40), is_disputed=1)
		make.invoice(make.customer(), 300, ago(2), today())
		told = order_desk.overdue_card()
		self.assertEqual((told["value"] - before, told["fieldtype"]), (800, "Currency"))
		self.assertEqual(told["route"], ["query-report", "Accounts Receivable"])
