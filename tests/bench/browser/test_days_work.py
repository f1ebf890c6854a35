"""A person can do the day's work in the browser: due list, follow-up, new grade and next date."""

import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from served import Bench, pictures, today, written

SCRIPT = Path(__file__).with_name("days_work.py")


@pytest.fixture
def seller(bench: Bench) -> Iterator[tuple[str, str]]:
	"""A salesperson: user and password."""
	email, password = f"{secrets.token_hex(4)}@example.com", secrets.token_urlsafe(18)
	bench.insert(
		"User",
		email=email,
		first_name="Sam",
		language="en",
		send_welcome_email=0,
		new_password=password,
		roles=[{"role": "Sales User"}],
	)
	yield email, password
	bench.execute("frappe.delete_doc", doctype="User", name=email, force=True, ignore_permissions=True)


@pytest.fixture
def customer(bench: Bench, seller: tuple[str, str]) -> Iterator[str]:
	"""A customer of hers whom nobody has called for forty days, and who is due therefore."""
	name = f"Northwind Bakery {secrets.token_hex(3)}"
	made = bench.insert("Customer", customer_name=name, customer_type="Company", account_manager=seller[0])
	long_ago = str(today(bench) - timedelta(days=40))
	told = {"follow_up_type": "Visit", "learned": "Perhaps next year.", "need": "Potential"}
	bench.insert("Customer Follow Up", customer=made["name"], follow_up_date=long_ago, **told)
	yield made["name"]
	# Evidence is kept from everybody, so what the test made is taken out behind the app's back.
	for doctype in ("Customer Follow Up", "Grade Change"):
		bench.execute("frappe.db.delete", doctype=doctype, filters={"customer": made["name"]})
	bench.execute("frappe.delete_doc", doctype="Customer", name=made["name"], force=True)


def test_a_salesperson_files_a_follow_up_from_the_due_list_and_sees_grade_and_next_date_change(
	bench: Bench, browser_python: str, url: str, seller: tuple[str, str], customer: str
) -> None:
	now = today(bench)
	pattern = bench.execute("frappe.db.get_single_value", doctype="System Settings", fieldname="date_format")
	close, tomorrow = (written(now + timedelta(days=days), pattern) for days in (10, 1))
	learned = "Wants two pallets before Christmas and asks for a quotation."
	day = bench.work(browser_python, SCRIPT, url, *seller, customer, learned, close, *pictures())
	assert customer in day["due"]
	assert day["told"] == f"Grade D → A, next follow-up on {tomorrow}"
	assert day["done"]
	assert day["headline"].startswith("Grade A, Daily")
	assert f"next follow-up on {tomorrow}" in day["headline"]
	assert "Customer Grade: D → A" in day["timeline"]
	assert learned in day["timeline"]
	assert day["errors"] == []
