"""The commands, and the rim: whatever happens below becomes a line for people and an exit code."""

import os
import sys
from typing import Annotated

import typer

from faxrouter import __version__
from faxrouter.cli.decide import decide
from faxrouter.cli.exits import Exit
from faxrouter.cli.explain import explain
from faxrouter.cli.home_commands import init, schema
from faxrouter.cli.operations import history, queue, retry, status
from faxrouter.cli.rule_commands import check, test
from faxrouter.cli.run import run
from faxrouter.model.failure import FaxrouterError

app = typer.Typer(
    name="faxrouter",
    help="A configuration-driven router between a fax service and a records system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (check, test, decide, explain, run, status, queue, history, retry, init, schema):
    app.command()(command)


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"faxrouter {__version__}")
        raise typer.Exit(Exit.FINE)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    """Options before the command."""


def main() -> None:
    """The entry point. Every error that faxrouter raises on purpose is one line and exit code 3."""
    try:
        app()
    except FaxrouterError as err:
        typer.echo(f"faxrouter: {err}", err=True)
        sys.exit(Exit.COULD_NOT_RUN)
    except BrokenPipeError:
        # the reader of our output has gone (`| head`): that is no error
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(Exit.FINE)
    except Exception as err:  # noqa: BLE001  # the rim: an unknown fault is one line too, its trace is for FAXROUTER_DEBUG
        if os.environ.get("FAXROUTER_DEBUG"):
            raise
        typer.echo(f"faxrouter: a fault of its own: {type(err).__name__}; FAXROUTER_DEBUG=1 shows where", err=True)
        sys.exit(Exit.COULD_NOT_RUN)
