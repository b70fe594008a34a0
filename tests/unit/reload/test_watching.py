"""Noticing saves in a real directory: the ways in which editors, git and Kubernetes write, as in the peers' reports."""

import os
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from faxrouter.home.directory import PARTS, read_home
from faxrouter.reload.watch import Watcher

# seconds; far more than any notice takes
_PATIENCE = 20.0


class Seen:
    """What the home held each time that the watcher spoke."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.texts: list[dict[str, bytes]] = []

    def look(self) -> None:
        if (self._home / "rules").is_dir():
            self.texts.append(dict(read_home(self._home).files))

    def waits_for(self, wanted: Callable[[dict[str, bytes]], bool]) -> bool:
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if any(wanted(files) for files in list(self.texts)):
                return True
            time.sleep(0.01)
        return False


@pytest.fixture(params=[None, 0.1], ids=["inotify", "polling"])
def watched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Seen]]:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yaml").write_text("one")
    seen, stopping = Seen(tmp_path), threading.Event()
    watcher = Watcher(tmp_path, watched=PARTS, changed=seen.look, polling=request.param, stopping=stopping)
    watcher.start()
    yield tmp_path, seen
    stopping.set()
    watcher.close()


def write(home: Path) -> None:
    (home / "rules" / "a.yaml").write_text("two")


def rename_over(home: Path) -> None:
    """Vim and most editors: a new file takes the old one's name."""
    (home / "rules" / ".a.yaml.swp").write_text("two")
    (home / "rules" / ".a.yaml.swp").rename(home / "rules" / "a.yaml")


def rename_from_outside(home: Path) -> None:
    """The event names a file that was never seen before."""
    (home / "outside.yaml").write_text("two")
    (home / "outside.yaml").rename(home / "rules" / "a.yaml")


def delete_and_add(home: Path) -> None:
    (home / "rules" / "a.yaml").unlink()
    (home / "rules" / "sub").mkdir()
    (home / "rules" / "sub" / "b.yaml").write_text("two")


def replace_the_root(home: Path) -> None:
    """The whole directory is renamed away and made anew: its old watch never speaks again."""
    (home / "rules").rename(home / "old-rules")
    (home / "rules").mkdir()
    (home / "rules" / "a.yaml").write_text("two")


@pytest.mark.parametrize("save", [write, rename_over, rename_from_outside, delete_and_add, replace_the_root])
def test_every_way_of_saving_is_noticed(watched: tuple[Path, Seen], save: Callable[[Path], None]) -> None:
    """The trailing edge counts: after the notice the new text is read, not the old one."""
    home, seen = watched

    save(home)

    assert seen.waits_for(lambda files: b"two" in files.values())


def test_a_replaced_root_is_watched_again(watched: tuple[Path, Seen]) -> None:
    """A save in the new directory is noticed as well."""
    home, seen = watched
    replace_the_root(home)
    assert seen.waits_for(lambda files: b"two" in files.values())

    (home / "rules" / "a.yaml").write_text("three")

    assert seen.waits_for(lambda files: b"three" in files.values())


def test_a_swapped_symbolic_link_is_noticed(tmp_path: Path) -> None:
    """Kubernetes swaps `..data` under visible links: no event names a visible file (configmap-reload#190)."""
    rules = tmp_path / "rules"
    for version in ("one", "two"):
        (rules / f"..{version}").mkdir(parents=True)
        (rules / f"..{version}" / "a.yaml").write_text(version)
    os.symlink("..one", rules / "..data")
    os.symlink("..data/a.yaml", rules / "a.yaml")
    seen, stopping = Seen(tmp_path), threading.Event()
    watcher = Watcher(tmp_path, watched=PARTS, changed=seen.look, polling=None, stopping=stopping)
    watcher.start()

    os.symlink("..two", rules / "..data_tmp")
    os.replace(rules / "..data_tmp", rules / "..data")
    shutil.rmtree(rules / "..one")
    noticed = seen.waits_for(lambda files: files.get("rules/a.yaml") == b"two")
    stopping.set()
    watcher.close()

    assert noticed
