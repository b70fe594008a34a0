"""Section 6 and 11 of the language as tables: rules of the clinic, facts, and what each outcome is worth, by which
rule."""

from typing import Any

import pytest

from small_home import CLAIMS, IN_CLINIC, OTHERWISE, decided, home, rule_of, value_of

UNSURE = {"state": "uncertain", "values": ["lab_result"], "confidence": "low"}
LAB = "rules:\n  - {id: lab, when: {document_type: lab_result}, then: {workspace: Nursing, metadata: lab}}\n"
LAB_TO_REFERRALS = (
    "rules:\n  - {id: lab, when: {document_type: lab_result}, then: {workspace: Referrals, metadata: lab}}\n"
)

# rules, facts, {outcome: (value, rule)}, {parked outcome: facts} or None
CASES: dict[str, tuple[str, dict[str, Any], dict[str, tuple[Any, Any]], dict[str, list[str]] | None]] = {
    "a certain rule wins over otherwise": (
        LAB_TO_REFERRALS + OTHERWISE,
        {"document_type": "lab_result"},
        {
            "workspace": ("Referrals", "lab"),
            "metadata": ("lab", "lab"),
            "retention": (["years_1"], ["clinic.otherwise"]),
        },
        None,
    ),
    "no rule matches: the file's otherwise": (
        LAB_TO_REFERRALS + OTHERWISE,
        {"document_type": "other"},
        {"workspace": ("Nursing", "clinic.otherwise"), "metadata": ("unsorted", "clinic.otherwise")},
        None,
    ),
    "a possible rule and otherwise agree: the possible rule is named": (
        LAB + OTHERWISE,
        {"document_type": UNSURE},
        {"workspace": ("Nursing", "lab"), "metadata": ("unsorted", "facts.when_unsure")},
        None,
    ),
    "a possible rule and otherwise differ: a required outcome parks": (
        LAB_TO_REFERRALS + OTHERWISE,
        {"document_type": UNSURE},
        {"metadata": ("unsorted", "facts.when_unsure"), "retention": (["years_1"], ["clinic.otherwise"])},
        {"workspace": ["document_type"]},
    ),
    "no otherwise for an optional outcome: no value is a possible result": (
        "rules:\n  - {id: lab, when: {document_type: lab_result}, then: {desk: a}}\n" + OTHERWISE,
        {"document_type": UNSURE},
        {"desk": (None, None)},
        None,
    ),
    "priority orders first, not the line": (
        """\
rules:
  - {id: low, priority: low, when: {pages: 3}, then: {desk: a}}
  - {id: high, priority: high, when: {pages: 3}, then: {desk: b}}
"""
        + OTHERWISE,
        {"pages": 3},
        {"desk": ("b", "high")},
        None,
    ),
    "an outcome missing from the file's otherwise does not fall back to the global one": (
        LAB + "otherwise: {workspace: Nursing, retention: years_1}\n",
        {"event": "send_requested", "requested_at": "2026-03-06T12:00:00Z"},
        {"approval": (None, None), "retention": (["years_1"], ["clinic.otherwise"])},
        {"approval": []},
    ),
    "collect keeps the order of the file and takes equal members once": (
        """\
rules:
  - {id: one, when: {pages: 3}, then: {notify: [x, y], hold: matter-1}}
  - {id: two, when: {pages: 3}, then: {notify: [y, z]}}
"""
        + OTHERWISE,
        {"pages": 3},
        {"notify": (["x", "y", "z"], ["one", "one", "two"]), "hold": (["matter-1"], ["one"])},
        None,
    ),
    "collect acts on certain members only, a hold on possible ones too": (
        """\
rules:
  - {id: one, when: {document_type: lab_result}, then: {notify: x, hold: matter-1}}
  - {id: two, when: {pages: 3}, then: {notify: y}}
"""
        + OTHERWISE,
        {"document_type": UNSURE, "pages": 3},
        {"notify": (["y"], ["two"]), "hold": (["matter-1"], ["one"])},
        None,
    ),
    "tasks show kind and due as written, the default kind is the rule's id, titles are rendered": (
        """\
rules:
  - id: one
    when: {pages: 3}
    then: {task: {queue: desk, title: "Look at {{ patient_id or 'unknown' }}", due: 30 minutes}}
"""
        + OTHERWISE,
        {"pages": 3, "patient_id": "P-1"},
        {"task": ([{"kind": "one", "queue": "desk", "title": "Look at P-1", "due": "30 minutes"}], ["one"])},
        None,
    ),
    "the longest retention wins; open triggers are kept beside": (
        """\
rules:
  - {id: one, when: {pages: 3}, then: {retention: years_30}}
  - {id: two, when: {pages: 3}, then: {retention: case_7}}
  - {id: three, then: {retention: years_10}}
"""
        + OTHERWISE,
        {"pages": 3},
        {"retention": (["years_30", "case_7"], ["one", "two"])},
        None,
    ),
    "retention joins possible assertions": (
        "rules:\n  - {id: one, when: {document_type: lab_result}, then: {retention: years_30}}\n" + OTHERWISE,
        {"document_type": UNSURE},
        {"retention": (["years_30"], ["one"])},
        None,
    ),
    "a typed workspace with a known key": (
        "rules:\n  - {id: one, when: {pages: 3}, then: {workspace: {type: Patient, key: patient_id, else: Nursing}}}\n"
        + OTHERWISE,
        {"pages": 3, "patient_id": "P-1"},
        {"workspace": ({"type": "Patient", "key": "P-1", "else": "Nursing"}, "one")},
        None,
    ),
    "a typed workspace without its key is its else": (
        "rules:\n  - {id: one, when: {pages: 3}, then: {workspace: {type: Patient, key: patient_id, else: Nursing}}}\n"
        + OTHERWISE,
        {"pages": 3},
        {"workspace": ("Nursing", "one")},
        None,
    ),
    "winners are compared by the key they have": (
        """\
rules:
  - {id: one, when: {document_type: lab_result}, then: {workspace: {type: Patient, key: patient_id, else: Nursing}}}
"""
        + OTHERWISE,
        {"document_type": UNSURE, "patient_id": {"state": "uncertain", "values": ["P-1"], "confidence": "low"}},
        {"workspace": ("Nursing", "one")},
        None,
    ),
    "only the first matching row of an in-order table enters a collect": (
        """\
tables:
  - id: steps
    rows are: in order
    columns: [id, pages, "-> notify", "-> urgency"]
    rows:
      - [big, over 20, x, now]
      - [any, "-", y, "-"]
"""
        + OTHERWISE,
        {"pages": 21},
        {"notify": (["x"], ["steps[big]"]), "urgency": ("now", "steps[big]")},
        None,
    ),
    "a row after a possible row of an in-order table is only possible": (
        """\
tables:
  - id: steps
    rows are: in order
    columns: [id, pages, "-> hold", "-> notify"]
    rows:
      - [big, over 20, x, x]
      - [any, "-", y, y]
"""
        + OTHERWISE,
        {"pages": {"state": "error"}},
        {"notify": (None, None), "hold": (["x", "y"], ["steps[big]", "steps[any]"])},
        None,
    ),
    "strictest takes the strictest possible value": (
        """\
rules:
  - {id: one, when: {document_type: lab_result}, then: {urgency: now}}
  - {id: two, then: {urgency: normal}}
"""
        + OTHERWISE,
        {"document_type": UNSURE},
        {"urgency": ("now", "one")},
        None,
    ),
    "approval that uncertainty could change is block, naming the strictest candidate": (
        """\
rules:
  - {id: one, when: {document_type: lab_result}, then: {approval: two_person}}
  - {id: two, then: {approval: release}}
"""
        + OTHERWISE,
        {"event": "send_requested", "document_type": UNSURE},
        {"approval": ("block", "one"), "workspace": (None, None)},
        None,
    ),
    "valid counts local days of the event's own moment": (
        "rules:\n  - {id: one, valid: {from: 2026-03-07, until: 2026-03-07}, then: {notify: x}}\n" + OTHERWISE,
        {"received_at": "2026-03-08T07:59:00Z"},
        {"notify": (["x"], ["one"])},
        None,
    ),
    "valid is false without a moment": (
        "rules:\n  - {id: one, valid: {from: 2026-03-07}, then: {hold: x}}\n" + OTHERWISE,
        {},
        {"hold": (None, None)},
        None,
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_event_in_scope_is_decided_as_the_language_says(name: str) -> None:
    """One case of the table: the outcomes it names have these values by these rules, and exactly these are parked."""
    rules, facts, outcomes, parked = CASES[name]

    answer = decided(home(rules), {"our_number": IN_CLINIC, **facts})

    assert {outcome: (value_of(answer, outcome), rule_of(answer, outcome)) for outcome in outcomes} == outcomes
    assert {one["outcome"]: one["facts"] for one in answer["parked"] or ()} == (parked or {})
    assert (answer["parked"] is None) == (parked is None)


ORGANISATION = """\
language: 1
rules:
  - {id: counsel, apply: before departments, when: {sender_station: court}, then: {workspace: Legal}}
  - {id: late, apply: after departments, then: {desk: c}}
  - {id: org-notify, then: {notify: audit}}
otherwise: {workspace: Unsorted, retention: years_10, approval: block}
"""
CLINIC = (
    """\
rules:
  - id: lab
    priority: highest
    when: {document_type: lab_result}
    then: {workspace: Referrals, desk: a, notify: nurse, hold: h1, retention: years_30}
"""
    + OTHERWISE
)
NOT_KNOWN = {"state": "conflict", "values": [IN_CLINIC, "+13125550200"]}


def test_before_departments_precedes_every_department_rule() -> None:
    """Priority orders only inside each of the three groups."""
    answer = decided(
        home(CLINIC, organisation=ORGANISATION),
        {"our_number": IN_CLINIC, "document_type": "lab_result", "sender_station": "Court"},
    )

    assert rule_of(answer, "workspace") == "counsel"
    assert rule_of(answer, "desk") == "lab"
    assert rule_of(answer, "notify") == ["org-notify", "lab"]


def test_after_departments_follows_them_all() -> None:
    """It wins only where no department rule is possible."""
    answer = decided(home(CLINIC, organisation=ORGANISATION), {"our_number": IN_CLINIC, "document_type": "other"})

    assert rule_of(answer, "desk") == "late"


@pytest.mark.parametrize("number", [None, "+1 212 555 0100"])
def test_in_no_scope_the_global_otherwise_decides(number: str | None) -> None:
    """An absent number is in no scope, like a number that no department has."""
    answer = decided(home(CLINIC, organisation=ORGANISATION), {"our_number": number, "document_type": "lab_result"})

    assert value_of(answer, "workspace") == "Unsorted"
    assert rule_of(answer, "workspace") == "organisation.otherwise"
    assert rule_of(answer, "retention") == ["organisation.otherwise"]
    assert value_of(answer, "hold") is None


def test_an_unknown_scope_parks_with_every_possible_hold_and_retention() -> None:
    """Each department's rules count as possible, no `otherwise` is a candidate."""
    answer = decided(home(CLINIC, organisation=ORGANISATION), {"our_number": NOT_KNOWN, "document_type": "lab_result"})

    assert [one["outcome"] for one in answer["parked"]] == ["workspace"]
    assert answer["parked"][0]["facts"] == ["our_number"]
    assert value_of(answer, "hold") == ["h1"]
    assert value_of(answer, "retention") == ["years_30"]
    assert value_of(answer, "notify") == ["audit"]


def test_an_unknown_scope_without_any_retention_takes_the_default() -> None:
    """A join with nothing takes its default under the rule name `facts.default`."""
    answer = decided(home(CLINIC, organisation=ORGANISATION), {"our_number": NOT_KNOWN, "document_type": "referral"})

    assert value_of(answer, "retention") == ["years_10"]
    assert rule_of(answer, "retention") == ["facts.default"]
    assert rule_of(answer, "urgency") == "facts.when_unsure"


def test_organisation_rules_decide_as_ever_under_an_unknown_scope() -> None:
    """A certain organisation rule before the departments needs no scope."""
    answer = decided(home(CLINIC, organisation=ORGANISATION), {"our_number": NOT_KNOWN, "sender_station": "court"})

    assert rule_of(answer, "workspace") == "counsel"


def test_approval_under_an_unknown_scope_without_candidate_is_block() -> None:
    """It names `facts.when_unsure`, since there is no candidate to name."""
    answer = decided(home(CLINIC, claims=CLAIMS), {"event": "send_requested", "our_number": NOT_KNOWN})

    assert (value_of(answer, "approval"), rule_of(answer, "approval")) == ("block", "facts.when_unsure")


def test_places_are_file_and_line() -> None:
    """A rule's place is its own line, otherwise's is the line of its key, a CSV row's is its own file and line."""
    rules = (
        """\
tables:
  - {id: brokers, from file: brokers.csv, columns: [id, their_number, "-> desk"]}
"""
        + OTHERWISE
    )
    csv = "id,their_number,-> desk\nacme,+1 212 555 0101,a\nbest,+1 212 555 0102,b\n"

    answer = decided(
        home(rules, more={"rules/brokers.csv": csv}), {"our_number": IN_CLINIC, "their_number": "+1 212 555 0102"}
    )

    assert answer["outcomes"]["desk"] == {
        "value": "b",
        "rule": "brokers[best]",
        "at": "rules/brokers.csv:3",
        "policy": "first",
    }
    assert answer["outcomes"]["workspace"]["at"] == "rules/clinic.rules.yaml:10"
