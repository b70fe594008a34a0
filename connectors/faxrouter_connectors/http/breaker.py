"""A circuit breaker: a system that does not answer is not asked by every fax, but by one call now and then.

Open after some failures in a row; then one call is let through after a pause, which grows as long as such calls fail.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """A system does not answer."""

    # why the last call failed, in words without content
    reason: str
    # seconds by the breaker's clock
    since: float
    # seconds until it is asked again; 0: now
    pause: float


class Breaker:
    """Shared by every client of one system. `clock` gives seconds that never go back."""

    def __init__(
        self,
        *,
        failures: int = 5,
        pause: float = 2.0,
        longest_pause: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._first_pause = pause
        self._longest_pause = longest_pause
        self._clock = clock
        self._lock = threading.Lock()
        self._in_a_row = 0
        self._failing_since = 0.0
        self._reason = ""
        self._pause = pause
        self._asked_again_at = 0.0

    def admit(self) -> float:
        """0: the call may be made. Otherwise how many seconds it must wait; of all who ask at the end of a pause, one
        is let through."""
        with self._lock:
            if self._in_a_row < self._most:
                return 0.0
            now = self._clock()
            if now < self._asked_again_at:
                return self._asked_again_at - now
            # until this one comes back, the others wait another pause
            self._asked_again_at = now + self._pause
            return 0.0

    def answered(self) -> None:
        """The system answered, whatever it said."""
        with self._lock:
            self._in_a_row = 0
            self._pause = self._first_pause

    def failed(self, reason: str) -> None:
        """It did not answer, or only a gateway before it did."""
        with self._lock:
            now = self._clock()
            if self._in_a_row == 0:
                self._failing_since = now
            self._in_a_row += 1
            self._reason = reason
            if self._in_a_row == self._most:
                self._asked_again_at = now + self._pause
            elif self._in_a_row > self._most:
                self._pause = min(self._pause * 2, self._longest_pause)
                self._asked_again_at = now + self._pause

    def outage(self) -> Outage | None:
        """None as long as calls are let through."""
        with self._lock:
            if self._in_a_row < self._most:
                return None
            pause = max(0.0, self._asked_again_at - self._clock())
            return Outage(reason=self._reason, since=self._failing_since, pause=pause)
