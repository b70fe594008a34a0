"""The settings of one home: `faxrouter.toml`, the only place for hosts, identities, secrets and paths. Knows no rule.

A secret never stands in the file: `{env = "NAME"}` or `{file = "PATH"}` stands in its place, and what it stands for is
held as a `SecretStr`, which does not print. Everything has a default: a home without the file runs on its own folder.
"""

import difflib
import re
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from faxrouter.model.failure import Unavailable
from faxrouter.model.problem import Place, Problem, Severity

FILE = "faxrouter.toml"
ROLES = ("fax service", "filing", "tasks", "records")
MAX_BYTES = 1024 * 1024
_MOST_SECRET_BYTES = 64 * 1024

# code → what it means; all of them are errors. The messages say what to do.
PROBLEMS: Mapping[str, str] = {
    "S001": "faxrouter.toml cannot be read: it is not TOML, not UTF-8, or larger than 1 MiB",
    "S002": "a key that faxrouter.toml does not know, or a table where a value belongs",
    "S003": "a value that its key cannot have",
    "S004": "a secret that is not there: the environment variable is not set, or the file cannot be read",
}


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


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Env(_Table):
    env: str = Field(min_length=1)


class _File(_Table):
    file: str = Field(min_length=1)


class _Router(_Table):
    name: Annotated[str, Field(min_length=1, max_length=40)] = "router-1"
    state: Annotated[str, Field(min_length=1)] = "var"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["auto", "text", "json"] = "auto"


class _Database(_Table):
    url: str | _Env | _File | None = None


class _Console(_Table):
    listen: str = "127.0.0.1:8321"


class _Reload(_Table):
    watch: Literal["yes", "polling", "no"] = "yes"
    quiet_seconds: Annotated[float, Field(ge=0, le=60)] = 0.3
    poll_seconds: Annotated[float, Field(ge=0.1, le=3600)] = 1.0


class _Connector(BaseModel):
    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    use: Annotated[str, Field(min_length=1)]
    roles: list[Literal["fax service", "filing", "tasks", "records"]] = []
    departments: list[str] = []


class _Document(_Table):
    router: _Router = _Router()
    database: _Database = _Database()
    console: _Console = _Console()
    reload: _Reload = _Reload()
    connectors: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")], _Connector] = {}


def locate_home(option: Path | None, *, environment: Mapping[str, str]) -> Path:
    """The home directory: `--home`, otherwise FAXROUTER_HOME, otherwise the working directory; absolute.

    Raises Unavailable when it is not a directory.
    """
    named = option or (Path(environment["FAXROUTER_HOME"]) if environment.get("FAXROUTER_HOME") else Path())
    home = named.absolute()
    if not home.is_dir():
        raise Unavailable(f"the home `{named}` is not a folder; name another, or make it with `faxrouter init`")
    return home


def read_settings(home: Path, *, environment: Mapping[str, str]) -> tuple[Settings | None, list[Problem]]:
    """The settings of an absolute `home`, or all problems of its `faxrouter.toml`; never both."""
    reader = _Reader(home, environment)
    document = reader.document()
    settings = reader.settings(document) if document is not None else None
    problems = sorted(reader.problems, key=lambda problem: (problem.place, problem.code, problem.message))
    return (None if problems else settings), problems


class _Reader:
    """One reading of one file, with the problems found so far."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._home = home
        self._environment = environment
        self._lines: list[str] = []
        self.problems: list[Problem] = []

    def document(self) -> _Document | None:
        raw = self._toml()
        if raw is None:
            return None
        try:
            return _Document.model_validate(raw)
        except ValidationError as err:
            for error in err.errors(include_url=False, include_input=False, include_context=True):
                self._note_invalid(tuple(error["loc"]), error["type"], error["msg"])
            return None

    def _toml(self) -> dict[str, Any] | None:
        try:
            with (self._home / FILE).open("rb") as source:
                content = source.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as err:
            raise Unavailable(f"cannot read `{FILE}`: {err.strerror}") from err
        if len(content) > MAX_BYTES:
            self._note("S001", 1, f"the file is larger than {MAX_BYTES:,} bytes")
            return None
        try:
            text = content.decode("utf-8-sig")
            self._lines = text.splitlines()
            return tomllib.loads(text)
        except UnicodeDecodeError as err:
            line = content[: err.start].count(b"\n") + 1
            self._note("S001", line, "a byte is not UTF-8; save the file as UTF-8")
        except tomllib.TOMLDecodeError as err:
            at = re.search(r"\(at line (\d+), column (\d+)\)", str(err))
            said = re.sub(r" \(at .*\)", "", str(err))
            line, column = (int(at[1]), int(at[2])) if at else (max(len(self._lines), 1), 1)
            self._note("S001", line, f"not readable as TOML: {said[:1].lower()}{said[1:]}", column=column)
        except RecursionError:
            self._note("S001", 1, "lists and tables are nested too deep")
        return None

    def settings(self, document: _Document) -> Settings:
        host, port = self._listen(document.console.listen)
        connectors = tuple(self._connector(name, table) for name, table in document.connectors.items())
        return Settings(
            home=self._home,
            name=document.router.name,
            state=self._home / document.router.state,
            log_level=document.router.log_level,
            log_format=document.router.log_format,
            database_url=self._database_url(document.database.url),
            console_host=host,
            console_port=port,
            watch=document.reload.watch,
            quiet_seconds=document.reload.quiet_seconds,
            poll_seconds=document.reload.poll_seconds,
            connectors=connectors or (_folder(),),
        )

    def _listen(self, written: str) -> tuple[str, int]:
        host, _, port = written.rpartition(":")
        host = host.strip("[]")
        usable = re.fullmatch("[0-9]{1,5}", port) is not None and int(port) <= 65535
        if not usable or not _is_loopback(host):
            message = "`listen` must be an address of this machine and a port, such as `127.0.0.1:8321`"
            self._note("S003", self._line(("console", "listen")), f"{message}: the page has no login")
            return "127.0.0.1", 0
        return host, int(port)

    def _database_url(self, url: str | _Env | _File | None) -> SecretStr | None:
        if url is None:
            return None
        if isinstance(url, str):
            return SecretStr(url)
        return self._secret(url.model_dump(), ("database", "url"))

    def _connector(self, name: str, table: _Connector) -> ConnectorEntry:
        where: tuple[str | int, ...] = ("connectors", name)
        extra = table.model_extra or {}
        return ConnectorEntry(
            name=name,
            use=table.use,
            roles=frozenset(table.roles),
            departments=frozenset(table.departments),
            options={key: self._resolved(value, (*where, key)) for key, value in extra.items()},
        )

    def _resolved(self, value: object, where: tuple[str | int, ...]) -> object:
        """The option with every reference to a secret replaced by the secret."""
        match value:
            case {"env": str(name), **rest} if not rest:
                return self._secret({"env": name}, where)
            case {"file": str(path), **rest} if not rest:
                return self._secret({"file": path}, where)
            case dict():
                return {key: self._resolved(inner, (*where, key)) for key, inner in value.items()}
            case list():
                return [self._resolved(inner, where) for inner in value]
            case _:
                return value

    def _secret(self, reference: Mapping[str, str], where: tuple[str | int, ...]) -> SecretStr:
        if "env" in reference:
            found = self._environment.get(reference["env"])
            if not found:
                message = f"the environment variable `{reference['env']}` is not set; it holds `{where[-1]}`"
                self._note("S004", self._line(where), message)
            return SecretStr(found or "")
        try:
            with (self._home / reference["file"]).open("rb") as source:
                content = source.read(_MOST_SECRET_BYTES).decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError, ValueError) as err:
            why = err.strerror if isinstance(err, OSError) else "it is not text"
            message = f"cannot read the file `{reference['file']}`, which holds `{where[-1]}`: {why}"
            self._note("S004", self._line(where), message)
            return SecretStr("")
        if not content:
            self._note("S004", self._line(where), f"the file `{reference['file']}` is empty; it holds `{where[-1]}`")
        return SecretStr(content)

    def _note_invalid(self, where: tuple[str | int, ...], kind: str, said: str) -> None:
        # pydantic names the branches of a union and the keys of a map in the path; the file does not
        named = tuple(part for part in where if part not in ("str", "_Env", "_File", "[key]"))
        key = ".".join(str(part) for part in named)
        line = self._line(named)
        if kind == "extra_forbidden":
            self._note("S002", line, f"unknown key `{key}`{_did_you_mean(str(named[-1]), _known_beside(named))}")
        elif kind == "missing":
            self._note("S003", line, f"`{key}` is missing")
        elif kind == "string_pattern_mismatch":
            message = f"`{key}`: a connector's name has small letters, digits, `-` and `_`, and begins with a letter"
            self._note("S003", line, message)
        elif kind == "model_type":
            self._note("S002", line, f"`{key}` must be a table: `[{key}]`")
        else:
            self._note("S003", line, f"`{key}`: {said[:1].lower()}{said[1:]}")

    def _note(self, code: str, line: int, message: str, *, column: int = 1) -> None:
        place = Place(file=FILE, line=line, column=column)
        problem = Problem(code=code, severity=Severity.ERROR, place=place, message=message)
        if problem not in self.problems:
            self.problems.append(problem)

    def _line(self, where: tuple[str | int, ...]) -> int:
        """The line on which a key is written, as far as a look at headers and keys can tell; otherwise its table's."""
        names = [str(part) for part in where]
        table: list[str] = []
        best, depth = 1, 0
        for number, line in enumerate(self._lines, start=1):
            header = re.match(r"\s*\[+\s*([^\]]+?)\s*\]+", line)
            key = re.match(r"\s*([A-Za-z0-9_.\"'-]+)\s*=", line)
            if header:
                table = _split(header[1])
                path = table
            elif key:
                path = [*table, *_split(key[1])]
            else:
                continue
            if path == names[: len(path)] and len(path) > depth:
                best, depth = number, len(path)
        return best


def _folder() -> ConnectorEntry:
    """What a home without connectors has: the drop folder and the folder archive, in its own state folder."""
    return ConnectorEntry(name="folder", use="folder", roles=frozenset(), departments=frozenset(), options={})


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _known_beside(where: tuple[str | int, ...]) -> Collection[str]:
    tables = {name: field.annotation for name, field in _Document.model_fields.items()}
    if len(where) == 1:
        return tables
    table = tables.get(str(where[0]))
    return table.model_fields if isinstance(table, type) and issubclass(table, BaseModel) else ()


def _did_you_mean(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; known: {', '.join(known)}" if known else ""


def _split(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
