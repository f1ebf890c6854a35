"""Writes what was decided, and reads it back. The only room that changes a Customer's grading."""
