"""The `Records` port on a filing tree: class assertions and holds stand in the document's own `document.json`.

Knows no retention arithmetic. Nothing here removes anything.
"""

from faxrouter.model.plan import Receipt
from faxrouter.ports import ClassAssertion
from faxrouter_connectors.folder.document_file import Assertion, Hold
from faxrouter_connectors.folder.names import digest
from faxrouter_connectors.folder.shelf import Shelf
from faxrouter_connectors.folder.tree import Tree


class FolderRecords:
    """Record classes and holds of the documents of one tree."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._shelf = Shelf(tree)

    def assert_class(self, document: str, assertion: ClassAssertion, *, idempotency_key: str) -> Receipt:
        key = digest(idempotency_key)
        with self._shelf.open(document, "assert record class") as stored:
            fresh = all(earlier.key != key for earlier in stored.file.record_classes)
            if fresh:
                stored.file.record_classes.append(
                    Assertion(
                        record_class=assertion.record_class,
                        rsi=assertion.rsi,
                        rule=assertion.rule,
                        at=assertion.at,
                        authority=assertion.authority,
                        key=key,
                    )
                )
                stored.save()
        return _receipt(idempotency_key, f"{document}/class/{key[:16]}", fresh=fresh)

    def place_hold(self, document: str, hold: str, *, rule: str, at: str, idempotency_key: str) -> Receipt:
        key = digest(idempotency_key)
        with self._shelf.open(document, "place hold") as stored:
            fresh = all(earlier.key != key for earlier in stored.file.holds)
            if fresh:
                stored.file.holds.append(Hold(hold=hold, rule=rule, at=at, key=key))
                stored.save()
        return _receipt(idempotency_key, f"{document}/hold/{key[:16]}", fresh=fresh)

    def health(self) -> str | None:
        return self._tree.health()


def _receipt(idempotency_key: str, reference: str, *, fresh: bool) -> Receipt:
    return Receipt(idempotency_key=idempotency_key, reference=reference, fresh=fresh)
