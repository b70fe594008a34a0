"""faxrouter.toml: defaults, mistakes at their line, and secrets that never print."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from faxrouter.model.failure import Unavailable
from faxrouter.settings import PROBLEMS, ConnectorEntry, Settings, locate_home, read_settings, simulated_secrets


def read(home: Path, toml: str | bytes, **environment: str) -> tuple[Settings | None, list[str]]:
    (home / "faxrouter.toml").write_bytes(toml if isinstance(toml, bytes) else toml.encode())
    settings, problems = read_settings(home, environment=environment)
    return settings, [str(problem).removeprefix("faxrouter.toml:") for problem in problems]


def usable(home: Path, toml: str, **environment: str) -> Settings:
    settings, problems = read(home, toml, **environment)
    assert problems == []
    assert settings is not None
    return settings


def test_a_home_without_the_file_runs_on_its_own_folder(tmp_path: Path) -> None:
    """Everything has a default; nothing listens beyond this machine."""
    settings, problems = read_settings(tmp_path, environment={})

    folder = ConnectorEntry(name="folder", use="folder", roles=frozenset(), departments=frozenset(), options={})
    expected = Settings(
        name="router-1",
        home=tmp_path,
        state=tmp_path / "var",
        log_level="info",
        log_format="auto",
        database_url=None,
        console_host="127.0.0.1",
        console_port=8321,
        watch="yes",
        quiet_seconds=0.3,
        poll_seconds=1.0,
        connectors=(folder,),
    )
    assert (expected, []) == (settings, problems)


def test_every_table_is_read(tmp_path: Path) -> None:
    """Keys that a connector's table adds are its options."""
    settings = usable(
        tmp_path,
        """
[router]
state = "/srv/faxrouter"
log_level = "debug"
log_format = "json"
[database]
url = "postgresql://router@db/fax"
[console]
listen = "[::1]:9000"
[reload]
watch = "polling"
quiet_seconds = 2
[connectors.clinic-fax]
use = "cloudfax"
roles = ["fax service"]
departments = ["clinic"]
base_url = "https://fax.example"
limits = {per_minute = 30}
[webhooks]
listen = "0.0.0.0:8322"
proxies = ["10.0.0.0/8", "10.1.1.7"]
[simulators]
listen = "[::1]:8331"
existing = ["clinic/Patient=1"]
""",
    )

    assert (settings.state, settings.log_level, settings.log_format) == (Path("/srv/faxrouter"), "debug", "json")
    assert (settings.console_host, settings.console_port) == ("::1", 9000)
    assert (settings.watch, settings.quiet_seconds) == ("polling", 2.0)
    assert settings.connectors == (
        ConnectorEntry(
            name="clinic-fax",
            use="cloudfax",
            roles=frozenset({"fax service"}),
            departments=frozenset({"clinic"}),
            options={"base_url": "https://fax.example", "limits": {"per_minute": 30}},
        ),
    )
    webhooks, simulators = settings.webhooks, settings.simulators
    assert webhooks is not None
    assert simulators is not None
    assert ("0.0.0.0", 8322, ["10.0.0.0/8", "10.1.1.7/32"]) == (
        webhooks.host,
        webhooks.port,
        [str(network) for network in webhooks.proxies],
    )
    assert ("http://[::1]:8331", Path("/srv/faxrouter/simulated"), ("clinic/Patient=1",)) == (
        simulators.address,
        simulators.folder,
        simulators.existing,
    )


def test_a_secret_of_simulated_systems_that_is_missing_says_who_makes_it(tmp_path: Path) -> None:
    """Any other one is for a person to put there."""
    _, problems = read(
        tmp_path,
        """
[connectors.fax]
use = "cloudfax"
login = {user = "u", password = {file = "var/simulated/secrets/u"}}
token = {file = "token"}
""",
    )

    assert [True, False] == ["`faxrouter simulate`, makes it" in problem for problem in problems]
    assert [tmp_path / "var/simulated/secrets/u"] == simulated_secrets(tmp_path)


def test_secrets_come_from_the_environment_or_a_file_and_never_print(tmp_path: Path) -> None:
    """Wherever a reference stands in a connector's options; a database URL is a secret however it is written."""
    (tmp_path / "token").write_text("t0ken\n")

    settings = usable(
        tmp_path,
        """
[database]
url = {env = "FAX_DATABASE"}
[connectors.fax]
use = "cloudfax"
password = {env = "FAX_PASSWORD"}
auth = {token = {file = "token"}, scopes = ["fax", {env = "FAX_PASSWORD"}]}
""",
        FAX_DATABASE="postgresql://u:pw@db/fax",
        FAX_PASSWORD="hunter2",
    )

    options = settings.connectors[0].options
    auth = options["auth"]
    assert isinstance(settings.database_url, SecretStr)
    assert isinstance(options["password"], SecretStr)
    assert isinstance(auth, dict)
    assert settings.database_url.get_secret_value() == "postgresql://u:pw@db/fax"
    assert options["password"].get_secret_value() == "hunter2"
    assert (auth["token"].get_secret_value(), auth["scopes"][1].get_secret_value()) == ("t0ken", "hunter2")
    assert not [word for word in ("hunter2", "t0ken", "u:pw") if word in repr(settings) or word in str(options)]


WRONG = [
    ("[router\n", ["1:8 S001 not readable as TOML: expected ']' at the end of a table declaration"]),
    (b"[router]\n# caf\xe9\n", ["2:1 S001 a byte is not UTF-8; save the file as UTF-8"]),
    ("x = " + "[" * 100_000, ["1:1 S001 lists and tables are nested too deep"]),
    ("#" * 1_100_000, ["1:1 S001 the file is larger than 1,048,576 bytes"]),
    (
        "[webhooks]\nlisten = '0.0.0.0:1'\nproxys = []\n",
        ['3:1 S002 unknown key `webhooks.proxys`; did you mean "proxies"?'],
    ),
    ("[webhooks]\nlisten = '8322'\n", ["2:1 S003 `listen` must be an address and a port, such as `0.0.0.0:8322`"]),
    ("[webhooks]\n", ["1:1 S003 `webhooks.listen` is missing"]),
    (
        "[webhooks]\nlisten = '0.0.0.0:1'\nproxies = ['here']\n",
        ["3:1 S003 `here` is no network; write `10.0.0.0/8`, or one address as `10.0.0.7`"],
    ),
    (
        "[simulators]\nlisten = '0.0.0.0:8330'\n",
        [
            "2:1 S003 `listen` must be an address of this machine and a port, such as `127.0.0.1:8321`: "
            "they are no real systems"
        ],
    ),
    ("[ruoter]\n", ['1:1 S002 unknown key `ruoter`; did you mean "router"?']),
    ("[router]\n\nlog_levle = 'info'\n", ['3:1 S002 unknown key `router.log_levle`; did you mean "log_level"?']),
    ("router = 3\n", ["1:1 S002 `router` must be a table: `[router]`"]),
    (
        "[router]\nlog_level = 'loud'\n",
        ["2:1 S003 `router.log_level`: input should be 'debug', 'info', 'warning' or 'error'"],
    ),
    ("[reload]\nquiet_seconds = -1\n", ["2:1 S003 `reload.quiet_seconds`: input should be greater than or equal to 0"]),
    ("[connectors.fax]\nuser = 'x'\n", ["1:1 S003 `connectors.fax.use` is missing"]),
    (
        "[connectors.Fax]\nuse = 'x'\n",
        [
            "1:1 S003 `connectors.Fax`: a connector's name has small letters, digits, `-` and `_`, "
            "and begins with a letter"
        ],
    ),
    (
        "[console]\nlisten = '0.0.0.0:8321'\n",
        [
            "2:1 S003 `listen` must be an address of this machine and a port, such as `127.0.0.1:8321`: "
            "the page has no login"
        ],
    ),
    (
        "[connectors.fax]\nuse = 'x'\npassword = {env = 'NOT_SET'}\n",
        ["3:1 S004 the environment variable `NOT_SET` is not set; it holds `password`"],
    ),
    (
        "[connectors.fax]\nuse = 'x'\npassword = {file = 'gone'}\n",
        ["3:1 S004 cannot read the file `gone`, which holds `password`: No such file or directory"],
    ),
]


@pytest.mark.parametrize(("toml", "expected"), WRONG)
def test_a_mistake_is_named_at_its_line(tmp_path: Path, toml: str | bytes, expected: list[str]) -> None:
    """Code, line, the author's own words and the way to mend it; no settings come of it."""
    assert (None, expected) == read(tmp_path, toml)


def test_all_mistakes_come_at_once(tmp_path: Path) -> None:
    """One reading names every one of them."""
    _, problems = read(tmp_path, "[router]\nx = 1\n[reload]\nwatch = true\n[console]\nlisten = 5\n")

    assert ["2:1 S002", "4:1 S003", "6:1 S003"] == [problem[:8] for problem in problems]


def test_a_wrong_value_is_never_repeated(tmp_path: Path) -> None:
    """It may be a password in a wrong place."""
    _, problems = read(tmp_path, "[database]\nurl = ['hunter2']\n[connectors.x]\nuse = 'x'\nroles = ['hunter2']\n")

    assert problems
    assert "hunter2" not in "".join(problems)


def test_every_settings_problem_has_an_example_here() -> None:
    """A code without a bad file would never have been seen."""
    shown = {problem.split()[1] for _, problems in WRONG for problem in problems}

    assert shown == set(PROBLEMS)


def test_the_home_is_the_option_then_the_variable_then_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this order; the answer is absolute."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    monkeypatch.chdir(tmp_path)

    assert locate_home(Path("one"), environment={"FAXROUTER_HOME": str(two)}) == one
    assert locate_home(None, environment={"FAXROUTER_HOME": str(two)}) == two
    assert locate_home(None, environment={}) == tmp_path


def test_a_home_that_is_not_there_is_named(tmp_path: Path) -> None:
    """The message says how to make one."""
    with pytest.raises(Unavailable, match="is not a folder; name another, or make it with `faxrouter init`"):
        locate_home(tmp_path / "gone", environment={})
