"""A drop folder as a fax service: whatever file is put into it is a fax.

Knows no TIFF and no rule. The folder itself is all the state there is:

    inbox/NAME, NAME.json      waiting: a fax, and beside it what its sender's system knows (`waiting.py`, `sidecar.py`)
    inbox/taken/REFERENCE/     taken, not yet acknowledged: the fax, its sidecar, and `.taken.json`
    inbox/done/REFERENCE/      acknowledged; may be emptied at any time

Write the sidecar first: one that arrives after its fax was taken is left where it is. A fax that goes on growing after
it was taken, or within ten minutes after it was acknowledged, is offered once more, whole, under a new reference.
"""

import os
import re
import stat
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote, unquote_to_bytes

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from faxrouter.model.stated import SIDECARS, Stated
from faxrouter.ports import Clock, InboundFax
from faxrouter_connectors.folder.durable_files import failing_as, make_directory, move, refusal, write_file
from faxrouter_connectors.folder.sidecar import read_sidecar
from faxrouter_connectors.folder.waiting import DropFolder, WaitingFax, is_unfinished, modified_at, stamp_of

log = structlog.get_logger()

_NOTE = ".taken.json"
# a copy that paused goes on within this time, or nobody notices it; only so many faxes are looked back at
_LOOKED_BACK_AT, _LOOK_BACK = 2_000, timedelta(minutes=10)
_REFERENCE = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{16}(-\d+)?")


class _Note(BaseModel):
    """What is kept of a taken fax beside its bytes, so that it is offered again as it was."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    stamp: str
    received_at: datetime
    stated_facts: dict[str, object] = {}
    stated_by: str = "carrier"
    defects: tuple[str, ...] = ()
    # (name as in an address, stamp) of the files that move with it
    sidecars: tuple[tuple[str, str], ...] = ()


class FolderInbox:
    """The `FaxService` of one drop folder. One router at a time may serve it; its threads may share it."""

    def __init__(self, inbox: Path, *, name: str, settle: float, lease: float, clock: Clock) -> None:
        self.name = name
        self._inbox, self._taken, self._done = inbox, inbox / "taken", inbox / "done"
        self._lease = lease
        self._clock = clock
        self._lock = threading.Lock()
        self._drop = DropFolder(inbox, name=name, settle=settle, clock=clock)
        self._offered: dict[str, WaitingFax] = {}
        # taken fax to when it was taken or last offered again
        self._leases: dict[str, datetime] = {}
        # acknowledged faxes, oldest first: when, and the file as it was
        self._done_lately: dict[Path, tuple[datetime, str]] = {}
        for directory in (self._inbox, self._taken, self._done):
            make_directory(directory)

    def offered(self, *, limit: int) -> Sequence[InboundFax]:
        """First the taken faxes that nobody acknowledged for `lease` seconds or since the start, then the waiting."""
        with self._lock, failing_as(self.name, "look for faxes"):
            self._look_back()
            again = self._taken_again()[:limit]
            self._leases.update((fax.reference, self._clock.now()) for fax in again)
            settled = [waiting for waiting in self._drop.waiting() if waiting.settled][: limit - len(again)]
            self._offered = {self._reference(waiting): waiting for waiting in settled}
            return [*again, *(_offer(reference, _note(waiting)) for reference, waiting in self._offered.items())]

    def take(self, reference: str) -> None:
        operation = "take fax"
        with self._lock, failing_as(self.name, operation):
            if self._fax_of(reference) is None:
                waiting = self._find_waiting(reference)
                if waiting is None:
                    raise refusal(self.name, operation, "it is gone, has changed or was acknowledged")
                directory = self._taken / reference
                make_directory(directory)
                write_file(directory / _NOTE, _note(waiting).model_dump_json().encode())
                # now it is taken: a crash after this loses nothing, the note says which sidecars are still to come
                move(waiting.fax.path, directory / waiting.fax.path.name)
            self._bring_sidecars(reference)
            self._leases[reference] = self._clock.now()

    @contextmanager
    def open(self, reference: str) -> Iterator[BinaryIO]:
        operation = "read fax"
        with failing_as(self.name, operation):
            path = self._fax_of(reference)
            if path is None:
                raise refusal(self.name, operation, "it was not taken")
            # the file is a stranger's: it may have become a link or a pipe since we looked
            file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
        with file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise refusal(self.name, operation, "it is not a plain file")
            yield file

    def acknowledge(self, reference: str) -> None:
        operation = "acknowledge fax"
        with self._lock, failing_as(self.name, operation):
            if self._is_done(reference):
                return
            if not self._is_taken(reference):
                raise refusal(self.name, operation, "it was not taken")
            fax = self._fax_of(reference)
            if fax is not None:
                stamp = self._read_note(fax).stamp
                if stamp_of(fax.lstat()) != stamp:
                    self._drop_again(fax)
                else:
                    self._done_lately[self._done / reference / fax.name] = (self._clock.now(), stamp)
            move(self._taken / reference, self._done / reference)
            self._leases.pop(reference, None)

    def health(self) -> str | None:
        for directory in (self._inbox, self._taken, self._done):
            if not os.access(directory, os.R_OK | os.W_OK | os.X_OK):
                return f"the folder {directory} is missing or may not be written to"
        return None

    def _taken_again(self) -> list[InboundFax]:
        """Taken faxes whose lease is over, oldest first."""
        now = self._clock.now()
        over = []
        for reference in sorted(os.listdir(self._taken)):
            since = self._leases.get(reference)
            if since is not None and (now - since).total_seconds() < self._lease:
                continue
            path = self._fax_of(reference)
            if path is not None:
                over.append(_offer(reference, self._read_note(path)))
        return over

    def _fax_of(self, reference: str) -> Path | None:
        """The taken fax itself; None when it was not taken, or a crash came between its note and its move."""
        if _REFERENCE.fullmatch(reference) is None:
            return None
        try:
            names = os.listdir(self._taken / reference)
        except FileNotFoundError:
            return None
        faxes = [name for name in names if not is_unfinished(name) and not name.lower().endswith(SIDECARS)]
        return self._taken / reference / faxes[0] if faxes else None

    def _is_taken(self, reference: str) -> bool:
        """Also without its fax, which went back into the inbox because it had changed."""
        if self._fax_of(reference) is not None:
            return True
        noted = _REFERENCE.fullmatch(reference) is not None and (self._taken / reference).is_dir()
        return noted and self._find_waiting(reference) is None

    def _reference(self, waiting: WaitingFax) -> str:
        """Its own, or a numbered one where the file system gave the same to a fax that is done."""
        reference, number = waiting.reference, 1
        while (self._done / reference).is_dir():
            number += 1
            reference = f"{waiting.reference}-{number}"
        return reference

    def _find_waiting(self, reference: str) -> WaitingFax | None:
        offered = self._offered.get(reference)
        if offered is not None and offered.is_unchanged():
            return offered
        return next((waiting for waiting in self._drop.waiting() if self._reference(waiting) == reference), None)

    def _is_done(self, reference: str) -> bool:
        return _REFERENCE.fullmatch(reference) is not None and (self._done / reference).is_dir()

    def _read_note(self, fax: Path) -> _Note:
        try:
            return _Note.model_validate_json(fax.with_name(_NOTE).read_bytes())
        except (FileNotFoundError, ValidationError):
            status = fax.lstat()
            return _Note(
                name=fax.name,
                stamp=stamp_of(status),
                received_at=modified_at(status),
                defects=("the note about it was lost or changed, and with it what its sidecar stated",),
            )

    def _bring_sidecars(self, reference: str) -> None:
        """Move the sidecars that the note names to their fax, unless they have become others in the meantime."""
        fax = self._fax_of(reference)
        if fax is None:
            return
        for name, stamp in self._read_note(fax).sidecars:
            source = self._inbox / os.fsdecode(unquote_to_bytes(name))
            try:
                unchanged = stamp_of(source.lstat()) == stamp
            except FileNotFoundError:
                continue
            if unchanged:
                move(source, fax.parent / source.name)

    def _look_back(self) -> None:
        """A copy that paused longer than `settle` may go on after its beginning was acknowledged."""
        now = self._clock.now()
        for fax, (since, stamp) in list(self._done_lately.items()):
            try:
                grown = stamp_of(fax.lstat()) != stamp
            except FileNotFoundError:
                grown = False
            if grown:
                self._drop_again(fax)
            if grown or now - since > _LOOK_BACK or len(self._done_lately) > _LOOKED_BACK_AT:
                del self._done_lately[fax]

    def _drop_again(self, fax: Path) -> None:
        """Put a fax that changed since it was taken back into the inbox, under a name that nobody has."""
        reference = fax.parent.name
        log.warning("fax_changed_after_taking", service=self.name, reference=reference)
        again = self._inbox / (reference + fax.suffix)
        # the fax goes last: while it is here, a crash leaves all of this to be done once more
        for sidecar in sorted(fax.parent.iterdir()):
            if not is_unfinished(sidecar.name) and sidecar != fax:
                move(sidecar, again.with_name(again.name + sidecar.suffix.lower()))
        move(fax, again)


def _note(waiting: WaitingFax) -> _Note:
    """What is known of a fax before anybody opens it."""
    sidecar = Stated(defects=waiting.defects)
    if waiting.sidecars and not waiting.defects:
        sidecar = read_sidecar(waiting.sidecars[0].path)
    return _Note(
        name=_shown(waiting.fax.path),
        stamp=waiting.fax.stamp,
        received_at=_stated_moment(sidecar.facts.get("received_at")) or waiting.fax.modified_at,
        stated_facts=dict(sidecar.facts),
        stated_by=f"sidecar {_shown(waiting.sidecars[0].path)}" if waiting.sidecars else "carrier",
        defects=sidecar.defects,
        sidecars=tuple((quote(os.fsencode(file.path.name)), file.stamp) for file in waiting.sidecars),
    )


def _offer(reference: str, note: _Note) -> InboundFax:
    return InboundFax(
        reference=reference,
        received_at=note.received_at,
        stated_facts=note.stated_facts,
        stated_by=note.stated_by,
        name=note.name,
        defects=note.defects,
    )


def _stated_moment(value: object) -> datetime | None:
    """The moment that a sidecar states, where it is one; whether it is right is for the facts to say."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
        return moment.astimezone(UTC) if moment is not None and moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _shown(path: Path) -> str:
    """The file's name as text that every store can keep, whatever bytes it is made of."""
    return os.fsencode(path.name).decode("utf-8", "replace")
