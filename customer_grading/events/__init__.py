"""What happens when documents of ERPNext are saved: one module a matter, verbs only."""
