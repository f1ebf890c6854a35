"""The Frappe module: DocTypes, reports, workspaces."""
