"""Bytes by hash on the file system: `ab/cdef…`, written once, synced, and only then visible. Knows no database."""

import contextlib
import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from faxrouter.model.failure import Unavailable
from faxrouter.ports import Blob

_CHUNK = 1 << 20
# seconds
_A_DAY = 86_400
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_HEX = frozenset("0123456789abcdef")


class BlobStore:
    """Implements `ports.Blobs` under one folder. Several processes may share it."""

    def __init__(self, root: Path) -> None:
        """Makes the folder. Raises Unavailable."""
        self._root = root
        self._incoming = root / "incoming"
        try:
            self._incoming.mkdir(parents=True, exist_ok=True)
            self._sweep()
        except OSError as err:
            raise _unavailable(err) from err

    def put(self, source: BinaryIO) -> Blob:
        """Streams; never holds more than a chunk. Errors of the source pass through, ours become Unavailable."""
        sha256, size = hashlib.sha256(), 0
        try:
            # somebody may have emptied the store while the router works
            self._incoming.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._incoming)
        except OSError as err:
            raise _unavailable(err) from err
        incoming = Path(name)
        try:
            with open(descriptor, "wb", buffering=0) as file:
                while chunk := source.read(_CHUNK):
                    sha256.update(chunk)
                    size += len(chunk)
                    _write(file.fileno(), chunk)
                _sync(file.fileno())
            blob = Blob(sha256=sha256.hexdigest(), size=size)
            self._keep(incoming, blob)
            return blob
        finally:
            with contextlib.suppress(OSError):
                incoming.unlink(missing_ok=True)

    def path(self, sha256: str) -> Path:
        path = self._place(sha256)
        if not path.is_file():
            raise Unavailable(f"the bytes {sha256} are not in the blob store")
        return path

    def verify(self, sha256: str) -> bool:
        """Whether the stored bytes still have their hash; False also when they are gone."""
        path = self._place(sha256)
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256

    def erase(self, sha256: str) -> None:
        path = self._place(sha256)
        try:
            path.unlink(missing_ok=True)
            if path.parent.is_dir():
                _sync_folder(path.parent)
        except OSError as err:
            raise _unavailable(err) from err

    def __iter__(self) -> Iterator[str]:
        for folder in sorted(self._root.glob("[0-9a-f][0-9a-f]")):
            for path in sorted(folder.iterdir()):
                yield folder.name + path.name

    def _sweep(self) -> None:
        """Remove what a killed process left half written a day ago or longer."""
        with tempfile.NamedTemporaryFile(dir=self._incoming) as fresh:
            now = os.fstat(fresh.fileno()).st_mtime
            for path in self._incoming.iterdir():
                with contextlib.suppress(FileNotFoundError):
                    if now - path.stat().st_mtime > _A_DAY:
                        path.unlink()

    def _place(self, sha256: str) -> Path:
        if len(sha256) != 64 or not _HEX.issuperset(sha256):
            raise ValueError("a blob is named by a sha256 in lower-case hex")
        return self._root / sha256[:2] / sha256[2:]

    def _keep(self, incoming: Path, blob: Blob) -> None:
        # bytes that rotted on the disk are replaced by the good ones at hand
        if self.verify(blob.sha256):
            return
        place = self._place(blob.sha256)
        try:
            place.parent.mkdir(exist_ok=True)
            os.replace(incoming, place)
            _sync_folder(place.parent)
            _sync_folder(self._root)
        except OSError as err:
            raise _unavailable(err) from err


def _write(descriptor: int, chunk: bytes) -> None:
    rest = memoryview(chunk)
    try:
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    except OSError as err:
        raise _unavailable(err) from err


def _sync(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as err:
        raise _unavailable(err) from err


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _unavailable(err: OSError) -> Unavailable:
    mend = "free some disk space" if err.errno in _FULL else "mend it"
    return Unavailable(f"the blob store cannot be used: {err.strerror}; {mend}, it goes on by itself")
