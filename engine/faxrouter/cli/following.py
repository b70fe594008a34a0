"""What happened to each fax, in a few lines, as soon as it is acknowledged. Reads the journal; adds no word to it."""

from collections.abc import Callable, Iterator
from typing import Any

from faxrouter.cli.tables import counted
from faxrouter.journal import deeds, exceptions, faxes
from faxrouter.journal.journal import Journal, Journalled
from faxrouter.model.failure import Failed, Unavailable
from faxrouter.model.plan import Plan, StoreDocument

# department, reference of a stored document → where a person finds it
LocationOf = Callable[[str, str], str]
_SHOWN = ("workspace", "task", "retention", "hold", "approval", "send", "reply", "notify")


class Follower:
    """Reads on from where it stopped."""

    def __init__(self, journal: Journal, *, location_of: LocationOf) -> None:
        self._journal = journal
        self._location_of = location_of
        newest = journal.entries(newest_first=True, limit=1)
        self._last = newest[0].number if newest else 0

    def news(self) -> Iterator[str]:
        """Lines about every fax that was finished, or stopped, since the last call."""
        for entry in self._journal.entries(after=self._last):
            self._last = entry.number
            if entry.kind == "acknowledged" and entry.fax_id:
                yield from self._fax(entry.fax_id)
            elif entry.kind == "exception" and entry.body["exception"] in ("refused", "fault"):
                yield f"{entry.fax_id}: stopped; see `faxrouter queue`"
            elif entry.kind == "reload":
                yield _reload(entry)

    def _fax(self, fax_id: str) -> Iterator[str]:
        try:
            event = faxes.load_event(self._journal, fax_id)
        except Unavailable:
            return
        yield ""
        yield f"fax {fax_id}  {event.name or event.reference}"
        for entry in self._journal.entries("plan", fax_id=fax_id):
            if not entry.erased:
                yield from self._document(entry.payload)
        for one in exceptions.open_exceptions(self._journal, fax_id=fax_id):
            yield f"  for a person    {one.kind}: {one.reason} (queue of {one.department})"

    def _document(self, plan: Plan) -> Iterator[str]:
        for outcome in _SHOWN:
            given = plan.outcomes.get(outcome)
            if given is None or (plan.parked and outcome not in ("retention", "hold")):
                continue
            yield from _outcome(outcome, given)
        for action in plan.actions:
            if isinstance(action, StoreDocument):
                receipt = deeds.load_receipt(self._journal, action.idempotency_key)
                if receipt is not None:
                    yield f"  filed at        {self._location(action.department, receipt.reference)}"

    def _location(self, department: str, reference: str) -> str:
        try:
            return self._location_of(department, reference)
        except Failed as err:
            return f"{reference} ({err.failure.reason})"


def _outcome(outcome: str, given: dict[str, Any]) -> Iterator[str]:
    several = isinstance(given["rule"], list)
    values = given["value"] if several else [given["value"]]
    rules = given["rule"] if several else [given["rule"]]
    places = given["at"] if several else [given["at"]]
    name = "record class" if outcome == "retention" else outcome
    for value, rule, place in zip(values, rules, places, strict=True):
        yield f"  {name:<14}  {in_words(value)}, by {rule} ({place})"


def in_words(value: Any) -> str:
    """An outcome's value on one line: a typed workspace by its key, a task by its title and queue."""
    if not isinstance(value, dict):
        return str(value)
    if "type" in value and "key" in value:
        return f"{value['type']} {value['key']}"
    if "title" in value:
        where = f" → {value['queue']}" if "queue" in value else ""
        due = f", due in {value['due']}" if "due" in value else ""
        return f"{value['title']}{where}{due}"
    return ", ".join(f"{key} {inner}" for key, inner in value.items())


def _reload(entry: Journalled) -> str:
    if entry.body["live"]:
        return f"rules are live: {entry.body['digest'][:12]}, after {entry.body['milliseconds']} ms"
    first = f": {entry.body['problems'][0]}" if entry.body["problems"] else ""
    errors = counted(entry.body["errors"], "error")
    return f"rules refused, {errors}, the last good ones stay in service{first}"
