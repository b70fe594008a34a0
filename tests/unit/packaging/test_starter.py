"""The starter home: where it stands, and how it is copied."""

import tomllib
from pathlib import Path

import pytest

from faxrouter.home.starter import STARTER_PARTS, copy_starter, starter_directory
from faxrouter.model.failure import Unavailable

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def start(tmp_path: Path) -> Path:
    """A small starter home, with what an editor and Python leave beside its files."""
    start = tmp_path / "start"
    for name in (
        "rules/claims.rules.yaml",
        "rules/.claims.rules.yaml.swp",
        "rules/__pycache__/x.pyc",
        "faxrouter.toml",
    ):
        (start / name).parent.mkdir(parents=True, exist_ok=True)
        (start / name).write_text(name)
    return start


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_the_wheel_and_the_copy_name_the_same_parts() -> None:
    """What the build hook puts into the wheel is what `faxrouter init` looks for."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())

    hook = project["tool"]["hatch"]["build"]["targets"]["wheel"]["hooks"]["custom"]

    assert list(STARTER_PARTS) == hook["starter"]


def test_an_editable_install_finds_the_repository() -> None:
    """Without the wheel's own copy the repository root is the starter home."""

    assert str(REPOSITORY) == str(starter_directory())


def test_a_copy_holds_every_file_and_says_which(home: Path) -> None:
    """Byte for byte, folders made as needed, and nothing else of the repository."""

    written = copy_starter(home)

    assert set(written) == {path for path in home.rglob("*") if path.is_file()}
    assert set(STARTER_PARTS) == {path.name for path in home.iterdir()}
    assert all((REPOSITORY / path.relative_to(home)).read_bytes() == path.read_bytes() for path in written)


def test_what_an_editor_hides_beside_a_file_is_not_copied(start: Path, home: Path) -> None:
    """Swap files and caches stay where they are."""

    written = copy_starter(home, source=start)

    assert [home / "rules/claims.rules.yaml", home / "faxrouter.toml"] == written


@pytest.mark.parametrize("existing", ["faxrouter.toml", "rules/claims.rules.yaml"])
def test_nothing_is_written_where_one_file_is_there_already(existing: str, start: Path, home: Path) -> None:
    """A home is never overwritten, not even half of it."""
    mine = home / existing
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")

    with pytest.raises(Unavailable, match=f"already holds `{existing}`"):
        copy_starter(home, source=start)

    assert "mine" == mine.read_text()
    assert [mine] == [path for path in home.rglob("*") if path.is_file()]


def test_a_link_that_leads_nowhere_counts_as_there(start: Path, home: Path) -> None:
    """Writing through a link could land anywhere."""
    home.mkdir()
    (home / "faxrouter.toml").symlink_to(home / "elsewhere")

    with pytest.raises(Unavailable, match="already holds"):
        copy_starter(home, source=start)

    assert not (home / "elsewhere").exists()


def test_a_target_that_is_a_file_is_said_so(start: Path, home: Path) -> None:
    """A broken world raises in words, with nothing written."""
    home.write_text("mine")

    with pytest.raises(Unavailable, match="cannot write the starter home"):
        copy_starter(home, source=start)

    assert "mine" == home.read_text()


def test_an_installation_without_a_starter_home_says_so(tmp_path: Path, home: Path) -> None:
    """Somebody repacked the wheel without it."""

    with pytest.raises(Unavailable, match="holds no starter home"):
        copy_starter(home, source=tmp_path)
