"""`decide`: facts in, one decision a line out. The same deciding as a fax, and nothing with which to act."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from faxrouter.cli.exits import Exit
from faxrouter.cli.home_option import HomeOption, locate
from faxrouter.cli.problems import print_problems
from faxrouter.facts.gather import gather
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
    """Decide facts, one JSON object a line: `{"fax_id": …, "facts": {NAME: VALUE}}`. One decision a line comes out."""
    moment = moment_option(at)
    served = served_rules(home)
    went_wrong = False
    for number, text in _lines(file):
        stated = stated_object(text)
        if isinstance(stated, str):
            typer.echo(f"line {number}: {stated}", err=True)
            went_wrong = True
            continue
        gathered = gather(served.rule_set, [("stated", stated["facts"])], at=moment)
        for notice in gathered.notices:
            typer.echo(f"line {number}: {notice}", err=True)
        decision = served.decide(gathered.facts)
        answer = {"fax_id": stated.get("fax_id"), **outcomes_as_json(served.rule_set, decision, gathered.facts)}
        typer.echo(json.dumps(answer, ensure_ascii=False))
    raise typer.Exit(Exit.FOUND if went_wrong else Exit.FINE)


def served_rules(home: Path | None) -> ServedRules:
    """The home's rules, compiled; with an error in them the command ends with its problems."""
    snapshot = read_home(locate(home))
    examined = examine(snapshot)
    if examined.rule_set is None:
        print_problems(examined.problems, err=True)
        raise typer.Exit(Exit.FOUND)
    return serve(examined.rule_set, snapshot)


def moment_option(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = read_moment(text, zone="UTC")
    if isinstance(moment, Refusal):
        raise typer.BadParameter(moment.reason, param_hint="--at")
    return moment


def _lines(file: str) -> Iterator[tuple[int, str]]:
    """Every line that holds something. A file that is one JSON object over several lines counts as one."""
    whole = sys.stdin.read() if file == "-" else _read(file)
    lines = [(number, line) for number, line in enumerate(whole.splitlines(), start=1) if line.strip()]
    if len(lines) > 1 and lines[0][1].strip() in ("{", "[") and _parses(whole):
        lines = [(1, whole)]
    yield from lines


def _read(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"cannot read `{file}`: {error}") from error


def _parses(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def stated_object(text: str) -> dict[str, Any] | str:
    """The object of one line, or what is wrong with it."""
    try:
        stated = json.loads(text)
    except (ValueError, RecursionError) as error:
        return f"not JSON: {error}"
    if not isinstance(stated, dict) or not isinstance(stated.get("facts"), dict):
        return 'a line must be an object with `facts`: {"facts": {"our_number": "+1…"}}'
    unknown = sorted(set(stated) - {"fax_id", "facts"})
    if unknown:
        return f"unknown key `{unknown[0]}`; a line has `fax_id` and `facts`"
    if isinstance(stated.get("fax_id"), list | dict):
        return "`fax_id` must be a text or a number"
    return stated
