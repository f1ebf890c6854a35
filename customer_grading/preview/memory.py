"""The search for cyclic garbage, switched off while a book is read and replayed."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_off() -> Iterator[None]:
	"""No search for cyclic garbage: a preview leaves none, and each search would look at the whole book."""
	was_on = gc.isenabled()
	gc.disable()
	try:
		yield
	finally:
		if was_on:
			gc.enable()
