"""Every problem code is shown by its own example: the bad files give it, word for word, the good ones nothing."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from faxrouter.home.directory import read_home
from faxrouter.home.snapshot import Snapshot
from faxrouter.language.catalogue import CATALOGUE
from faxrouter.language.catalogue.check import Check
from faxrouter.model.problem import Problem
from faxrouter.reload.gates import examine

HERE = Path(__file__).parent
BASE_HOME = read_home(HERE / "base_home")
GOLDEN = HERE / "problems"
CHECKS = sorted(CATALOGUE.values(), key=lambda check: check.code)


def problems_of(overlay: Mapping[str, str]) -> list[Problem]:
    """What the gates say of the base home with these files laid over it."""
    laid = {name: text.encode("utf-8", "surrogateescape") for name, text in overlay.items()}
    return list(examine(Snapshot({**BASE_HOME.files, **laid})).problems)


def test_the_base_home_has_no_problem() -> None:
    """Whatever an example shows is the example's own doing."""
    assert problems_of({}) == []


def test_the_examples_about_declarations_change_one_line_of_the_base_home() -> None:
    """The catalogue writes facts.yaml and workspaces.yaml line by line; without a change they are the base home's."""
    for code, name in (("R107", "rules/facts.yaml"), ("R123", "rules/workspaces.yaml")):
        assert CATALOGUE[code].good[name].encode() == BASE_HOME.files[name]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_bad_file_gives_its_code_in_these_words(check: Check) -> None:
    """The golden text is written by `python docs/generate.py` and read by a person before it is committed."""
    problems = problems_of(check.bad)

    assert check.code in {problem.code for problem in problems}
    assert (GOLDEN / f"{check.code}.txt").read_text() == "".join(f"{problem}\n" for problem in problems)


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_a_good_file_gives_nothing(check: Check) -> None:
    """What the page tells to write instead is itself without a problem."""
    assert [str(problem) for problem in problems_of(check.good)] == []


def test_no_code_is_without_an_example() -> None:
    """A check whose bad file nobody has seen may never fire."""
    assert [check.code for check in CHECKS if not check.bad] == []


def test_no_golden_text_is_left_over() -> None:
    """A code that is gone takes its golden text along."""
    assert sorted(path.stem for path in GOLDEN.iterdir()) == [check.code for check in CHECKS]


def test_the_codes_of_the_program_and_of_the_catalogue_are_the_same() -> None:
    """A code without a page would stop the compiler; a page without a code would promise what nobody checks."""
    engine = Path(__file__).parents[2] / "engine" / "faxrouter"
    files = [path for room in ("language", "analysis") for path in (engine / room).rglob("*.py")]
    program = "".join(path.read_text() for path in files if path.parent.name != "catalogue")

    assert set(re.findall(r'"(R[0-9]{3})"', program)) == set(CATALOGUE)
