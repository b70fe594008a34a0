"""The `Records` port in Extended ECM: record classes as RM classifications, holds as holds. Knows no rule.

The file plan's entry for a record class is named like its RSI.
"""

from faxrouter.model.plan import Receipt
from faxrouter.ports import ClassAssertion
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.recorded import Recorded


class XecmRecords:
    """Classes and holds that one identity asserts and places."""

    def __init__(self, client: XecmClient, recorded: Recorded) -> None:
        self._client = client
        self._recorded = recorded

    def assert_class(self, document: str, assertion: ClassAssertion, *, idempotency_key: str) -> Receipt:
        node = self._client.node(document, operation="classify record")
        fresh = self._recorded.assert_class(node, assertion.rsi)
        return Receipt(idempotency_key=idempotency_key, reference=f"{node}:{assertion.rsi}", fresh=fresh)

    def place_hold(self, document: str, hold: str, *, rule: str, at: str, idempotency_key: str) -> Receipt:
        node = self._client.node(document, operation="place hold")
        fresh = self._recorded.place_hold(node, hold, comment=f"placed by {rule} ({at})")
        return Receipt(idempotency_key=idempotency_key, reference=f"{node}:{hold}", fresh=fresh)

    def health(self) -> str | None:
        return self._client.health()
