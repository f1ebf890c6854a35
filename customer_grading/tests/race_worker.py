"""A process of its own that submits drafts as an order clerk would, for the tests of two at once.

Run as `python -m customer_grading.tests.race_worker SITE`. Each line on its input is a JSON list
[doctype, names]. It reads the documents, answers `ready`, waits for one more line, then submits one after the
other, each in a transaction, and answers with the JSON list of what became of them: `passed`, or the name of
the exception. Who is told to try again does, `TRIES` times in all.
"""

import json
import sys
from collections import Counter

import frappe
from frappe.model.document import Document

from customer_grading.gate.turn import TryAgainError

TRIES = 40


def main(site: str) -> None:
	"""Work until there is no more input."""
	frappe.init(site)
	frappe.connect()
	for line in sys.stdin:
		doctype, names = json.loads(line)
		# What is read here keeps the transaction at the state of before the others.
		frappe.db.rollback()
		docs = [frappe.get_doc(doctype, name) for name in names]
		answer("ready")
		sys.stdin.readline()
		answer(json.dumps([submitted(doc, is_first=doc is docs[0]) for doc in docs]))
	frappe.destroy()


def answer(text: str) -> None:
	"""One line for the test."""
	sys.stdout.write(f"{text}\n")
	sys.stdout.flush()


def submitted(doc: Document, *, is_first: bool) -> str:
	"""What became of a document; each but the first of a list is read anew, as a new request would."""
	for attempt in range(TRIES):
		if attempt or not is_first:
			frappe.db.rollback()
			doc = frappe.get_doc(doc.doctype, doc.name)
		try:
			doc.submit()
			frappe.db.commit()
		except (TryAgainError, frappe.QueryDeadlockError, frappe.QueryTimeoutError) as error:
			REPEATED[type(error).__name__] += 1
			frappe.db.rollback()
		except frappe.ValidationError as error:
			frappe.db.rollback()
			return type(error).__name__
		else:
			return "passed"
	return "gave up"


REPEATED: Counter[str] = Counter()
"""How often somebody was told to try again."""

if __name__ == "__main__":
	main(sys.argv[1])
	sys.stderr.write(json.dumps(REPEATED))
