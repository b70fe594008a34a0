"""Which boxes may overlap, found by tables of bits instead of looking at every pair. Does no I/O."""

from collections.abc import Iterator, Sequence

from faxrouter.analysis.hours import never_together
from faxrouter.deciding.atoms import TestAtom
from faxrouter.deciding.boxes import Box, Space, intersects
from faxrouter.deciding.regions import ABSENT_CELL
from faxrouter.deciding.tables import axis_tables, indexes
from faxrouter.language.conditions import MomentTest


class Overlaps:
    """Boxes in an order, each asked for the earlier ones that one event may lie in as well.

    Exact for everything that is cut into regions and for hours of the week; opaque parts count as possible.
    """

    def __init__(self, space: Space, boxes: Sequence[Box]) -> None:
        self._boxes = boxes
        counts = {
            axis: max(space.known(axis).bit_length(), ABSENT_CELL.bit_length()) for box in boxes for axis in box.cells
        }
        self._tables = axis_tables(boxes, counts)
        self._hours = [list(_hours(space, box)) for box in boxes]

    def earlier(self, j: int, *, among: int) -> Iterator[int]:
        """The earlier boxes that overlap box `j`, first one first, of those whose bits are set in `among`."""
        box = self._boxes[j]
        candidates = among & ((1 << j) - 1)
        for axis, cell in box.cells.items():
            if not candidates:
                return
            table = self._tables[axis]
            here = candidates & ~table.constrained
            for region in indexes(cell.possible):
                here |= candidates & table.allowed[region]
                if here == candidates:
                    break
            candidates = here
        for i in indexes(candidates):
            if intersects(self._boxes[i], box) and not self._apart(i, j):
                yield i

    def _apart(self, i: int, j: int) -> bool:
        return any(
            fact == other_fact and never_together(test, other)
            for fact, test in self._hours[i]
            for other_fact, other in self._hours[j]
        )


def _hours(space: Space, box: Box) -> Iterator[tuple[str, MomentTest]]:
    """The questions about moments that are all answered with yes in the box."""
    for index, wanted in box.atoms:
        atom = space.atoms[index]
        if wanted and isinstance(atom, TestAtom) and isinstance(atom.test, MomentTest):
            yield atom.fact, atom.test
