"""What a system answered: status, headers and a bounded body. Knows no vendor; interprets nothing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer, read whole."""

    status: int
    # names in small letters
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        """The body as JSON; None when it is not JSON."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None

    def retry_after(self, *, now: datetime) -> float | None:
        """Seconds of its `Retry-After` header, which may be a number or a date (RFC 9110, 10.2.3); None without one."""
        written = self.headers.get("retry-after", "").strip()
        if written.isascii() and written.isdigit():
            return float(written)
        try:
            at = parsedate_to_datetime(written)
        except (TypeError, ValueError):
            return None
        if at.tzinfo is None:
            at = at.replace(tzinfo=UTC)
        return max(0.0, (at - now).total_seconds())
