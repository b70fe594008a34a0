"""Faxes on their way out, followed by webhooks and by asking: what a service calls is a hint, its answer counts."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import httpx
import pytest

from faxrouter.console.server import ConsoleServer
from faxrouter.console.webhooks import webhooks
from faxrouter.journal import transmissions
from faxrouter.ports import FaxToSend
from faxrouter.workflow.flow import Flow
from faxrouter_simulators.faults import FaultKind
from weather_world.home import SECRETS
from weather_world.rig import Weather, fault

OF_WEBHOOKS = {"system": "webhook", "times": None}
GROWN = ["accepted", "sending", "delivered"]


@pytest.mark.parametrize(
    "faults",
    [
        [],
        [fault(FaultKind.DUPLICATE, **OF_WEBHOOKS)],
        [fault(FaultKind.REORDER, **{**OF_WEBHOOKS, "times": 2})],
        [fault(FaultKind.LATENCY, seconds=600, **OF_WEBHOOKS)],
        [fault(FaultKind.STATUS, status=503, **{**OF_WEBHOOKS, "times": 2})],
    ],
    ids=["calm", "each twice", "out of order", "late", "taken for failed"],
)
def test_a_transmission_comes_to_its_end_once(weather: Weather, faults: Sequence[Mapping[str, Any]]) -> None:
    """Whatever happens to the calls, its states go forward and its end is journalled once."""
    with weather.router.running() as flow, _called(weather, flow):
        weather.order(*faults)
        _submit(weather, "+15559990100")
        _let_it_be_sent(weather)
        weather.until(lambda: _states(weather)[-1:] == ["delivered"])
        _let_it_be_sent(weather)
    states = _states(weather)
    assert 1 == states.count("delivered")
    assert states == sorted(states, key=GROWN.index)


@pytest.mark.parametrize(("number", "state"), [("+15559990100", "delivered"), ("+15559999905", "failed")])
@pytest.mark.parametrize(
    "faults",
    [
        [fault(FaultKind.LOST, **OF_WEBHOOKS)],
        [fault(FaultKind.STATUS, system="cloudfax", path="/status", status=503, times=3)],
    ],
    ids=["every webhook is lost", "the service cannot be asked"],
)
def test_a_fax_is_asked_about_until_its_end_is_known(
    weather: Weather, faults: Sequence[Mapping[str, Any]], number: str, state: str
) -> None:
    """The safety net: later, but surely."""
    weather.router.ask_senders_every = timedelta(milliseconds=100)
    with weather.router.running() as flow, _called(weather, flow):
        weather.order(*faults)
        _submit(weather, number)
        _let_it_be_sent(weather)
        weather.until(lambda: _states(weather)[-1:] == [state])
    assert 1 == _states(weather).count(state)


def test_a_forged_call_changes_nothing(weather: Weather) -> None:
    """It knows the secret and says that the fax is delivered; the service says otherwise."""
    with weather.router.running() as flow, _called(weather, flow) as door:
        job = _submit(weather, "+15559990100")
        weather.order(fault(FaultKind.STATUS, path="/status", status=404, times=None))
        forged = {"job_id": job, "job_state": ["Complete", "Posted"]}
        assert 204 == httpx.post(door, json=forged, trust_env=False).status_code
        weather.until(lambda: bool(weather.struck))
    assert "delivered" not in _states(weather)


@contextmanager
def _called(weather: Weather, flow: Flow) -> Iterator[str]:
    """The router's door for webhooks, and its address registered with the service."""
    app = webhooks(weather.router.services().fax_senders, called=flow.called_by, proxies=())
    server = ConsoleServer(app, host="127.0.0.1", port=0, table="webhooks")
    server.start()
    secrets = weather.folder / SECRETS
    door = f"{server.address}/hooks/cloudfax/{(secrets / 'webhook').read_text().strip()}"
    account = ("insurer", (secrets / "insurer").read_text().strip())
    try:
        with httpx.Client(base_url=weather.server.address, auth=account, trust_env=False) as client:
            assert client.post("/mra/v1/outbound/faxes/webhook", json={"url": door}).is_success
        yield door
    finally:
        server.close()


def _submit(weather: Weather, number: str) -> str:
    """A page is on its way to the number, and followed; its job."""
    page = weather.folder / "page.tif"
    page.write_bytes(weather.content_of(0))
    fax = FaxToSend(our_reference="F-1", to_number=number, documents=(page,), media_types=("image/tiff",))
    job = weather.router.services().sender_of("cloudfax").submit(fax, idempotency_key="F-1")
    with weather.router.journal.write() as writing:
        transmissions.record_submitted(
            writing,
            service="cloudfax",
            reference=job,
            fax_id="F-1",
            department="claims",
            ask_at=writing.now + weather.router.ask_senders_every,
        )
    return job


def _let_it_be_sent(weather: Weather) -> None:
    assert httpx.post(f"{weather.server.address}/_sim/cloudfax/settle", trust_env=False).is_success


def _states(weather: Weather) -> list[str]:
    """As they were journalled, in order."""
    return [str(entry.body["state"]) for entry in weather.router.journal.entries("transmission")]
