"""Nearness: which boxes an event misses by one fact only, counted for all boxes at once. Knows no outcome and no
words.

For every fact one integer says which boxes do not surely hold because of it; two running integers then hold the boxes
that failed at all and those that failed more than once.
"""

from faxrouter.deciding.atoms import TestAtom
from faxrouter.deciding.matching import Matcher
from faxrouter.deciding.reading import Reading
from faxrouter.model.decision import Verdict
from faxrouter.model.fact import FactState


def missed_by_one_fact(matcher: Matcher, reading: Reading) -> int:
    """The boxes that would be certain if one fact were different."""
    failing = _by_tables(matcher, reading)
    _, hopeless = _counted(failing)
    for atom, (wanted, unwanted) in matcher.atoms.items():
        if (wanted | unwanted) & ~hopeless:
            name = _name(matcher, atom)
            failing[name] = failing.get(name, 0) | _failing(reading.atom(atom), wanted, unwanted)
    once, more = _counted(failing)
    return once & ~more


def _by_tables(matcher: Matcher, reading: Reading) -> dict[str, int]:
    """Fact → the boxes that fail by its regions or its words."""
    failing: dict[str, int] = {}
    for axis, table in matcher.tables.items():
        region = reading.region(axis)
        here = table.constrained
        if region is not None:
            here &= ~table.allowed[region]
            if table.doubtful is not None:
                here |= table.doubtful[region]
        failing[axis.fact] = failing.get(axis.fact, 0) | here
    for fact, keywords in matcher.keywords.items():
        here = keywords.boxes
        if reading.facts[fact].is_known:
            here &= ~keywords.narrow(matcher.everything, reading.comparable(fact))
        elif reading.facts[fact].state is FactState.ABSENT:
            here &= ~keywords.narrow(matcher.everything, "")
        failing[fact] = failing.get(fact, 0) | here
    return failing


def _failing(verdict: Verdict, wanted: int, unwanted: int) -> int:
    match verdict:
        case Verdict.HIT:
            return unwanted
        case Verdict.MISS:
            return wanted
        case Verdict.UNKNOWN:
            return wanted | unwanted


def _counted(failing: dict[str, int]) -> tuple[int, int]:
    """The boxes that fail by some fact, and those that fail by several."""
    once = more = 0
    for boxes in failing.values():
        more |= once & boxes
        once |= boxes
    return once, more


def _name(matcher: Matcher, atom: int) -> str:
    found = matcher.space.atoms[atom]
    return found.fact if isinstance(found, TestAtom) else f"tree {atom}"
