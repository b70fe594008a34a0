"""One raw statement becomes one fact, whatever it is."""

from decimal import Decimal
from typing import Any

import pytest

from faxrouter.facts.reading import Form, Manner, read_fact
from faxrouter.language.ruleset import FactDeclaration
from faxrouter.model.fact import ABSENT, Box, Confidence, Evidence, Fact, FactState, Value
from small_rules import declare

SIDECAR = Evidence(source="sidecar", reader="fax.json")
KIND = declare("kind", "choice", values=("lab", "bill"), floor=Confidence.MEDIUM)
PAGES = declare("pages", "whole_number", maximum=2000)
CASES = declare("cases", "set_of_ids")

LOW, MEDIUM, HIGH = Confidence.LOW, Confidence.MEDIUM, Confidence.HIGH
K, A, U, C, N, E = (
    FactState.KNOWN,
    FactState.ABSENT,
    FactState.UNCERTAIN,
    FactState.CONFLICT,
    FactState.NOT_EVALUATED,
    FactState.ERROR,
)

STATEMENTS: list[tuple[FactDeclaration, object, FactState, tuple[Value, ...], Confidence | None]] = [
    (KIND, "lab", K, ("lab",), HIGH),
    (KIND, None, A, (), None),
    (KIND, "labb", E, (), None),
    (KIND, 3, E, (), None),
    (KIND, ["lab"], E, (), None),
    (PAGES, 3, K, (3,), HIGH),
    (PAGES, "3", E, (), None),
    (PAGES, 2001, E, (), None),
    (CASES, ["B", "A"], K, (frozenset({"A", "B"}),), HIGH),
    (CASES, [], K, (frozenset(),), HIGH),
    # a stated state is believed, and the floor is not applied again
    (KIND, {"state": "known", "values": ["lab"], "confidence": "low"}, K, ("lab",), LOW),
    (KIND, {"state": "known", "values": ["lab"]}, K, ("lab",), HIGH),
    (KIND, {"state": "uncertain", "values": ["lab"], "confidence": "high"}, U, ("lab",), HIGH),
    (KIND, {"state": "uncertain"}, U, (), None),
    (KIND, {"state": "uncertain", "values": ["lab", "bill"]}, U, ("lab", "bill"), None),
    (KIND, {"state": "conflict", "values": ["lab", "bill"], "confidence": "high"}, C, ("lab", "bill"), None),
    (KIND, {"state": "absent"}, A, (), None),
    (KIND, {"state": "not_evaluated"}, N, (), None),
    (KIND, {"state": "error"}, E, (), None),
    (CASES, {"state": "known", "values": ["B", "A"]}, K, (frozenset({"A", "B"}),), HIGH),
    (CASES, {"state": "known", "values": []}, K, (frozenset(),), HIGH),
    (CASES, {"state": "uncertain", "values": ["A"]}, U, (frozenset({"A"}),), None),
    (CASES, {"state": "conflict", "values": [["A"], ["A", "B"]]}, C, (frozenset("A"), frozenset("AB")), None),
    # without a state the floor decides
    (KIND, {"values": ["lab"], "confidence": "low"}, U, ("lab",), LOW),
    (KIND, {"values": ["lab"], "confidence": "medium"}, K, ("lab",), MEDIUM),
    (KIND, {"values": ["lab"]}, K, ("lab",), HIGH),
    (KIND, {"values": ["lab", "bill"], "confidence": "high"}, C, ("lab", "bill"), None),
    (CASES, {"values": ["A", "B"], "confidence": "high"}, K, (frozenset("AB"),), HIGH),
    # malformed statements
    (KIND, {}, E, (), None),
    (KIND, {"confidence": "low"}, E, (), None),
    (KIND, {"values": []}, E, (), None),
    (KIND, {"value": "lab"}, E, (), None),
    (KIND, {"state": "known", "value": "lab"}, E, (), None),
    (KIND, {"state": "sure", "values": ["lab"]}, E, (), None),
    (KIND, {"state": None, "values": ["lab"]}, E, (), None),
    (KIND, {"state": ["known"], "values": ["lab"]}, E, (), None),
    (KIND, {"state": "known"}, E, (), None),
    (KIND, {"state": "known", "values": ["lab", "bill"]}, E, (), None),
    (KIND, {"state": "known", "values": "lab"}, E, (), None),
    (KIND, {"state": "known", "values": ["zebra"]}, E, (), None),
    (KIND, {"state": "uncertain", "values": ["zebra"]}, E, (), None),
    (KIND, {"values": ["lab"], "confidence": "sure"}, E, (), None),
    (KIND, {"values": ["lab"], "confidence": 3}, E, (), None),
    (KIND, {1: 2}, E, (), None),
]


@pytest.mark.parametrize(("declaration", "raw", "state", "values", "confidence"), STATEMENTS)
def test_a_statement_is_a_fact_in_a_state(
    declaration: FactDeclaration,
    raw: object,
    state: FactState,
    values: tuple[Value, ...],
    confidence: Confidence | None,
) -> None:
    """Rule-language section 11, Facts."""

    fact = read_fact(declaration, raw, manner=Manner(source=SIDECAR))

    assert (state, values, confidence) == (fact.state, fact.values, fact.confidence)


@pytest.mark.parametrize(("declaration", "raw", "state"), [row[:3] for row in STATEMENTS if row[2] is FactState.ERROR])
def test_an_error_that_nobody_stated_has_a_reason(declaration: FactDeclaration, raw: Any, state: FactState) -> None:
    """A parked fax says why."""

    is_stated = isinstance(raw, dict) and raw.get("state") == "error"

    assert is_stated or read_fact(declaration, raw, manner=Manner(source=SIDECAR)).reason


@pytest.mark.parametrize(
    ("kind", "raw", "state", "values"),
    [
        ("whole_number", "3", K, (3,)),
        ("whole_number", "", A, ()),
        ("percent", "12%", K, (Decimal(12),)),
        ("yes_no", "no", K, (False,)),
        ("set_of_ids", "A, B", K, (frozenset("AB"),)),
        ("set_of_ids", ["A", "B"], K, (frozenset("AB"),)),
        ("whole_number", {"state": "uncertain", "values": ["3"]}, U, (3,)),
        ("whole_number", "three", E, ()),
    ],
)
def test_sources_of_texts_are_typed_by_the_declaration(
    kind: str, raw: object, state: FactState, values: tuple[Value, ...]
) -> None:
    """YAML and XML know only texts; an empty one says nothing."""

    fact = read_fact(declare("fact", kind), raw, manner=Manner(source=SIDECAR, form=Form.TEXT))

    assert (state, values) == (fact.state, fact.values)


def test_a_reading_keeps_where_it_came_from_and_the_text_as_read() -> None:
    """Each fact carries evidence."""

    expected = (Evidence(source="sidecar", reader="fax.json", text="+1 415 555 0100"),)

    fact = read_fact(declare("our_number", "phone"), "+1 415 555 0100", manner=Manner(source=SIDECAR))

    assert expected == fact.evidence


def test_stated_evidence_is_believed_and_malformed_evidence_left_out() -> None:
    """FACTS.json carries evidence; a slip in it must not lose the fact."""

    raw = {
        "values": ["lab"],
        "evidence": [
            {"source": "barcode", "reader": "zxing", "page": 2, "box": [1, 2, 3.5, 4], "text": "LAB"},
            {"source": "cover", "page": True, "box": [1]},
            {"source": 3},
            "cover",
            {"source": "\ud800"},
        ],
    }
    box = Box(left=1, top=2, width=3.5, height=4)
    expected = (
        Evidence(source="barcode", reader="zxing", page=2, box=box, text="LAB"),
        Evidence(source="cover"),
    )

    assert expected == read_fact(KIND, raw, manner=Manner(source=SIDECAR)).evidence


def test_null_is_the_absent_fact() -> None:
    """Null is absent."""

    assert ABSENT == read_fact(KIND, None, manner=Manner(source=SIDECAR))
    assert Fact(state=A) == ABSENT
