"""`check` and `test` for tools: JSON, SARIF and JUnit."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from command_line import Answer, faxrouter, write_home
from faxrouter.language.catalogue import CATALOGUE
from small_home import OTHERWISE, home

PROBLEMS = (
    OTHERWISE
    + """\
rules:
  - {id: typo, when: {document_typ: referral}, then: {workspace: Nursing}}
  - {id: twice, then: {workspace: Nursing}}
  - {id: twice, then: {workspace: Nursing}}
"""
)
TESTS = (
    OTHERWISE
    + """\
tests:
  - {name: green, fax: {our_number: "+14155550100"}, expect: {workspace: Nursing}}
  - {name: "red & <odd>", fax: {our_number: "+14155550100"}, expect: {workspace: Auto}}
  - {name: nothing, fax: {our_number: "+14155550100"}, expect: {}}
  - {name: later, skip: "waits for the new desk", fax: {our_number: "+14155550100"}, expect: {workspace: Auto}}
"""
)


@pytest.fixture
def problems(tmp_path: Path) -> Path:
    return write_home(tmp_path, home(PROBLEMS))


def test_json_gives_every_problem_with_its_place(problems: Path) -> None:
    """A list of objects, each of the same keys."""
    found = faxrouter("check", "--json", "--home", problems).json

    keys = {"code", "severity", "file", "line", "column", "message", "see_also", "example"}
    assert [keys] * len(found) == [set(one) for one in found]
    assert ("error", "rules/clinic.rules.yaml", 10) == (found[0]["severity"], found[0]["file"], found[0]["line"])
    assert any(one["see_also"] for one in found)


def test_json_of_a_sound_home_is_an_empty_list(tmp_path: Path) -> None:
    """A tool need not know how good news is said."""
    assert [] == faxrouter("check", "--json", "--home", write_home(tmp_path, home(OTHERWISE))).json


def test_sarif_has_what_version_2_1_0_asks_for(problems: Path) -> None:
    """OASIS SARIF 2.1.0: version, one run with its tool, and every result with a rule, a level and a place."""
    sarif = faxrouter("check", "--sarif", "--home", problems).json

    (run,) = sarif["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert ("2.1.0", "faxrouter") == (sarif["version"], run["tool"]["driver"]["name"])
    assert run["results"]
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]
        assert result["ruleId"] in rules
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        assert not place["artifactLocation"]["uri"].startswith("/")
        assert min(place["region"]["startLine"], place["region"]["startColumn"]) >= 1
    for code, rule in rules.items():
        assert CATALOGUE[code].what == rule["fullDescription"]["text"]


def test_sarif_of_a_sound_home_has_one_run_without_results(tmp_path: Path) -> None:
    """No result is a result: the tool ran."""
    sarif = faxrouter("check", "--sarif", "--home", write_home(tmp_path, home(OTHERWISE))).json

    assert [[]] == [run["results"] for run in sarif["runs"]]


def test_sarif_names_files_as_addresses_do(tmp_path: Path) -> None:
    """A `uri` has no spaces."""
    more = {"rules/two words.rules.yaml": "language: 1\nrule: []\n"}
    sarif = faxrouter("check", "--sarif", "--home", write_home(tmp_path, home(OTHERWISE, more=more))).json

    uris = {one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for one in sarif["runs"][0]["results"]}
    assert "rules/two%20words.rules.yaml" in uris


@pytest.fixture
def tested(tmp_path: Path) -> tuple[Answer, ElementTree.Element]:
    file = tmp_path / "results.xml"
    answer = faxrouter("test", "--home", write_home(tmp_path / "home", home(TESTS)), "--junit", file)
    return answer, ElementTree.parse(file).getroot()


def test_every_result_that_is_not_green_is_named(tested: tuple[Answer, ElementTree.Element]) -> None:
    """Only `passed` is green; an empty and a skipped case are results of their own."""
    answer, _ = tested

    assert "1 passed, 1 failed, 1 empty, 1 skipped" == answer.out.splitlines()[-1]
    assert "failed: rules/clinic.rules.yaml:11 red & <odd>" in answer.out
    assert "empty: rules/clinic.rules.yaml:12 nothing" in answer.out
    assert "skipped: rules/clinic.rules.yaml:13 later\n    waits for the new desk\n" in answer.out
    assert "green" not in answer.out


def test_junit_counts_what_it_holds(tested: tuple[Answer, ElementTree.Element]) -> None:
    """A suite for each file; failures, errors and skipped cases are counted as CI counts them."""
    _, root = tested

    (suite,) = root.findall("testsuite")
    assert ("4", "1", "1", "1") == tuple(suite.get(name) for name in ("tests", "failures", "errors", "skipped"))
    assert ["green", "red & <odd>", "nothing", "later"] == [case.get("name") for case in suite.findall("testcase")]
    assert [[], ["failure"], ["error"], ["skipped"]] == [[each.tag for each in case] for case in suite]


def test_rules_that_were_refused_are_an_error_in_junit(problems: Path, tmp_path: Path) -> None:
    """A results file of yesterday must not stay green."""
    file = tmp_path / "results.xml"

    answer = faxrouter("test", "--home", problems, "--junit", file)

    root = ElementTree.parse(file).getroot()
    assert (1, 1) == (answer.code, len(root.findall("testsuite/testcase/error")))
    assert 'did you mean "document_type"?' in answer.out


def test_no_tests_at_all_are_said_and_not_green(tmp_path: Path) -> None:
    """Green tests that tested nothing are the worst ones."""
    answer = faxrouter("test", "--home", write_home(tmp_path, home(OTHERWISE)))

    assert (1, "no rules file has `tests`: nothing was tested") == (answer.code, answer.out.splitlines()[-1])


def test_the_schema_is_written_where_it_is_asked_for(tmp_path: Path) -> None:
    """An editor is pointed at a file."""
    where, file = write_home(tmp_path / "home", home(OTHERWISE)), tmp_path / "rules.schema.json"

    written = faxrouter("schema", "--home", where, "--output", file)

    assert (0, "") == (written.code, written.out)
    assert faxrouter("schema", "--home", where).out == file.read_text(encoding="utf-8")
