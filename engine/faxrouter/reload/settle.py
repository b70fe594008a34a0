"""Waiting until a directory has stopped changing, by content. Editors, git and ConfigMaps write in several steps."""

from collections.abc import Callable

from faxrouter.home.snapshot import Snapshot


def settled(
    read: Callable[[], Snapshot], *, wait: Callable[[float], bool], quiet: float, patience: float
) -> Snapshot | None:
    """The first snapshot that read the same twice, `quiet` seconds apart.

    `wait(seconds)` sleeps and answers True when the router is stopping. None: it is stopping, or the content has kept
    changing for `patience` seconds (the next event, or the slow poll, tries again).
    """
    before = read()
    waited = 0.0
    while waited < patience:
        if wait(quiet):
            return None
        waited += quiet
        after = read()
        if after.content_hash == before.content_hash:
            return after
        before = after
    return None
