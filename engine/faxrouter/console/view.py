"""What operations sees: status, queue and history as JSON-shaped values. The API and the command line show the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from faxrouter.journal.history import find_fax
from faxrouter.journal.journal import Journal, Journalled
from faxrouter.journal.rule_sets import Reload
from faxrouter.ports import Clock
from faxrouter.reload.live import LiveRules
from faxrouter.workflow import operations


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterView:
    """A journal, and the running router where there is one."""

    journal: Journal
    clock: Clock
    # None when no router runs in this process
    live: LiveRules | None = None
    # what keeps it from working now: system → why
    problems: Callable[[], Mapping[str, str]] = dict

    def status(self) -> dict[str, Any]:
        """The router in numbers, and what it cannot use now."""
        return {**self.numbers(), "problems": dict(self.problems())}

    def numbers(self) -> dict[str, Any]:
        """Counts, ages in seconds, the rule set in service and the newest reload."""
        numbers = operations.status(self.journal)
        return {
            "running": self.live is not None,
            "rule_set": self.live.current.rule_set.digest if self.live is not None else None,
            "received": numbers.received,
            "decided": numbers.decided,
            "filed": numbers.filed,
            "acknowledged": numbers.acknowledged,
            "exceptions": numbers.open_exceptions,
            "waiting_actions": numbers.waiting_actions,
            "open_tasks": numbers.open_tasks,
            "overdue_tasks": numbers.overdue_tasks,
            "transmissions": numbers.transmissions,
            "work": [
                {"kind": kind, "state": state, "count": count} for (kind, state), count in sorted(numbers.work.items())
            ],
            "oldest_work_seconds": self._age(numbers.oldest_work),
            "oldest_exception_seconds": self._age(numbers.oldest_exception),
            "last_reload": None if numbers.last_reload is None else _reload(numbers.last_reload),
        }

    def queue(self, *, department: str | None = None) -> dict[str, Any]:
        """Everything that waits, oldest first: exceptions for people, actions for connectors, work for another try."""
        queue = operations.queue(self.journal)

        def belongs(owner: str) -> bool:
            return department is None or owner == department

        return {
            "exceptions": [
                {
                    "id": one.exception_id,
                    "kind": one.kind,
                    "reason": one.reason,
                    "facts": list(one.facts),
                    "fax": one.fax_id,
                    "document": one.document_id,
                    "owner": one.claimed_by or one.department,
                    "state": one.state.value,
                    "age_seconds": self._age(one.since),
                }
                for one in queue.exceptions
                if belongs(one.department)
            ],
            "waiting": [
                {
                    "outcome": one.outcome,
                    "value": one.value,
                    "rule": one.rule,
                    "at": one.at,
                    "fax": one.fax_id,
                    "document": one.document_id,
                    "owner": one.department,
                    "age_seconds": self._age(one.since),
                }
                for one in queue.waiting
                if belongs(one.department)
            ],
            "retrying": [
                {
                    "fax": one.fax_id,
                    "document": one.document_id,
                    "kind": one.kind,
                    "reason": one.reason,
                    "runs": one.runs,
                    "due_at": one.due_at.isoformat(),
                    "owner": one.department,
                    "age_seconds": self._age(one.since),
                }
                for one in queue.retrying
                if belongs(one.department)
            ],
        }

    def history(self, fax: str) -> dict[str, Any]:
        """Every journalled entry of one fax, in order. Raises NoSuchFax."""
        fax_id = find_fax(self.journal, fax)
        return {"fax": fax_id, "entries": [_entry(one) for one in operations.fax_history(self.journal, fax_id)]}

    def retry(self, fax: str, *, by: str) -> dict[str, Any]:
        """Start again what of the fax is stopped or waits. Raises NoSuchFax."""
        fax_id = find_fax(self.journal, fax)
        return {"fax": fax_id, "started_again": list(operations.retry(self.journal, fax_id, by=by))}

    def _age(self, since: datetime | None) -> float | None:
        return None if since is None else max(0.0, (self.clock.now() - since.astimezone(UTC)).total_seconds())


def _reload(last: Reload) -> dict[str, Any]:
    """The newest attempt, as journalled."""
    return {
        "live": last.live,
        "at": last.at.isoformat(),
        "timestamp": last.at.timestamp(),
        "rule_set": last.digest,
        "errors": last.errors,
        "problems": list(last.problems),
        "milliseconds": last.milliseconds,
    }


def _entry(entry: Journalled) -> dict[str, Any]:
    return {
        "number": entry.number,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "document": entry.document_id,
        "department": entry.department,
        "body": dict(entry.body),
        "erased": entry.erased,
    }
