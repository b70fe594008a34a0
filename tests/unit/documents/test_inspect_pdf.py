"""What a PDF's structure says, asked of a child process."""

from pathlib import Path

import pikepdf
import pytest

from fax_files import LETTER, pdf
from faxrouter.documents import Inspection, Limits, inspect
from faxrouter.documents.pdf import PdfLimits


def inspected(tmp_path: Path, content: bytes, limits: PdfLimits | None = None) -> Inspection:
    path = tmp_path / "fax.pdf"
    path.write_bytes(content)
    return inspect(path, limits=Limits(of_pdf=limits or PdfLimits()))


def test_a_sound_pdf_has_its_pages_and_no_defects(tmp_path: Path) -> None:
    """Pages are counted; nothing in it acts; it is not encrypted."""

    inspection = inspected(tmp_path, pdf(LETTER, LETTER, LETTER))

    assert ("application/pdf", 3, ()) == (inspection.media_type, inspection.pages, inspection.defects)
    assert {"pages": 3, "encrypted": False, "active_content": False} == inspection.facts
    assert inspection.facts.keys() == inspection.evidence.keys()


SCRIPT = "<< /S /JavaScript /JS (app.alert) >>"
ACTIVE = {
    "a script when it is opened": pdf(LETTER, catalogue=f"/OpenAction {SCRIPT}"),
    "a program to launch, as an object": pdf(LETTER, extra=["<< /S /Launch /F (calc.exe) >>"]),
    "an embedded file": pdf(LETTER, catalogue="/Names << /EmbeddedFiles << /Names [] >> >>"),
}


@pytest.mark.parametrize("content", ACTIVE.values(), ids=ACTIVE.keys())
def test_active_content_is_a_fact_and_no_defect(tmp_path: Path, content: bytes) -> None:
    """A script in a fax is for rules to judge: it is not run, and the fax is sound."""

    inspection = inspected(tmp_path, content)

    assert ((), True) == (inspection.defects, inspection.facts["active_content"])


def test_a_page_to_open_at_is_not_active(tmp_path: Path) -> None:
    """Most PDF writers set an opening page; that is no action."""

    inspection = inspected(tmp_path, pdf(LETTER, catalogue="/OpenAction [3 0 R /Fit]"))

    assert inspection.facts["active_content"] is False


HOSTILE = {
    "no pages": (pdf(), 0, "no pages"),
    "a giant page": (pdf(LETTER, (1_000_000, 792)), 2, "page 2 is larger than 60 inches"),
    "a page without height": (pdf((612, 0)), 1, "page 1 has no width or height"),
    "too many pages": (pdf(*[LETTER] * 501), None, "more than 500 pages, which is the limit"),
    "only its first bytes": (b"%PDF-1.7\n", None, "damaged: its structure cannot be followed"),
    "cut in the middle": (
        pdf(*[LETTER] * 3)[:-180],
        3,
        "damaged: its table of contents had to be rebuilt, so pages may be missing",
    ),
}


@pytest.mark.parametrize(("content", "pages", "defect"), HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_pdf_has_a_defect_in_plain_words(
    tmp_path: Path, content: bytes, pages: int | None, defect: str
) -> None:
    """Whatever the file is, the answer is an inspection."""

    inspection = inspected(tmp_path, content)

    assert pages == inspection.pages
    assert defect in inspection.defects


def encrypted(tmp_path: Path, *, user: str) -> bytes:
    source, target = tmp_path / "plain.pdf", tmp_path / "locked.pdf"
    source.write_bytes(pdf(LETTER))
    with pikepdf.open(source) as opened:
        opened.save(target, encryption=pikepdf.Encryption(owner="owner", user=user))
    return target.read_bytes()


def test_a_pdf_that_needs_a_password_is_a_defect(tmp_path: Path) -> None:
    """Nobody can file what nobody can read."""

    inspection = inspected(tmp_path, encrypted(tmp_path, user="secret"))

    assert (None, ("encrypted: it opens only with a password",)) == (inspection.pages, inspection.defects)


def test_a_pdf_that_opens_without_its_password_is_sound_and_said_to_be_encrypted(tmp_path: Path) -> None:
    """An owner's password only asks readers to forbid printing."""

    inspection = inspected(tmp_path, encrypted(tmp_path, user=""))

    assert (1, (), True) == (inspection.pages, inspection.defects, inspection.facts["encrypted"])


TIGHT = {
    "size": (PdfLimits(size=100), "larger than 0 MB, so it was not looked into"),
    "memory": (PdfLimits(memory=1_000_000), "it took too much memory or time to look into"),
    "processor": (PdfLimits(cpu_seconds=0), "it took too much memory or time to look into"),
    "time": (PdfLimits(wall_seconds=0.001), "it took too long to look into"),
}


@pytest.mark.parametrize(("limits", "defect"), TIGHT.values(), ids=TIGHT.keys())
def test_a_limit_that_is_reached_is_a_defect(tmp_path: Path, limits: PdfLimits, defect: str) -> None:
    """The child is killed or refused, and the fax is still delivered."""

    large = pdf(LETTER, extra=[f"[{'0 ' * 40}]"] * 19_000)

    assert (defect,) == inspected(tmp_path, large, limits).defects


def test_a_pdf_with_something_before_it_is_still_a_pdf(tmp_path: Path) -> None:
    """Mail gateways put bytes before the header; readers accept the first kilobyte."""

    assert 1 == inspected(tmp_path, b"\r\n\r\n" + pdf(LETTER)).pages
