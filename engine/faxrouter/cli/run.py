"""`run`: the router at work in the foreground, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

from faxrouter.cli.exits import Exit
from faxrouter.cli.home_option import HomeOption, settings_of


def run(
    home: HomeOption = None,
    samples: Annotated[
        Path | None,
        typer.Option("--samples", help="Put the faxes of this folder into the inbox, each once, to see it work."),
    ] = None,
    log: Annotated[
        Path | None, typer.Option("--log", help="Add the log to this file; otherwise it goes to standard error.")
    ] = None,
) -> None:
    """Run the router here until Ctrl-C. It takes faxes, decides, files, acknowledges; saved rules go live."""
    # here, so that a command that only looks never loads what acts: the durable engine, connectors, a server
    from faxrouter.cli.running import run_router

    run_router(settings_of(home), samples=samples, log=log)
    raise typer.Exit(Exit.FINE)
