"""Workflow tasks that this identity has to do: listed, read with their form, and done. Knows no port. Facts A5."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faxrouter_connectors.xecm.client import XecmClient, results_of

# of a work package that holds the attachments: type and sub type
_ATTACHMENTS = (1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A task by its place. Where a map has no parts of its own, the subprocess is the process."""

    process: int
    subprocess: int
    task: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskForm:
    """What the one who has the task is shown."""

    # the folder of what is attached
    attachments: int | None
    # label → key, of the buttons that the map's author gave the step
    custom_actions: Mapping[str, str]
    # title of the field → value
    values: Mapping[str, Any]


def listed(client: XecmClient, *, operation: str) -> list[Assignment]:
    """Everything that this identity has to do in workflows."""
    path = "/v2/members/moduleassignments/ExpandAssignments/workflow"
    params = [("fields", "assignments"), ("sort", "asc_date_due")]
    found = []
    for result in client.pages(path, operation=operation, params=params):
        entry = result.get("data", {}).get("assignments") or {}
        process, task = entry.get("workflow_id"), entry.get("workflow_subworkflow_task_id")
        if process is not None and task is not None:
            subprocess = entry.get("workflow_subworkflow_id") or process
            found.append(Assignment(process=int(process), subprocess=int(subprocess), task=int(task)))
    return found


def form(client: XecmClient, assignment: Assignment, *, operation: str) -> TaskForm:
    """Only the one who has the task may read it. [G] Its form looks like that of a category."""
    params = [
        ("process_id", str(assignment.process)),
        ("subprocess_id", str(assignment.subprocess)),
        ("task_id", str(assignment.task)),
    ]
    said = client.get("/v1/forms/processes/tasks/update", operation=operation, params=params)
    data = next(iter(results_of(said)), {})
    values: dict[str, Any] = {}
    for one in said.get("forms") or () if isinstance(said, dict) else ():
        for key, schema in ((one.get("schema") or {}).get("properties") or {}).items():
            values[str(schema.get("title") or key)] = (one.get("data") or {}).get(key)
    folders = [
        (package.get("data") or {}).get("attachment_folder_id")
        for package in data.get("data_packages") or ()
        if (package.get("type"), package.get("sub_type")) == _ATTACHMENTS
    ]
    return TaskForm(
        attachments=next((int(folder) for folder in folders if folder is not None), None),
        custom_actions={
            str(action.get("label") or action["key"]): str(action["key"])
            for action in data.get("custom_actions") or ()
            if "key" in action
        },
        values=values,
    )


def act(client: XecmClient, assignment: Assignment, *, operation: str, action: str, custom: bool, comment: str) -> None:
    """Do the task by one of its actions; `custom`: by one that the map's author gave it."""
    path = f"/v2/processes/{assignment.process}/subprocesses/{assignment.subprocess}/tasks/{assignment.task}"
    value = {"custom_action" if custom else "action": action, "comment": comment}
    client.body("PUT", path, operation=operation, value=value)
