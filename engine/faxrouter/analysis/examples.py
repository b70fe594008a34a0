"""A concrete fax that lies in a box: the `facts` object of `decide`, checked by evaluating it. Does no I/O."""

import json
from collections.abc import Callable, Iterator, Mapping

from faxrouter.deciding.atoms import TestAtom
from faxrouter.deciding.boxes import Axis, Box, Space
from faxrouter.deciding.reading import Reading
from faxrouter.deciding.regions import ABSENT_CELL
from faxrouter.deciding.tables import indexes
from faxrouter.deciding.witnesses import any_value, witness
from faxrouter.language.conditions import LookupTest, Quantity, Suffix, ValueTest, WordsTest
from faxrouter.language.ruleset import FactType
from faxrouter.language.values import write_json_value
from faxrouter.model.fact import Confidence, Fact, Facts, Value, known

# regions of one axis that are tried for a value that can be shown
_MOST_REGIONS = 64


def example(space: Space, box: Box, *, holds: Callable[[Reading], bool]) -> str | None:
    """Facts as one line of JSON; None where no plain value shows the box, or what is shown does not satisfy `holds`."""
    facts = facts_in(space, box)
    if facts is None or not holds(Reading(space, Facts(facts))):
        return None
    return in_json(facts)


def in_json(facts: Mapping[str, Fact]) -> str:
    """The `facts` object of `decide`, on one line."""
    return json.dumps({name: _json(fact) for name, fact in facts.items()}, ensure_ascii=False)


def facts_in(space: Space, box: Box) -> Mapping[str, Fact] | None:
    """Facts that probably lie in a box: parts that are opaque may disagree, so ask them. None where there are none."""
    facts: dict[str, Fact] = {}
    for axis, cell in box.cells.items():
        if axis.is_confidence or axis.is_date:
            continue
        if cell.possible == ABSENT_CELL:
            continue
        value = _value(space, axis, cell.possible)
        if value is not None:
            facts[axis.fact] = known(value)
    for index, wanted in sorted(box.atoms):
        atom = space.atoms[index]
        if isinstance(atom, TestAtom) and wanted:
            value = next(_satisfying(space, atom), None)
            if value is not None:
                facts[atom.fact] = known(_together(facts.get(atom.fact), value))
    for axis, cell in box.cells.items():
        if axis.is_confidence and axis.fact in facts:
            bucket = next((c for c in reversed(Confidence) if cell.possible >> c & 1), None)
            if bucket is None:
                return None
            facts[axis.fact] = known(facts[axis.fact].values[0], confidence=bucket)
    return facts


def _together(earlier: Fact | None, value: Value) -> Value:
    """Texts and sets that shall satisfy several tests hold all of it; of any other value the last one stands."""
    if earlier is not None and isinstance(value, str) and isinstance(earlier.values[0], str):
        return f"{earlier.values[0]}. {value}"
    if earlier is not None and isinstance(value, frozenset) and isinstance(earlier.values[0], frozenset):
        return earlier.values[0] | value
    return value


def _value(space: Space, axis: Axis, regions: int) -> Value | None:
    """A value of the first region that has one to show."""
    line, phone_region = space.lines[axis], space.rule_set.phone_region
    if regions & line.known == line.known:
        return any_value(line.declaration, phone_region=phone_region)
    for tried, region in enumerate(indexes(regions & line.known)):
        value = witness(line, region, phone_region=phone_region)
        if value is not None:
            return value
        if tried >= _MOST_REGIONS:
            break
    return None


def _satisfying(space: Space, atom: TestAtom) -> Iterator[Value]:
    """Values with which a test that is no interval is probably true."""
    match atom.test:
        case WordsTest(quantity=quantity, phrases=phrases):
            wanted = phrases if quantity is Quantity.ALL else phrases[:1]
            if space.rule_set.facts[atom.fact].type is FactType.SET_OF_IDS:
                yield frozenset(phrase[0] for phrase in wanted)
            else:
                yield ". ".join(" ".join(phrase) for phrase in wanted)
        case LookupTest(lookups=lookups):
            for name in lookups:
                yield from space.rule_set.lookups[name].rows
        case ValueTest(entries=entries):
            yield from (f"sample {entry.text}" for entry in entries if isinstance(entry, Suffix))
        case _:
            return


def _json(fact: Fact) -> object:
    value = write_json_value(fact.values[0])
    if fact.confidence is None or fact.confidence is Confidence.HIGH:
        return value
    return {"state": "known", "values": [value], "confidence": fact.confidence.word}
