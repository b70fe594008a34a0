"""What every part of the simulated Content Server has in hand: its store, its settings, the secret of its tickets."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.store import Store
from faxrouter_simulators.world import ExtendedEcm
from faxrouter_simulators.xecm.schema import SCHEMA


@dataclass(frozen=True, slots=True, kw_only=True)
class ContentServer:
    store: Store
    settings: ExtendedEcm
    secret: bytes
    # where the API is mounted: /cs/cs on Linux and in the cloud, /otcs/cs.exe on Windows
    base_path: str

    @property
    def release(self) -> tuple[int, ...]:
        """The version by its parts: (25, 4)."""
        return tuple(int(part) for part in self.settings.version.split("."))

    def now(self) -> datetime:
        return self.store.clock.now()

    def stamp(self) -> str:
        """Now as the API writes it: 2026-11-20T09:41:08Z."""
        return f"{self.now():%Y-%m-%dT%H:%M:%SZ}"


def open_server(folder: Path, settings: ExtendedEcm, *, clock: SimulatedClock, base_path: str) -> ContentServer:
    """What was stored before is there again, the secret too: tickets outlive a restart."""
    store = Store(folder, name="xecm", schema=SCHEMA, clock=clock)
    with store.changing():
        store.execute("INSERT OR IGNORE INTO settings VALUES ('secret', ?)", secrets.token_bytes(32))
    row = store.row("SELECT value FROM settings WHERE name = 'secret'")
    assert row is not None
    return ContentServer(store=store, settings=settings, secret=row["value"], base_path=base_path.rstrip("/"))
