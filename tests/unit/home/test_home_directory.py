"""Reading a home: every visible file once, bounded, and never half of a change."""

import os
import threading
from pathlib import Path

import pytest

from faxrouter.home.directory import DEEPEST, MOST_BYTES_OF_A_FILE, MOST_FILES, read_home
from faxrouter.home.snapshot import Snapshot
from faxrouter.language.findings import Findings
from faxrouter.language.source import decode
from faxrouter.model.failure import Unavailable


def lay(home: Path, files: dict[str, str | bytes]) -> Path:
    for name, content in files.items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return home


def test_every_visible_file_is_read_by_its_home_relative_name(tmp_path: Path) -> None:
    """Rules and templates, at any depth, in name order."""
    home = lay(
        tmp_path,
        {
            "rules/facts.yaml": "a",
            "rules/shared/words.yaml": "b",
            "templates/metadata/fax.yaml": "c",
            "faxrouter.toml": "not a rule",
            "var/inbox/x.tif": "not a rule",
        },
    )

    snapshot = read_home(home)

    expected = [("rules/facts.yaml", b"a"), ("rules/shared/words.yaml", b"b"), ("templates/metadata/fax.yaml", b"c")]
    assert list(snapshot.files.items()) == expected


@pytest.mark.parametrize(
    "name",
    [
        ".facts.yaml.swp",
        ".git/config",
        "facts.yaml~",
        "#facts.yaml#",
        "facts.yaml.tmp",
        "~$desks.csv",
        "4913",
        "x.swp",
        "facts.yaml.bak",
        "Thumbs.db",
    ],
)
def test_what_editors_and_systems_drop_is_not_a_rule_file(tmp_path: Path, name: str) -> None:
    """Hidden files, backups, locks and files still being written are left out."""
    home = lay(tmp_path, {"rules/facts.yaml": "a", f"rules/{name}": "b"})

    assert list(read_home(home).files) == ["rules/facts.yaml"]


def test_a_folder_of_links_is_read_by_its_visible_names(tmp_path: Path) -> None:
    """Kubernetes mounts `facts.yaml -> ..data/facts.yaml`, `..data -> ..2026_11_23`: each file appears once."""
    lay(tmp_path, {"rules/..2026_11_23/facts.yaml": "a", "rules/..2026_11_23/clinic.rules.yaml": "b"})
    (tmp_path / "rules/..data").symlink_to("..2026_11_23")
    for name in ("facts.yaml", "clinic.rules.yaml"):
        (tmp_path / "rules" / name).symlink_to(f"..data/{name}")

    assert dict(read_home(tmp_path).files) == {"rules/clinic.rules.yaml": b"b", "rules/facts.yaml": b"a"}


def test_the_rules_folder_itself_may_be_a_link(tmp_path: Path) -> None:
    """A deployment swaps the whole folder by one link."""
    lay(tmp_path, {"releases/7/facts.yaml": "a"})
    (tmp_path / "rules").symlink_to("releases/7")

    assert dict(read_home(tmp_path).files) == {"rules/facts.yaml": b"a"}


def test_a_link_back_to_a_folder_above_is_not_followed(tmp_path: Path) -> None:
    """No loop, no endless reading."""
    lay(tmp_path, {"rules/facts.yaml": "a", "rules/shared/words.yaml": "b"})
    (tmp_path / "rules/shared/up").symlink_to("..")

    assert list(read_home(tmp_path).files) == ["rules/facts.yaml", "rules/shared/words.yaml"]


def test_a_huge_file_is_cut_off_where_the_language_refuses_it(tmp_path: Path) -> None:
    """50 MB are not read; the language notes its size as a problem of that file."""
    home = lay(tmp_path, {"rules/facts.yaml": ""})
    with (home / "rules/facts.yaml").open("wb") as file:
        file.truncate(50_000_000)
    findings = Findings()

    content = read_home(home).files["rules/facts.yaml"]

    assert len(content) == MOST_BYTES_OF_A_FILE
    assert decode("rules/facts.yaml", content, findings=findings) is None
    assert [problem.code for problem in findings.problems] == ["R003"]


def test_names_are_made_safe_for_messages(tmp_path: Path) -> None:
    """A control character or a byte that is not UTF-8 cannot forge a log line or break the hash."""
    home = lay(tmp_path, {"rules/a\nb.yaml": "x"})
    (home / "rules" / os.fsdecode(b"caf\xe9.yaml")).write_bytes(b"y")

    snapshot = read_home(home)

    assert list(snapshot.files) == ["rules/a\\x0ab.yaml", "rules/caf\\xe9.yaml"]
    assert len(snapshot.content_hash) == 64


def test_the_hash_is_that_of_names_and_bytes_only(tmp_path: Path) -> None:
    """Copying a home or touching its files changes nothing; one byte or one name does."""
    one = read_home(lay(tmp_path / "one", {"rules/facts.yaml": "a", "rules/x.csv": "b"}))
    two = read_home(lay(tmp_path / "two", {"rules/x.csv": "b", "rules/facts.yaml": "a"}))
    other_byte = read_home(lay(tmp_path / "three", {"rules/x.csv": "b", "rules/facts.yaml": "A"}))
    other_name = read_home(lay(tmp_path / "four", {"rules/y.csv": "b", "rules/facts.yaml": "a"}))

    assert one.content_hash == two.content_hash
    assert len({one.content_hash, other_byte.content_hash, other_name.content_hash}) == 3


def test_a_writer_beside_the_reader_never_gives_a_mixed_snapshot(tmp_path: Path) -> None:
    """Two files always change together: a snapshot holds both old or both new, or the reader gives up loudly."""
    names = ("a.yaml", "b.yaml")
    (tmp_path / "rules").mkdir()
    versions = [tmp_path / "v0", tmp_path / "v1"]
    for number, version in enumerate(versions):
        lay(version, {name: str(number) * 50_000 for name in names})
    (tmp_path / "rules/now").symlink_to(versions[0])
    stop = threading.Event()

    def swap() -> None:
        turn = 0
        while not stop.is_set():
            turn += 1
            link = tmp_path / f"next{turn}"
            link.symlink_to(versions[turn % 2])
            link.replace(tmp_path / "rules/now")
            stop.wait(0.003)

    writer = threading.Thread(target=swap)
    writer.start()
    snapshots: list[Snapshot] = []
    try:
        for _ in range(100):
            try:
                snapshots.append(read_home(tmp_path))
            except Unavailable as unavailable:
                assert "keep changing" in str(unavailable)
    finally:
        stop.set()
        writer.join()

    assert snapshots
    assert all(len({content[:1] for content in snapshot.files.values()}) == 1 for snapshot in snapshots)


def _no_rules(home: Path) -> None:
    home.mkdir(exist_ok=True)


def _dangling(home: Path) -> None:
    lay(home, {"rules/facts.yaml": "a"})
    (home / "rules/clinic.rules.yaml").symlink_to("nowhere")


def _pipe(home: Path) -> None:
    lay(home, {"rules/facts.yaml": "a"})
    os.mkfifo(home / "rules/clinic.rules.yaml")


def _too_deep(home: Path) -> None:
    lay(home, {"rules/" + "d/" * (DEEPEST + 1) + "x.yaml": "a"})


def _too_many(home: Path) -> None:
    (home / "rules").mkdir(parents=True)
    for number in range(MOST_FILES + 1):
        (home / "rules" / f"{number}.csv").touch()


UNUSABLE = [
    (_no_rules, "has no folder `rules`"),
    (_dangling, "`rules/clinic.rules.yaml` is a link to a file that is not there"),
    (_pipe, "`rules/clinic.rules.yaml` is neither a file nor a folder"),
    (_too_deep, "nested more than 16 deep"),
    (_too_many, "more than 5,000 rule files"),
]


@pytest.mark.parametrize(("lay_out", "said"), UNUSABLE)
def test_a_home_that_cannot_be_read_says_why(tmp_path: Path, lay_out: object, said: str) -> None:
    """Nothing blocks, nothing is skipped in silence, and nothing unbounded is held."""
    assert callable(lay_out)
    lay_out(tmp_path)

    with pytest.raises(Unavailable) as raised:
        read_home(tmp_path)

    assert said in str(raised.value)
