"""The tutorial in the README is run as it is written: its files are written, its changes made, its commands typed."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from faxrouter.cli.main import app

README = Path(__file__).parents[2] / "README.md"
_BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LEFT_OUT = "…"
# fingerprints and the number of files change with every edit of the starter home, and teach nothing
_CHANGING = re.compile(r"(?<=rule set )[0-9a-f]{12}|[0-9]+(?= files written)")


def test_the_tutorial_shows_what_an_analyst_will_see(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line shown is there, in order; `…` stands for lines that are left out. Only `text` blocks are not run."""

    monkeypatch.chdir(tmp_path)
    kinds = []
    for kind, name, body in _BLOCK.findall(_tutorial()):
        kinds.append(kind)
        if kind == "json":
            Path(name).write_text(body, encoding="utf-8")
        elif kind == "diff":
            _change(Path(name), body)
        elif kind == "console":
            for command, shown in _commands(body):
                if command[0] == "cd":
                    monkeypatch.chdir(command[1])
                else:
                    _compare(" ".join(command), shown, CliRunner().invoke(app, command[1:]).output.splitlines())
    assert set(kinds) == {"console", "json", "diff", "text"}


def _tutorial() -> str:
    """The part of the README that begins with its heading; the next heading of that level ends it."""
    whole = README.read_text(encoding="utf-8")
    return whole[whole.index("## Ten minutes with the rules") : whole.index("## More")]


def _change(file: Path, diff: str) -> None:
    """The lines without `+` must stand in the file exactly once; they are replaced by those without `-`."""
    lines = diff.splitlines(keepends=True)
    before = "".join(line[1:] for line in lines if line[0] != "+")
    after = "".join(line[1:] for line in lines if line[0] != "-")
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, f"{file} holds {text.count(before)} times:\n{before}"
    file.write_text(text.replace(before, after), encoding="utf-8")


def _commands(block: str) -> Iterator[tuple[list[str], list[str]]]:
    """Each command with the lines shown under it."""
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, *shown = part.splitlines()
        yield shlex.split(command), shown


def _compare(command: str, shown: list[str], actual: list[str]) -> None:
    """Between two `…`, and at both ends without one, the lines must stand without a gap."""
    pattern = "".join(r"(?:[^\n]*\n)*?" if line == LEFT_OUT else re.escape(_steady(line)) for line in shown)
    text = "".join(_steady(line) for line in actual)
    assert re.fullmatch(pattern, text), f"$ {command}\nshown:\n" + "\n".join(shown) + f"\n\nactual:\n{text}"


def _steady(line: str) -> str:
    return _CHANGING.sub("-", line.rstrip()) + "\n"
