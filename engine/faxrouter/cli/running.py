"""The router at work in the foreground. Shows what happens to each fax as it is journalled."""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import FrameType
from typing import TextIO

import typer

from faxrouter.app.composition import RunningRouter, running_router
from faxrouter.app.logs import set_up_logs
from faxrouter.app.samples import drop_samples, send_samples
from faxrouter.app.simulators import running_simulators
from faxrouter.cli.following import Follower
from faxrouter.cli.tables import counted, print_status
from faxrouter.model.failure import Unavailable
from faxrouter.settings import Settings

# seconds between looks at the journal
_LOOK_EVERY = 0.3
# 128 + SIGINT, as shells say it
_INTERRUPTED = 130


def run_router(settings: Settings, *, samples: Path | None, log: Path | None, simulate: bool) -> None:
    """Until Ctrl-C or SIGTERM. Raises Unavailable when it cannot start."""
    # What happens to each fax names persons: it is shown to one who looks, and never to a file that collects output.
    shown = sys.stdout.isatty() or samples is not None
    if log is None:
        # on one screen with the faxes themselves, a line of the log for each of them would tell it twice
        told_twice = shown and sys.stderr.isatty() and settings.log_level == "info"
        _set_up_logs(settings, sys.stderr, level="warning" if told_twice else settings.log_level)
        _run(settings, samples=samples, shown=shown, simulate=simulate)
        return
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        file = log.open("a", encoding="utf-8", buffering=1)
    except OSError as err:
        raise Unavailable(f"the log `{log}` cannot be written: {err.strerror}") from err
    with file:
        _set_up_logs(settings, file, level=settings.log_level)
        typer.echo(f"log: {log}")
        _run(settings, samples=samples, shown=shown, simulate=simulate)


def _set_up_logs(settings: Settings, into: TextIO, *, level: str) -> None:
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not into.isatty())
    set_up_logs(level=level, as_json=as_json, into=into)


def _run(settings: Settings, *, samples: Path | None, shown: bool, simulate: bool) -> None:
    ending = _end_on_signals()
    with ExitStack() as stack:
        if simulate:
            # before the router, and ended after it: it begins to ask at once
            address = stack.enter_context(running_simulators(settings))
            typer.echo(f"simulated Cloud Fax and Extended ECM: {address}")
        router = stack.enter_context(running_router(settings))
        _greet(router)
        follower = Follower(router.journal, location_of=router.location_of)
        if samples is not None:
            given = (send_samples if simulate else drop_samples)(samples, settings)
            where = "sent to Cloud Fax" if simulate else "put into the inbox"
            typer.echo(f"samples: {counted(len(given), 'new fax', 'new faxes')} {where}")
        while not ending.wait(_LOOK_EVERY):
            for line in _news(follower) if shown else ():
                typer.echo(line)
        typer.echo("ending: what is under way is finished, what waits is taken up at the next start")
    typer.echo("ended")


def _end_on_signals() -> threading.Event:
    """Set by the first Ctrl-C or SIGTERM. The second Ctrl-C ends the process at once: nothing that is journalled can
    be lost by that."""
    ending = threading.Event()

    def end(number: int, _frame: FrameType | None) -> None:
        if ending.is_set() and number == signal.SIGINT:
            os.write(2, b"ended at once; what was under way is taken up at the next start\n")
            os._exit(_INTERRUPTED)
        ending.set()

    signal.signal(signal.SIGINT, end)
    signal.signal(signal.SIGTERM, end)
    return ending


def _news(follower: Follower) -> Iterator[str]:
    """Nothing while the journal cannot be read: `/readyz` and the log say so."""
    try:
        yield from follower.news()
    except Unavailable:
        return


def _greet(router: RunningRouter) -> None:
    rule_set = router.live.current.rule_set
    rules = sum(len(file.rules) for file in rule_set.files)
    typer.echo(f"faxrouter runs in {router.settings.home}")
    typer.echo(f"health, metrics and the API: {router.address}; Ctrl-C ends it")
    typer.echo(f"{counted(rules, 'rule')} in {counted(len(rule_set.files), 'file')}")
    print_status(router.view.status())
