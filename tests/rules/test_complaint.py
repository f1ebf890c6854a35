"""R12: the satisfaction level, sign by sign, and the days that move it."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customer_grading.rules.complaint import ComplaintFacts, LevelAnswer, assess, level_to_sign
from customer_grading.rules.options import Complainant, Impression, QualityProblem, SatisfactionLevel
from customer_grading.rules.policy import SatisfactionPolicy

from .facts import assert_speaks, codes, complaints, quiet_complaints, remedies, sections, sentences

POLICY = SatisfactionPolicy()
Level = SatisfactionLevel
HANDLE = "Handle the complaint and let a person judge it anew."
GENERAL, MAJOR, CRITICAL = QualityProblem.GENERAL, QualityProblem.MAJOR, QualityProblem.CRITICAL


def level_of(**signs: Any) -> LevelAnswer:
	return assess(ComplaintFacts(**signs), POLICY)


# Nothing to complain of


@pytest.mark.parametrize(
	("signs", "level", "code", "sentence", "remedy"),
	[
		(
			{"impression": Impression.EXCEEDED, "has_example": True},
			"A",
			"level_exceeded",
			"We exceeded the customer's expectations, with a concrete example.",
			"A complaint lowers the level.",
		),
		(
			{"impression": Impression.EXCEEDED},
			"B",
			"level_met",
			"We met the customer's expectations.",
			"A concrete example of more would make it level A.",
		),
		(
			{"impression": Impression.MET, "has_example": True},
			"B",
			"level_met",
			"We met the customer's expectations.",
			"A concrete example of more would make it level A.",
		),
		(
			{"impression": Impression.FLAT},
			"C",
			"level_flat",
			"The service felt flat, or details were neglected.",
			"Look after the details.",
		),
		(
			{},
			"C",
			"level_no_sign",
			"Nothing is known that the customer is pleased or displeased with.",
			"Ask the customer.",
		),
	],
)
def test_without_a_complaint_the_impression_decides(
	signs: dict[str, Any], level: str, code: str, sentence: str, remedy: str
) -> None:
	answer = level_of(**signs)
	assert answer.level == level
	assert codes(answer.reasons) == [code]
	assert (sentences(answer.reasons), remedies(answer.reasons)) == ([sentence], [remedy])


# Every sign of D to G by itself


@pytest.mark.parametrize(
	("signs", "level", "code", "sentence"),
	[
		(
			{"named_reason": True},
			"D",
			"level_named_reason",
			"The customer names a reason for being dissatisfied.",
		),
		(
			{"charges_unclear": True},
			"D",
			"level_charges",
			"The charges were not transparent to the customer.",
		),
		(
			{"quality": GENERAL},
			"D",
			"level_general_problem",
			"There is a general quality problem that does not stop use.",
		),
		({"parts_days": 4}, "D", "level_parts_late", "Parts took 4 days, more than 3."),
		(
			{"lack_of_skill": True, "days_open": 8, "solved": True},
			"D",
			"level_lack_of_skill",
			"Handling has taken 8 days, more than 7, for lack of skill.",
		),
		({"days_open": 8}, "D", "level_unsolved", "Unsolved for 8 days, more than 7."),
		({"days_open": 20}, "D", "level_unsolved", "Unsolved for 20 days, more than 7."),
		({"days_open": 21}, "E", "level_unsolved", "Unsolved for 21 days, more than 20."),
		({"hostile": True}, "E", "level_hostile", "The customer is hostile and cannot be calmed."),
		(
			{"threatens_publicity": True},
			"E",
			"level_publicity",
			"The customer threatens to go to the press or the web.",
		),
		(
			{"quality": MAJOR},
			"E",
			"level_grave_problem",
			"There is a major quality problem, or one of a critical part.",
		),
		(
			{"quality": CRITICAL},
			"E",
			"level_grave_problem",
			"There is a major quality problem, or one of a critical part.",
		),
		(
			{"quality": GENERAL, "stops_use": True},
			"E",
			"level_stops_use",
			"The quality problem stops the customer's use of the goods.",
		),
		({"repairs_in_month": 3}, "E", "level_many_repairs", "3 repairs in a month, more than 2."),
		({"complainant": Complainant.MEDIA}, "F", "level_major_customer", "The complainant is: Media."),
		(
			{"complainant": Complainant.CONSUMER_ASSOCIATION},
			"F",
			"level_major_customer",
			"The complainant is: Consumer association.",
		),
		(
			{"complainant": Complainant.REGULATOR},
			"F",
			"level_major_customer",
			"The complainant is: Regulator.",
		),
		({"complainant": Complainant.POLICE}, "F", "level_major_customer", "The complainant is: Police."),
		(
			{"complainant": Complainant.GOVERNMENT},
			"F",
			"level_major_customer",
			"The complainant is: Government.",
		),
		({"complainant": Complainant.LAWYER}, "F", "level_major_customer", "The complainant is: Lawyer."),
		(
			{"complainant": Complainant.CELEBRITY},
			"F",
			"level_major_customer",
			"The complainant is: Celebrity.",
		),
		({"complainant": Complainant.OFFICIAL}, "F", "level_major_customer", "The complainant is: Official."),
		(
			{"complainant": Complainant.TAXI_DRIVER},
			"F",
			"level_major_customer",
			"The complainant is: Taxi driver.",
		),
		(
			{"complainant": Complainant.GROUP_CUSTOMER, "whole_batch": True},
			"F",
			"level_batch",
			"A group customer complains of a whole batch.",
		),
		(
			{"loss": Decimal(10_000)},
			"F",
			"level_major_loss",
			"The loss of 10,000.00 is major: 10,000.00 or more.",
		),
		({"injury": True}, "F", "level_injury", "Somebody was injured."),
		({"safety": True}, "G", "level_safety", "Safety is concerned."),
		(
			{"handling_failed": True, "outsiders_involved": True},
			"G",
			"level_outsiders",
			"Normal handling has failed, and media, a lawyer, the police or an authority is involved.",
		),
	],
)
def test_each_sign_gives_its_level(signs: dict[str, Any], level: str, code: str, sentence: str) -> None:
	answer = level_of(**signs)
	assert answer.level == level
	assert codes(answer.reasons) == [code]
	assert sentences(answer.reasons) == [sentence]
	assert remedies(answer.reasons) == [HANDLE]


@pytest.mark.parametrize(
	("signs", "level", "told"),
	[
		({"quality": GENERAL, "times_in_month": 2}, "E", ["level_repeated", "level_general_problem"]),
		(
			{"quality": MAJOR, "stops_use": True, "times_in_month": 3},
			"E",
			["level_grave_problem", "level_stops_use", "level_repeated"],
		),
		({"lack_of_skill": True, "days_open": 21}, "E", ["level_unsolved", "level_lack_of_skill"]),
		({"loss": Decimal(50_000)}, "G", ["level_large_damage", "level_major_loss"]),
		(
			{"repairs_in_month": 3, "refuses_repair": True},
			"G",
			["level_repair_refused", "level_many_repairs"],
		),
		(
			{"complainant": Complainant.LAWYER, "handling_failed": True},
			"G",
			["level_outsiders", "level_major_customer"],
		),
		(
			{"hostile": True, "named_reason": True, "injury": True},
			"F",
			["level_injury", "level_hostile", "level_named_reason"],
		),
	],
)
def test_the_gravest_sign_decides_and_all_are_told_gravest_first(
	signs: dict[str, Any], level: str, told: list[str]
) -> None:
	answer = level_of(**signs)
	assert (answer.level, codes(answer.reasons)) == (level, told)


@pytest.mark.parametrize(
	("signs", "sentence"),
	[
		({"quality": GENERAL, "times_in_month": 2}, "The same problem was complained of 2 times in a month."),
		({"loss": Decimal(50_000)}, "The damages of 50,000.00 are large: 50,000.00 or more."),
		(
			{"repairs_in_month": 3, "refuses_repair": True},
			"After 3 repairs in a month the customer refuses another.",
		),
	],
)
def test_graver_signs_say_their_numbers(signs: dict[str, Any], sentence: str) -> None:
	assert sentences(level_of(**signs).reasons)[0] == sentence


@pytest.mark.parametrize(
	"signs",
	[
		{"parts_days": 3},
		{"days_open": 7},
		{"days_open": 7, "lack_of_skill": True},
		{"lack_of_skill": True},
		{"days_open": 300, "solved": True},
		{"stops_use": True},
		{"times_in_month": 9},
		{"repairs_in_month": 2},
		{"refuses_repair": True, "repairs_in_month": 2},
		{"complainant": Complainant.GROUP_CUSTOMER},
		{"whole_batch": True},
		{"loss": Decimal("9999.99")},
		{"outsiders_involved": True},
		{"handling_failed": True},
	],
)
def test_what_stays_below_its_bound_is_no_sign(signs: dict[str, Any]) -> None:
	answer = level_of(**signs)
	assert (answer.level, codes(answer.reasons)) == ("C", ["level_no_sign"])


def test_a_problem_that_stops_use_is_not_told_as_one_that_does_not() -> None:
	assert "level_general_problem" not in codes(level_of(quality=GENERAL, stops_use=True).reasons)


def test_ordinary_people_with_a_failed_handling_are_no_crisis_but_authorities_are() -> None:
	levels = {who: level_of(complainant=who, handling_failed=True).level for who in Complainant}
	assert {who for who, level in levels.items() if level is Level.G} == {
		Complainant.MEDIA,
		Complainant.CONSUMER_ASSOCIATION,
		Complainant.REGULATOR,
		Complainant.POLICE,
		Complainant.GOVERNMENT,
		Complainant.LAWYER,
	}


# Time


@pytest.mark.parametrize(
	("signs", "rises_to", "after"),
	[
		({}, "D", 7),
		({"days_open": 7}, "D", 7),
		({"days_open": 8}, "E", 20),
		({"days_open": 20}, "E", 20),
		({"days_open": 21}, None, None),
		({"named_reason": True}, "E", 20),
		({"hostile": True}, None, None),
		({"injury": True}, None, None),
		({"solved": True}, None, None),
		({"named_reason": True, "solved": True}, None, None),
	],
)
def test_time_alone_moves_an_unsolved_complaint_to_d_and_to_e(
	signs: dict[str, Any], rises_to: str | None, after: int | None
) -> None:
	answer = level_of(**signs)
	assert (answer.rises_to, answer.rises_after_days) == (rises_to, after)


@given(quiet_complaints)
def test_the_level_rises_on_the_day_after_the_days_it_names_and_not_before(facts: ComplaintFacts) -> None:
	answer = assess(facts, POLICY)
	if answer.rises_to is None or answer.rises_after_days is None:
		return
	assert answer.rises_to.is_worse_than(answer.level)
	on_the_day = replace(facts, days_open=answer.rises_after_days, lack_of_skill=False)
	assert answer.rises_to.is_worse_than(assess(on_the_day, POLICY).level)
	day_after = replace(facts, days_open=answer.rises_after_days + 1)
	assert assess(day_after, POLICY).level is answer.rises_to


# The level never falls by itself


def test_a_level_given_before_is_kept_and_told() -> None:
	answer = assess(ComplaintFacts(named_reason=True), POLICY, Level.F)
	assert answer.level is Level.F
	assert codes(answer.reasons) == ["level_kept", "level_named_reason"]
	assert sentences(answer.reasons)[0] == "The level was F before, and it never falls by itself."
	assert remedies(answer.reasons)[0] == "A person may lower it with a reason."


@pytest.mark.parametrize("current", [None, Level.A, Level.D])
def test_a_level_that_was_not_worse_before_is_not_told(current: Level | None) -> None:
	answer = assess(ComplaintFacts(named_reason=True), POLICY, current)
	assert (answer.level, codes(answer.reasons)) == ("D", ["level_named_reason"])


def test_a_level_that_was_kept_rises_by_time_from_where_it_stands() -> None:
	answer = assess(ComplaintFacts(), POLICY, Level.D)
	assert (answer.rises_to, answer.rises_after_days) == ("E", 20)


# A person decides otherwise


@pytest.mark.parametrize(
	("signs", "current", "overruled", "level", "told"),
	[
		({"hostile": True}, Level.C, Level.E, "C", ["level_overruled", "level_hostile"]),
		({"named_reason": True}, Level.C, Level.E, "C", ["level_overruled", "level_named_reason"]),
		({"injury": True}, Level.C, Level.E, "F", ["level_injury"]),
		({"days_open": 21}, Level.C, Level.D, "E", ["level_unsolved"]),
		({"hostile": True}, Level.C, None, "E", ["level_hostile"]),
		({"hostile": True}, Level.E, Level.E, "E", ["level_hostile"]),
		({"hostile": True}, Level.F, Level.G, "F", ["level_kept", "level_hostile"]),
	],
)
def test_what_a_person_has_overruled_raises_the_level_no_more_but_worse_does(
	signs: dict[str, Any], current: Level, overruled: Level | None, level: str, told: list[str]
) -> None:
	answer = assess(ComplaintFacts(**signs), POLICY, current, overruled)
	assert (answer.level, codes(answer.reasons)) == (level, told)
	assert answer.proposed == level_of(**signs).level


def test_it_is_told_that_a_person_has_decided() -> None:
	answer = assess(ComplaintFacts(hostile=True), POLICY, Level.C, Level.E)
	assert sentences(answer.reasons)[0] == "A person has set the level to C, though the signs say E."
	assert remedies(answer.reasons)[0] == "Another sign, or a person with a reason, changes it."


def test_time_raises_an_overruled_level_only_beyond_what_was_overruled() -> None:
	answer = assess(ComplaintFacts(days_open=8), POLICY, Level.C, Level.D)
	assert (answer.level, answer.rises_to, answer.rises_after_days) == ("C", "E", 20)
	answer = assess(ComplaintFacts(hostile=True), POLICY, Level.C, Level.E)
	assert (answer.rises_to, answer.rises_after_days) == (None, None)


def test_the_worse_of_what_stands_and_what_was_overruled_is_signed() -> None:
	assert level_to_sign("D", None) == "D"
	assert level_to_sign("D", "F") == "F"
	assert level_to_sign("F", "D") == "F"


any_complaint = st.one_of(complaints, quiet_complaints, st.builds(ComplaintFacts))


@given(any_complaint, sections(SatisfactionPolicy), st.none() | st.sampled_from(SatisfactionLevel))
def test_every_complaint_has_a_level_never_below_the_one_before(
	facts: ComplaintFacts, policy: SatisfactionPolicy, current: Level | None
) -> None:
	answer = assess(facts, policy, current)
	assert current is None or not current.is_worse_than(answer.level)
	assert (answer.rises_to is None) == (answer.rises_after_days is None)
	assert_speaks(answer.reasons)


@given(any_complaint, sections(SatisfactionPolicy), st.integers(0, 1_000_000))
def test_more_days_never_lower_the_level(
	facts: ComplaintFacts, policy: SatisfactionPolicy, days: int
) -> None:
	longer = replace(facts, days_open=facts.days_open + days)
	assert not assess(facts, policy).level.is_worse_than(assess(longer, policy).level)


@given(
	any_complaint,
	st.sampled_from(("hostile", "injury", "safety", "named_reason", "stops_use", "whole_batch")),
)
def test_another_sign_never_lowers_the_level(facts: ComplaintFacts, sign: str) -> None:
	more: Any = {sign: True}
	assert not assess(facts, POLICY).level.is_worse_than(assess(replace(facts, **more), POLICY).level)
