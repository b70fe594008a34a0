"""Several readings of one fact become one fact: agreement, conflict, doubt. Knows no source by name but the person.

A reading that its type refuses, or that lies below the floor, does not contradict a sound one. Two sound ones that
differ do.
"""

from collections.abc import Hashable, Iterable, Sequence

from faxrouter.language.ruleset import FactDeclaration
from faxrouter.language.values import TEXT_TYPES
from faxrouter.language.words import normalise
from faxrouter.model.fact import ABSENT, Confidence, Evidence, Fact, FactState, Value

# a person who corrects a fact has looked at the page: no other reading counts beside theirs
PERSON = "person"
_CONFLICT = "two readings differ"


def merge(declaration: FactDeclaration, readings: Sequence[Fact]) -> Fact:
    """One fact of all readings, in the order in which the sources were asked; each keeps its evidence."""
    by_person = [one for one in readings if any(evidence.source == PERSON for evidence in one.evidence)]
    stated = [one for one in by_person or readings if one.state is not FactState.ABSENT]
    if not stated:
        # that nobody saw it may itself be worth keeping: a person said so
        return next((one for one in by_person or readings if one.evidence or one.reason is not None), ABSENT)
    if len(stated) == 1:
        return stated[0]
    sound = [one for one in stated if one.state in {FactState.KNOWN, FactState.CONFLICT}]
    if sound:
        return _of_sound_readings(declaration, sound, stated)
    uncertain = [one for one in stated if one.state is FactState.UNCERTAIN]
    if uncertain:
        return Fact(
            state=FactState.UNCERTAIN,
            values=_distinct(declaration, uncertain),
            confidence=_highest(uncertain),
            evidence=_evidence_of(stated),
            reason=_first_reason(uncertain),
        )
    errors = [one for one in stated if one.state is FactState.ERROR]
    return Fact(
        state=FactState.ERROR if errors else FactState.NOT_EVALUATED,
        evidence=_evidence_of(stated),
        reason=_first_reason(errors or stated),
    )


def _of_sound_readings(declaration: FactDeclaration, sound: list[Fact], stated: list[Fact]) -> Fact:
    values = _distinct(declaration, sound)
    evidence = _evidence_of(stated)
    if len(values) == 1 and all(one.is_known for one in sound):
        agreeing = [one for one in stated if _distinct(declaration, [one]) and _says_only(declaration, one, values[0])]
        return Fact(state=FactState.KNOWN, values=values, confidence=_highest(agreeing), evidence=evidence)
    return Fact(state=FactState.CONFLICT, values=values, evidence=evidence, reason=_first_reason(sound) or _CONFLICT)


def _says_only(declaration: FactDeclaration, reading: Fact, value: Value) -> bool:
    return {_key(declaration, one) for one in reading.values} == {_key(declaration, value)}


def _distinct(declaration: FactDeclaration, readings: Iterable[Fact]) -> tuple[Value, ...]:
    """Every value once, as it was first written: two texts that compare equal are one reading."""
    values: dict[Hashable, Value] = {}
    for reading in readings:
        for value in reading.values:
            values.setdefault(_key(declaration, value), value)
    return tuple(values.values())


def _key(declaration: FactDeclaration, value: Value) -> Hashable:
    return normalise(value) if declaration.type in TEXT_TYPES and isinstance(value, str) else value


def _highest(readings: Iterable[Fact]) -> Confidence | None:
    return max((one.confidence for one in readings if one.confidence is not None), default=None)


def _evidence_of(readings: Iterable[Fact]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(evidence for one in readings for evidence in one.evidence))


def _first_reason(readings: Iterable[Fact]) -> str | None:
    return next((one.reason for one in readings if one.reason is not None), None)
