"""The policy: what it refuses, how it is written and read, and when its fingerprint changes."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.options import CreditTier, Criterion, StrEnum, ValueClass
from customer_grading.rules.policy import (
	CadencePolicy,
	CutsPolicy,
	GradePolicy,
	LimitPolicy,
	OrderPolicy,
	Policy,
	SatisfactionPolicy,
	ScorePolicy,
	TierPolicy,
)
from customer_grading.rules.policy_file import dumps, fingerprint, loads
from customer_grading.rules.settings import PolicyError, Section

from .facts import PARTS, order_policies, policies

DEFAULT = Policy.default()
WEIGHTS = ScorePolicy().weights
BANDS = "[score]\nbands = { A = %s, B = %s, C = %s, D = %s, E = %s }"
ON_TIME = "[tier]\non_time = { A = %s, B = %s, C = %s, D = %s }"


# The shipped defaults


def test_the_default_policy_is_the_one_of_the_source_documents() -> None:
	grade, score, limit, tier = DEFAULT.grade, DEFAULT.score, DEFAULT.limit, DEFAULT.tier
	assert (grade.a_months, grade.b_months, grade.c_months) == (1, 3, 6)
	assert list(DEFAULT.cadence.days.values()) == [1, 7, 15, 30, 365]
	assert list(score.bands.values()) == [90, 80, 70, 60, 0]
	assert sum(score.weights.values()) == 100
	assert list(limit.coefficients.values()) == [Decimal(text) for text in ("1.2", "1", "0.8", "0.5", "0")]
	assert limit.typical_order == "median"
	assert list(tier.on_time.values()) == [95, 80, 50, 0]
	assert (tier.window_months, tier.early_days, tier.min_paid_invoices) == (12, 10, 3)
	assert (tier.provisional, tier.rise_after_regrades) == ("B", 2)
	assert DEFAULT.order.grace_days == 15
	assert list(DEFAULT.investigation.months.values()) == [6, 3, 1, 1]
	late = DEFAULT.satisfaction
	assert (late.dissatisfied_after_days, late.very_dissatisfied_after_days) == (7, 20)
	assert (late.parts_days, late.repairs_in_month) == (3, 2)
	assert DEFAULT.category.vip_sales == 5_000_000
	assert DEFAULT.collections.recovery_percent == 80
	assert DEFAULT.collections.old_recovery_percent == 20


# What is refused, and how


@pytest.mark.parametrize(
	("text", "field", "code", "message"),
	[
		# Not a table of settings at all
		(
			"a = ",
			"file",
			"policy_not_toml",
			"The policy file is not readable TOML: Invalid value (at end of document",
		),
		(
			"[grade\n",
			"file",
			"policy_not_toml",
			"Correct the line named, or begin again from an exported policy.",
		),
		("[grade]\na_months = 1\na_months = 2", "file", "policy_not_toml", "Cannot overwrite a value (at "),
		(f"a = {'9' * 5000}", "file", "policy_not_toml", "not readable TOML"),
		(
			"a = 1e99999999999999999999",
			"file",
			"policy_not_toml",
			"the number 1e99999999999999999999 is too large",
		),
		(f"a = {'[' * 9999}{']' * 9999}", "file", "policy_not_toml", "not readable TOML"),
		("grade = 3", "grade", "policy_kind", "The setting grade cannot be 3. Give it a table."),
		(
			'order = "strict"',
			"order",
			"policy_kind",
			"The setting order cannot be 'strict'. Give it a table.",
		),
		("[[tier]]", "tier", "policy_kind", "The setting tier cannot be [{}]. Give it a table."),
		# No such setting
		(
			"[tier]\ngrace_day = 15",
			"tier.grace_day",
			"policy_unknown",
			"The policy has no setting called tier.grace_day.",
		),
		(
			"[order]\ngrace_day = 15",
			"order.grace_day",
			"policy_unknown",
			"Remove it, or spell it as the policy does: grace_days.",
		),
		("[tire]", "tire", "policy_unknown", "spell it as the policy does: tier."),
		(
			"[order]\nqqq = 1",
			"order.qqq",
			"policy_unknown",
			"as the policy does: grace_days, restrict_untiered.",
		),
		(
			"[cadence.days]\nDayly = 1",
			"cadence.days.Dayly",
			"policy_unknown",
			"spell it as the policy does: Daily.",
		),
		# Not the whole table
		(
			"[score]\nbands = { A = 90, B = 80, E = 0 }",
			"score.bands",
			"policy_incomplete",
			"The setting score.bands does not say a value for C, D. Add C, D to score.bands.",
		),
		("[limit.coefficients]", "limit.coefficients", "policy_incomplete", "a value for A, B, C, D, E."),
		("[limit]\ncoefficients = 1", "limit.coefficients", "policy_kind", "Give it a table."),
		# The wrong kind
		(
			"[grade]\na_months = 1.5",
			"grade.a_months",
			"policy_kind",
			"cannot be 1.5. Give it a whole number.",
		),
		("[grade]\na_months = 1.0", "grade.a_months", "policy_kind", "Give it a whole number."),
		("[grade]\na_months = nan", "grade.a_months", "policy_kind", "Give it a whole number."),
		("[grade]\na_months = true", "grade.a_months", "policy_kind", "cannot be True. Give it a number."),
		('[grade]\na_months = "1"', "grade.a_months", "policy_kind", "cannot be '1'. Give it a number."),
		("[grade]\na_months = 2024-01-31", "grade.a_months", "policy_kind", "Give it a number."),
		("[tier]\ntolerance = true", "tier.tolerance", "policy_kind", "cannot be True. Give it a number."),
		("[tier]\ntolerance = nan", "tier.tolerance", "policy_kind", "cannot be NaN. Give it a number."),
		("[tier]\ntolerance = inf", "tier.tolerance", "policy_kind", "cannot be Infinity. Give it a number."),
		(
			"[tier]\ntolerance = -inf",
			"tier.tolerance",
			"policy_kind",
			"cannot be -Infinity. Give it a number.",
		),
		(
			"[tier]\ntolerance = 0.0000000000001",
			"tier.tolerance",
			"policy_kind",
			"Give it a number with at most 12 decimals.",
		),
		(
			"[limit]\ncoefficients = { A = true, B = 1, C = 1, D = 1, E = 1 }",
			"limit.coefficients.A",
			"policy_kind",
			"cannot be True. Give it a number.",
		),
		(
			"[order]\nrestrict_untiered = 1",
			"order.restrict_untiered",
			"policy_kind",
			"Give it true or false.",
		),
		(
			'[order]\nrestrict_untiered = "no"',
			"order.restrict_untiered",
			"policy_kind",
			"Give it true or false.",
		),
		(
			'[tier]\nprovisional = "b"',
			"tier.provisional",
			"policy_kind",
			"The setting tier.provisional cannot be 'b'. Give it one of these: A, B, C, D.",
		),
		("[tier]\nprovisional = [1]", "tier.provisional", "policy_kind", "Give it one of these: A, B, C, D."),
		('[limit]\ntypical_order = "mode"', "limit.typical_order", "policy_kind", "median, mean, maximum"),
		# Out of bounds
		(
			"[order]\ngrace_days = -1",
			"order.grace_days",
			"policy_bounds",
			"The setting order.grace_days is -1, outside of 0 to 1000000. Give it a value from 0 to 1000000.",
		),
		("[grade]\na_months = 0", "grade.a_months", "policy_bounds", "Give it a value from 1 to 1000000."),
		(
			"[tier]\ntolerance = -0.01",
			"tier.tolerance",
			"policy_bounds",
			"is -0.01, outside of 0 to 1000000.",
		),
		("[tier]\nwindow_months = 121", "tier.window_months", "policy_bounds", "outside of 1 to 120."),
		("[satisfaction]\nmajor_loss = 0", "satisfaction.major_loss", "policy_bounds", "outside of 0.01 to"),
		(
			"[investigation.months]\nA = 6\nB = 3\nC = 0\nD = 1",
			"investigation.months.C",
			"policy_bounds",
			"is 0",
		),
		(
			"[collections]\nrecovery_percent = 101",
			"collections.recovery_percent",
			"policy_bounds",
			"0 to 100.",
		),
		("[cuts]\nurgent_days = 29", "cuts.urgent_days", "policy_bounds", "is 29, outside of 0 to 28."),
		("[limit]\nmin_months = 13", "limit.min_months", "policy_bounds", "is 13, outside of 1 to 12."),
		("[score]\ngrowth = [[0, 101]]", "score.growth", "policy_bounds", "is 101, outside of 0 to 100."),
		("[score]\ngrowth = [[0, -1]]", "score.growth", "policy_bounds", "is -1, outside of 0 to 100."),
		("[score]\ngrowth = [[1e7, 1]]", "score.growth", "policy_bounds", "outside of -1000000 to 1000000."),
		# Bands that overlap or leave a hole
		(
			BANDS % (90, 95, 70, 60, 0),
			"score.bands.B",
			"policy_order",
			(
				"The setting score.bands.B is 95, but it must be below score.bands.A, which is 90."
				" Change score.bands.B or score.bands.A, so that the bands neither overlap nor leave a hole."
			),
		),
		(BANDS % (90, 80, 80, 60, 0), "score.bands.C", "policy_order", "below score.bands.B, which is 80."),
		(
			BANDS % (90, 80, 70, 60, 5),
			"score.bands.E",
			"policy_exact",
			"The setting score.bands.E comes to 5, but it must come to 0. Change it so that it comes to 0.",
		),
		(ON_TIME % (95, 96, 50, 0), "tier.on_time.B", "policy_order", "below tier.on_time.A, which is 95."),
		(ON_TIME % (95, 80, 50, 1), "tier.on_time.D", "policy_exact", "comes to 1, but it must come to 0."),
		(ON_TIME % (101, 80, 50, 0), "tier.on_time.A", "policy_bounds", "is 101, outside of 0 to 100."),
		("[grade]\nb_months = 1", "grade.b_months", "policy_order", "above grade.a_months, which is 1."),
		("[grade]\nc_months = 2", "grade.c_months", "policy_order", "above grade.b_months, which is 3."),
		(
			"[cuts]\nsoon_months = 3",
			"cuts.not_urgent_months",
			"policy_order",
			"above cuts.soon_months, which is 3.",
		),
		(
			"[satisfaction]\ndissatisfied_after_days = 20",
			"satisfaction.very_dissatisfied_after_days",
			"policy_order",
			"above satisfaction.dissatisfied_after_days, which is 20.",
		),
		(
			"[satisfaction]\nmajor_loss = 50000",
			"satisfaction.large_damage",
			"policy_order",
			"above satisfaction.major_loss, which is 50000.",
		),
		# Scales
		(
			"[score]\ngrowth = [[0, 10], [0, 20]]",
			"score.growth",
			"policy_scale",
			(
				"In the scale score.growth a point at 0 follows one at 0."
				" Sort the points of score.growth from the smallest to the largest, and give each place once."
			),
		),
		(
			"[score]\ngrowth = [[5, 10], [4, 20]]",
			"score.growth",
			"policy_scale",
			"a point at 4 follows one at 5.",
		),
		(
			"[score]\ngrowth = []",
			"score.growth",
			"policy_kind",
			"a list of pairs of numbers, such as [[0, 0], [100, 100]]",
		),
		("[score]\ngrowth = 3", "score.growth", "policy_kind", "a list of pairs of numbers"),
		("[score]\ngrowth = [1, 2]", "score.growth", "policy_kind", "a list of pairs of numbers"),
		("[score]\ngrowth = [[1, 2, 3]]", "score.growth", "policy_kind", "a list of pairs of numbers"),
		("[score]\ngrowth = [[0, nan]]", "score.growth", "policy_kind", "a list of pairs of numbers"),
		("[score]\ngrowth = [[0, true]]", "score.growth", "policy_kind", "a list of pairs of numbers"),
		('[score]\ngrowth = ["12", "34"]', "score.growth", "policy_kind", "a list of pairs of numbers"),
		('[score]\ngrowth = [["1", "2"]]', "score.growth", "policy_kind", "a list of pairs of numbers"),
	],
)
def test_a_policy_that_cannot_be_used_is_refused_with_the_name_of_the_setting(
	text: str, field: str, code: str, message: str
) -> None:
	with pytest.raises(PolicyError) as refused:
		loads(text)
	error = refused.value
	assert (error.field, error.reason.code) == (field, code)
	assert message in str(error)
	assert str(error) == f"{error.reason.sentence()} {error.reason.remedy()}"


@pytest.mark.parametrize(("growth", "total"), [("11", "101"), ("9", "99"), ("10.01", "100.01"), ("0", "90")])
def test_weights_that_do_not_add_up_are_refused(growth: str, total: str) -> None:
	weights = {**WEIGHTS, Criterion.GROWTH: Decimal(growth)}
	with pytest.raises(PolicyError) as refused:
		ScorePolicy(weights=weights)
	assert refused.value.field == "score.weights"
	assert str(refused.value) == (
		f"The setting score.weights comes to {total}, but it must come to 100."
		" Change it so that it comes to 100."
	)


@pytest.mark.parametrize("given", [1.5, float("nan"), True, None, "1", [1]])
def test_numbers_made_in_python_are_held_to_the_same_kinds(given: Any) -> None:
	with pytest.raises(PolicyError, match=r"The setting tier\.tolerance cannot be"):
		TierPolicy(tolerance=given)
	with pytest.raises(PolicyError, match=r"The setting order\.grace_days cannot be"):
		OrderPolicy(grace_days=given)


def test_bounds_themselves_are_allowed() -> None:
	assert GradePolicy(a_months=1, b_months=2, c_months=1_000_000).c_months == 1_000_000
	assert OrderPolicy(grace_days=0).grace_days == 0
	assert CutsPolicy(urgent_days=28).urgent_days == 28
	assert LimitPolicy(min_months=12).min_months == 12
	assert TierPolicy(tolerance=Decimal("0.000000000001")).tolerance == Decimal(10) ** -12
	assert SatisfactionPolicy(major_loss=Decimal("0.01")).major_loss == Decimal("0.01")


def test_a_whole_number_will_do_for_a_decimal_and_a_word_for_an_option() -> None:
	given: Any = {"tolerance": 5, "provisional": "C", "on_time": {"D": 0, "C": 1, "B": 2, "A": 3}}
	policy = TierPolicy(**given)
	assert isinstance(policy.tolerance, Decimal)
	assert policy.provisional is CreditTier.C
	assert list(policy.on_time) == list(CreditTier)


# Frozen


@pytest.mark.parametrize("name", list(PARTS))
def test_no_setting_can_be_changed_after_it_was_checked(name: str) -> None:
	section = getattr(DEFAULT, name)
	with pytest.raises(dataclasses.FrozenInstanceError):
		setattr(DEFAULT, name, section)
	for field in dataclasses.fields(section):
		value = getattr(section, field.name)
		with pytest.raises(dataclasses.FrozenInstanceError):
			setattr(section, field.name, value)
		assert not isinstance(value, (dict, list, set))
		if isinstance(value, Mapping):
			with pytest.raises(TypeError):
				value[next(iter(value))] = 0  # type: ignore[index]


def test_a_table_changed_by_its_maker_does_not_change_the_policy() -> None:
	days = dict(CadencePolicy().days)
	policy = CadencePolicy(days=days)
	days[next(iter(days))] = -5
	assert policy == CadencePolicy()


# Written and read


@given(policies)
def test_a_policy_that_is_written_and_read_again_is_the_same(policy: Policy) -> None:
	again = loads(dumps(policy))
	assert again == policy
	assert dumps(again) == dumps(policy)
	assert fingerprint(again) == fingerprint(policy)


def test_an_empty_file_is_the_default_policy() -> None:
	assert loads("") == loads("[tier]\n[order]\n") == DEFAULT
	assert loads(dumps(DEFAULT)) == DEFAULT


def test_what_a_file_leaves_out_keeps_its_default() -> None:
	policy = loads("[order]\ngrace_days = 30\n[tier]\nprovisional = 'C'")
	assert policy == Policy(order=OrderPolicy(grace_days=30), tier=TierPolicy(provisional=CreditTier.C))


def test_each_setting_is_written_under_a_comment_that_says_what_it_means_and_its_unit() -> None:
	lines = dumps(DEFAULT).splitlines()
	for section in PARTS:
		assert f"[{section}]" in lines
	for number, line in enumerate(lines):
		if " = " in line and not line.startswith("#"):
			assert re.fullmatch(r"# \w.{15,}", lines[number - 1])
	assert "# The longest credit terms of tier A, and the oldest overdue it may have (R6), in days" in lines
	settings = sum(len(dataclasses.fields(getattr(DEFAULT, name))) for name in PARTS)
	assert len([line for line in lines if " = " in line]) == settings


# The fingerprint


@pytest.mark.parametrize(
	"text",
	[
		"# a comment\n\n[limit]\n",
		"[limit]\ncoefficients = { A = 1.2, B = 1.0, C = 0.8, D = 0.5, E = 0 }",
		"[limit]\ncoefficients = { A = 1.20, B = 1, C = 0.800, D = 5e-1, E = -0.0 }",
		"[limit.coefficients]\nE = 0\nD = 0.5\nC = 0.8\nB = 1\nA = 1.2",
		"[category]\nvip_sales = 5e6\n[limit]\ntypical_order = 'median'",
	],
)
def test_another_spelling_of_the_same_policy_has_the_same_fingerprint(text: str) -> None:
	assert loads(text) == DEFAULT
	assert fingerprint(loads(text)) == fingerprint(DEFAULT)


def other(value: Any, bounds: Mapping[str, Any]) -> Any:
	"""The nearest other value of a setting."""
	if isinstance(value, bool):
		return not value
	if isinstance(value, StrEnum):
		options = list(type(value))
		return options[options.index(value) - 1]
	step = 1 if isinstance(value, int) else Decimal("0.000000000001")
	return value + step if value + step <= bounds["highest"] else value - step


def changed_tables(
	name: str, value: Mapping[Any, Any], bounds: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
	for key, part in value.items():
		if name == "weights":
			giver = Criterion.PAYMENT_FULFILMENT if key != Criterion.PAYMENT_FULFILMENT else Criterion.GROWTH
			yield f"{name}.{key}", {**value, key: part + 1, giver: value[giver] - 1}
		elif (name, key) not in {("bands", ValueClass.E), ("on_time", CreditTier.D)}:
			yield f"{name}.{key}", {**value, key: other(part, bounds)}


def changed_scale(name: str, points: tuple[tuple[Decimal, Decimal], ...]) -> Iterator[tuple[str, Any]]:
	for number, (at, to) in enumerate(points):
		before, after = points[:number], points[number + 1 :]
		yield f"{name}.{number}.at", (*before, (at + Decimal("0.5"), to), *after)
		yield f"{name}.{number}.to", (*before, (at, abs(to - Decimal("0.5"))), *after)
		yield f"{name}.{number}.gone", (*before, *after)


def changes_of(section: Section) -> Iterator[tuple[str, Section]]:
	for field in dataclasses.fields(section):  # type: ignore[arg-type]
		value = getattr(section, field.name)
		if isinstance(value, Mapping):
			found = changed_tables(field.name, value, field.metadata)
		elif isinstance(value, tuple):
			found = changed_scale(field.name, value)
		else:
			found = iter([(field.name, other(value, field.metadata))])
		for path, changed in found:
			yield path, dataclasses.replace(section, **{field.name: changed})  # type: ignore[type-var]


def with_section(name: str, section: Any) -> Policy:
	return dataclasses.replace(DEFAULT, **{name: section})


CHANGES: dict[str, Policy] = {
	f"{name}.{path}": with_section(name, section)
	for name in PARTS
	for path, section in changes_of(getattr(DEFAULT, name))
}


@pytest.mark.parametrize("path", list(CHANGES))
def test_the_fingerprint_changes_with_every_single_setting(path: str) -> None:
	changed = CHANGES[path]
	assert changed != DEFAULT
	assert fingerprint(changed) != fingerprint(DEFAULT)
	assert loads(dumps(changed)) == changed


def test_no_two_of_these_changes_share_a_fingerprint() -> None:
	assert len({fingerprint(policy) for policy in CHANGES.values()}) == len(CHANGES)


@given(order_policies, order_policies)
def test_two_policies_share_a_fingerprint_when_and_only_when_they_are_equal(one: Policy, two: Policy) -> None:
	assert (fingerprint(one) == fingerprint(two)) == (one == two)
	assert re.fullmatch(r"[0-9a-f]{16}", fingerprint(one))


def read(text: str) -> Policy | PolicyError:
	try:
		return loads(text)
	except PolicyError as error:
		return error


@given(st.text())
def test_any_text_is_a_policy_or_a_refusal_that_names_the_setting(text: str) -> None:
	policy = read(text)
	if isinstance(policy, Policy):
		assert policy == loads(dumps(policy))
	else:
		assert policy.field


settings_and_values = st.tuples(
	st.sampled_from(
		[(name, field.name) for name in PARTS for field in dataclasses.fields(getattr(DEFAULT, name))]
	),
	st.one_of(
		st.integers(-5, 200).map(str),
		st.decimals(allow_nan=True).map(lambda number: str(number).lower().replace("snan", "nan")),
		st.sampled_from(["true", "[]", "{}", "[[0, 1], [2, 3]]", '"A"', "{ A = 1 }", "2024-01-31", '"{0}"']),
	),
)


@given(settings_and_values)
def test_any_value_of_any_setting_is_taken_or_refused_by_name(case: tuple[tuple[str, str], str]) -> None:
	(section, name), value = case
	policy = read(f"[{section}]\n{name} = {value}\n")
	if isinstance(policy, Policy):
		assert fingerprint(policy) == fingerprint(loads(dumps(policy)))
	else:
		assert policy.field == "file" or policy.field.startswith(section)
		assert policy.reason.sentence().endswith(".")
