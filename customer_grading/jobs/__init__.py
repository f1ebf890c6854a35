"""Scheduled work: one function that enqueues, one that runs a batch, one that writes."""
