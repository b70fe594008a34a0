"""The commands, and the rim: whatever happens below becomes a line for people and an exit code."""

import functools
import os
import sys
from collections.abc import Callable
from typing import Annotated, ParamSpec

import typer

from faxrouter import __version__
from faxrouter.cli.decide import decide
from faxrouter.cli.exits import Exit
from faxrouter.cli.explain import explain
from faxrouter.cli.home_commands import init, schema
from faxrouter.cli.operations import history, queue, retry, status
from faxrouter.cli.rule_commands import check, test
from faxrouter.cli.run import run
from faxrouter.cli.simulate import send, simulate, start
from faxrouter.model.failure import FaxrouterError
from faxrouter.workflow.faults import described

P = ParamSpec("P")

app = typer.Typer(
    name="faxrouter",
    help="A configuration-driven router between a fax service and a records system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _at_the_rim(command: Callable[P, None]) -> Callable[P, None]:
    """Every error that faxrouter raises on purpose is one line and exit code 3; so is every other one."""

    @functools.wraps(command)
    def run_command(*args: P.args, **options: P.kwargs) -> None:
        try:
            command(*args, **options)
        except (typer.Exit, typer.BadParameter):
            raise
        except FaxrouterError as err:
            typer.echo(f"faxrouter: {err}", err=True)
            raise typer.Exit(Exit.COULD_NOT_RUN) from err
        except BrokenPipeError as err:
            # the reader of our output has gone (`| head`): that is no error
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Exit.FINE) from err
        except Exception as err:
            # an unknown fault is one line too; its trace, which may quote a fax, is for FAXROUTER_DEBUG
            if os.environ.get("FAXROUTER_DEBUG"):
                raise
            typer.echo(f"faxrouter: a fault of its own: {described(err)}", err=True)
            raise typer.Exit(Exit.COULD_NOT_RUN) from err

    return run_command


for each in (check, test, decide, explain, run, status, queue, history, retry, init, schema):
    app.command()(_at_the_rim(each))
simulate.callback()(_at_the_rim(start))
simulate.command()(_at_the_rim(send))
app.add_typer(simulate, name="simulate")


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"faxrouter {__version__}")
        raise typer.Exit(Exit.FINE)


@app.callback()
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="The version.")] = False,
) -> None:
    """Options before the command."""
    if os.environ.get("NO_COLOR"):
        context.color = False


def main() -> None:
    """The entry point."""
    app()
