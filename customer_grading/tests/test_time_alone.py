"""Whom the night leaves alone would not have been graded otherwise: held against the whole regrade."""

from dataclasses import replace
from datetime import timedelta

from customer_grading.jobs.regrade_batch import Batch
from customer_grading.records import regrade_run, standing
from customer_grading.records.standing import Kept
from customer_grading.rules.regrade import Standing
from customer_grading.tests import factories as make
from customer_grading.tests.regrade_case import RegradeTestCase, ago, at_once, today, whole_run

DAYS = 200


class TestTimeAlone(RegradeTestCase):
	"""Nothing happens for months but that days pass: lines fall due, windows move on, dates come closer."""

	def setUp(self) -> None:
		super().setUp()
		at_once("first_tier", "upgrades")
		make.invoice(self.newcomer, 800, ago(3), ((ago(-10), 40), (ago(-40), 60)))
		make.order(self.late, 2500, ago(20))
		make.journal(self.debtor, 120, ago(5))

	def test_changes_no_customer_before_the_day_that_it_was_to_be_regraded_on(self) -> None:
		run = whole_run().name
		order = regrade_run.order(run)
		kept = standing.standings(self.everybody)
		left_alone = 0
		for passed in range(1, DAYS):
			day = today() + timedelta(days=passed)
			found = self.regraded(replace(order, day=day), kept)
			for name, after in found.items():
				before = kept[name].standing
				if before.regrade_due > day:
					self.assertEqual(known(after), known(before), f"{name} on {day}")
					left_alone += 1
				else:
					kept[name] = kept[name]._replace(standing=after)
		self.assertGreater(left_alone, DAYS * len(self.everybody) / 2)

	def regraded(self, order: regrade_run.Order, kept: dict[str, Kept]) -> dict[str, Standing]:
		tally = regrade_run.Tally()
		found = dict(Batch.of(order)._found(kept, tally))  # noqa: SLF001  (what it would write)
		self.assertEqual(tally.failures, {})
		return {name: regraded.standing for name, regraded in found.items()}


def known(standing: Standing) -> Standing:
	"""What anybody sees of a standing."""
	return replace(standing, regrade_due=None)
