"""Documents that this transaction has changed, and whose Open Items are not written yet."""

from typing import NamedTuple

import frappe

from customer_grading.rules.order import ExposureKind


class Document(NamedTuple):
	"""A document that can be open, and the part of the exposure that it belongs to."""

	kind: ExposureKind
	doctype: str
	name: str


def documents() -> set[Document]:
	"""Those noted since the last commit, rollback or `take`; others may add to them."""
	if getattr(frappe.local, "changed_open_documents", None) is None:
		frappe.local.changed_open_documents = set()
	return frappe.local.changed_open_documents


def take() -> frozenset[Document]:
	"""Those noted, which are forgotten thereby."""
	taken = frozenset(documents())
	forget()
	return taken


def forget() -> None:
	"""Forget all, after a rollback."""
	documents().clear()
