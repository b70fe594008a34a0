"""Which boxes may overlap, found by tables of bits instead of looking at every pair. Does no I/O."""

from collections.abc import Iterator, Sequence

from faxrouter.deciding.boxes import Box, Space, intersects
from faxrouter.deciding.regions import ABSENT_CELL
from faxrouter.deciding.tables import axis_tables, indexes


def overlapping_pairs(space: Space, boxes: Sequence[Box]) -> Iterator[tuple[int, int]]:
    """Every pair (i, j), i < j, of boxes that one event with known or absent facts may lie in. Opaque parts may
    hold."""
    counts = {
        axis: max(space.known(axis).bit_length(), ABSENT_CELL.bit_length()) for box in boxes for axis in box.cells
    }
    tables = axis_tables(boxes, counts)
    earlier = 0
    for j, box in enumerate(boxes):
        candidates = earlier
        for axis, cell in box.cells.items():
            if not candidates:
                break
            table = tables[axis]
            here = candidates & ~table.constrained
            for region in indexes(cell.possible):
                here |= candidates & table.allowed[region]
                if here == candidates:
                    break
            candidates = here
        for i in indexes(candidates):
            if intersects(boxes[i], box):
                yield i, j
        earlier |= 1 << j
