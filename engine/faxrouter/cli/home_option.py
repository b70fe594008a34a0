"""`--home`, the same for every command."""

import os
from pathlib import Path
from typing import Annotated

import typer

from faxrouter.cli.exits import Exit
from faxrouter.cli.problems import print_problems
from faxrouter.settings import Settings, locate_home, read_settings

HomeOption = Annotated[
    Path | None,
    typer.Option("--home", help="The home directory [default: FAXROUTER_HOME, else the working directory]."),
]


def locate(given: Path | None) -> Path:
    """The home directory. Raises Unavailable when there is none."""
    return locate_home(given, environment=os.environ)


def settings_of(given: Path | None) -> Settings:
    """The settings of the home; with a mistake in them the command ends with its problems."""
    settings, problems = read_settings(locate(given), environment=os.environ)
    if settings is None:
        print_problems(problems, err=True)
        raise typer.Exit(Exit.COULD_NOT_RUN)
    return settings
