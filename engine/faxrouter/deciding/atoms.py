"""Atoms: tests that are no intervals — words, patterns, suffixes, lookups, calendars — each one Boolean. Knows no rule.

An atom is false on an absent fact and UNKNOWN on one that is not known, like every test of a value. Two rules that ask
the same question of the same fact share one atom.
"""

from dataclasses import dataclass
from datetime import datetime

from faxrouter.deciding.moments import matches
from faxrouter.deciding.patterns import is_found
from faxrouter.deciding.regions import TEXTS
from faxrouter.language.conditions import (
    Condition,
    Exact,
    LookupTest,
    MomentTest,
    PatternTest,
    Prefix,
    Quantity,
    Span,
    Suffix,
    Test,
    ValueTest,
    WordsTest,
)
from faxrouter.language.ruleset import RuleSet
from faxrouter.language.words import normalise, words
from faxrouter.model.fact import Value


@dataclass(frozen=True, slots=True)
class TestAtom:
    """One test of one fact, without its negation."""

    fact: str
    test: Test


@dataclass(frozen=True, slots=True)
class TreeAtom:
    """A condition whose boxes would be too many: evaluated as a tree, with three answers."""

    condition: Condition


Atom = TestAtom | TreeAtom


def comparable(rule_set: RuleSet, fact: str, value: Value) -> Value:
    """The form in which a known value is compared: texts normalised, everything else as it is."""
    return normalise(value) if rule_set.facts[fact].type in TEXTS and isinstance(value, str) else value


def holds(rule_set: RuleSet, test: Test, value: Value) -> bool:
    """What an atom's test says of a comparable value."""
    match test:
        case ValueTest(entries=entries):
            return any(_matches_entry(entry, value) for entry in entries)
        case WordsTest(quantity=quantity, phrases=phrases):
            found = (contains(value, phrase) for phrase in phrases)
            return any(found) if quantity is Quantity.ANY else all(found)
        case PatternTest(patterns=patterns):
            normalised = normalise(str(value))
            return any(is_found(pattern, normalised) for pattern in patterns)
        case LookupTest(lookups=lookups):
            return any(value in rule_set.lookups[name].rows for name in lookups)
        case MomentTest():
            return isinstance(value, datetime) and matches(test, value, rule_set.calendars)
        case _:
            raise TypeError(f"{type(test).__name__} is cut into regions, it is no atom")


def joined_words(value: Value) -> str:
    """A text as its words with one space before, between and behind, so that phrases are found as substrings."""
    return f" {' '.join(words(str(value)))} "


def contains(value: Value, phrase: tuple[str, ...]) -> bool:
    """Whether a set has the member, or a text has the phrase's words in succession."""
    if isinstance(value, frozenset):
        return phrase[0] in value
    return f" {' '.join(phrase)} " in joined_words(value)


def _matches_entry(entry: Exact | Span | Prefix | Suffix, value: Value) -> bool:
    match entry:
        case Exact(value=wanted):
            return value == wanted
        case Prefix(text=text):
            return str(value).startswith(text)
        case Suffix(text=text):
            return str(value).endswith(text)
        case Span(low=low, high=high):
            # only strings have suffixes, and a span of strings speaks of its own length
            text = str(value)
            above = low is None or (
                len(text) == len(str(low)) and (text > str(low) or (text == low and not entry.low_open))
            )
            below = high is None or (
                len(text) == len(str(high)) and (text < str(high) or (text == high and not entry.high_open))
            )
            return above and below
