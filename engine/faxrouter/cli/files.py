"""The files that a caller names: facts to read, answers to write."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import typer

from faxrouter.model.failure import Unavailable


@contextmanager
def opened(named: str) -> Iterator[BinaryIO]:
    """The file, or standard input for `-`. One that cannot be read is a mistake of usage."""
    if named == "-":
        yield typer.get_binary_stream("stdin")
    else:
        with _open(named) as source:
            yield source


def write_output(path: Path, content: bytes) -> None:
    """Raises Unavailable when it cannot be written."""
    try:
        path.write_bytes(content)
    except OSError as err:
        raise Unavailable(f"cannot write `{path}`: {err.strerror}") from err


def _open(named: str) -> BinaryIO:
    try:
        return Path(named).open("rb")
    except (OSError, ValueError) as err:
        why = err.strerror if isinstance(err, OSError) else "no file can be called so"
        raise typer.BadParameter(f"cannot read `{named}`: {why}") from err
