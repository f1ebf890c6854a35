"""The policy as it is kept in Desk: read, saved part by part, exported and imported."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import frappe

from customer_grading.customer_grading.doctype.grading_settings.grading_settings import (
	PolicyChangedError,
	SettingOutOfBoundsError,
	apply_policy,
	export_policy,
	preview_policy,
)
from customer_grading.records.policy import PolicyRefusedError, current_policy, store_policy
from customer_grading.records.policy_places import (
	MASTERS,
	SCALES,
	SETTINGS,
	Place,
	Record,
	places,
	policy_of,
	values_of,
)
from customer_grading.rules.options import StrEnum
from customer_grading.rules.policy import Policy
from customer_grading.rules.policy_file import dumps, fingerprint, loads
from customer_grading.rules.settings import PolicyError
from customer_grading.tests.base import GradingTestCase

DEFAULT = Policy.default()
FIXED = {"score.bands.E", "tier.on_time.D"}
"""The lowest band begins at 0 and nowhere else."""


def other_values(place: Place) -> Iterator[Any]:
	"""Values that a setting might be changed to, the nearest first."""
	value = place.value(DEFAULT)
	if isinstance(value, bool):
		yield not value
	elif isinstance(value, StrEnum):
		yield from (option for option in type(value) if option != value)
	elif isinstance(value, Decimal):
		yield from (value + Decimal(step) for step in ("0.25", "-0.25", "1", "-1"))
	else:
		yield from (value + step for step in (1, -1))


def held(policy: Policy) -> dict[Record, dict[str, Any]]:
	records = values_of(policy)
	settings = records[Record(SETTINGS, SETTINGS)]
	settings[SCALES] = [(row["criterion"], row["at"], row["points"]) for row in settings[SCALES]]
	return records


def changed(place: Place) -> Policy | None:
	"""A policy that differs from the default in this setting; None where no other value is good."""
	if place.is_scale:
		return loads(f"[{place.section}]\n{place.name} = [[0, 10], [0.25, 20.5], [1.1, 0]]")
	if place.name == "weights":
		return swapped(place)
	for value in other_values(place):
		records = held(DEFAULT)
		records[place.record][place.fieldname] = value
		try:
			return policy_of(records)
		except PolicyError:
			continue
	return None


def swapped(place: Place) -> Policy:
	"""A weight can only change if another does: together they are 100."""
	records = held(DEFAULT)
	settings = records[place.record]
	other = next(
		field for field in settings if field.startswith("score_weights") and field != place.fieldname
	)
	settings[place.fieldname] += 0.25
	settings[other] -= 0.25
	return policy_of(records)


class PolicyTestCase(GradingTestCase):
	"""Begins with the shipped policy, whatever the site has."""

	def setUp(self) -> None:
		"""Store it, to be taken back with the rest."""
		super().setUp()
		store_policy(DEFAULT)


class TestEverySettingIsKeptInDesk(PolicyTestCase):
	"""R1 to R15: each number of the policy."""

	def test_each_setting_can_be_stored_and_is_read_back_exactly(self) -> None:
		fixed = set()
		for place in places():
			policy = changed(place)
			if policy is None:
				fixed.add(place.path)
				continue
			frappe.db.savepoint("each_place")
			told = [change.place.path for change in store_policy(policy)]
			self.assertIn(place.path, told)
			self.assertEqual(current_policy(), policy, place.path)
			frappe.db.rollback(save_point="each_place")
		self.assertEqual(fixed, FIXED)
		self.assertEqual(fingerprint(current_policy()), fingerprint(DEFAULT))

	def test_each_setting_can_be_saved_in_its_form(self) -> None:
		for place in places():
			if place.is_scale or place.name == "weights" or place.path in FIXED:
				continue
			policy = changed(place)
			frappe.db.savepoint("each_place")
			document = frappe.get_doc(*place.record)
			document.set(place.fieldname, place.value(policy))
			document.save()
			self.assertEqual(current_policy(), policy, place.path)
			frappe.db.rollback(save_point="each_place")

	def test_decimals_are_read_as_they_were_typed(self) -> None:
		for typed in ("0.1", "1.25", "0.125", "0.7", "99.999"):
			row = frappe.get_doc("Value Class", "A")
			row.limit_coefficient = float(typed)
			row.save()
			self.assertEqual(current_policy().limit.coefficients["A"], Decimal(typed))

	def test_storing_the_same_policy_writes_nothing(self) -> None:
		before = frappe.db.get_singles_dict(SETTINGS).modified
		self.assertEqual(store_policy(DEFAULT), [])
		self.assertEqual(frappe.db.get_singles_dict(SETTINGS).modified, before)

	def test_a_policy_is_read_in_few_queries(self) -> None:
		with self.assertQueryCount(6):
			current_policy()

	def test_points_of_a_scale_may_be_entered_in_any_order(self) -> None:
		settings = frappe.get_doc(SETTINGS)
		settings.append(SCALES, {"criterion": "Growth", "at": -10, "points": 35})
		settings.save()
		read = [(int(at), int(to)) for at, to in current_policy().score.growth]
		self.assertEqual(read, [(-50, 0), (-10, 35), (0, 70), (20, 100)])

	def test_settings_that_a_migration_has_not_filled_yet_have_their_default(self) -> None:
		table = frappe.qb.DocType("Singles")
		frappe.qb.from_(table).delete().where(table.doctype == SETTINGS).run()
		self.assertEqual(current_policy(), DEFAULT)


class TestAPolicyThatCannotBeIsRefused(PolicyTestCase):
	"""With the rules' own sentence and remedy, and where in Desk it stands; nothing is written."""

	def refused(self, document: Any) -> str:
		with self.assertRaises(PolicyRefusedError) as error:
			document.save()
		self.assertEqual(current_policy(), DEFAULT)
		return re.sub("<[^>]*>", "", str(error.exception))

	def settings(self, **values: Any) -> Any:
		return frappe.get_doc(SETTINGS).update(values)

	def row(self, doctype: str, name: str, **values: Any) -> Any:
		return frappe.get_doc(doctype, name).update(values)

	def test_out_of_bounds(self) -> None:
		self.assertEqual(
			self.refused(self.settings(grade_a_months=0)),
			"The setting grade.a_months is 0, outside of 1 to 1000000. Give it a value from 1 to 1000000. "
			"It stands in Grading Settings, Grade A Within.",
		)

	def test_wrong_order_within_one_form(self) -> None:
		self.assertEqual(
			self.refused(self.settings(grade_b_months=1)),
			"The setting grade.b_months is 1, but it must be above grade.a_months, which is 1. Change "
			"grade.b_months or grade.a_months, so that the bands neither overlap nor leave a hole. "
			"It stands in Grading Settings, Grade B Within.",
		)

	def test_wrong_order_across_two_records_tells_how_to_change_both(self) -> None:
		self.assertEqual(
			self.refused(self.row("Value Class", "B", lowest_score=95)),
			"The setting score.bands.B is 95, but it must be below score.bands.A, which is 90. Change "
			"score.bands.B or score.bands.A, so that the bands neither overlap nor leave a hole. "
			"It stands in Value Class B, Lowest Score. To change both at once, export the policy in Grading "
			"Settings, edit the file and import it.",
		)

	def test_a_sum_that_is_not_met(self) -> None:
		told = self.refused(self.settings(score_weights_growth=11))
		self.assertIn("The setting score.weights comes to 101, but it must come to 100.", told)
		self.assertIn("It stands in Grading Settings.", told)

	def test_a_lowest_band_above_0(self) -> None:
		told = self.refused(self.row("Credit Tier", "D", lowest_on_time_rate=5))
		self.assertIn("The setting tier.on_time.D comes to 5, but it must come to 0.", told)
		self.assertIn("It stands in Credit Tier D, Lowest On-time Rate.", told)

	def test_a_point_given_twice(self) -> None:
		settings = self.settings()
		settings.append(SCALES, {"criterion": "Growth", "at": 0, "points": 5})
		told = self.refused(settings)
		self.assertIn("In the scale score.growth a point at 0 follows one at 0.", told)
		self.assertIn("give each place once. It stands in Grading Settings, Scale Points.", told)

	def test_a_scale_without_points(self) -> None:
		settings = self.settings()
		settings.set(SCALES, [row for row in settings.get(SCALES) if row.criterion != "Growth"])
		told = self.refused(settings)
		self.assertIn("The setting score.growth cannot be (). Give it a list of pairs of numbers", told)

	def test_a_fraction_where_whole_numbers_are_needed(self) -> None:
		told = self.refused(self.settings(grade_a_months=1.5))
		self.assertIn("The setting grade.a_months cannot be 1.5. Give it a whole number.", told)

	def test_an_option_that_there_is_not(self) -> None:
		told = self.refused(self.row("Customer Grade", "A", follow_up_cadence="Hourly"))
		self.assertIn(
			"The setting cadence.by_grade.A cannot be &apos;Hourly&apos;. Give it one of these: Daily", told
		)
		self.assertIn("It stands in Customer Grade A, Follow-up Cadence.", told)

	def test_more_decimals_than_the_form_shows(self) -> None:
		told = self.refused(self.settings(tier_tolerance=0.123))
		self.assertIn("The setting tier.tolerance is 0.123, which a form could only hold rounded.", told)
		self.assertIn("Give it at most 2 decimals, and at most 15 digits in all.", told)

	def test_what_was_written_past_the_checks_is_refused_when_read(self) -> None:
		frappe.db.set_value("Value Class", "B", "lowest_score", 95)
		with self.assertRaisesRegex(PolicyRefusedError, "The setting score.bands.B is 95"):
			current_policy()

	def test_in_the_language_of_the_reader(self) -> None:
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "zh"
		told = self.refused(self.settings(grade_a_months=0))
		self.assertIn("设置 grade.a_months 为 0，超出 1 至 1000000 的范围。", told)

	def test_how_regrades_run_has_bounds_too(self) -> None:
		with self.assertRaisesRegex(
			SettingOutOfBoundsError, "Smallest Limit Change must lie between 0 and 100"
		):
			self.settings(min_limit_change=101).save()
		with self.assertRaisesRegex(
			SettingOutOfBoundsError, "Customers per Job must lie between 1 and 100000"
		):
			self.settings(regrade_chunk=0).save()


class TestAPolicyFileIsExportedAndImported(PolicyTestCase):
	"""The same file that the preview takes: preview, adjust, import."""

	def exported(self) -> str:
		export_policy()
		self.assertEqual(frappe.response.filename, "policy.toml")
		return frappe.response.filecontent.decode()

	def test_what_is_exported_is_the_file_of_the_preview(self) -> None:
		self.assertEqual(self.exported(), dumps(DEFAULT))

	def test_importing_what_was_exported_changes_nothing(self) -> None:
		told = preview_policy(self.exported())
		self.assertEqual(told, {"changes": [], "old": fingerprint(DEFAULT), "new": fingerprint(DEFAULT)})
		self.assertEqual(apply_policy(self.exported(), told["old"])["changes"], [])
		self.assertEqual(current_policy(), DEFAULT)

	def test_an_import_shows_what_will_change_and_then_changes_it(self) -> None:
		toml = self.exported().replace('"A" = 90, "B" = 80', '"A" = 80, "B" = 75.5')
		told = preview_policy(toml)
		expected = [
			{"setting": "score.bands.A", "where": "Value Class A, Lowest Score", "old": "90", "new": "80"},
			{"setting": "score.bands.B", "where": "Value Class B, Lowest Score", "old": "80", "new": "75.5"},
		]
		self.assertEqual(told["changes"], expected)
		self.assertEqual(current_policy(), DEFAULT)
		self.assertEqual(apply_policy(toml, told["old"]), {"changes": expected, "new": told["new"]})
		self.assertEqual(frappe.db.get_value("Value Class", "B", "lowest_score"), 75.5)
		self.assertEqual(fingerprint(current_policy()), told["new"])

	def test_what_a_file_leaves_out_takes_its_default(self) -> None:
		store_policy(loads("[order]\ngrace_days = 30"))
		told = preview_policy("[grade]\na_months = 2")
		self.assertEqual(
			[(each["setting"], each["new"]) for each in told["changes"]],
			[("grade.a_months", "2"), ("order.grace_days", "15")],
		)

	def test_an_import_leaves_alone_what_is_no_part_of_the_policy(self) -> None:
		frappe.get_doc(SETTINGS).update({"regrade_chunk": 7}).save()
		frappe.get_doc("Credit Tier", "A").update({"meaning": "Ours"}).save()
		apply_policy("[tier.on_time]\nA = 99\nB = 80\nC = 50\nD = 0", fingerprint(DEFAULT))
		self.assertEqual(frappe.db.get_single_value(SETTINGS, "regrade_chunk"), 7)
		tier = frappe.db.get_value("Credit Tier", "A", ["meaning", "lowest_on_time_rate"])
		self.assertEqual(tier, ("Ours", 99))

	def test_an_import_that_cannot_be_changes_nothing(self) -> None:
		for toml, message in (
			("grade = ", "The policy file is not readable TOML"),
			("[tier]\ngrace_day = 15", "The policy has no setting called tier.grace_day"),
			("[score.bands]\nA = 90", "The setting score.bands does not say a value for B, C, D, E."),
			("[grade]\na_months = 1.5", "The setting grade.a_months cannot be 1.5. Give it a whole number."),
			("[tier]\ntolerance = 0.123456789012", "which a form could only hold rounded"),
			(
				"[order]\ngrace_days = 20\n[limit]\nmin_months = 13",
				"limit.min_months is 13, outside of 1 to 12",
			),
		):
			for door in (preview_policy, lambda text: apply_policy(text, fingerprint(DEFAULT))):
				with self.assertRaisesRegex(PolicyRefusedError, re.escape(message)):
					door(toml)
				self.assertEqual(current_policy(), DEFAULT)

	def test_what_a_file_says_is_told_as_text(self) -> None:
		with self.assertRaisesRegex(PolicyRefusedError, "&lt;b&gt;"):
			preview_policy('["<b>"]')

	def test_an_approval_of_changes_that_are_out_of_date_is_refused(self) -> None:
		told = preview_policy("[order]\ngrace_days = 20")
		frappe.get_doc(SETTINGS).update({"order_grace_days": 25}).save()
		with self.assertRaisesRegex(PolicyChangedError, "Somebody has changed the policy meanwhile"):
			apply_policy("[order]\ngrace_days = 20", told["old"])
		self.assertEqual(current_policy().order.grace_days, 25)

	def test_a_fingerprint_is_shown_on_the_form(self) -> None:
		settings = frappe.get_doc(SETTINGS)
		settings.run_method("onload")
		self.assertEqual(settings.get_onload("fingerprint"), fingerprint(DEFAULT))

	def test_only_exporting_answers_to_a_plain_link(self) -> None:
		methods = frappe.allowed_http_methods_for_whitelisted_func
		self.assertEqual(methods[export_policy], ["GET"])
		self.assertEqual((methods[preview_policy], methods[apply_policy]), (["POST"], ["POST"]))


def elsewhere(work: Callable[[], None]) -> None:
	"""Do something with a connection of its own, as another worker would, and take it back."""

	def connected(site: str) -> None:
		frappe.init(site)
		frappe.connect()
		try:
			frappe.db.sql("SET innodb_lock_wait_timeout = 1")
			work()
		finally:
			frappe.db.rollback()
			frappe.destroy()

	with ThreadPoolExecutor(1) as pool:
		pool.submit(connected, frappe.local.site).result()


class TestTwoPeopleAtOnce(GradingTestCase):
	"""Two changes that are good each by itself may contradict each other."""

	def save(self) -> None:
		frappe.get_doc("Value Class", "B").save()

	def test_the_second_waits_for_the_first(self) -> None:
		elsewhere(self.save)
		frappe.get_doc("Value Class", "A").save()
		with self.assertRaises(frappe.QueryTimeoutError):
			elsewhere(self.save)

	def test_who_only_reads_the_policy_does_not_wait(self) -> None:
		frappe.get_doc("Value Class", "A").save()
		elsewhere(lambda: self.assertIsInstance(current_policy(), Policy))


class TestTheHistoryOfThePolicy(GradingTestCase):
	"""Every record that holds settings keeps its versions."""

	def test_all_of_them_track_changes(self) -> None:
		for doctype in (*MASTERS, SETTINGS):
			self.assertTrue(frappe.get_meta(doctype).track_changes, doctype)
