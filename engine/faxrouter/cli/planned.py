"""The actions of a plan, a line each, in the order in which they are done."""

from collections.abc import Iterator
from typing import assert_never

from faxrouter.model.plan import (
    Action,
    AwaitConnector,
    ClassifyRecord,
    OpenWorkspace,
    PlaceHold,
    Plan,
    PutTask,
    RaiseException,
    StoreDocument,
)


def plan_lines(plan: Plan, *, full: bool, values: bool) -> Iterator[str]:
    """`values`: whether keys, names and texts may be shown; `full` adds metadata and idempotency keys."""
    for number, action in enumerate(plan.actions, start=1):
        yield f"  {number}. {_line(action, values=values)}"
        if full and values and isinstance(action, StoreDocument):
            yield from (f"       {name}: {text}" for name, text in action.attributes.items())
        if full:
            yield f"       key {action.idempotency_key}"


def _line(action: Action, *, values: bool) -> str:
    match action:
        case OpenWorkspace(target=target):
            name = target.name if values or target.type_name is None else target.type_name
            how = "find or create" if target.may_create else "find"
            fallback = f", otherwise {target.otherwise.name}" if target.otherwise is not None else ""
            return f"{how} the workspace {name}{fallback}"
        case StoreDocument(category=category):
            return f"store the document as {action.name if values else 'one file'}" + (
                f" with the metadata form {category}" if category is not None else ""
            )
        case ClassifyRecord():
            return f"assert the record class {action.record_class} ({action.authority}), by {action.rule}"
        case PlaceHold():
            return f"place the hold {action.hold}, by {action.rule}"
        case PutTask():
            title = f" “{action.title}”" if values else ""
            due = f", due {action.due_at}" if action.due_at is not None else ""
            return f"put the task {action.kind}{title} into {action.queue or 'its workflow'}{due}"
        case AwaitConnector():
            return f"keep {action.outcome} waiting for its connector, by {action.rule}"
        case RaiseException():
            reason = f": {action.reason}" if values else ""
            return f"show it to a person ({action.kind}){reason}"
        case _:
            assert_never(action)
