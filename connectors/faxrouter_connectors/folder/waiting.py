"""The faxes that wait in a drop folder, each with the sidecars beside it. Takes and changes nothing.

A file has settled once it did not change between two looks `settle` seconds apart. Names that begin with one dot or end
in `.part`, `.partial`, `.tmp` or `~` are unfinished; folders, links and devices are no faxes. A sidecar is called like
its fax, with or without the fax's own ending: `scan.tif.json` or `scan.json`.
"""

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from faxrouter.model.stated import SIDECARS
from faxrouter.ports import Clock
from faxrouter_connectors.folder.names import digest

log = structlog.get_logger()

_UNFINISHED = (".part", ".partial", ".tmp", "~")
_LAST_SECOND = 253_402_300_799  # of the year 9999


@dataclass(frozen=True, slots=True, kw_only=True)
class DroppedFile:
    """A plain file as it was when we looked."""

    path: Path
    # changes whenever the file does, but not when it is renamed
    stamp: str
    modified_at: datetime
    settled: bool

    @property
    def is_sidecar(self) -> bool:
        return self.path.suffix.lower() in SIDECARS


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingFax:
    """A fax with the sidecars that stand beside it."""

    fax: DroppedFile
    sidecars: tuple[DroppedFile, ...]
    # why its sidecars cannot be believed
    defects: tuple[str, ...]

    @property
    def settled(self) -> bool:
        return self.fax.settled and all(sidecar.settled for sidecar in self.sidecars)

    @property
    def reference(self) -> str:
        """Made of time, name, size and inode: it survives a restart, and the same name dropped later has another."""
        identity = digest(f"{self.fax.path.name}/{self.fax.stamp}")[:16]
        return f"{self.fax.modified_at:%Y%m%dT%H%M%SZ}-{identity}"

    def is_unchanged(self) -> bool:
        """Whether all of it still stands as it did when we looked."""
        return all(_stands(file) for file in (self.fax, *self.sidecars))


class DropFolder:
    """Remembers from look to look since when each file has been as it is."""

    def __init__(self, path: Path, *, name: str, settle: float, clock: Clock) -> None:
        self._path = path
        self._name = name
        self._settle = settle
        self._clock = clock
        # file to (stamp, when it was first seen with it)
        self._seen: dict[Path, tuple[str, datetime]] = {}
        self._ignored: frozenset[Path] = frozenset()

    def waiting(self) -> list[WaitingFax]:
        """Every fax, settled or not, oldest first."""
        files = list(self._look())
        # `SCAN.JSON` is a sidecar too
        sidecars = {file.path.stem + file.path.suffix.lower(): file for file in files if file.is_sidecar}
        faxes = [file for file in files if not file.is_sidecar]
        stems = Counter(fax.path.stem for fax in faxes)
        unusable = {path.stem + path.suffix.lower() for path in self._ignored if path.suffix.lower() in SIDECARS}
        found = [
            _with_sidecars(fax, sidecars, unusable=unusable, shares_stem=stems[fax.path.stem] > 1) for fax in faxes
        ]
        return sorted(found, key=lambda waiting: (waiting.fax.modified_at, waiting.fax.path.name))

    def _look(self) -> Iterator[DroppedFile]:
        now = self._clock.now()
        seen: dict[Path, tuple[str, datetime]] = {}
        ignored: set[Path] = set()
        with os.scandir(self._path) as entries:
            for entry in entries:
                if is_unfinished(entry.name):
                    continue
                path = Path(entry.path)
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                if stat.S_ISDIR(status.st_mode):
                    continue
                if not stat.S_ISREG(status.st_mode) or not os.access(path, os.R_OK):
                    ignored.add(path)
                    continue
                stamp = stamp_of(status)
                before = self._seen.get(path)
                since = before[1] if before and before[0] == stamp else now
                seen[path] = (stamp, since)
                yield DroppedFile(
                    path=path,
                    stamp=stamp,
                    modified_at=modified_at(status),
                    settled=(now - since).total_seconds() >= self._settle,
                )
        self._seen = seen
        if ignored - self._ignored:
            # names may be those of persons: only how many
            log.warning(
                "inbox_files_ignored", service=self._name, files=len(ignored), why="a link, a device or no right"
            )
        self._ignored = frozenset(ignored)


def is_unfinished(name: str) -> bool:
    """`..\\fax.tif` is a strange name and a fax: no program hides its work in progress like that."""
    hidden = name.startswith(".") and not name.startswith("..")
    return hidden or name.lower().endswith(_UNFINISHED)


def _stands(file: DroppedFile) -> bool:
    try:
        return stamp_of(file.path.lstat()) == file.stamp
    except FileNotFoundError:
        return False


def modified_at(status: os.stat_result) -> datetime:
    """File times are claims too: before 1970 and after 9999 they are cut."""
    return datetime.fromtimestamp(min(max(status.st_mtime, 0), _LAST_SECOND), UTC)


def stamp_of(status: os.stat_result) -> str:
    return f"{status.st_ino}-{status.st_size}-{status.st_mtime_ns}"


def _with_sidecars(
    fax: DroppedFile, sidecars: Mapping[str, DroppedFile], *, unusable: Collection[str], shares_stem: bool
) -> WaitingFax:
    own = [sidecars[fax.path.name + suffix] for suffix in SIDECARS if fax.path.name + suffix in sidecars]
    of_stem = [sidecars[fax.path.stem + suffix] for suffix in SIDECARS if fax.path.stem + suffix in sidecars]
    defects: tuple[str, ...] = ()
    if shares_stem:
        if of_stem and not own:
            defects = ("its sidecar could belong to several faxes",)
        of_stem = []
    beside = tuple(dict.fromkeys([*own, *of_stem]))
    if len(beside) > 1:
        defects = ("it has more than one sidecar",)
    stems = (fax.path.name,) if shares_stem else (fax.path.name, fax.path.stem)
    if any(stem + suffix in unusable for stem in stems for suffix in SIDECARS):
        # somebody states something about it that we cannot read: a person must, before it is routed without that
        defects = ("its sidecar is a link or a device, or there is no right to read it",)
    return WaitingFax(fax=fax, sidecars=beside, defects=defects)
