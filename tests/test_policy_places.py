"""Every setting of the policy has exactly one place in Desk, and the form there says what the policy says."""

import json
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from customer_grading.records.policy_places import (
	COLUMNS,
	MASTERS,
	SCALES,
	SETTINGS,
	Place,
	Record,
	differences,
	field_of,
	found_at,
	must_fit,
	places,
	policy_of,
	spelled,
	values_of,
)
from customer_grading.rules.options import Criterion, StrEnum
from customer_grading.rules.policy import SCALES as SCALE_NAMES
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps, fingerprint, loads
from customer_grading.rules.settings import PolicyError

DOCTYPES = Path(__file__).parents[1] / "customer_grading" / "customer_grading" / "doctype"
DEFAULT = Policy.default()
HOME = Record(SETTINGS, SETTINGS)


def form(doctype: str) -> dict[str, Any]:
	folder = field_of(doctype)
	kept: dict[str, Any] = json.loads((DOCTYPES / folder / f"{folder}.json").read_text("utf-8"))
	return kept


FORMS = {doctype: form(doctype) for doctype in (*MASTERS, SETTINGS, "Grading Scale Point")}
FIELDS = {doctype: {each["fieldname"]: each for each in kept["fields"]} for doctype, kept in FORMS.items()}
ONES = [place for place in places() if not place.is_scale]


def ids(place: Place) -> str:
	return place.path


def described(place: Place) -> str:
	"""What a setting means, with its unit, but without the numbers of requirements that users do not know."""
	meaning = re.sub(r" \(R\d+\)", "", place.metadata["meaning"])
	return f"{meaning}, in {place.metadata['unit']}" if place.metadata["unit"] else meaning


def section_of(doctype: str, fieldname: str) -> dict[str, Any]:
	"""The section of the form in which a field stands."""
	found: dict[str, Any] = {}
	for each in FORMS[doctype]["fields"]:
		if each["fieldtype"] == "Section Break":
			found = each
		if each["fieldname"] == fieldname:
			break
	return found


def field(place: Place) -> dict[str, Any]:
	found: dict[str, Any] = FIELDS[place.record.doctype][place.fieldname]
	return found


# One place for each setting


def test_every_setting_of_a_policy_file_has_exactly_one_place() -> None:
	written = re.findall(r"^(\w+) = |^\[(\w+)\]", dumps(DEFAULT), re.MULTILINE)
	section, named = "", []
	for setting, head in written:
		section = head or section
		if setting:
			named.append(f"{section}.{setting}")
	assert len(named) > 50
	assert list(dict.fromkeys(f"{place.section}.{place.name}" for place in places())) == named
	assert max(Counter(place.path for place in places()).values()) == 1


def test_no_field_holds_two_settings() -> None:
	held = Counter((place.record, place.fieldname) for place in ONES)
	assert max(held.values()) == 1
	scales = [place.name for place in places() if place.is_scale]
	assert sorted(scales) == sorted(SCALE_NAMES)


def test_every_column_of_a_master_holds_a_table_by_its_options() -> None:
	for path, (doctype, _) in COLUMNS.items():
		rows = [place.record.name for place in places() if f"{place.section}.{place.name}" == path]
		assert rows == list(MASTERS[doctype]), path


@pytest.mark.parametrize("place", places(), ids=ids)
def test_every_place_stands_on_its_form(place: Place) -> None:
	assert place.fieldname in FORMS[place.record.doctype]["field_order"]


# What the forms say


@pytest.mark.parametrize("place", ONES, ids=ids)
def test_a_field_is_of_the_kind_of_its_setting(place: Place) -> None:
	found = field(place)
	if issubclass(place.kind, StrEnum):
		assert (found["fieldtype"], found["options"]) == ("Select", "\n".join(place.kind))
	else:
		assert found["fieldtype"] == {bool: "Check", int: "Int", Decimal: "Float"}[place.kind]
	if place.kind is Decimal:
		assert found["precision"] == str(place.decimals)


@pytest.mark.parametrize("place", ONES, ids=ids)
def test_a_field_or_its_section_tells_the_meaning_and_the_unit(place: Place) -> None:
	told = field(place).get("description") or section_of(place.record.doctype, place.fieldname)["description"]
	assert told == described(place)


def test_the_section_of_scales_tells_the_meaning_of_each() -> None:
	_, *told = section_of(SETTINGS, SCALES)["description"].split("<br>")
	scales = [place for place in places() if place.is_scale]
	assert told == [f"{Criterion[place.name.upper()]}: {described(place)}" for place in scales]
	offered = FIELDS["Grading Scale Point"]["criterion"]["options"].split("\n")
	assert offered == [Criterion[place.name.upper()] for place in scales]


@pytest.mark.parametrize("place", [place for place in ONES if place.record == HOME], ids=ids)
def test_a_field_of_the_settings_has_the_default_of_the_policy(place: Place) -> None:
	value = place.value(DEFAULT)
	assert field(place)["default"] == (str(int(value)) if isinstance(value, bool) else spelled(value))


@pytest.mark.parametrize("doctype", MASTERS)
def test_a_master_offers_the_options_that_the_rules_know(doctype: str) -> None:
	key = FORMS[doctype]["autoname"].removeprefix("field:")
	assert FIELDS[doctype][key]["options"].split("\n") == list(MASTERS[doctype])


def test_labels_are_short_and_no_two_fields_of_a_form_have_the_same() -> None:
	for doctype, fields in FIELDS.items():
		labels = [
			each["label"]
			for each in fields.values()
			if not each["fieldtype"].endswith("Break") and each["label"]
		]
		assert max(Counter(labels).values()) == 1, doctype
		assert max(map(len, labels)) <= 26, doctype


def test_no_role_makes_or_deletes_the_rows_of_a_master() -> None:
	for doctype in MASTERS:
		for row in FORMS[doctype]["permissions"]:
			assert not row.get("create"), (doctype, row["role"])
			assert not row.get("delete"), (doctype, row["role"])


# Reading and writing


def desk(policy: Policy) -> dict[Record, dict[str, Any]]:
	"""What Desk would hand back of what was written."""
	held = values_of(policy)
	rows = held[HOME][SCALES]
	held[HOME][SCALES] = [(row["criterion"], row["at"], row["points"]) for row in rows]
	return held


def test_nothing_held_is_the_default_policy() -> None:
	assert policy_of({}) == DEFAULT


def test_what_is_written_is_read_back() -> None:
	assert policy_of(desk(DEFAULT)) == DEFAULT
	other = loads(
		"[limit]\ncoefficients = { A=0.1, B=0.125, C=1.25, D=0, E=0 }\n[score]\ngrowth = [[-0.5, 1]]"
	)
	assert policy_of(desk(other)) == other
	assert fingerprint(policy_of(desk(other))) == fingerprint(other) != fingerprint(DEFAULT)


def test_numbers_are_read_as_they_are_spelled_in_the_database() -> None:
	held = {HOME: {"tier_tolerance": "0.1", "grade_a_months": "2", "order_restrict_untiered": "1"}}
	read = policy_of(held)
	assert (read.tier.tolerance, read.grade.a_months) == (Decimal("0.1"), 2)
	assert read.order.restrict_untiered is True


def test_rows_of_a_scale_may_stand_in_any_order() -> None:
	held = desk(DEFAULT)
	held[HOME][SCALES].reverse()
	assert policy_of(held) == DEFAULT


@pytest.mark.parametrize(
	("fieldname", "given", "message"),
	[
		("grade_a_months", 1.5, "The setting grade.a_months cannot be 1.5. Give it a whole number."),
		("grade_a_months", "soon", "The setting grade.a_months cannot be 'soon'. Give it a number."),
		("grade_a_months", None, "The setting grade.a_months is 0, outside of 1 to 1000000."),
		("tier_tolerance", "nan", "The setting tier.tolerance cannot be NaN. Give it a number."),
		(
			"tier_provisional",
			"",
			"The setting tier.provisional cannot be ''. Give it one of these: A, B, C, D.",
		),
		("scales", [], "The setting score.sales_contribution cannot be ()."),
		("scales", [("Market share", 0, 0)], "The policy has no setting called score.market_share."),
	],
)
def test_what_desk_holds_wrongly_is_refused_by_name(fieldname: str, given: object, message: str) -> None:
	held = desk(DEFAULT) | {HOME: desk(DEFAULT)[HOME] | {fieldname: given}}
	if given and fieldname == SCALES:
		held[HOME][SCALES] = [*desk(DEFAULT)[HOME][SCALES], *given]
	with pytest.raises(PolicyError, match=re.escape(message)):
		policy_of(held)


# Numbers that a form cannot hold


@pytest.mark.parametrize(
	("text", "field", "number", "decimals"),
	[
		("[tier]\ntolerance = 0.123", "tier.tolerance", "0.123", 2),
		("[tier]\ntolerance = 0.123456789012", "tier.tolerance", "0.123456789012", 2),
		("[limit.coefficients]\nA = 1.2345\nB = 1\nC = 0\nD = 0\nE = 0", "limit.coefficients.A", "1.2345", 3),
		("[score]\ngrowth = [[0, 0.001]]", "score.growth", "0.001", 2),
		("[category]\nvip_sales = 99999999999999.99", "category.vip_sales", "99999999999999.99", 2),
	],
)
def test_a_number_with_too_many_digits_is_refused_rather_than_rounded(
	text: str, field: str, number: str, decimals: int
) -> None:
	with pytest.raises(PolicyError) as refused:
		must_fit(loads(text))
	assert refused.value.field == field
	assert str(refused.value) == (
		f"The setting {field} is {number}, which a form could only hold rounded. "
		f"Give it at most {decimals} decimals, and at most 15 digits in all."
	)


@pytest.mark.parametrize("number", ["1.1", "1.25", "9999999999999.99", "1.01", "1.10", "1000000000000000"])
def test_a_number_that_the_form_shows_whole_is_held(number: str) -> None:
	policy = loads(f"[category]\nvip_sales = {number}")
	must_fit(policy)
	assert policy_of(desk(policy)).category.vip_sales == Decimal(number)


# What differs


def test_differences_tell_each_option_with_old_and_new() -> None:
	new = loads(
		'[cadence.by_grade]\nA="Daily"\nB="Daily"\nC="Monthly"\nD="Monthly"\nE="Yearly"\n[score]\ngrowth=[[0,70]]'
	)
	told = [(change.place.path, change.old, change.new) for change in differences(DEFAULT, new)]
	assert told == [
		("cadence.by_grade.B", "Weekly", "Daily"),
		("cadence.by_grade.C", "Half-monthly", "Monthly"),
		("score.growth", "-50 → 0, 0 → 70, 20 → 100", "0 → 70"),
	]
	assert differences(new, new) == []


def test_a_setting_is_found_by_the_name_that_an_error_gives_it() -> None:
	assert found_at("score.bands.B") == next(place for place in places() if place.path == "score.bands.B")
	weights = found_at("score.weights")
	assert weights
	assert weights.fieldname == "score_weights_sales_contribution"
	assert found_at("score.nothing") is None
