"""Which facts a condition makes known, and where its author may have forgotten that a fact can be missing."""

from collections import Counter
from collections.abc import Iterator

from faxrouter.language.conditions import AllOf, AnyOf, Condition, Leaf, Not, StateTest
from faxrouter.model.problem import Place


def made_known(condition: Condition) -> frozenset[str]:
    """The facts that are certainly known wherever the condition is certainly true."""
    match condition:
        case Leaf():
            is_missing = isinstance(condition.test, StateTest) and not condition.test.want_known
            return frozenset() if is_missing else frozenset({condition.fact})
        case AllOf():
            return frozenset[str]().union(*(made_known(child) for child in condition.children))
        case AnyOf():
            first, *others = (made_known(child) for child in condition.children)
            return first.intersection(*others)
        case Not():
            return frozenset()


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Every leaf, in the order in which it was written."""
    match condition:
        case Leaf():
            yield condition
        case AllOf() | AnyOf():
            for child in condition.children:
                yield from leaves(child)
        case Not():
            yield from leaves(condition.child)


def forgotten_absence(
    condition: Condition, *, certain: frozenset[str], in_never: bool = False, in_row: bool = False
) -> Iterator[tuple[Place, str]]:
    """Negations of facts that may be missing: their place and what happens then. `certain` are facts that never are.

    `in_never`: the condition says what must not happen. There `not:` is the careful form and nothing is said about it.
    `in_row`: the condition is a row of a table, which is a list of cells and nothing else.
    """
    match condition:
        case Leaf():
            if condition.negated and condition.fact not in certain:
                name = condition.fact
                mended = f"add a row with `missing` for `{name}`" if in_row else _say_which([name])
                yield condition.place, f"`{condition.written}` is false when `{name}` is missing; {mended}"
        case AllOf():
            insisted = [_insists(child) for child in condition.children]
            times = Counter(fact for facts in insisted for fact in facts)
            for child, own in zip(condition.children, insisted, strict=True):
                if isinstance(child, Leaf) and not child.negated:
                    continue
                others = {fact for fact, count in times.items() if count > (fact in own)}
                yield from forgotten_absence(child, certain=certain | others, in_never=in_never, in_row=in_row)
        case AnyOf():
            asked = frozenset(leaf.fact for child in condition.children for leaf in leaves(child) if is_missing(leaf))
            for child in condition.children:
                yield from forgotten_absence(child, certain=certain | asked, in_never=in_never, in_row=in_row)
        case Not():
            optional = sorted({leaf.fact for leaf in leaves(condition.child) if not _asks_state(leaf)} - certain)
            if optional and not in_never:
                names = " or ".join(f"`{name}`" for name in optional)
                yield condition.place, f"`not:` may be true when {names} is missing; {_say_which(optional)}"


def _say_which(names: list[str]) -> str:
    known = " and ".join(f"`{name} is known: yes`" for name in names)
    missing = " or ".join(f"`{name} is missing: yes`" for name in names)
    return f"say which you mean: add {known} beside it, or put it under `any:` with {missing}"


def _insists(condition: Condition) -> frozenset[str]:
    """The facts that a neighbour makes known on purpose: a negation does not count, since it is what is asked about."""
    match condition:
        case Leaf():
            return frozenset() if condition.negated else made_known(condition)
        case AllOf():
            return frozenset[str]().union(*(_insists(child) for child in condition.children))
        case _:
            return made_known(condition)


def is_missing(leaf: Leaf) -> bool:
    """Whether it asks for the absent fact."""
    return isinstance(leaf.test, StateTest) and not leaf.test.want_known


def _asks_state(leaf: Leaf) -> bool:
    return isinstance(leaf.test, StateTest)
