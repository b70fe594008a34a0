"""Boxes: conditions as products of cells, one per axis. The algebra that evaluation, checks and proofs share.

A condition is a union of boxes; a box is a conjunction of cells (regions of one axis) and of atoms (wanted true or
wanted false). Kleene's and, or and not distribute over each other, so the union has the truth of the tree in every
state of every fact — provided that "constrained" stays apart from "any": a cell that covers its whole axis is still
UNKNOWN on a fact that is not known, and so is a contradiction. So nothing is simplified away. Where a tree would have
too many boxes, the part that explodes becomes one opaque atom.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from faxrouter.deciding.atoms import Atom, TestAtom, TreeAtom
from faxrouter.deciding.regions import ABSENT_CELL, Cell, Line, is_on_line, sure
from faxrouter.language.conditions import (
    AllOf,
    AnyOf,
    Condition,
    ConfidenceTest,
    Leaf,
    Not,
    Span,
    StateTest,
    ValueTest,
)
from faxrouter.language.ruleset import FactDeclaration, FactType, Rule, RuleFile, RuleSet, Valid
from faxrouter.model.fact import Confidence
from faxrouter.model.problem import Place

# a rule with more alternatives than this keeps some of them as an opaque tree
MOST_BOXES = 24

# no fact has this name: it stands for `received_at` or `requested_at`, whichever is the event's own moment
EVENT_MOMENT = "event moment"

# the confidence axis: region 0 absent, 1 to 3 the buckets, 4 a known value without a bucket
UNSTATED_CONFIDENCE = len(Confidence) + 1
_KNOWN_CONFIDENCE = (1 << (UNSTATED_CONFIDENCE + 1)) - 2


@dataclass(frozen=True, slots=True, order=True)
class Axis:
    """One dimension of the space of events: a fact's value, its confidence, or the local date of the event's moment."""

    fact: str
    # `value`, `confidence`, or the zone of a date
    aspect: str = "value"

    @property
    def is_confidence(self) -> bool:
        return self.aspect == "confidence"

    @property
    def is_date(self) -> bool:
        return self.fact == EVENT_MOMENT


@dataclass(frozen=True, slots=True)
class Box:
    """A conjunction: each axis within its cell, each atom as wanted."""

    cells: Mapping[Axis, Cell] = field(default_factory=dict)
    # (index of the atom, wanted)
    atoms: frozenset[tuple[int, bool]] = frozenset()

    @property
    def is_exact(self) -> bool:
        """Whether cells alone describe it."""
        return not self.atoms

    def meet(self, other: "Box") -> "Box":
        """The conjunction of both, empty or not."""
        cells = dict(self.cells)
        for axis, cell in other.cells.items():
            cells[axis] = cells[axis] & cell if axis in cells else cell
        return Box(cells, self.atoms | other.atoms)

    @property
    def is_empty(self) -> bool:
        """Whether no event with known or absent facts can lie in it; atoms count as possible unless they contradict."""
        if any((atom, not wanted) in self.atoms for atom, wanted in self.atoms):
            return True
        presence: dict[str, int] = {}
        for axis, cell in self.cells.items():
            # bit 0: may be absent, bit 1: may be known
            here = (cell.possible & ABSENT_CELL) | (2 if cell.possible > ABSENT_CELL else 0)
            presence[axis.fact] = presence.get(axis.fact, 3) & here
        return not all(presence.values())


EVERYTHING = Box()


def intersects(left: Box, right: Box) -> bool:
    """Whether one event with known or absent facts may lie in both."""
    return not left.meet(right).is_empty


class Space:
    """The axes and atoms of a rule set, and the boxes of any condition over them."""

    def __init__(self, rule_set: RuleSet, *, more: Iterable[Condition] = (), most_boxes: int = MOST_BOXES) -> None:
        """`more`: conditions beside those of rules and scopes whose constants the axes are to be cut at."""
        self.rule_set = rule_set
        self._most_boxes = most_boxes
        self.atoms: list[Atom] = []
        self._atom_index: dict[Atom, int] = {}
        # by identity, with the leaf itself so that the identity stays taken
        self._placed: dict[int, tuple[Leaf, tuple[Axis, Cell] | None]] = {}
        self._scopes: dict[str, tuple[Box, ...]] = {}
        tests: dict[str, list[ValueTest]] = {}
        conditions = [file.scope for file in rule_set.files if file.scope is not None]
        conditions += [rule.when for file in rule_set.files for rule in file.rules]
        for leaf in (leaf for condition in (*conditions, *more) for leaf in leaves(condition)):
            found = tests.setdefault(leaf.fact, [])
            if isinstance(leaf.test, ValueTest) and is_on_line(leaf.test, rule_set.facts[leaf.fact].type):
                found.append(leaf.test)
        self.lines: dict[Axis, Line] = {
            Axis(name): Line(rule_set.facts[name], found) for name, found in sorted(tests.items())
        }
        for zone, spans in sorted(_validities(rule_set).items()):
            self.lines[Axis(EVENT_MOMENT, zone)] = Line(_LOCAL_DATE, spans)

    def boxes(self, condition: Condition) -> tuple[Box, ...]:
        """The union that is the condition."""
        return tuple(self._union(condition, wanted=True))

    def rule_boxes(self, file: RuleFile, rule: Rule) -> tuple[Box, ...]:
        """Scope, validity and condition of a rule together."""
        parts: list[tuple[Box, ...]] = [] if file.scope is None else [self.scope_boxes(file)]
        if rule.valid is not None:
            parts.append((self.validity(rule.valid),))
        parts.append(self.boxes(rule.when))
        union = parts[0]
        for part in parts[1:]:
            union = tuple(left.meet(right) for left in union for right in part)
        return union

    def scope_boxes(self, file: RuleFile) -> tuple[Box, ...]:
        """Where a file's rules may decide; everywhere for the organisation's."""
        if file.path not in self._scopes:
            self._scopes[file.path] = (EVERYTHING,) if file.scope is None else self.boxes(file.scope)
        return self._scopes[file.path]

    def validity(self, valid: Valid) -> Box:
        axis = Axis(EVENT_MOMENT, valid.zone)
        return Box({axis: self.lines[axis].cell(_span_of(valid))})

    def width(self, box: Box) -> int:
        """How many facts a box looks at."""
        by_atoms = (self.atoms[atom] for atom, _ in box.atoms)
        return len({axis.fact for axis in box.cells} | {a.fact for a in by_atoms if isinstance(a, TestAtom)})

    def known(self, axis: Axis) -> int:
        """The regions of an axis in which its fact is known."""
        return _KNOWN_CONFIDENCE if axis.is_confidence else self.lines[axis].known

    def leaf_cell(self, leaf: Leaf) -> tuple[Axis, Cell] | None:
        """The axis and the regions in which a leaf is true; None for an atom."""
        found = self._placed.get(id(leaf))
        if found is None:
            found = self._placed[id(leaf)] = (leaf, self._place(leaf))
        return found[1]

    def _place(self, leaf: Leaf) -> tuple[Axis, Cell] | None:
        axis = Axis(leaf.fact)
        match leaf.test:
            case StateTest(want_known=want_known):
                return axis, sure(self.known(axis) if want_known else ABSENT_CELL)
            case ConfidenceTest(allowed=allowed):
                axis = Axis(leaf.fact, "confidence")
                cell = sure(sum(1 << confidence for confidence in allowed))
            case ValueTest() as test if is_on_line(test, self.rule_set.facts[leaf.fact].type):
                cell = self.lines[axis].cell(test)
            case _:
                return None
        return axis, cell.within(self.known(axis)) if leaf.negated else cell

    def _union(self, condition: Condition, *, wanted: bool) -> list[Box]:
        match condition:
            case Not(child=child):
                return self._union(child, wanted=not wanted)
            case AllOf(children=children) if wanted:
                return self._product(children, wanted=True)
            case AnyOf(children=children) if not wanted:
                return self._product(children, wanted=False)
            case AllOf(children=children) | AnyOf(children=children):
                union = _merged(box for child in children for box in self._union(child, wanted=wanted))
                return union if len(union) <= self._most_boxes else [self._opaque(TreeAtom(condition), wanted=wanted)]
            case Leaf():
                return self._literal(condition, wanted=wanted)

    def _product(self, children: Iterable[Condition], *, wanted: bool) -> list[Box]:
        factors = sorted(((child, self._union(child, wanted=wanted)) for child in children), key=lambda f: len(f[1]))
        product = [EVERYTHING]
        for child, union in factors:
            if len(product) * len(union) > self._most_boxes:
                union = [self._opaque(TreeAtom(child), wanted=wanted)]
            product = [left.meet(right) for left in product for right in union]
        return product

    def _literal(self, leaf: Leaf, *, wanted: bool) -> list[Box]:
        value = Axis(leaf.fact)
        placed = self.leaf_cell(leaf)
        if placed is not None:
            axis, cell = placed
            if not wanted:
                return [Box({axis: cell.within(self.known(axis) | ABSENT_CELL)})]
            # a confidence is that of a known value; saying so keeps boxes of both axes comparable
            return [Box({axis: cell} if axis == value else {axis: cell, value: sure(self.known(value))})]
        known = sure(self.known(value))
        holds = self._opaque(TestAtom(leaf.fact, leaf.test), wanted=wanted is not leaf.negated)
        if wanted:
            return [Box({value: known}).meet(holds)]
        # an atom is false on an absent fact, so a plain one needs no second box
        return [Box({value: sure(ABSENT_CELL)}), Box({value: known}).meet(holds)] if leaf.negated else [holds]

    def _opaque(self, atom: Atom, *, wanted: bool) -> Box:
        if atom not in self._atom_index:
            self._atom_index[atom] = len(self.atoms)
            self.atoms.append(atom)
        return Box({}, frozenset({(self._atom_index[atom], wanted)}))


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf of a tree, in the order written."""
    match condition:
        case Leaf():
            yield condition
        case Not(child=child):
            yield from leaves(child)
        case AllOf(children=children) | AnyOf(children=children):
            for child in children:
                yield from leaves(child)


def _merged(boxes: Iterable[Box]) -> list[Box]:
    """Alternatives on one and the same axis as one cell: exact, since both sides constrain that axis."""
    merged: list[Box] = []
    single: dict[Axis, int] = {}
    for box in boxes:
        if len(box.cells) == 1 and box.is_exact:
            ((axis, cell),) = box.cells.items()
            if axis in single:
                at = single[axis]
                merged[at] = Box({axis: merged[at].cells[axis] | cell})
                continue
            single[axis] = len(merged)
        merged.append(box)
    return merged


_LOCAL_DATE = FactDeclaration(name=EVENT_MOMENT, type=FactType.DATE, place=Place(file=""))


def _span_of(valid: Valid) -> ValueTest:
    start: date | None = valid.start
    return ValueTest((Span(low=start, high=valid.end),))


def _validities(rule_set: RuleSet) -> dict[str, list[ValueTest]]:
    found: dict[str, list[ValueTest]] = {}
    for valid in (rule.valid for file in rule_set.files for rule in file.rules):
        if valid is not None:
            found.setdefault(valid.zone, []).append(_span_of(valid))
    return found
