"""Every condition phrase against every kind of fact: `when` text, facts, and whether the rule certainly, possibly or
never matches."""

from typing import Any

import pytest

from small_home import IN_CLINIC, OTHERWISE, decided, home, value_of

UNCERTAIN = {"state": "uncertain", "values": ["lab_result"], "confidence": "low"}

# condition, facts, hit | miss | unknown
CASES: list[tuple[str, dict[str, Any], str]] = [
    ("document_type: lab_result", {"document_type": "lab_result"}, "hit"),
    ("document_type: lab_result", {"document_type": "referral"}, "miss"),
    ("document_type: lab_result", {}, "miss"),
    ("document_type: lab_result", {"document_type": None}, "miss"),
    ("document_type: lab_result", {"document_type": UNCERTAIN}, "unknown"),
    (
        "document_type: lab_result",
        {"document_type": {"state": "conflict", "values": ["lab_result", "other"]}},
        "unknown",
    ),
    ("document_type: lab_result", {"document_type": {"state": "not_evaluated"}}, "unknown"),
    ("document_type: lab_result", {"document_type": "nonsense"}, "unknown"),
    ("document_type: [lab_result, referral, consent, other]", {"document_type": UNCERTAIN}, "unknown"),
    ("document_type is not: lab_result", {"document_type": "referral"}, "hit"),
    ("document_type is not: lab_result", {}, "miss"),
    ("not: {document_type: lab_result}", {}, "hit"),
    ("not: {document_type: lab_result}", {"document_type": UNCERTAIN}, "unknown"),
    ("document_type is not one of: [lab_result, other]", {"document_type": "referral"}, "hit"),
    ("document_type is not: [lab_result, other]", {"document_type": "other"}, "miss"),
    ("document_type is known: yes", {"document_type": "other"}, "hit"),
    ("document_type is known: yes", {}, "miss"),
    ("document_type is known: yes", {"document_type": UNCERTAIN}, "unknown"),
    ("document_type is missing: yes", {}, "hit"),
    ("document_type is missing: yes", {"document_type": {"state": "error"}}, "unknown"),
    ("document_type confidence at least: medium", {"document_type": "other"}, "hit"),
    (
        "document_type confidence at least: high",
        {"document_type": {"state": "known", "values": ["other"], "confidence": "medium"}},
        "miss",
    ),
    ("document_type confidence at least: low", {}, "miss"),
    ("document_type confidence at least: low", {"document_type": UNCERTAIN}, "unknown"),
    (
        "document_type confidence: low",
        {"document_type": {"state": "known", "values": ["other"], "confidence": "low"}},
        "hit",
    ),
    ('their_number: "+1 415 555 0199"', {"their_number": "(415) 555-0199"}, "hit"),
    ('their_number starts with: "+1 415"', {"their_number": "+1 415 555 0199"}, "hit"),
    ('their_number does not start with: "+1 415"', {"their_number": "+1 415 555 0199"}, "miss"),
    ('their_number: "+1 415 555 0190 .. +1 415 555 0199"', {"their_number": "+1 415 555 0195"}, "hit"),
    ('their_number: "+1 415 555 0190 .. +1 415 555 0199"', {"their_number": "+1 415 555 0200"}, "miss"),
    ('their_number: "+1 415 555 0190 .. +1 415 555 0199"', {"their_number": "04155550195"}, "unknown"),
    ("sender_station: mercy lab", {"sender_station": "MERCY  Lab"}, "hit"),
    ("sender_station starts with: mercy", {"sender_station": "Mercy Lab 3"}, "hit"),
    ("sender_station ends with: [lab, desk]", {"sender_station": "Mercy LAB"}, "hit"),
    ("text contains any: [critical value, stat]", {"text": "This is a CRITICAL,\n value."}, "hit"),
    ("text contains any: [stat]", {"text": "the state of things"}, "miss"),
    ("text contains all: [stat, lab]", {"text": "lab: STAT"}, "hit"),
    ("text contains none: [stat, lab]", {"text": "nothing of it"}, "hit"),
    ("text contains none: [stat, lab]", {}, "miss"),
    ("text contains any: [referral]", {"text": "a refer-\nral letter"}, "hit"),
    ("text contains any: [cafe]", {"text": "CAFÉ"}, "hit"),
    ('text matches: "MRN[ :]*[0-9]{6}"', {"text": "mrn: 123456"}, "hit"),
    ('text matches: "^[0-9]+$"', {"text": "12 34"}, "miss"),
    ("case_ids contains any: [A1, B2]", {"case_ids": ["B2", "C3"]}, "hit"),
    ("case_ids contains all: [A1, B2]", {"case_ids": ["B2", "C3"]}, "miss"),
    ("case_ids contains none: [A1]", {"case_ids": ["B2", "C3"]}, "hit"),
    ("pages: 3", {"pages": 3}, "hit"),
    ("pages at least: 3", {"pages": 3}, "hit"),
    ("pages more than: 3", {"pages": 3}, "miss"),
    ("pages at most: 3", {"pages": 3}, "hit"),
    ("pages below: 3", {"pages": 3}, "miss"),
    ("pages between: 3 to 20", {"pages": 20}, "hit"),
    ("pages between: 3 to 20", {"pages": 21}, "miss"),
    ("pages at least: 3", {"pages": 2001}, "unknown"),
    ("pages at least: 3", {"pages": "three"}, "unknown"),
    ("ink at least: 40 %", {"ink": 40}, "hit"),
    ("total more than: 10000 USD", {"total": "10000.01 USD"}, "hit"),
    ("total more than: 10000 USD", {"total": "10000.00 USD"}, "miss"),
    ("due_on between: 2026-03-01 to 2026-03-31", {"due_on": "2026-03-31"}, "hit"),
    ("due_on below: 2026-03-01", {"due_on": "2026-02-28"}, "hit"),
    ("urgent: yes", {"urgent": True}, "hit"),
    ("urgent: no", {"urgent": True}, "miss"),
    ("wait at least: 30 minutes", {"wait": "1 hour"}, "hit"),
    # moments: Los Angeles; 2026-03-06 is a Friday
    ("received_at: {on: friday, between: 22:00-06:00}", {"received_at": "2026-03-07T03:00:00-08:00"}, "hit"),
    ("received_at: {on: friday, between: 22:00-06:00}", {"received_at": "2026-03-06T03:00:00-08:00"}, "miss"),
    ("received_at: {between: 22:00-06:00}", {"received_at": "2026-03-06T06:00:00-08:00"}, "miss"),
    ("received_at: {between: 22:00-06:00}", {"received_at": "2026-03-06T22:00:00-08:00"}, "hit"),
    ("received_at: {on: monday to friday}", {"received_at": "2026-03-07T12:00:00-08:00"}, "miss"),
    ("received_at: {on: [saturday, 2026-03-06]}", {"received_at": "2026-03-06T12:00:00-08:00"}, "hit"),
    # the fall-back hour of 2026-11-01 exists twice, 01:30 is both
    ("received_at: {between: 01:00-02:00}", {"received_at": "2026-11-01T08:30:00Z"}, "hit"),
    ("received_at: {between: 01:00-02:00}", {"received_at": "2026-11-01T09:30:00Z"}, "hit"),
    # in the gap of 2026-03-08, 02:30 means 03:00
    ("received_at: {between: 02:30-04:00}", {"received_at": "2026-03-08T10:00:00Z"}, "hit"),
    ("received_at: {between: 01:00-02:30}", {"received_at": "2026-03-08T09:59:00Z"}, "hit"),
    ("received_at: {between: 01:00-02:30}", {"received_at": "2026-03-08T10:00:00Z"}, "miss"),
    # the calendar keeps New York time
    ("received_at: {during: office}", {"received_at": "2026-03-06T05:00:00-08:00"}, "hit"),
    ("received_at: {during: office}", {"received_at": "2026-03-06T15:00:00-08:00"}, "miss"),
    ("received_at: {outside: office}", {"received_at": "2026-12-25T12:00:00-05:00"}, "hit"),
    ("received_at: {during: office}", {}, "miss"),
    ("received_at: {during: office}", {"received_at": {"state": "uncertain"}}, "unknown"),
    # Kleene
    ("any: [{document_type: other}, {pages: 1}]", {"document_type": UNCERTAIN, "pages": 1}, "hit"),
    ("any: [{document_type: other}, {pages: 1}]", {"document_type": UNCERTAIN, "pages": 2}, "unknown"),
    ("{document_type: other, pages: 1}", {"document_type": UNCERTAIN, "pages": 2}, "miss"),
    ("{document_type: other, pages: 1}", {"document_type": UNCERTAIN, "pages": 1}, "unknown"),
    ("document_type found in: known_types", {"document_type": "other"}, "hit"),
    ("document_type not found in: known_types", {"document_type": "consent"}, "hit"),
    ("known_types.desk: b", {"document_type": "other"}, "hit"),
    ("known_types.desk: b", {"document_type": "consent"}, "miss"),
    ("known_types.desk: b", {"document_type": UNCERTAIN}, "unknown"),
]


@pytest.mark.parametrize(("condition", "facts", "expected"), CASES, ids=lambda value: str(value)[:60])
def test_a_condition_is_as_true_as_the_language_says(condition: str, facts: dict[str, Any], expected: str) -> None:
    """Section 3 and 11: false on absent, UNKNOWN on any other state that is not known, Kleene above."""
    when = condition if condition.startswith("{") else f"{{{condition}}}"
    rules = f"""\
lookups:
  known_types: {{key: document_type, from file: types.csv, gives: {{desk: choice}}}}
rules:
  - id: probe
    when: {when}
    then: {{hold: probed, notify: probed}}
{OTHERWISE}"""
    snapshot = home(rules, more={"rules/types.csv": "document_type,desk\nother,b\nlab_result,a\n"})

    answer = decided(snapshot, {"our_number": IN_CLINIC, **facts})

    certain, possible = value_of(answer, "notify") == ["probed"], value_of(answer, "hold") == ["probed"]
    assert {(True, True): "hit", (False, True): "unknown", (False, False): "miss"}[certain, possible] == expected
