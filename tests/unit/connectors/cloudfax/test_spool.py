"""Faxes that were fetched stand on disk until they are acknowledged."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from faxrouter_connectors.cloudfax.spool import Spool, SpooledFax

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FAX = SpooledFax(
    document_id="D/../1",
    received_at=NOON,
    leased_until=NOON + timedelta(hours=1),
    taken=False,
    sha256=hashlib.sha256(b"bytes").hexdigest(),
    name="one.tif",
    facts={"our_number": "+14155550101"},
    defects=("a defect",),
)


def test_what_was_put_is_there_after_a_restart(tmp_path: Path) -> None:
    """Everything that the service said, and whether somebody began to work on it."""
    spool = Spool(tmp_path)
    spool.put(FAX, b"bytes")
    spool.take(FAX.document_id)

    again = Spool(tmp_path)

    assert [replace(FAX, taken=True)] == again.all()
    assert b"bytes" == again.content(FAX.document_id).read_bytes()


def test_a_fax_that_comes_again_gets_the_new_lease_and_keeps_the_rest(tmp_path: Path) -> None:
    """Whoever works on it goes on."""
    spool = Spool(tmp_path)
    spool.put(FAX, b"bytes")
    spool.take(FAX.document_id)
    later = FAX.leased_until + timedelta(hours=1)

    spool.put(replace(FAX, leased_until=later), b"bytes")

    assert [replace(FAX, taken=True, leased_until=later)] == spool.all()


def test_faxes_stand_in_the_order_of_their_reception(tmp_path: Path) -> None:
    """Whatever their ids."""
    spool = Spool(tmp_path)
    for minutes, name in ((3, "a"), (1, "b"), (2, "c")):
        spool.put(replace(FAX, document_id=name, received_at=NOON + timedelta(minutes=minutes)), b"bytes")

    assert ["b", "c", "a"] == [fax.document_id for fax in spool.all()]


def test_an_acknowledged_fax_is_gone_and_remembered(tmp_path: Path) -> None:
    """Over a restart as well: it may come once more."""
    spool = Spool(tmp_path)
    spool.put(FAX, b"bytes")

    spool.acknowledge(FAX.document_id, now=NOON)

    again = Spool(tmp_path)
    assert ([], True, False) == (again.all(), again.is_acknowledged(FAX.document_id), again.is_acknowledged("other"))
    assert not again.content(FAX.document_id).exists()


def test_what_surely_comes_no_more_is_forgotten(tmp_path: Path) -> None:
    """The marks of acknowledged faxes do not pile up for ever."""
    spool = Spool(tmp_path)
    for days, name in ((0, "old"), (20, "new")):
        spool.acknowledge(name, now=NOON + timedelta(days=days))

    spool.forget_acknowledged(before=NOON + timedelta(days=10))

    assert (False, True) == (spool.is_acknowledged("old"), spool.is_acknowledged("new"))


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("content", b"byt"),
        ("content", b""),
        ("content", bytes(5)),
        ("about.json", b""),
        ("about.json", b"{}"),
        ("about.json", b"[1]"),
    ],
)
def test_a_fax_that_was_spoiled_is_dropped(tmp_path: Path, file: str, content: bytes) -> None:
    """A power failure: the service hands it out once more."""
    Spool(tmp_path).put(FAX, b"bytes")
    (place,) = (one for one in tmp_path.iterdir() if one.name != "acknowledged")
    (place / file).write_bytes(content)

    assert [] == Spool(tmp_path).all()
    assert ["acknowledged"] == [one.name for one in tmp_path.iterdir()]


def test_a_fax_that_was_being_written_is_no_fax(tmp_path: Path) -> None:
    """A kill in the middle of `put` leaves a folder that is swept away."""
    Spool(tmp_path).put(FAX, b"bytes")
    (place,) = (one for one in tmp_path.iterdir() if one.name != "acknowledged")
    place.rename(place.with_suffix(".part"))

    assert [] == Spool(tmp_path).all()
