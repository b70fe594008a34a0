"""Days on which more than one call goes wrong: systems down for long, sessions that end, people who change things."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from faxrouter.app.connectors import open_connectors
from faxrouter.journal import exceptions, work
from faxrouter.model.plan import WorkspaceTarget
from faxrouter_simulators.faults import FaultKind
from flow_world.rig import WallClock
from weather_world.home import claim
from weather_world.ledger import ONCE, done_for, is_acknowledged_last
from weather_world.rig import Weather, fault
from weather_world.router import QUICK

DOWN = fault(FaultKind.STATUS, system="xecm", status=503, html=True, times=None)
UPLOAD = {"system": "xecm", "method": "POST", "path": "/v2/nodes$", "holding": "image/tiff"}


def test_a_session_that_ends_in_the_middle_of_an_upload_is_renewed(weather: Weather) -> None:
    """The content is sent once more from its beginning, and stands there once."""
    with weather.router.running():
        weather.until_done(weather.send(1))
        weather.order(fault(FaultKind.LATENCY, seconds=0.3, **UPLOAD))
        document = weather.send(2)
        weather.until(lambda: bool(weather.struck))
        # the server looks at the ticket when the upload has arrived
        weather.simulators.clock.advance(3 * 3600)
        weather.until_done(document)
    refused = [call.status for call in weather.simulators.plan.calls if call.status == 401]
    assert [401] == refused
    assert ONCE == done_for(weather, 2)


def test_a_fax_whose_lease_ends_while_the_records_system_is_down_is_filed_once(weather: Weather) -> None:
    """It comes back from the queue, is recognised, and waits with one piece of work; then everything goes on."""
    weather.order(DOWN)
    document = weather.send(1)
    with weather.router.running() as flow:
        weather.until(lambda: "records" in weather.router.services().outages())
        for leases in (2, 3):
            weather.simulators.clock.advance(weather.hold + 60)
            weather.until(lambda leases=leases: leases == len(weather.effects("cloudfax", "fax leased")))  # type: ignore[misc]
        assert 1 == len(work.all_of(weather.router.journal))
        assert [] == list(weather.effects("cloudfax", "fax deleted"))
        weather.order()
        weather.until_done(document)
        assert {} == flow.problems()
    assert ONCE == done_for(weather, 1)
    assert is_acknowledged_last(weather, 1)


def test_work_waits_in_the_queue_while_a_system_is_down_and_goes_on_at_once_when_it_is_up(weather: Weather) -> None:
    """The pause between runs is an hour here: it is the recovery that hastens them."""
    weather.router.patience = replace(QUICK, later=timedelta(hours=1), ceiling=timedelta(hours=1))
    weather.order(DOWN)
    with weather.router.running():
        documents = [weather.send(number) for number in range(5)]
        weather.until(lambda: 5 == len([one for one in work.all_of(weather.router.journal) if one.reason]))
        assert "does not answer" in weather.router.services().outages()["records"]
        assert all("records" in (one.reason or "") for one in work.all_of(weather.router.journal))
        weather.order()
        weather.until_done(*documents)
    assert any(event == "recovered" for event, _ in weather.router.events)
    assert [ONCE] * 5 == [done_for(weather, number) for number in range(5)]


def test_a_login_that_is_refused_stops_nothing_and_locks_nobody_out(weather: Weather) -> None:
    """The faxes of the department wait, few logins are tried, and operations are told."""
    weather.order(fault(FaultKind.STATUS, system="xecm", status=401, times=None))
    with weather.router.running():
        documents = [weather.send(number) for number in range(3)]
        weather.until(lambda: 3 == len([one for one in work.all_of(weather.router.journal) if one.reason]))
        assert {"records": "the login of this identity is refused"} == weather.router.services().outages()
        logins = [call for call in weather.simulators.plan.calls if call.path.endswith("/v1/auth")]
        assert 1 == len(logins)
        assert [] == list(exceptions.open_exceptions(weather.router.journal))
        weather.order()
        weather.until_done(*documents)
    assert [ONCE] * 3 == [done_for(weather, number) for number in range(3)]


def test_two_workers_who_make_one_workspace_share_it(weather: Weather) -> None:
    """The other one, in a process of its own, is faster by a moment."""
    target = WorkspaceTarget(
        name=f"Claim {claim(2)}",
        department="claims",
        type_name="Claim",
        key=claim(2),
        find_by={"name": f"Claim {claim(2)}"},
        may_create=True,
        template="Claim template",
    )
    with weather.router.running(), _other_worker(weather) as other:
        weather.until_done(weather.send(1))
        other.find_workspace(target)
        weather.order(fault(FaultKind.LATENCY, seconds=0.3, method="POST", path="/v2/businessworkspaces$"))
        document = weather.send(2)
        weather.until(lambda: bool(weather.struck))
        made = other.create_workspace(target, idempotency_key="of the other worker")
        weather.until_done(document)
    assert made.created
    assert ONCE == done_for(weather, 2)


def test_faxes_of_one_new_case_that_come_together_share_its_workspace(weather: Weather) -> None:
    """Eight at once about one claim: one workspace, one task that all of them stand in, eight documents."""
    with weather.router.running():
        senders = [
            threading.Thread(target=weather.send, args=(number,), kwargs={"claim_number": 7}) for number in range(8)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        arrived = [entry["subject"] for entry in weather.effects("cloudfax", "fax arrived")]
        weather.until_done(*arrived)
    made = [one for one in weather.effects("xecm", "workspace created") if claim(7) in one["details"]["name"]]
    assert (1, 8) == (len(made), len(weather.effects("xecm", "document created")))
    assert 1 == len(weather.effects("xecm", "process initiated"))
    assert 8 == len(weather.effects("cloudfax", "fax deleted"))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"method": "DELETE", "url": "/Claimant"}, "has no attribute `Claimant`"),
        ({"method": "PUT", "url": "", "json": {"name": "Adjuster", "required": True}}, "Adjuster"),
        ({"method": "PUT", "url": "", "json": {"name": "Claim number", "length": 5}}, "at most 5 characters"),
    ],
    ids=["attribute removed", "mandatory attribute added", "attribute made shorter"],
)
def test_a_category_that_changed_under_way_parks_the_fax_with_the_reason(
    weather: Weather, change: Mapping[str, Any], words: str
) -> None:
    """Filed without metadata where exceptions are kept, acknowledged, and before a person: no task acts for it."""
    with weather.router.running():
        weather.until_done(weather.send(1))
        _change_category(weather, change)
        weather.until_done(weather.send(2))
    (before_a_person,) = exceptions.open_exceptions(weather.router.journal)
    assert ("metadata", True) == (before_a_person.kind, words in (before_a_person.reason or "")), before_a_person.reason
    assert "Claims exceptions" in (before_a_person.reason or "")
    done = done_for(weather, 2)
    assert {"document created": 1, "record classified": 1, "hold applied": 1, "process initiated": 0} == {
        name: done[name] for name in ("document created", "record classified", "hold applied", "process initiated")
    }


def test_a_category_whose_attribute_was_made_anew_is_read_again(weather: Weather) -> None:
    """Same name, another number: a cached definition must not write into the void."""
    with weather.router.running():
        weather.until_done(weather.send(1))
        _change_category(weather, {"method": "DELETE", "url": "/Claimant"})
        _change_category(weather, {"method": "PUT", "url": "", "json": {"name": "Claimant", "length": 60}})
        weather.until_done(weather.send(2))
    assert [] == list(exceptions.open_exceptions(weather.router.journal))
    assert ONCE == done_for(weather, 2)


def test_a_workspace_that_was_deleted_under_way_is_made_anew(weather: Weather) -> None:
    """It was found a moment ago; the document goes into the one that takes its place."""
    with weather.router.running():
        weather.until_done(weather.send(1))
        weather.order(fault(FaultKind.LATENCY, seconds=0.3, **UPLOAD))
        document = weather.send(2)
        weather.until(lambda: bool(weather.struck))
        (made,) = [one for one in weather.effects("xecm", "workspace created") if claim(2) in one["details"]["name"]]
        with _administrator(weather) as administrator:
            assert administrator.delete(f"/v2/nodes/{made['subject']}").is_success
        weather.until_done(document)
    assert {**ONCE, "workspace created": 2} == done_for(weather, 2)


def test_a_reminder_that_came_twice_is_one_again_when_its_task_is_looked_at(weather: Weather) -> None:
    """The first call was under way for so long that the second one was made: nobody is reminded twice for long."""
    weather.router.look_at_tasks_every = timedelta(milliseconds=200)
    late = fault(FaultKind.LATENCY, seconds=2.0, method="POST", path="/addreminder$")
    with weather.router.running():
        weather.order(late)
        weather.until_done(weather.send(1))
        weather.until(lambda: 2 == len(weather.effects("xecm", "reminder created")))
        weather.until(lambda: ONCE == done_for(weather, 1))


def _change_category(weather: Weather, change: Mapping[str, Any]) -> None:
    address = f"{weather.server.address}/_sim/xecm/forms/Claim%20fax/attributes"
    answer = httpx.request(change["method"], address + change["url"], json=change.get("json"), trust_env=False)
    assert answer.is_success, answer.text


@contextmanager
def _other_worker(weather: Weather) -> Iterator[Any]:
    """The filing of another process with the same settings."""
    connectors = open_connectors(weather.router.home.settings, clock=WallClock())
    try:
        yield connectors["records"].by_department["claims"].filing
    finally:
        for connector in connectors.values():
            connector.close()


@contextmanager
def _administrator(weather: Weather) -> Iterator[httpx.Client]:
    api = f"{weather.server.address}/cs/cs/api"
    login = {"username": "admin", "password": "admin"}
    ticket = httpx.post(f"{api}/v1/auth", data=login, trust_env=False).json()["ticket"]
    with httpx.Client(base_url=api, headers={"OTCSTicket": ticket}, trust_env=False) as client:
        yield client
