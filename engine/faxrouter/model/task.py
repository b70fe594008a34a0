"""Tasks for people: whether one is still open, and how two of one key become one. Knows no queue."""

from datetime import datetime
from enum import StrEnum

# lowest first; the words of a rule's priority
TASK_PRIORITIES = ("lowest", "low", "normal", "high", "highest")


class TaskState(StrEnum):
    OPEN = "open"
    # done, stopped, or not there any more
    CLOSED = "closed"


def earlier_due(one: str | None, other: str | None) -> str | None:
    """The earlier of two aware ISO 8601 moments; no due time is later than any."""
    if one is None or other is None:
        return one or other
    return min(one, other, key=datetime.fromisoformat)


def higher_task_priority(one: str | None, other: str | None) -> str | None:
    """The higher of two task priorities; none, or a word that is not a priority, is lower than any."""
    ranks = {priority: rank for rank, priority in enumerate(TASK_PRIORITIES)}
    return max(one, other, key=lambda priority: ranks.get(priority or "", -1))
