"""The loopback HTTP server: `/healthz`, `/readyz`, `/metrics` and `/api`. Answers what the views say, nothing more."""

import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
import uvicorn
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware, RequestResponseEndpoint
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from faxrouter.console.callers import CALLER_HEADER, HOME_HEADER, OTHER_HOME, home_mark
from faxrouter.console.metrics import JournalCollector
from faxrouter.console.view import RouterView
from faxrouter.journal.history import NoSuchFax
from faxrouter.model.failure import FaxrouterError, Unavailable
from faxrouter.workflow.faults import described

log = structlog.get_logger("faxrouter.console")

_LOOPBACK_HOSTS = ["127.0.0.1", "localhost", "[::1]", "::1"]


def console(view: RouterView, *, home: Path, changed: Callable[[], None]) -> Starlette:
    """The application; `changed` is told after a retry."""
    registry = CollectorRegistry()
    registry.register(JournalCollector(view))

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        problems = await run_in_threadpool(view.problems)
        return JSONResponse({"ready": not problems, "problems": dict(problems)}, status_code=503 if problems else 200)

    async def metrics(_: Request) -> Response:
        text = await run_in_threadpool(generate_latest, registry)
        return Response(text, media_type=CONTENT_TYPE_LATEST)

    async def status(_: Request) -> Response:
        return JSONResponse(await run_in_threadpool(view.status))

    async def queue(request: Request) -> Response:
        department = request.query_params.get("department")
        return JSONResponse(await run_in_threadpool(lambda: view.queue(department=department)))

    async def history(request: Request) -> Response:
        return JSONResponse(await run_in_threadpool(view.history, request.path_params["fax"]))

    async def retry(request: Request) -> Response:
        caller = request.headers.get(CALLER_HEADER)
        if not caller:
            return JSONResponse({"error": f"the header `{CALLER_HEADER}` must name who asks"}, status_code=403)
        answer = await run_in_threadpool(lambda: view.retry(request.path_params["fax"], by=caller))
        changed()
        return JSONResponse(answer)

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/api/status", status),
            Route("/api/queue", queue),
            Route("/api/history/{fax}", history),
            Route("/api/retry/{fax}", retry, methods=["POST"]),
        ],
        # a name that resolves to loopback must not open this door to a web page
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=_LOOPBACK_HOSTS),
            Middleware(BaseHTTPMiddleware, dispatch=_same_home(home_mark(home))),
        ],
        exception_handlers={NoSuchFax: _unknown, FaxrouterError: _unavailable, Exception: _fault},
    )


async def _unknown(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=404)


async def _unavailable(_: Request, error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, status_code=503)


async def _fault(request: Request, error: Exception) -> Response:
    # neither its message nor the path is logged: they may name a person
    log.error("fault", of="console", error=described(error))
    return JSONResponse({"error": "a fault of the router; its log says where"}, status_code=500)


def _same_home(mark: str) -> Callable[[Request, RequestResponseEndpoint], Awaitable[Response]]:
    """Refuse a caller who means another home; tell every other one whose answer it is."""

    async def dispatch(request: Request, answer: RequestResponseEndpoint) -> Response:
        if request.headers.get(HOME_HEADER, mark) != mark:
            return JSONResponse({"error": "the router here serves another home"}, status_code=OTHER_HOME)
        response = await answer(request)
        response.headers[HOME_HEADER] = mark
        return response

    return dispatch


class ConsoleServer:
    """Serves one application in a thread of its own: the console on loopback, webhooks where the settings say."""

    def __init__(self, app: Starlette, *, host: str, port: int, table: str = "console") -> None:
        """`table` of the settings names the address."""
        self._table = table
        self._server = uvicorn.Server(
            # its own words are not wanted: they may quote what was asked
            uvicorn.Config(
                app,
                host=host,
                port=port,
                log_config=None,
                log_level="critical",
                access_log=False,
                timeout_graceful_shutdown=2,
            )
        )
        self._thread = threading.Thread(target=self._server.run, name=f"faxrouter {table}", daemon=True)

    @property
    def address(self) -> str:
        """Where it listens, once it was started; a port 0 in the settings is replaced by the one that was given."""
        host, port = self._server.servers[0].sockets[0].getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    def start(self) -> None:
        """Raises Unavailable when the address cannot be used."""
        config = self._server.config
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.02)
            if not self._thread.is_alive():
                raise Unavailable(
                    f"the {self._table} cannot listen on {config.host}:{config.port}; "
                    f"another program does, or change `[{self._table}] listen` in faxrouter.toml"
                )

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join()
