"""Orders submitted over HTTP, in every way that REST has: refused with the reason, or accepted and held."""

import json
import re
import secrets
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

import pytest
from served import Bench

SCENE = "customer_grading.tests.door_scene"


class Answer(NamedTuple):
	"""What the site has answered."""

	status: int
	body: dict[str, Any]


Send = Callable[[str, str, dict[str, Any]], Answer]


def put_docstatus(send: Send, order: str) -> Answer:
	return send("PUT", f"/api/resource/Sales Order/{order}", {"docstatus": 1})


def client_submit(send: Send, order: str) -> Answer:
	document = send("GET", f"/api/resource/Sales Order/{order}", {}).body["data"]
	return send("POST", "/api/method/frappe.client.submit", {"doc": document})


def run_doc_method(send: Send, order: str) -> Answer:
	values = {"dt": "Sales Order", "dn": order, "method": "submit"}
	return send("POST", "/api/method/run_doc_method", values)


def save_of_the_form(send: Send, order: str) -> Answer:
	document = send("GET", f"/api/resource/Sales Order/{order}", {}).body["data"]
	values = {"doc": json.dumps({**document, "credit_outcome": "Allow"}), "action": "Submit"}
	return send("POST", "/api/method/frappe.desk.form.save.savedocs", values)


WAYS = {way.__name__: way for way in (put_docstatus, client_submit, run_doc_method, save_of_the_form)}
each_way = pytest.mark.parametrize("way", WAYS)


@pytest.fixture(scope="module")
def scene(bench: Bench) -> Iterator[dict[str, Any]]:
	made = bench.execute(f"{SCENE}.make", mark=secrets.token_hex(3), ways=list(WAYS))
	yield made
	bench.execute(f"{SCENE}.strike", scene=made)


@pytest.fixture
def send(url: str, bench: Bench, scene: dict[str, Any]) -> Send:
	"""A request of the clerk."""

	def request(method: str, path: str, values: dict[str, Any]) -> Answer:
		connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
		head = {"Authorization": f"token {scene['token']}", "Accept": "application/json", "Host": bench.site}
		head["Content-Type"] = "application/json"
		try:
			connection.request(method, quote(path), json.dumps(values), head)
			answer = connection.getresponse()
			return Answer(answer.status, json.loads(answer.read()))
		finally:
			connection.close()

	return request


@pytest.fixture
def submit(bench: Bench, send: Send, scene: dict[str, Any]) -> Callable[[str, str], "Submitted"]:
	def submitted(tier: str, way: str) -> Submitted:
		order = scene["sides"][tier]["orders"][way]
		return Submitted(bench, send, order, WAYS[way](send, order), scene["clerk"])

	return submitted


SYMBOL = re.compile(r"[^\w\s]+ (?=\d[\d,]*\.\d\d\b)")
"""Of a currency, before an amount; which one it is depends on the site."""


class Submitted(NamedTuple):
	"""What has become of an order."""

	bench: Bench
	send: Send
	order: str
	answer: Answer
	clerk: str

	@property
	def kept(self) -> list[dict[str, Any]]:
		"""The decisions on it that are kept."""
		return self.bench.execute(f"{SCENE}.decided", order=self.order) or []

	@property
	def now(self) -> dict[str, Any]:
		"""The order as it is now."""
		return self.send("GET", f"/api/resource/Sales Order/{self.order}", {}).body["data"]

	def assert_refused(self, sentence: str) -> None:
		assert self.answer.status == 417, self.answer
		assert self.answer.body["exc_type"] == "OrderRefusedError"
		(message,) = map(json.loads, json.loads(self.answer.body["_server_messages"]))
		assert message["title"] == "Order Refused"
		assert sentence in SYMBOL.sub("", message["message"])
		assert self.answer.body["credit_refusal"]["outcome"] == "Refuse"
		assert self.now["docstatus"] == 0
		(kept,) = self.kept
		assert (kept["outcome"], kept["mode"], kept["user"]) == ("Refuse", "Enforce", self.clerk)
		assert "/api/" in kept["asked"]

	def assert_held(self, awaits: str) -> None:
		assert self.answer.status == 200, self.answer
		now = self.now
		assert (now["docstatus"], now["credit_outcome"], now["credit_awaits"]) == (1, "Hold", awaits)
		assert [kept["outcome"] for kept in self.kept] == ["Hold"]

	def assert_passes(self) -> None:
		assert self.answer.status == 200, self.answer
		now = self.now
		assert (now["docstatus"], now.get("credit_outcome") or None) == (1, None)
		assert self.kept == []


Submit = Callable[[str, str], Submitted]


@each_way
def test_tier_a_above_the_limit_is_refused(submit: Submit, way: str) -> None:
	submit("A", way).assert_refused("1,000.00, which is 600.00 above the credit limit of 400.00")


@each_way
def test_tier_b_on_terms_of_credit_is_refused(submit: Submit, way: str) -> None:
	submit("B", way).assert_refused("The terms give 10 days of credit, but tier B pays cash on delivery.")


def test_tier_c_unpaid_is_accepted_and_waits_for_the_money(submit: Submit) -> None:
	submit("C", "put_docstatus").assert_held("Advance payment")


@each_way
def test_tier_d_unpaid_is_refused(submit: Submit, way: str) -> None:
	submit("D", way).assert_refused("Tier D pays before the order: 1,000.00 of it is not covered")


@each_way
def test_without_a_tier_nothing_is_restricted(submit: Submit, way: str) -> None:
	submit("none", way).assert_passes()
