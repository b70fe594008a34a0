"""Users and groups by their names. Knows no port."""

import threading

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm.client import XecmClient

_OPERATION = "find member"


class Members:
    """Remembers whom it found. Safe for many threads."""

    def __init__(self, client: XecmClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, int] = {}

    def of(self, name: str) -> int:
        """The group or the user of exactly this name. Raises Failed(REJECTED)."""
        with self._lock:
            known = self._known.get(name)
        if known is None:
            known = self._find(name)
            with self._lock:
                self._known[name] = known
        return known

    def _find(self, name: str) -> int:
        # groups first: a task is for a team
        for kind in ("1", "0"):
            params = [("where_type", kind), ("where_name", name)]
            for result in self._client.pages("/v2/members", operation=_OPERATION, params=params):
                member = result.get("data", result).get("properties", {})
                if member.get("name") == name and "id" in member:
                    return int(member["id"])
        raise self._client.system.failed(FailureKind.REJECTED, _OPERATION, f"there is no group or user `{name}`")
