"""An application served on loopback in a thread of its own. Knows no simulator."""

import socket
import threading

import uvicorn
from starlette.types import ASGIApp


class LoopbackServer:
    """Begins to listen in `start`; port 0 takes any free one."""

    def __init__(self, app: ASGIApp, *, port: int = 0, host: str = "127.0.0.1") -> None:
        self._server = uvicorn.Server(
            uvicorn.Config(app, log_config=None, log_level="critical", access_log=False, timeout_graceful_shutdown=1)
        )
        self._wanted = (host, port)
        self._thread: threading.Thread | None = None
        self.address = ""

    def start(self) -> str:
        """The address, `http://127.0.0.1:8330`. Raises OSError when it cannot listen there."""
        listening = socket.create_server(self._wanted, family=_family(self._wanted[0]))
        # asyncio does so only for sockets that say they are TCP, and these do not: every answer would wait 40 ms
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        host, port = listening.getsockname()[:2]
        self.address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listening]}, name="simulators", daemon=True
        )
        self._thread.start()
        while not self._server.started:
            self._thread.join(0.005)
            if not self._thread.is_alive():
                raise OSError("the simulators ended before they listened")
        return self.address

    def close(self) -> None:
        self._server.should_exit = True
        if self._thread is not None:
            self._thread.join()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
