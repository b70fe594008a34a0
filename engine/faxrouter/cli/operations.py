"""`status`, `queue`, `history`, `retry`: asked of the running router, or read from the journal when it is down."""

import getpass
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from faxrouter.app.composition import SystemClock, open_journal
from faxrouter.cli.exits import Exit
from faxrouter.cli.home_option import HomeOption, settings_of
from faxrouter.cli.tables import print_history, print_queue, print_status
from faxrouter.console.server import CALLER_HEADER, HOME_HEADER, OTHER_HOME, home_mark
from faxrouter.console.view import RouterView
from faxrouter.model.failure import Unavailable

AsJson = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
# seconds; the router is on this machine
_TIMEOUT = 10.0


def status(home: HomeOption = None, as_json: AsJson = False) -> None:
    """What the router is doing: counts, ages, the rule set in service, the last reload."""
    answer = _ask(home, "/api/status", lambda view: view.status())
    _show(answer, print_status, as_json=as_json)


def queue(
    home: HomeOption = None,
    department: Annotated[str | None, typer.Option("--department", help="Only what this department owns.")] = None,
    as_json: AsJson = False,
) -> None:
    """What waits for a person, for its connector or for another try: age, reason, owner."""
    query = f"?department={urllib.parse.quote(department)}" if department else ""
    answer = _ask(home, f"/api/queue{query}", lambda view: view.queue(department=department))
    _show(answer, print_queue, as_json=as_json)


def history(
    fax: Annotated[str, typer.Argument(help="The fax's id, or the beginning of it.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Everything the journal holds about one fax, in order."""
    answer = _ask(home, f"/api/history/{urllib.parse.quote(fax)}", lambda view: view.history(fax))
    _show(answer, print_history, as_json=as_json)


def retry(
    fax: Annotated[str, typer.Argument(help="The fax's id, or the beginning of it.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Start again what of a fax is stopped or waits for a later try."""
    who = getpass.getuser()
    answer = _ask(home, f"/api/retry/{urllib.parse.quote(fax)}", lambda view: view.retry(fax, by=who), by=who)
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    elif answer["started_again"]:
        typer.echo(f"{answer['fax']}: started again: {', '.join(answer['started_again'])}")
    else:
        typer.echo(f"{answer['fax']}: nothing of it is stopped or waiting")
    raise typer.Exit(Exit.FINE)


def _show(answer: dict[str, Any], show: Callable[[dict[str, Any]], None], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answer, indent=2, ensure_ascii=False))
    else:
        show(answer)
    raise typer.Exit(Exit.FINE)


def _ask(
    home: Path | None, path: str, from_journal: Callable[[RouterView], dict[str, Any]], *, by: str | None = None
) -> dict[str, Any]:
    """The router's answer; without a router, the same answer from its journal. Raises Unavailable."""
    settings = settings_of(home)
    try:
        return _over_http(f"http://{settings.console_host}:{settings.console_port}{path}", home=settings.home, by=by)
    except ConnectionError:
        if settings.database_url is None and not settings.state.is_dir():
            raise Unavailable(f"no router has run in `{settings.home}` yet: start one with `faxrouter run`") from None
        clock = SystemClock()
        journal = open_journal(settings, clock=clock)
        try:
            return from_journal(RouterView(journal=journal, clock=clock))
        finally:
            journal.close()


def _over_http(address: str, *, home: Path, by: str | None) -> dict[str, Any]:
    """Raises ConnectionError when no router of this home listens there, Unavailable with its own words when it
    refuses."""
    request = urllib.request.Request(address, method="POST" if by else "GET", headers={CALLER_HEADER: by} if by else {})
    request.add_header(HOME_HEADER, home_mark(home))
    try:
        # no proxy stands between this machine and itself
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(request, timeout=_TIMEOUT) as answer:
            read: dict[str, Any] = json.load(answer)
            return read
    except urllib.error.HTTPError as error:
        if error.code == OTHER_HOME:
            raise ConnectionError from error
        raise Unavailable(_words(error)) from error
    except (urllib.error.URLError, TimeoutError, ValueError) as error:
        raise ConnectionError from error


def _words(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError):
        return f"the router answered {error.code}"
