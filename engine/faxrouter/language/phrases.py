"""The closed table of phrases: which words may follow a fact, for which types, and what they expect. Knows no file.

A condition key is `<fact> <phrase>`, `<fact> confidence <phrase>`, or the fact alone, which means equality.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from faxrouter.language.ruleset import FactType


class Operand(StrEnum):
    """What stands after a phrase, and how it is read."""

    VALUES = "values"
    PREFIXES = "prefixes"
    SUFFIXES = "suffixes"
    ANY_WORDS = "any words"
    ALL_WORDS = "all words"
    PATTERNS = "patterns"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    MORE_THAN = "more than"
    BELOW = "below"
    RANGE = "range"
    KNOWN = "known"
    MISSING = "missing"
    LOOKUPS = "lookups"
    DAYS = "days"
    DURING = "during"
    OUTSIDE = "outside"


TEXTS = frozenset({FactType.TEXT_SHORT, FactType.TEXT_LONG})
ORDERED = frozenset({FactType.WHOLE_NUMBER, FactType.PERCENT, FactType.AMOUNT, FactType.DATE, FactType.DURATION})
# what has a beginning and an end that mean something
SPELLED = TEXTS | {FactType.PHONE, FactType.ID}
_ALL = frozenset(FactType)
_EQUAL = _ALL - {FactType.SET_OF_IDS, FactType.MOMENT}
_WORDS = TEXTS | {FactType.SET_OF_IDS}
_KEYS = _EQUAL - {FactType.TEXT_LONG}
_MOMENT = frozenset({FactType.MOMENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """One row of the table. `words` is empty for the fact alone."""

    words: str
    operand: Operand
    types: frozenset[FactType]
    negated: bool = False
    # may follow `<fact> confidence`
    on_confidence: bool = False


def _phrase(
    words: str, operand: Operand, types: frozenset[FactType], *, negated: bool = False, on_confidence: bool = False
) -> Phrase:
    return Phrase(words=words, operand=operand, types=types, negated=negated, on_confidence=on_confidence)


PHRASES: Mapping[str, Phrase] = {
    phrase.words: phrase
    for phrase in (
        _phrase("", Operand.VALUES, _EQUAL | _MOMENT, on_confidence=True),
        _phrase("is", Operand.VALUES, _EQUAL, on_confidence=True),
        _phrase("is not", Operand.VALUES, _EQUAL, negated=True, on_confidence=True),
        _phrase("is one of", Operand.VALUES, _EQUAL, on_confidence=True),
        _phrase("is not one of", Operand.VALUES, _EQUAL, negated=True, on_confidence=True),
        _phrase("starts with", Operand.PREFIXES, SPELLED),
        _phrase("does not start with", Operand.PREFIXES, SPELLED, negated=True),
        _phrase("ends with", Operand.SUFFIXES, SPELLED),
        _phrase("contains any", Operand.ANY_WORDS, _WORDS),
        _phrase("contains all", Operand.ALL_WORDS, _WORDS),
        _phrase("contains none", Operand.ANY_WORDS, _WORDS, negated=True),
        _phrase("matches", Operand.PATTERNS, TEXTS | {FactType.ID}),
        _phrase("at least", Operand.AT_LEAST, ORDERED, on_confidence=True),
        _phrase("at most", Operand.AT_MOST, ORDERED, on_confidence=True),
        _phrase("more than", Operand.MORE_THAN, ORDERED, on_confidence=True),
        _phrase("below", Operand.BELOW, ORDERED, on_confidence=True),
        _phrase("between", Operand.RANGE, ORDERED | _MOMENT, on_confidence=True),
        _phrase("is known", Operand.KNOWN, _ALL),
        _phrase("is missing", Operand.MISSING, _ALL),
        _phrase("found in", Operand.LOOKUPS, _KEYS),
        _phrase("not found in", Operand.LOOKUPS, _KEYS, negated=True),
        _phrase("on", Operand.DAYS, _MOMENT),
        _phrase("during", Operand.DURING, _MOMENT),
        _phrase("outside", Operand.OUTSIDE, _MOMENT),
    )
}

# Phrases of the language that need the words on the page with their places, which are not read yet.
WITH_PAGE_TEXT = frozenset({"roughly contains any", "near"})

# What people write who come from other tools → the phrase that means it.
OTHER_WORDS: Mapping[str, str] = {
    "=": "is",
    "==": "is",
    "eq": "is",
    "equals": "is",
    "equal to": "is",
    "!=": "is not",
    "ne": "is not",
    "not": "is not",
    "in": "is one of",
    "one of": "is one of",
    "is in": "is one of",
    "any of": "is one of",
    "not in": "is not one of",
    "is not in": "is not one of",
    "startswith": "starts with",
    "begins with": "starts with",
    "prefix": "starts with",
    "not starts with": "does not start with",
    "endswith": "ends with",
    "suffix": "ends with",
    "contains": "contains any",
    "includes": "contains any",
    "has": "contains any",
    "all": "contains all",
    "does not contain": "contains none",
    "not contains": "contains none",
    "contains no": "contains none",
    "re": "matches",
    "regex": "matches",
    "regexp": "matches",
    "match": "matches",
    ">=": "at least",
    "gte": "at least",
    "min": "at least",
    "from": "at least",
    "<=": "at most",
    "lte": "at most",
    "max": "at most",
    "up to": "at most",
    ">": "more than",
    "gt": "more than",
    "over": "more than",
    "above": "more than",
    "greater than": "more than",
    "after": "more than",
    "<": "below",
    "lt": "below",
    "under": "below",
    "less than": "below",
    "before": "below",
    "range": "between",
    "exists": "is known",
    "is present": "is known",
    "known": "is known",
    "missing": "is missing",
    "absent": "is missing",
    "is absent": "is missing",
    "is empty": "is missing",
    "is not known": "is missing",
    "is unknown": "is missing",
    "is not missing": "is known",
    "lookup": "found in",
    "is in lookup": "found in",
    "is not found in": "not found in",
    "is found in": "found in",
}


def phrases_for(type_: FactType) -> list[str]:
    """The phrases that a fact of this type takes, in the order of the table."""
    return [words for words, phrase in PHRASES.items() if words and type_ in phrase.types]
