"""Documents marked by the folder they are in. An answer moves what was put there into a folder beside it.

What has been answered is counted in the node's description, so a document that is put there again is a new mark. A
shortcut stands for its original, and it is the shortcut that moves. What somebody took out of the folder before the
answer stays where it is; the answer is written into its description there.
"""

from collections.abc import Iterator, Mapping
from functools import partial

from faxrouter.ports import Clock, MarkedDocument, MarkKind, MarkOutcome
from faxrouter_connectors.xecm import nodes
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.definitions import CategoryDefinition
from faxrouter_connectors.xecm.members import Members
from faxrouter_connectors.xecm.names import answered, answers_in, mark, node_name
from faxrouter_connectors.xecm.outbound_marks import ANSWER, READ, Documents, Reading, numbers_in
from faxrouter_connectors.xecm.outbound_options import ByCategory, ByFolder
from faxrouter_connectors.xecm.places import Places
from faxrouter_connectors.xecm.refusals import Refused, Word
from faxrouter_connectors.xecm.request_category import RequestCategory


class FolderMarks:
    """The folders that one identity looks into, each with its department. `by_category`: how documents are marked by
    their category as well; those are left to it."""

    def __init__(
        self,
        client: XecmClient,
        places: Places,
        documents: Documents,
        category: RequestCategory,
        members: Members,
        *,
        options: ByFolder,
        folders: Mapping[tuple[str, ...], str],
        by_category: ByCategory | None,
        clock: Clock,
    ) -> None:
        self._client = client
        self._places = places
        self._documents = documents
        self._category = category
        self._members = members
        self._names = {MarkOutcome.SENT: options.sent, MarkOutcome.REFUSED: options.refused}
        self._folders = folders
        self._by_category = by_category
        self._clock = clock

    def readings(self) -> Iterator[Reading]:
        is_asked = self._category.states_facts or self._by_category is not None
        definition = self._category.now(operation=READ) if is_asked and self._folders else None
        for path, department in self._folders.items():
            for node in self._in_folder(path):
                yield partial(self._read, node, department, definition)

    def answer(self, marked: MarkedDocument, outcome: MarkOutcome, words: str) -> bool:
        number, count = numbers_in(self._client, marked, many=2)
        node = nodes.read(self._client, number, operation=ANSWER)
        if answers_in(node.description) != count:
            return False
        said = f"{outcome.value}: {words}" if words else outcome.value
        self.put_away(node, outcome, marked, description=answered(node.description, said))
        return True

    def put_away(
        self, node: nodes.Node, outcome: MarkOutcome, marked: MarkedDocument, *, description: str | None = None
    ) -> None:
        """Move what is in one of the folders, and describe it, in one call. What is elsewhere is only described."""
        value = {} if description is None else {"description": description}
        path = self._path_of(node.parent_id)
        if path is not None:
            self._move(node, (*path, self._names[outcome]), value, distinct=mark(marked.reference))
        elif value:
            nodes.change(self._client, node.id, value, operation=ANSWER)

    def _in_folder(self, path: tuple[str, ...]) -> list[nodes.Node]:
        folder = self._places.folder(path, operation=READ)
        try:
            return nodes.children(self._client, folder, operation=READ, kind=nodes.NO_CONTAINERS)
        except Refused as err:
            if err.word is Word.NOT_FOUND:
                # somebody may have made another one of this name
                self._places.forget(str(folder))
            raise

    def _read(self, node: nodes.Node, department: str, definition: CategoryDefinition | None) -> MarkedDocument | None:
        # a shortcut may stand for a document of somebody else
        to_fax = self._documents.of(node)
        if node.type == nodes.SHORTCUT:
            to_fax = self._documents.within(department, to_fax)
        facts: dict[str, object] = {}
        if definition is not None and to_fax.node is not None:
            values = self._category.values_on(to_fax.node.id, definition, operation=READ) or {}
            ours = self._by_category
            if ours is not None and to_fax.node == node and values.get(ours.state) == ours.requested:
                return None
            facts = self._category.facts(definition, values)
        return MarkedDocument(
            reference=f"{MarkKind.FOLDER.value}/{node.id}/{answers_in(node.description)}",
            kind=MarkKind.FOLDER,
            marked_at=node.modified_at or self._clock.now(),
            marked_by=self._members.login_of(node.modified_by),
            department=department,
            document=to_fax.document,
            version=to_fax.version,
            name=to_fax.name,
            media_type=to_fax.media_type,
            stated_facts=facts,
        )

    def _path_of(self, folder: int) -> tuple[str, ...] | None:
        """Of our folders, the one that is this node."""
        for path in self._folders:
            if self._places.folder(path, operation=ANSWER) == folder:
                return path
        return None

    def _move(self, node: nodes.Node, path: tuple[str, ...], value: dict[str, str], *, distinct: str) -> None:
        folder = self._places.folder(path, operation=ANSWER, make=True)
        try:
            self._change(node, {**value, "parent_id": str(folder)}, distinct)
        except Refused as err:
            if err.word is not Word.NOT_FOUND:
                raise
            # it was there a moment ago
            self._places.forget(str(folder))
            folder = self._places.folder(path, operation=ANSWER, make=True)
            self._change(node, {**value, "parent_id": str(folder)}, distinct)

    def _change(self, node: nodes.Node, value: dict[str, str], distinct: str) -> None:
        try:
            nodes.change(self._client, node.id, value, operation=ANSWER)
        except Refused as err:
            if err.word is not Word.ALREADY_THERE:
                raise
            value["name"] = node_name(node.name, distinct=distinct)
            nodes.change(self._client, node.id, value, operation=ANSWER)
