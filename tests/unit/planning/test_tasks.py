"""Tasks of one plan."""

from typing import Any

import pytest

from faxrouter.model.decision import Contribution
from faxrouter.model.fact import ABSENT, Fact, known
from faxrouter.model.plan import Plan, PutTask
from small_plans import decided, decision, given_by, planned, task, to


def tasks(*contributions: Contribution, facts: dict[str, Fact] | None = None) -> list[PutTask]:
    return [one for one in made(*contributions, facts=facts).actions if isinstance(one, PutTask)]


def made(*contributions: Contribution, facts: dict[str, Fact] | None = None) -> Plan:
    return planned(decision(to("Nursing"), decided("task", *contributions)), facts)


@pytest.mark.parametrize(
    ("due", "at"),
    [
        ("30 minutes", "2026-03-02T18:00:00Z"),
        ("2 days", "2026-03-04T17:30:00Z"),
        # open from 8 to 18, in Los Angeles
        ("4 business hours", "2026-03-02T21:30:00Z"),
        ("10 business hours", "2026-03-03T17:30:00Z"),
        ("5 business days", "2026-03-09T16:30:00Z"),
    ],
)
def test_due_counts_from_the_event_by_the_calendar_of_the_file(due: str, at: str) -> None:
    """Business time needs the file's calendar; the clocks change on 8 March."""

    assert [at] == [one.due_at for one in tasks(task(due=due))]


def test_due_of_an_event_without_its_moment_counts_from_receipt() -> None:
    """The fax service always says when it received the fax."""

    assert ["2026-03-02T18:00:00Z"] == [
        one.due_at for one in tasks(task(due="30 minutes"), facts={"received_at": ABSENT})
    ]


@pytest.mark.parametrize(
    ("due", "department"), [("soon", "clinic"), ("1 business hour", "night"), ("1 business day", "night")]
)
def test_a_due_time_that_never_comes_is_left_out_and_noted(due: str, department: str) -> None:
    """The task is put all the same; nothing of the written text is repeated."""

    plan = made(task(due=due, department=department))

    assert [None] == [one.due_at for one in plan.actions if isinstance(one, PutTask)]
    assert ["R307"] == [problem.code for problem in plan.problems]


def test_tasks_of_one_kind_merge() -> None:
    """Same key in one fax merges: earliest due, highest task priority, every rule."""

    merged = tasks(
        task("first", kind="review", due="2 days", title="First", task_priority="low"),
        task("second", kind="review", due="30 minutes", title="Second", task_priority="high"),
        task("third", kind="review", **{"escalate to": "lead"}),
        task("other"),
    )

    assert [
        ("review", "First", "2026-03-02T18:00:00Z", "high", "lead", ("first", "second", "third")),
        ("other", "Look", None, None, None, ("other",)),
    ] == [(one.kind, one.title, one.due_at, one.task_priority, one.escalate_to, one.rules) for one in merged]


@pytest.mark.parametrize(
    ("one", "two", "highest"),
    [("lowest", "low", "low"), ("highest", "high", "highest"), (None, "lowest", "lowest"), (None, None, None)],
)
def test_the_highest_priority_stands(one: str | None, two: str | None, highest: str | None) -> None:
    """lowest, low, normal, high, highest; one that is named stands above none."""

    named: list[dict[str, Any]] = [{"task_priority": word} if word else {} for word in (one, two)]

    assert [highest] == [
        put.task_priority for put in tasks(*(task(f"r{n}", kind="k", **more) for n, more in enumerate(named)))
    ]


def test_texts_of_a_task_are_rendered_on_one_line() -> None:
    """What a sender wrote cannot break a list of tasks."""

    (put,) = tasks(
        task(title="Result {{ patient_id or 'unknown' }}", queue="desk-{{ patient_id or '' }}"),
        facts={"patient_id": known("P\n1\x07")},
    )

    assert ("Result P 1", "desk-P\n1\x07") == (put.title, put.queue)


def test_a_title_is_bounded_and_never_empty() -> None:
    """A queue can always show it."""

    (long,), (empty,) = (
        tasks(task(title="{{ subject }}"), facts={"subject": known("x" * 9000)}),
        tasks(task(title="{# #}")),
    )

    assert (250, "some-rule") == (len(long.title), empty.title)


def test_a_task_may_start_a_workflow_instead_of_entering_a_queue() -> None:
    """Queue or workflow map."""

    value = given_by({"kind": "k", "workflow": {"map": "Approve", "step": 1}, "title": "T"})
    (put,) = tasks(value)

    assert (None, {"map": "Approve", "step": 1}) == (put.queue, put.workflow)
