"""What no import shows: the rooms without I/O open no file, print nothing and ask no clock."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
CONTRACTS = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
PURE = next(contract["source_modules"] for contract in CONTRACTS if contract["id"] == "pure-rooms")

BUILT_IN = {"open", "print", "input", "breakpoint"}
METHODS = {
    "read_text", "read_bytes", "write_text", "write_bytes", "iterdir", "glob", "rglob", "unlink", "mkdir", "touch",
    "now", "utcnow", "today",
}  # fmt: skip


def impure_calls(source: str) -> Iterator[str]:
    """`line: name` of each call that reaches the world."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Name(id=name)) if name in BUILT_IN:
                yield f"{node.lineno}: {name}"
            case ast.Call(func=ast.Attribute(attr=name)) if name in METHODS:
                yield f"{node.lineno}: {name}"


@pytest.mark.parametrize("room", PURE)
def test_a_pure_room_calls_nothing_that_reaches_the_world(room: str) -> None:
    """Files come in as snapshots, time as an argument."""
    stem = REPOSITORY / "engine" / Path(*room.split("."))
    modules = [stem.with_suffix(".py")] if stem.with_suffix(".py").exists() else sorted(stem.rglob("*.py"))
    assert modules

    found = [f"{path.relative_to(REPOSITORY)}:{call}" for path in modules for call in impure_calls(path.read_text())]

    assert [] == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("open('x')", ["1: open"]),
        ("\nPath('x').read_text()", ["2: read_text"]),
        ("datetime.now(UTC)", ["1: now"]),
        ("clock = given\nopen_items(clock)", []),
    ],
)
def test_such_calls_are_seen(source: str, found: list[str]) -> None:
    """Otherwise the test above would prove nothing."""

    assert found == list(impure_calls(source))
