"""What every test shares: hypothesis profiles, and no surroundings that could change a result."""

import os

from hypothesis import HealthCheck, settings

# `ci` gives the same examples on every machine; `explore` looks for new ones: HYPOTHESIS_PROFILE=explore make test
settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("explore", max_examples=2_000, deadline=None, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_configure() -> None:
    """A developer's own home, colours, width or DBOS settings never reach a test or a process that it starts."""
    for name in list(os.environ):
        if name in {"FAXROUTER_HOME", "FORCE_COLOR", "NO_COLOR", "COLUMNS"} or name.startswith("DBOS_"):
            del os.environ[name]
