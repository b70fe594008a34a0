"""`decide`: facts in, one decision a line out. The same deciding as a fax, and nothing with which to act."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from faxrouter.cli.exits import Exit
from faxrouter.cli.fact_lines import BadLine, read_fact_lines
from faxrouter.cli.files import opened
from faxrouter.cli.home_option import HomeOption, locate
from faxrouter.cli.problems import print_problems
from faxrouter.facts.gather import STATED, gather
from faxrouter.home.directory import read_home
from faxrouter.language.instants import read_moment
from faxrouter.language.refusal import Refusal
from faxrouter.planning.outcomes import outcomes_as_json
from faxrouter.reload.gates import examine, serve
from faxrouter.reload.live import ServedRules


def decide(
    file: Annotated[str, typer.Argument(help="Facts as JSON lines; `-` reads them from standard input.")] = "-",
    at: Annotated[str | None, typer.Option("--at", help="The moment of events that name none (ISO 8601).")] = None,
    home: HomeOption = None,
) -> None:
    """Decide facts: JSON lines in, one decision a line out. A line is `{"fax_id": …, "facts": {NAME: VALUE}}`."""
    moment = moment_option(at)
    served = served_rules(home)
    bad = 0
    with opened(file) as source:
        for number, stated in read_fact_lines(source):
            if isinstance(stated, BadLine):
                typer.echo(f"line {number}: {stated.reason}", err=True)
                bad += 1
                continue
            gathered = gather(served.rule_set, [(STATED, stated.facts)], at=moment)
            for notice in gathered.notices:
                typer.echo(f"line {number}: {notice}", err=True)
            decision = served.decide(gathered.facts)
            echo_json({"fax_id": stated.fax_id, **outcomes_as_json(served.rule_set, decision, gathered.facts)})
    raise typer.Exit(Exit.FOUND if bad else Exit.FINE)


def served_rules(home: Path | None) -> ServedRules:
    """The home's rules, compiled; with an error in them the command ends with its problems."""
    snapshot = read_home(locate(home))
    examined = examine(snapshot)
    if examined.rule_set is None:
        print_problems(examined.problems, err=True)
        raise typer.Exit(Exit.FOUND)
    return serve(examined.rule_set, snapshot)


def moment_option(text: str | None) -> datetime | None:
    """A moment without an offset is taken as UTC."""
    if text is None:
        return None
    moment = read_moment(text, zone="UTC")
    if isinstance(moment, Refusal):
        raise typer.BadParameter(moment.message(text), param_hint="--at")
    return moment


def echo_json(answer: Mapping[str, Any], *, indent: int | None = None) -> None:
    """UTF-8 whatever the terminal; half a character, which UTF-8 cannot say, goes out escaped."""
    typer.echo(json.dumps(answer, indent=indent, ensure_ascii=False).encode("utf-8", "backslashreplace"))
