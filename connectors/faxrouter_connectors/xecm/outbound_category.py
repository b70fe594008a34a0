"""Documents marked by their category: a state attribute says that somebody wants them faxed, and then what came of it.

They are found by a search, whose index is late and may be wrong: each is read before it is told. The category counts
its answers, so a document whose state is set again is a new mark, whatever people did with the words of the last one.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import partial

from faxrouter.ports import Clock, MarkedDocument, MarkKind, MarkOutcome
from faxrouter_connectors.xecm import nodes, search
from faxrouter_connectors.xecm.attributes import key_of
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.definitions import CategoryDefinition
from faxrouter_connectors.xecm.members import Members
from faxrouter_connectors.xecm.outbound_folder import FolderMarks
from faxrouter_connectors.xecm.outbound_marks import ANSWER, READ, Documents, Reading, no_such_mark, numbers_in
from faxrouter_connectors.xecm.outbound_options import ByCategory
from faxrouter_connectors.xecm.refusals import Refused, Word
from faxrouter_connectors.xecm.request_category import RequestCategory, Values


class CategoryMarks:
    """What one identity finds marked by the category. `folders`: where documents are marked by a folder as well; one
    that was marked both ways is faxed once."""

    def __init__(
        self,
        client: XecmClient,
        documents: Documents,
        category: RequestCategory,
        members: Members,
        folders: FolderMarks | None,
        *,
        options: ByCategory,
        clock: Clock,
    ) -> None:
        self._client = client
        self._documents = documents
        self._category = category
        self._folders = folders
        self._members = members
        self._options = options
        self._clock = clock

    def readings(self) -> Iterator[Reading]:
        definition = self._definition(READ)
        key = key_of(definition.attributes[self._options.state])
        region = self._client.guesses.attribute_region.format(key=key)
        query = f'OTSubType: {nodes.DOCUMENT} and {region}: "{self._options.requested}"'
        for node in search.nodes_where(self._client, query, operation=READ):
            yield partial(self._read, node, definition)

    def answer(self, marked: MarkedDocument, outcome: MarkOutcome, words: str) -> bool:
        """Its state is set even where somebody took the mark back in the meantime: what was done was done."""
        number, count = numbers_in(self._client, marked, many=2)
        definition = self._definition(ANSWER)
        node = nodes.read(self._client, number, operation=ANSWER)
        values = self._category.values_on(number, definition, operation=ANSWER)
        if values is None:
            raise no_such_mark(self._client)
        if self._count(values) != count:
            return False
        if self._folders is not None:
            # first: as long as the state is not set, the mark stands and this is made good
            self._folders.put_away(node, outcome, marked)
        options = self._options
        longest = definition.attributes[options.answer].length
        told = {
            options.state: options.sent if outcome is MarkOutcome.SENT else options.refused,
            options.answer: words[:longest],
            options.count: count + 1,
        }
        self._category.update(number, definition, told, operation=ANSWER)
        return True

    def _read(self, number: int, definition: CategoryDefinition) -> MarkedDocument | None:
        values = self._category.values_on(number, definition, operation=READ)
        if values is None or values.get(self._options.state) != self._options.requested:
            return None
        node = self._documents.read(number)
        department = self._documents.department_of(node)
        if node is None or department is None:
            return None
        to_fax = self._documents.of(node)
        at, by = self._marked(node)
        return MarkedDocument(
            reference=f"{MarkKind.CATEGORY.value}/{number}/{self._count(values)}",
            kind=MarkKind.CATEGORY,
            marked_at=at,
            marked_by=by,
            department=department,
            document=to_fax.document,
            version=to_fax.version,
            name=to_fax.name,
            media_type=to_fax.media_type,
            stated_facts=self._category.facts(definition, values),
        )

    def _marked(self, node: nodes.Node) -> tuple[datetime, str]:
        """When, and by whom: the newest change of its attributes, where the audit trail tells."""
        try:
            event = nodes.last_event(self._client, node.id, nodes.ATTRIBUTES_CHANGED, operation=READ)
        except Refused as err:
            if err.word not in (Word.NOT_FOUND, Word.NOT_PERMITTED):
                raise
            event = None
        if event is None:
            return node.modified_at or self._clock.now(), ""
        return event.at, self._members.login_of(event.user)

    def _definition(self, operation: str) -> CategoryDefinition:
        options = self._options
        return self._category.now(options.state, options.answer, options.count, operation=operation)

    def _count(self, values: Values) -> int:
        text = str(values.get(self._options.count) or 0)
        return int(text) if text.isascii() and text.isdigit() else 0
