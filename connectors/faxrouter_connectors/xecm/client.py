"""Calls to Content Server's REST interface: the session kept, refusals understood, answers as JSON. Knows no port.

Wire rules (facts A0): what is written goes as a form, or as multipart beside a file, never as a JSON body; calls with
nested values put one JSON text into the field `body`. A call whose session is over is made once more after a new
login; nothing else is repeated here.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from faxrouter.model.failure import FailureKind
from faxrouter_connectors.http.answer import Answer
from faxrouter_connectors.http.system import System
from faxrouter_connectors.xecm.options import Guesses
from faxrouter_connectors.xecm.refusals import refusal
from faxrouter_connectors.xecm.session import Session

Params = Sequence[tuple[str, str]]
Headers = Mapping[str, str]
# of pages: the server takes no more for workspaces (facts A8), and fewer are more calls
PAGE = 500
# an expired ticket of Directory Services (facts A1)
_OTDS_EXPIRED = 1034
# of pages of one list; a list that does not end is a fault of the server
_MOST_PAGES = 1000


class XecmClient:
    """One identity at work in Extended ECM. `api` is the path in front of `/v1`."""

    def __init__(self, system: System, http: httpx.Client, session: Session, *, api: str, guesses: Guesses) -> None:
        self.system = system
        self.guesses = guesses
        self._http = http
        self._session = session
        self._api = api

    def health(self) -> str | None:
        """None when it can be used, otherwise why not, in words for operations."""
        return self.system.health(self._ping) or self._session.problem()

    def node(self, reference: str, *, operation: str) -> int:
        """The id in a reference that faxrouter keeps. Raises Failed(REJECTED) for anything else."""
        if not reference.isascii() or not reference.isdigit():
            raise self.system.failed(FailureKind.REJECTED, operation, "there is no such node")
        return int(reference)

    def get(self, path: str, *, operation: str, params: Params = ()) -> Any:
        """The JSON that stands there. Raises Failed, `Refused` among them."""
        return self._json(operation, lambda session: self._build("GET", path, session, params=params), changes=False)

    def asks(self, path: str, *, operation: str, fields: Params) -> Any:
        """A question that is asked by POST."""
        return self._json(operation, lambda session: self._build("POST", path, session, fields=fields), changes=False)

    def form(self, method: str, path: str, *, operation: str, fields: Params = ()) -> Any:
        """A change written as plain form fields; a list is a repeated field."""
        return self._json(operation, lambda session: self._build(method, path, session, fields=fields), changes=True)

    def body(self, method: str, path: str, *, operation: str, value: Mapping[str, Any], field: str = "body") -> Any:
        """A change written as one JSON text in a form field."""
        return self.form(method, path, operation=operation, fields=[(field, json.dumps(value))])

    def upload(
        self, path: str, *, operation: str, fields: Params, content: Path, file_name: str, media_type: str
    ) -> Any:
        """A change with a file, streamed from disk."""

        def send(session: Headers) -> Answer:
            # anew for each try: the first one may have read it to its end
            with content.open("rb") as file:
                request = self._http.build_request(
                    "POST",
                    self._api + path,
                    data=dict(fields),
                    files={"file": (file_name, file, media_type)},
                    headers=session,
                )
                return self._send(request, operation, changes=True)

        return self._understood(self._in_session(send), operation, changes=True)

    def download(self, path: str, *, operation: str, write: Callable[[bytes], object]) -> int:
        """Stream a content; its length in bytes. Raises Failed(TRANSIENT) when it is shorter than it should be."""
        length = 0

        def save(response: httpx.Response) -> None:
            nonlocal length
            length = 0
            for part in response.iter_bytes():
                length += len(part)
                write(part)

        answer = self._in_session(
            lambda session: self._send(self._build("GET", path, session), operation, changes=False, save=save)
        )
        if not answer.is_success:
            self._understood(answer, operation, changes=False)
        promised = answer.headers.get("content-length")
        if promised is not None and "content-encoding" not in answer.headers and int(promised) != length:
            raise self.system.failed(FailureKind.TRANSIENT, operation, "the content came incomplete")
        return length

    def pages(
        self,
        path: str,
        *,
        operation: str,
        params: Params = (),
        members: Callable[[Any], list[Mapping[str, Any]]] | None = None,
        by_post: bool = False,
    ) -> Iterator[Mapping[str, Any]]:
        """Every result of a paged list; `members` says where they stand, if not in `results`. Ends by `page_total`, or
        with a page that is not full: beyond the last page some lists give results again (facts A8). `by_post`: it is
        a question that is asked by POST."""
        for page in range(1, _MOST_PAGES + 1):
            asked = [*params, ("limit", str(PAGE)), ("page", str(page))]
            if by_post:
                said = self.asks(path, operation=operation, fields=asked)
            else:
                said = self.get(path, operation=operation, params=asked)
            found = (members or results_of)(said)
            yield from found
            paging = _paging(said)
            limit, total = paging.get("limit", PAGE), paging.get("page_total")
            if not found or len(found) < limit or (isinstance(total, int) and page >= total):
                return
        raise self.system.failed(FailureKind.TRANSIENT, operation, "a list of the server does not end")

    def _ping(self) -> None:
        """Asked without a session (facts A1)."""
        request = self._http.build_request("GET", f"{self._api}/v1/ping")
        self.system.send(self._http, request, operation="ping", changes=False)

    def _json(self, operation: str, build: Callable[[Headers], httpx.Request], *, changes: bool) -> Any:
        answer = self._in_session(lambda session: self._send(build(session), operation, changes=changes))
        return self._understood(answer, operation, changes=changes)

    def _build(
        self, method: str, path: str, session: Headers, *, params: Params = (), fields: Params = ()
    ) -> httpx.Request:
        grouped: dict[str, list[str]] = {}
        for name, value in fields:
            grouped.setdefault(name, []).append(value)
        # httpx encodes a list as a repeated field
        return self._http.build_request(
            method, self._api + path, params=list(params) or None, data=grouped or None, headers=session
        )

    def _send(
        self,
        request: httpx.Request,
        operation: str,
        *,
        changes: bool,
        save: Callable[[httpx.Response], None] | None = None,
    ) -> Answer:
        return self.system.send(self._http, request, operation=operation, changes=changes, save=save)

    def _in_session(self, send: Callable[[Headers], Answer]) -> Answer:
        session = self._session.headers()
        answer = send(session)
        if _is_session_over(answer):
            self._session.renew(session)
            answer = send(self._session.headers())
        return answer

    def _understood(self, answer: Answer, operation: str, *, changes: bool) -> Any:
        if not answer.is_success:
            raise refusal(
                self.system,
                operation,
                answer,
                changes=changes,
                duplicate_statuses=self.guesses.duplicate_statuses,
            )
        said = answer.json()
        if said is None and answer.body.strip() not in (b"", b"null"):
            # during a restart the server answers 200 with a page (facts A1)
            kind = FailureKind.UNKNOWN if changes else FailureKind.TRANSIENT
            raise self.system.failed(kind, operation, "it answered with a page instead of data")
        self._session.take_up(answer)
        return said


def results_of(said: Any) -> list[Mapping[str, Any]]:
    """`results` (v2) or `data` (v1), whether it is one or a list."""
    found = said.get("results", said.get("data")) if isinstance(said, dict) else said
    if isinstance(found, dict):
        return [found]
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _paging(said: Any) -> Mapping[str, Any]:
    """Of both forms: below `collection`, or at the top as workspaces have it (facts A0)."""
    top = said if isinstance(said, dict) else {}
    collection = top.get("collection")
    inner = collection if isinstance(collection, dict) else {}
    found = inner.get("paging", top.get("paging"))
    return found if isinstance(found, dict) else {}


def _is_session_over(answer: Answer) -> bool:
    if answer.status == 401:
        return True
    said = answer.json() if answer.status == 400 else None
    return isinstance(said, dict) and said.get("status") == _OTDS_EXPIRED
