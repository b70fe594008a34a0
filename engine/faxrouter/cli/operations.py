"""`status`, `queue`, `history`, `retry`: asked of the running router, or read from the journal when it is down."""

import getpass
import http.client
import json
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from faxrouter.app.state import SystemClock, journal_to_read, journal_to_write
from faxrouter.cli.decide import echo_json
from faxrouter.cli.exits import Exit
from faxrouter.cli.home_option import HomeOption, settings_of
from faxrouter.cli.tables import print_history, print_queue, print_status
from faxrouter.console.callers import CALLER_HEADER, HOME_HEADER, home_mark
from faxrouter.console.view import RouterView
from faxrouter.model.failure import Unavailable
from faxrouter.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="The answer as JSON.")]
# seconds; the router is on this machine
_TIMEOUT = 10.0


def status(home: HomeOption = None, as_json: AsJson = False) -> None:
    """What the router is doing: counts, ages, rules, the last reload."""
    answer = _ask(home, "/api/status", lambda view: view.status())
    _show(answer, print_status, as_json=as_json)


def queue(
    home: HomeOption = None,
    department: Annotated[str | None, typer.Option("--department", help="Only what this department owns.")] = None,
    as_json: AsJson = False,
) -> None:
    """What waits for a person, a connector or another try. With its age, reason and owner."""
    query = f"?department={urllib.parse.quote(department, safe='')}" if department else ""
    answer = _ask(home, f"/api/queue{query}", lambda view: view.queue(department=department))
    _show(answer, print_queue, as_json=as_json)


def history(
    fax: Annotated[str, typer.Argument(help="The fax's id, or the beginning of it.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Everything the journal holds about one fax, in order."""
    answer = _ask(home, f"/api/history/{urllib.parse.quote(fax, safe='')}", lambda view: view.history(fax))
    _show(answer, print_history, as_json=as_json)


def retry(
    fax: Annotated[str, typer.Argument(help="The fax's id, or the beginning of it.")],
    home: HomeOption = None,
    as_json: AsJson = False,
) -> None:
    """Start again what of a fax is stopped or waits for a later try."""
    settings, who = settings_of(home), _who()
    answer = _over_http(settings, f"/api/retry/{urllib.parse.quote(fax, safe='')}", by=who)
    if answer is None:
        # a router that starts later finds the changed list of work by itself
        with journal_to_write(settings) as journal:
            answer = RouterView(journal=journal, clock=SystemClock()).retry(fax, by=who)
    _show(answer, _print_retry, as_json=as_json)


def _print_retry(answer: Mapping[str, Any]) -> None:
    again = answer["started_again"]
    said = f"started again: {', '.join(again)}" if again else "nothing of it is stopped or due for another try"
    typer.echo(f"{answer['fax']}: {said}")


def _show(answer: Mapping[str, Any], show: Callable[[Mapping[str, Any]], None], *, as_json: bool) -> None:
    if as_json:
        echo_json(answer, indent=2)
    else:
        show(answer)
    raise typer.Exit(Exit.FINE)


def _ask(home: Path | None, path: str, from_journal: Callable[[RouterView], Mapping[str, Any]]) -> Mapping[str, Any]:
    """The router's answer; without a router, the same answer from its journal. Raises Unavailable."""
    settings = settings_of(home)
    answer = _over_http(settings, path)
    if answer is not None:
        return answer
    with journal_to_read(settings) as journal:
        return from_journal(RouterView(journal=journal, clock=SystemClock()))


def _over_http(settings: Settings, path: str, *, by: str | None = None) -> Mapping[str, Any] | None:
    """What the router of this home answers; None when none listens. Raises Unavailable with its words when it refuses.

    `by` names who asks for a change.
    """
    host = f"[{settings.console_host}]" if ":" in settings.console_host else settings.console_host
    mark = home_mark(settings.home)
    headers = {HOME_HEADER: mark} | ({CALLER_HEADER: by} if by else {})
    request = urllib.request.Request(
        f"http://{host}:{settings.console_port}{path}", method="POST" if by else "GET", headers=headers
    )
    # no proxy stands between this machine and itself
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=_TIMEOUT) as reply:
            answer: Mapping[str, Any] | None = json.load(reply) if reply.headers.get(HOME_HEADER) == mark else None
            return answer
    except urllib.error.HTTPError as error:
        if error.headers.get(HOME_HEADER) != mark:
            return None
        raise Unavailable(_words(error)) from error
    except (OSError, http.client.HTTPException, ValueError):
        # nobody listens, or somebody who does not speak like a router
        return None


def _words(error: urllib.error.HTTPError) -> str:
    try:
        return str(json.load(error)["error"])
    except (ValueError, KeyError, TypeError):
        return f"the router answered {error.code}"


def _who() -> str:
    """The person's name on this machine, as a header can carry it."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):
        name = f"user {os.getuid()}"
    return urllib.parse.quote(name, safe=" ")
