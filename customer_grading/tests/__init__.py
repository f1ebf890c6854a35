"""Tests that need a site with ERPNext: `bench --site SITE run-tests --app customer_grading`."""
