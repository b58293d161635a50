"""How Hypothesis runs here: the same examples every time, so that a change alone can turn a run red.

`pytest --hypothesis-profile=explore tests/properties` looks for new ones.
"""

from hypothesis import HealthCheck, settings

COMMON = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck)}
settings.register_profile("always", derandomize=True, **COMMON)
settings.register_profile("explore", derandomize=False, print_blob=True, **COMMON)
settings.load_profile("always")
