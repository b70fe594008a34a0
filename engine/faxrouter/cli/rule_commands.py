"""`check` and `test`: the gates of a reload, shown to an analyst. Reads the home; changes nothing."""

import json
from pathlib import Path
from typing import Annotated
from xml.etree import ElementTree

import typer

from faxrouter.analysis.rule_tests import TestResult, TestStatus
from faxrouter.cli.exits import Exit
from faxrouter.cli.home_option import HomeOption, locate
from faxrouter.cli.problems import print_problems, problems_as_json, problems_as_sarif
from faxrouter.home.directory import read_home
from faxrouter.model.problem import Problem, Severity
from faxrouter.reload.gates import admit, examine
from faxrouter.reload.live import Gate

Strict = Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings too.")]


# how JUnit names what is not green
_JUNIT = {TestStatus.FAILED: "failure", TestStatus.EMPTY: "error", TestStatus.SKIPPED: "skipped"}


def check(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Problems as JSON.")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Problems as SARIF 2.1.0, for code review tools.")] = False,
    strict: Strict = False,
) -> None:
    """Read every rule file and say, all at once, what is wrong, where, and how to mend it."""
    if as_json and as_sarif:
        raise typer.BadParameter("choose one of --json and --sarif")
    examined = examine(read_home(locate(home)))
    problems = examined.problems
    if as_json:
        typer.echo(json.dumps(problems_as_json(problems), indent=2, ensure_ascii=False))
    elif as_sarif:
        typer.echo(json.dumps(problems_as_sarif(problems), indent=2, ensure_ascii=False))
    else:
        print_problems(problems)
        rule_set = examined.rule_set
        if rule_set is not None:
            rules = sum(len(file.rules) for file in rule_set.files)
            typer.echo(f"{rules} rules in {len(rule_set.files)} files, rule set {rule_set.digest[:12]}")
    raise typer.Exit(_exit_code(problems, strict=strict))


def test(
    home: HomeOption = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the results to this file as JUnit XML.")] = None,
    strict: Strict = False,
) -> None:
    """Run the tests that stand beside the rules. Only `passed` is green."""
    admission = admit(read_home(locate(home)))
    if admission.failed_at in (Gate.COMPILE, Gate.CHECK):
        print_problems(admission.problems)
        raise typer.Exit(Exit.FOUND)
    for result in admission.tests:
        if result.status is not TestStatus.PASSED:
            typer.echo(f"{result.status.value}: {result.place.line_reference} {result.name}")
            for reason in result.reasons:
                typer.echo(f"    {reason}")
    counts = {status: sum(r.status is status for r in admission.tests) for status in TestStatus}
    typer.echo(", ".join(f"{count} {status.value}" for status, count in counts.items()))
    if junit is not None:
        junit.write_bytes(_junit(admission.tests))
    if counts[TestStatus.PASSED] < len(admission.tests) or not admission.tests:
        raise typer.Exit(Exit.FOUND)
    raise typer.Exit(_exit_code(admission.problems, strict=strict))


def _exit_code(problems: tuple[Problem, ...], *, strict: bool) -> Exit:
    refused = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return Exit.FOUND if any(problem.severity in refused for problem in problems) else Exit.FINE


def _junit(results: tuple[TestResult, ...]) -> bytes:
    """JUnit's usual form: a suite a file; an empty test is an error, a failed one a failure."""
    root = ElementTree.Element("testsuites")
    for file in sorted({result.file for result in results}):
        of_file = [result for result in results if result.file == file]
        suite = ElementTree.SubElement(root, "testsuite", name=file, tests=str(len(of_file)))
        for tag, status in (
            ("failures", TestStatus.FAILED),
            ("errors", TestStatus.EMPTY),
            ("skipped", TestStatus.SKIPPED),
        ):
            suite.set(tag, str(sum(result.status is status for result in of_file)))
        for result in of_file:
            case = ElementTree.SubElement(suite, "testcase", classname=file, name=result.name)
            case.set("file", result.place.file)
            case.set("line", str(result.place.line))
            verdict = _JUNIT.get(result.status)
            if verdict is not None:
                ElementTree.SubElement(case, verdict, message="; ".join(result.reasons))
    ElementTree.indent(root)
    whole: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return whole
