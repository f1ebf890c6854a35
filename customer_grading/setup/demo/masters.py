"""What the demo's documents are made of: users, items, terms, fiscal years, holidays and the customers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document

from customer_grading.rules.dates import add_months
from customer_grading.setup.demo.book import Buyer
from customer_grading.setup.demo.words import (
	DOMAIN,
	GOODS,
	HOLIDAYS,
	MANAGER,
	OFFICE,
	PEOPLE,
	SALESPEOPLE,
	STAFF,
	STREET,
	TERMS,
	Goods,
	Person,
)

SCALES = {"INR": 50, "JPY": 100, "KRW": 1000, "IDR": 10000, "VND": 20000}
"""By how much more a price in a smaller currency is."""


class DemoError(frappe.ValidationError):
	"""The demo cannot be made here."""


@dataclass(frozen=True, slots=True)
class Firm:
	"""The company that the demo belongs to."""

	company: str
	currency: str
	country: str
	account: str
	"""Where money comes in."""

	@property
	def scale(self) -> int:
		"""By how much prices are more than in dollars, euros or yuan."""
		return SCALES.get(self.currency, 1)


def firm() -> Firm:
	"""The default company. Raises DemoError where there is none, or no account for money."""
	company = frappe.db.get_single_value("Global Defaults", "default_company")
	if not company:
		frappe.throw(
			_("There is no default company yet. Complete the setup wizard of ERPNext first."), DemoError
		)
	fields = ["default_currency", "country", "default_bank_account", "default_cash_account"]
	kept = frappe.db.get_value("Company", company, fields, as_dict=True)
	account = kept.default_bank_account or kept.default_cash_account
	if not account:
		frappe.throw(
			_("Company {0} has neither a default bank account nor a default cash account.").format(company),
			DemoError,
		)
	return Firm(company, kept.default_currency, kept.country, account)


def user_of(person: Person) -> str:
	"""The name of a person's user."""
	return f"{person.login}@{DOMAIN}"


def insert(doctype: str, **values: Any) -> Document:
	"""A new document."""
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def ensure(doctype: str, name: str, **values: Any) -> str:
	"""The document of this name, which may have been there before."""
	if not frappe.db.exists(doctype, name):
		insert(doctype, **values)
	return name


def leaf(doctype: str, *preferred: str) -> str:
	"""One of the groups that the site has, of these names if there is one."""
	names = frappe.get_all(doctype, filters={"is_group": 0}, pluck="name", order_by="name")
	wanted = [name for each in preferred for name in (each, _(each)) if name in names]
	found = [*wanted, *names]
	if not found:
		frappe.throw(_("There is no {0} yet. Make one first.").format(_(doctype)), DemoError)
	return found[0]


def make_users() -> None:
	"""The users of the demo, the one that owns everything first."""
	for person in PEOPLE:
		_user(person)
		frappe.set_user(user_of(OFFICE))
	# Contacts and pictures of users are made by workers, who may come when the demo is long gone.
	frappe.db.after_commit.reset()
	office = user_of(OFFICE)
	frappe.db.set_value("User", office, {"owner": office, "enabled": 0}, update_modified=False)


def _user(person: Person) -> None:
	insert(
		"User",
		email=user_of(person),
		first_name=str(person.name),
		user_type="System User",
		send_welcome_email=0,
		new_password=f"{frappe.generate_hash(length=24)}aA1!",
		roles=[{"role": role} for role in person.roles],
	)


def make_company_masters(firm: Firm, buyers: Sequence[Buyer], today: date, months: int) -> None:
	"""Fiscal years, items, payment terms and the sales team."""
	_fiscal_years(add_months(today, -months) - timedelta(days=40), today)
	for goods in GOODS:
		_item(goods, firm)
	for days in sorted({buyer.terms for buyer in buyers}):
		_terms(days)
	_sales_team(firm)


def _fiscal_years(first: date, today: date) -> None:
	"""Each begins a year before the next, as far back as is needed."""
	start = _year_of(today) or date(today.year, 1, 1)
	while True:
		if not _year_of(start):
			_fiscal_year(start)
		if start <= first:
			return
		start = add_months(start, -12)


def _year_of(day: date) -> date | None:
	"""The beginning of the fiscal year that a day is in."""
	filters = {"year_start_date": ("<=", day), "year_end_date": (">=", day), "disabled": 0}
	return frappe.db.get_value("Fiscal Year", filters, "year_start_date")


def _fiscal_year(start: date) -> None:
	end = add_months(start, 12) - timedelta(days=1)
	name = str(start.year) if start.year == end.year else f"{start.year}-{end.year}"
	ensure("Fiscal Year", name, year=name, year_start_date=start, year_end_date=end)
	frappe.cache.delete_value("fiscal_years")


def _item(goods: Goods, firm: Firm) -> None:
	ensure(
		"Item",
		goods.code,
		item_code=goods.code,
		item_name=str(goods.name),
		item_group=leaf("Item Group", "Products"),
		stock_uom=frappe.db.get_single_value("Stock Settings", "stock_uom") or "Nos",
		is_stock_item=0,
		standard_rate=goods.price * firm.scale,
	)


def terms_of(days: int) -> str:
	"""The name of the payment terms that give so many days."""
	return str(TERMS).format(days)


def _terms(days: int) -> None:
	name = terms_of(days)
	line = {"invoice_portion": 100, "due_date_based_on": "Day(s) after invoice date", "credit_days": days}
	ensure("Payment Term", name, payment_term_name=name, **line)
	ensure("Payment Terms Template", name, template_name=name, terms=[{"payment_term": name, **line}])


def _sales_team(firm: Firm) -> None:
	root = frappe.get_all("Sales Person", filters={"is_group": 1}, pluck="name", order_by="lft", limit=1)
	for person in STAFF:
		_employee(person, firm)
	_sales_person(MANAGER, root[0] if root else None, is_group=1)
	for person in SALESPEOPLE:
		_sales_person(person, str(MANAGER.name))


def _employee(person: Person, firm: Firm) -> None:
	insert(
		"Employee",
		first_name=str(person.name),
		company=firm.company,
		gender=frappe.get_all("Gender", pluck="name", order_by="name", limit=1)[0],
		date_of_birth="1988-05-17",
		date_of_joining="2019-03-01",
		status="Active",
		user_id=user_of(person),
		create_user_permission=0,
		naming_series="HR-EMP-",
	)


def _sales_person(person: Person, parent: str | None, is_group: int = 0) -> None:
	employee = frappe.db.get_value("Employee", {"user_id": user_of(person)})
	name = str(person.name)
	insert(
		"Sales Person",
		sales_person_name=name,
		parent_sales_person=parent,
		is_group=is_group,
		employee=employee,
		enabled=1,
	)


def give_holidays(firm: Firm, today: date) -> bool:
	"""A Holiday List of weekends for a company that has none; whether it had none."""
	if frappe.db.get_value("Company", firm.company, "default_holiday_list"):
		return False
	name = str(HOLIDAYS)
	start, end = date(today.year - 2, 1, 1), date(today.year + 1, 12, 31)
	days = [start + timedelta(days=at) for at in range((end - start).days + 1)]
	weekend = [
		{"holiday_date": day, "description": name, "weekly_off": 1}
		for day in days
		if day.isoweekday() > 5  # noqa: PLR2004  (Saturday, Sunday)
	]
	ensure("Holiday List", name, holiday_list_name=name, from_date=start, to_date=end, holidays=weekend)
	frappe.db.set_value("Company", firm.company, "default_holiday_list", name, update_modified=False)
	return True


def make_customer(buyer: Buyer, number: int, firm: Firm) -> str:
	"""A customer with address and salesperson; its name."""
	seller = SALESPEOPLE[number % len(SALESPEOPLE)]
	customer = insert(
		"Customer",
		customer_name=str(buyer.name),
		customer_type="Company",
		customer_group=leaf("Customer Group", "Commercial"),
		territory=leaf("Territory", firm.country),
		default_currency=firm.currency,
		payment_terms=terms_of(buyer.terms),
		# Some are worked by their sales team, which comes after the account manager.
		account_manager=user_of(seller) if number % 4 else None,
		sales_team=[{"sales_person": str(seller.name), "allocated_percentage": 100}],
		supply_agreement=int(buyer.agreement),
		platform=int(buyer.platform),
		growth_potential=buyer.potential,
		market_share=buyer.share,
	)
	_address(customer, buyer, number, firm)
	return customer.name


def _address(customer: Document, buyer: Buyer, number: int, firm: Firm) -> None:
	insert(
		"Address",
		address_title=customer.customer_name,
		address_type="Billing",
		address_line1=str(STREET).format(11 + 7 * number),
		city=str(buyer.city),
		country=firm.country,
		links=[{"link_doctype": "Customer", "link_name": customer.name}],
	)
