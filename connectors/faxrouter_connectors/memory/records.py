"""The `Records` fake, upon the documents of the filing fake."""

from faxrouter.model.plan import Receipt
from faxrouter.ports import ClassAssertion
from faxrouter_connectors.memory.archive import ArchivedDocument, MemoryArchive
from faxrouter_connectors.memory.faults import FaultPlan


class MemoryRecords:
    """Record classes and holds in memory."""

    def __init__(self, archive: MemoryArchive, *, faults: FaultPlan) -> None:
        self.archive = archive
        self.faults = faults

    def assert_class(self, document: str, assertion: ClassAssertion, *, idempotency_key: str) -> Receipt:
        with (
            self.archive.lock,
            self.faults.around("assert_class", document=document, assertion=assertion, idempotency_key=idempotency_key),
        ):
            classes = self._document(document, "assert record class").classes
            fresh = idempotency_key not in classes
            classes.setdefault(idempotency_key, assertion)
            number = list(classes).index(idempotency_key) + 1
            return Receipt(idempotency_key=idempotency_key, reference=f"{document}/class/{number}", fresh=fresh)

    def place_hold(self, document: str, hold: str, *, rule: str, at: str, idempotency_key: str) -> Receipt:
        with (
            self.archive.lock,
            self.faults.around("place_hold", document=document, hold=hold, idempotency_key=idempotency_key),
        ):
            holds = self._document(document, "place hold").holds
            fresh = idempotency_key not in holds
            holds.setdefault(idempotency_key, (hold, rule, at))
            number = list(holds).index(idempotency_key) + 1
            return Receipt(idempotency_key=idempotency_key, reference=f"{document}/hold/{number}", fresh=fresh)

    def health(self) -> str | None:
        return None

    def _document(self, reference: str, operation: str) -> ArchivedDocument:
        stored = self.archive.documents.get(reference)
        if stored is None:
            raise self.faults.refuse(operation, "there is no such document")
        return stored
