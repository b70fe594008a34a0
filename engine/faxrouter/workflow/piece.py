"""One piece of work in the hand of a durable workflow, with what its process knows of it already. Knows no engine."""

from dataclasses import dataclass

from faxrouter.journal.faxes import Event
from faxrouter.journal.work import Work
from faxrouter.model.plan import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """`event` and `plan` stand in the journal as well: who has just written them need not read them."""

    work: Work
    # surely nothing of it was tried, so nothing needs to be looked up
    untried: bool = False
    event: Event | None = None
    plan: Plan | None = None
