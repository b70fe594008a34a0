"""Bytes by hash: durable when `put` returns, never half there, gone when erased."""

import hashlib
import io
import os
import resource
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from faxrouter.journal.blobs import BlobStore
from faxrouter.model.failure import Unavailable


class Dripping(io.RawIOBase):
    """A source that gives a few bytes at a time and may break."""

    def __init__(self, content: bytes, *, breaks_at: int | None = None) -> None:
        self._content = content
        self._at = 0
        self._breaks_at = breaks_at

    def read(self, size: int = -1) -> bytes:
        if self._breaks_at is not None and self._at >= self._breaks_at:
            raise ConnectionError("the line went dead")
        piece = self._content[self._at : self._at + 7]
        self._at += len(piece)
        return piece


@pytest.fixture
def blobs(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


@pytest.fixture
def small_files() -> Iterator[None]:
    """No file may grow beyond a megabyte: the disk is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("content", [b"", b"a", b"x" * 3_000_001], ids=["empty", "small", "large"])
def test_what_was_put_can_be_read(blobs: BlobStore, content: bytes) -> None:
    """Under its hash, in a folder of its first two signs."""
    blob = blobs.put(io.BytesIO(content))

    assert (hashlib.sha256(content).hexdigest(), len(content)) == (blob.sha256, blob.size)
    assert content == blobs.path(blob.sha256).read_bytes()
    assert [blob.sha256] == list(blobs)
    assert blobs.path(blob.sha256).parent.name == blob.sha256[:2]


def test_a_slow_source_is_read_to_its_end(blobs: BlobStore) -> None:
    """A short read is not the end."""
    assert 100 == blobs.put(Dripping(b"z" * 100)).size  # type: ignore[arg-type]


def test_the_same_bytes_twice_are_stored_once(blobs: BlobStore) -> None:
    """Nothing is left of the second."""
    assert blobs.put(io.BytesIO(b"twice")) == blobs.put(io.BytesIO(b"twice"))
    assert 1 == len(list(blobs))


def test_a_source_that_breaks_leaves_nothing(blobs: BlobStore, tmp_path: Path) -> None:
    """Its error is its own; no half of it stays."""
    with pytest.raises(ConnectionError):
        blobs.put(Dripping(b"z" * 100, breaks_at=50))  # type: ignore[arg-type]
    assert [] == list(blobs)
    assert [] == [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]


def test_a_full_disk_is_said_in_words_and_leaves_nothing(blobs: BlobStore, tmp_path: Path, small_files: None) -> None:
    """Unavailable, with what to do; once there is room it works again."""
    with pytest.raises(Unavailable, match="free some disk space"):
        blobs.put(io.BytesIO(b"x" * (2 << 20)))
    assert [] == [path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]
    assert 10 == blobs.put(io.BytesIO(b"x" * 10)).size


def test_bytes_that_rotted_are_noticed_and_replaced(blobs: BlobStore) -> None:
    """The same fax delivered again brings good bytes."""
    blob = blobs.put(io.BytesIO(b"sound"))
    blobs.path(blob.sha256).write_bytes(b"rotten")
    assert not blobs.verify(blob.sha256)

    blobs.put(io.BytesIO(b"sound"))

    assert blobs.verify(blob.sha256)


def test_erased_bytes_are_gone(blobs: BlobStore) -> None:
    """Twice is once."""
    blob = blobs.put(io.BytesIO(b"gone"))
    blobs.erase(blob.sha256)
    blobs.erase(blob.sha256)
    with pytest.raises(Unavailable, match="not in the blob store"):
        blobs.path(blob.sha256)
    assert not blobs.verify(blob.sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "0" * 63])
def test_only_hashes_name_bytes(blobs: BlobStore, name: str) -> None:
    """A path never leaves the store."""
    with pytest.raises(ValueError, match="sha256"):
        blobs.path(name)


def test_a_store_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "blobs").write_text("")
    with pytest.raises(Unavailable, match="blob store"):
        BlobStore(tmp_path / "blobs")


def test_what_a_killed_process_left_is_swept_away(blobs: BlobStore, tmp_path: Path) -> None:
    """After a day; what another process is writing now stays."""
    incoming = tmp_path / "blobs" / "incoming"
    for name in ("left", "now"):
        (incoming / name).write_bytes(b"half")
    yesterday = (incoming / "now").stat().st_mtime - 90_000
    os.utime(incoming / "left", (yesterday, yesterday))
    BlobStore(tmp_path / "blobs")

    assert ["now"] == [path.name for path in incoming.iterdir()]


def test_a_store_that_was_emptied_is_made_again(blobs: BlobStore, tmp_path: Path) -> None:
    """The next fax needs no restart."""
    shutil.rmtree(tmp_path / "blobs")

    assert blobs.verify(blobs.put(io.BytesIO(b"fax")).sha256)


def test_a_store_that_cannot_be_used_asks_for_room_only_when_it_is_full(blobs: BlobStore, tmp_path: Path) -> None:
    """Words that send nobody to the wrong place."""
    shutil.rmtree(tmp_path / "blobs")
    (tmp_path / "blobs").write_bytes(b"no folder")

    with pytest.raises(Unavailable) as caught:
        blobs.put(io.BytesIO(b"fax"))

    assert "disk space" not in str(caught.value)
