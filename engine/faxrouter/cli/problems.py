"""Problems for people and for tools: lines, JSON and SARIF. Adds no word to a problem."""

import urllib.parse
from collections.abc import Sequence
from typing import Any

import typer

from faxrouter import __version__
from faxrouter.cli.tables import counted
from faxrouter.language.catalogue import CATALOGUE
from faxrouter.model.problem import Place, Problem, Severity

_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.NOTE: "cyan"}
_SARIF_LEVEL = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}


def print_problems(problems: Sequence[Problem], *, err: bool = False) -> None:
    """One line a problem, then how many of each severity."""
    for problem in problems:
        # colours reach terminals only
        severity = typer.style(problem.severity.value, fg=_COLOURS[problem.severity])
        typer.echo(f"{problem.place} {severity} {problem.code} {problem.message}", err=err)
        for other in problem.others:
            typer.echo(f"    see also {other}", err=err)
        if problem.example is not None:
            typer.echo(f"    for example: {problem.example}", err=err)
    counts = [(severity, sum(p.severity is severity for p in problems)) for severity in Severity]
    typer.echo(", ".join(counted(count, severity.value) for severity, count in counts), err=err)


def problems_as_json(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    return [
        {
            "code": problem.code,
            "severity": problem.severity.value,
            "file": problem.place.file,
            "line": problem.place.line,
            "column": problem.place.column,
            "message": problem.message,
            "see_also": [str(other) for other in problem.others],
            "example": problem.example,
        }
        for problem in problems
    ]


def problems_as_sarif(problems: Sequence[Problem]) -> dict[str, Any]:
    """SARIF 2.1.0 (OASIS): one run, one rule a code, one result a problem."""
    codes = sorted({problem.code for problem in problems})
    return {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "faxrouter",
                        "version": __version__,
                        "rules": [
                            {
                                "id": code,
                                "shortDescription": {"text": CATALOGUE[code].title},
                                "fullDescription": {"text": CATALOGUE[code].what},
                                "help": {"text": f"{CATALOGUE[code].why} {CATALOGUE[code].instead}"},
                            }
                            for code in codes
                        ],
                    }
                },
                "columnKind": "unicodeCodePoints",
                "results": [
                    {
                        "ruleId": problem.code,
                        "level": _SARIF_LEVEL[problem.severity],
                        "message": {"text": problem.message},
                        "locations": [_location(problem.place)],
                        "relatedLocations": [_location(other) for other in problem.others],
                    }
                    for problem in problems
                ],
            }
        ],
    }


def _location(place: Place) -> dict[str, Any]:
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": urllib.parse.quote(place.file)},
            "region": {"startLine": place.line, "startColumn": place.column},
        }
    }
