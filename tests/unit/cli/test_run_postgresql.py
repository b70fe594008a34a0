"""Several routers on one PostgreSQL database, as processes."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from command_line import Running, faxrouter, faxrouter_process, free_port, router_process, wait_until, write_home
from fax_files import PageToWrite, tiff
from flow_world.postgres import Server, find_server
from small_home import IN_CLINIC, OTHERWISE, home

SETTINGS = """\
[router]
name = "{name}"
state = "{state}"
[database]
url = "{url}"
[console]
listen = "127.0.0.1:{port}"
[connectors.cabinet]
use = "folder"
inbox = "{state}/inbox"
root = "{state}/filed"
settle = 0.1
"""
_FAXES = 6
FACTS = f'{{"our_number": "{IN_CLINIC}"}}'

pytestmark = pytest.mark.postgres


@pytest.fixture
def database() -> Iterator[str]:
    server: Server | None = find_server()
    if server is None:
        pytest.skip("no PostgreSQL server: FAXROUTER_TEST_POSTGRES names none, and 127.0.0.1:5432 lets nobody in")
    name = server.make()
    yield server.url_of(name)
    server.drop(name)


def test_two_routers_share_one_database_and_a_third_of_the_same_name_does_not_start(
    database: str, tmp_path: Path
) -> None:
    """Whichever is free does the next step, so both have the same connectors; the journal is read without changing
    it."""
    state = tmp_path / "state"

    def made(folder: str, name: str) -> Path:
        settings = SETTINGS.format(name=name, state=state, url=database, port=free_port())
        return write_home(tmp_path / folder, home(OTHERWISE), settings=settings)

    def acknowledged(running: Running) -> bool:
        answer = httpx.get(f"{running.address}/api/status", trust_env=False).json()
        return bool(answer["acknowledged"] == _FAXES)

    first, second, third = made("first", "a"), made("second", "b"), made("third", "b")
    with (
        router_process(first, folder=tmp_path / "one") as one,
        router_process(second, folder=tmp_path / "two") as two,
    ):
        one.wait_until_ready()
        two.wait_until_ready()
        for number in range(_FAXES):
            (state / "inbox" / f"fax{number}.json").write_text(FACTS)
            (state / "inbox" / f"fax{number}.tif").write_bytes(tiff(PageToWrite()))
        refused = faxrouter_process("run", "--home", third)
        wait_until(lambda: acknowledged(one) and acknowledged(two))
        assert [0, 0] == [one.end(), two.end()]
    queue = faxrouter("queue", "--home", first)
    status = faxrouter("status", "--json", "--home", second)

    assert (3, True) == (refused.returncode, "another router holds the slot `b`" in refused.stderr)
    assert (0, "nothing waits\n", False) == (queue.code, queue.out, status.json["running"])
    assert "Traceback" not in one.says() + two.says()
    assert _FAXES == len(list((state / "filed").rglob("v1.tif")))
