"""A router in a process of its own, to be killed: `kill -9`, no goodbye."""

import multiprocessing
import time
from multiprocessing.process import BaseProcess
from pathlib import Path

from weather_world.router import RouterAtWork

# a fresh process costs little when what it imports is loaded already
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["weather_world.router", "faxrouter_connectors.xecm", "faxrouter_connectors.cloudfax"])


def start_router(folder: Path) -> BaseProcess:
    """At work until it is killed."""
    process = PROCESSES.Process(target=_live, args=(folder,), daemon=True)
    process.start()
    return process


def _live(folder: Path) -> None:
    router = RouterAtWork(folder=folder, grace=0.3)
    with router.running():
        while True:
            time.sleep(60)
