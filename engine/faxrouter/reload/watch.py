"""Noticing that rule files changed: file system events, and a slow poll beside them for what events miss.

Any event in the tree counts: a ConfigMap swap names no visible file, and a rename from outside shows only as `created`
(facts/building). The parent is watched too, because a root that is renamed and made anew never speaks again.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver, ObservedWatch
from watchdog.observers.polling import PollingObserver

log = structlog.get_logger("faxrouter.reload")

# seconds between looks beside inotify
SLOW_POLL_EVERY = 5.0
# reading a directory raises these; they change nothing
_ONLY_READING = ("opened", "closed_no_write")


class Watcher:
    """Calls `changed` in a thread of its own, once per burst of events and at every slow poll. Close it to end.

    `polling` is the time between two looks in seconds, for network shares, which deliver no events; None: inotify.
    """

    def __init__(
        self,
        home: Path,
        *,
        watched: tuple[str, ...],
        changed: Callable[[], object],
        polling: float | None,
        stopping: threading.Event,
    ) -> None:
        self._home = home
        self._watched = watched
        self._changed = changed
        self._stopping = stopping
        self._dirty = threading.Event()
        self._observer: BaseObserver = Observer() if polling is None else PollingObserver(timeout=polling)
        self._notice = _Notice(self._dirty)
        # root → the directory that is watched under its name, and its watch
        self._roots: dict[Path, tuple[tuple[int, int], ObservedWatch]] = {}
        self._thread = threading.Thread(target=self._run, name="faxrouter-reload", daemon=True)

    def start(self) -> None:
        self._watch_roots()
        self._observer.schedule(self._notice, str(self._home), recursive=False)
        self._observer.start()
        self._thread.start()

    def close(self) -> None:
        """The caller has set `stopping`."""
        self._dirty.set()
        self._observer.stop()
        self._observer.join()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._dirty.wait(SLOW_POLL_EVERY)
            self._dirty.clear()
            if not self._stopping.is_set():
                self._watch_roots()
                self._changed()

    def _watch_roots(self) -> None:
        """Watch every root that exists, and watch it anew when another directory stands under its name."""
        for root in (self._home / name for name in self._watched):
            try:
                status = root.stat()
                identity = (status.st_dev, status.st_ino)
                watched = self._roots.get(root)
                if watched is not None and watched[0] == identity:
                    continue
                if watched is not None:
                    self._observer.unschedule(watched[1])
                    del self._roots[root]
                self._roots[root] = (identity, self._observer.schedule(self._notice, str(root), recursive=True))
            except FileNotFoundError:
                # a home without templates is a home; the watch on the home itself sees them come
                continue
            except (OSError, KeyError) as error:
                # gone, or replaced while it was being watched: the slow poll looks again
                log.warning("rules not watched", root=root.name, reason=type(error).__name__)


class _Notice(FileSystemEventHandler):
    def __init__(self, dirty: threading.Event) -> None:
        self._dirty = dirty

    def on_any_event(self, event: FileSystemEvent) -> None:
        if event.event_type not in _ONLY_READING:
            self._dirty.set()
