"""Every shipped source of outbound requests, set up for the contract suite: what it must do, and the fake. Extended ECM
stands in `outbound_xecm.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, cast

from faxrouter.model.failure import FailureKind
from faxrouter.ports import Connector, MarkOutcome, OutboundRequests
from faxrouter_connectors import memory
from faxrouter_connectors.memory import MemoryOutboundRequests
from faxrouter_simulators.faults import FaultKind
from implementations import Implementation, SteppedClock, settings_of

# fact → the attribute into which people write it
FACTS = {"their_number": "Fax number", "recipient": "Recipient", "subject": "Subject", "urgent": "Urgent"}
# who works in which department
PEOPLE = {"claims": "carla", "clinic": "nina"}


class OutboundRequestsUnderTest(Implementation, Protocol):
    def mark(self, content: bytes, written: Mapping[str, object] = {}, *, department: str = "claims") -> str:
        """Somebody marks a document, with values for the attributes of FACTS; the document's reference."""
        ...

    def mark_again(self, document: str) -> None:
        """Somebody marks it anew, after an answer."""
        ...

    def add_version(self, document: str, content: bytes) -> None: ...

    def vanish(self, document: str) -> None:
        """Somebody deletes it."""
        ...

    def break_answers(self, how: FaultKind) -> None:
        """The next answer does not come through."""
        ...

    def told(self, document: str) -> tuple[MarkOutcome, str]:
        """The outcome that whoever marked it sees, and the words."""
        ...

    def changes(self) -> int:
        """How often the other side was changed by an answer."""
        ...


def outbound_requests(implementation: Implementation) -> OutboundRequests:
    """For the department claims."""
    assert implementation.connector.outbound_requests is not None
    return implementation.connector.outbound_requests


@dataclass(slots=True)
class MemoryOutbound:
    """The fake, which serves one department."""

    home: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    longest_name: int | None = None
    connector: Connector = field(init=False)
    _documents: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        settings = settings_of(self.home, self.clock, {})
        self.connector = memory.open_connector(replace(settings, departments=frozenset({"claims"})))

    @property
    def _port(self) -> MemoryOutboundRequests:
        return cast(MemoryOutboundRequests, self.connector.outbound_requests)

    def restart(self) -> None:
        """It is the other side as well, which goes on."""

    def close(self) -> None:
        self.connector.close()

    def mark(self, content: bytes, written: Mapping[str, object] = {}, *, department: str = "claims") -> str:
        self.clock.pass_by(1)
        facts = {fact: written[name] for fact, name in FACTS.items() if written.get(name) not in (None, "")}
        made = self._port.mark(
            content,
            name="letter.pdf",
            department=department,
            marked_at=self.clock.now(),
            marked_by=PEOPLE[department],
            facts=facts,
        )
        self._documents.append(made)
        return made

    def mark_again(self, document: str) -> None:
        self.clock.pass_by(1)
        self._port.mark_again(document, marked_at=self.clock.now())

    def add_version(self, document: str, content: bytes) -> None:
        self._port.add_version(document, content)

    def vanish(self, document: str) -> None:
        self._port.vanish(document)

    def break_answers(self, how: FaultKind) -> None:
        self._port.faults.fail("answer", FailureKind.UNKNOWN, after_effect=how is not FaultKind.CUT)

    def told(self, document: str) -> tuple[MarkOutcome, str]:
        return self._port.answers(document)[-1]

    def changes(self) -> int:
        return sum(len(self._port.answers(document)) for document in self._documents)
