"""Tasks of one plan: equal keys merged, due times computed, texts rendered, queues looked up. Knows no task system."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from faxrouter.deciding.moments import NeverOpen, add_duration
from faxrouter.language.durations import read_duration
from faxrouter.language.outputs import MAP
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import Priority, RuleSet
from faxrouter.language.text_filters import one_line
from faxrouter.model.decision import Contribution, Decision
from faxrouter.planning.outcomes import rendered_value
from faxrouter.planning.rendering import Renderer, file_of

TASK = "task"
_LONGEST_TITLE = 250
_RANKS = {rank.name.lower(): rank for rank in Priority}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedTask:
    """One task of one plan, before its keys are made."""

    kind: str
    queue: str | None
    workflow: Mapping[str, Any] | None
    assignees: tuple[str, ...]
    title: str
    # with the offset of the rules file's zone, as a fixed one: a zone's own times do not compare where clocks change
    due: datetime | None
    task_priority: str | None
    escalate_to: str | None
    rules: tuple[str, ...]


def tasks_of(decision: Decision, *, since: datetime, renderer: Renderer) -> list[PlannedTask]:
    """One task for every kind, in the order of the rules. `since` is the event's moment, from which `due` counts."""
    decided = decision.outcomes.get(TASK)
    by_kind: dict[str, PlannedTask] = {}
    for contribution in decided.contributions if decided is not None else ():
        task = _task(contribution, since, renderer)
        first = by_kind.get(task.kind)
        by_kind[task.kind] = task if first is None else _merged(first, task)
    return list(by_kind.values())


def _task(contribution: Contribution, since: datetime, renderer: Renderer) -> PlannedTask:
    value = rendered_value(contribution, renderer)
    if not isinstance(value, Mapping):
        value = {"title": str(value)}
    kind = str(value.get("kind") or contribution.rule)
    queue = _text(value.get("queue"))
    workflow = value.get("workflow")
    # who does the tasks of a declared queue, unless the rule itself starts a workflow
    declared = renderer.rule_set.queues.get(queue) if queue is not None and not workflow else None
    due = value.get("due")
    return PlannedTask(
        kind=kind,
        queue=queue,
        workflow=_workflow(declared.workflow if declared is not None else workflow),
        assignees=declared.assignees if declared is not None else (),
        title=one_line(str(value.get("title") or kind))[:_LONGEST_TITLE],
        due=_due(str(due), contribution, since, renderer) if due else None,
        task_priority=_text(value.get("task_priority")),
        escalate_to=_text(value.get("escalate to")),
        rules=(contribution.rule,),
    )


def _merged(first: PlannedTask, second: PlannedTask) -> PlannedTask:
    """The earliest due, the highest priority, every rule; otherwise the first rule's word stands."""
    doing = first if first.queue or first.workflow else second
    return replace(
        first,
        queue=doing.queue,
        workflow=doing.workflow,
        assignees=doing.assignees,
        due=min((due for due in (first.due, second.due) if due is not None), default=None),
        task_priority=max((first.task_priority, second.task_priority), key=_rank),
        escalate_to=first.escalate_to or second.escalate_to,
        rules=tuple(dict.fromkeys((*first.rules, *second.rules))),
    )


def _due(written: str, contribution: Contribution, since: datetime, renderer: Renderer) -> datetime | None:
    duration = read_duration(written)
    if isinstance(duration, Refusal):
        renderer.note("R307", contribution.at, f"the task has no due time: what is written {duration.reason}")
        return None
    rule_set: RuleSet = renderer.rule_set
    file = file_of(rule_set, contribution.department)
    calendar = rule_set.calendars.get(file.calendar) if file is not None and file.calendar is not None else None
    try:
        zone = renderer.zone(contribution.department)
        local = add_duration(since, duration, calendar, zone=zone).astimezone(ZoneInfo(zone))
        return local.astimezone(timezone(local.utcoffset() or timedelta()))
    except (NeverOpen, OverflowError):
        renderer.note("R307", contribution.at, "the task has no due time: the calendar has no such time")
        return None


def _workflow(written: object) -> Mapping[str, Any] | None:
    """A map by its name, or with values for its attributes."""
    return written if isinstance(written, Mapping) else {MAP: str(written)} if written else None


def _rank(task_priority: str | None) -> int:
    return _RANKS.get(task_priority, Priority.NORMAL) if task_priority is not None else 0


def _text(value: object) -> str | None:
    return None if value in (None, "") else str(value)
