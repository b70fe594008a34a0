"""What is recorded about a node: category values, record classes, holds. Knows no port.

Facts A3 and A6. Record classes and holds are found by name and remembered; a class or a hold that stands on the node
already is no error.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from faxrouter.model.failure import FailureKind
from faxrouter.ports import Clock
from faxrouter_connectors.xecm import nodes
from faxrouter_connectors.xecm.client import XecmClient, results_of
from faxrouter_connectors.xecm.definitions import Definitions
from faxrouter_connectors.xecm.refusals import Refused, Word

_CLASSIFY, _HOLD = "classify record", "place hold"
_HOLD_TYPE = "Legal"
_MOST_NEW = 1000


class Recorded:
    """Classes, holds and categories as one identity sees them. Safe for many threads."""

    def __init__(self, client: XecmClient, definitions: Definitions, *, clock: Clock, create_holds: bool) -> None:
        self._client = client
        self._definitions = definitions
        self._clock = clock
        self._create_holds = create_holds
        self._lock = threading.Lock()
        self._classes: dict[str, int] = {}
        self._holds: dict[str, int] = {}
        # nodes that this process has made, with what it has written on each
        self._new: OrderedDict[int, set[str]] = OrderedDict()

    def set_values(self, node: int, category: int, values: Mapping[str, Any], *, operation: str) -> None:
        """Update the category; where it is not on the node yet, put it there with the values."""
        try:
            self.update_values(node, category, values, operation=operation)
        except Refused as err:
            if err.word is Word.NOT_PERMITTED:
                raise
            fields = [("category_id", str(category)), *_fields(values)]
            self._client.form("POST", f"/v2/nodes/{node}/categories", operation=operation, fields=fields)

    def update_values(self, node: int, category: int, values: Mapping[str, Any], *, operation: str) -> None:
        """Of a category that is on the node; what is not named stays as it is."""
        path = f"/v2/nodes/{node}/categories/{category}"
        self._client.form("PUT", path, operation=operation, fields=_fields(values))

    def values_of(self, node: int, category: int, *, operation: str) -> Mapping[str, Any] | None:
        """Key → value; None when the category is not on the node."""
        return self._categories(node, operation).get(category)

    def category_of(self, node: int, *, parent: int, operation: str) -> tuple[str | None, Mapping[str, Any]]:
        """The category of a document, with its values: of several, the one that its folder does not have."""
        own = self._categories(node, operation)
        if len(own) > 1:
            inherited = self._categories(parent, operation)
            own = {category: values for category, values in own.items() if category not in inherited} or own
        for category, values in own.items():
            return self._definitions.name_of(category), values
        return None, {}

    def made(self, node: int) -> None:
        """This process has just made the node: until it writes more on it, there is nothing to ask for."""
        with self._lock:
            self._new[node] = set()
            if len(self._new) > _MOST_NEW:
                self._new.popitem(last=False)

    def assert_class(self, node: int, name: str) -> bool:
        """Classify the record. False when it had the class."""
        if self._is_there(node, name, self.classes_of, _CLASSIFY):
            return False
        value = {"class_id": self._class_id(name), "apply_to_sub_items": False}
        try:
            self._client.body("POST", f"/v1/nodes/{node}/rmclassifications", operation=_CLASSIFY, value=value)
        except Refused as err:
            if err.word is Word.NOT_PERMITTED:
                raise
            # the file plan may have changed; or somebody classified it at this moment
            with self._lock:
                self._classes.clear()
            if name in self.classes_of(node, operation=_CLASSIFY):
                return False
            raise
        self._note(node, name)
        return True

    def classes_of(self, node: int, *, operation: str) -> tuple[str, ...]:
        """The names of its record classes, the primary one first."""
        said = self._client.get(f"/v1/nodes/{node}/rmclassifications", operation=operation)
        numbers: dict[int, None] = {}
        for one in results_of(said):
            listed = one.get("multiple_classifications") or ()
            for number in (one.get("rmclassification_id"), *(_number_in(other) for other in listed)):
                if number is not None:
                    numbers[int(number)] = None
        names = {number: name for name, number in self._all_classes().items()} if numbers else {}
        return tuple(names.get(number, str(number)) for number in numbers)

    def place_hold(self, node: int, name: str, *, comment: str) -> bool:
        """Put the record on hold. False when it was."""
        if self._is_there(node, name, self.holds_of, _HOLD):
            return False
        value = {"hold_id": self._hold_id(name, comment)}
        try:
            self._client.body("POST", f"/v1/nodes/{node}/holds", operation=_HOLD, value=value)
        except Refused as err:
            if err.word is Word.NOT_PERMITTED:
                raise
            with self._lock:
                self._holds.pop(name, None)
            if name in self.holds_of(node, operation=_HOLD):
                return False
            raise
        self._note(node, name)
        return True

    def holds_of(self, node: int, *, operation: str) -> tuple[str, ...]:
        said = self._client.get(self._client.guesses.node_holds.format(node=node), operation=operation)
        return tuple(str(hold["HoldName"]) for hold in _holds_in(said))

    def _is_there(self, node: int, name: str, ask: Callable[..., tuple[str, ...]], operation: str) -> bool:
        with self._lock:
            written = self._new.get(node)
        return name in written if written is not None else name in ask(node, operation=operation)

    def _note(self, node: int, name: str) -> None:
        with self._lock:
            if node in self._new:
                self._new[node].add(name)

    def _categories(self, node: int, operation: str) -> dict[int, Mapping[str, Any]]:
        """Category → its values."""
        said = self._client.get(f"/v2/nodes/{node}/categories", operation=operation)
        found: dict[int, Mapping[str, Any]] = {}
        for result in results_of(said):
            values = result.get("data", {}).get("categories") or {}
            for key in values:
                number = str(key).partition("_")[0]
                if number.isdigit():
                    found[int(number)] = values
        return found

    def _class_id(self, name: str) -> int:
        with self._lock:
            known = self._classes.get(name)
        if known is not None:
            return known
        found = self._all_classes().get(name)
        if found is None:
            reason = f"the file plan has no record class `{name}`"
            raise self._client.system.failed(FailureKind.REJECTED, _CLASSIFY, reason)
        return found

    def _all_classes(self) -> Mapping[str, int]:
        """Walk the file plan: name → id."""
        with self._lock:
            if self._classes:
                return dict(self._classes)
        guesses = self._client.guesses
        found: dict[str, int] = {}
        for kind in guesses.file_plan_volumes:
            try:
                folders = [nodes.volume(self._client, kind, operation=_CLASSIFY).id]
            except Refused as err:
                if err.word is not Word.NOT_FOUND:
                    raise
                continue
            while folders:
                for node in nodes.children(self._client, folders.pop(), operation=_CLASSIFY):
                    if node.type == guesses.record_classification_type:
                        found.setdefault(node.name, node.id)
                    if node.is_container:
                        folders.append(node.id)
        with self._lock:
            self._classes = found
        return found

    def _hold_id(self, name: str, comment: str) -> int:
        with self._lock:
            known = self._holds.get(name)
        if known is None:
            known = self._find_hold(name)
            if known is None:
                known = self._create_hold(name, comment)
            with self._lock:
                self._holds[name] = known
        return known

    def _find_hold(self, name: str) -> int | None:
        try:
            said = self._client.get("/v2/hold", operation=_HOLD, params=[("holdname", name)])
        except Refused as err:
            if err.word is Word.NOT_FOUND:
                return None
            raise
        return next((int(hold["HoldID"]) for hold in _holds_in(said) if hold["HoldName"] == name), None)

    def _create_hold(self, name: str, comment: str) -> int:
        if not self._create_holds:
            reason = "there is no hold of that name, and none may be made (`create_holds`)"
            raise self._client.system.failed(FailureKind.REJECTED, _HOLD, reason)
        fields = [
            ("type", _HOLD_TYPE),
            ("name", name),
            ("comment", comment),
            ("date_applied", self._clock.now().date().isoformat()),
        ]
        try:
            said = self._client.form("POST", "/v1/holds", operation=_HOLD, fields=fields)
        except Refused:
            # somebody may have made it at this moment
            there = self._find_hold(name)
            if there is None:
                raise
            return there
        made = said.get("holdID") if isinstance(said, dict) else None
        if not isinstance(made, int):
            raise self._client.system.failed(FailureKind.UNKNOWN, _HOLD, "the answer names no hold")
        return made


def _number_in(listed: Any) -> Any:
    """A further class of a record: its id, bare or in an object [U]."""
    return listed.get("rmclassification_id", listed.get("id")) if isinstance(listed, dict) else listed


def _fields(values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Form fields as the server reads them: booleans in Python's spelling, a list as a repeated field (facts A0)."""
    fields: list[tuple[str, str]] = []
    for key, value in values.items():
        parts = value if isinstance(value, list) else [value]
        fields += [(key, str(part)) for part in parts or [""]]
    return fields


def _holds_in(said: Any) -> list[Mapping[str, Any]]:
    """Holds as they are listed: below `holds` or `hold` of `results.data`, or bare in `data`."""
    found: list[Mapping[str, Any]] = []
    for result in results_of(said):
        inner = result.get("data", result)
        listed = inner.get("holds", inner.get("hold", inner)) if isinstance(inner, dict) else inner
        for hold in listed if isinstance(listed, list) else [listed]:
            if isinstance(hold, dict) and "HoldName" in hold:
                found.append(hold)
    return found
