"""Whether a text fits the declared facts: every name exists, comparisons can be true, nothing printed may be none.

Knows the subset's tree (`text_grammar`) and the declarations; runs nothing. A fact is sure to be known where it is
declared `always`, where the rule's own condition says so, or behind an `or`, a `default` or an `if` that asks for it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from jinja2 import nodes

from faxrouter.language.refusal import closest
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.language.text_filters import FILTERS
from faxrouter.language.text_grammar import TextFault, TextFaultKind, column_of, fact_name

_COMPARED_AS_TEXT = frozenset({FactType.CHOICE, FactType.PHONE, FactType.TEXT_SHORT, FactType.TEXT_LONG, FactType.ID})
_COMPARED_AS_NUMBER = frozenset({FactType.WHOLE_NUMBER, FactType.PERCENT})
_FALSY_WHEN_KNOWN = frozenset({FactType.YES_NO, FactType.WHOLE_NUMBER, FactType.PERCENT})
_EQUALITY = frozenset({"eq", "ne", "in", "notin"})
_NOTHING: frozenset[str] = frozenset()


@dataclass(slots=True)
class TextChecks:
    """One walk through one text. `faults` grows in reading order."""

    source: str
    declared: Mapping[str, FactDeclaration]
    extra: frozenset[str]
    faults: list[TextFault] = field(default_factory=list)

    def block(self, body: list[nodes.Node], sure: frozenset[str], targets: frozenset[str]) -> None:
        for node in body:
            self._statement(node, sure, targets)

    def _statement(self, node: nodes.Node, sure: frozenset[str], targets: frozenset[str]) -> None:
        match node:
            case nodes.Output():
                for expression in node.nodes:
                    self._expression(expression, sure, targets)
                    for name in sorted(self._none_of(expression, sure | targets)):
                        self._may_be_none(name, expression, "prints")
            case nodes.If():
                self._expression(node.test, sure, targets)
                self.block(node.body, sure | _if_true(node.test), targets)
                after = sure | _if_false(node.test)
                for branch in node.elif_:
                    self._expression(branch.test, after, targets)
                    self.block(branch.body, after | _if_true(branch.test), targets)
                    after |= _if_false(branch.test)
                self.block(node.else_, after, targets)
            case nodes.For(target=nodes.Name(name=target)):
                self._loop(node, target, sure, targets)

    def _loop(self, node: nodes.For, target: str, sure: frozenset[str], targets: frozenset[str]) -> None:
        self._expression(node.iter, sure, targets)
        if not self._is_list(node.iter):
            self._add(TextFaultKind.REFUSED, "a loop goes over a set of ids or a list in `[ ]`", node)
        for name in sorted(self._none_of(node.iter, sure | targets)):
            self._may_be_none(name, node, "loops over")
        if target in self.declared or target in self.extra or target in targets or target == "loop":
            self._add(TextFaultKind.REFUSED, f"the loop's name `{target}` is taken; choose another", node, target)
        inside = targets | {target, *(f"loop.{word}" for word in ("index", "first", "last", "length"))}
        if node.test is not None:
            self._expression(node.test, sure, inside)
        self.block(node.body, sure, inside)
        self.block(node.else_, sure, targets)

    def _expression(self, node: nodes.Node, sure: frozenset[str], targets: frozenset[str]) -> None:
        name = fact_name(node)
        if name is not None:
            if name not in self.declared and name not in self.extra and name not in targets:
                self._unknown(name, node, targets)
            return
        match node:
            case nodes.And():
                self._expression(node.left, sure, targets)
                self._expression(node.right, sure | _if_true(node.left), targets)
                return
            case nodes.Or():
                self._expression(node.left, sure, targets)
                self._expression(node.right, sure | _if_false(node.left), targets)
                return
            case nodes.CondExpr():
                self._expression(node.test, sure, targets)
                self._expression(node.expr1, sure | _if_true(node.test), targets)
                if node.expr2 is not None:
                    self._expression(node.expr2, sure | _if_false(node.test), targets)
                return
            case nodes.Compare():
                self._comparison(node, sure | targets)
            case nodes.Add() | nodes.Sub() | nodes.Neg():
                self._sum(node, sure | targets)
            case nodes.Filter():
                self._filter(node)
        for child in node.iter_child_nodes():
            self._expression(child, sure, targets)

    def _comparison(self, node: nodes.Compare, sure: frozenset[str]) -> None:
        left: nodes.Node = node.expr
        for operand in node.ops:
            self._compare(left, operand.op, operand.expr, node)
            if operand.op not in _EQUALITY:
                for name in sorted(self._none_of(left, sure) | self._none_of(operand.expr, sure)):
                    self._may_be_none(name, node, "compares")
            left = operand.expr

    def _compare(self, left: nodes.Node, operator: str, right: nodes.Node, at: nodes.Node) -> None:
        for fact, other in ((self._declaration(left), right), (self._declaration(right), left)):
            if fact is None:
                continue
            second = self._declaration(other)
            if (
                second is not None
                and second.type is not fact.type
                and FactType.SET_OF_IDS not in {fact.type, second.type}
            ):
                self._add(
                    TextFaultKind.REFUSED, f"compares `{fact.name}` with `{second.name}`, which is of another type", at
                )
                return
            for constant in _constants(other):
                self._compare_constant(fact, operator, constant, at)

    def _compare_constant(self, fact: FactDeclaration, operator: str, constant: object, at: nodes.Node) -> None:
        if constant is None:
            return
        fits: bool
        if fact.type in _COMPARED_AS_TEXT or fact.type is FactType.SET_OF_IDS:
            fits = isinstance(constant, str)
        elif fact.type in _COMPARED_AS_NUMBER:
            fits = isinstance(constant, (int, float)) and not isinstance(constant, bool)
        else:
            fits = fact.type is FactType.YES_NO and isinstance(constant, bool)
        if not fits:
            self._add(
                TextFaultKind.REFUSED, f"compares `{fact.name}`, a {fact.type.value}, with `{constant}`", at, fact.name
            )
        elif fact.type is FactType.CHOICE and operator in _EQUALITY and fact.values and constant not in fact.values:
            close = closest(str(constant), fact.values)
            hint = f"; did you mean `{close}`?" if close else ""
            self._add(TextFaultKind.UNKNOWN_VALUE, f"`{fact.name}` is never `{constant}`{hint}", at, str(constant))

    def _sum(self, node: nodes.Node, sure: frozenset[str]) -> None:
        for part in node.iter_child_nodes():
            if not self._is_whole_number(part):
                self._add(TextFaultKind.REFUSED, "only whole numbers can be added or subtracted", node)
            for name in sorted(self._none_of(part, sure)):
                self._may_be_none(name, node, "counts with")

    def _filter(self, node: nodes.Filter) -> None:
        declaration = self._declaration(node.node) if node.node is not None else None
        allowed = FILTERS[node.name].types
        if declaration is not None and allowed and declaration.type not in allowed:
            kinds = " or ".join(sorted(kind.value for kind in allowed))
            message = f"the filter `{node.name}` is for {kinds}; `{declaration.name}` is a {declaration.type.value}"
            self._add(TextFaultKind.REFUSED, message, node, node.name)

    def _is_whole_number(self, node: nodes.Node) -> bool:
        match node:
            case nodes.Const():
                return type(node.value) is int
            case nodes.Add() | nodes.Sub() | nodes.Neg() | nodes.Filter(name="length"):
                return True
            case nodes.Or():
                return self._is_whole_number(node.left) and self._is_whole_number(node.right)
            case nodes.Filter(name="default", node=nodes.Node() as inner):
                return self._is_whole_number(inner) and self._is_whole_number(node.args[0])
            case _:
                declaration = self._declaration(node)
                is_fact = declaration is not None and declaration.type is FactType.WHOLE_NUMBER
                return is_fact or fact_name(node) in {"loop.index", "loop.length"}

    def _is_list(self, node: nodes.Node) -> bool:
        match node:
            case nodes.List() | nodes.Tuple():
                return True
            case nodes.Or():
                return self._is_list(node.left) and self._is_list(node.right)
            case nodes.Filter(name="default", node=nodes.Node() as inner):
                return self._is_list(inner) and all(self._is_list(argument) for argument in node.args)
            case _:
                # a name that is not declared is an extra one, or has its own fault already
                declaration = self._declaration(node)
                is_set = declaration is None or declaration.type is FactType.SET_OF_IDS
                return is_set and fact_name(node) is not None

    def _none_of(self, node: nodes.Node, sure: frozenset[str]) -> frozenset[str]:
        """The facts through which an expression can be none."""
        name = fact_name(node)
        if name is not None:
            declaration = self.declared.get(name)
            return _NOTHING if declaration is None or declaration.always or name in sure else frozenset({name})
        match node:
            case nodes.Const(value=None):
                return frozenset({"none"})
            case nodes.Or():
                return self._none_of(node.right, sure | _if_false(node.left))
            case nodes.And():
                return self._none_of(node.left, sure) | self._none_of(node.right, sure | _if_true(node.left))
            case nodes.CondExpr():
                no = self._none_of(node.expr2, sure | _if_false(node.test)) if node.expr2 is not None else _NOTHING
                return self._none_of(node.expr1, sure | _if_true(node.test)) | no
            case nodes.Filter(name="default"):
                return self._none_of(node.args[0], sure)
            case nodes.Filter(node=nodes.Node() as inner):
                return self._none_of(inner, sure)
            case _:
                return _NOTHING

    def _declaration(self, node: nodes.Node) -> FactDeclaration | None:
        name = fact_name(node)
        return self.declared.get(name) if name is not None else None

    def _unknown(self, name: str, at: nodes.Node, targets: frozenset[str]) -> None:
        close = closest(name, [*self.declared, *sorted(self.extra), *sorted(targets)])
        hint = f"; did you mean `{close}`?" if close else ""
        self._add(TextFaultKind.UNKNOWN_FACT, f"unknown fact `{name}`{hint}", at, name)

    def _may_be_none(self, name: str, at: nodes.Node, does: str) -> None:
        declaration = self.declared.get(name)
        if does == "prints" and declaration is not None and declaration.type in _FALSY_WHEN_KNOWN:
            # `or` would also replace a known `no` and a known 0
            mended = f'{name} | default("…")'
        else:
            mended = f"{name} or " + {"loops over": "[]", "prints": '"…"'}.get(does, "0")
        message = f"{does} `{name}`, which may be none; write `{mended}`"
        if message not in {fault.message for fault in self.faults}:
            self._add(TextFaultKind.MAY_BE_NONE, message, at, name)

    def _add(self, kind: TextFaultKind, message: str, at: nodes.Node, word: str | None = None) -> None:
        line = at.lineno or 1
        column = column_of(word, self.source, line) if word is not None else 1
        fact = word if word in self.declared or kind is TextFaultKind.UNKNOWN_FACT else None
        self.faults.append(TextFault(kind=kind, message=message, line=line, column=column, fact=fact))


def _if_true(test: nodes.Node) -> frozenset[str]:
    """The facts that are known where the test is true."""
    name = fact_name(test)
    if name is not None:
        return frozenset({name})
    match test:
        case nodes.And():
            return _if_true(test.left) | _if_true(test.right)
        case nodes.Or():
            return _if_true(test.left) & _if_true(test.right)
        case nodes.Not():
            return _if_false(test.node)
        case nodes.Compare(ops=[nodes.Operand(op="eq" | "in" | "lt" | "lteq" | "gt" | "gteq") as operand]):
            return _proved(test.expr, operand)
        case nodes.Compare(ops=[nodes.Operand(op="ne", expr=nodes.Const(value=None))]):
            return _names(test.expr)
        case nodes.Filter(node=nodes.Node() as inner) if test.name != "default":
            return _if_true(inner)
        case _:
            return _NOTHING


def _if_false(test: nodes.Node) -> frozenset[str]:
    """The facts that are known where the test is false."""
    match test:
        case nodes.Or():
            return _if_false(test.left) | _if_false(test.right)
        case nodes.And():
            return _if_false(test.left) & _if_false(test.right)
        case nodes.Not():
            return _if_true(test.node)
        case nodes.Test(name="none"):
            return _names(test.node)
        case nodes.Compare(ops=[nodes.Operand(op="eq", expr=nodes.Const(value=None))]):
            return _names(test.expr)
        case _:
            return _NOTHING


def _proved(left: nodes.Node, operand: nodes.Operand) -> frozenset[str]:
    """A fact that compares true with something that is not none is known."""
    if operand.op == "in":
        return _names(left) if _constants(operand.expr) and None not in _constants(operand.expr) else _NOTHING
    constant = [one for one in (left, operand.expr) if isinstance(one, nodes.Const) and one.value is not None]
    return (_names(left) | _names(operand.expr)) if constant else _NOTHING


def _names(node: nodes.Node) -> frozenset[str]:
    name = fact_name(node)
    return frozenset({name}) if name is not None else _NOTHING


def _constants(node: nodes.Node) -> list[object]:
    match node:
        case nodes.Const():
            return [node.value]
        case nodes.List() | nodes.Tuple():
            return [one.value for one in node.items if isinstance(one, nodes.Const)]
        case _:
            return []
