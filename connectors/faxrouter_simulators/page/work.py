"""What the page shows of Extended ECM's work: workflow tasks and reminders, read from the simulator's store."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from sqlite3 import Row

from faxrouter_simulators.page.cabinet import Value, read_values
from faxrouter_simulators.store import Store

_REMINDER_STATES = {1: "open", -1: "active", -2: "in progress", 2: "completed"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A document in the attachments of a workflow, or a shortcut to one."""

    name: str
    document: int
    # the latest; None: it is no document
    version: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A step of a workflow that somebody has to do, or has done."""

    process: int
    title: str
    map: str
    step: str
    assignee: str
    started_at: str
    due_date: str
    # None: still open
    done_at: str | None
    done_by: str
    action: str
    values: tuple[Value, ...]
    attachments: tuple[Attachment, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """That somebody shall look at a document."""

    document: str
    text: str
    date: str
    recipients: tuple[str, ...]
    state: str


def read_tasks(store: Store, *, most: int) -> list[Task]:
    """At most so many. Open ones first, the newest first among each."""
    rows = store.rows(
        "SELECT t.*, p.title, p.map, p.due_date, p.attachments, p.filled, m.name AS map_name,"
        " coalesce(a.name, '') AS assignee_name, coalesce(d.name, '') AS done_by_name"
        " FROM tasks t JOIN processes p ON p.id = t.process LEFT JOIN nodes m ON m.id = p.map"
        " LEFT JOIN members a ON a.id = t.assignee LEFT JOIN members d ON d.id = t.done_by"
        " ORDER BY t.done_at IS NOT NULL, t.started_at DESC, t.process DESC, t.number DESC LIMIT ?",
        most,
    )
    return [
        Task(
            process=row["process"],
            title=row["title"],
            map=row["map_name"] or "",
            step=row["name"],
            assignee=row["assignee_name"],
            started_at=row["started_at"],
            due_date=row["due_date"],
            done_at=row["done_at"],
            done_by=row["done_by_name"],
            action=row["action"] or "",
            values=tuple(read_values(store, row["map"], row["map_name"] or "", stored=row["filled"])),
            attachments=_attachments(store, row["attachments"]),
            comments=_comments(store, row["process"]),
        )
        for row in rows
    ]


def _attachments(store: Store, folder: int) -> tuple[Attachment, ...]:
    rows = store.rows(
        "SELECT n.name, coalesce(n.original, n.id) AS document, max(v.number) AS version"
        " FROM nodes n LEFT JOIN versions v ON v.node = coalesce(n.original, n.id)"
        " WHERE n.parent = ? AND n.deleted_at IS NULL GROUP BY n.id ORDER BY n.name",
        folder,
    )
    return tuple(Attachment(**row) for row in rows)


def _comments(store: Store, process: int) -> tuple[str, ...]:
    rows = store.rows(
        "SELECT c.text, m.name FROM comments c LEFT JOIN members m ON m.id = c.author"
        " WHERE c.process = ? ORDER BY c.id",
        process,
    )
    return tuple(f"{row['name']}: {row['text']}" for row in rows)


def read_reminders(store: Store, *, most: int) -> list[Reminder]:
    """At most so many, the newest first."""
    rows = store.rows(
        "SELECT r.status, r.payload, n.name FROM reminders r LEFT JOIN nodes n ON n.id = r.node"
        " ORDER BY r.id DESC LIMIT ?",
        most,
    )
    members = {row["id"]: row["name"] for row in store.rows("SELECT id, name FROM members")}
    return [_reminder(row, members) for row in rows]


def _reminder(row: Row, members: Mapping[int, str]) -> Reminder:
    payload = json.loads(row["payload"])
    return Reminder(
        document=row["name"] or "",
        text=str(payload.get("RSDESCRIPTION", "")),
        date=_day(str(payload.get("RSDATE", ""))),
        recipients=tuple(members.get(int(one), str(one)) for one in payload["recipients"]),
        state=_REMINDER_STATES.get(row["status"], str(row["status"])),
    )


def _day(text: str) -> str:
    """`D/2026/12/1:0:0:0` as it is sent, for people; other rules have no date of their own."""
    match = re.match(r"D/(\d+)/(\d+)/(\d+)", text)
    return f"{match[1]}-{match[2]:0>2}-{match[3]:0>2}" if match else ""
