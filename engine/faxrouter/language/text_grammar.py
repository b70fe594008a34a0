"""What may be written in a text: the subset of jinja2 that is checked before anything of it runs. Knows no fact types.

Names are facts, dotted names are columns of lookups. There are comparisons, `and`, `or`, `not`, sums of numbers, the
closed list of filters, `{% if %}` and `{% for %}`; no calls, no assignments, no repetition and no way to other objects.
Everything a text could make large is bounded here: its source, its depth and the nesting of its loops.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from faxrouter.language.refusal import closest
from faxrouter.language.text_filters import (
    FILTERS,
    LONGEST_TRUNCATE,
    ZONE,
    NotKnown,
    print_value,
    unknown_directive,
)

LONGEST_SOURCE = 8192
_DEEPEST = 40
_DEEPEST_LOOPS = 2
LOOP_WORDS = frozenset({"index", "first", "last", "length"})

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.List, nodes.Tuple, nodes.CondExpr,
    nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Add, nodes.Sub, nodes.Neg, nodes.Filter,
    nodes.Test, nodes.Getattr, nodes.If, nodes.For,
)  # fmt: skip
_REFUSED = {
    nodes.Mul: "repeats or multiplies (`*`)",
    nodes.Div: "divides (`/`)",
    nodes.FloorDiv: "divides (`//`)",
    nodes.Mod: "divides (`%`)",
    nodes.Pow: "multiplies (`**`)",
    nodes.Concat: "joins with `~`; write the parts one after the other",
    nodes.Call: "calls something; only filters (`|`) can be used",
    nodes.Getitem: "looks inside something (`[ ]`); a lookup's column is written with a dot",
    nodes.Assign: "assigns a name (`set`)",
    nodes.AssignBlock: "assigns a name (`set`)",
    nodes.Macro: "defines a macro",
    nodes.Include: "includes another file",
    nodes.Import: "imports another file",
    nodes.FromImport: "imports another file",
    nodes.Extends: "extends another file",
    nodes.Block: "defines a block",
    nodes.Dict: "writes a map (`{…}`)",
    nodes.FilterBlock: "filters a block",
    nodes.CallBlock: "calls a macro",
}


class TextFaultKind(StrEnum):
    SYNTAX = "syntax"  # not a template at all
    REFUSED = "refused"  # a construct outside the subset
    UNKNOWN_FACT = "unknown fact"
    UNKNOWN_VALUE = "unknown value"  # compared with a value that the fact never has
    MAY_BE_NONE = "may be none"  # prints a fact that may not be known
    TOO_LONG = "too long"
    PRINTED_NONE = "printed none"  # found while rendering

    @property
    def code(self) -> str:
        """The code of the problem that this mistake is reported as."""
        return _CODES[self]


_CODES = {
    TextFaultKind.SYNTAX: "R401",
    TextFaultKind.REFUSED: "R402",
    TextFaultKind.UNKNOWN_FACT: "R403",
    TextFaultKind.UNKNOWN_VALUE: "R405",
    TextFaultKind.MAY_BE_NONE: "R404",
    TextFaultKind.PRINTED_NONE: "R404",
    TextFaultKind.TOO_LONG: "R406",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFault:
    """One mistake in a text. `line` and `column` count from 1 inside it; the column is the word's, where known."""

    kind: TextFaultKind
    message: str
    line: int = 1
    column: int = 1
    # the fact it is about, where it is about one
    fact: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Structure:
    """A text as a checked tree. `tree` is None when there is a fault."""

    tree: nodes.Template | None
    faults: tuple[TextFault, ...]


@lru_cache(maxsize=8192)
def structure(source: str) -> Structure:
    """The checked tree of a text; depends on nothing but the source."""
    if len(source) > LONGEST_SOURCE:
        message = f"a text may have {LONGEST_SOURCE} characters; this one has {len(source)}"
        return Structure(tree=None, faults=(TextFault(kind=TextFaultKind.TOO_LONG, message=message),))
    try:
        tree = _ENVIRONMENT.parse(source)
    except TemplateSyntaxError as err:
        return _broken(f"cannot be read: {_plain_words(err.message or '')}", err.lineno)
    except (RecursionError, ValueError, OverflowError):
        return _broken("cannot be read: it is nested too deeply or holds a number that is too long", 1)
    if _depth(tree) > _DEEPEST:
        return _broken(f"is nested more than {_DEEPEST} levels deep", 1)
    faults = tuple(_faults_of(tree, source, loops=0))
    return Structure(tree=None if faults else tree, faults=faults)


@dataclass(frozen=True, slots=True)
class Runnable:
    """A compiled text, and the facts that its variables stand for."""

    template: Template
    # variable → fact name
    facts: Mapping[str, str]


@lru_cache(maxsize=8192)
def runnable(source: str) -> Runnable:
    """The text compiled; only for sources whose structure has no faults.

    Fact names become variables of their own (`fact_0`), so that a fact or a column may be called `items` or `self`.
    """
    tree = _ENVIRONMENT.parse(source)
    variables: dict[str, str] = {}
    _rename(tree, variables, frozenset())
    template = Template.from_code(_ENVIRONMENT, _ENVIRONMENT.compile(tree), {})
    return Runnable(template, {variable: fact for fact, variable in variables.items()})


def filtered(value: object, name: str, arguments: Sequence[object] = ()) -> object:
    """What a filter of the list makes of a value. Raises TypeError, ValueError or ArithmeticError where it cannot."""
    return _ENVIRONMENT.call_filter(name, value, arguments, context=_CONTEXT)


def fact_name(node: nodes.Node) -> str | None:
    """The name that a node reads: `patient_id`, `desk_by_number.desk`; None for any other node."""
    match node:
        case nodes.Name():
            return node.name
        case nodes.Getattr(node=nodes.Name(name=owner)):
            return f"{owner}.{node.attr}"
        case _:
            return None


def column_of(word: str, source: str, line: int) -> int:
    """Where `word` stands in a line of the text, counted from 1; 1 when it cannot be found."""
    lines = source.splitlines()
    return (lines[line - 1].find(word) + 1 or 1) if 0 < line <= len(lines) else 1


def _faults_of(node: nodes.Node, source: str, *, loops: int) -> Iterator[TextFault]:
    wrong = _wrong_with(node, loops)
    if wrong is not None:
        yield TextFault(kind=TextFaultKind.REFUSED, message=wrong, line=node.lineno or 1)
        return
    deeper = loops + isinstance(node, nodes.For)
    for child in node.iter_child_nodes():
        yield from _faults_of(child, source, loops=deeper)


def _wrong_with(node: nodes.Node, loops: int) -> str | None:
    match node:
        case nodes.For():
            if node.recursive or not isinstance(node.target, nodes.Name):
                return "a loop goes over one list with one name: `{% for one in many %}`"
            return "loops may be nested twice" if loops >= _DEEPEST_LOOPS else None
        case nodes.Filter():
            return _wrong_with_filter(node)
        case nodes.Test():
            return None if node.name == "none" else f"asks `is {node.name}`; write `{{% if fact %}}` or `fact is none`"
        case nodes.Getattr():
            if not isinstance(node.node, nodes.Name):
                return "looks inside something; only a lookup has columns (`lookup.column`)"
            if node.node.name == "loop" and node.attr not in LOOP_WORDS:
                return f"asks `loop.{node.attr}`; a loop knows {', '.join(sorted(LOOP_WORDS))}"
            return None
        case nodes.CondExpr() if node.expr2 is None:
            return "an `if` inside an expression needs its `else`"
        case nodes.Const() if isinstance(node.value, (int, float)) and abs(node.value) > 10**12:
            return "holds a number that is too long"
        case _ if isinstance(node, _ALLOWED):
            return None
        case _:
            return f"{_REFUSED.get(type(node), f'uses `{type(node).__name__.lower()}`')}; texts cannot do that"


def _wrong_with_filter(node: nodes.Filter) -> str | None:
    known = FILTERS.get(node.name)
    if known is None:
        close = closest(node.name, FILTERS)
        hint = f"; did you mean `{close}`?" if close else f"; there are {', '.join(FILTERS)}"
        return f"there is no filter `{node.name}`{hint}"
    fewest, most, kind = known.arguments
    if node.kwargs or node.dyn_args or node.dyn_kwargs or not fewest <= len(node.args) <= most:
        return f"the filter `{node.name}` takes {fewest if fewest == most else f'{fewest} to {most}'} plain values"
    if kind is object:
        return None
    for argument in node.args:
        value = argument.value if isinstance(argument, nodes.Const) else None
        if type(value) is not kind:
            return f"the filter `{node.name}` takes a {'whole number' if kind is int else 'text in quotes'}"
        if node.name == "truncate" and isinstance(value, int) and not 1 <= value <= LONGEST_TRUNCATE:
            return f"`truncate` takes a number from 1 to {LONGEST_TRUNCATE}"
        if node.name == "round" and isinstance(value, int) and not 0 <= value <= 6:
            return "`round` takes a number of decimals from 0 to 6"
        wrong = unknown_directive(value) if node.name in {"date", "time"} and isinstance(value, str) else None
        if wrong is not None:
            return f"`{node.name}` does not know `{wrong}`; use %Y, %m, %d, %H and %M"
    return None


def _rename(node: nodes.Node, variables: dict[str, str], targets: frozenset[str]) -> None:
    """Give every fact in the tree its variable, in place; names of loops stay, with a prefix that keeps them apart."""
    if isinstance(node, nodes.For) and isinstance(node.target, nodes.Name):
        _rename_in(node, "iter", variables, targets)
        inner = targets | {node.target.name}
        for part in ("target", "test", "body"):
            _rename_in(node, part, variables, inner)
        _rename_in(node, "else_", variables, targets)
        return
    for name in node.fields:
        _rename_in(node, name, variables, targets)


def _rename_in(node: nodes.Node, part: str, variables: dict[str, str], targets: frozenset[str]) -> None:
    held = getattr(node, part, None)
    if isinstance(held, list):
        setattr(node, part, [_renamed(child, variables, targets) for child in held])
    elif isinstance(held, nodes.Node):
        setattr(node, part, _renamed(held, variables, targets))


def _renamed(node: object, variables: dict[str, str], targets: frozenset[str]) -> object:
    if not isinstance(node, nodes.Node):
        return node
    name = fact_name(node)
    if name is None:
        _rename(node, variables, targets)
        return node
    if name.startswith("loop.") and targets:
        return node
    if isinstance(node, nodes.Name) and name in targets:
        return nodes.Name(f"each_{name}", node.ctx, lineno=node.lineno)
    return nodes.Name(variables.setdefault(name, f"fact_{len(variables)}"), "load", lineno=node.lineno)


def _depth(tree: nodes.Node) -> int:
    deepest, level = 0, [tree]
    while level:
        deepest += 1
        level = [child for node in level for child in node.iter_child_nodes()]
    return deepest


def _broken(message: str, line: int) -> Structure:
    return Structure(tree=None, faults=(TextFault(kind=TextFaultKind.SYNTAX, message=message, line=line),))


def _plain_words(message: str) -> str:
    return message[:1].lower() + message[1:].rstrip(".").replace("'", "`")


def _environment() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(
        undefined=StrictUndefined, finalize=print_value, autoescape=False, keep_trailing_newline=True, cache_size=0
    )
    environment.globals.clear()
    environment.filters = {name: one.apply for name, one in FILTERS.items()}
    environment.tests = {"none": lambda value: value is None or isinstance(value, NotKnown)}
    return environment


_ENVIRONMENT = _environment()
# of values that print alike in every zone
_CONTEXT = _ENVIRONMENT.from_string("").new_context({ZONE: "UTC"})
