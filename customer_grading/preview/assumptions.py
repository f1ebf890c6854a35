"""What a replay assumes, said to whoever reads its results."""

from collections.abc import Iterator
from datetime import date

from customer_grading.preview.replay.decisions import Terms
from customer_grading.rules.reasons import DATE, NUMBER, Reason, explain

KNOWN_THEN = explain(
	"assume_known_then",
	"Each order is decided with what was known that morning, and the orders taken earlier that day.",
	"Nothing: a decision never looks ahead.",
)
HISTORY_STAYS = explain(
	"assume_history",
	"Orders that would have been held or refused still count as they really went.",
	"Nothing: what customers would have done instead cannot be known.",
)
POLICY_TERMS = explain(
	"assume_policy_terms",
	"Orders are decided on the terms that were granted, shortened to what the policy grants the tier.",
	"Add --terms granted to decide them on the terms that were really granted.",
)
GRANTED_TERMS = explain(
	"assume_granted_terms",
	"Orders are decided on the terms that were really granted.",
	"Leave --terms granted out to shorten them to what the policy grants the tier.",
)
AS_OF_LAST_DAY = explain(
	"assume_as_of",
	"The report stands on {0}, the last day on which the files say that something happened.",
	"Add --as-of with another day.",
	as_of=DATE,
)
LATER_LEFT_OUT = explain(
	"assume_later",
	"{0} invoices and orders after {1} are left out.",
	"Leave --as-of out to use everything.",
	documents=NUMBER,
	as_of=DATE,
)
PAYMENTS_UNKNOWN = explain(
	"assume_payments_unknown",
	"{0} of {1} orders were paid, or may have been, on a day that no file tells: they are not judged.",
	"Add the day of payment to the invoices, or a file of payments: Payment Entry with its references.",
	unknown=NUMBER,
	orders=NUMBER,
)
GRADES_ESTIMATED = explain(
	"assume_grades",
	"Grades are estimated from the rhythm of the orders, except where the file of customers tells the need.",
	"Add customers.csv with the columns Need and Expected Close.",
)


def assumptions(terms: Terms, as_of: date, as_of_given: bool, left_out: int) -> Iterator[Reason]:
	"""Everything that a reader must know to trust the figures."""
	yield LATER_LEFT_OUT.because(left_out, as_of) if as_of_given else AS_OF_LAST_DAY.because(as_of)
	yield KNOWN_THEN.because()
	yield (POLICY_TERMS if terms is Terms.POLICY else GRANTED_TERMS).because()
	yield HISTORY_STAYS.because()
	yield GRADES_ESTIMATED.because()
