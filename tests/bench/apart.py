"""A measurement in a process of its own: the durable engine is one a process, and contenders must not share a lock."""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any


def in_a_process(target: Callable[..., None], *arguments: object) -> Any:
    """What `target` sends over the connection that is its first argument. Raises EOFError when it ends without."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=target, args=(there, *arguments))
    process.start()
    there.close()
    try:
        return here.recv()
    finally:
        process.join()


Answer = Connection
