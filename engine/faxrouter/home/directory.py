"""Reading a home: the files under `rules/` and `templates/` at one moment. Knows nothing of their meaning.

What is read: every regular file whose name does not mark it as hidden or as an editor's dropping, symbolic links
followed. A folder of links such as Kubernetes makes (`facts.yaml -> ..data/facts.yaml`) is therefore read by its
visible names only. Everything is bounded, in files, bytes and depth, before it is held in memory.
"""

import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from faxrouter.home.snapshot import Snapshot
from faxrouter.model.failure import Unavailable

PARTS = ("rules", "templates")
# One byte more than the language reads, so that it is the language that refuses the file, at its place.
MOST_BYTES_OF_A_FILE = 8 * 1024 * 1024 + 1
MOST_BYTES = 64 * 1024 * 1024
MOST_FILES = 5_000
# entries looked at, hidden ones included
MOST_ENTRIES = 50_000
DEEPEST = 16
# A tree that changes while it is read is read again; a writer that never pauses is not waited for.
_ATTEMPTS = 5

# `.hidden`, `x~`, `#x#`, `~$x.csv` (a spreadsheet's lock), `4913` (vim trying a folder), what file browsers leave, what
# is still being written, what was kept of an older version
_DROPPING = re.compile(
    r"\..*|.*~|#.*#|~\$.*|4913|__pycache__|Thumbs\.db|desktop\.ini|.*\.(?:tmp|temp|swp|swx|part|crdownload|bak|orig|old)",
    re.DOTALL,
)
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


class _Changed(Exception):
    """The tree was changed while it was read."""


# device, inode, size and time of change in nanoseconds: another file, or another content, has another stamp
_Stamp = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class _Found:
    """One file to read, and the stamp by which a change shows."""

    path: Path
    stamp: _Stamp


def read_home(directory: Path) -> Snapshot:
    """The files of the home as one snapshot, by home-relative path (`rules/facts.yaml`).

    A file larger than 8 MiB appears cut off one byte above that limit. Bytes that are not UTF-8 and control characters
    in a name appear as `\\xNN`. Raises Unavailable when there is no `rules/` folder, when something in it cannot be
    read, when there is too much of it, or when it does not stand still for the time of one reading.
    """
    if not (directory / "rules").is_dir():
        raise Unavailable(
            f"`{directory}` has no folder `rules`; name the home with --home or FAXROUTER_HOME, or make one with "
            "`faxrouter init`"
        )
    for _ in range(_ATTEMPTS):
        try:
            before = _list(directory)
            files = _read(before)
            if _list(directory) == before:
                return Snapshot(files=files)
        except _Changed:
            continue
    raise Unavailable(
        f"the rule files in `{directory}` keep changing while they are read; try again when they are quiet"
    )


def _list(directory: Path) -> Mapping[str, _Found]:
    found: dict[str, _Found] = {}
    walk = _Walk()
    for part in PARTS:
        if (directory / part).is_dir():
            for name, entry in walk.files(directory / part, part):
                if name in found:
                    raise Unavailable(f"two files have the name `{name}`; rename one of them")
                found[name] = entry
    return found


class _Walk:
    """One walk through both parts of a home, with what it has counted so far."""

    def __init__(self) -> None:
        self._entries = 0
        self._files = 0
        self._above: list[tuple[int, int]] = []

    def files(self, folder: Path, name: str) -> Iterator[tuple[str, _Found]]:
        """Every file below `folder`, sorted, by its home-relative name. A link to a folder above it is not followed."""
        there = _stat(folder, name)
        if (there.st_dev, there.st_ino) in self._above:
            return
        if len(self._above) >= DEEPEST:
            raise Unavailable(f"folders are nested more than {DEEPEST} deep at `{name}`; move the rules further up")
        self._above.append((there.st_dev, there.st_ino))
        for child in self._children(folder, name):
            inside = f"{name}/{_safe(child)}"
            path = folder / child
            status = _stat(path, inside)
            if stat.S_ISDIR(status.st_mode):
                yield from self.files(path, inside)
            elif stat.S_ISREG(status.st_mode):
                self._files += 1
                if self._files > MOST_FILES:
                    raise Unavailable(f"there are more than {MOST_FILES:,} rule files; is this the right folder?")
                yield inside, _Found(path, _stamp(status))
            else:
                raise Unavailable(f"`{inside}` is neither a file nor a folder; move it away")
        self._above.pop()

    def _children(self, folder: Path, name: str) -> list[str]:
        children: list[str] = []
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    self._entries += 1
                    if self._entries > MOST_ENTRIES:
                        raise Unavailable(f"there are more than {MOST_ENTRIES:,} files; is this the right folder?")
                    if not _DROPPING.fullmatch(entry.name):
                        children.append(entry.name)
        except FileNotFoundError as err:
            raise _Changed from err
        except OSError as err:
            raise Unavailable(f"cannot read the folder `{name}`: {err.strerror}") from err
        return sorted(children)


def _stat(path: Path, name: str) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError as err:
        if path.is_symlink():
            raise Unavailable(f"`{name}` is a link to a file that is not there; mend or remove it") from err
        raise _Changed from err
    except OSError as err:
        raise Unavailable(f"cannot read `{name}`: {err.strerror}") from err


def _stamp(status: os.stat_result) -> _Stamp:
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns


def _read(found: Mapping[str, _Found]) -> Mapping[str, bytes]:
    files: dict[str, bytes] = {}
    total = 0
    for name, file in found.items():
        try:
            # a pipe that took the file's place must not be waited for
            with os.fdopen(os.open(file.path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as source:
                # a link may have been turned to another file and back since the file was found
                if _stamp(os.fstat(source.fileno())) != file.stamp:
                    raise _Changed
                files[name] = source.read(MOST_BYTES_OF_A_FILE)
                if _stamp(os.fstat(source.fileno())) != file.stamp:
                    raise _Changed
        except FileNotFoundError as err:
            raise _Changed from err
        except OSError as err:
            raise Unavailable(f"cannot read `{name}`: {err.strerror}") from err
        total += len(files[name])
        if total > MOST_BYTES:
            raise Unavailable(f"the rule files are larger than {MOST_BYTES // 2**20} MiB; is this the right folder?")
    return files


def _safe(name: str) -> str:
    """The name as it may stand in a message or a log line: no control characters, no half characters."""
    return _UNSAFE.sub(lambda found: _escaped(found.group()), name)


def _escaped(character: str) -> str:
    code = ord(character)
    # Python stands U+DC80 … U+DCFF in for the bytes 0x80 … 0xFF that are not UTF-8
    return f"\\x{code - 0xDC00 if 0xDC80 <= code <= 0xDCFF else code:02x}"
