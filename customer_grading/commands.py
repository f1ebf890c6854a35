"""What `bench --site SITE …` can do with this app."""

import sys

import click
import frappe
from frappe.commands import get_site, pass_context

CUSTOMERS = 24
MONTHS = 24


@click.command("customer-grading-demo")
@click.option("--remove", is_flag=True, help="Remove the demo again, with all that was tried out on it.")
@click.option("--force", is_flag=True, help="Make the demo although the site has real transactions.")
@click.option("--customers", type=click.IntRange(2, CUSTOMERS), default=CUSTOMERS, show_default=True)
@click.option("--months", type=click.IntRange(3, MONTHS), default=MONTHS, show_default=True)
@pass_context
def demo(context: object, remove: bool, force: bool, customers: int, months: int) -> None:
	"""Make a small trading company to look at Customer Grading with, in the default company of a site."""
	frappe.init(site=get_site(context))
	frappe.connect()
	frappe.local.lang = frappe.db.get_single_value("System Settings", "language") or "en"
	try:
		_remove() if remove else _make(customers, months, force)
	except frappe.ValidationError as refusal:
		click.secho(str(refusal), fg="red", err=True)
		sys.exit(1)
	finally:
		frappe.destroy()


def _make(customers: int, months: int, force: bool) -> None:
	# By name: ERPNext is not to be loaded for every command of the bench.
	made = frappe.call("customer_grading.setup.demo.making.make", customers, months, force)
	click.echo(", ".join(f"{frappe._(kind)}: {count}" for kind, count in made.items()))
	click.echo(
		frappe._(
			"To log in as one of the demo's users, set a password: bench --site {0} set-password {1}"
		).format(frappe.local.site, "nina.falk@customer-grading.example")
	)


def _remove() -> None:
	removed = frappe.call("customer_grading.setup.demo.removal.remove")
	if removed:
		click.echo(frappe._("{0} documents of the demo are removed.").format(removed))
	else:
		click.echo(frappe._("There is no demo on this site."))


commands = [demo]
