"""The door for webhooks: the one address that others than this machine may call. Knows no vendor, believes nobody.

`POST /hooks/CONNECTOR/SECRET`. A caller who is not the service is answered like one who asks for a page that is not
there. What a call says is only a hint to ask the service itself.
"""

from collections.abc import Callable, Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address

import structlog
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from faxrouter.model.failure import Failed, FailureKind, Unavailable
from faxrouter.ports import FaxSender, WebhookCall

log = structlog.get_logger("faxrouter.webhooks")

# bytes
_LARGEST_BODY = 1024 * 1024

Called = Callable[[str, Sequence[str]], int]
Networks = Sequence[IPv4Network | IPv6Network]


def webhooks(senders: Mapping[str, FaxSender], *, called: Called, proxies: Networks) -> Starlette:
    """`called` is told which faxes a service named. `proxies` may say in `X-Forwarded-For` for whom they call."""

    async def hook(request: Request) -> Response:
        sender = senders.get(request.path_params["connector"])
        if sender is None:
            return Response(status_code=404)
        body = await _bounded(request)
        if body is None:
            return Response(status_code=413)
        call = WebhookCall(
            secret=request.path_params["secret"],
            remote_address=_caller(request, proxies),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
        )
        try:
            references = sender.references_in(call)
        except Failed as err:
            log.warning("webhook refused", service=sender.name, reason=err.failure.reason)
            return Response(status_code=404 if err.failure.kind is FailureKind.UNAUTHORISED else 400)
        try:
            await run_in_threadpool(called, sender.name, references)
        except Unavailable:
            # the service calls again, or the polling finds it
            return Response(status_code=503)
        return Response(status_code=204)

    return Starlette(routes=[Route("/hooks/{connector}/{secret}", hook, methods=["POST"])])


async def _bounded(request: Request) -> bytes | None:
    """The body; None when it is too long."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > _LARGEST_BODY:
            return None
        parts.append(part)
    return b"".join(parts)


def _caller(request: Request, proxies: Networks) -> str:
    """Who called: the last one in the chain that is no proxy of ours."""
    address = request.client.host if request.client is not None else ""
    chain = [part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()]
    while chain and _is_in(address, proxies):
        address = chain.pop()
    return address


def _is_in(address: str, networks: Networks) -> bool:
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in networks)
