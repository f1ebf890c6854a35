"""Refusals and releases by whole requests: what stands afterwards, whoever asks and by whichever way."""

import json
from http import HTTPStatus

import frappe
from frappe.automation.doctype.auto_repeat.auto_repeat import create_repeated_entries

from customer_grading.customer_grading.doctype.credit_release.credit_release import approve
from customer_grading.records.customer import write
from customer_grading.tests.decision_case import decisions
from customer_grading.tests.regrade_case import user_with
from customer_grading.tests.test_credit_decision import DECISION, SurvivalCase
from customer_grading.tests.test_credit_release import ORDER, RELEASE, CommittedReleaseCase
from customer_grading.tests.web_case import Web, error_of

METHODS = "customer_grading.customer_grading.doctype.credit_release.credit_release"
PASSWORD = "release-Me-1976"  # noqa: S105  (of users that the tests make)


class TestARefusedRequest(SurvivalCase):
	"""An order of tier D, which is refused at the real door."""

	def setUp(self) -> None:
		super().setUp()
		write({self.buyer: {"credit_tier": "D"}})
		self.clerk = user_with("Sales User", "Sales Manager")
		frappe.db.commit()
		self.addCleanup(self.forget_clerk)
		self.web = Web(self.clerk)

	def forget_clerk(self) -> None:
		frappe.db.rollback()
		frappe.delete_doc("User", self.clerk, force=True)
		frappe.db.commit()

	def decided(self) -> list[tuple[str, str, str]]:
		frappe.db.rollback()
		rows = decisions(self.order.name, "outcome", "user", "asked")
		return [(outcome, user, json.loads(asked)["way"]) for outcome, user, asked in rows]

	def test_is_remembered_once(self) -> None:
		answer = self.web.post("frappe.client.submit", doc=self.order.as_dict(convert_dates_to_str=True))
		self.assertEqual((answer.status_code, error_of(answer)), (417, "OrderRefusedError"))
		self.assertEqual(self.decided(), [("Refuse", self.clerk, "POST /api/method/frappe.client.submit")])
		self.assertEqual(frappe.db.get_value(ORDER, self.order.name, "docstatus"), 0)

	def test_is_remembered_by_each_that_tried(self) -> None:
		for _time in range(2):
			path = f"/api/resource/Sales Order/{self.order.name}"
			self.assertEqual(error_of(self.web.call("PUT", path, docstatus=1)), "OrderRefusedError")
		self.assertEqual(len(self.decided()), 2)

	def test_is_remembered_where_it_was_a_link(self) -> None:
		"""A refused GET is neither committed nor rolled back."""
		path = f"/api/resource/Sales Order/{self.order.name}?run_method=submit"
		answer = self.web.call("GET", path)
		self.assertEqual(error_of(answer), "OrderRefusedError")
		self.assertEqual([outcome for outcome, _user, _way in self.decided()], ["Refuse"])
		self.assertEqual(frappe.db.get_value(ORDER, self.order.name, "docstatus"), 0)

	def test_is_remembered_of_an_order_that_was_never_saved(self) -> None:
		new = {**self.order.as_dict(convert_dates_to_str=True), "docstatus": 1, "name": None}
		for line in new["items"]:
			line.pop("name")
		answer = self.web.call("POST", "/api/resource/Sales Order", **new)
		self.assertEqual(error_of(answer), "OrderRefusedError")
		frappe.db.rollback()
		self.assertEqual(frappe.db.count(DECISION, {"customer": self.buyer}), 1)
		self.assertEqual(frappe.db.count(ORDER, {"customer": self.buyer}), 1)

	def test_is_remembered_of_each_order_of_a_list(self) -> None:
		other = self.keep(frappe.copy_doc(self.order))
		self.web.post(
			"frappe.desk.doctype.bulk_update.bulk_update.submit_cancel_or_update_docs",
			doctype=ORDER,
			docnames=[self.order.name, other.name],
			action="submit",
		)
		frappe.db.rollback()
		self.assertEqual((len(self.decided()), len(decisions(other.name))), (1, 1))

	def test_is_remembered_of_each_line_of_an_import(self) -> None:
		rows = [
			"Series,Customer,Date,Delivery Date (Items),Item Code (Items),Quantity (Items),Rate (Items)",
			*(
				f'SAL-ORD-.YYYY.-,"{self.buyer}",{self.order.transaction_date},{self.order.transaction_date},'
				f'"{self.order.items[0].item_code}",1,{rate}'
				for rate in (100, 200)
			),
		]
		file = frappe.get_doc({"doctype": "File", "file_name": "orders.csv", "content": "\n".join(rows)})
		self.keep(file)
		kind = {"reference_doctype": ORDER, "import_type": "Insert New Records", "submit_after_import": 1}
		document = self.keep(frappe.get_doc({"doctype": "Data Import", "import_file": file.file_url, **kind}))
		document.start_import()
		self.addCleanup(setattr, frappe.flags, "in_import", False)
		logs = frappe.get_all("Data Import Log", {"data_import": document.name}, ["success", "exception"])
		self.assertEqual([log.success for log in logs], [0, 0], logs)
		amounts = frappe.get_all(DECISION, {"customer": self.buyer}, pluck="amount", order_by="decided_on")
		self.assertEqual(amounts, [100, 200])

	def test_is_remembered_of_an_order_that_repeats_itself(self) -> None:
		"""Auto Repeat swallows the refusal, keeps the draft and commits."""
		repeat = self.keep(
			frappe.get_doc(
				{
					"doctype": "Auto Repeat",
					"reference_doctype": ORDER,
					"reference_document": self.order.name,
					"frequency": "Daily",
					"start_date": frappe.utils.nowdate(),
					"submit_on_creation": 1,
				}
			)
		)
		self.addCleanup(self.forget_repeated)
		repeat.db_set({"next_schedule_date": frappe.utils.nowdate(), "status": "Active"})
		create_repeated_entries([repeat])
		frappe.db.commit()
		(made,) = frappe.get_all(
			ORDER, {"customer": self.buyer, "name": ("!=", self.order.name)}, pluck="name"
		)
		self.assertEqual(decisions(made), ["Refuse"])

	def forget_repeated(self) -> None:
		frappe.db.rollback()
		frappe.db.set_value(ORDER, {"customer": self.buyer}, "auto_repeat", None)
		for name in frappe.get_all(ORDER, {"customer": self.buyer}, pluck="name"):
			if name != self.order.name:
				frappe.delete_doc(ORDER, name, force=True)
		frappe.db.delete("Error Log", {"method": ("like", "Auto repeat failed%")})
		frappe.db.commit()


class TestARelease(CommittedReleaseCase):
	def state(self) -> tuple[str, float, str | None]:
		frappe.db.rollback()
		return frappe.db.get_value(RELEASE, self.name, ["status", "ceiling", "decided_by"])

	def test_cannot_be_written_by_anybody(self) -> None:
		path = f"/api/resource/Credit Release/{self.name}"
		version_2 = f"/api/v2/document/Credit Release/{self.name}"
		given = {"status": "Approved", "ceiling": 900, "decided_by": self.controller}
		for user in (self.clerk, self.controller):
			web = Web(user)
			for answer in (
				web.call("PUT", path, **given),
				web.call("PATCH", version_2, **given),
				web.call("DELETE", path),
				web.call("POST", "/api/resource/Credit Release", **given, customer=self.buyer),
				web.post("frappe.client.set_value", doctype=RELEASE, name=self.name, fieldname=given),
				web.post("frappe.desk.form.save.savedocs", doc=json.dumps(self.form(given)), action="Save"),
				web.post(
					"frappe.client.bulk_update", docs=json.dumps([{**self.form(given), "docname": self.name}])
				),
			):
				with self.subTest(user, path=answer.request.path):
					self.assertEqual(self.state(), ("Requested", 0, None))

	def form(self, given: dict) -> dict:
		return {**frappe.get_doc(RELEASE, self.name).as_dict(convert_dates_to_str=True), **given}

	def test_is_not_approved_by_who_asked(self) -> None:
		answer = Web(self.clerk).post(f"{METHODS}.approve", name=self.name)
		self.assertEqual((answer.status_code, error_of(answer)), (403, "OwnRequestError"))
		self.assertEqual(self.state(), ("Requested", 0, None))

	def test_is_not_approved_by_a_link(self) -> None:
		answer = Web(self.controller).call("GET", f"/api/method/{METHODS}.approve?name={self.name}")
		self.assertEqual(answer.status_code, HTTPStatus.FORBIDDEN)
		self.assertEqual(self.state(), ("Requested", 0, None))

	def test_is_approved_by_another(self) -> None:
		answer = Web(self.controller).post(f"{METHODS}.approve", name=self.name, ceiling=600)
		self.assertEqual(answer.status_code, HTTPStatus.OK, answer.text)
		self.assertEqual(self.state(), ("Approved", 600, self.controller))

	def test_is_not_approved_by_whoever_impersonates_the_controller(self) -> None:
		web = self.impersonating(self.controller)
		answer = web.post(f"{METHODS}.approve", name=self.name)
		self.assertEqual((answer.status_code, error_of(answer)), (403, "NoDeciderError"), answer.text)
		self.assertIn("in the name of somebody else", answer.text)
		self.assertEqual(self.state(), ("Requested", 0, None))

	def test_names_who_was_really_at_work(self) -> None:
		frappe.db.delete(RELEASE, {"name": self.name})
		frappe.db.commit()
		asked = {"reference_doctype": ORDER, "reference_name": self.order.name, "reason": "Good"}
		answer = self.impersonating(self.clerk).post(f"{METHODS}.request_release", **asked)
		self.name = answer.get_json()["message"]
		frappe.db.rollback()
		row = frappe.db.get_value(RELEASE, self.name, ["requested_by", "impersonator"])
		self.assertEqual(row, (self.clerk, "Administrator"))

	def impersonating(self, user: str) -> Web:
		"""Administrator at work as somebody else, after a real login."""
		table = frappe.qb.Table("__Auth")
		query = frappe.qb.from_(table).select(table.password)
		((before,),) = query.where((table.doctype == "User") & (table.name == "Administrator")).run()
		self.addCleanup(self.restore, before)
		frappe.utils.password.update_password("Administrator", PASSWORD)
		frappe.db.commit()
		web = Web()
		answer = web.post("login", usr="Administrator", pwd=PASSWORD)
		self.assertEqual(answer.status_code, HTTPStatus.OK, answer.text)
		answer = web.post("frappe.core.doctype.user.user.impersonate", user=user, reason="Test")
		self.assertEqual(answer.status_code, HTTPStatus.OK, answer.text)
		return web

	def restore(self, password: str) -> None:
		table = frappe.qb.Table("__Auth")
		query = frappe.qb.update(table).set(table.password, password)
		query.where((table.doctype == "User") & (table.name == "Administrator")).run()
		frappe.db.commit()

	def test_a_form_tells_who_may_decide(self) -> None:
		for user, may in ((self.clerk, False), (self.controller, True)):
			answer = Web(user).call(
				"GET", f"/api/method/frappe.desk.form.load.getdoc?doctype={RELEASE}&name={self.name}"
			)
			self.assertIs(answer.get_json()["docs"][0]["__onload"]["may_decide"], may)

	def test_is_used_by_the_order_that_it_was_given_for(self) -> None:
		write({self.buyer: {"credit_tier": "D"}})
		with self.set_user(self.controller):
			approve(self.name)
		frappe.db.commit()
		self.addCleanup(self.cancel_order)
		answer = Web(self.clerk).post(
			"frappe.client.submit", doc=self.order.as_dict(convert_dates_to_str=True)
		)
		self.assertEqual(answer.status_code, HTTPStatus.OK, answer.text)
		self.assertEqual(self.state()[0], "Used")
		told = frappe.get_all(DECISION, {"reference_name": self.order.name}, ["outcome", "credit_release"])
		self.assertEqual([(row.outcome, row.credit_release) for row in told], [("Allow", self.name)])

	def cancel_order(self) -> None:
		frappe.db.rollback()
		frappe.db.delete(DECISION, {"customer": self.buyer})
		order = frappe.get_doc(ORDER, self.order.name)
		if order.docstatus == 1:
			order.cancel()
		frappe.db.commit()
