"""The rules replayed over exported files, without ERPNext."""
