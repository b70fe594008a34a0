"""Tables: for every region of an axis the boxes that allow it, as one integer with a bit per box. Knows no event.

A box that does not look at an axis is allowed everywhere on it. Tables are swept from the first region to the last:
only where some cell begins or ends does the integer change, and equal integers are one object.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from faxrouter.deciding.boxes import Axis, Box
from faxrouter.deciding.regions import Cell


@dataclass(frozen=True, slots=True, kw_only=True)
class AxisTable:
    """What one axis says of every box."""

    # boxes with a cell on this axis
    constrained: int
    # region → boxes that allow it; [0] is the absent fact
    allowed: Sequence[int]
    # region → boxes that only possibly allow it; None where a known value always has an answer
    doubtful: Sequence[int] | None


def bits(indexes: Iterable[int], *, size: int) -> int:
    """The integer with these bits set, of at most `size` bits."""
    content = bytearray(size // 8 + 1)
    for index in indexes:
        content[index >> 3] |= 1 << (index & 7)
    return int.from_bytes(content, "little")


def indexes(mask: int) -> Iterator[int]:
    """The set bits, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


def axis_tables(boxes: Sequence[Box], region_counts: Mapping[Axis, int]) -> dict[Axis, AxisTable]:
    """One table for every axis that some box has a cell on. The i-th box is bit i."""
    cells: dict[Axis, dict[Cell, list[int]]] = {}
    for index, box in enumerate(boxes):
        for axis, cell in box.cells.items():
            cells.setdefault(axis, {}).setdefault(cell, []).append(index)
    return {axis: _table(cells[axis], region_counts[axis], len(boxes)) for axis in sorted(cells)}


def _table(cells: Mapping[Cell, Sequence[int]], region_count: int, size: int) -> AxisTable:
    groups = [(cell, bits(found, size=size)) for cell, found in cells.items()]
    constrained = 0
    for _, group in groups:
        constrained |= group
    free = ((1 << size) - 1) & ~constrained
    has_doubt = any(cell.possible != cell.certain for cell in cells)
    return AxisTable(
        constrained=constrained,
        allowed=_swept(((cell.possible, group) for cell, group in groups), free, region_count),
        doubtful=_swept(((cell.possible & ~cell.certain, group) for cell, group in groups), 0, region_count)
        if has_doubt
        else None,
    )


def _swept(groups: Iterable[tuple[int, int]], start: int, region_count: int) -> list[int]:
    changes: dict[int, int] = {}
    for regions, group in groups:
        for edge in indexes(regions ^ (regions << 1)):
            changes[edge] = changes.get(edge, 0) ^ group
    swept: list[int] = []
    same: dict[int, int] = {}
    current = start
    for region in range(region_count):
        if region in changes:
            current ^= changes[region]
            current = same.setdefault(current, current)
        swept.append(current)
    return swept
