"""The smallest home that is fine, with files laid over it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from faxrouter.home.snapshot import Snapshot
from faxrouter.language.catalogue.examples import when
from faxrouter.language.compile import compile_home
from faxrouter.language.conditions import Condition
from faxrouter.language.ruleset import Rule, RuleFile, RuleSet
from faxrouter.model.problem import Problem

BASE_HOME = Path(__file__).parents[2] / "golden" / "base_home"


@dataclass(frozen=True, slots=True)
class Compiled:
    rule_set: RuleSet | None
    problems: list[Problem]

    @property
    def texts(self) -> list[str]:
        """`9:7 R201 message`, without the file."""
        return [f"{p.place.line}:{p.place.column} {p.code} {p.message}" for p in self.problems]

    @property
    def clinic(self) -> RuleFile:
        assert self.rule_set is not None, self.texts
        return next(file for file in self.rule_set.files if file.department == "clinic")

    @property
    def organisation(self) -> RuleFile:
        assert self.rule_set is not None, self.texts
        return next(file for file in self.rule_set.files if file.department is None)

    def rule(self, name: str) -> Rule:
        assert self.rule_set is not None, self.texts
        return next(rule for file in self.rule_set.files for rule in file.rules if rule.name == name)


def base_files() -> dict[str, bytes]:
    return {str(path.relative_to(BASE_HOME)): path.read_bytes() for path in BASE_HOME.rglob("*") if path.is_file()}


@pytest.fixture
def compiled() -> Callable[..., Compiled]:
    """Compiles the base home with files laid over it; None takes a file away."""

    def compile_overlay(overlay: Mapping[str, str | None]) -> Compiled:
        files = base_files() | {path: text.encode() for path, text in overlay.items() if text is not None}
        kept = {path: content for path, content in files.items() if overlay.get(path, "") is not None}
        return Compiled(*compile_home(Snapshot(kept)))

    return compile_overlay


@pytest.fixture
def condition_of(compiled: Callable[..., Compiled]) -> Callable[..., Condition]:
    """The condition of a rule with these lines under `when:`."""

    def read(*lines: str, lists: str = "") -> Condition:
        return compiled(when(*lines, lists=lists)).rule("example").when

    return read
