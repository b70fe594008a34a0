"""Simulated systems and a router for each test of the weather."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from weather_world.rig import Weather


@pytest.fixture
def weather(tmp_path: Path) -> Iterator[Weather]:
    made = Weather(folder=tmp_path)
    try:
        yield made
    finally:
        made.close()
