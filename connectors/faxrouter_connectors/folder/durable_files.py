"""Files and directories that are there completely or not at all, after a power cut too.

Knows no fax. What a function here has done is on the disk when it returns. A name that begins with a dot is work in
progress: a crash may leave one behind, the next attempt overwrites it.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from faxrouter.model.failure import Failed, Failure, FailureKind

_CHUNK = 1 << 20


@contextmanager
def failing_as(system: str, operation: str) -> Iterator[None]:
    """What the operating system refuses, and a file that people have spoilt, becomes a `Failed`.

    Every act of this connector may be repeated, so a refusal of the operating system is transient.
    """
    try:
        yield
    except OSError as error:
        # the system's words only: its message would name the file, and so perhaps a person
        raise refusal(system, operation, os.strerror(error.errno or 0), kind=FailureKind.TRANSIENT) from error
    except ValidationError as error:
        raise refusal(system, operation, "a file that describes it was spoilt by hand") from error


def refusal(system: str, operation: str, reason: str, *, kind: FailureKind = FailureKind.REJECTED) -> Failed:
    return Failed(Failure(kind=kind, system=system, operation=operation, reason=reason))


def write_file(path: Path, content: bytes) -> None:
    """Put or replace one file. Two writers of one path must be kept apart by the caller."""
    unfinished = path.with_name(f".{path.name}.tmp")
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    move(unfinished, path)


def copy_file(source: Path, target: Path) -> str:
    """Copy the bytes and return the sha256 of what can be read back from the copy."""
    with source.open("rb") as original, target.open("wb") as copy:
        shutil.copyfileobj(original, copy, _CHUNK)
        copy.flush()
        os.fsync(copy.fileno())
    with target.open("rb") as copy:
        return hashlib.file_digest(copy, "sha256").hexdigest()


def move(source: Path, target: Path) -> None:
    """Rename within one file system; what stood at a file's target is replaced."""
    os.rename(source, target)
    sync_directory(target.parent)
    if source.parent != target.parent:
        sync_directory(source.parent)


def make_directory(path: Path) -> None:
    """Make the directory and its parents where they are missing."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for directory in reversed(missing):
        directory.mkdir(exist_ok=True)
        sync_directory(directory.parent)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
