"""Reminders (follow-ups) on a node: who is reminded, when, how urgently; whether it is done. Knows no port.

Facts A5, item 14. The fields stand as JSON in the form field `data`. Servers before 26.2 do not say which reminder they
made, so the node's newest one is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.xecm.client import XecmClient, results_of

_CREATE, _READ, _CHANGE = "create reminder", "read reminder", "change reminder"
_FIXED_DATE = "0"
_COMPLETED = 2
# the server knows three degrees
PRIORITIES: Mapping[str | None, int] = {"lowest": 0, "low": 0, "normal": 50, None: 50, "high": 100, "highest": 100}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """What a reminder says. `due` is a day: the server knows no finer."""

    words: str
    recipients: Sequence[int]
    due: date
    priority: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingReminder:
    """A reminder that stands on a node."""

    id: int
    words: str
    # completed is final
    is_open: bool


def create(client: XecmClient, node: int, reminder: Reminder, *, kind: str) -> int:
    """Its id. `kind` is the configured type of reminders."""
    path = f"/v2/resubmission/{node}/addreminder"
    said = client.body("POST", path, operation=_CREATE, value=_fields(reminder, kind), field="data")
    for result in results_of(said):
        made = result.get("data", result)
        if isinstance(made, dict) and "id" in made:
            return int(made["id"])
    standing = on(client, node)
    if not standing:
        raise client.system.failed(FailureKind.UNKNOWN, _CREATE, "the reminder that was made is not there")
    return max(one.id for one in standing)


def change(client: XecmClient, node: int, number: int, reminder: Reminder, *, kind: str) -> None:
    value = {**_fields(reminder, kind), "RSID": number, "RSPARENTID": number}
    client.body("PUT", f"/v2/nodes/{node}/updatereminder", operation=_CHANGE, value=value, field="data")


def on(client: XecmClient, node: int) -> Sequence[StandingReminder]:
    """The reminders of a node."""
    said = client.get(f"/v2/nodes/{node}/followups", operation=_READ)
    listed = [_followup(one) for result in results_of(said) for one in result.get("followups") or ()]
    return [
        StandingReminder(
            id=int(one["followup_id"]),
            words=str(one.get("description") or ""),
            is_open=one.get("status") != _COMPLETED,
        )
        for one in listed
    ]


def complete(client: XecmClient, node: int, number: int) -> None:
    """Nobody is reminded any more."""
    fields = [("status", str(_COMPLETED))]
    client.form("PUT", f"/v2/nodes/{node}/followups/{number}", operation=_CHANGE, fields=fields)


def _fields(reminder: Reminder, kind: str) -> dict[str, Any]:
    due = reminder.due
    return {
        "RSTYPE": kind,
        "RSRULE": _FIXED_DATE,
        "RSDATE": f"D/{due.year}/{due.month}/{due.day}:0:0:0",
        "recipients": list(reminder.recipients),
        "PRIORITY": str(reminder.priority),
        "RSDESCRIPTION": reminder.words,
        "escalationEnabled": "0",
    }


def _followup(result: Mapping[str, Any]) -> Mapping[str, Any]:
    inner = result.get("data", result)
    found = inner.get("followup", inner) if isinstance(inner, dict) else {}
    return found if isinstance(found, dict) else {}
