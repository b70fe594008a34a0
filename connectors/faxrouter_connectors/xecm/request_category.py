"""The category in which people write whom to fax: its definition as it is now, and what it states on a document.

Knows no way of marking.
"""

from collections.abc import Mapping
from typing import Any

from faxrouter.model.failure import Failed, FailureKind, FailureSubject
from faxrouter_connectors.xecm.attributes import json_values, key_of
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.definitions import CategoryDefinition, Definitions
from faxrouter_connectors.xecm.recorded import Recorded
from faxrouter_connectors.xecm.refusals import Refused, Word

Values = Mapping[str, Any]


class RequestCategory:
    """`name` as in Extended ECM. `attributes`: fact → the attribute that states it."""

    def __init__(
        self,
        client: XecmClient,
        definitions: Definitions,
        recorded: Recorded,
        *,
        name: str,
        attributes: Mapping[str, str],
    ) -> None:
        self._client = client
        self._definitions = definitions
        self._recorded = recorded
        self._name = name
        self._attributes = attributes

    @property
    def states_facts(self) -> bool:
        return bool(self._attributes)

    def now(self, *needed: str, operation: str) -> CategoryDefinition:
        """Raises Failed(REJECTED) about the metadata when an attribute is missing: one that states a fact, or is
        needed besides."""
        definition = self._definitions.of_now(self._name)
        for attribute in (*needed, *self._attributes.values()):
            if attribute not in definition.attributes:
                raise self._failed(operation, f"the category `{self._name}` has no attribute `{attribute}`")
        return definition

    def values_on(self, node: int, definition: CategoryDefinition, *, operation: str) -> Values | None:
        """Attribute → value; None when the category is not on the node, or this identity does not see it."""
        try:
            values = self._recorded.values_of(node, definition.id, operation=operation)
        except Refused as err:
            if err.word not in (Word.NOT_FOUND, Word.NOT_PERMITTED):
                raise
            return None
        if values is None:
            return None
        return {name: values.get(key_of(known)) for name, known in definition.attributes.items()}

    def facts(self, definition: CategoryDefinition, values: Values) -> dict[str, object]:
        """What the attributes state; empty ones state nothing."""
        return json_values(definition, values, self._attributes)

    def update(self, node: int, definition: CategoryDefinition, values: Values, *, operation: str) -> None:
        """Attribute → value; what is not named stays as it is. The category must be on the node."""
        wired = {key_of(definition.attributes[name]): value for name, value in values.items()}
        self._recorded.update_values(node, definition.id, wired, operation=operation)

    def _failed(self, operation: str, reason: str) -> Failed:
        about = FailureSubject.METADATA
        return self._client.system.failed(FailureKind.REJECTED, operation, reason, about=about)
