"""What a simulated Cloud Fax still knows when it is started again in the same folder."""

from collections.abc import Generator
from pathlib import Path

import httpx

from cloudfax_world import CloudFaxAtWork, Receiver, Socket, cloudfax_at_work

WEBHOOK = "/mra/v1/outbound/faxes/webhook"


class _Bearer(httpx.Auth):
    def __init__(self, token: str) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


def test_everything_goes_on_after_a_restart(
    tmp_path: Path, cloudfax_socket: Socket, cloudfax_receiver: Receiver
) -> None:
    """Queue, leases, jobs, webhooks with their notices, tokens, variants and the ledger."""
    with cloudfax_at_work(tmp_path, cloudfax_socket) as before:
        first, second = before.arrive(b"one"), before.arrive(b"two")
        before.choose(inbound_body="renamed", known_message_id="same job")
        before.client.post(WEBHOOK, json={"url": cloudfax_receiver.url})
        grant = {"grant_type": "client_credentials"}
        token = before.client.post("/tenants/t1/oauth2/token", auth=("client", "hush"), data=grant).json()
        assert first == before.fetch().json()["inboundId"]
        job_id = before.submitted("15559901", message_id="m-1")
        effects = before.effects()

    with cloudfax_at_work(tmp_path, cloudfax_socket) as after:
        assert effects == after.effects()
        after.client.auth = _Bearer(token["access_token"])
        assert second == after.fetch().json()["inboundId"]
        assert [204, 204] == [after.delete(first), after.delete(second)]
        assert job_id == after.submitted("15559901", message_id="m-1")
        after.settle()
        assert [("Error", 9101), ("Sent", 0)] == after.attempts(job_id)
        assert ("Accepted", "Posted") == (cloudfax_receiver.states[0], cloudfax_receiver.states[-1])


def test_a_restart_in_the_middle_of_a_call(tmp_path: Path, cloudfax_socket: Socket) -> None:
    """The attempt that was in process ends once."""
    with cloudfax_at_work(tmp_path, cloudfax_socket) as before:
        job_id = before.submitted("15550100")
        before.clock.advance(10)
        before.step()
        assert ["InProcess"] == before.status(job_id)["job_state"]

    with cloudfax_at_work(tmp_path, cloudfax_socket) as after:
        after.settle()
        assert [("Sent", 0)] == after.attempts(job_id)
        assert ["attempt made"] == after.effects("attempt made")


def test_other_folders_know_nothing_of_each_other(tmp_path: Path, cloudfax_socket: Socket) -> None:
    """The folder is the whole state."""

    def arrived(at_work: CloudFaxAtWork) -> int:
        at_work.arrive()
        return len(at_work.effects())

    counts = []
    for name in ("one", "two", "one"):
        with cloudfax_at_work(tmp_path / name, cloudfax_socket) as at_work:
            counts.append(arrived(at_work))

    assert [1, 1, 2] == counts
