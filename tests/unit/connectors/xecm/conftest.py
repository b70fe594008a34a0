"""Extended ECM with documents that people mark, opened and closed for one test."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from outbound_xecm import Opening


@pytest.fixture
def opening(tmp_path: Path) -> Iterator[Opening]:
    with ExitStack() as opened:
        yield Opening(tmp_path, opened)
