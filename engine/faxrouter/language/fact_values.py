"""The values that a fact can have where a text prints it: each one where they are few, else one that stands for all.

Knows the declarations and what lookups hold; no text and no template. What it says is certain, or it is not said.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from faxrouter.language.attributes import SEPARATOR
from faxrouter.language.ruleset import FactDeclaration, FactType, Lookup
from faxrouter.language.text_filters import NotKnown, show
from faxrouter.language.texts import MOST_MEMBERS
from faxrouter.model.fact import Amount, Value

# more values than these are not tried one by one
_MOST_VALUES = 500
_WIDEST_RANGE = 50
_SAMPLES: Mapping[FactType, tuple[str, ...]] = {
    FactType.CHOICE: ("words", "12"),
    FactType.PHONE: ("+14155550100",),
    FactType.TEXT_SHORT: ("words", "12"),
    FactType.TEXT_LONG: ("words of a page",),
    FactType.WHOLE_NUMBER: ("1", "10", "2000"),
    FactType.PERCENT: ("12.5%",),
    FactType.DATE: ("2026-03-09",),
    FactType.MOMENT: ("2026-03-09 10:00 PDT",),
    FactType.DURATION: ("4 business hours",),
}
# Characters, as the readings of values permit them; a phone number has at most 15 digits (E.164). None: any number.
_REACH: Mapping[FactType, int | None] = {
    FactType.CHOICE: None,
    FactType.PHONE: 16,
    FactType.TEXT_SHORT: None,
    FactType.TEXT_LONG: None,
    FactType.PERCENT: len("12.345678%"),
    FactType.DATE: len("2026-03-09"),
    FactType.MOMENT: len("2026-03-09 10:00 PDT"),
    FactType.DURATION: len("123456789 business minutes"),
}
_LONGEST_ID = 200
_WHOLE_DIGITS, _AMOUNT_DIGITS, _AMOUNT_DECIMALS = 18, 15, 4


@dataclass(frozen=True, slots=True)
class Known:
    """One value; none where a fact is not known."""

    value: object
    # the facts that it comes from; empty for what the author wrote
    facts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Any of many values of one fact, of which none is none, empty or 0."""

    fact: FactDeclaration
    # what a filter takes it for: the fact's own type, or a text that another filter made of it
    type: FactType
    # how it looks when it is printed; what fits none of them never fits
    samples: tuple[str, ...]
    # characters that it can surely have, as a whole and between two `, `; None: any number
    reach: int | None
    reach_of_part: int | None
    # it prints what the fact alone prints
    is_plain: bool = True
    # a test takes it for true; False where a filter may have made nothing of it
    is_true: bool = True

    @property
    def facts(self) -> frozenset[str]:
        return frozenset({self.fact.name})


Possible = Known | Open
# facts that are known or not independently of all others → their value
Combination = Mapping[str, Possible]


def combinations(facts: Iterable[FactDeclaration], *, lookups: Mapping[str, Lookup]) -> Sequence[Sequence[Combination]]:
    """For each fact, and for all facts of one lookup together, everything that they can be in a text."""
    alone: list[FactDeclaration] = []
    together: dict[str, list[FactDeclaration]] = {}
    for fact in facts:
        if fact.lookup is not None and fact.lookup in lookups:
            together.setdefault(fact.lookup, []).append(fact)
        else:
            alone.append(fact)
    return [
        *([{fact.name: value} for value in _possible(fact)] for fact in alone),
        *(every for name, of_lookup in together.items() for every in _of_rows(lookups[name], of_lookup)),
    ]


def _possible(fact: FactDeclaration) -> Sequence[Possible]:
    nothing = () if fact.always else (_known(fact, None),)
    few = _few(fact)
    if few is not None:
        return (*nothing, *(_known(fact, value) for value in few))
    reach, part = _reach(fact)
    many = Open(fact=fact, type=fact.type, samples=_samples(fact), reach=reach, reach_of_part=part)
    return (*nothing, *(_known(fact, value) for value in _taken_for_false(fact)), many)


def _of_rows(lookup: Lookup, facts: Sequence[FactDeclaration]) -> Iterator[Sequence[Combination]]:
    """A row gives all of its facts at once; where there are too many rows, each fact is taken for itself."""
    columns = [fact.name.removeprefix(f"{lookup.name}.") for fact in facts]
    no_row: tuple[Value | None, ...] = (None,) * len(facts)
    rows = dict.fromkeys([no_row, *(tuple(row.get(column) for column in columns) for row in lookup.rows.values())])
    if len(rows) <= _MOST_VALUES and all(fact.type is not FactType.MOMENT for fact in facts):
        yield [{fact.name: _known(fact, value) for fact, value in zip(facts, row, strict=True)} for row in rows]
        return
    for fact, column in zip(facts, zip(*rows, strict=True), strict=True):
        yield [{fact.name: value} for value in _of_column(fact, [value for value in column if value is not None])]


def _of_column(fact: FactDeclaration, column: Sequence[Value]) -> Sequence[Possible]:
    if fact.type is FactType.MOMENT:
        # it prints differently in every zone
        return _possible(fact)
    values = list(map(_as_printed, dict.fromkeys(column)))
    many = [value for value in values if value]
    shown = [show(value, zone="UTC") for value in many]
    parts = [part for value in many for part in (value if isinstance(value, list) else [show(value, zone="UTC")])]
    none = [_known(fact, None), *(_known(fact, value) for value in values if not value)]
    reach, part = max(map(len, shown), default=0), max(map(len, parts), default=0)
    one = Open(fact=fact, type=fact.type, samples=tuple(shown), reach=reach, reach_of_part=part)
    return [*none, *([one] if many else [])]


def _known(fact: FactDeclaration, value: object) -> Known:
    return Known(NotKnown(fact.name) if value is None else _as_printed(value), frozenset({fact.name}))


def _few(fact: FactDeclaration) -> Sequence[object] | None:
    """Every value, where they are few enough to be tried."""
    low, high = fact.minimum, fact.maximum
    match fact.type:
        case FactType.CHOICE if 0 < len(fact.values) <= _MOST_VALUES:
            return fact.values
        case FactType.YES_NO:
            return (True, False)
        case FactType.WHOLE_NUMBER if isinstance(low, int) and isinstance(high, int) and high - low <= _WIDEST_RANGE:
            return range(low, high + 1)
        case _:
            return None


def _taken_for_false(fact: FactDeclaration) -> Sequence[object]:
    """Known values that a test takes for false."""
    low, high = fact.minimum, fact.maximum
    is_positive = isinstance(low, (int, Decimal)) and low > 0
    is_negative = isinstance(high, (int, Decimal)) and high < 0
    match fact.type:
        case FactType.WHOLE_NUMBER if not is_positive and not is_negative:
            return (0,)
        case FactType.PERCENT if not is_positive:
            return (Decimal(0),)
        case FactType.SET_OF_IDS:
            return ([],)
        case _:
            return ()


def _samples(fact: FactDeclaration) -> tuple[str, ...]:
    match fact.type:
        case FactType.CHOICE if fact.values:
            return fact.values
        case FactType.ID:
            return _ids(fact)
        case FactType.SET_OF_IDS:
            # a set of one, and of two
            return (*_ids(fact), *(SEPARATOR.join(pair) for pair in product(_ids(fact), repeat=2)))
        case FactType.AMOUNT:
            return (f"12.00 {fact.currency or 'USD'}",)
        case type_:
            return _SAMPLES[type_]


def _reach(fact: FactDeclaration) -> tuple[int | None, int | None]:
    whole: int | None
    match fact.type:
        case FactType.SET_OF_IDS:
            one = _reach_of_id(fact)
            return MOST_MEMBERS * (one + len(SEPARATOR)) - len(SEPARATOR), one
        case FactType.CHOICE if fact.values:
            whole = max(map(len, fact.values))
        case FactType.ID:
            whole = _reach_of_id(fact)
        case FactType.WHOLE_NUMBER:
            whole = max(len(f"{bound}") for bound in _bounds(fact, _WHOLE_DIGITS))
        case FactType.AMOUNT:
            digits = max(len(f"{bound}") for bound in _bounds(fact, _AMOUNT_DIGITS))
            whole = digits + len(".") + _AMOUNT_DECIMALS + len(" USD")
        case type_:
            whole = _REACH[type_]
    return whole, whole


def _bounds(fact: FactDeclaration, digits: int) -> tuple[int, int]:
    """The smallest and the largest whole value of a number or an amount."""
    largest = 10**digits - 1
    low, high = (bound.number if isinstance(bound, Amount) else bound for bound in (fact.minimum, fact.maximum))
    return (
        int(low) if isinstance(low, (int, Decimal)) else -largest,
        int(high) if isinstance(high, (int, Decimal)) else largest,
    )


def _ids(fact: FactDeclaration) -> tuple[str, ...]:
    """Ids that fit the mask, with digits and with letters where either may stand; two shapes where there is none."""
    if fact.mask is None:
        return ("A-1", "1")
    shapes = (fact.mask.replace("#", "1").replace("@", "A").replace("*", sign) for sign in "1A")
    return tuple(dict.fromkeys(shapes))


def _reach_of_id(fact: FactDeclaration) -> int:
    return len(fact.mask) if fact.mask is not None else _LONGEST_ID


def _as_printed(value: object) -> object:
    """A set prints in order."""
    return sorted(value) if isinstance(value, frozenset) else value
