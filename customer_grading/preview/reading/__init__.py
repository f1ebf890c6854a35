"""From exported files to a book: which column is which, what a cell says, and what becomes of bad rows."""
