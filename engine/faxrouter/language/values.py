"""Typed values: what an analyst or a sender wrote becomes a value of the fact's type, or a refusal. Knows no rule.

Values arrive by two doors. `read_value` reads what stands in YAML, CSV or XML, where everything is text;
`read_json_value` reads JSON, where numbers, booleans and lists have a form of their own and a text is no number.
Text facts stay raw; `read_constant` is for the other side of a comparison and normalises it (rule-language section 11).
"""

import re
from datetime import date, datetime
from decimal import Decimal

from faxrouter.language.durations import read_duration, read_period, write_duration
from faxrouter.language.ids import read_id
from faxrouter.language.instants import read_date, read_moment
from faxrouter.language.phones import read_phone
from faxrouter.language.refusal import Refusal, closest, listing
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.language.words import normalise
from faxrouter.model.fact import Amount, Duration, Value

__all__ = [
    "Refusal",
    "read_constant",
    "read_json_value",
    "read_member",
    "read_period",
    "read_value",
    "write_json_value",
]

TEXT_TYPES = frozenset({FactType.TEXT_SHORT, FactType.TEXT_LONG})

_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?)\s*%")
_AMOUNT = re.compile(r"(-?[0-9]{1,15}(?:\.[0-9]{1,4})?)\s+([A-Z]{3})")
_AMOUNT_TURNED = re.compile(r"([A-Z]{3})\s*(-?[0-9][0-9,]*(?:\.[0-9]{1,4})?)")
_AMOUNT_GROUPED = re.compile(r"(-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,4})?)\s+([A-Z]{3})")
_LARGEST = 10**18
_YES_NO = {"yes": True, "no": False, "true": True, "false": False}
# percentages have at most six decimals, so that JSON numbers carry them exactly
_PERCENT_DECIMALS = Decimal("0.000001")


def read_value(
    declaration: FactDeclaration, text: str, *, phone_region: str | None, zone: str | None = None
) -> Value | Refusal:
    """The value of a text from YAML, CSV or XML. `zone` serves moments without an offset."""
    if _has_surrogates(text):
        return Refusal("is not text: it holds half a character")
    value = _read_text(declaration, text, phone_region=phone_region, zone=zone)
    return value if isinstance(value, Refusal) else _within(declaration, value)


def read_constant(
    declaration: FactDeclaration, text: str, *, phone_region: str | None, zone: str | None = None
) -> Value | Refusal:
    """A constant of a condition: as `read_value`, and normalised where the fact is a text."""
    value = read_value(declaration, text, phone_region=phone_region, zone=zone)
    return normalise(value) if declaration.type in TEXT_TYPES and isinstance(value, str) else value


def read_member(declaration: FactDeclaration, text: str) -> str | Refusal:
    """One member of a `set_of_ids`."""
    return read_id(text, mask=declaration.mask, check_digit=declaration.check_digit)


def read_json_value(
    declaration: FactDeclaration, json_value: object, *, phone_region: str | None, zone: str | None = None
) -> Value | Refusal:
    """The value of anything that JSON can hold, except null, which the caller takes for absent."""
    match declaration.type, json_value:
        case FactType.YES_NO, bool():
            return json_value
        case FactType.WHOLE_NUMBER, int() | float() if not isinstance(json_value, bool):
            return _json_whole_number(declaration, json_value)
        case FactType.PERCENT, int() | float() if not isinstance(json_value, bool):
            return _json_percent(declaration, json_value)
        case FactType.SET_OF_IDS, list() | tuple():
            return _json_set(declaration, list(json_value))
        case ((FactType.WHOLE_NUMBER | FactType.PERCENT), _):
            return Refusal("is not a number")
        case FactType.SET_OF_IDS, _:
            return Refusal("is not a list of texts")
        case _, str():
            return read_value(declaration, json_value, phone_region=phone_region, zone=zone)
        case FactType.YES_NO, _:
            return Refusal("is neither yes nor no")
        case _:
            return Refusal("is not a text")


def write_json_value(value: Value) -> object:
    """The JSON form that `read_json_value` reads back as an equal value."""
    match value:
        case bool() | int() | str():
            return value
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return value.isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case Amount():
            return f"{value.number:f} {value.currency}"
        case Duration():
            return write_duration(value)
        case frozenset():
            return sorted(value)


def _read_text(
    declaration: FactDeclaration, text: str, *, phone_region: str | None, zone: str | None
) -> Value | Refusal:
    match declaration.type:
        case FactType.CHOICE:
            return _read_choice(declaration, text)
        case FactType.PHONE:
            return read_phone(text, region=phone_region)
        case FactType.TEXT_SHORT | FactType.TEXT_LONG:
            return text
        case FactType.WHOLE_NUMBER:
            return _read_whole_number(text.strip())
        case FactType.PERCENT:
            return _read_percent(text.strip())
        case FactType.AMOUNT:
            return _read_amount(declaration, text.strip())
        case FactType.DATE:
            return read_date(text)
        case FactType.ID:
            return read_member(declaration, text)
        case FactType.SET_OF_IDS:
            return _json_set(declaration, [member.strip() for member in text.split(",")])
        case FactType.YES_NO:
            answer = _YES_NO.get(text.strip().casefold())
            return Refusal("is neither `yes` nor `no`") if answer is None else answer
        case FactType.MOMENT:
            return read_moment(text, zone=zone)
        case FactType.DURATION:
            return read_duration(text)


def _read_choice(declaration: FactDeclaration, text: str) -> str | Refusal:
    if not declaration.values:
        return text if text.strip() else Refusal("is empty")
    if text in declaration.values:
        return text
    return Refusal(f"is not one of {listing(declaration.values)}", closest(text, declaration.values))


def _read_whole_number(text: str) -> int | Refusal:
    if _WHOLE_NUMBER.fullmatch(text):
        return int(text)
    grouped = re.sub(r"(?<=[0-9])[,_' ](?=[0-9]{3}(?![0-9]))", "", text[:40])
    return Refusal("is not a whole number", grouped if _WHOLE_NUMBER.fullmatch(grouped) else None)


def _read_percent(text: str) -> Decimal | Refusal:
    found = _PERCENT.fullmatch(text)
    if found is None:
        mended = f"{text}%" if len(text) < 12 and _PERCENT.fullmatch(f"{text}%") else None
        return Refusal("is not a percentage: write a number from 0 to 100 and `%`", mended)
    return _percentage(Decimal(found[1]))


def _percentage(number: Decimal) -> Decimal | Refusal:
    return number if 0 <= number <= 100 else Refusal("is not a percentage: it is outside 0 to 100")


def _read_amount(declaration: FactDeclaration, text: str) -> Amount | Refusal:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return Refusal("is not an amount: write a number and a currency, such as `12.00 USD`", _mended_amount(text))
    if declaration.currency is not None and found[2] != declaration.currency:
        return Refusal(f"is not in {declaration.currency}")
    return Amount(Decimal(found[1]), found[2])


def _mended_amount(text: str) -> str | None:
    if (turned := _AMOUNT_TURNED.fullmatch(text)) is not None:
        return f"{turned[2].replace(',', '')} {turned[1]}"
    if (grouped := _AMOUNT_GROUPED.fullmatch(text)) is not None:
        return f"{grouped[1].replace(',', '')} {grouped[2]}"
    spaced = re.sub(r"(?<=[0-9])(?=[A-Z])", " ", text.upper()[:40])
    return spaced if _AMOUNT.fullmatch(spaced) else None


def _json_whole_number(declaration: FactDeclaration, number: int | float) -> Value | Refusal:
    # JSON has one kind of number: 3.0 is the whole number 3
    if isinstance(number, float) and not number.is_integer():
        return Refusal("is not a whole number")
    if abs(number) >= _LARGEST:
        return Refusal("is too large")
    return _within(declaration, int(number))


def _json_percent(declaration: FactDeclaration, number: int | float) -> Value | Refusal:
    if not 0 <= number <= 100:
        return Refusal("is not a percentage: it is outside 0 to 100")
    return _within(declaration, Decimal(repr(number)).quantize(_PERCENT_DECIMALS).normalize())


def _json_set(declaration: FactDeclaration, members: list[object]) -> frozenset[str] | Refusal:
    read: set[str] = set()
    for member in members:
        if not isinstance(member, str) or _has_surrogates(member):
            return Refusal("is not a list of texts")
        value = read_member(declaration, member)
        if isinstance(value, Refusal):
            return Refusal(f"has a member that {value.reason}", value.suggestion)
        read.add(value)
    return frozenset(read)


def _within(declaration: FactDeclaration, value: Value) -> Value | Refusal:
    low, high = declaration.minimum, declaration.maximum
    if low is not None and _is_below(value, low):
        return Refusal(f"is below the smallest permitted value `{write_json_value(low)}`")
    if high is not None and _is_below(high, value):
        return Refusal(f"is above the largest permitted value `{write_json_value(high)}`")
    return value


def _is_below(left: Value, right: Value) -> bool:
    """Whether two values of one ordered type stand in this order; two currencies or kinds of duration never do."""
    match left, right:
        case Amount(), Amount():
            return left.currency == right.currency and left.number < right.number
        case Duration(), Duration():
            return left.unit is right.unit and left.length < right.length
        case datetime(), datetime():
            return left < right
        case date(), date():
            return left < right
        case ((int() | Decimal()), (int() | Decimal())):
            return left < right
        case str(), str():
            return left < right
        case _:
            return False


def _has_surrogates(text: str) -> bool:
    """JSON may carry halves of characters, which no file and no database can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False
