"""The fields that the app adds to ERPNext's DocTypes, grouped by what they are for."""

from typing import Any

from customer_grading.rules.options import (
	Await,
	CreditTier,
	CustomerCategory,
	CustomerGrade,
	DealStatus,
	FollowUpCadence,
	Importance,
	Need,
	Outcome,
	PaymentMeans,
	RelationshipStatus,
	SatisfactionLevel,
	StrEnum,
	Urgency,
	ValueClass,
)

Field = dict[str, Any]

CREDIT_LEVEL = 1
"""Credit figures stand on permission level 1, which ERPNext lets Sales User read and no salesperson write."""


def options(kind: type[StrEnum]) -> str:
	"""The options of a Select field: none, or one of the values."""
	return "\n".join(["", *kind])


def derived(name: str, label: str, fieldtype: str, **more: Any) -> Field:
	"""A field that rules and the product's own documents fill."""
	return {"fieldname": name, "label": label, "fieldtype": fieldtype, "read_only": 1, "no_copy": 1, **more}


def typed(name: str, label: str, fieldtype: str, description: str) -> Field:
	"""A field that a person fills, for the rules to read."""
	return {"fieldname": name, "label": label, "fieldtype": fieldtype, "description": description}


def section(name: str, label: str, **more: Any) -> Field:
	"""A section of the form."""
	return {"fieldname": name, "label": label, "fieldtype": "Section Break", **more}


def column(name: str) -> Field:
	"""The next column of a section."""
	return {"fieldname": name, "fieldtype": "Column Break"}


def placed_after(name: str, fields: tuple[Field, ...]) -> tuple[Field, ...]:
	"""Fields one after the other, the first of them after a field of the form."""
	names = [name, *(field["fieldname"] for field in fields)]
	return tuple({**field, "insert_after": before} for field, before in zip(fields, names, strict=False))


TAB: tuple[Field, ...] = (
	{"fieldname": "customer_grading_tab", "label": "Grading", "fieldtype": "Tab Break"},
)

FOLLOW_UP: tuple[Field, ...] = (
	section("follow_up_section", "Follow-up"),
	derived(
		"customer_grade", "Customer Grade", "Select", options=options(CustomerGrade), in_standard_filter=1
	),
	derived("follow_up_cadence", "Follow-up Cadence", "Select", options=options(FollowUpCadence)),
	derived("last_follow_up", "Last Follow-up", "Date"),
	derived("next_follow_up", "Next Follow-up", "Date", search_index=1),
	column("follow_up_column"),
	derived("need", "Need", "Select", options=options(Need)),
	derived("expected_close", "Expected Close", "Date"),
	derived("deal_status", "Deal Status", "Select", options=options(DealStatus)),
	derived("importance", "Importance", "Select", options=options(Importance)),
	derived("urgency", "Urgency", "Select", options=options(Urgency)),
)

VALUE: tuple[Field, ...] = (
	section("value_section", "Value"),
	derived("value_class", "Value Class", "Select", options=options(ValueClass), in_standard_filter=1),
	derived("value_score", "Value Score", "Float", precision=2),
	derived("value_provisional", "Value Is Provisional", "Check"),
	column("value_column"),
	typed(
		"market_share", "Market Share", "Float", "Your judgement, in points of 100; 0 where you cannot tell."
	),
	typed(
		"growth_potential",
		"Growth Potential",
		"Float",
		"Your judgement, in points of 100; 0 where you cannot tell.",
	),
)

CREDIT: tuple[Field, ...] = (
	section("credit_tier_section", "Credit", permlevel=CREDIT_LEVEL),
	derived(
		"credit_tier",
		"Credit Tier",
		"Select",
		options=options(CreditTier),
		permlevel=CREDIT_LEVEL,
		in_standard_filter=1,
	),
	derived("credit_tier_since", "Credit Tier Since", "Date", permlevel=CREDIT_LEVEL),
	derived("credit_tier_provisional", "Credit Tier Is Provisional", "Check", permlevel=CREDIT_LEVEL),
	column("credit_tier_column"),
	derived(
		"grading_limits", "Credit Limits", "Table", options="Customer Grading Limit", permlevel=CREDIT_LEVEL
	),
	derived("credit_tier_candidate", "Better Tier Reached", "Data", hidden=1, permlevel=CREDIT_LEVEL),
	derived("credit_tier_held", "Regrades in a Row", "Int", hidden=1, permlevel=CREDIT_LEVEL),
	derived("credit_tier_counted_on", "Last Regrade Counted", "Date", hidden=1, permlevel=CREDIT_LEVEL),
)

RELATIONSHIP: tuple[Field, ...] = (
	section("relationship_section", "Relationship"),
	derived("customer_category", "Customer Category", "Select", options=options(CustomerCategory)),
	derived("relationship_status", "Relationship Status", "Select", options=options(RelationshipStatus)),
	derived(
		"satisfaction_level",
		"Satisfaction Level",
		"Select",
		options=options(SatisfactionLevel),
		in_standard_filter=1,
		description="The worst open complaint, else what the customer answered last.",
	),
	column("relationship_column"),
	typed("supply_agreement", "Yearly Supply Agreement", "Check", "Makes the customer a strategic one."),
	typed("platform", "Is a Platform", "Check", "Others buy through this customer."),
	derived("regrade_due", "Regrade Due", "Date", hidden=1, search_index=1),
)

CUSTOMER_FIELDS: tuple[Field, ...] = (*TAB, *FOLLOW_UP, *VALUE, *CREDIT, *RELATIONSHIP)

INVOICE_FIELDS: tuple[Field, ...] = (
	{
		"fieldname": "is_disputed",
		"label": "Is Disputed",
		"fieldtype": "Check",
		"insert_after": "due_date",
		"allow_on_submit": 1,
		"no_copy": 1,
		"description": "A disputed invoice does not count as late or as arrears when the customer is graded.",
	},
)


def decided(name: str, label: str, fieldtype: str, **more: Any) -> Field:
	"""A field of an order that the order desk fills, before and after it is submitted."""
	return derived(name, label, fieldtype, allow_on_submit=1, **more)


ORDER_FIELDS: tuple[Field, ...] = (
	section("order_credit_section", "Payment Policy", collapsible=1),
	decided(
		"credit_outcome",
		"Credit Outcome",
		"Select",
		options=options(Outcome),
		in_standard_filter=1,
		search_index=1,
		description="Whether the goods may go, or wait for something.",
	),
	decided("credit_awaits", "Goods Wait For", "Select", options=options(Await)),
	decided(
		"credit_awaited_amount",
		"Amount Awaited",
		"Currency",
		options="Company:company:default_currency",
	),
	column("order_credit_column"),
	decided("payment_ready", "Payment Is Ready", "Check"),
	decided("payment_ready_how", "Will Pay By", "Select", options=options(PaymentMeans)),
	decided("payment_ready_by", "Readiness Confirmed By", "Link", options="User"),
	decided("payment_ready_on", "Readiness Confirmed On", "Datetime"),
)

FIELDS: dict[str, tuple[Field, ...]] = {
	"Customer": CUSTOMER_FIELDS,
	"Sales Invoice": INVOICE_FIELDS,
	"Sales Order": ORDER_FIELDS,
}
"""By DocType, in the order of the form."""

TYPED: tuple[str, ...] = ("market_share", "growth_potential", "supply_agreement", "platform")
"""What persons tell the rules of a Customer."""

DERIVED: tuple[str, ...] = tuple(field["fieldname"] for field in CUSTOMER_FIELDS if field.get("read_only"))
"""What nobody types: the names of the Customer's fields that rules and our own documents fill."""

DECIDED: tuple[str, ...] = tuple(field["fieldname"] for field in ORDER_FIELDS if field.get("read_only"))
"""What nobody types: the names of the Sales Order's fields that the order desk fills."""
