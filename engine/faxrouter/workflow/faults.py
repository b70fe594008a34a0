"""A fault of our own, without its words: an exception's message may quote a fax, its type and place never do."""

from collections.abc import Callable
from typing import TypeVar

from faxrouter.model.failure import FaxrouterError

T = TypeVar("T")


class Fault(Exception):
    """A bug was met; the message names the type of the error and the place."""


def wordless(act: Callable[[], T]) -> Callable[[], T]:
    """The same, but a bug leaves it as a Fault: the durable engine keeps and logs what leaves a step."""

    def run() -> T:
        try:
            return act()
        except FaxrouterError:
            raise
        except Exception as err:  # noqa: BLE001  # a rim: nothing that quotes a fax may get past it
            raise Fault(described(err)) from None

    return run


def described(err: BaseException) -> str:
    """`KeyError at faxrouter.planning.tasks:120`."""
    if isinstance(err, Fault):
        return str(err)
    trace = err.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = "" if trace is None else f" at {trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
    return f"{type(err).__name__}{place}"
