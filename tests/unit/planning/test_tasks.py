"""Tasks of one plan."""

from datetime import UTC, datetime
from typing import Any

import pytest

from faxrouter.language.ruleset import RuleSet
from faxrouter.model.decision import Contribution
from faxrouter.model.fact import ABSENT, Fact, known
from faxrouter.model.plan import Plan, PutTask
from small_plans import RULES, STRICT, decided, decision, given_by, planned, task, to


def tasks(*contributions: Contribution, facts: dict[str, Fact] | None = None, rules: RuleSet = RULES) -> list[PutTask]:
    return [one for one in made(*contributions, facts=facts, rules=rules).actions if isinstance(one, PutTask)]


def made(*contributions: Contribution, facts: dict[str, Fact] | None = None, rules: RuleSet = RULES) -> Plan:
    return planned(decision(to("Nursing"), decided("task", *contributions)), facts, rules=rules)


@pytest.mark.parametrize(
    ("due", "at"),
    [
        ("30 minutes", "2026-03-02T10:00:00-08:00"),
        ("2 days", "2026-03-04T09:30:00-08:00"),
        # open from 8 to 18, in Los Angeles
        ("4 business hours", "2026-03-02T13:30:00-08:00"),
        ("10 business hours", "2026-03-03T09:30:00-08:00"),
        ("5 business days", "2026-03-09T09:30:00-07:00"),
    ],
)
def test_due_counts_from_the_event_by_the_calendar_of_the_file(due: str, at: str) -> None:
    """Business time needs the file's calendar; the day is that of the file's zone; the clocks change on 8 March."""

    assert [at] == [one.due_at for one in tasks(task(due=due))]


def test_due_of_an_event_without_its_moment_counts_from_receipt() -> None:
    """The fax service always says when it received the fax."""

    assert ["2026-03-02T10:00:00-08:00"] == [
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
        ("review", "First", "2026-03-02T10:00:00-08:00", "high", "lead", ("first", "second", "third")),
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


def test_the_name_of_a_workflow_is_its_map() -> None:
    """`workflow: NAME` and `workflow: {map: NAME}` are one task."""

    (put,) = tasks(given_by({"kind": "k", "workflow": "Approve", "title": "T"}))

    assert {"map": "Approve"} == put.workflow


@pytest.mark.parametrize(
    ("queue", "workflow", "assignees"),
    [
        ("nurse-line", {"map": "Fax task"}, ()),
        ("mailroom", None, ("County mailroom", "Ann")),
        ("{{ patient_id or 'mailroom' }}", None, ("County mailroom", "Ann")),
        ("elsewhere", None, ()),
    ],
)
def test_a_declared_queue_says_who_does_its_tasks(
    queue: str, workflow: dict[str, str] | None, assignees: tuple[str, ...]
) -> None:
    """The queue's own name is kept; a name that is declared nowhere stays a name."""

    (put,) = tasks(task(queue=queue), rules=STRICT)

    assert (workflow, assignees) == (put.workflow, put.assignees)
    assert put.queue == ("mailroom" if "{{" in queue else queue)


def test_a_rule_that_starts_a_workflow_itself_is_not_overruled_by_a_queue() -> None:
    """One of them does the task."""

    (put,) = tasks(task(queue="mailroom", workflow="Approve"), rules=STRICT)

    assert ("mailroom", {"map": "Approve"}, ()) == (put.queue, put.workflow, put.assignees)


def test_merged_tasks_are_done_by_those_whom_the_first_rule_names() -> None:
    """Queue, workflow and people belong together."""

    started = given_by({"kind": "k", "workflow": "Approve"}, rule="one")
    first, second = task("two", kind="k", queue="mailroom"), task("three", kind="k", queue="nurse-line")
    nobody = given_by({"kind": "k", "title": "T"}, rule="four")

    for order, expected in (
        ((first, second, started), ("mailroom", None, ("County mailroom", "Ann"))),
        ((second, first), ("nurse-line", {"map": "Fax task"}, ())),
        ((started, first), (None, {"map": "Approve"}, ())),
        ((nobody, first), ("mailroom", None, ("County mailroom", "Ann"))),
    ):
        (put,) = tasks(*order, rules=STRICT)
        assert expected == (put.queue, put.workflow, put.assignees)


def test_due_times_merge_by_their_instant_where_the_clocks_go_back() -> None:
    """01:30 stands twice on the clock of 1 November; the first one is the earlier."""

    half_past_one = known(datetime(2026, 11, 1, 8, 0, tzinfo=UTC))
    (put,) = tasks(
        task("late", kind="k", due="90 minutes"),
        task("soon", kind="k", due="30 minutes"),
        facts={"received_at": half_past_one},
    )

    assert "2026-11-01T01:30:00-07:00" == put.due_at
