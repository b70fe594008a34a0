"""What a drop folder does beyond the contract: settling, sidecars, odd names, restarts."""

import json
import os
from datetime import timedelta
from pathlib import Path

import pytest

from faxrouter.model.failure import Failed, FailureKind
from faxrouter.ports import InboundFax
from implementations import NOON, FolderImplementation, fax_service


@pytest.fixture
def folder(tmp_path: Path) -> FolderImplementation:
    return FolderImplementation(tmp_path)


def inbox(folder: FolderImplementation) -> Path:
    return folder.home / "var/inbox"


def offered(folder: FolderImplementation) -> list[InboundFax]:
    return list(fax_service(folder).offered(limit=100))


def drop(folder: FolderImplementation, name: str, content: bytes = b"fax", *, sidecar: str | None = None) -> None:
    if sidecar is not None:
        (inbox(folder) / sidecar).write_text(json.dumps({"pages": 1}))
    folder.drop(content, name=name, received_at=NOON)


def test_a_file_is_offered_once_it_has_not_changed_between_two_looks(tmp_path: Path) -> None:
    """A copy in progress is left alone, however slowly it grows."""
    folder = FolderImplementation(tmp_path, options={"settle": 2})
    path = inbox(folder) / "fax.tif"
    seen = []
    for content in (b"a", b"ab", b"ab", b"ab"):
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        seen.append(len(offered(folder)))
        folder.clock.pass_by(1)

    assert [0, 0, 0, 1] == seen


def test_a_fax_waits_for_its_sidecar_to_settle(tmp_path: Path) -> None:
    """A sidecar that is still being written holds its fax back."""
    folder = FolderImplementation(tmp_path, options={"settle": 2})
    drop(folder, "fax.tif")
    offered(folder)
    folder.clock.pass_by(1)
    (inbox(folder) / "fax.json").write_text('{"pages": 3}')
    seen = []
    for _ in range(3):
        seen.append([fax.stated_facts for fax in offered(folder)])
        folder.clock.pass_by(1)

    assert [[], [], [{"pages": 3}]] == seen


@pytest.mark.parametrize("name", [".hidden.tif", "fax.tif.part", "fax.PART", "fax.partial", "fax.tmp", "fax.tif~"])
def test_unfinished_names_are_left_alone(folder: FolderImplementation, name: str) -> None:
    """Whoever renames when done is never interrupted."""
    drop(folder, name)

    assert [] == offered(folder)
    assert (inbox(folder) / name).exists()


def test_links_folders_and_pipes_are_no_faxes(folder: FolderImplementation, tmp_path: Path) -> None:
    """Nothing outside the folder can be filed by pointing at it."""
    secret = tmp_path / "secret"
    secret.write_bytes(b"not a fax")
    (inbox(folder) / "link.tif").symlink_to(secret)
    (inbox(folder) / "folder.tif").mkdir()
    os.mkfifo(inbox(folder) / "pipe.tif")

    assert [] == offered(folder)


def test_a_fax_that_becomes_a_link_after_it_was_taken_is_not_followed(
    folder: FolderImplementation, tmp_path: Path
) -> None:
    """What is read is a plain file or nothing."""
    drop(folder, "fax.tif")
    (fax,) = offered(folder)
    fax_service(folder).take(fax.reference)
    path = inbox(folder) / "taken" / fax.reference / "fax.tif"
    path.unlink()
    path.symlink_to(tmp_path)

    with pytest.raises(Failed), fax_service(folder).open(fax.reference):
        pass


SIDECARS = ["fax.json", "fax.tif.json", "fax.JSON", "fax.xml", "fax.tif.xml"]


@pytest.mark.parametrize("sidecar", SIDECARS)
def test_a_sidecar_is_called_like_its_fax(folder: FolderImplementation, sidecar: str) -> None:
    """With or without the fax's own ending, in either format; it goes where its fax goes."""
    facts = "<facts><pages>1</pages></facts>" if sidecar.endswith("xml") else '{"pages": "1"}'
    (inbox(folder) / sidecar).write_text(facts)
    drop(folder, "fax.tif")

    (fax,) = offered(folder)
    fax_service(folder).take(fax.reference)
    fax_service(folder).acknowledge(fax.reference)

    assert ({"pages": "1"}, f"sidecar {sidecar}", ()) == (fax.stated_facts, fax.stated_by, fax.defects)
    done = inbox(folder) / "done" / fax.reference
    assert {sidecar, "fax.tif", ".taken.json"} == {path.name for path in done.iterdir()}


def test_without_a_sidecar_the_fax_states_nothing(folder: FolderImplementation) -> None:
    """The file's own time is when it was received."""
    drop(folder, "fax.tif")

    (fax,) = offered(folder)

    assert ({}, (), NOON) == (fax.stated_facts, fax.defects, fax.received_at)


def test_a_sidecar_may_say_when_the_fax_was_received(folder: FolderImplementation) -> None:
    """The fax server knows it better than the file."""
    (inbox(folder) / "fax.json").write_text('{"received_at": "2026-11-20T08:00:00-08:00"}')
    drop(folder, "fax.tif")

    assert "2026-11-20T16:00:00+00:00" == offered(folder)[0].received_at.isoformat()


@pytest.mark.parametrize("moment", ['"yesterday"', '"2026-11-20T08:00:00"', "7", '"0001-01-01T00:00:00+23:59"'])
def test_a_moment_that_is_none_leaves_the_files_time(folder: FolderImplementation, moment: str) -> None:
    """Whether the fact is right is for the facts to say."""
    (inbox(folder) / "fax.json").write_text(f'{{"received_at": {moment}}}')
    drop(folder, "fax.tif")

    assert NOON == offered(folder)[0].received_at


def test_a_broken_sidecar_is_a_defect_and_its_bytes_are_kept(folder: FolderImplementation) -> None:
    """The fax is delivered all the same."""
    (inbox(folder) / "fax.json").write_text("{")
    drop(folder, "fax.tif")

    (fax,) = offered(folder)
    fax_service(folder).take(fax.reference)

    assert ({}, ("the sidecar is not JSON: look at line 1, column 2",)) == (fax.stated_facts, fax.defects)
    assert "{" == (inbox(folder) / "taken" / fax.reference / "fax.json").read_text()


def test_two_sidecars_are_a_defect(folder: FolderImplementation) -> None:
    """Nobody can say which one is right; both go with the fax."""
    (inbox(folder) / "fax.xml").write_text("<facts/>")
    drop(folder, "fax.tif", sidecar="fax.json")

    (fax,) = offered(folder)
    fax_service(folder).take(fax.reference)

    assert ({}, ("it has more than one sidecar",)) == (fax.stated_facts, fax.defects)
    taken = {path.name for path in (inbox(folder) / "taken" / fax.reference).iterdir()}
    assert {"fax.tif", "fax.json", "fax.xml", ".taken.json"} == taken


def test_a_sidecar_that_two_faxes_could_claim_is_believed_of_neither(folder: FolderImplementation) -> None:
    """Facts on the wrong fax would be worse than none."""
    drop(folder, "fax.tif", sidecar="fax.json")
    drop(folder, "fax.pdf")

    assert [("its sidecar could belong to several faxes",)] * 2 == [fax.defects for fax in offered(folder)]


def test_a_sidecar_with_the_whole_name_settles_whose_it_is(folder: FolderImplementation) -> None:
    """Two faxes of one stem each have their own."""
    drop(folder, "fax.tif", sidecar="fax.tif.json")
    drop(folder, "fax.pdf", sidecar="fax.pdf.json")

    assert [((), {"pages": 1})] * 2 == [(fax.defects, fax.stated_facts) for fax in offered(folder)]


ODD_NAMES = [
    "..tif",
    "..\\..\\etc.tif",
    "a..tif",
    "...",
    "a\x1b[31m\nb.tif",
    "n" * 251 + ".tif",
    "Überweisung 検査.tif",
    "-rf",
    "taken.tif",
    "no ending",
]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_any_name_that_a_file_can_have_is_delivered(folder: FolderImplementation, name: str) -> None:
    """Control characters, 255 bytes, other scripts, two dots: taken, read, acknowledged."""
    drop(folder, name, b"bytes")

    (fax,) = offered(folder)
    fax_service(folder).take(fax.reference)
    with fax_service(folder).open(fax.reference) as file:
        content = file.read()
    fax_service(folder).acknowledge(fax.reference)

    assert (name, b"bytes") == (fax.name, content)


def test_a_name_that_is_not_utf8_is_delivered_with_its_sidecar(folder: FolderImplementation) -> None:
    """Bytes that are no text are shown as such, and survive a restart."""
    (inbox(folder) / os.fsdecode(b"fax-\xff.json")).write_text('{"pages": 1}')
    drop(folder, os.fsdecode(b"fax-\xff.tif"))

    (before,) = offered(folder)
    fax_service(folder).take(before.reference)
    folder.restart()
    (after,) = offered(folder)

    assert "fax-\ufffd.tif" == before.name
    assert {"pages": 1} == before.stated_facts
    assert before == after


def test_a_taken_fax_is_offered_again_when_its_lease_is_over(tmp_path: Path) -> None:
    """A fax that fell out of the router's hands without a restart comes back too, but not at every look."""
    folder = FolderImplementation(tmp_path, options={"settle": 0, "lease": 60})
    drop(folder, "fax.tif")
    (fax,) = offered(folder)
    fax_service(folder).take(fax.reference)
    seen = []
    for _ in range(4):
        seen.append([again.reference for again in offered(folder)])
        folder.clock.pass_by(30)

    assert [[], [], [fax.reference], []] == seen


def test_taken_faxes_that_wait_do_not_keep_new_ones_away(folder: FolderImplementation) -> None:
    """After a restart each is offered once; then the new ones have their turn."""
    for number in range(3):
        drop(folder, f"old-{number}.tif")
    for fax in offered(folder):
        fax_service(folder).take(fax.reference)
    folder.restart()
    drop(folder, "new.tif")

    first, second = fax_service(folder).offered(limit=3), fax_service(folder).offered(limit=3)

    assert {"old-0.tif", "old-1.tif", "old-2.tif"} == {fax.name for fax in first}
    assert ["new.tif"] == [fax.name for fax in second]


def test_a_fax_that_changes_after_it_was_offered_is_another_fax(folder: FolderImplementation) -> None:
    """Half a fax cannot be taken under the reference of its first half."""
    drop(folder, "fax.tif", b"half")
    (before,) = offered(folder)
    drop(folder, "fax.tif", b"the whole")

    with pytest.raises(Failed) as failed:
        fax_service(folder).take(before.reference)

    assert FailureKind.REJECTED is failed.value.failure.kind
    assert before.reference != offered(folder)[0].reference


def test_a_fax_that_grows_after_it_was_taken_is_offered_once_more(folder: FolderImplementation) -> None:
    """A writer that stalled for longer than the settling time does not lose the end of its fax."""
    drop(folder, "fax.tif", b"half", sidecar="fax.json")
    (half,) = offered(folder)
    with (inbox(folder) / "fax.tif").open("ab") as writer:
        fax_service(folder).take(half.reference)
        writer.write(b" and the rest")
    fax_service(folder).acknowledge(half.reference)
    fax_service(folder).acknowledge(half.reference)

    (whole,) = offered(folder)
    fax_service(folder).take(whole.reference)
    with fax_service(folder).open(whole.reference) as file:
        content = file.read()

    assert half.reference != whole.reference
    assert (b"half and the rest", {"pages": 1}) == (content, whole.stated_facts)


def test_a_fax_that_grows_after_it_was_acknowledged_is_offered_once_more(folder: FolderImplementation) -> None:
    """A copy that paused for long: its beginning was filed, and the whole must not end in the folder of done faxes."""
    drop(folder, "fax.tif", b"begin", sidecar="fax.json")
    (first,) = offered(folder)
    fax_service(folder).take(first.reference)
    with (inbox(folder) / "taken" / first.reference / "fax.tif").open("ab") as copying:
        fax_service(folder).acknowledge(first.reference)
        assert [] == offered(folder)
        copying.write(b"-end")

    (again,) = offered(folder)
    fax_service(folder).take(again.reference)
    with fax_service(folder).open(again.reference) as file:
        content = file.read()
    fax_service(folder).acknowledge(again.reference)

    assert again.reference != first.reference
    assert (b"begin-end", {"pages": 1}) == (content, again.stated_facts)
    assert [] == offered(folder)


def test_a_note_that_was_spoilt_by_hand_is_a_defect(folder: FolderImplementation) -> None:
    """The fax is still delivered under its reference."""
    drop(folder, "fax.tif")
    (before,) = offered(folder)
    fax_service(folder).take(before.reference)
    (inbox(folder) / "taken" / before.reference / ".taken.json").write_text("{")

    folder.restart()
    (after,) = offered(folder)

    assert before.reference == after.reference
    assert ("the note about it was lost or changed, and with it what its sidecar stated",) == after.defects


def test_a_sidecar_that_comes_after_its_fax_was_offered_stays_where_it_is(folder: FolderImplementation) -> None:
    """What was offered is what is taken."""
    drop(folder, "fax.tif")
    (fax,) = offered(folder)
    (inbox(folder) / "fax.json").write_text('{"pages": 1}')

    fax_service(folder).take(fax.reference)
    folder.restart()

    assert [fax] == offered(folder)
    assert (inbox(folder) / "fax.json").exists()


def test_an_inbox_that_is_gone_is_said(folder: FolderImplementation) -> None:
    """Looking fails for now, and health says why."""
    (inbox(folder) / "taken").rmdir()

    with pytest.raises(Failed) as failed:
        offered(folder)

    assert FailureKind.TRANSIENT is failed.value.failure.kind
    health = fax_service(folder).health()
    assert health is not None
    assert "taken is missing" in health


def test_a_reference_that_the_file_system_gives_twice_is_made_another(folder: FolderImplementation) -> None:
    """Same name, size, time and inode as a fax that is done: still a fax of its own."""
    drop(folder, "fax.tif")
    (first,) = offered(folder)
    (inbox(folder) / "done" / first.reference).mkdir()

    (second,) = offered(folder)
    fax_service(folder).take(second.reference)

    assert f"{first.reference}-2" == second.reference


def test_a_file_from_the_far_future_or_past_has_a_time(folder: FolderImplementation) -> None:
    """File times are claims too."""
    for name, offset in (("a.tif", timedelta(days=300 * 365)), ("b.tif", timedelta(days=-100 * 365))):
        folder.drop(b"x", name=name, received_at=NOON + offset)

    assert 2 == len(offered(folder))


@pytest.mark.parametrize("sidecar", ["fax.json", "fax.tif.xml"])
def test_a_sidecar_that_cannot_be_read_is_a_defect(folder: FolderImplementation, tmp_path: Path, sidecar: str) -> None:
    """What somebody states about a fax is not passed over in silence: without it the fax may go elsewhere."""
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text('{"pages": 3}')
    (inbox(folder) / sidecar).symlink_to(elsewhere)
    drop(folder, "fax.tif")

    (fax,) = offered(folder)

    assert (fax.stated_facts, fax.defects) == (
        {},
        ("its sidecar is a link or a device, or there is no right to read it",),
    )
