"""Phone numbers as E.164 texts, their prefixes and ranges. Knows the world's numbering plans, no fact and no fax.

A possible number is enough: rule files, tests and samples live on numbers that were never assigned.
"""

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from faxrouter.language.refusal import Refusal

# digits with the punctuation people put between them; a `+` only at the front
_WRITTEN = re.compile(r"(?:tel:)?\s*\+?[\d\s().\-/\u2010-\u2015]+", re.IGNORECASE)
_RANGE = re.compile(r"(.+?)\s*(?:\.\.|…)\s*(.+)", re.DOTALL)
_LONGEST_WRITTEN = 60
# E.164: at most 15 digits
_MOST_DIGITS = 15

_TOO_SHORT = "is not a phone number: it has too few digits"
_TOO_LONG = "is not a phone number: it has too many digits"


@lru_cache(maxsize=65536)
def read_phone(text: str, *, region: str | None) -> str | Refusal:
    """The number in E.164. `region` is the ISO country of numbers written without `+`."""
    written = unicodedata.normalize("NFKC", text).strip()
    if len(written) > _LONGEST_WRITTEN:
        return Refusal(_TOO_LONG)
    if not _WRITTEN.fullmatch(written) or not any(c.isdigit() for c in written):
        return Refusal("is not a phone number: write digits, with `+` and the country code in front")
    international = "+" in written
    if not international and region is None:
        return Refusal("has no country code: write it with `+`, or give `phone region` in facts.yaml")
    try:
        number = phonenumbers.parse(written, region)
    except NumberParseException:
        return Refusal("is not a phone number: no country has this code or this length")
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    match phonenumbers.is_possible_number_with_reason(number):
        case ValidationResult.IS_POSSIBLE:
            return e164
        case ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
            return e164 if international else Refusal("has no area code: write the whole number, with `+`")
        case _ if number.italian_leading_zero:
            return _trunk_prefix(number)
        case ValidationResult.TOO_SHORT | ValidationResult.INVALID_LENGTH:
            return Refusal(_TOO_SHORT)
        case _:
            return Refusal(_TOO_LONG)


def read_phone_prefix(text: str, *, region: str | None) -> str | Refusal:
    """The beginning of E.164 numbers: `+1 415` becomes `+1415`; without `+` the region's country code precedes."""
    written = unicodedata.normalize("NFKC", text).strip()
    digits = re.sub(r"\D", "", written)
    if not _WRITTEN.fullmatch(written) or not digits:
        return Refusal("is not the beginning of a phone number: write `+`, the country code and digits")
    if not written.startswith("+"):
        if region is None:
            return Refusal("has no country code: write it with `+`, or give `phone region` in facts.yaml")
        country = str(phonenumbers.country_code_for_region(region))
        if digits.startswith("0"):
            return Refusal(
                "is not the beginning of a phone number: a leading 0 is a trunk prefix",
                f"+{country}{digits.lstrip('0')}",
            )
        digits = country + digits
    return f"+{digits}" if len(digits) <= _MOST_DIGITS else Refusal(_TOO_LONG)


def read_phone_range(text: str, *, region: str | None) -> tuple[str, str] | Refusal | None:
    """Both ends, included, of `+1 415 555 0100 .. +1 415 555 0149`; None when the text is not written as a range.

    The ends have one length, so that comparing them as texts compares them as numbers.
    """
    split = _RANGE.fullmatch(text.strip())
    if split is None:
        return None
    low, high = (read_phone(end, region=region) for end in split.groups())
    if isinstance(low, Refusal):
        return Refusal(f"does not begin with a number: the first end {low.reason}", low.suggestion)
    if isinstance(high, Refusal):
        return Refusal(f"does not end with a number: the second end {high.reason}", high.suggestion)
    if len(low) != len(high):
        return Refusal("is not a range: both numbers must have the same number of digits")
    if low > high:
        return Refusal("is an empty range: the first number is above the second", f"{high} .. {low}")
    return low, high


def _trunk_prefix(number: phonenumbers.PhoneNumber) -> Refusal:
    without = phonenumbers.PhoneNumber(country_code=number.country_code, national_number=number.national_number)
    mended = phonenumbers.format_number(without, PhoneNumberFormat.E164)
    return Refusal(
        "is not a phone number: a leading 0 is a trunk prefix, which is not dialled from abroad",
        mended if phonenumbers.is_possible_number(without) else None,
    )
