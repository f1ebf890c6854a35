"""What gunicorn serves: one site of the bench, with its files, at whatever address it is asked for.

In production a web server in front tells the site by its name. It runs in the bench's own Python.
"""

import os

import frappe.app

frappe.app._site = os.environ["SITE_SERVED"]  # noqa: SLF001  (there is no other way to say it, `serve` does so)
application = frappe.app.application_with_statics()
