"""What a trace tells an analyst, on one small home."""

from typing import Any

import pytest

from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.deciding.trace import trace, why_not
from faxrouter.facts.gather import gather
from faxrouter.language.compile import compile_home
from faxrouter.model.decision import Verdict
from faxrouter.model.trace import OutcomeTrace, Reason, Step, WhyNot
from small_home import IN_CLINIC, OTHERWISE, home

RULES = """\
rules:
  - id: critical
    why: Critical results go to the nurse line at once
    priority: high
    when:
      document_type: lab_result
      document_type confidence at least: high
      text contains all: [critical, value]
    then: {workspace: Nursing, task: {kind: call, queue: nurses, title: Call}, urgency: now}
  - id: lab
    when: {document_type: lab_result}
    then: {workspace: Referrals, task: {kind: file, queue: desk, title: File}, urgency: normal, retention: years_10}
  - id: long
    when:
      document_type: lab_result
      pages at least: 20
      ink below: 50%
    then: {workspace: Referrals, urgency: today, retention: years_30}
  - id: old
    valid: {until: 2025-12-31}
    when: {document_type: lab_result, urgent: yes}
    then: {workspace: Nursing}
  - id: subpoena
    when:
      any:
        - case_ids contains any: [M-1]
        - not: {total below: 10.00 USD}
    then: {hold: matter-1}
tables:
  - id: by-page
    rows are: in order
    columns: [id, pages, document_type, "-> notify"]
    rows:
      - [few, "under 5", lab_result, few-desk]
      - [some, "under 10", lab_result, some-desk]
"""
LAB = {
    "event": "received",
    "received_at": "2026-03-02T18:00:00Z",
    "our_number": IN_CLINIC,
    "document_type": "lab_result",
    "pages": 3,
    "ink": 40,
    "text": "a critical matter",
    "urgent": True,
    "total": "5.00 USD",
}

RULE_SET, PROBLEMS = compile_home(home(RULES + OTHERWISE))
assert RULE_SET is not None, PROBLEMS
EVALUATOR = compile_evaluator(RULE_SET)


def outcome_of(name: str, **changed: Any) -> OutcomeTrace:
    facts = gather(EVALUATOR.rule_set, [("stated", LAB | changed)], at=None).facts
    return next(one for one in trace(EVALUATOR, facts).outcomes if one.outcome == name)


def why_not_rule(rule: str, **changed: Any) -> WhyNot:
    facts = gather(EVALUATOR.rule_set, [("stated", LAB | changed)], at=None).facts
    told = why_not(EVALUATOR, facts, rule)
    assert told is not None
    return told


def reasons(steps: tuple[Step, ...]) -> list[tuple[Reason, str | None]]:
    return [(step.reason, step.distance) for step in steps]


def test_the_winner_says_why_it_won_and_the_rival_why_it_lost() -> None:
    """`first`: the order of rules, in words."""
    told = outcome_of("workspace", text="Critical: the value is high")

    assert ["critical"] == [winner.rule for winner in told.winners]
    assert "the first of 2 in order" == told.winners[0].why_it_won
    assert "Critical results go to the nurse line at once" == told.winners[0].why_written
    assert [("lab", "its priority is normal, that of `critical` high")] == [
        (rival.rule, rival.why_lost) for rival in told.rivals
    ]
    assert "`clinic.otherwise` was not needed" == told.otherwise


def test_a_strictest_rival_is_less_strict_and_a_join_rival_shorter() -> None:
    """Each policy has its own reason to lose."""
    urgency = outcome_of("urgency", pages=25)
    retention = outcome_of("retention", pages=25)

    assert [("lab", "`normal` is less strict than `today`")] == [(r.rule, r.why_lost) for r in urgency.rivals]
    assert [("lab", "`years_10` is kept for a shorter time than `years_30`")] == [
        (r.rule, r.why_lost) for r in retention.rivals
    ]


def test_a_near_miss_names_the_one_condition_and_how_far_it_was() -> None:
    """Exactly one fact failed: 3 pages where 20 are wanted."""
    misses = {miss.rule: miss for miss in outcome_of("workspace").near_misses}

    assert [("pages at least: 20", Reason.NOT_MATCHED, "17 below")] == [
        (step.written, step.reason, step.distance) for step in misses["long"].failed
    ]
    assert [Reason.NOT_MATCHED] == [step.reason for step in misses["old"].failed]
    assert ["1 of 2 not found"] == [step.distance for step in misses["critical"].failed]


def test_a_rule_of_another_department_is_no_near_miss() -> None:
    """Out of scope, it could never have decided."""
    told = outcome_of("workspace", document_type="consent", our_number="+13125550200")

    assert "claims-any" in [winner.rule for winner in told.winners]
    assert not [miss.rule for miss in told.near_misses if not miss.rule.startswith("claims")]


def test_an_undecided_outcome_says_on_which_fact_it_hangs_and_what_that_was() -> None:
    """The fact itself is in the trace, as data."""
    told = outcome_of("workspace", document_type={"state": "uncertain", "values": ["lab_result"], "confidence": "low"})

    assert [("document_type", "uncertain")] == [(name, fact.state.value) for name, fact in told.hung_on]
    assert () == told.winners


def test_otherwise_says_that_it_was_used() -> None:
    """No rule matched, so the file's own `otherwise` stands."""
    told = outcome_of("workspace", document_type="other")

    assert ["clinic.otherwise"] == [winner.rule for winner in told.winners]
    assert ("no rule matched", "`clinic.otherwise` was used") == (told.winners[0].why_it_won, told.otherwise)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, [Reason.MATCHED, Reason.MATCHED, Reason.NOT_MATCHED, Reason.MATCHED]),
        ({"pages": None}, [Reason.MATCHED, Reason.MATCHED, Reason.ABSENT, Reason.MATCHED]),
        ({"pages": "many"}, [Reason.MATCHED, Reason.MATCHED, Reason.ERROR, Reason.MATCHED]),
        (
            {"ink": {"state": "conflict", "values": [40, 60]}, "pages": {"state": "not_evaluated"}},
            [Reason.MATCHED, Reason.MATCHED, Reason.NOT_EVALUATED, Reason.CONFLICT],
        ),
        ({"our_number": "+13125550200"}, [Reason.NOT_MATCHED, Reason.MATCHED, Reason.NOT_MATCHED, Reason.MATCHED]),
    ],
)
def test_why_not_gives_every_condition_its_reason(changed: dict[str, Any], expected: list[Reason]) -> None:
    """Scope first, then the conditions as written."""

    assert expected == [step.reason for step in why_not_rule("long", **changed).steps]


def test_why_not_says_what_would_have_had_to_hold() -> None:
    """The author's own words, with the distance."""
    told = why_not_rule("critical", document_type={"state": "known", "values": ["lab_result"], "confidence": "medium"})

    assert Verdict.MISS is told.verdict
    assert (
        "`document_type confidence at least: high` held (confidence medium, needs high)",
        "`text contains all: [critical, value]` held (1 of 2 not found)",
    ) == told.would_have_matched_if


def test_why_not_of_a_rule_that_lost_names_the_winner() -> None:
    """Overridden by another, for each outcome on its own."""
    told = why_not_rule("lab", text="critical value")

    assert [
        ("workspace", Reason.OVERRIDDEN, "critical"),
        ("task", Reason.MATCHED, None),
        ("urgency", Reason.OVERRIDDEN, "critical"),
        ("retention", Reason.MATCHED, None),
    ] == [(one.outcome, one.reason, one.by) for one in told.outcomes]


def test_why_not_of_a_later_row_names_the_row_that_came_first() -> None:
    """In an `in order` table only the first matching row counts."""
    told = why_not_rule("by-page[some]")

    assert [(Reason.OVERRIDDEN, "by-page[few]")] == [(one.reason, one.by) for one in told.outcomes]


def test_an_outcome_that_is_not_decided_on_this_event_says_so() -> None:
    """`workspace` is not decided when a document is to be sent."""
    told = why_not_rule("lab", event="send_requested", requested_at="2026-03-02T18:00:00Z")

    assert Reason.NOT_ASKED is next(one.reason for one in told.outcomes if one.outcome == "workspace")


@pytest.mark.parametrize(
    ("rule", "reason"),
    [("clinic.otherwise", Reason.NOT_MATCHED), ("organisation.otherwise", Reason.NOT_MATCHED)],
)
def test_an_otherwise_can_be_asked_about_too(rule: str, reason: Reason) -> None:
    """It has no conditions but its scope."""
    told = why_not_rule(rule)

    assert reason is next(one.reason for one in told.outcomes if one.outcome == "workspace")


def test_a_rule_that_is_not_there_has_no_answer() -> None:
    """The caller says so, with the names that are close."""
    facts = gather(EVALUATOR.rule_set, [("stated", LAB)], at=None).facts

    assert why_not(EVALUATOR, facts, "no-such-rule") is None


def test_the_words_of_a_trace_never_quote_the_fax() -> None:
    """Values are data; only a renderer shows them."""
    facts = gather(EVALUATOR.rule_set, [("stated", LAB | {"text": "sesame", "pages": 4711})], at=None).facts
    told = trace(EVALUATOR, facts)

    said = [
        text
        for outcome in told.outcomes
        for text in (
            outcome.otherwise,
            *(winner.why_it_won for winner in outcome.winners),
            *(rival.why_lost for rival in outcome.rivals),
            *(f"{step.written} {step.distance}" for miss in outcome.near_misses for step in miss.failed),
        )
    ]

    assert not [text for text in said if "sesame" in text or "4711" in text]
