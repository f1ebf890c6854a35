"""Whether orders of other customers are slowed while eight processes submit orders of one customer."""

import json
import random
import statistics
import threading
import time
from collections.abc import Callable, Sequence

import frappe
from frappe.model.document import Document

from customer_grading.tests.race_case import PROCESSES, Worker

ORDERS_OF_EACH = 25
MILLISECONDS = 1000

Draft = Callable[[str], Document]
"""Makes a saved order of a customer."""


def hammered(draft: Draft, buyers: Sequence[str]) -> dict[str, float]:
	"""Median milliseconds of submits of other customers: alone, beside eight processes with a customer each,
	and beside eight with one customer, who have to wait for each other.

	The same work is done beside them both times, so that only waiting can make a difference.
	"""
	one, others, each = buyers[0], buyers[1 + PROCESSES :], buyers[1 : 1 + PROCESSES]
	workers = [Worker() for _ in range(PROCESSES)]
	try:
		alone = [_submitted(draft(buyer)) for buyer in others[:ORDERS_OF_EACH]]
		spread = _beside(workers, [_names(draft, buyer) for buyer in each], draft, others)
		at_one = _beside(workers, [_names(draft, one) for _ in workers], draft, others)
	finally:
		for worker in workers:
			worker.end()
	found = {"alone_ms": alone, "beside_many_ms": spread, "beside_one_ms": at_one}
	return {name: round(statistics.median(seconds) * MILLISECONDS, 1) for name, seconds in found.items()}


def _names(draft: Draft, buyer: str) -> list[str]:
	return [draft(buyer).name for _ in range(ORDERS_OF_EACH)]


def _beside(
	workers: Sequence[Worker], shares: Sequence[list[str]], draft: Draft, others: Sequence[str]
) -> list[float]:
	"""Seconds of each submit while all workers are at work."""
	for worker, share in zip(workers, shares, strict=True):
		worker.say(json.dumps(["Sales Order", share]))
	for worker in workers:
		worker.hear()
	listeners = [threading.Thread(target=worker.hear) for worker in workers]
	for worker, listener in zip(workers, listeners, strict=True):
		worker.say("go")
		listener.start()
	taken = []
	while all(listener.is_alive() for listener in listeners):
		taken.append(_submitted(draft(random.choice(others))))
	for listener in listeners:
		listener.join()
	return taken


def _submitted(order: Document) -> float:
	begun = time.perf_counter()
	order.submit()
	frappe.db.commit()
	return time.perf_counter() - begun
