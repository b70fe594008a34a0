"""Every code of the catalogue, shown by its own examples over the smallest home."""

from pathlib import Path

import pytest

from faxrouter.home.snapshot import Snapshot
from faxrouter.language.catalogue import CATALOGUE
from faxrouter.language.catalogue.check import Check
from faxrouter.language.compile import compile_home
from faxrouter.model.problem import Problem

BASE_HOME = Path(__file__).parents[2] / "golden" / "base_home"
# found by pairs of rules and by running tests, not by compiling
COMPILED = [check for check in CATALOGUE.values() if check.code[:2] in ("R2", "R3", "R4")]


def problems_of(overlay: dict[str, str]) -> list[Problem]:
    files = {str(path.relative_to(BASE_HOME)): path.read_bytes() for path in BASE_HOME.rglob("*") if path.is_file()}
    files |= {path: text.encode("utf-8", "surrogateescape") for path, text in overlay.items()}
    return compile_home(Snapshot(files))[1]


@pytest.mark.parametrize("check", COMPILED, ids=lambda check: check.code)
def test_the_bad_example_gives_its_code_and_nothing_worse(check: Check) -> None:
    """The bad files of a page give its code."""

    problems = problems_of(dict(check.bad))

    assert check.code in {problem.code for problem in problems}, [str(problem) for problem in problems]


@pytest.mark.parametrize("check", COMPILED, ids=lambda check: check.code)
def test_the_good_example_gives_no_problem(check: Check) -> None:
    """The good files of a page give no problem at all."""

    assert [] == [str(problem) for problem in problems_of(dict(check.good))]
