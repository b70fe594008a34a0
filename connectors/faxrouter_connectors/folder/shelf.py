"""Finding, changing and moving the stored documents of a filing tree, one at a time under its lock.

Knows no port: filing and records are both written upon it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from faxrouter_connectors.folder import document_file
from faxrouter_connectors.folder.document_file import DocumentFile
from faxrouter_connectors.folder.durable_files import failing_as, make_directory, move, refusal
from faxrouter_connectors.folder.names import digest, is_digest
from faxrouter_connectors.folder.tree import Tree


@dataclass(slots=True, kw_only=True)
class Shelved:
    """A document where it stands now. `file` may be changed and saved while its lock is held."""

    file: DocumentFile
    place: str
    path: Path

    @property
    def workspace(self) -> str:
        """The reference of its workspace: the place without `workspaces` before and the document behind it."""
        return "/".join(self.place.split("/")[1:-1])

    def save(self) -> None:
        self.file.save(self.path)


class Shelf:
    """Every stored document of one tree, by its reference."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree

    @staticmethod
    def reference(idempotency_key: str) -> str:
        """A document is known by the key that stored it, wherever it stands."""
        return digest(f"document/{idempotency_key}")

    @contextmanager
    def open(self, reference: str, operation: str) -> Iterator[Shelved]:
        """The document under its lock; refused when there is none."""
        if not is_digest(reference):
            raise refusal(self._tree.system, operation, "there is no such document")
        with failing_as(self._tree.system, operation), self._tree.locked(reference):
            shelved = self.find(reference, operation)
            if shelved is None:
                raise refusal(self._tree.system, operation, "there is no such document")
            yield shelved

    def find(self, reference: str, operation: str) -> Shelved | None:
        """Where the document stands; a move that was cut short is finished first. Call it under the lock."""
        for place in reversed(self._tree.places(reference)):
            path = self._tree.path(place)
            file = document_file.load(path)
            if file is not None and file.reference == reference:
                self._tree.check_department(place, operation)
                return self._finish_move(Shelved(file=file, place=place, path=path))
        return None

    def move(self, shelved: Shelved, place: str, *, key: str) -> None:
        """Move the document to another place of the tree."""
        self._tree.remember(shelved.file.reference, place)
        shelved.file.moving_to = place
        shelved.file.changes.append(key)
        # from here on it is moved: whoever opens it next finishes what a crash leaves undone
        shelved.save()
        self._finish_move(shelved)

    def _finish_move(self, shelved: Shelved) -> Shelved:
        place = shelved.file.moving_to
        if place is None:
            return shelved
        target = self._tree.path(place)
        if place != shelved.place:
            make_directory(target.parent)
            move(shelved.path, target)
        shelved.place, shelved.path, shelved.file.moving_to = place, target, None
        shelved.save()
        return shelved
