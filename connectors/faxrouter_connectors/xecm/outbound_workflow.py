"""Documents marked by a workflow: a process came to a step that is ours to do, with the document attached.

An answer does the step, by an action of the step or by sending the task on, and says the words as a comment. A process
that comes to the step again is a new mark.
"""

import re
from collections.abc import Iterator, Mapping
from functools import partial

from faxrouter.model.failure import FailureKind
from faxrouter.ports import Clock, MarkedDocument, MarkKind, MarkOutcome
from faxrouter_connectors.xecm import assignments, nodes, workflows
from faxrouter_connectors.xecm.assignments import Assignment, TaskForm
from faxrouter_connectors.xecm.attributes import without_blanks
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.outbound_marks import (
    ANSWER,
    READ,
    Documents,
    Reading,
    ToFax,
    no_such_mark,
    nothing,
    numbers_in,
)
from faxrouter_connectors.xecm.outbound_options import ByWorkflow
from faxrouter_connectors.xecm.workflows import CurrentStep, ProcessStatus


class WorkflowMarks:
    """The tasks of one identity that belong to the step. `attributes`: fact → field of the task's form."""

    def __init__(
        self,
        client: XecmClient,
        documents: Documents,
        *,
        options: ByWorkflow,
        attributes: Mapping[str, str],
        clock: Clock,
    ) -> None:
        self._client = client
        self._documents = documents
        self._step = options.step
        self._actions = {MarkOutcome.SENT: options.sent, MarkOutcome.REFUSED: options.refused}
        self._attributes = attributes
        self._clock = clock

    def readings(self) -> Iterator[Reading]:
        for assignment in assignments.listed(self._client, operation=READ):
            yield partial(self._read, assignment)

    def answer(self, marked: MarkedDocument, outcome: MarkOutcome, words: str) -> bool:
        """A step that is done, by whomever, needs no answer any more."""
        process, subprocess, task, started = numbers_in(self._client, marked, many=4)
        assignment = Assignment(process=process, subprocess=subprocess, task=task)
        status = workflows.status(self._client, process)
        if status is None:
            raise no_such_mark(self._client)
        step = self._current(status, assignment)
        if step is None or _moment_in_digits(step) != started:
            return False
        form = assignments.form(self._client, assignment, operation=ANSWER)
        action = self._action(form, outcome)
        custom = bool(form.custom_actions)
        assignments.act(
            self._client, assignment, operation=ANSWER, action=action, custom=custom, comment=words or outcome.value
        )
        return True

    def _read(self, assignment: Assignment) -> MarkedDocument | None:
        status = workflows.status(self._client, assignment.process)
        if status is None:
            # it is in our list; so this identity may not see how the process stands
            raise self._client.system.failed(FailureKind.TRANSIENT, READ, "the process of a task cannot be read")
        step = self._current(status, assignment)
        if step is None:
            return None
        form = assignments.form(self._client, assignment, operation=READ)
        to_fax = self._attached(form)
        department = self._documents.only_department
        if department is not None:
            to_fax = self._documents.within(department, to_fax)
        else:
            department = self._documents.department_of(to_fax.node)
        if department is None:
            return None
        numbers = (assignment.process, assignment.subprocess, assignment.task, _moment_in_digits(step))
        facts = {fact: without_blanks(form.values.get(field)) for fact, field in self._attributes.items()}
        return MarkedDocument(
            reference="/".join((MarkKind.WORKFLOW.value, *map(str, numbers))),
            kind=MarkKind.WORKFLOW,
            marked_at=nodes.moment(step.started) or nodes.moment(status.initiated) or self._clock.now(),
            marked_by=status.initiator,
            department=department,
            document=to_fax.document,
            version=to_fax.version,
            name=to_fax.name,
            media_type=to_fax.media_type,
            stated_facts={fact: value for fact, value in facts.items() if value is not None},
        )

    def _current(self, status: ProcessStatus, assignment: Assignment) -> CurrentStep | None:
        """The step, where it is ours and still to be done."""
        place = (assignment.subprocess, assignment.task, self._step)
        return next((step for step in status.current if (step.subprocess, step.task, step.name) == place), None)

    def _attached(self, form: TaskForm) -> ToFax:
        """The one document; none where nothing is attached, or where nobody could say which is meant."""
        attached = (
            nodes.children(self._client, form.attachments, operation=READ, kind=nodes.NO_CONTAINERS)
            if form.attachments is not None
            else []
        )
        return self._documents.of(attached[0]) if len(attached) == 1 else nothing("")

    def _action(self, form: TaskForm, outcome: MarkOutcome) -> str:
        wanted = self._actions[outcome]
        if wanted in form.custom_actions:
            return form.custom_actions[wanted]
        if wanted in form.custom_actions.values():
            return wanted
        if form.custom_actions or outcome is not MarkOutcome.SENT:
            # sending on would tell the next one that it was sent
            reason = f"the workflow step `{self._step}` has no action `{wanted}`"
            raise self._client.system.failed(FailureKind.REJECTED, ANSWER, reason)
        return self._client.guesses.send_on


def _moment_in_digits(step: CurrentStep) -> int:
    """When a process came to its step, as a part of a reference."""
    return int(re.sub(r"[^0-9]", "", step.started) or 0)
