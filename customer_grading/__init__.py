"""Customer Grading: who gets credit, why, and when to call next."""

__version__ = "0.1.0"
