"""Users and groups by their names. Knows no port."""

import threading

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm.client import XecmClient, results_of
from faxrouter_connectors.xecm.refusals import Refused, Word

_OPERATION = "find member"


class Members:
    """Remembers whom it found. Safe for many threads."""

    def __init__(self, client: XecmClient) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[str, int] = {}
        self._logins: dict[int, str] = {}

    def of(self, name: str) -> int:
        """The group or the user of exactly this name. Raises Failed(REJECTED)."""
        with self._lock:
            known = self._known.get(name)
        if known is None:
            known = self._find(name)
            with self._lock:
                self._known[name] = known
        return known

    def login_of(self, number: int) -> str:
        """The login name of a user; empty for one whom this identity does not see."""
        with self._lock:
            known = self._logins.get(number)
        if known is None:
            known = self._logged_in_as(number)
            with self._lock:
                self._logins[number] = known
        return known

    def _logged_in_as(self, number: int) -> str:
        try:
            said = self._client.get(f"/v2/members/{number}", operation=_OPERATION)
        except Refused as err:
            if err.word not in (Word.NOT_FOUND, Word.NOT_PERMITTED):
                raise
            return ""
        found = [result.get("data", result).get("properties", {}) for result in results_of(said)]
        return next((str(one["name"]) for one in found if one.get("name")), "")

    def _find(self, name: str) -> int:
        # groups first: a task is for a team
        for kind in ("1", "0"):
            params = [("where_type", kind), ("where_name", name)]
            for result in self._client.pages("/v2/members", operation=_OPERATION, params=params):
                member = result.get("data", result).get("properties", {})
                if member.get("name") == name and "id" in member:
                    return int(member["id"])
        raise self._client.system.failed(FailureKind.REJECTED, _OPERATION, f"there is no group or user `{name}`")
