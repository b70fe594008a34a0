"""What happens, as log lines, and what goes wrong, as long as it does. Told ids, rules and kinds; never fax content.

A trouble that repeats is logged once a minute, however often a loop meets it.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import structlog

log = structlog.get_logger("faxrouter")

# normal work is quiet: its single steps are for whoever asks for `log_level = "debug"`
_LEVELS = {
    "received": logging.DEBUG,
    "filed": logging.DEBUG,
    "acknowledged": logging.DEBUG,
    "task closed": logging.DEBUG,
    "transmission": logging.DEBUG,
    "decided": logging.INFO,
    "escalated": logging.INFO,
    "recovered": logging.INFO,
    "stopped": logging.ERROR,
    "fault": logging.ERROR,
}
# events that a loop repeats for as long as their cause lasts
_REPEATED = ("waiting", "intake failed", "fault")
# seconds
_SAID_AGAIN_AFTER = 60.0
_LASTS = 15.0


@dataclass(slots=True, kw_only=True)
class _Trouble:
    reason: str
    said_at: float
    seen_at: float


class Observer:
    """Implements `workflow.services.Observe`. `serving` names the rule set in service: every line carries that digest,
    or the one it speaks of. `clock` gives seconds that never go back."""

    def __init__(self, *, serving: Callable[[], str], clock: Callable[[], float] = time.monotonic) -> None:
        self._serving = serving
        self._clock = clock
        self._lock = threading.Lock()
        # by the name of the loop
        self._troubles: dict[str, _Trouble] = {}

    def __call__(self, event: str, /, **keys: object) -> None:
        loop = keys.get("of", keys.get("service")) if event in _REPEATED else None
        if loop is None or self._is_news(str(loop), _reason(event, keys)):
            digest = {} if "rule_set" in keys else {"serving": self._serving()}
            # a log that nobody reads any more must not end the loop that speaks
            with contextlib.suppress(OSError):
                log.log(_LEVELS.get(event, logging.WARNING), event, **keys, **digest)

    def problems(self) -> Mapping[str, str]:
        """What loops met during the last seconds: a full disk, a database that is gone."""
        with self._lock:
            now = self._clock()
            return {loop: one.reason for loop, one in self._troubles.items() if now - one.seen_at < _LASTS}

    def _is_news(self, loop: str, reason: str) -> bool:
        with self._lock:
            now = self._clock()
            before = self._troubles.get(loop)
            if before is not None and before.reason == reason and now - before.said_at < _SAID_AGAIN_AFTER:
                before.seen_at = now
                return False
            self._troubles[loop] = _Trouble(reason=reason, said_at=now, seen_at=now)
            return True


def _reason(event: str, keys: Mapping[str, object]) -> str:
    said = [str(keys[key]) for key in ("reason", "kind", "error") if key in keys]
    return " ".join(said) or event
