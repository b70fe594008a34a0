"""What a text can print, as far as that is certain before a fax comes. Knows facts and lookups, no category.

Every combination of what its facts can be is tried (`fact_values`). Where the text hangs on the value of a fact that
has too many to try, or loops, nothing is said of it.
"""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from jinja2 import nodes

from faxrouter.language.fact_values import Known, Open, Possible, combinations
from faxrouter.language.open_filters import counted, filtered_open
from faxrouter.language.ruleset import FactDeclaration, FactType, Lookup
from faxrouter.language.text_filters import NotKnown, one_line, show
from faxrouter.language.text_grammar import fact_name, filtered, structure
from faxrouter.language.texts import Text

# combinations of facts, times the nodes of the text
_MOST_STEPS = 100_000
_COMPARISONS: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda one, many: one in many,
    "notin": lambda one, many: one not in many,
}
# values that a filter or a comparison cannot take; rendering says so when it happens
_REFUSED = (TypeError, ValueError, ArithmeticError)


@dataclass(frozen=True, kw_only=True)
class Print:
    """What a text prints for one combination of facts."""

    # texts as they are printed, and what stands for many of them
    pieces: tuple[Possible, ...]
    # fact → its value as printed; None where it is not known; facts of very many values are left out
    when: Mapping[str, str | None]

    @cached_property
    def text(self) -> str | None:
        """On one line, as planning makes it; None where there are many."""
        return None if any(isinstance(piece, Open) for piece in self.pieces) else self._with(())

    @cached_property
    def facts(self) -> frozenset[str]:
        """Those that are printed; empty where everything is the author's own."""
        return frozenset(name for piece in self.pieces for name in piece.facts)

    @property
    def only(self) -> Open | None:
        """The one fact of very many values of which the text consists; blanks around it do not count."""
        match [piece for piece in self.pieces if isinstance(piece, Open) or one_line(str(piece.value))]:
            case [Open() as only]:
                return only
            case _:
                return None

    @property
    def reach(self) -> int | None:
        """Characters that the text can surely have; None: any number."""
        reaches = [piece.reach for piece in self.pieces if isinstance(piece, Open)]
        known = [reach for reach in reaches if reach is not None]
        return len(self._with("x" * reach for reach in known)) if len(known) == len(reaches) else None

    def samples(self, *, most: int) -> Sequence[str]:
        """How the text looks: every combination of samples, or none where there are more than `most`."""
        each = [piece.samples for piece in self.pieces if isinstance(piece, Open)]
        return [self._with(chosen) for chosen in product(*each)] if prod(map(len, each)) <= most else []

    def _with(self, chosen: Iterable[str]) -> str:
        """The text with these in place of what stands for many."""
        left = iter(chosen)
        return one_line("".join(next(left) if isinstance(piece, Open) else str(piece.value) for piece in self.pieces))


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """What a text is known to print, for every combination of facts that was tried."""

    each: tuple[Print, ...]
    # it prints nothing else
    complete: bool


class _Undecided(Exception):
    """What is printed hangs on more than is known of the facts."""


def prints(source: str, *, declared: Mapping[str, FactDeclaration], lookups: Mapping[str, Lookup]) -> Printed:
    """Everything that a text is known to print."""
    if Text(source).is_plain:
        return Printed(each=(Print(pieces=(Known(source),), when={}),), complete=True)
    tree = structure(source).tree
    inner = list(_inner(tree)) if tree is not None else []
    names = dict.fromkeys(name for node in inner if (name := fact_name(node)) is not None)
    if tree is None or not all(name in declared for name in names):
        return Printed(each=(), complete=False)
    possible = combinations((declared[name] for name in names), lookups=lookups)
    if prod(map(len, possible)) * len(inner) > _MOST_STEPS:
        return Printed(each=(), complete=False)
    each: list[Print] = []
    complete = True
    for chosen in product(*possible):
        facts = {name: value for combination in chosen for name, value in combination.items()}
        try:
            pieces = tuple(_Case(facts).printed(tree.body))
        except _Undecided:
            complete = False
        else:
            each.append(Print(pieces=pieces, when=_assumed(facts)))
    return Printed(each=tuple(each), complete=complete)


def _inner(node: nodes.Node) -> Iterator[nodes.Node]:
    """The node and everything in it; a name is one node, with or without a dot."""
    yield node
    if fact_name(node) is None:
        for child in node.iter_child_nodes():
            yield from _inner(child)


def _names(node: nodes.Node) -> frozenset[str]:
    return frozenset(name for one in _inner(node) if (name := fact_name(one)) is not None)


def _assumed(facts: Mapping[str, Possible]) -> Mapping[str, str | None]:
    return {
        name: None if isinstance(one.value, NotKnown) else show(one.value, zone="UTC")
        for name, one in facts.items()
        if isinstance(one, Known)
    }


@dataclass(frozen=True, slots=True)
class _Case:
    """One combination of facts."""

    facts: Mapping[str, Possible]

    def printed(self, body: Iterable[nodes.Node]) -> Iterator[Possible]:
        for node in body:
            match node:
                case nodes.Output():
                    for part in node.nodes:
                        yield self._printed(part)
                case nodes.If():
                    yield from self.printed(self._branch(node))
                case _:
                    raise _Undecided

    def _printed(self, part: nodes.Node) -> Possible:
        if isinstance(part, nodes.TemplateData):
            return Known(part.data)
        value = self._value(part)
        if isinstance(value, Open):
            return value
        shown = show(value.value, zone="UTC")
        # where nothing is printed, a fact would have been: what stands around it is not all that the author meant
        return Known(shown, value.facts if shown else value.facts | _names(part))

    def _branch(self, node: nodes.If) -> Sequence[nodes.Node]:
        taken = next((one for one in (node, *node.elif_) if _is_true(self._value(one.test))), None)
        return taken.body if taken is not None else node.else_

    def _value(self, node: nodes.Node) -> Possible:
        name = fact_name(node)
        if name is not None:
            return self.facts[name]
        match node:
            case nodes.Const():
                return Known(node.value)
            case nodes.List() | nodes.Tuple():
                members = [self._known(item) for item in node.items]
                return Known([one.value for one in members], _facts(members))
            case nodes.And():
                left = self._value(node.left)
                return self._value(node.right) if _is_true(left) else left
            case nodes.Or():
                left = self._value(node.left)
                return left if _is_true(left) else self._value(node.right)
            case nodes.Not():
                one = self._value(node.node)
                return Known(not _is_true(one), one.facts)
            case nodes.CondExpr(expr2=nodes.Expr() as otherwise):
                return self._value(node.expr1 if _is_true(self._value(node.test)) else otherwise)
            case nodes.Test():
                one = self._value(node.node)
                return Known(_is_none(one), one.facts)
            case nodes.Compare():
                return self._compared(node)
            case nodes.Filter(node=nodes.Expr() as inner):
                return self._filtered(node.name, self._value(inner), node.args)
            case nodes.Add() | nodes.Sub():
                return self._sum(self._value(node.left), self._value(node.right), is_minus=isinstance(node, nodes.Sub))
            case nodes.Neg():
                return self._sum(Known(0), self._value(node.node), is_minus=True)
            case _:
                raise _Undecided

    def _known(self, node: nodes.Node) -> Known:
        value = self._value(node)
        if isinstance(value, Open):
            raise _Undecided
        return value

    def _filtered(self, name: str, value: Possible, arguments: Sequence[nodes.Expr]) -> Possible:
        if name == "default":
            # the value behind it keeps the facts that it comes from
            is_nothing = isinstance(value, Known) and (_is_none(value) or value.value == "")
            return self._value(arguments[0]) if is_nothing else value
        known = [self._known(argument).value for argument in arguments]
        if isinstance(value, Open):
            return filtered_open(value, name, known)
        try:
            return Known(filtered(value.value, name, known), value.facts)
        except _REFUSED as err:
            raise _Undecided from err

    def _compared(self, node: nodes.Compare) -> Known:
        left = self._value(node.expr)
        facts = left.facts
        for operand in node.ops:
            right = self._value(operand.expr)
            facts |= right.facts
            if not _holds(left, operand.op, right):
                return Known(False, facts)
            left = right
        return Known(True, facts)

    def _sum(self, left: Possible, right: Possible, *, is_minus: bool) -> Possible:
        if not _is_whole_number(left) or not _is_whole_number(right):
            raise _Undecided
        match left, right:
            case Known(value=int() as one), Known(value=int() as other):
                return Known(one - other if is_minus else one + other, left.facts | right.facts)
            case (Open() as many, _) | (_, Open() as many):
                return counted(many, is_true=False)
            case _:
                raise _Undecided


def _holds(left: Possible, operator_: str, right: Possible) -> bool:
    if isinstance(left, Known) and isinstance(right, Known):
        try:
            return _COMPARISONS[operator_](left.value, right.value)
        except _REFUSED as err:
            raise _Undecided from err
    if operator_ in ("eq", "ne") and (_is_none(left) or _is_none(right)):
        # what stands for many is never none
        return operator_ == "ne"
    raise _Undecided


def _is_whole_number(value: Possible) -> bool:
    return isinstance(value.value, int) if isinstance(value, Known) else value.type is FactType.WHOLE_NUMBER


def _is_true(value: Possible) -> bool:
    if isinstance(value, Known):
        return bool(value.value)
    if not value.is_true:
        raise _Undecided
    return True


def _is_none(value: Possible) -> bool:
    return isinstance(value, Known) and (value.value is None or isinstance(value.value, NotKnown))


def _facts(values: Iterable[Known]) -> frozenset[str]:
    return frozenset(name for value in values for name in value.facts)
