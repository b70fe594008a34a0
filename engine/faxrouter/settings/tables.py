"""The tables of `faxrouter.toml` as they are written. Knows their shapes and defaults, no meaning."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Env(Table):
    env: str = Field(min_length=1)


class File(Table):
    file: str = Field(min_length=1)


class RouterTable(Table):
    name: Annotated[str, Field(min_length=1, max_length=40)] = "router-1"
    state: Annotated[str, Field(min_length=1)] = "var"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "text", "json"] = "auto"


class DatabaseTable(Table):
    url: str | Env | File | None = None


class ConsoleTable(Table):
    listen: str = "127.0.0.1:8321"


class ReloadTable(Table):
    watch: Literal["yes", "polling", "no"] = "yes"
    quiet_seconds: Annotated[float, Field(ge=0, le=60)] = 0.3
    poll_seconds: Annotated[float, Field(ge=0.1, le=3600)] = 1.0


class ConnectorTable(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    use: Annotated[str, Field(min_length=1)]
    roles: list[Literal["fax service", "fax sender", "filing", "tasks", "records", "outbound requests"]] = []
    departments: list[str] = []


class WebhooksTable(Table):
    listen: str
    proxies: list[str] = []


class SimulatorsTable(Table):
    listen: str = "127.0.0.1:8330"
    existing: list[str] = []


class Document(Table):
    router: RouterTable = RouterTable()
    database: DatabaseTable = DatabaseTable()
    console: ConsoleTable = ConsoleTable()
    reload: ReloadTable = ReloadTable()
    webhooks: WebhooksTable | None = None
    simulators: SimulatorsTable | None = None
    connectors: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")], ConnectorTable] = {}
