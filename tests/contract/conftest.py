"""Each contract test runs on every shipped implementation."""

from pathlib import Path

import pytest

from implementations import IMPLEMENTATIONS, Implementation


@pytest.fixture(params=list(IMPLEMENTATIONS))
def implementation(request: pytest.FixtureRequest, tmp_path: Path) -> Implementation:
    return IMPLEMENTATIONS[request.param](tmp_path)
