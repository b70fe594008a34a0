"""Several readings of one fact."""

import pytest

from faxrouter.facts.merging import merge
from faxrouter.model.fact import ABSENT, Confidence, Evidence, Fact, FactState, Value, known
from small_rules import declare

KIND = declare("kind", "choice")
LOW, HIGH = Confidence.LOW, Confidence.HIGH


def reading(source: str, value: Value, confidence: Confidence = HIGH) -> Fact:
    return known(value, confidence=confidence, evidence=(Evidence(source=source),))


def doubtful(source: str, value: Value, confidence: Confidence = LOW) -> Fact:
    evidence = (Evidence(source=source),)
    return Fact(state=FactState.UNCERTAIN, values=(value,), confidence=confidence, evidence=evidence)


ERROR = Fact(state=FactState.ERROR, evidence=(Evidence(source="sidecar"),), reason="is not a number")
UNREAD = Fact(state=FactState.NOT_EVALUATED, evidence=(Evidence(source="cover"),))
CONFLICT = Fact(state=FactState.CONFLICT, values=("x", "y"), evidence=(Evidence(source="form"),))

MERGED: dict[str, tuple[list[Fact], FactState, tuple[Value, ...], Confidence | None]] = {
    "no reading": ([], FactState.ABSENT, (), None),
    "nobody saw it": ([ABSENT, ABSENT], FactState.ABSENT, (), None),
    "one saw it": ([ABSENT, reading("carrier", "a")], FactState.KNOWN, ("a",), HIGH),
    "two agree": ([reading("cover", "a", LOW), reading("barcode", "a")], FactState.KNOWN, ("a",), HIGH),
    "two differ": ([reading("cover", "a"), reading("barcode", "b")], FactState.CONFLICT, ("a", "b"), None),
    "three, of which two agree": (
        [reading("cover", "a"), reading("barcode", "b"), reading("form", "a")],
        FactState.CONFLICT,
        ("a", "b"),
        None,
    ),
    "a doubtful one does not contradict": (
        [doubtful("cover", "b"), reading("form", "a")],
        FactState.KNOWN,
        ("a",),
        HIGH,
    ),
    "a doubtful one does not raise confidence": (
        [doubtful("cover", "b", HIGH), reading("form", "a", LOW)],
        FactState.KNOWN,
        ("a",),
        LOW,
    ),
    "a doubtful one that agrees": ([doubtful("cover", "a"), reading("form", "a")], FactState.KNOWN, ("a",), HIGH),
    "two doubtful ones": ([doubtful("cover", "b"), doubtful("form", "a")], FactState.UNCERTAIN, ("b", "a"), LOW),
    "two doubtful ones that agree": ([doubtful("a", "x"), doubtful("b", "x")], FactState.UNCERTAIN, ("x",), LOW),
    "a refused one does not contradict": ([ERROR, reading("carrier", "a")], FactState.KNOWN, ("a",), HIGH),
    "only refused ones": ([ERROR, UNREAD], FactState.ERROR, (), None),
    "not read twice": ([UNREAD, UNREAD], FactState.NOT_EVALUATED, (), None),
    "a stated conflict stays": ([CONFLICT, reading("carrier", "x")], FactState.CONFLICT, ("x", "y"), None),
}


@pytest.mark.parametrize("case", sorted(MERGED))
def test_readings_become_one_fact(case: str) -> None:
    """Agreement is known with the highest confidence, difference a conflict; doubt and refusals do not contradict."""

    readings, state, values, confidence = MERGED[case]

    fact = merge(KIND, readings)

    assert (state, values, confidence) == (fact.state, fact.values, fact.confidence)


def test_every_reading_keeps_its_evidence() -> None:
    """Who read it stays visible, once each."""

    fact = merge(KIND, [reading("cover", "a"), reading("barcode", "b"), reading("cover", "a")])

    assert ["cover", "barcode"] == [evidence.source for evidence in fact.evidence]


def test_the_order_of_agreeing_sources_does_not_change_the_state() -> None:
    """Merging is about what was read, not about who came first."""

    readings = [reading("cover", "a", LOW), doubtful("form", "b"), reading("barcode", "a")]

    assert merge(KIND, readings).state is merge(KIND, readings[::-1]).state
    assert merge(KIND, readings).confidence is merge(KIND, readings[::-1]).confidence


def test_a_person_settles_a_fact() -> None:
    """A person who corrected it has looked at the page."""

    corrected = reading("person", "b")

    assert corrected == merge(KIND, [reading("barcode", "a"), corrected, reading("form", "a")])


def test_a_person_may_say_that_there_is_none() -> None:
    """An absent fact, stated by a person, silences the readings."""

    said = Fact(state=FactState.ABSENT, evidence=(Evidence(source="person"),))

    assert said == merge(KIND, [reading("cover", "a"), said])


def test_texts_that_compare_equal_agree() -> None:
    """Carrier and TIFF tag spell a station alike but for case and blanks."""

    fact = merge(declare("station", "text_short"), [reading("carrier", "MERCY LAB"), reading("tiff tag", "Mercy  Lab")])

    assert (FactState.KNOWN, ("MERCY LAB",)) == (fact.state, fact.values)


def test_choices_agree_only_exactly() -> None:
    """Choices and ids compare exactly."""

    assert merge(KIND, [reading("cover", "A"), reading("form", "a")]).state is FactState.CONFLICT
