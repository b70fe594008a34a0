"""`run`: the router at work in the foreground, until Ctrl-C."""

from pathlib import Path
from typing import Annotated

import typer

from faxrouter.cli.exits import Exit
from faxrouter.cli.home_option import HomeOption, locate, settings_of


def run(
    home: HomeOption = None,
    samples: Annotated[
        Path | None,
        typer.Option("--samples", help="Give it the faxes of this folder, each once, to see it work."),
    ] = None,
    simulate: Annotated[
        bool, typer.Option("--simulate", help="Start the simulated Cloud Fax and Extended ECM of this home as well.")
    ] = False,
    log: Annotated[
        Path | None, typer.Option("--log", help="Add the log to this file; otherwise it goes to standard error.")
    ] = None,
) -> None:
    """Run the router here until Ctrl-C. It takes faxes, decides, files, acknowledges; saved rules go live."""
    # here, so that a command that only looks never loads what acts: the durable engine, connectors, a server
    from faxrouter.app.simulators import make_secrets
    from faxrouter.cli.running import run_router

    if simulate:
        make_secrets(locate(home))
    run_router(settings_of(home), samples=samples, log=log, simulate=simulate)
    raise typer.Exit(Exit.FINE)
