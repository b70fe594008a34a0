"""Sample faxes are put into the inbox, each once, its sidecar first."""

import os
from pathlib import Path

import pytest

from command_line import settings_of, write_home
from faxrouter.app.samples import drop_samples
from faxrouter.app.sidecars import sidecars_of
from faxrouter.model.failure import Unavailable
from small_home import OTHERWISE, home

FOLDER = '[connectors.inbox]\nuse = "folder"\ninbox = "var/in"\n'


@pytest.fixture
def where(tmp_path: Path) -> Path:
    return write_home(tmp_path / "home", home(OTHERWISE), settings=FOLDER)


@pytest.fixture
def samples(tmp_path: Path) -> Path:
    folder = tmp_path / "samples"
    (folder / "deep").mkdir(parents=True)
    for name in (
        "a.tif",
        "a.json",
        "b.pdf",
        "b.pdf.json",
        "c.TIF",
        "c.XML",
        "README.md",
        ".hidden",
        "deep/d.tif",
        "deep/d.json",
    ):
        (folder / name).write_text(f"content of {name}")
    return folder


def test_every_fax_comes_with_its_sidecar(where: Path, samples: Path) -> None:
    """`NAME.json` and `NAME.tif.json` alike; other files are no faxes."""
    dropped = drop_samples(samples, settings_of(where))

    inbox = where / "var" / "in"
    assert ["a.tif", "b.pdf", "c.TIF", "deep-d.tif"] == dropped
    assert ["a.json", "a.tif", "b.pdf", "b.pdf.json", "c.TIF", "c.XML", "deep-d.json", "deep-d.tif"] == sorted(
        os.listdir(inbox)
    )
    assert "content of deep/d.json" == (inbox / "deep-d.json").read_text()


def test_the_sidecar_is_there_before_its_fax(where: Path, samples: Path) -> None:
    """A fax that is taken at once must not miss it."""
    drop_samples(samples, settings_of(where))

    for sidecar, fax in (("a.json", "a.tif"), ("b.pdf.json", "b.pdf"), ("c.XML", "c.TIF")):
        times = [(where / "var" / "in" / name).stat().st_mtime_ns for name in (sidecar, fax)]
        assert sorted(times) == times


def test_a_second_start_drops_nothing_again(where: Path, samples: Path) -> None:
    """Also when the first ones were taken meanwhile; only what is new or changed comes."""
    drop_samples(samples, settings_of(where))
    for taken in (where / "var" / "in").iterdir():
        taken.unlink()
    (samples / "new.tif").write_text("new")
    (samples / "b.pdf").write_text("changed")

    assert ["b.pdf", "new.tif"] == drop_samples(samples, settings_of(where))
    assert [] == drop_samples(samples, settings_of(where))


def test_a_folder_that_is_not_there_is_said(where: Path, tmp_path: Path) -> None:
    """One line for a person."""
    with pytest.raises(Unavailable, match="there is no folder"):
        drop_samples(tmp_path / "nowhere", settings_of(where))


def test_a_home_without_a_drop_folder_is_said(tmp_path: Path, samples: Path) -> None:
    """Samples need a folder connector that takes faxes."""
    where = write_home(tmp_path / "home", home(OTHERWISE))

    with pytest.raises(Unavailable, match="names no `folder` connector"):
        drop_samples(samples, settings_of(where))


def test_an_inbox_that_cannot_be_written_is_said(where: Path, samples: Path) -> None:
    """No traceback for a folder that is a file."""
    (where / "var").mkdir()
    (where / "var" / "in").write_text("a file")

    with pytest.raises(Unavailable, match="cannot be given to the router"):
        drop_samples(samples, settings_of(where))


@pytest.mark.parametrize(
    ("files", "found", "defects"),
    [
        (["scan.tif"], [], 0),
        (["scan.tif", "scan.json"], ["scan.json"], 0),
        (["scan.tif", "scan.tif.xml"], ["scan.tif.xml"], 0),
        (["scan.tif", "scan.JSON"], ["scan.JSON"], 0),
        (["scan.tif", "scan.json", "scan.xml"], ["scan.json", "scan.xml"], 1),
        (["scan.tif", "scan.pdf", "scan.json"], [], 1),
        (["scan.tif", "scan.pdf", "scan.tif.json", "scan.json"], ["scan.tif.json"], 0),
        (["scan.tif", "other.json"], [], 0),
    ],
)
def test_sidecars_are_found_as_the_drop_folder_finds_them(
    tmp_path: Path, files: list[str], found: list[str], defects: int
) -> None:
    """A dry run must not see another fax than the router would."""
    for name in files:
        (tmp_path / name).touch()

    beside = sidecars_of(tmp_path / "scan.tif")

    assert (found, defects) == ([path.name for path in beside.files], len(beside.defects))
