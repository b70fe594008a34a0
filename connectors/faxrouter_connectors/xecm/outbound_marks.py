"""What the three ways of marking documents have in common: a way, the document that a node stands for, whose it is.

Knows neither category, workflow nor folder.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import MarkedDocument, MarkOutcome
from faxrouter_connectors.xecm import nodes, versions
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.outbound_options import Territory
from faxrouter_connectors.xecm.places import Places
from faxrouter_connectors.xecm.refusals import Refused, Word

READ, ANSWER = "read marks", "answer mark"
# of a node that this identity cannot read, for whatever reason
_HIDDEN = (Word.NOT_FOUND, Word.NOT_PERMITTED)

_NUMBER = re.compile("[0-9]{1,20}")

# reads one mark; None when there is none after all, or it is another department's
Reading = Callable[[], MarkedDocument | None]


class Way(Protocol):
    """One way of marking documents."""

    def readings(self) -> Iterator[Reading]:
        """Of everything that may be a mark; they fail each by itself. Raises Failed when nothing can be looked for."""
        ...

    def answer(self, marked: MarkedDocument, outcome: MarkOutcome, words: str) -> bool:
        """Tell whoever marked it. False when it was answered before. Raises Failed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ToFax:
    """The document that a node stands for. One that cannot be read is known all the same: opening it says why."""

    # as in MarkedDocument; empty where there is no document at all
    document: str
    version: int
    name: str
    media_type: str
    # None when this identity cannot read it
    node: nodes.Node | None


def nothing(name: str) -> ToFax:
    """No document that this identity could fax; `name` of what stands in its place."""
    return ToFax(document="", version=1, name=name, media_type="", node=None)


class Documents:
    """Documents as one identity sees them. `territory` says whose they are."""

    def __init__(self, client: XecmClient, places: Places, territory: Territory) -> None:
        self._client = client
        self._places = places
        self._territory = territory
        # None: this identity works for several
        self.only_department = territory.department

    def of(self, node: nodes.Node) -> ToFax:
        """With the version that is the newest now. A shortcut stands for its original."""
        original: nodes.Node | None = node
        if node.type == nodes.SHORTCUT and node.original is not None:
            original = self.read(node.original)
            if original is None:
                return ToFax(document=str(node.original), version=1, name=node.name, media_type="", node=None)
        if original is None or original.type != nodes.DOCUMENT:
            return nothing(node.name)
        try:
            latest = versions.latest(self._client, original.id, operation=READ)
        except Refused as err:
            if err.word not in _HIDDEN:
                raise
            return ToFax(document=str(original.id), version=1, name=original.name, media_type="", node=original)
        return ToFax(
            document=str(original.id),
            version=latest.number,
            name=original.name,
            media_type=latest.media_type,
            node=original,
        )

    def read(self, node: int) -> nodes.Node | None:
        """None when it is gone, or this identity does not see it."""
        try:
            return nodes.read(self._client, node, operation=READ)
        except Refused as err:
            if err.word not in _HIDDEN:
                raise
            return None

    def within(self, department: str, to_fax: ToFax) -> ToFax:
        """Nothing in its place, where it is another department's document."""
        if to_fax.node is None or self.department_of(to_fax.node) == department:
            return to_fax
        return nothing(to_fax.name)

    def department_of(self, node: nodes.Node | None) -> str | None:
        """Whose document it is; None when this identity does not work for them, or for several and it cannot be
        told."""
        if node is None or not self._territory.places:
            return self._territory.department
        try:
            above = nodes.ancestors(self._client, node.id, operation=READ)
        except Refused as err:
            if err.word not in _HIDDEN:
                raise
            return None
        for place, department in self._territory.places.items():
            if self._places.folder(place, operation=READ) in above:
                return department
        return None


def numbers_in(client: XecmClient, marked: MarkedDocument, *, many: int) -> list[int]:
    """What stands behind the kind in a mark's reference. Raises Failed(REJECTED) for one that never was ours."""
    kind, *rest = marked.reference.split("/")
    if kind != marked.kind.value or len(rest) != many or not all(_NUMBER.fullmatch(one) for one in rest):
        raise no_such_mark(client)
    return [int(one) for one in rest]


def no_such_mark(client: XecmClient) -> Failed:
    return client.system.failed(FailureKind.REJECTED, ANSWER, "there is no such mark")
