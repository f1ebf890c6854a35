"""How hard hypothesis looks: light enough for every run, and the same examples each time in CI."""

import os

from hypothesis import HealthCheck, settings

settings.register_profile(
	"light", max_examples=80, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("light"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "light")
