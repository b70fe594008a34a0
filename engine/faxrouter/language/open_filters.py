"""What the filters of texts make of a value that stands for many. Knows the samples and the reach of one fact."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from faxrouter.language.attributes import SEPARATOR
from faxrouter.language.fact_values import Known, Open, Possible
from faxrouter.language.ruleset import FactType
from faxrouter.language.text_grammar import filtered
from faxrouter.language.texts import MOST_MEMBERS

_TIMED = frozenset({FactType.DATE, FactType.MOMENT})
# what a filter finds as text
_TEXTS = frozenset({FactType.CHOICE, FactType.PHONE, FactType.TEXT_SHORT, FactType.TEXT_LONG, FactType.ID})
# no part of one is written as that of the other, and every moment has as many digits
_MOMENTS = (datetime(2026, 3, 9, 10, 5, tzinfo=UTC), datetime(2031, 11, 28, 23, 47, tzinfo=UTC))
_COUNTS = ("1", "10", "200")
# characters that rounding may take away
_DECIMALS = {FactType.PERCENT: len(".123456"), FactType.AMOUNT: len(".1234")}


def filtered_open(value: Open, name: str, arguments: Sequence[object]) -> Possible:
    """The value behind the filter `name`. A filter that is not for its type passes it on, as it does in rendering."""
    match name, value.type:
        case "join", FactType.SET_OF_IDS:
            return _joined(value, *map(str, arguments))
        case "length", type_ if type_ in _TEXTS or type_ is FactType.SET_OF_IDS:
            return counted(value, is_true=True)
        case "round", (FactType.PERCENT | FactType.AMOUNT) as type_:
            reach = max(1, (value.reach or 0) - _DECIMALS[type_])
            is_true = type_ is FactType.AMOUNT
            return replace(value, reach=reach, reach_of_part=reach, is_plain=False, is_true=is_true)
        case (("date" | "time"), type_) if type_ in _TIMED:
            return _formatted(value, name, arguments)
        case (("upper" | "lower" | "title" | "trim" | "truncate"), _):
            limit = next((one for one in arguments if isinstance(one, int)), None)
            return replace(
                value,
                type=FactType.TEXT_SHORT,
                samples=tuple(str(filtered(sample, name, arguments)) for sample in value.samples),
                reach=_at_most(value.reach, limit),
                reach_of_part=_at_most(value.reach_of_part, limit),
                is_plain=value.is_plain and name == "trim",
            )
        case _:
            return value


def counted(value: Open, *, is_true: bool) -> Open:
    """A whole number that hangs on the value."""
    number = replace(value, type=FactType.WHOLE_NUMBER, samples=_COUNTS, is_plain=False, is_true=is_true)
    return replace(number, reach=1, reach_of_part=1)


def _joined(value: Open, separator: str = SEPARATOR) -> Open:
    text = replace(value, type=FactType.TEXT_SHORT)
    if separator == SEPARATOR:
        return text
    samples = tuple(sample.replace(SEPARATOR, separator) for sample in value.samples)
    more = (MOST_MEMBERS - 1) * (len(separator) - len(SEPARATOR))
    reach = max(map(len, samples)) if value.fact.lookup is not None else (value.reach or 0) + more
    return replace(text, samples=samples, reach=reach, reach_of_part=reach, is_plain=False)


def _formatted(value: Open, name: str, arguments: Sequence[object]) -> Possible:
    samples = tuple(str(filtered(moment, name, arguments)) for moment in _MOMENTS)
    if samples[0] == samples[1]:
        return Known(samples[0], value.facts)
    reach = len(samples[0])
    text = replace(value, type=FactType.TEXT_SHORT, samples=samples, is_plain=False)
    return replace(text, reach=reach, reach_of_part=reach)


def _at_most(reach: int | None, limit: int | None) -> int | None:
    return reach if limit is None else limit if reach is None else min(reach, limit)
