"""Reading `faxrouter.toml`: the settings, or everything that is wrong with it, all at once. Opens the secrets."""

import difflib
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, SecretStr, ValidationError

from faxrouter.model.failure import Unavailable
from faxrouter.model.problem import Place, Problem, Severity
from faxrouter.settings.tables import ConnectorTable, Document, Env, File, SimulatorsTable, WebhooksTable
from faxrouter.settings.values import ConnectorEntry, Settings, SimulatorSettings, WebhookSettings

FILE = "faxrouter.toml"
# the folder of simulated systems in the state folder; their secrets lie in it as well
SIMULATED = "simulated"
MAX_BYTES = 1024 * 1024
_MOST_SECRET_BYTES = 64 * 1024

# code → what it means; all of them are errors. The messages say what to do.
PROBLEMS: Mapping[str, str] = {
    "S001": "faxrouter.toml cannot be read: it is not TOML, not UTF-8, or larger than 1 MiB",
    "S002": "a key that faxrouter.toml does not know, or a table where a value belongs",
    "S003": "a value that its key cannot have",
    "S004": "a secret that is not there: the environment variable is not set, or the file cannot be read",
}


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


def simulated_secrets(home: Path) -> list[Path]:
    """The files with secrets of simulated systems that the settings of a home name: those in the folder `simulated`
    of its state. Nothing where the settings cannot be read: whoever reads them properly says why."""
    reader = _Reader(home, {})
    document = reader.document()
    if document is None:
        return []
    folder = home / document.router.state / SIMULATED
    named = [path for table in document.connectors.values() for path in _files_in(table.model_extra or {})]
    return [home / path for path in dict.fromkeys(named) if (home / path).resolve().is_relative_to(folder.resolve())]


class _Reader:
    """One reading of one file, with the problems found so far."""

    def __init__(self, home: Path, environment: Mapping[str, str]) -> None:
        self._home = home
        self._environment = environment
        # the state folder, once it is known
        self._state = home
        self._lines: list[str] = []
        self.problems: list[Problem] = []

    def document(self) -> Document | None:
        raw = self._toml()
        if raw is None:
            return None
        try:
            return Document.model_validate(raw)
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

    def settings(self, document: Document) -> Settings:
        self._state = self._home / document.router.state
        host, port = self._listen(document.console.listen, table="console", why="the page has no login")
        connectors = tuple(self._connector(name, table) for name, table in document.connectors.items())
        return Settings(
            home=self._home,
            name=document.router.name,
            state=self._state,
            log_level=document.router.log_level,
            log_format=document.router.log_format,
            database_url=self._database_url(document.database.url),
            console_host=host,
            console_port=port,
            watch=document.reload.watch,
            quiet_seconds=document.reload.quiet_seconds,
            poll_seconds=document.reload.poll_seconds,
            connectors=connectors or (_folder(),),
            webhooks=None if document.webhooks is None else self._webhooks(document.webhooks),
            simulators=None if document.simulators is None else self._simulators(document, document.simulators),
        )

    def _webhooks(self, written: WebhooksTable) -> WebhookSettings:
        host, port = _host_and_port(written.listen)
        if port is None:
            line = self._line(("webhooks", "listen"))
            self._note("S003", line, "`listen` must be an address and a port, such as `0.0.0.0:8322`")
        return WebhookSettings(host=host, port=port or 0, proxies=tuple(self._networks(written.proxies)))

    def _networks(self, written: list[str]) -> Iterator[IPv4Network | IPv6Network]:
        for each in written:
            try:
                yield ip_network(each)
            except ValueError:
                line = self._line(("webhooks", "proxies"))
                self._note("S003", line, f"`{each}` is no network; write `10.0.0.0/8`, or one address as `10.0.0.7`")

    def _simulators(self, document: Document, written: SimulatorsTable) -> SimulatorSettings:
        host, port = self._listen(written.listen, table="simulators", why="they are no real systems")
        return SimulatorSettings(
            host=host,
            port=port,
            folder=self._state / SIMULATED,
            existing=tuple(written.existing),
        )

    def _listen(self, written: str, *, table: str, why: str) -> tuple[str, int]:
        host, port = _host_and_port(written)
        if port is None or not _is_loopback(host):
            message = "`listen` must be an address of this machine and a port, such as `127.0.0.1:8321`"
            self._note("S003", self._line((table, "listen")), f"{message}: {why}")
            return "127.0.0.1", 0
        return host, port

    def _database_url(self, url: str | Env | File | None) -> SecretStr | None:
        if url is None:
            return None
        if isinstance(url, str):
            return SecretStr(url)
        return self._secret(url.model_dump(), ("database", "url"))

    def _connector(self, name: str, table: ConnectorTable) -> ConnectorEntry:
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
            self._note("S004", self._line(where), message + self._who_makes(reference["file"]))
            return SecretStr("")
        if not content:
            self._note("S004", self._line(where), f"the file `{reference['file']}` is empty; it holds `{where[-1]}`")
        return SecretStr(content)

    def _who_makes(self, path: str) -> str:
        """A secret of simulated systems is made when they are first started."""
        is_simulated = (self._home / path).resolve().is_relative_to((self._state / SIMULATED).resolve())
        return "; `faxrouter run --simulate`, or `faxrouter simulate`, makes it" if is_simulated else ""

    def _note_invalid(self, where: tuple[str | int, ...], kind: str, said: str) -> None:
        # pydantic names the branches of a union and the keys of a map in the path; the file does not
        named = tuple(part for part in where if part not in ("str", "Env", "File", "[key]"))
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


def _files_in(option: object) -> list[str]:
    """Every file that stands for a secret, at any depth."""
    match option:
        case {"file": str(path), **rest} if not rest:
            return [path]
        case dict():
            return [path for inner in option.values() for path in _files_in(inner)]
        case list():
            return [path for inner in option for path in _files_in(inner)]
        case _:
            return []


def _folder() -> ConnectorEntry:
    """What a home without connectors has: the drop folder and the folder archive, in its own state folder."""
    return ConnectorEntry(name="folder", use="folder", roles=frozenset(), departments=frozenset(), options={})


def _host_and_port(written: str) -> tuple[str, int | None]:
    """No port where that is no address and a port."""
    host, _, port = written.rpartition(":")
    usable = re.fullmatch("[0-9]{1,5}", port) is not None and int(port) <= 65535 and host != ""
    return host.strip("[]"), int(port) if usable else None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _known_beside(where: tuple[str | int, ...]) -> Collection[str]:
    tables = {name: field.annotation for name, field in Document.model_fields.items()}
    if len(where) == 1:
        return tables
    annotation = tables.get(str(where[0]))
    # a table that may be left out whole stands in a union with None
    for table in (annotation, *get_args(annotation)):
        if isinstance(table, type) and issubclass(table, BaseModel):
            return table.model_fields
    return ()


def _did_you_mean(word: str, known: Collection[str]) -> str:
    close = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    if close:
        return f'; did you mean "{close[0]}"?'
    return f"; known: {', '.join(known)}" if known else ""


def _split(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]
