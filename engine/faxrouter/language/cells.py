"""The cells of a decision table: what an analyst writes into a column becomes a condition. Knows no table and no file.

A cell is `-` or empty (any), `known`, `missing`, `not …`, or one or several entries: a value, `prefix*`, `3 to 20`,
`over 20`. Entries stand in a YAML list or between commas; a comma, a `-` or a word of this list that is meant literally
stands in inner quotes (`'"Smith, Jones"'`).
"""

import re
from dataclasses import dataclass, replace

from faxrouter.language.condition_keys import Subject
from faxrouter.language.conditions import Entry, Exact, Leaf, StateTest, Test, ValueTest
from faxrouter.language.operands import read_entries
from faxrouter.language.phrases import ORDERED, Operand
from faxrouter.language.refusal import Refusal
from faxrouter.language.source import ListNode, Node, ScalarNode
from faxrouter.language.values import read_constant
from faxrouter.language.when import ConditionReader, is_reference, show

_BOUNDS = (
    ("at least ", Operand.AT_LEAST),
    ("at most ", Operand.AT_MOST),
    ("more than ", Operand.MORE_THAN),
    ("over ", Operand.MORE_THAN),
    ("under ", Operand.BELOW),
    ("below ", Operand.BELOW),
)
LONGEST_CELL = 20_000
# up to a comma or the end: a quoted part with its quotes doubled, or anything else
_PART = re.compile(r'\s*"((?:[^"]|"")*)"\s*(,|$)|([^,]*)(,|$)')
_NOT = re.compile(r"not\s+(.+)", re.DOTALL)
_STATES = ("known", "missing")
# one pattern or one yes: a comma is part of it
_WHOLE = frozenset({Operand.PATTERNS, Operand.KNOWN, Operand.MISSING})


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyValue:
    """The cell asks nothing."""


ANY_VALUE = AnyValue()


@dataclass(frozen=True, slots=True)
class Part:
    scalar: ScalarNode
    # it stood in inner quotes: no word or sign in it means anything but itself
    literal: bool = False


@dataclass(frozen=True, slots=True)
class _Answer:
    test: Test
    negated: bool


class CellReader:
    """Reads the condition columns of one file. It remembers cells, since a column repeats itself."""

    def __init__(self, conditions: ConditionReader) -> None:
        self._conditions = conditions
        self._vocabulary = conditions.vocabulary
        self._findings = conditions.findings
        self._remembered: dict[tuple[str, str], _Answer] = {}

    def read(self, subject: Subject, cell: Node) -> Leaf | AnyValue | None:
        """The condition of one cell, or None with the problems noted."""
        answer = self._read_text(subject, cell) if isinstance(cell, ScalarNode) else self._read_list(subject, cell)
        if answer is None or isinstance(answer, AnyValue):
            return answer
        written = f"{subject.key.text}: {show(cell)}"
        return Leaf(fact=subject.fact.name, test=answer.test, negated=answer.negated, written=written, place=cell.place)

    def _read_text(self, subject: Subject, cell: ScalarNode) -> _Answer | AnyValue | None:
        text = cell.text.strip()
        if text in ("", "-"):
            return ANY_VALUE
        if len(text) > LONGEST_CELL:
            message = f"this cell has {len(text):,} characters; keep so many values in a lookup and ask `found in`"
            self._findings.add("R302", cell.place, message)
            return None
        index = (subject.key.text, text)
        answer = self._remembered.get(index) or self._read_new_text(subject, replace(cell, text=text))
        if answer is not None:
            self._remembered[index] = answer
        return answer

    def _read_new_text(self, subject: Subject, cell: ScalarNode) -> _Answer | None:
        if _has_own_phrase(subject):
            whole = subject.phrase.operand in _WHOLE
            return self._by_phrase(subject, (_unquoted(cell),) if whole else split_cell(cell))
        if cell.text in _STATES:
            return _Answer(StateTest(want_known=cell.text == "known"), negated=False)
        negation = _NOT.fullmatch(cell.text)
        parts = split_cell(replace(cell, text=negation[1]) if negation else cell)
        return self._by_value(subject, parts, negated=negation is not None)

    def _read_list(self, subject: Subject, cell: Node) -> _Answer | None:
        if not isinstance(cell, ListNode):
            self._findings.add("R302", cell.place, "a cell must be a value or a list, not a map")
            return None
        scalars = [entry for entry in cell.items if isinstance(entry, ScalarNode)]
        if len(scalars) < len(cell.items) or not scalars:
            self._findings.add("R302", cell.place, "a list in a cell must hold values; for any value write `-`")
            return None
        if _has_own_phrase(subject):
            return self._by_phrase(subject, tuple(_unquoted(scalar) for scalar in scalars))
        for scalar in scalars:
            if _NOT.fullmatch(scalar.text) or scalar.text in (*_STATES, "-"):
                message = f"`{scalar.text}` cannot stand in a list; write the whole cell as one value: `not a, b`"
                self._findings.add("R302", scalar.place, message)
                return None
        return self._by_value(subject, tuple(_unquoted(scalar) for scalar in scalars), negated=False)

    def _by_phrase(self, subject: Subject, parts: tuple[Part, ...]) -> _Answer | None:
        """A column `<fact> <phrase>`: the cell is what would stand behind the phrase."""
        expanded = self._expanded(parts)
        if expanded is None:
            return None
        test = self._conditions.read_test(subject, tuple(part.scalar for part in expanded))
        return None if test is None else _Answer(test, negated=subject.phrase.negated)

    def _by_value(self, subject: Subject, parts: tuple[Part, ...], *, negated: bool) -> _Answer | None:
        entries: dict[Entry, None] = {}
        complete = True
        expanded = self._expanded(parts)
        for part in expanded or ():
            read = self._entries(subject, part)
            if isinstance(read, Refusal):
                self._findings.add("R204", part.scalar.place, read.message(part.scalar.text))
                complete = False
            else:
                entries.update(dict.fromkeys(read))
        if expanded is None or not complete:
            return None
        return _Answer(ValueTest(tuple(entries)), negated=negated)

    def _expanded(self, parts: tuple[Part, ...]) -> tuple[Part, ...] | None:
        """The parts, with `$name` replaced by the list it names."""
        expanded: list[Part] = []
        for part in parts:
            if not part.scalar.text:
                self._findings.add("R302", part.scalar.place, "nothing stands beside a comma; remove the comma")
                return None
            if part.literal or not is_reference(part.scalar.text):
                expanded.append(part)
                continue
            named = self._conditions.expand(part.scalar)
            if named is None:
                return None
            expanded.extend(Part(scalar) for scalar in named)
        return tuple(expanded)

    def _entries(self, subject: Subject, part: Part) -> tuple[Entry, ...] | Refusal:
        fact, scalar, vocabulary = subject.fact, part.scalar, self._vocabulary
        if part.literal:
            value = read_constant(fact, scalar.text, phone_region=vocabulary.phone_region, zone=vocabulary.zone)
            return value if isinstance(value, Refusal) else (Exact(value),)
        if fact.type in ORDERED:
            for words, operand in _BOUNDS:
                if scalar.text.startswith(words):
                    bare = replace(scalar, text=scalar.text.removeprefix(words))
                    return read_entries(fact, operand, bare, vocabulary=vocabulary)
        return read_entries(fact, Operand.VALUES, scalar, vocabulary=vocabulary)


def _has_own_phrase(subject: Subject) -> bool:
    """The column says what is asked, so that the cell holds plain values only."""
    return subject.of_confidence or subject.phrase.words != ""


def _unquoted(scalar: ScalarNode) -> Part:
    """A list entry or a whole cell; inner quotes around all of it are taken off."""
    found = _PART.fullmatch(scalar.text)
    if found is None or found[1] is None:
        return Part(scalar)
    return Part(replace(scalar, text=found[1].replace('""', '"')), literal=True)


def split_cell(scalar: ScalarNode) -> tuple[Part, ...]:
    """The parts between commas; a part in inner quotes is literal."""
    if '"' not in scalar.text:
        return tuple(Part(replace(scalar, text=part.strip())) for part in scalar.text.split(","))
    parts: list[Part] = []
    position = 0
    while True:
        found = _PART.match(scalar.text, position)
        if found is None:
            return tuple(parts)
        quoted = found[1]
        text = found[3].strip() if quoted is None else quoted.replace('""', '"')
        parts.append(Part(replace(scalar, text=text), literal=quoted is not None))
        position = found.end()
        if not (found[2] or found[4]):
            return tuple(parts)
