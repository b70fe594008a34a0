"""`check` and `test`: the gates of a reload, shown to an analyst. Reads the home; changes nothing."""

import json
from pathlib import Path
from typing import Annotated

import typer

from faxrouter.analysis.rule_tests import TestStatus
from faxrouter.cli.exits import Exit
from faxrouter.cli.files import write_output
from faxrouter.cli.home_option import HomeOption, locate
from faxrouter.cli.junit import junit_xml
from faxrouter.cli.problems import print_problems, problems_as_json, problems_as_sarif
from faxrouter.cli.tables import counted
from faxrouter.home.directory import read_home
from faxrouter.model.problem import Problem, Severity
from faxrouter.reload.gates import admit, examine
from faxrouter.reload.live import Gate


def check(
    home: HomeOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="Problems as JSON.")] = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Problems as SARIF 2.1.0, for code review tools.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 for warnings too.")] = False,
) -> None:
    """Say, all at once, what is wrong in the rule files. Where it is, and how to mend it."""
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
            in_files = f"{counted(rules, 'rule')} in {counted(len(rule_set.files), 'file')}"
            typer.echo(f"{in_files}, rule set {rule_set.digest[:12]}")
    raise typer.Exit(_exit_code(problems, strict=strict))


def test(
    home: HomeOption = None,
    junit: Annotated[Path | None, typer.Option("--junit", help="Write the results to this file as JUnit XML.")] = None,
) -> None:
    """Run the tests that stand beside the rules. Only `passed` is green."""
    admission = admit(read_home(locate(home)))
    refused = admission.problems if admission.failed_at in (Gate.COMPILE, Gate.CHECK) else ()
    if junit is not None:
        write_output(junit, junit_xml(admission.tests, refused=refused))
    if refused:
        print_problems(refused)
        raise typer.Exit(Exit.FOUND)
    for result in admission.tests:
        if result.status is not TestStatus.PASSED:
            status = typer.style(result.status.value, fg="yellow" if result.status is TestStatus.SKIPPED else "red")
            typer.echo(f"{status}: {result.place.line_reference} {result.name}")
            for reason in result.reasons:
                typer.echo(f"    {reason}")
    counts = {status: sum(r.status is status for r in admission.tests) for status in TestStatus}
    typer.echo(", ".join(f"{count} {status.value}" for status, count in counts.items()))
    if not admission.tests:
        typer.echo("no rules file has `tests`: nothing was tested")
    green = admission.tests and counts[TestStatus.PASSED] == len(admission.tests)
    raise typer.Exit(Exit.FINE if green else Exit.FOUND)


def _exit_code(problems: tuple[Problem, ...], *, strict: bool) -> Exit:
    refused = (Severity.ERROR, Severity.WARNING) if strict else (Severity.ERROR,)
    return Exit.FOUND if any(problem.severity in refused for problem in problems) else Exit.FINE
