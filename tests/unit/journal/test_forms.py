"""Stored forms: what is journalled today is read in ten years as it was."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.journal.forms import canonical, from_stored, moment_from, moment_text, to_stored
from faxrouter.model.decision import Contribution, Decided, Decision, KeyedWorkspace, Policy, Undecided
from faxrouter.model.fact import (
    Amount,
    Box,
    Confidence,
    Duration,
    DurationUnit,
    Evidence,
    Fact,
    Facts,
    FactState,
    Value,
)
from faxrouter.model.plan import AwaitConnector, Plan, PutTask, RaiseException, WorkspaceTarget
from faxrouter.model.problem import Place, Problem, Severity

json_values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.just("$is"), inner, max_size=4),
    max_leaves=12,
)
values: st.SearchStrategy[Value] = st.one_of(
    st.text(),
    st.integers(),
    st.booleans(),
    st.decimals(allow_nan=False, allow_infinity=False),
    st.dates(),
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1000, 1, 1)),  # noqa: DTZ001  # the strategy adds the zone
    st.builds(Amount, st.decimals(allow_nan=False, allow_infinity=False), st.sampled_from(["USD", "EUR"])),
    st.builds(Duration, st.integers(0, 10**6), st.sampled_from(DurationUnit), st.text(max_size=8)),
    st.frozensets(st.text(max_size=8), max_size=4),
)
evidence = st.builds(
    Evidence,
    source=st.text(max_size=8),
    text=st.text(),
    page=st.none() | st.integers(1, 99),
    box=st.none() | st.builds(Box, left=st.just(0.5), top=st.just(1.0), width=st.just(2.0), height=st.just(0.25)),
)
facts = st.builds(
    Fact,
    state=st.sampled_from(FactState),
    values=st.lists(values, max_size=3).map(tuple),
    confidence=st.none() | st.sampled_from(Confidence),
    evidence=st.lists(evidence, max_size=2).map(tuple),
    reason=st.none() | st.text(),
)


def stored_and_read(value: object) -> Any:
    return from_stored(json.loads(canonical(to_stored(value))))


@given(st.dictionaries(st.text(max_size=10), facts, max_size=4).map(Facts))
def test_facts_come_back_equal(stated: Facts) -> None:
    """Every state, every type, every sign a name can hold."""

    assert stated == stored_and_read(stated)


@given(json_values)
def test_values_of_rules_and_sidecars_come_back_equal(value: Any) -> None:
    """Whatever JSON an author or a sidecar writes, our own tag among its keys included."""

    assert value == stored_and_read(value)


@given(json_values)
def test_the_value_of_a_waiting_action_comes_back_equal(value: Any) -> None:
    """A list stays a list, also where tuples live."""
    action = AwaitConnector(
        idempotency_key="k", department="claims", outcome="notify", value=value, rule="r", at="rules/a.rules.yaml:3"
    )

    assert action == stored_and_read(action)


def test_a_decision_and_a_plan_come_back_equal() -> None:
    """With nested workspaces, tuples, mappings and problems."""
    place = Place(file="rules/a.rules.yaml", line=3, column=2)
    keyed = KeyedWorkspace(type="Claim", key_fact="claim_id", key="C-1", otherwise="Sort")
    task = {"kind": "review", "due": "4 business hours", "escalate to": ["lead", "head"]}
    decision = Decision(
        rule_set="d",
        department="claims",
        scope_known=True,
        outcomes={
            "workspace": Decided(
                outcome="workspace",
                policy=Policy.FIRST,
                contributions=(Contribution(value=keyed, rule="r", at=place),),
            ),
            "task": Decided(
                outcome="task",
                policy=Policy.COLLECT,
                contributions=(Contribution(value=task, rule="r", at=place, certain=False),),
                hung_on=("claim_id",),
            ),
        },
        parked=(Undecided(outcome="retention", facts=("claim_id", "pages"), reason="not known"),),
    )
    elsewhere = WorkspaceTarget(name="Sort", department="claims", path=("Claims", "Sort"))
    plan = Plan(
        fax_id="F-1",
        document_id="F-1-1",
        department="claims",
        rule_set="d",
        case="claim C-1",
        actions=(
            PutTask(
                idempotency_key="k",
                department="claims",
                task_key="t",
                kind="review",
                queue=None,
                workflow={"map": "Review", "attributes": {"$is": "tricky"}},
                title="t",
                due_at=None,
                task_priority=None,
                escalate_to=None,
                rules=("r", "s"),
            ),
            RaiseException(idempotency_key="x", department="claims", kind="parked", reason="why", facts=("a", "b")),
        ),
        outcomes={"workspace": {"value": {"type": "Claim", "key": Decimal("1.50")}, "rules": ["r"]}},
        parked=True,
        problems=(Problem(code="T1", severity=Severity.WARNING, place=place, message="m", others=(place,)),),
    )

    assert (decision, plan, elsewhere) == (stored_and_read(decision), stored_and_read(plan), stored_and_read(elsewhere))


def test_equal_values_have_one_spelling() -> None:
    """The digest of a payload must not hang on the order of keys or members."""
    one = {"b": frozenset({"x", "y"}), "a": Decimal("1.50")}
    other = {"a": Decimal("1.50"), "b": frozenset({"y", "x"})}

    assert canonical(to_stored(one)) == canonical(to_stored(other))


def test_spelling_is_plain_ascii() -> None:
    """Control characters and broken names of files pass every database."""

    assert canonical("\0\udcff\u202e").isascii()


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_a_class_that_is_never_stored_is_refused(value: object) -> None:
    """A bug shows when it is written, not in ten years."""
    with pytest.raises(TypeError):
        to_stored(value)


def test_moments_are_of_one_width_and_order_as_text() -> None:
    """Text order is time order, whatever the zone and the fraction."""
    early = datetime(2026, 3, 29, 1, 59, 59, tzinfo=timezone(timedelta(hours=2)))
    late = datetime(2026, 3, 29, 0, 0, 0, 1, tzinfo=UTC)

    assert moment_text(early) < moment_text(late)
    assert early == moment_from(moment_text(early))
    with pytest.raises(ValueError, match="zone"):
        moment_text(datetime(2026, 1, 1))  # noqa: DTZ001  # naive on purpose


def test_a_date_is_no_moment() -> None:
    """Both are dates to Python."""

    assert [date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)] == stored_and_read(
        [date(2026, 1, 1), datetime(2026, 1, 1, tzinfo=UTC)]
    )


def test_an_older_plan_is_read_with_what_later_versions_added() -> None:
    """Entries outlive the program that wrote them: a part that was not there yet has its default."""
    stored = {
        "$is": "plan",
        "fax_id": "F-1",
        "document_id": "F-1-1",
        "department": "clinic",
        "rule_set": "d",
        "case": "F-1",
        "actions": [
            {
                "$is": "store_document",
                "idempotency_key": "s",
                "department": "clinic",
                "document_id": "F-1-1",
                "sha256": "00",
                "media_type": "image/tiff",
                "name": "Fax",
                "category": "Clinic fax",
                "attributes": {"Kind": "Referral"},
            },
            {
                "$is": "put_task",
                "idempotency_key": "t",
                "department": "clinic",
                "task_key": "clinic|F-1|sort",
                "kind": "sort",
                "queue": "desk",
                "workflow": None,
                "title": "Sort",
                "due_at": "2026-03-02T18:00:00Z",
                "task_priority": None,
                "escalate_to": None,
                "rules": ["clinic.otherwise"],
            },
        ],
        "outcomes": {},
        "parked": False,
        "problems": [],
    }

    store, task = from_stored(json.loads(json.dumps(stored))).actions

    assert (None, {"Kind": "Referral"}) == (store.refuge, store.attributes)
    assert ((), ("clinic.otherwise",)) == (task.assignees, task.rules)
