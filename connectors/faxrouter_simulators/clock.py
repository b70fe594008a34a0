"""The simulators' clock: the machine's time, which a test may push forward so that leases and sessions end."""

import time
from datetime import UTC, datetime, timedelta


class SimulatedClock:
    """Never goes back."""

    def __init__(self) -> None:
        self._ahead = timedelta()

    def now(self) -> datetime:
        """Aware UTC."""
        return datetime.fromtimestamp(time.time(), UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Raises ValueError for a step back."""
        if seconds < 0:
            raise ValueError("a clock does not go back")
        self._ahead += timedelta(seconds=seconds)
