"""One system outside, as all of its clients share it: how often it is called, whether it answers, what silence means.

Sends a request and gives back whatever was answered; a vendor's own words are the connector's to understand. Nothing of
a request or an answer gets into a reason: both may hold personal data.
"""

import socket
import ssl
from collections.abc import Callable
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path

import httpx

from faxrouter.model.failure import Failed, Failure, FailureKind, FailureSubject
from faxrouter.ports import Clock
from faxrouter_connectors.http.answer import Answer
from faxrouter_connectors.http.breaker import Breaker
from faxrouter_connectors.http.throttle import Throttle

# what a gateway says when the system behind it does not answer
_GATEWAY = frozenset({502, 503, 504})
_TOO_MANY = 429
# of bytes; a fax is at most some tens of megabytes, in base64 a third more
_LARGEST_ANSWER = 256 * 1024 * 1024
# cloud load balancers drop idle connections after about four minutes, so ours are renewed earlier (facts A8)
_IDLE = 120.0
_KEEPALIVE = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]


class System:
    """Shared by every identity that works in one system."""

    def __init__(
        self, name: str, *, clock: Clock, throttle: Throttle, breaker: Breaker, largest_answer: int = _LARGEST_ANSWER
    ) -> None:
        """`name` as in `faxrouter.toml`. `largest_answer` in bytes."""
        self.name = name
        self._largest_answer = largest_answer
        self._clock = clock
        self._throttle = throttle
        self._breaker = breaker

    def send(
        self,
        client: httpx.Client,
        request: httpx.Request,
        *,
        operation: str,
        changes: bool,
        save: Callable[[httpx.Response], None] | None = None,
    ) -> Answer:
        """What the system answered. `changes`: an answer that is lost leaves in doubt whether it was done.

        `save` is given the body of a successful answer as a stream; then the answer's own body is empty. Raises Failed:
        TRANSIENT (not sent, or only asked), THROTTLED, UNKNOWN.
        """
        self._admit(operation)
        try:
            response = client.send(request, stream=True, follow_redirects=False)
            try:
                if save is not None and response.is_success:
                    save(response)
                    body = b""
                else:
                    body = self._body(response, operation)
            finally:
                response.close()
        except httpx.RequestError as err:
            reason = _in_words(err)
            self._breaker.failed(reason)
            raise self.failed(_silence(err, changes=changes), operation, reason) from None
        answer = Answer(
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body,
        )
        return self._weighed(answer, operation, changes=changes)

    def failed(
        self,
        kind: FailureKind,
        operation: str,
        reason: str,
        *,
        retry_after: float | None = None,
        about: FailureSubject | None = None,
    ) -> Failed:
        """A failure of this system, to be raised."""
        failure = Failure(
            kind=kind, system=self.name, operation=operation, reason=reason, retry_after=retry_after, about=about
        )
        return Failed(failure)

    def health(self, probe: Callable[[], object]) -> str | None:
        """None while it answers. After a pause it is asked anew by `probe`, a call that changes nothing."""
        outage = self._breaker.outage()
        if outage is not None and outage.pause == 0:
            try:
                probe()
            except Failed:
                outage = self._breaker.outage()
            else:
                return None
        if outage is not None:
            return f"it does not answer ({outage.reason}); what needs it waits"
        quiet = self._throttle.seconds_left()
        return f"it wants no calls for another {quiet:.0f} s; what needs it waits" if quiet else None

    def _admit(self, operation: str) -> None:
        quiet = self._throttle.seconds_left()
        if quiet:
            raise self.failed(FailureKind.THROTTLED, operation, "it asked to be left alone", retry_after=quiet)
        pause = self._breaker.admit()
        if pause:
            outage = self._breaker.outage()
            reason = f"it does not answer ({outage.reason if outage else 'a moment ago'})"
            raise self.failed(FailureKind.TRANSIENT, operation, reason, retry_after=pause)
        self._throttle.take()

    def _body(self, response: httpx.Response, operation: str) -> bytes:
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self._largest_answer:
                reason = f"its answer is longer than {self._largest_answer // 1024**2} MiB"
                raise self.failed(FailureKind.REJECTED, operation, reason)
            parts.append(part)
        return b"".join(parts)

    def _weighed(self, answer: Answer, operation: str, *, changes: bool) -> Answer:
        retry_after = answer.retry_after(now=self._clock.now())
        if answer.status == _TOO_MANY:
            self._breaker.answered()
            self._throttle.leave_alone(retry_after if retry_after is not None else 1.0)
            reason = "it was called too often"
            raise self.failed(FailureKind.THROTTLED, operation, reason, retry_after=retry_after)
        if answer.status in _GATEWAY:
            reason = f"a gateway answered {answer.status}"
            self._breaker.failed(reason)
            if retry_after:
                self._throttle.leave_alone(retry_after)
            kind = FailureKind.UNKNOWN if changes else FailureKind.TRANSIENT
            raise self.failed(kind, operation, reason, retry_after=retry_after)
        self._breaker.answered()
        return answer


def open_client(
    *, base_url: str, timeout: float, authorities: Path | None = None, proxy: str | None = None
) -> httpx.Client:
    """A client for one identity: no redirects, no cookies, no proxy that the settings do not name.

    `timeout` in seconds; `authorities` is a file of certificates to trust besides the system's own.
    """
    trusted = ssl.create_default_context()
    if authorities is not None:
        trusted.load_verify_locations(cafile=authorities)
    return httpx.Client(
        base_url=base_url,
        timeout=httpx.Timeout(timeout, connect=min(timeout, 10.0)),
        transport=httpx.HTTPTransport(
            verify=trusted,
            proxy=proxy,
            socket_options=_KEEPALIVE,
            limits=httpx.Limits(max_connections=32, max_keepalive_connections=16, keepalive_expiry=_IDLE),
        ),
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
        follow_redirects=False,
    )


def _silence(err: httpx.RequestError, *, changes: bool) -> FailureKind:
    not_sent = isinstance(err, (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol))
    return FailureKind.UNKNOWN if changes and not not_sent else FailureKind.TRANSIENT


def _in_words(err: httpx.RequestError) -> str:
    match err:
        case httpx.ConnectTimeout() | httpx.ConnectError():
            return "no connection"
        case httpx.PoolTimeout():
            return "every connection is busy"
        case httpx.TimeoutException():
            return "no answer in time"
        case httpx.DecodingError():
            return "an answer that cannot be decoded"
        case _:
            return "the connection broke"
