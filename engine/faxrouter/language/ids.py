"""Identifiers: masks and check digits. Knows no fact, no registry and no fax.

The check-digit schemes stand in one table, `CHECK_DIGITS`. Digits-only schemes look at the digits of the id and skip
every other character, so a prefix such as `MRN-` takes no part.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache

from faxrouter.language.refusal import Refusal

_MASK_CLASSES = {"#": "[0-9]", "@": "[A-Za-z]", "*": "[A-Za-z0-9]"}
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST = 200

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def read_id(text: str, *, mask: str | None, check_digit: str | None) -> str | Refusal:
    """The id itself, exactly as written, once its mask and its check digit agree."""
    if not text or text != text.strip():
        return Refusal("is not an id: it is empty or has spaces around it", text.strip() or None)
    if len(text) > _LONGEST:
        return Refusal(f"is not an id: it is longer than {_LONGEST} characters")
    if mask is not None and not _mask_pattern(mask).fullmatch(text):
        upper = text.upper()
        mended = upper if _mask_pattern(mask).fullmatch(upper) else None
        return Refusal(f"does not fit the mask `{mask}` (`#` a digit, `@` a letter, `*` either)", mended)
    if check_digit is not None and not has_valid_check_digit(text, scheme=check_digit):
        return Refusal(f"is not an id: its check digit is wrong ({check_digit})")
    return text


def has_valid_check_digit(text: str, *, scheme: str) -> bool:
    """`scheme` is a key of `CHECK_DIGITS`; a text too short to hold a check digit is never valid."""
    return CHECK_DIGITS[scheme](text)


def luhn(text: str) -> bool:
    """ISO/IEC 7812: every second digit from the right doubled, the sum divisible by 10."""
    digits = _digits(text)
    total = sum(d if at % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for at, d in enumerate(reversed(digits)))
    return len(digits) > 1 and total % 10 == 0


def npi(text: str) -> bool:
    """The US National Provider Identifier: ten digits, Luhn with the prefix 80840."""
    return len(_digits(text)) == 10 and luhn("80840" + text)


def ean(text: str) -> bool:
    """GS1 keys (EAN, UPC, SSCC): weights 1, 3, 1, 3 … from the right, the sum divisible by 10."""
    digits = _digits(text)
    return len(digits) > 1 and sum(d * (3 if at % 2 else 1) for at, d in enumerate(reversed(digits))) % 10 == 0


def mod_11(text: str) -> bool:
    """Weights 1, 2, 3 … from the right, the sum divisible by 11; a final X is ten (ISBN-10, NHS number)."""
    digits = _digits(text.rstrip("Xx")) + ([10] if text[-1:] in {"X", "x"} else [])
    return len(digits) > 1 and sum(weight * d for weight, d in enumerate(reversed(digits), start=1)) % 11 == 0


def mod_97(text: str) -> bool:
    """ISO/IEC 7064 MOD 97-10 over letters (A = 10 … Z = 35) and digits: the remainder is 1."""
    symbols = _symbols(text)
    remainder = 0
    for symbol in symbols:
        remainder = (remainder * (10 if symbol < 10 else 100) + symbol) % 97
    return len(symbols) > 2 and remainder == 1


def mod_11_10(text: str) -> bool:
    """ISO/IEC 7064 MOD 11,10 over digits."""
    return _hybrid(_digits(text), 10)


def mod_37_36(text: str) -> bool:
    """ISO/IEC 7064 MOD 37,36 over letters and digits."""
    return _hybrid(_symbols(text), 36)


def damm(text: str) -> bool:
    """Damm's quasigroup over digits: the running entry ends at 0."""
    digits = _digits(text)
    entry = 0
    for digit in digits:
        entry = _DAMM[entry][digit]
    return len(digits) > 1 and entry == 0


CHECK_DIGITS: Mapping[str, Callable[[str], bool]] = {
    "luhn": luhn,
    "npi": npi,
    "ean": ean,
    "mod 11": mod_11,
    "mod 97": mod_97,
    "mod 11,10": mod_11_10,
    "mod 37,36": mod_37_36,
    "damm": damm,
}


@lru_cache(maxsize=1024)
def _mask_pattern(mask: str) -> re.Pattern[str]:
    return re.compile("".join(_MASK_CLASSES.get(c, re.escape(c)) for c in mask))


def _digits(text: str) -> list[int]:
    return [ord(c) - 48 for c in text if "0" <= c <= "9"]


def _symbols(text: str) -> list[int]:
    return [_ALPHABET.index(c) for c in text.upper() if c in _ALPHABET]


def _hybrid(symbols: list[int], modulus: int) -> bool:
    check = modulus
    for symbol in symbols[:-1]:
        check = ((check + symbol) % modulus or modulus) * 2 % (modulus + 1)
    return len(symbols) > 1 and (check + symbols[-1]) % modulus == 1
