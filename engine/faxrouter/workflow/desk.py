"""The desk on which the plan of one document lies: what was done so far, and what it tells. Does nothing itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from faxrouter.journal import deeds
from faxrouter.journal.work import Work
from faxrouter.model.plan import Action, ClassifyRecord, OpenWorkspace, PlaceHold, Plan, Receipt, StoreDocument
from faxrouter.ports import WorkspaceRef
from faxrouter.workflow.notes import Notes
from faxrouter.workflow.services import Services

# details of a receipt
WORKSPACE, CREATED, INSTEAD_OF = "workspace", "created", "instead of"
# of a document that was filed without the metadata that the records system refused: why, and who keeps it
WITHOUT_METADATA, KEEPER = "without metadata", "keeper"
# behind the key of a workspace that was there, was gone, and was found or made once more
ANEW = ":anew"


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One document on its way through its plan."""

    services: Services
    work: Work
    plan: Plan
    # an earlier run may have done some of it
    look: bool
    notes: Notes
    # of the actions done so far in this run, by key
    receipts: dict[str, Receipt] = field(default_factory=dict)

    def receipt(self, key: str) -> Receipt | None:
        """None when the action was not done, as far as anybody knows. Those of an earlier run stand in the journal."""
        known = self.receipts.get(key)
        return known if known is not None or not self.look else deeds.load_receipt(self.services.journal, key)

    @property
    def workspace(self) -> WorkspaceRef:
        """The one that was opened, or the one that took its place."""
        opened = self._receipt_of(OpenWorkspace)
        receipt = self.receipt(opened.idempotency_key + ANEW) or opened
        return WorkspaceRef(reference=receipt.reference, name=receipt.details[WORKSPACE])

    @property
    def document(self) -> str:
        """The reference of the stored document."""
        return self._receipt_of(StoreDocument).reference

    @property
    def is_parked(self) -> bool:
        """Whether the document was filed without its metadata: then a person goes on with it, and nothing else acts."""
        return WITHOUT_METADATA in self._how_stored()

    def keeper(self, action: Action) -> str:
        """Whose identity performs: that of whoever keeps the document, if it was filed elsewhere than planned."""
        if not isinstance(action, (ClassifyRecord, PlaceHold)):
            return action.department
        return self._how_stored().get(KEEPER, action.department)

    def _how_stored(self) -> Mapping[str, str]:
        """Nothing before the document is stored, or where the plan stores none."""
        key = next((one.idempotency_key for one in self.plan.actions if isinstance(one, StoreDocument)), None)
        receipt = None if key is None else self.receipt(key)
        return {} if receipt is None else receipt.details

    def _receipt_of(self, kind: type[Action]) -> Receipt:
        """Of an earlier action of this plan. A plan that files nothing before it acts is a bug of planning."""
        key = next((action.idempotency_key for action in self.plan.actions if isinstance(action, kind)), "")
        receipt = self.receipt(key)
        if receipt is None:
            raise LookupError(f"the plan of {self.plan.document_id} acts before {kind.__name__}")
        return receipt
