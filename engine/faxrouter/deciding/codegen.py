"""Generated code: one straight Python function that narrows all boxes by the facts of one event. Knows no outcome.

For every fact the function looks at its state once. A known value picks the boxes that its region allows, an absent
fact those that allow absence, and a fact that is not known only marks its boxes as doubtful. Of a rule set only the
names of facts and zones enter the source, as literals; tables come in through the function's namespace.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from faxrouter.deciding.boxes import UNSTATED_CONFIDENCE, Axis, Space
from faxrouter.deciding.keywords import Keywords
from faxrouter.deciding.moments import local_date
from faxrouter.deciding.regions import TEXTS, Line
from faxrouter.deciding.tables import AxisTable
from faxrouter.language.ruleset import FactType
from faxrouter.language.words import normalise
from faxrouter.model.fact import Confidence, Fact, FactState

# the same senders come again and again
_normalise_short = lru_cache(maxsize=4096)(normalise)

# facts by name (None: not stated) → (possible boxes, boxes with a doubt)
Narrow = Callable[[Callable[[str], Fact | None]], tuple[int, int]]


class _Source:
    """The lines of the function, and the values that its short names stand for."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.names: dict[str, Any] = {}

    def add(self, depth: int, *lines: str) -> None:
        self.lines += ["    " * depth + line for line in lines]

    def name(self, value: Any) -> str:
        short = f"n{len(self.names)}"
        self.names[short] = value
        return short


def narrowing(
    space: Space,
    tables: Mapping[Axis, AxisTable],
    *,
    keywords: Mapping[str, Keywords],
    involved: Mapping[str, int],
    everything: int,
) -> Narrow:
    """`involved`: for every fact the boxes that look at it in any way; `everything`: all boxes."""
    source = _Source()
    source.names |= {
        "KNOWN": FactState.KNOWN,
        "ABSENT": FactState.ABSENT,
        "bisect": bisect_left,
        "normalise": normalise,
        "normalise_short": _normalise_short,
        "local_date": local_date,
        "datetime": datetime,
        "UNDATED": Fact(state=FactState.ERROR),
    }
    source.add(0, "def narrow(get):")
    source.add(1, f"possible = {source.name(everything)}", "doubt = 0")
    for fact, boxes in involved.items():
        source.add(1, f"fact = get({fact!r})")
        axes = [axis for axis in tables if axis.fact == fact]
        _by_state(source, tables, axes=axes, involved=boxes)
        for axis in axes:
            _known(source, axis, tables[axis], line=None if axis.is_confidence else space.lines[axis])
    _by_date(source, space, tables)
    for fact, found in keywords.items():
        is_text = space.rule_set.facts[fact].type in TEXTS
        source.add(1, f"if possible & {source.name(found.boxes)}:")
        source.add(2, f"fact = get({fact!r})", "if fact is not None and fact.state is KNOWN:")
        value = "normalise(fact.values[0])" if is_text else "fact.values[0]"
        source.add(3, f"possible = {source.name(found.narrow)}(possible, {value})")
    source.add(1, "return possible, doubt")
    exec(compile("\n".join(source.lines), "<narrowing>", "exec"), source.names)
    narrow: Narrow = source.names["narrow"]
    return narrow


def _by_state(source: _Source, tables: Mapping[Axis, AxisTable], *, axes: list[Axis], involved: int) -> None:
    """The branches of one fact, the last of which is open for its known value."""
    absent = -1
    for axis in axes:
        absent &= tables[axis].allowed[0]
    source.add(1, "state = ABSENT if fact is None else fact.state", "if state is not KNOWN:")
    source.add(2, "if state is ABSENT:")
    source.add(3, f"possible &= {source.name(absent)}")
    source.add(2, "else:")
    source.add(3, f"doubt |= {source.name(involved)}")
    if axes:
        source.add(1, "else:")
        source.add(2, "value = fact.values[0]")


def _known(source: _Source, axis: Axis, table: AxisTable, *, line: Line | None) -> None:
    """Narrow by a known value."""
    if line is None:
        allowed = {c: table.allowed[UNSTATED_CONFIDENCE if c is None else c] for c in (None, *Confidence)}
        source.add(2, f"possible &= {source.name(allowed)}[fact.confidence]")
    elif line.is_plain:
        (segment,) = line.segments.values()
        if not segment.edges:
            source.add(2, f"possible &= {source.name(table.allowed[segment.first])}")
            return
        if line.type in TEXTS:
            source.add(2, f"value = {'normalise_short' if line.type is FactType.TEXT_SHORT else 'normalise'}(value)")
        points = {value: table.allowed[region] for value, region in segment.points.items()}
        gaps = [table.allowed[region] for region in segment.gaps]
        source.add(2, f"allowed = {source.name(points)}.get(value)", "if allowed is None:")
        source.add(3, f"allowed = {source.name(gaps)}[bisect({source.name(segment.values)}, value)]")
        source.add(2, "possible &= allowed")
    else:
        source.add(2, f"region = {source.name(line.region_of)}(value)")
        source.add(2, f"possible &= {source.name(table.allowed)}[region]")
        if table.doubtful is not None:
            source.add(2, f"doubt |= {source.name(table.doubtful)}[region]")


def _by_date(source: _Source, space: Space, tables: Mapping[Axis, AxisTable]) -> None:
    """Narrow by the local dates of the event's own moment."""
    axes = [axis for axis in tables if axis.is_date]
    if not axes:
        return
    involved = 0
    for axis in axes:
        involved |= tables[axis].constrained
    source.add(1, "event = get('event')")
    source.add(1, "sends = event is not None and event.state is KNOWN and event.values[0] == 'send_requested'")
    source.add(1, "fact = get('requested_at' if sends else 'received_at')")
    # whatever is declared as something else than a moment dates nothing
    source.add(1, "dated = fact is None or fact.state is not KNOWN or isinstance(fact.values[0], datetime)")
    source.add(1, "fact = fact if dated else UNDATED")
    _by_state(source, tables, axes=axes, involved=involved)
    source.add(2, "moment = value")
    for axis in axes:
        source.add(2, f"value = local_date(moment, {axis.aspect!r})")
        _known(source, axis, tables[axis], line=space.lines[axis])
