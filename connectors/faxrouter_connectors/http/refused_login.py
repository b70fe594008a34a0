"""How long a login that was refused is not tried again: an account that is tried too often gets locked.

The first refusal may be a hiccup of the other side, so the first pause is short; the following ones grow fast.
"""

import threading
import time
from collections.abc import Callable

# seconds
_FIRST, _GROWTH, _LONGEST = 5.0, 10.0, 900.0


class RefusedLogin:
    """Of one identity; safe for many threads. `clock` gives seconds that never go back."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = _FIRST
        self._until = 0.0

    def refused(self) -> float:
        """It was refused; seconds until it may be tried again. Refusals of calls that were under way count once."""
        with self._lock:
            now = self._clock()
            if now >= self._until:
                self._until = now + self._pause
                self._pause = min(self._pause * _GROWTH, _LONGEST)
            return self._until - now

    def accepted(self) -> None:
        with self._lock:
            self._pause, self._until = _FIRST, 0.0

    def seconds_left(self) -> float:
        """0: it may be tried."""
        with self._lock:
            return max(0.0, self._until - self._clock())
