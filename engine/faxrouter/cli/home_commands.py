"""`init` and `schema`: a new home, and the JSON Schema with which an editor completes its rule files."""

import json
from pathlib import Path
from typing import Annotated

import typer

from faxrouter.cli.exits import Exit
from faxrouter.cli.files import write_output
from faxrouter.cli.home_option import HomeOption, locate
from faxrouter.cli.problems import print_problems
from faxrouter.home.directory import read_home
from faxrouter.home.starter import copy_starter
from faxrouter.language.schema import rules_schema
from faxrouter.reload.gates import examine


def init(
    directory: Annotated[Path, typer.Argument(help="The new home; it may exist when it holds none of the files.")],
) -> None:
    """Make a new home, with the starter organisation. Its rules, templates, settings and sample faxes."""
    written = copy_starter(directory)
    typer.echo(f"{len(written)} files written to {directory}")
    typer.echo(f"next: faxrouter check --home {directory}; faxrouter run --home {directory} --simulate")
    raise typer.Exit(Exit.FINE)


def schema(
    home: HomeOption = None,
    output: Annotated[Path | None, typer.Option("--output", help="Write it to this file instead.")] = None,
) -> None:
    """The JSON Schema of the rules files, for any editor. With this home's facts, phrases and outcomes."""
    examined = examine(read_home(locate(home)))
    if examined.rule_set is None:
        print_problems(examined.problems, err=True)
        raise typer.Exit(Exit.FOUND)
    text = json.dumps(rules_schema(examined.rule_set), indent=2, ensure_ascii=False)
    if output is None:
        typer.echo(text)
    else:
        write_output(output, f"{text}\n".encode())
    raise typer.Exit(Exit.FINE)
