"""A router in a process of its own, to be killed: `kill -9`, no goodbye."""

import multiprocessing
import time
from datetime import timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

from weather_world.router import RouterAtWork

# a fresh process costs little when what it imports is loaded already
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["weather_world.router", "faxrouter_connectors.xecm", "faxrouter_connectors.cloudfax"])


def start_router(folder: Path, *, look_at_tasks_every: timedelta = timedelta(minutes=10)) -> BaseProcess:
    """At work until it is killed."""
    process = PROCESSES.Process(target=_live, args=(folder, look_at_tasks_every), daemon=True)
    process.start()
    return process


def _live(folder: Path, look_at_tasks_every: timedelta) -> None:
    router = RouterAtWork(folder=folder, grace=0.3, log=folder / "router.log", look_at_tasks_every=look_at_tasks_every)
    with router.running():
        while True:
            time.sleep(60)
