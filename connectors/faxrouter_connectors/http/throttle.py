"""A token bucket: how often one system may be called, whoever calls it, and how long it asked to be left alone."""

import threading
import time
from collections.abc import Callable


class Throttle:
    """Shared by every client of one system. `clock` gives seconds that never go back."""

    def __init__(
        self,
        *,
        per_second: float,
        burst: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._per_second = per_second
        self._burst = burst
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._tokens = float(burst)
        self._filled_at = clock()
        self._quiet_until = 0.0

    def take(self) -> None:
        """Take a token, and wait until it is there: callers who come first are served first."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._burst, self._tokens + (now - self._filled_at) * self._per_second)
            self._filled_at = now
            # below zero: tokens that are promised to those who wait
            self._tokens -= 1
            wait = max(0.0, -self._tokens / self._per_second)
        if wait:
            self._sleep(wait)

    def leave_alone(self, seconds: float) -> None:
        """The system said that it wants no calls for so long."""
        with self._lock:
            self._quiet_until = max(self._quiet_until, self._clock() + seconds)

    def seconds_left(self) -> float:
        """How long the system still wants to be left alone."""
        with self._lock:
            return max(0.0, self._quiet_until - self._clock())
