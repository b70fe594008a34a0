"""Whether the router can work, and if not, why: asked anew each time, for `/readyz` and `status`."""

import shutil
import threading
from collections.abc import Mapping
from pathlib import Path

from faxrouter.app.connectors import outages_of
from faxrouter.app.observing import Observer
from faxrouter.journal import history
from faxrouter.journal.journal import Journal
from faxrouter.model.failure import Unavailable
from faxrouter.ports import Connector
from faxrouter.workflow.flow import Flow

# how the threads are called on which a router depends
_OURS = "faxrouter"
# bytes; with less, the next fax may not find room
_LEAST_FREE = 64 * 1024 * 1024


class Readiness:
    """Knows everything that a router needs. Not ready before `begun` and after `ending`."""

    def __init__(
        self,
        *,
        journal: Journal,
        connectors: Mapping[str, Connector],
        flow: Flow,
        observer: Observer,
        state: Path,
        stopping: threading.Event,
    ) -> None:
        self._journal = journal
        self._connectors = connectors
        self._flow = flow
        self._observer = observer
        self._state = state
        self._stopping = stopping
        self._threads: list[threading.Thread] = []

    def begun(self) -> None:
        """Every loop runs: from now on none of them may end by itself."""
        self._threads = [thread for thread in threading.enumerate() if thread.name.startswith(_OURS)]

    def problems(self) -> Mapping[str, str]:
        """System → why it cannot be used; empty when all is well."""
        if not self._threads or self._stopping.is_set():
            return {"router": "it is stopping" if self._stopping.is_set() else "it is starting"}
        ended = [thread.name for thread in self._threads if not thread.is_alive()]
        return {
            **dict.fromkeys(ended, "it has ended; start the router again"),
            **self._observer.problems(),
            **outages_of(self._connectors),
            **self._of_stores(),
        }

    def _of_stores(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        try:
            history.proofs(self._journal, "event", after=0, limit=1)
        except Unavailable as err:
            found["journal"] = str(err)
        try:
            found |= self._flow.problems()
        except Exception as err:  # noqa: BLE001  # a rim: the durable engine raises what its database raises
            found["durable engine"] = f"its database cannot be read ({type(err).__name__})"
        try:
            free = shutil.disk_usage(self._state).free
        except OSError as err:
            found["state"] = f"its folder cannot be looked at: {err.strerror}"
        else:
            if free < _LEAST_FREE:
                found["disk"] = f"only {free // 1024**2} MiB are free where the state is"
        return found
