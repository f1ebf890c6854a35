"""Reasons are kept as codes with their values, and told in the reader's language."""

import json
import subprocess
import sys
from datetime import date
from decimal import Decimal

import frappe

from customer_grading.records.reasons import dump, load, refuse, sentences, told
from customer_grading.rules import reasons as rules
from customer_grading.rules.options import CreditTier
from customer_grading.rules.reasons import Kind, Reason, Value
from customer_grading.rules.tier import ARREARS, ON_TIME
from customer_grading.tests.base import GradingTestCase

SAMPLES: dict[Kind, tuple[Value, ...]] = {
	Kind.MONEY: (Decimal("1234.50"), Decimal(0), Decimal("-0.01")),
	Kind.PERCENT: (Decimal("94.99"), 100, Decimal("33.3333333333")),
	Kind.NUMBER: (3, Decimal("1.2"), -50),
	Kind.DATE: (date(2024, 2, 29), date(1, 1, 1), date(9999, 12, 31)),
	Kind.WORD: (CreditTier.A, "Half-monthly", ""),
	Kind.TEXT: ("SINV-00001", '客户 "{0}" <b>', ""),
}


def every_reason() -> list[Reason]:
	"""Each declared explanation with some values of the kinds that it takes."""
	known = [rules.declared(code) for code in sorted(rules._DECLARED)]  # noqa: SLF001  (there is no other list)
	return [
		explanation.because(*(SAMPLES[kind][number] for _name, kind in explanation.fields))
		for explanation in known
		for number in range(3)
	]


class TestReasonsAsARecord(GradingTestCase):
	"""Every explanation that rules declare, with values of each kind."""

	def test_every_reason_comes_back_as_it_was(self) -> None:
		all_of_them = every_reason()
		self.assertGreater(len(all_of_them), 100)
		for reason in all_of_them:
			(back,) = load(dump([reason]))
			self.assertEqual(back, reason)
			self.assertEqual(back.sentence(), reason.sentence())
			self.assertEqual(back.remedy(), reason.remedy())

	def test_their_order_is_kept(self) -> None:
		all_of_them = every_reason()
		self.assertEqual(list(load(dump(all_of_them))), all_of_them)

	def test_only_codes_and_values_are_kept(self) -> None:
		kept = dump([ARREARS.because(Decimal("12.50"), 3)])
		self.assertEqual(json.loads(kept), [["tier_arrears", "12.50", "3"]])

	def test_no_reasons_are_none(self) -> None:
		for text in (None, "", "[]"):
			self.assertEqual((load(text), sentences(text)), ((), []))
		self.assertEqual(dump(()), "[]")

	def test_what_this_version_does_not_know_is_left_out(self) -> None:
		known = json.loads(dump([ARREARS.because(Decimal(1), 2)]))
		text = json.dumps([["of_another_version", "1"], ["tier_arrears", "1"], *known])
		self.assertEqual(sentences(text), ["1.00 is past due, the oldest for 2 days."])

	def test_a_process_that_has_only_read_the_history_knows_all_of_them(self) -> None:
		script = "from customer_grading.records.reasons import sentences; print(sentences(%r))"
		text = dump([ARREARS.because(Decimal(400), 40)])
		command = [
			sys.executable,
			"-c",
			f"import frappe; frappe.init({frappe.local.site!r});" + script % text,
		]
		sites = frappe.utils.get_bench_path() + "/sites"
		done = subprocess.run(command, cwd=sites, capture_output=True, text=True, check=False)  # noqa: S603
		self.assertEqual(done.stdout.strip(), "['400.00 is past due, the oldest for 40 days.']", done.stderr)

	def test_they_are_told_in_the_language_of_the_reader(self) -> None:
		reasons = [ON_TIME.because(Decimal("97.5"), 95, CreditTier.A), ARREARS.because(Decimal(400), 40)]
		english = "97.5 % was paid on time, at least the 95 % of tier A. "
		self.assertEqual(told(reasons), english + "400.00 is past due, the oldest for 40 days.")
		self.addCleanup(setattr, frappe.local, "lang", frappe.local.lang)
		frappe.local.lang = "zh"
		for sentence in sentences(dump(every_reason())):
			self.assertTrue(any("一" <= letter <= "鿿" for letter in sentence), sentence)

	def test_a_refusal_tells_the_sentence_and_the_remedy(self) -> None:
		with self.assertRaisesRegex(
			frappe.ValidationError,
			"400.00 is past due, the oldest for 40 days. Receive the 400.00 that is past",
		):
			refuse(ARREARS.because(Decimal(400), 40), "Refused", frappe.ValidationError)
