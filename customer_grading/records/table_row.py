"""Rows of tables: they are saved with their document, which is asked whether they may be so."""

from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document


class TableRowError(frappe.ValidationError):
	"""Somebody tried to write a row past its document."""


class TableRow(Document):
	"""A row of a table. Frappe would save it alone for whoever may write the document."""

	def validate(self) -> None:
		"""Frappe comes here only where the row is saved by itself."""
		self._refuse()

	def before_update_after_submit(self) -> None:
		"""The same where its document is submitted."""
		self._refuse()

	def before_cancel(self) -> None:
		"""And where the row is cancelled by itself."""
		self._refuse()

	def on_trash(self) -> None:
		"""And where it is deleted by itself."""
		if not frappe.flags.in_uninstall:
			self._refuse()

	def _refuse(self) -> NoReturn:
		message = _("A row of {0} is changed in its document only. Change it there, and save the document.")
		told = message.format(frappe.bold(_(self.doctype)))
		frappe.throw(told, TableRowError, title=_("Part of a Document"))
