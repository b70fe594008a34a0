"""`simulate`: the simulated Cloud Fax and Extended ECM of a home, alone; and faxes sent to it."""

import os
from pathlib import Path
from typing import Annotated

import typer

from faxrouter.cli.exits import Exit
from faxrouter.cli.home_option import HomeOption, locate, settings_of

simulate = typer.Typer(
    help="Simulated Cloud Fax and Extended ECM, to try a home without the real ones.", invoke_without_command=True
)


def start(context: typer.Context, home: HomeOption = None) -> None:
    """Simulate Cloud Fax and Extended ECM for this home, until Ctrl-C. `[simulators]` of its settings says where."""
    if context.invoked_subcommand is not None:
        return
    from faxrouter.app.simulators import command, make_secrets

    make_secrets(locate(home))
    settings = settings_of(home)
    words = command(settings, with_parent=False)
    if settings.simulators is not None:
        typer.echo(f"simulated Cloud Fax and Extended ECM: {settings.simulators.address}; Ctrl-C ends them")
    # from here on this process is the simulators: its signals and its end are theirs
    os.execv(words[0], words)


def send(
    file: Annotated[Path, typer.Argument(help="A TIFF or PDF file.")],
    to: Annotated[str, typer.Option("--to", help="The number of ours that was dialled.")],
    caller: Annotated[str | None, typer.Option("--from", help="The number that called [default: withheld].")] = None,
    station: Annotated[str | None, typer.Option("--station", help="What the sender's machine calls itself.")] = None,
    fact: Annotated[
        list[str] | None,
        typer.Option("--fact", help="NAME=VALUE, as a recognition service before the queue would add it; repeatable."),
    ] = None,
    home: HomeOption = None,
) -> None:
    """Put a fax into the simulated Cloud Fax queue. The simulators must run."""
    from faxrouter.app.simulators import make_secrets
    from faxrouter.app.simulators import send as send_fax

    stated: dict[str, object] = {}
    for each in fact or ():
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"`{each}` must be NAME=VALUE", param_hint="--fact")
        stated[name] = value
    try:
        content = file.read_bytes()
    except OSError as err:
        raise typer.BadParameter(f"`{file}` cannot be read: {err.strerror}", param_hint="FILE") from err
    make_secrets(locate(home))
    document = send_fax(
        settings_of(home),
        content,
        name=file.name,
        to=to,
        caller=caller,
        more={"station": station} if station else {},
        facts=stated,
    )
    typer.echo(f"{file.name} waits in the queue as {document}")
    raise typer.Exit(Exit.FINE)
