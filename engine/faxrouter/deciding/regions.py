"""Regions: a fact's domain, cut exactly at the constants that rules compare it with. Knows no rule and no event.

Two values in one region answer every comparison alike, so a set of values is a set of regions: a *cell*, held as an
integer with one bit per region. Region 0 is the absent fact; the others hold the known values. Finding the region of a
value is one hash lookup, or one bisection where it is not a listed constant.

Strings are cut along their order, in which a prefix is an interval; a span of strings speaks only of its own length, so
each such length has a segment of its own. Amounts have a segment per currency, durations one per unit: a comparison
across segments has no answer, which makes it UNKNOWN on a known fact.
"""

from bisect import bisect_left
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from faxrouter.language.conditions import Exact, Prefix, Span, Suffix, ValueTest
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.language.words import normalise
from faxrouter.model.fact import Amount, Duration, Value

ABSENT_CELL = 1
TEXTS = frozenset({FactType.TEXT_SHORT, FactType.TEXT_LONG})


@dataclass(frozen=True, slots=True)
class Cell:
    """The regions of one axis in which a literal may hold, and those of them in which it surely does."""

    possible: int
    certain: int

    def __and__(self, other: "Cell") -> "Cell":
        return Cell(self.possible & other.possible, self.certain & other.certain)

    def __or__(self, other: "Cell") -> "Cell":
        return Cell(self.possible | other.possible, self.certain | other.certain)

    def within(self, domain: int) -> "Cell":
        """The complement: possible where the literal does not surely hold."""
        return Cell(domain & ~self.certain, domain & ~self.possible)


def sure(regions: int) -> Cell:
    return Cell(regions, regions)


# a place on a line: just before a value (False) or just after it (True)
Edge = tuple[Any, bool]


@dataclass(slots=True)
class Segment:
    """The values of one kind along their order, cut at edges. Region `first` lies before the first edge."""

    first: int
    edges: list[Edge]
    # the distinct values at which there are edges, sorted
    values: list[Any] = field(init=False)
    # the region of each of these values
    points: dict[Any, int] = field(init=False)
    # the region of a value that comes before `values[i]` and after its neighbour
    gaps: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.values, self.points, self.gaps = [], {}, []
        region = self.first
        for value, after in self.edges:
            if not self.values or self.values[-1] != value:
                self.values.append(value)
                self.gaps.append(region)
                self.points[value] = region
            region += 1
            if not after:
                self.points[value] = region
        self.gaps.append(region)

    @property
    def end(self) -> int:
        return self.first + len(self.edges) + 1

    def region_of(self, key: Any) -> int:
        point = self.points.get(key)
        return self.gaps[bisect_left(self.values, key)] if point is None else point

    def run(self, low: Edge | None, high: Edge | None) -> int:
        """The regions between two edges of this segment."""
        start = self.first if low is None else self.first + bisect_left(self.edges, low) + 1
        end = self.end if high is None else self.first + bisect_left(self.edges, high) + 1
        return (1 << end) - (1 << start) if start < end else 0

    def around(self, region: int) -> tuple[Edge | None, Edge | None]:
        """The edges between which a region lies."""
        at = region - self.first
        return (self.edges[at - 1] if at > 0 else None, self.edges[at] if at < len(self.edges) else None)


class Line:
    """The regions of one fact's values. No test may have a suffix."""

    def __init__(self, declaration: FactDeclaration, tests: Iterable[ValueTest]) -> None:
        self.declaration = declaration
        self.type = declaration.type
        entries = [entry for test in tests for entry in test.entries]
        spans = [entry for entry in entries if isinstance(entry, Span)]
        self._lengths = frozenset(len(end) for span in spans for end in (span.low, span.high) if isinstance(end, str))
        edges: dict[Hashable, set[Edge]] = {None: set()}
        for span in spans:
            own = edges.setdefault(self._kind_of_span(span), set())
            if not self._is_mixed(span):
                own.update(edge for edge in self._span_edges(span) if edge is not None)
        for value in {entry.value for entry in entries if type(entry) is Exact}:
            key = self.key(value)
            edges.setdefault(self.kind(value), set()).update(self._edge(key, after=after) for after in (False, True))
        for text in {entry.text for entry in entries if isinstance(entry, Prefix)}:
            for cuts in edges.values():
                cuts.update(edge for edge in prefix_edges(text) if edge is not None)
        self.segments: dict[Hashable, Segment] = {}
        first = 1
        for kind, cuts in edges.items():
            self.segments[kind] = Segment(first, sorted(cuts))
            first = self.segments[kind].end
        self.count = first
        # every region in which a known value may lie
        self.known = self._inhabited((1 << first) - 2)

    def _inhabited(self, every: int) -> int:
        match self.declaration:
            case FactDeclaration(type=FactType.CHOICE, values=values) if values:
                return self._regions_of(values)
            case FactDeclaration(type=FactType.YES_NO):
                return self._regions_of((True, False))
            case FactDeclaration(type=FactType.AMOUNT, currency=str(currency)) if currency in self.segments:
                return self.segments[currency].run(None, None)
            case _:
                return every

    def _regions_of(self, values: Iterable[Any]) -> int:
        regions = 0
        for value in values:
            regions |= 1 << self.region_of(value)
        return regions

    def kind(self, value: Any) -> Hashable:
        """Which segment a value belongs to; a kind that no constant has shares the segment None."""
        match value:
            case str():
                return len(value) if len(value) in self._lengths else None
            case Amount(currency=currency):
                return currency
            case Duration(unit=unit):
                return unit
            case _:
                return None

    @staticmethod
    def key(value: Any) -> Any:
        """What orders the values of one kind."""
        match value:
            case Amount(number=number):
                return number
            case Duration(length=length):
                return length
            case _:
                return value

    @property
    def is_plain(self) -> bool:
        """One segment, ordered by the values themselves."""
        return len(self.segments) == 1 and self.type not in (FactType.AMOUNT, FactType.DURATION)

    def region_of(self, value: Value) -> int:
        """The region of a known value, in O(log constants)."""
        comparable = normalise(value) if self.type in TEXTS and isinstance(value, str) else value
        segment = self.segments.get(self.kind(comparable)) or self.segments[None]
        return segment.region_of(self.key(comparable))

    def segment_at(self, region: int) -> tuple[Hashable, Segment]:
        """The kind and segment that a known region belongs to."""
        return next((k, s) for k, s in self.segments.items() if s.first <= region < s.end)

    def cell(self, test: ValueTest) -> Cell:
        """The known regions in which the test holds."""
        possible = certain = 0
        # long lists of constants are common, and on a plain line each is one lookup
        listed = self.segments[None].points if self.is_plain else None
        for entry in test.entries:
            match entry:
                case Exact(value=value) if listed is not None:
                    holds = 1 << listed[value]
                case Exact(value=value):
                    holds = 1 << self.segments[self.kind(value)].points[self.key(value)]
                case Prefix(text=text):
                    holds = sum(segment.run(*prefix_edges(text)) for segment in self.segments.values())
                case Span(low=None, high=None):
                    holds = self.known
                case Span():
                    segment = self.segments[self._kind_of_span(entry)]
                    is_mixed = self._is_mixed(entry)
                    holds = 0 if is_mixed else segment.run(*self._span_edges(entry))
                    if self.type in (FactType.AMOUNT, FactType.DURATION):
                        possible |= self.known if is_mixed else self.known & ~segment.run(None, None)
                case Suffix():
                    raise ValueError("a suffix is no interval of a line")
            certain |= holds
        return Cell((possible | certain) & self.known, certain & self.known)

    def _kind_of_span(self, span: Span) -> Hashable:
        end = span.low if span.low is not None else span.high
        return None if end is None else self.kind(end)

    def _is_mixed(self, span: Span) -> bool:
        """Ends of two lengths, currencies or units: no value lies between them."""
        return span.low is not None and span.high is not None and self.kind(span.low) != self.kind(span.high)

    def _span_edges(self, span: Span) -> tuple[Edge | None, Edge | None]:
        low = None if span.low is None else self._edge(self.key(span.low), after=span.low_open)
        high = None if span.high is None else self._edge(self.key(span.high), after=not span.high_open)
        return low, high

    def _edge(self, key: Any, *, after: bool) -> Edge:
        """Just after a number that is counted is just before the next one: nothing lies between them."""
        if after and self.type is FactType.WHOLE_NUMBER:
            return key + 1, False
        if after and self.type is FactType.DATE and key < date.max:
            return key + timedelta(days=1), False
        return key, after


def prefix_edges(text: str) -> tuple[Edge, Edge | None]:
    """Strings that begin with `text` lie from it to just before its successor, which the highest character has not."""
    stem = text.rstrip(chr(0x10FFFF))
    return (text, False), (stem[:-1] + chr(ord(stem[-1]) + 1), False) if stem else None


def is_on_line(test: ValueTest, fact_type: FactType) -> bool:
    """Whether the test is a set of intervals. Sets have no order, and a suffix is no interval."""
    return fact_type is not FactType.SET_OF_IDS and Suffix not in map(type, test.entries)
