"""Matching: every scope and rule of a rule set as boxes, and which of them one event may lie in. Knows no policy.

Each box is one bit. The boxes of department scopes come first, then those of the rules in the order in which `first`
outcomes look at them, so that the lowest bit is the first rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from faxrouter.deciding.atoms import TestAtom
from faxrouter.deciding.boxes import UNSTATED_CONFIDENCE, Box, Space
from faxrouter.deciding.codegen import narrowing
from faxrouter.deciding.keywords import Keywords, WordAtom
from faxrouter.deciding.reading import Reading
from faxrouter.deciding.tables import axis_tables, bits, indexes
from faxrouter.language.conditions import WordsTest
from faxrouter.language.ruleset import Rule, RuleFile
from faxrouter.model.decision import Verdict
from faxrouter.model.fact import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedRule:
    """A rule in its file, and its boxes.

    `order` counts rules as written, the organisation's first: the order of all policies but `first`.
    """

    file: RuleFile
    rule: Rule
    order: int
    boxes: int


@dataclass(frozen=True, slots=True)
class Matched:
    """The boxes an event may lie in, and those of them in which it may not: a union is certain by one box without
    doubt.
    """

    possible: int
    doubt: int

    def verdict(self, boxes: int) -> Verdict:
        """The verdict of a union of boxes."""
        if not self.possible & boxes:
            return Verdict.MISS
        return Verdict.HIT if self.possible & boxes & ~self.doubt else Verdict.UNKNOWN


class Matcher:
    """The tables of one rule set."""

    def __init__(self, space: Space) -> None:
        self.space = space
        boxes: list[Box] = []
        # file → the boxes of its scope
        self.scopes: dict[str, int] = {}
        for file in space.rule_set.files:
            if file.department is not None:
                self.scopes[file.path] = _next_bits(boxes, space.scope_boxes(file))
        self.all_scopes = (1 << len(boxes)) - 1
        # every rule, in the order of `first`
        self.placed_rules: list[PlacedRule] = []
        # box → its rule
        self._rule_of: dict[int, PlacedRule] = {}
        for order, file, rule in _in_first_order(space):
            start = len(boxes)
            placed = PlacedRule(
                file=file, rule=rule, order=order, boxes=_next_bits(boxes, space.rule_boxes(file, rule))
            )
            self.placed_rules.append(placed)
            self._rule_of.update((index, placed) for index in range(start, len(boxes)))
        self.boxes: Sequence[Box] = boxes
        self._build_tables()

    def match(self, facts: Facts) -> Matched:
        """Place one event among the boxes."""
        return Matched(*self.bits(facts))

    def bits(self, facts: Facts) -> tuple[int, int]:
        """The possible boxes and, of them, those with a doubt."""
        possible, doubt = self._narrow(facts.stated.get)
        if possible & self._opaque:
            possible, doubt = self._ask_atoms(facts, possible, doubt)
        return possible, doubt & possible

    def rules(self, boxes: int) -> list[PlacedRule]:
        """The rules that own some of these boxes, in the order of `first`."""
        return list({placed.order: placed for placed in (self.rule_of(box) for box in indexes(boxes))}.values())

    def is_out_of_scope(self, file: RuleFile, matched: Matched) -> bool:
        """Whether a department's rules cannot decide this event."""
        return file.path in self.scopes and matched.verdict(self.scopes[file.path]) is Verdict.MISS

    def rule_of(self, box: int) -> PlacedRule:
        return self._rule_of[box]

    def _build_tables(self) -> None:
        size = len(self.boxes)
        self.tables = axis_tables(
            self.boxes,
            {
                axis: UNSTATED_CONFIDENCE + 1 if axis.is_confidence else self.space.lines[axis].count
                for axis in {axis for box in self.boxes for axis in box.cells}
            },
        )
        involved: dict[str, int] = {}
        for axis, table in self.tables.items():
            if not axis.is_date:
                involved[axis.fact] = involved.get(axis.fact, 0) | table.constrained
        words: dict[str, dict[int, dict[int | None, list[int]]]] = {}
        wanted: dict[tuple[int, bool], list[int]] = {}
        # box → the atoms to be asked one by one
        self._questions: dict[int, tuple[int, ...]] = {}
        for index, box in enumerate(self.boxes):
            slots: dict[str, int] = {}
            questions: list[int] = []
            for atom_index, is_wanted in sorted(box.atoms):
                atom = self.space.atoms[atom_index]
                if isinstance(atom, TestAtom):
                    involved[atom.fact] = involved.get(atom.fact, 0) | 1 << index
                if isinstance(atom, TestAtom) and isinstance(atom.test, WordsTest):
                    slot = slots.get(atom.fact, 0) if is_wanted else None
                    if slot is not None:
                        slots[atom.fact] = slot + 1
                    words.setdefault(atom.fact, {}).setdefault(atom_index, {}).setdefault(slot, []).append(index)
                else:
                    wanted.setdefault((atom_index, is_wanted), []).append(index)
                    questions.append(atom_index)
            if questions:
                self._questions[index] = tuple(questions)
        # atom that is asked on its own → the boxes that want it true, and those that want it false
        self.atoms = {
            atom: (bits(wanted.get((atom, True), ()), size=size), bits(wanted.get((atom, False), ()), size=size))
            for atom in sorted({atom for atom, _ in wanted})
        }
        self.keywords = {
            fact: Keywords(self._word_atom(atom_index, slots, size) for atom_index, slots in found.items())
            for fact, found in words.items()
        }
        self._opaque = bits(self._questions, size=size)
        self.everything = (1 << size) - 1
        self._narrow = narrowing(
            self.space, self.tables, keywords=self.keywords, involved=involved, everything=self.everything
        )

    def _word_atom(self, atom_index: int, slots: dict[int | None, list[int]], size: int) -> WordAtom:
        atom = self.space.atoms[atom_index]
        assert isinstance(atom, TestAtom) and isinstance(atom.test, WordsTest), "only `contains` tests are keywords"
        return WordAtom(
            test=atom.test,
            wanted={slot: bits(found, size=size) for slot, found in slots.items() if slot is not None},
            unwanted=bits(slots.get(None, ()), size=size),
        )

    def _ask_atoms(self, facts: Facts, possible: int, doubt: int) -> tuple[int, int]:
        """Ask the atoms of boxes that are still possible, each at most once; one answer may settle many boxes."""
        reading = Reading(self.space, facts)
        asked: set[int] = set()
        pending = possible & self._opaque
        while pending:
            box = pending & -pending
            for atom in self._questions[box.bit_length() - 1]:
                if atom in asked:
                    continue
                asked.add(atom)
                wanted, unwanted = self.atoms[atom]
                match reading.atom(atom):
                    case Verdict.HIT:
                        possible &= ~unwanted
                    case Verdict.MISS:
                        possible &= ~wanted
                    case Verdict.UNKNOWN:
                        doubt |= wanted | unwanted
            pending &= possible & ~box
        return possible, doubt


def _next_bits(boxes: list[Box], own: Sequence[Box]) -> int:
    """Append boxes and answer their bits."""
    start = len(boxes)
    boxes += own
    return ((1 << len(own)) - 1) << start


def _in_first_order(space: Space) -> list[tuple[int, RuleFile, Rule]]:
    rules = [(file, rule) for file in space.rule_set.files for rule in file.rules]
    written = [(order, file, rule) for order, (file, rule) in enumerate(rules)]
    return sorted(written, key=lambda entry: (entry[2].group, -entry[2].priority))
