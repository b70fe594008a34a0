"""What the settings of a home say, with every default filled in and every path absolute. Knows no file format."""

from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Literal

from pydantic import SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorEntry:
    """One `[connectors.NAME]` table."""

    name: str
    # the entry point of the group `faxrouter.connectors`
    use: str
    # which of `ROLES` it plays; empty: every one that it can
    roles: frozenset[str]
    # the departments that it serves; empty: all
    departments: frozenset[str]
    # everything else in the table; secrets as SecretStr, wherever they stand
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class SimulatorSettings:
    """`[simulators]`: the simulated systems that `faxrouter simulate` starts for this home."""

    host: str
    port: int
    # their state, in the router's own state folder
    folder: Path
    # workspaces that other systems would have made, as DEPARTMENT/TYPE=KEY
    existing: tuple[str, ...]

    @property
    def address(self) -> str:
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSettings:
    """`[webhooks]`: where fax services may call. The only address of the router that others may reach."""

    host: str
    port: int
    # networks of proxies in front of it, whose `X-Forwarded-For` is believed
    proxies: tuple[IPv4Network | IPv6Network, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that `faxrouter.toml` says, with its defaults filled in. Paths are absolute."""

    home: Path
    # unique among the routers of one database, the same over restarts
    name: str
    state: Path
    log_level: Literal["debug", "info", "warning", "error"]
    # auto: text on a terminal, otherwise json
    log_format: Literal["auto", "text", "json"]
    # None: SQLite in the state folder
    database_url: SecretStr | None
    console_host: str
    console_port: int
    watch: Literal["yes", "polling", "no"]
    # seconds without a change before a changed home is read
    quiet_seconds: float
    # seconds between two looks when `watch = "polling"`
    poll_seconds: float
    connectors: tuple[ConnectorEntry, ...]
    # None where nobody calls
    webhooks: WebhookSettings | None = None
    # None where the home simulates nothing
    simulators: SimulatorSettings | None = None
