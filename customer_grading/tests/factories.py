"""Everything that tests on a site make: real documents of ERPNext, submitted as users would."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from erpnext.controllers.accounts_controller import update_child_qty_rate
from erpnext.selling.doctype.quotation.quotation import make_sales_order
from erpnext.selling.doctype.sales_order.sales_order import make_delivery_note, make_sales_invoice
from erpnext.stock.doctype.delivery_note.delivery_note import make_sales_invoice as make_invoice_of_delivery
from frappe.model.document import Document

COMPANY = "Grading Co"
SECOND_COMPANY = "Grading Branch"
SERVICE = "Grading Test Service"
YEARS = range(2022, 2029)

Terms = Sequence[tuple[date, int]]
"""Due dates, each with its percentage of the invoice."""


def first_company() -> str:
	"""The company that the tests work in: the default one of the site."""
	return frappe.db.get_single_value("Global Defaults", "default_company") or COMPANY


def keep_shared() -> None:
	"""Make, once and for good, what takes long and no test changes: fiscal years and the second company."""
	if not frappe.db.exists("Company", SECOND_COMPANY):
		_fiscal_years()
		company(SECOND_COMPANY, "GB", "EUR")
		frappe.db.commit()


def _fiscal_years() -> None:
	"""Those in which the tests post."""
	for year in map(str, YEARS):
		if not frappe.db.exists("Fiscal Year", year):
			start, end = date(int(year), 1, 1), date(int(year), 12, 31)
			insert("Fiscal Year", year=year, year_start_date=start, year_end_date=end)


def company(name: str, abbr: str, currency: str) -> str:
	"""A new company with a chart of accounts of its own; its name."""
	values = {"default_currency": currency, "country": "Germany", "chart_of_accounts": "Standard"}
	return insert("Company", company_name=name, abbr=abbr, **values).name


def insert(doctype: str, **values: Any) -> Document:
	"""A new document, not submitted."""
	return frappe.get_doc({"doctype": doctype, **values}).insert()


def submit(doc: Document) -> Document:
	"""Insert and submit a document."""
	doc.insert()
	doc.submit()
	return doc


def customer(name: str | None = None, **values: Any) -> str:
	"""A new customer; returns its name."""
	name = name or f"Buyer {frappe.generate_hash(length=8)}"
	values = {"customer_group": "Commercial", "territory": "Rest Of The World", **values}
	return insert("Customer", customer_name=name, customer_type="Company", **values).name


def foreign_customer(currency: str = "EUR", company: str | None = None, **values: Any) -> str:
	"""A new customer whose receivable account is in another currency."""
	company = company or first_company()
	account = receivable_account(currency, company)
	accounts = [{"company": company, "account": account}]
	return customer(default_currency=currency, accounts=accounts, **values)


def receivable_account(currency: str, company: str) -> str:
	"""A receivable account in a currency."""
	return _account(f"Debtors {currency}", company, "default_receivable_account", currency)


def advance_account(company: str) -> str:
	"""An account that holds advances apart, as a liability."""
	payable = frappe.get_cached_value("Company", company, "default_payable_account")
	parent = frappe.db.get_value("Account", payable, "parent_account")
	return _account("Advances Received", company, None, None, parent=parent, account_type="Receivable")


def bank_account(currency: str, company: str) -> str:
	"""A bank account in a currency."""
	cash = frappe.get_cached_value("Company", company, "default_cash_account")
	parent = frappe.db.get_value("Account", cash, "parent_account")
	return _account(f"Bank {currency}", company, None, currency, parent=parent, account_type="Bank")


def _account(label: str, company: str, like: str | None, currency: str | None, **values: Any) -> str:
	name = frappe.db.get_value("Account", {"account_name": label, "company": company})
	if name:
		return name
	if like:
		model = frappe.get_cached_value("Company", company, like)
		parent, kind = frappe.db.get_value("Account", model, ["parent_account", "account_type"])
		values = {"parent_account": parent, "account_type": kind, **values}
	else:
		values["parent_account"] = values.pop("parent")
	return insert("Account", account_name=label, company=company, account_currency=currency, **values).name


def exchange_rate(currency: str, to: str, rate: float, day: date) -> None:
	"""An exchange rate that ERPNext knows."""
	insert("Currency Exchange", from_currency=currency, to_currency=to, exchange_rate=rate, date=day)


def service() -> str:
	"""An item without stock."""
	if not frappe.db.exists("Item", SERVICE):
		insert("Item", item_code=SERVICE, item_group="Services", is_stock_item=0, stock_uom="Nos")
	return SERVICE


def order(buyer: str, amount: float, day: date, **values: Any) -> Document:
	"""A submitted Sales Order of one line."""
	return submit(draft_order(buyer, amount, day, **values))


def draft_order(buyer: str, amount: float, day: date, **values: Any) -> Document:
	"""A Sales Order of one line, not saved; to be delivered the same day, unless told otherwise."""
	return _sale("Sales Order", buyer, amount, transaction_date=day, **{"delivery_date": day, **values})


def invoice(buyer: str, amount: float, day: date, due: date | Terms | None = None, **values: Any) -> Document:
	"""A submitted Sales Invoice of one line, due on a day or on several; as a rule on its own day."""
	return submit(draft_invoice(buyer, amount, day, due, **values))


def draft_invoice(
	buyer: str, amount: float, day: date, due: date | Terms | None = None, **values: Any
) -> Document:
	"""A Sales Invoice of one line, not saved."""
	doc = _sale("Sales Invoice", buyer, amount, posting_date=day, set_posting_time=1, **values)
	return _due(doc, due or day)


def _due(doc: Document, due: date | Terms) -> Document:
	if isinstance(due, date):
		doc.due_date = due
		return doc
	doc.payment_schedule = []
	for day, portion in due:
		doc.append("payment_schedule", {"due_date": day, "invoice_portion": portion})
	return doc


def _sale(doctype: str, buyer: str, amount: float, company: str | None = None, **values: Any) -> Document:
	company = company or first_company()
	quantity = values.pop("qty", 1)
	line = {"item_code": service(), "qty": quantity, "rate": amount / abs(quantity)}
	line["cost_center"] = frappe.get_cached_value("Company", company, "cost_center")
	if doctype == "Sales Invoice":
		income = frappe.get_cached_value("Company", company, "default_income_account")
		line["income_account"] = values.pop("income_account", income)
	day = values.get("posting_date") or values.get("transaction_date")
	values = {"currency": _currency(buyer, company), "conversion_rate": 1, **values}
	doc = {"doctype": doctype, "customer": buyer, "company": company, "items": [line], **values}
	return frappe.get_doc({"ignore_pricing_rule": 1, "plc_conversion_rate": 1, "due_date": day, **doc})


def _currency(buyer: str, company: str) -> str:
	own = frappe.get_cached_value("Company", company, "default_currency")
	return frappe.db.get_value("Customer", buyer, "default_currency") or own


def taxes(company: str, percent: float) -> list[Mapping[str, Any]]:
	"""The `taxes` of a sale that pays so much on the net total."""
	account = frappe.get_cached_value("Company", company, "default_expense_account")
	row = {"charge_type": "On Net Total", "account_head": account, "description": "Tax", "rate": percent}
	return [{**row, "cost_center": frappe.get_cached_value("Company", company, "cost_center")}]


def invoice_of_order(
	ordered: Document, day: date, part: float = 1, due: date | None = None, advances: bool = False
) -> Document:
	"""A submitted invoice of an order, or of a part of its quantity, that uses up advances if told to."""
	doc = make_sales_invoice(ordered.name)
	doc.allocate_advances_automatically = int(advances)
	return _bill(doc, day, part, due)


def invoice_of_delivery(delivered: Document, day: date, part: float = 1) -> Document:
	"""A submitted invoice of a delivery note, or of a part of its quantity."""
	return _bill(make_invoice_of_delivery(delivered.name), day, part, None)


def _bill(doc: Document, day: date, part: float, due: date | None) -> Document:
	doc.update({"set_posting_time": 1, "posting_date": day, "due_date": due or day, "payment_schedule": []})
	for line in doc.items:
		line.qty *= part
	return submit(doc)


def delivery(buyer: str, amount: float, day: date, **values: Any) -> Document:
	"""A submitted Delivery Note of one line without an order."""
	return submit(_sale("Delivery Note", buyer, amount, posting_date=day, set_posting_time=1, **values))


def delivery_of_order(ordered: Document, day: date, part: float = 1) -> Document:
	"""A submitted Delivery Note of an order, or of a part of its quantity."""
	doc = make_delivery_note(ordered.name)
	doc.update({"set_posting_time": 1, "posting_date": day})
	for line in doc.items:
		line.qty *= part
	return submit(doc)


def order_at_unit_price(buyer: str, rate: float, day: date, **values: Any) -> Document:
	"""A submitted Sales Order that agrees on what a piece costs, and on no quantity."""
	frappe.db.set_single_value("Selling Settings", "allow_zero_qty_in_sales_order", 1)
	doc = draft_order(buyer, rate, day, **values)
	doc.items[0].qty = 0
	return submit(doc)


def delivery_of_pieces(ordered: Document, pieces: float, day: date, **line: Any) -> Document:
	"""A submitted Delivery Note of so many pieces of an order that tells no amount."""
	doc = make_delivery_note(ordered.name)
	doc.update({"set_posting_time": 1, "posting_date": day})
	doc.items[0].update({"qty": pieces, **line})
	return submit(doc)


def invoice_of_pieces(ordered: Document, pieces: float, day: date) -> Document:
	"""A submitted invoice of so many pieces of an order that tells no amount."""
	doc = make_sales_invoice(ordered.name)
	doc.items[0].qty = pieces
	return _bill(doc, day, 1, None)


def payment(paid: Document, day: date, amount: float | None = None, **values: Any) -> Document:
	"""A submitted Payment Entry against an invoice or an order; as a rule of all that is open."""
	return submit(draft_payment(paid, day, amount, **values))


def draft_payment(paid: Document, day: date, amount: float | None = None, **values: Any) -> Document:
	"""A Payment Entry against an invoice or an order, not saved."""
	doc = get_payment_entry(paid.doctype, paid.name, party_amount=amount, reference_date=day)
	return _dated(doc, day, values)


def foreign_payment(paid: Document, day: date, amount: float, rate: float) -> Document:
	"""A submitted Payment Entry against a foreign invoice, into a bank account of its currency, at a rate."""
	bank = bank_account(paid.currency, paid.company)
	doc = get_payment_entry(paid.doctype, paid.name, party_amount=amount, bank_account=bank)
	doc.update({"source_exchange_rate": rate, "target_exchange_rate": rate})
	return submit(_dated(doc, day, {}))


def _dated(doc: Document, day: date, values: Mapping[str, Any]) -> Document:
	doc.update({"posting_date": day, "reference_no": "Test", "reference_date": day, **values})
	return doc


def money_on_account(buyer: str, amount: float, day: date, company: str | None = None) -> Document:
	"""A submitted Payment Entry that is allocated to nothing."""
	return submit(_dated(_payment_entry("Receive", buyer, amount, company or first_company()), day, {}))


def refund(buyer: str, amount: float, day: date, company: str | None = None) -> Document:
	"""A submitted Payment Entry by which a customer gets money back."""
	return submit(_dated(_payment_entry("Pay", buyer, amount, company or first_company()), day, {}))


def _payment_entry(kind: str, buyer: str, amount: float, company: str) -> Document:
	receivable, cash = (
		frappe.get_cached_value("Company", company, field)
		for field in ("default_receivable_account", "default_cash_account")
	)
	paid_from, paid_to = (receivable, cash) if kind == "Receive" else (cash, receivable)
	doc = frappe.new_doc(
		"Payment Entry", payment_type=kind, company=company, party_type="Customer", party=buyer
	)
	doc.update({"paid_from": paid_from, "paid_to": paid_to, "paid_amount": amount, "received_amount": amount})
	doc.update({"source_exchange_rate": 1, "target_exchange_rate": 1})
	return doc


def reconcile(buyer: str, company: str | None = None) -> None:
	"""Allocate a customer's open payments and credits to its open invoices by Payment Reconciliation."""
	company = company or first_company()
	tool = frappe.get_doc("Payment Reconciliation")
	tool.update({"company": company, "party_type": "Customer", "party": buyer})
	tool.receivable_payable_account = frappe.get_cached_value(
		"Company", company, "default_receivable_account"
	)
	tool.default_advance_account = frappe.get_cached_value(
		"Company", company, "default_advance_received_account"
	)
	tool.get_unreconciled_entries()
	if not (tool.invoices and tool.payments):
		return
	invoices, payments = ([row.as_dict() for row in tool.get(rows)] for rows in ("invoices", "payments"))
	tool.allocate_entries(frappe.parse_json({"invoices": invoices, "payments": payments}))
	tool.reconcile()


def credit_note(
	returned: Document, day: date, part: float = 1, for_self: bool = False, reopens_order: bool = False
) -> Document:
	"""A submitted credit note of an invoice, or of a part of it; against the invoice, or open by itself."""
	doc = make_sales_return(returned.name)
	doc.update_billed_amount_in_sales_order = int(reopens_order)
	doc.update({"set_posting_time": 1, "posting_date": day, "due_date": day})
	doc.update_outstanding_for_self = int(for_self)
	for line in doc.items:
		line.rate *= part
	return submit(doc)


def standalone_credit_note(buyer: str, amount: float, day: date, **values: Any) -> Document:
	"""A submitted credit note that names no invoice."""
	return invoice(buyer, amount, day, is_return=1, qty=-1, **values)


def journal(
	buyer: str,
	amount: float,
	day: date,
	against: Document | None = None,
	kind: str = "Journal Entry",
	**values: Any,
) -> Document:
	"""A submitted Journal Entry: a debt of the customer, or with a negative amount a credit."""
	company = values.pop("company", None) or first_company()
	account = values.pop("account", None) or _defaults(company)["default_receivable_account"]
	row = {"account": account, "party_type": "Customer", "party": buyer}
	if against:
		row.update({"reference_type": against.doctype, "reference_name": against.name})
	other = {
		"account": _defaults(company)["write_off_account"],
		"cost_center": _defaults(company)["cost_center"],
	}
	debit, credit = max(amount, 0), max(-amount, 0)
	row.update({"debit_in_account_currency": debit, "credit_in_account_currency": credit})
	other.update({"debit_in_account_currency": credit, "credit_in_account_currency": debit})
	doc = {
		"doctype": "Journal Entry",
		"voucher_type": kind,
		"company": company,
		"posting_date": day,
		**values,
	}
	return submit(frappe.get_doc({**doc, "accounts": [row, other]}))


def _defaults(company: str) -> Document:
	return frappe.get_cached_doc("Company", company).as_dict()


def quotation(buyer: str, amount: float, day: date, valid_till: date | None = None) -> Document:
	"""A submitted Quotation."""
	return submit(draft_quotation(buyer, amount, day, valid_till))


def draft_quotation(buyer: str, amount: float, day: date, valid_till: date | None = None) -> Document:
	"""A Quotation, not saved."""
	values = {"transaction_date": day, "valid_till": valid_till}
	return _sale("Quotation", buyer, amount, quotation_to="Customer", party_name=buyer, **values)


def order_of_quotation(quoted: Document, day: date) -> Document:
	"""A submitted order of a Quotation."""
	doc = make_sales_order(quoted.name)
	doc.update({"transaction_date": day, "delivery_date": day, "payment_schedule": []})
	return submit(doc)


def opportunity(buyer: str, day: date, **values: Any) -> Document:
	"""An Opportunity of a customer."""
	values = {"company": first_company(), "transaction_date": day, "status": "Open", **values}
	return insert("Opportunity", opportunity_from="Customer", party_name=buyer, **values)


def communication(buyer: str, day: date, **values: Any) -> Document:
	"""A talk that is filed with a customer."""
	values = {"communication_type": "Communication", "communication_medium": "Phone", **values}
	filed = {"reference_doctype": "Customer", "reference_name": buyer, "communication_date": day}
	return insert("Communication", subject="Talk", content="Talk", **{**filed, **values})


def exact(amount: float) -> Decimal:
	"""An amount of a document as facts tell it."""
	return Decimal(str(amount))


def as_filters(values: Mapping[str, Any]) -> dict[str, Any]:
	"""Filters of a report as Frappe hands them over."""
	return frappe.parse_json(dict(values))


def book_advances_apart(company: str) -> None:
	"""Let a company book advances to an account of their own."""
	values = {"default_advance_received_account": advance_account(company)}
	values |= {"book_advance_payments_in_separate_party_account": 1}
	values |= {"reconciliation_takes_effect_on": "Reconciliation Date"}
	frappe.db.set_value("Company", company, values)
	frappe.clear_document_cache("Company", company)


def sale_at_the_till(buyer: str, amount: float, day: date, tendered: float | None = None) -> Document:
	"""A submitted invoice that is paid as it is made; what is tendered beyond the amount is given back."""
	doc = draft_invoice(buyer, amount, day, is_pos=1)
	account = frappe.get_cached_value("Company", doc.company, "default_cash_account")
	paid = {"mode_of_payment": "Cash", "type": "Cash", "amount": tendered or amount, "account": account}
	doc.append("payments", paid)
	doc.account_for_change_amount = account
	return submit(doc)


def opening_invoice(buyer: str, amount: float, day: date, due: date | None = None) -> Document:
	"""A submitted invoice that brings an old debt into the books."""
	temporary = {"account_type": "Temporary", "company": first_company()}
	account = frappe.db.get_value("Account", temporary)
	return invoice(buyer, amount, day, due, is_opening="Yes", income_account=account)


def one_account_for_all_currencies() -> None:
	"""Let customers be billed in any currency to their account in company currency."""
	setting = "allow_multi_currency_invoices_against_single_party_account"
	frappe.db.set_single_value("Accounts Settings", setting, 1)
	frappe.clear_document_cache("Accounts Settings", "Accounts Settings")


def follow_up(buyer: str, day: date, **values: Any) -> Document:
	"""A filed Customer Follow Up."""
	values = {"follow_up_type": "Call", "learned": "What they need.", "need": "Potential", **values}
	return insert("Customer Follow Up", customer=buyer, follow_up_date=day, **values)


def returned(name: str) -> str | None:
	"""The invoice that a credit note names."""
	return frappe.db.get_value("Sales Invoice", name, "return_against")


def user(*roles: str, language: str = "en") -> str:
	"""A new user with these roles; returns its name."""
	email = f"{frappe.generate_hash(length=8)}@example.com"
	given = [{"role": role} for role in roles]
	values = {"first_name": email[:8], "send_welcome_email": 0, "language": language, "roles": given}
	return insert("User", email=email, **values).name


def sales_person(user: str | None = None, boss: str | None = None) -> str:
	"""A Sales Person, of a user if one is given, below another; returns its name."""
	name = f"Seller {frappe.generate_hash(length=8)}"
	employee = employee_of(user) if user else None
	above = boss or frappe.db.get_value("Sales Person", {"lft": 1})
	return insert(
		"Sales Person", sales_person_name=name, parent_sales_person=above, is_group=1, employee=employee
	).name


def employee_of(user: str) -> str:
	"""The Employee that a user is; returns its name."""
	born, joined = date(1990, 1, 1), date(2020, 1, 1)
	values = {"gender": "Male", "date_of_birth": born, "date_of_joining": joined, "user_id": user}
	return insert("Employee", first_name=user, company=first_company(), status="Active", **values).name


def unreconcile(paid_by: Document, paid: Document) -> Document:
	"""A submitted Unreconcile Payment that takes a payment away from one document."""
	values = {"company": paid_by.company, "voucher_type": paid_by.doctype, "voucher_no": paid_by.name}
	freed = frappe.get_doc({"doctype": "Unreconcile Payment", **values})
	freed.add_references()
	freed.allocations = [line for line in freed.allocations if line.reference_name == paid.name]
	return submit(freed)


def update_items(ordered: Document, qty: float, rate: float) -> None:
	"""Change the only line of a submitted order by Update Items."""
	line = ordered.items[0]
	row = {"docname": line.name, "name": line.name, "item_code": line.item_code, "qty": qty, "rate": rate}
	row["delivery_date"] = str(ordered.delivery_date)
	update_child_qty_rate("Sales Order", frappe.as_json([row]), ordered.name)


def journal_for_order(ordered: Document, amount: float, day: date) -> Document:
	"""A submitted Journal Entry by which the customer pays for an order in advance."""
	company = _defaults(ordered.company)
	account = company["default_receivable_account"]
	row = {"account": account, "party_type": "Customer", "party": ordered.customer, "is_advance": "Yes"}
	row |= {"reference_type": "Sales Order", "reference_name": ordered.name}
	rows = [{**row, "credit_in_account_currency": amount}]
	rows += [{"account": company["default_cash_account"], "debit_in_account_currency": amount}]
	values = {"voucher_type": "Bank Entry", "company": ordered.company, "posting_date": day}
	values |= {"cheque_no": "Test", "cheque_date": day}
	return submit(frappe.get_doc({"doctype": "Journal Entry", **values, "accounts": rows}))


def payment_of_many(paid: Sequence[Document], day: date, amounts: Sequence[float]) -> Document:
	"""A submitted Payment Entry of one customer against several documents, with so much for each."""
	first = paid[0]
	doc = _payment_entry("Receive", first.customer, sum(amounts), first.company)
	for each, amount in zip(paid, amounts, strict=True):
		reference = {"reference_doctype": each.doctype, "reference_name": each.name}
		doc.append("references", {**reference, "allocated_amount": amount})
	doc.setup_party_account_field()
	doc.set_missing_values()
	doc.set_missing_ref_details()
	return submit(_dated(doc, day, {}))


def revalue(buyer: str, account: str, gain: float, day: date) -> Document:
	"""A submitted Journal Entry that revalues what a customer owes in another currency."""
	company = _defaults(first_company())
	row = {"account": account, "party_type": "Customer", "party": buyer, "debit": gain, "exchange_rate": 0}
	other = {"account": company["exchange_gain_loss_account"], "credit": gain, "exchange_rate": 1}
	other |= {"credit_in_account_currency": gain, "cost_center": company["cost_center"]}
	values = {"voucher_type": "Exchange Gain Or Loss", "company": first_company(), "posting_date": day}
	values |= {"multi_currency": 1, "is_system_generated": 1}
	return submit(frappe.get_doc({"doctype": "Journal Entry", **values, "accounts": [row, other]}))


def contact(buyer: str, email: str | None = None, **values: Any) -> str:
	"""A new contact of a customer, with an address; returns its name."""
	email = email or f"{frappe.generate_hash(length=8)}@example.com"
	links = [{"link_doctype": "Customer", "link_name": buyer}]
	addresses = [{"email_id": email, "is_primary": 1}]
	return insert("Contact", first_name=email[:8], links=links, email_ids=addresses, **values).name


def portal_user(buyer: str) -> str:
	"""A new user who logs in for a customer, as a contact of theirs, and nowhere else; returns its name."""
	email = f"{frappe.generate_hash(length=8)}@example.com"
	values = {"first_name": email[:8], "send_welcome_email": 0, "user_type": "Website User"}
	insert("User", email=email, roles=[{"role": "Customer"}], **values)
	contact(buyer, email, user=email)
	let_in(buyer, email)
	return email


def let_in(buyer: str, user: str) -> None:
	"""Name a user among those who log in for a customer."""
	document = frappe.get_doc("Customer", buyer)
	document.append("portal_users", {"user": user})
	document.save()
