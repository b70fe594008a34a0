"""Webhooks: registration, what they are told, repetition, and the bad weather that the fault plan orders for them."""

from datetime import datetime

import pytest

from cloudfax_world import CloudFaxAtWork, Receiver
from faxrouter_simulators.cloudfax.outbox import PAUSES

WEBHOOK = "/mra/v1/outbound/faxes/webhook"
GROWN = ["Accepted", "InProcess", "Complete", "Posted"]


@pytest.fixture
def told(cloudfax: CloudFaxAtWork, cloudfax_receiver: Receiver) -> Receiver:
    """The receiver, registered."""
    assert cloudfax.client.post(WEBHOOK, json={"url": cloudfax_receiver.url}).status_code == 200
    return cloudfax_receiver


def of_webhook(kind: str, **more: object) -> dict[str, object]:
    return {"kind": kind, "system": "webhook", **more}


def test_a_webhook_is_registered_replaced_and_removed(cloudfax: CloudFaxAtWork) -> None:
    """[G] One for each account, with the resource of the WhatsApp channel."""
    client, first, second = cloudfax.client, {"url": "http://127.0.0.1:1/a"}, {"url": "https://[::1]:1/b"}

    assert 404 == client.get(WEBHOOK).status_code
    assert [200, 200] == [client.post(WEBHOOK, json=url).status_code for url in (first, second)]
    assert second == client.get(WEBHOOK).json()
    assert [204, 404] == [client.delete(WEBHOOK).status_code for _ in range(2)]
    assert 404 == client.get(WEBHOOK).status_code
    assert ["webhook registered", "webhook registered", "webhook removed"] == cloudfax.effects()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b'{"url": 1}',
        b'{"url": ""}',
        b'{"url": "127.0.0.1"}',
        b'{"url": "ftp://127.0.0.1/"}',
        b'{"url": "https://example.com/"}',
        b'{"url": "http://10.0.0.1/"}',
        b'{"url": "http://[::1/"}',
        b'{"url": "http://127.0.0.1:port/"}',
    ],
)
def test_a_webhook_leads_to_loopback_or_nowhere(cloudfax: CloudFaxAtWork, body: bytes) -> None:
    """What is simulated must not call out into the world."""
    assert 400 == cloudfax.client.post(WEBHOOK, content=body).status_code


def test_each_change_of_a_job_is_told(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """In the schema of the status call, as the job was at that moment."""
    job_id = cloudfax.submitted("15550100", customer_reference="node-1")
    cloudfax.settle()

    assert GROWN == told.states
    assert cloudfax.status(job_id) == told.told[-1]
    assert ["webhook sent"] * 4 == cloudfax.effects("webhook sent")


def test_nobody_is_told_of_another_accounts_job(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """Neither is anybody after the webhook was removed, even of what was already to be said."""
    cloudfax.submitted("15550100")
    cloudfax.client.delete(WEBHOOK)
    cloudfax.client.auth = ("colleague", "another")
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert [] == told.states


@pytest.mark.parametrize("status", [302, 400, 410, 500])
def test_a_refused_notice_comes_again(cloudfax: CloudFaxAtWork, told: Receiver, status: int) -> None:
    """Anything but 2xx is a refusal."""
    told.statuses = [status]
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ("Accepted", ["Accepted", *GROWN]) == (told.states[0], sorted(told.states, key=GROWN.index))
    assert [status] == [entry["details"]["status"] for entry in cloudfax.ledger("webhook failed")]


def test_a_notice_that_nobody_takes_is_given_up(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """After the last pause; the job is none the worse for it."""
    told.statuses = [500] * 1000
    job_id = cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ["webhook given up"] * 4 == cloudfax.effects("webhook given up", "webhook sent", "webhook lost")
    assert (len(PAUSES) + 1) * 4 == len(told.told)
    assert ["Complete", "Posted"] == cloudfax.status(job_id)["job_state"]


def test_a_receiver_that_is_not_there_is_tried_again(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """Nobody listens: like a refusal."""
    cloudfax.client.post(WEBHOOK, json={"url": "http://127.0.0.1:1/"})
    cloudfax.submitted("15550100")
    cloudfax.step()

    (entry,) = cloudfax.ledger("webhook failed")
    assert (1, None) == (entry["details"]["tries"], entry["details"]["status"])


def test_pauses_grow(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """By the simulated clock, from ten seconds to two hours."""
    told.statuses = [500] * 1000
    cloudfax.submitted("15550100")
    cloudfax.settle()

    failed = [entry for entry in cloudfax.ledger("webhook failed") if entry["details"]["notice"] == 1]
    waits = [datetime.fromisoformat(one["details"]["until"]) - datetime.fromisoformat(one["at"]) for one in failed]
    assert list(PAUSES) == [round(wait.total_seconds()) for wait in waits]


def test_a_duplicate(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """The second notice is told twice, word for word."""
    cloudfax.faults(of_webhook("duplicate", after=1))
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ["Accepted", "InProcess", "InProcess", "Complete", "Posted"] == told.states
    assert told.told[1] == told.told[2]


def test_notices_in_the_wrong_order(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """The second one is told after the third."""
    cloudfax.faults(of_webhook("reorder", after=1))
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ["Accepted", "Complete", "InProcess", "Posted"] == told.states


def test_a_last_notice_that_is_held_back_never_comes(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """Nothing follows that it could follow."""
    cloudfax.faults(of_webhook("reorder", holding="Posted"))
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ["Accepted", "InProcess", "Complete"] == told.states


def test_a_late_notice(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """By the simulated clock: the first is overtaken by all the others."""
    cloudfax.faults(of_webhook("latency", seconds=3600))
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ["InProcess", "Complete", "Posted", "Accepted"] == told.states


def test_a_lost_notice(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """Never told, never repeated."""
    cloudfax.faults(of_webhook("lost", after=2))
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ["Accepted", "InProcess", "Posted"] == told.states
    assert ["webhook lost"] == cloudfax.effects("webhook lost", "webhook failed")


@pytest.mark.parametrize(("kind", "status"), [("cut", None), ("status", 503)])
def test_a_notice_that_cannot_be_told(cloudfax: CloudFaxAtWork, told: Receiver, kind: str, status: int | None) -> None:
    """The receiver hears it once, later."""
    cloudfax.faults(of_webhook(kind))
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert sorted(GROWN) == sorted(told.states)
    assert [status] == [entry["details"]["status"] for entry in cloudfax.ledger("webhook failed")]


def test_a_notice_whose_answer_is_lost_comes_again(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """The receiver has taken it, the service believes that it has not."""
    cloudfax.faults(of_webhook("lost-status", status=504))
    cloudfax.submitted("15550100")
    cloudfax.settle()

    assert ["Accepted", *GROWN] == sorted(told.states, key=GROWN.index)


def test_calls_to_webhooks_are_written_down(cloudfax: CloudFaxAtWork, told: Receiver) -> None:
    """Beside the calls that came in, with the fault that struck them."""
    cloudfax.faults(of_webhook("cut"))
    cloudfax.submitted("15550100")
    cloudfax.step()

    calls = [call for call in cloudfax.client.get("/_sim/calls").json() if call["system"] == "webhook"]
    assert [("POST", "/told", "key=k", None, "cut")] == [
        (call["method"], call["path"], call["query"], call["status"], call["fault"]) for call in calls
    ]


def test_a_fault_of_webhooks_strikes_nothing_else(cloudfax: CloudFaxAtWork) -> None:
    """A duplicate or a wrong order of ordinary calls does not exist."""
    cloudfax.faults({"kind": "duplicate", "times": None}, {"kind": "reorder", "times": None})

    assert [204, 204] == [cloudfax.fetch().status_code for _ in range(2)]
