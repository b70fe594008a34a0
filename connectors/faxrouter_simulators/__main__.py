"""`python -m faxrouter_simulators`: both simulators as a process of their own, until it is told to end.

The first line that it prints is the address. When they cannot start: exit code 3, and one line that says why.
"""

import argparse
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from queue import SimpleQueue

from pydantic import ValidationError

from faxrouter_simulators.simulators import Simulators
from faxrouter_simulators.world import World, read_world


class CannotStartError(Exception):
    """One line for a person."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code."""
    parser = argparse.ArgumentParser(prog="python -m faxrouter_simulators", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True, help="where their state is kept")
    parser.add_argument("--world", type=Path, required=True, help="a JSON file: what exists before a router comes")
    parser.add_argument("--listen", default="127.0.0.1:8330", help="an address on loopback; port 0 takes any free one")
    parser.add_argument("--with-parent", action="store_true", help="end when the standard input ends")
    asked = parser.parse_args(arguments)
    try:
        _run(asked.folder, asked.world, listen=asked.listen, with_parent=asked.with_parent)
    except CannotStartError as err:
        print(f"faxrouter-simulators: {err}", file=sys.stderr)
        return 3
    return 0


def _run(folder: Path, world: Path, *, listen: str, with_parent: bool) -> None:
    host, port = _loopback(listen)
    end = _end(with_parent=with_parent)
    simulators = _opened(folder, _read(world))
    try:
        server = simulators.serve(host=host, port=port)
        try:
            address = server.start()
        except OSError as err:
            why = os.strerror(err.errno) if err.errno else err
            raise CannotStartError(f"cannot listen on {listen}: {why}") from err
        print(address, flush=True)
        end.get()
        server.close()
    finally:
        simulators.close()


def _loopback(listen: str) -> tuple[str, int]:
    host, _, port = listen.rpartition(":")
    host = host.strip("[]")
    if not (port.isascii() and port.isdigit() and int(port) < 65536):
        raise CannotStartError(f"`--listen {listen}`: it is written as 127.0.0.1:8330")
    with suppress(ValueError):
        if ip_address("127.0.0.1" if host == "localhost" else host).is_loopback:
            return host, int(port)
    raise CannotStartError(f"`--listen {listen}`: simulators listen on loopback only, as 127.0.0.1:8330")


def _read(path: Path) -> World:
    try:
        return read_world(path)
    except OSError as err:
        raise CannotStartError(f"cannot read {path}: {err.strerror}") from err
    except ValidationError as err:
        first, *others = err.errors(include_url=False, include_context=False, include_input=False)
        where = f"`{'.'.join(map(str, first['loc']))}`: " if first["loc"] else ""
        more = f", and {len(others)} more" if others else ""
        raise CannotStartError(f"{path}: {where}{first['msg']}{more}") from err


def _opened(folder: Path, world: World) -> Simulators:
    try:
        return Simulators(folder, world)
    except OSError as err:
        raise CannotStartError(f"cannot use {err.filename or folder}: {err.strerror}") from err
    except sqlite3.Error as err:
        raise CannotStartError(f"cannot use {folder}: {err}") from err
    except ValueError as err:
        raise CannotStartError(f"the world does not fit together: {err}") from err


def _end(*, with_parent: bool) -> SimpleQueue[None]:
    """Holds something after SIGTERM, SIGINT, or the end of the standard input: the parent is gone, however it ended."""
    # a queue: an event could be locked just when the signal comes
    end: SimpleQueue[None] = SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: end.put(None))

    def read_to_the_end() -> None:
        # not by sys.stdin, which a waiting thread would keep locked at the exit
        with suppress(OSError):
            while os.read(0, 4096):
                pass
        end.put(None)

    if with_parent:
        threading.Thread(target=read_to_the_end, name="parent", daemon=True).start()
    return end


if __name__ == "__main__":
    sys.exit(main())
