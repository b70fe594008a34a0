"""Witnesses: a concrete value out of a region, such as a person could have written. Knows no rule and no event.

Values are proposed from the region's edges and from the fact's declaration, and the first one that lies in the region
and that the fact's type accepts is taken. No proposal left means that the region is empty, or that no plain value shows
it.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import chain

from faxrouter.deciding.regions import Edge, Line
from faxrouter.language.durations import write_duration
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.language.values import read_json_value, write_json_value
from faxrouter.model.fact import Amount, Duration, DurationUnit, Value

# numbers of several countries, for regions that have no edge to start from
_PHONES = ("+14155550199", "+12065550142", "+442079460018", "+493012345678", "+81312345678", "+61255501234")
_PHONE_DIGITS = "55501423678"
_CENT = Decimal("0.01")
_SOME_DAY = date(2026, 3, 2)
# how many fillings of a mask are tried for a check digit
_FILLINGS = 400


def witness(line: Line, region: int, *, phone_region: str | None) -> Value | None:
    """A value whose region this is; None where there is none to show."""
    kind, segment = line.segment_at(region)
    low, high = segment.around(region)
    for value in _PROPOSALS[line.declaration.type](line.declaration, kind, low, high):
        if line.region_of(value) == region and is_acceptable(line.declaration, value, phone_region=phone_region):
            return value
    return None


def is_acceptable(declaration: FactDeclaration, value: Value, *, phone_region: str | None) -> bool:
    """Whether `decide` reads this very value back from its JSON form."""
    read = read_json_value(declaration, write_json_value(value), phone_region=phone_region)
    return not isinstance(read, Refusal) and read == value


def any_value(declaration: FactDeclaration, *, phone_region: str | None) -> Value | None:
    """Some value of a fact that no rule compares with a constant."""
    for value in _PROPOSALS[declaration.type](declaration, None, None, None):
        if is_acceptable(declaration, value, phone_region=phone_region):
            return value
    return None


def _choices(declaration: FactDeclaration, _kind: Hashable, low: Edge | None, _high: Edge | None) -> Iterator[Value]:
    yield from declaration.values
    if not declaration.values and low is not None:
        yield str(low[0])


def _yes_no(_declaration: FactDeclaration, _kind: Hashable, _low: Edge | None, _high: Edge | None) -> Iterator[Value]:
    yield from (True, False)


def _whole_numbers(declaration: FactDeclaration, _kind: Hashable, *edges: Edge | None) -> Iterator[Value]:
    for edge in edges:
        if edge is not None:
            yield from (edge[0], edge[0] + 1, edge[0] - 1)
    yield from (end for end in (1, declaration.minimum, declaration.maximum) if end is not None)


def _percents(declaration: FactDeclaration, _kind: Hashable, *edges: Edge | None) -> Iterator[Value]:
    yield from _decimals([edge[0] for edge in edges if edge is not None], Decimal(1))
    yield from (end for end in (declaration.minimum, declaration.maximum) if end is not None)
    yield from (Decimal(0), Decimal(50), Decimal(100))


def _amounts(declaration: FactDeclaration, kind: Hashable, *edges: Edge | None) -> Iterator[Value]:
    currencies = [kind] if isinstance(kind, str) else [declaration.currency, "USD", "EUR", "CHF", "JPY", "SEK"]
    numbers = list(_decimals([edge[0] for edge in edges if edge is not None], _CENT))
    for currency in currencies:
        if isinstance(currency, str):
            yield from (Amount(number, currency) for number in (*numbers, Decimal(100)))
    yield from (end for end in (declaration.minimum, declaration.maximum) if end is not None)


def _decimals(near: list[Decimal], step: Decimal) -> Iterator[Decimal]:
    yield from near
    for number in near:
        yield from (number + step, number - step, number + _CENT, number - _CENT)
    if len(near) == 2:
        yield (near[0] + near[1]) / 2


def _dates(declaration: FactDeclaration, _kind: Hashable, *edges: Edge | None) -> Iterator[Value]:
    for edge in edges:
        if edge is not None:
            yield from _apart(edge[0], timedelta(days=1))
    yield from (end for end in (declaration.minimum, declaration.maximum) if end is not None)
    yield _SOME_DAY


def _moments(_declaration: FactDeclaration, _kind: Hashable, *edges: Edge | None) -> Iterator[Value]:
    for edge in edges:
        if edge is not None:
            yield from _apart(edge[0], timedelta(seconds=1))
    yield datetime(_SOME_DAY.year, _SOME_DAY.month, _SOME_DAY.day, 18, tzinfo=UTC)


def _apart(day: date, step: timedelta) -> Iterator[date]:
    yield day
    for change in (step, -step):
        try:
            yield day + change
        except OverflowError:
            continue


def _durations(_declaration: FactDeclaration, kind: Hashable, *edges: Edge | None) -> Iterator[Value]:
    units = [kind] if isinstance(kind, DurationUnit) else list(DurationUnit)
    near = [edge[0] for edge in edges if edge is not None]
    lengths = [length + change for length in near for change in (0, 60, -60, 1, -1)] + [3600]
    for unit in units:
        for length in lengths:
            bare = Duration(length, unit)
            yield Duration(length, unit, write_duration(bare))


def _phones(_declaration: FactDeclaration, _kind: Hashable, low: Edge | None, high: Edge | None) -> Iterator[Value]:
    for edge in (low, high):
        if edge is None or not edge[0].startswith("+"):
            continue
        stem: str = edge[0]
        yield stem
        for length in (12, 13, 11, 14, 10):
            for digits in (_PHONE_DIGITS, "0" * 12, "9" * 12, "2" + _PHONE_DIGITS):
                if len(stem) < length:
                    yield (stem + digits)[:length]
        number = int(stem[1:] or "0")
        yield from (f"+{number + 1}", f"+{number - 1}")
    yield from _PHONES


def _ids(declaration: FactDeclaration, _kind: Hashable, low: Edge | None, high: Edge | None) -> Iterator[Value]:
    for edge in (low, high):
        if edge is not None:
            yield from (edge[0], edge[0] + "0", edge[0] + "1")
    for stem in ("", low[0] if low is not None else "", high[0] if high is not None else ""):
        yield from (_filled(declaration.mask or "A#####", stem, number) for number in range(_FILLINGS))


def _filled(mask: str, stem: str, number: int) -> str:
    """The mask with `stem` at its beginning and the digits of `number` at its end."""
    digits = iter(reversed(str(number).rjust(len(mask), "0")))
    filled = [next(digits) if place in "#*" else "A" if place == "@" else place for place in reversed(mask)]
    text = "".join(reversed(filled))
    return stem + text[len(stem) :]


def _texts(_declaration: FactDeclaration, _kind: Hashable, low: Edge | None, high: Edge | None) -> Iterator[Value]:
    stems = [edge[0] for edge in (low, high) if edge is not None]
    yield from stems
    yield from chain.from_iterable((f"{stem} a", f"{stem}a", f"{stem}0", f"{stem} x") for stem in stems)
    yield from ("sample", "0", "zz", "a")


def _sets(_declaration: FactDeclaration, _kind: Hashable, _low: Edge | None, _high: Edge | None) -> Iterator[Value]:
    yield frozenset()


_PROPOSALS: Mapping[FactType, Callable[[FactDeclaration, Hashable, Edge | None, Edge | None], Iterator[Value]]] = {
    FactType.CHOICE: _choices,
    FactType.PHONE: _phones,
    FactType.TEXT_SHORT: _texts,
    FactType.TEXT_LONG: _texts,
    FactType.WHOLE_NUMBER: _whole_numbers,
    FactType.PERCENT: _percents,
    FactType.AMOUNT: _amounts,
    FactType.DATE: _dates,
    FactType.ID: _ids,
    FactType.SET_OF_IDS: _sets,
    FactType.YES_NO: _yes_no,
    FactType.MOMENT: _moments,
    FactType.DURATION: _durations,
}
