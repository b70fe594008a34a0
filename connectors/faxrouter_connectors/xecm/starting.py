"""A task as a started workflow: its map chosen, a draft made, its form filled, the draft initiated. Knows no task
folder.

A draft becomes one process, however often it is initiated: so whoever knows the draft may try again after a lost
answer.
"""

from collections.abc import Callable, Mapping
from typing import Any

from faxrouter.model.failure import FailureKind
from faxrouter.ports import TaskToPut
from faxrouter_connectors.xecm import workflows
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.options import TaskAttributes
from faxrouter_connectors.xecm.refusals import Refused, Word

_PUT = "put task"
# the key of a rule's `workflow` that names the map; every other one is an attribute of it
_MAP = "map"


class Starter:
    """Starts the maps of one identity. `default` is the map for tasks that name none."""

    def __init__(self, client: XecmClient, *, default: str, attributes: TaskAttributes) -> None:
        self._client = client
        self._maps = workflows.Maps(client)
        self._default = default
        self._attributes = attributes

    def draft(self, task: TaskToPut) -> int:
        """A draft of the task's map, with its document attached. Nobody is told of it. Raises Failed."""
        document = self._client.node(task.document, operation=_PUT)
        name = self._map_of(task)
        chosen = self._maps.of(name, document=document)
        # before anything is made: what a rule fills in must have a place
        self._values(task, chosen)
        return self._with_map(name, lambda: workflows.draft(self._client, chosen.id, document))

    def initiate(self, task: TaskToPut, draft: int, *, tag: str) -> int:
        """The process that the draft becomes. `tag` stands behind its title. Raises Refused when it was initiated."""
        name = self._map_of(task)
        chosen = self._maps.of(name, document=self._client.node(task.document, operation=_PUT))

        def start() -> int:
            workflows.fill(
                self._client,
                draft,
                title=f"{task.title} {tag}",
                due=task.due_at[:10] if task.due_at else "",
                values=self._values(task, chosen),
            )
            return workflows.initiate(self._client, draft)

        return self._with_map(name, start)

    def _with_map(self, name: str, act: Callable[[], int]) -> int:
        try:
            return act()
        except Refused as err:
            if err.word in (Word.NOT_FOUND, Word.NOT_VALID):
                # the map may have changed: it is read anew for the next try
                self._maps.forget(name)
            raise

    def _map_of(self, task: TaskToPut) -> str:
        return str((task.workflow or {}).get(_MAP) or self._default)

    def _values(self, task: TaskToPut, chosen: workflows.WorkflowMap) -> dict[str, Any]:
        """What a rule gives to an attribute must find one; the parts of a task go where the map has a place."""
        wanted = {name: value for name, value in (task.workflow or {}).items() if name != _MAP}
        unknown = next((name for name in wanted if name not in chosen.attributes), None)
        if unknown is not None:
            reason = f"the workflow map `{chosen.name}` has no attribute `{unknown}`"
            raise self._client.system.failed(FailureKind.REJECTED, _PUT, reason)
        names = self._attributes
        parts: Mapping[str, object] = {
            names.queue: task.queue,
            names.kind: task.kind,
            names.due: task.due_at,
            names.priority: task.task_priority,
            names.rules: ", ".join(task.rules),
            names.escalate_to: task.escalate_to,
        }
        given = {**{name: part for name, part in parts.items() if part}, **wanted}
        return {chosen.attributes[name]: value for name, value in given.items() if name in chosen.attributes}
