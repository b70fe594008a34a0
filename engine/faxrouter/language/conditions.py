"""Conditions as data: what an analyst wrote after `when:`, typed. Knows no file format and evaluates nothing.

A condition is a tree of `AllOf`, `AnyOf`, `Not` and `Leaf`. A leaf asks one question of one fact. Its truth on a
fact that is not known is fixed by the language (rule-language section 3): false when absent, UNKNOWN in every other
state; `StateTest` alone looks at the state itself. `negated` turns the answer round only for a known fact.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from faxrouter.model.fact import Confidence, Value
from faxrouter.model.problem import Place


@dataclass(frozen=True, slots=True)
class Exact:
    """The value itself. For text facts the value is already normalised (rule-language section 11)."""

    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """An interval of an ordered type; None is unbounded. Phones: E.164 texts of one length, both ends included."""

    low: Value | None = None
    high: Value | None = None
    low_open: bool = False
    high_open: bool = False


@dataclass(frozen=True, slots=True)
class Prefix:
    text: str


@dataclass(frozen=True, slots=True)
class Suffix:
    text: str


Entry = Exact | Span | Prefix | Suffix


@dataclass(frozen=True, slots=True)
class ValueTest:
    """True when the value matches any entry. Phones, text_short, text_long and ids may have prefixes and suffixes."""

    entries: tuple[Entry, ...]


class Quantity(StrEnum):
    ANY = "any"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class WordsTest:
    """`contains …`. Text facts: phrases as words in succession (`("critical", "value")`), normalised.

    For a `set_of_ids` each phrase is a one-element tuple with the exact member.
    """

    quantity: Quantity
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class PatternTest:
    """`matches`: RE2, unanchored in the normalised text, ignoring case; true when any pattern is found."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LookupTest:
    """`found in`: the fact's value is a key of any of these lookups."""

    lookups: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """Local times as minutes after midnight, start included, end excluded. `end <= start` runs over midnight."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentTest:
    """A moment against the local calendar. Every part that is given must hold; inside a part the entries are
    alternatives.

    With windows, `on` names the day on which the window starts. `zone` serves `on` and `between`; calendars have
    their own.
    """

    # 0 = Monday … 6 = Sunday
    weekdays: frozenset[int] = frozenset()
    dates: frozenset[date] = frozenset()
    windows: tuple[TimeWindow, ...] = ()
    during: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class StateTest:
    """`is known` (want_known) or `is missing`: true, false on known and absent facts, UNKNOWN on any other state."""

    want_known: bool


@dataclass(frozen=True, slots=True)
class ConfidenceTest:
    """On the confidence of a known fact; false when absent, UNKNOWN otherwise."""

    allowed: frozenset[Confidence]


Test = ValueTest | WordsTest | PatternTest | LookupTest | MomentTest | StateTest | ConfidenceTest


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    fact: str
    test: Test
    # `is not`, `contains none`, …: false on an absent fact all the same
    negated: bool = False
    # the key and operand as the analyst wrote them, for messages and traces
    written: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AllOf:
    children: "tuple[Condition, ...]"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    children: "tuple[Condition, ...]"
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Not:
    child: "Condition"
    place: Place


Condition = Leaf | AllOf | AnyOf | Not
