import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Count

RESUME = "customer_grading.jobs.regrade.resume"
START = "customer_grading.jobs.regrade.start"


class RegradeRun(Document):
	"""One regrade of all customers: chunks, counts, failures. Written by `records.regrade_run`."""

	@property
	def summary(self) -> str:
		"""What changed, counted, in the reader's language."""
		change = frappe.qb.DocType("Grade Change")
		query = frappe.qb.from_(change).select(change.what, Count(change.name)).groupby(change.what)
		counts = query.where(change.source == self.name).orderby(change.what).run()
		return "\n".join(f"{_(what)}: {count}" for what, count in counts)

	def validate(self) -> None:
		"""Runs bind customers by the policy that they carry, so nobody types one."""
		if not self.flags.begun_by_app:
			frappe.throw(_("A regrade run is not typed or changed. Use Regrade Now."))

	def on_trash(self) -> None:
		"""The history names its runs, so they are kept."""
		if frappe.flags.in_uninstall:
			return
		frappe.throw(_("{0} is kept, because the history of customers refers to it.").format(self.name))

	@frappe.whitelist(methods=["POST"])
	def resume(self) -> None:
		"""Do what the run has left undone, in the background."""
		frappe.has_permission("Regrade Run", "create", throw=True)
		if self.status != "Running":
			frappe.throw(_("{0} has ended; there is nothing to resume.").format(self.name))
		frappe.enqueue(RESUME, queue="short", enqueue_after_commit=True, run=self.name)


@frappe.whitelist(methods=["POST"])
def regrade_now() -> None:
	"""Regrade all customers, in the background."""
	frappe.has_permission("Regrade Run", "create", throw=True)
	running = frappe.db.get_value("Regrade Run", {"status": "Running"})
	if running:
		frappe.throw(_("{0} is still running. Wait for its end, or resume it.").format(running))
	frappe.enqueue(START, queue="long", job_id=START, deduplicate=True, enqueue_after_commit=True)
