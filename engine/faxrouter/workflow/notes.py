"""What one run did and has not journalled yet. Knows no port.

A run writes it all down in one transaction: at its end, or with the failure that ends it. A run that is killed before
leaves nothing, and the next one looks on the other side before it repeats: so a note may be lost, and a deed is not
done twice.
"""

from collections.abc import Callable

from faxrouter.journal.journal import Writing

Write = Callable[[Writing], None]


class Notes:
    """In the order in which things were done."""

    def __init__(self) -> None:
        self._notes: list[Write] = []

    def add(self, write: Write) -> None:
        self._notes.append(write)

    def write_into(self, writing: Writing) -> None:
        """Part of the caller's transaction, which journals all of it or nothing."""
        for note in self._notes:
            note(writing)
