"""What happens when documents of ERPNext are saved: one module a DocType, verbs only."""
