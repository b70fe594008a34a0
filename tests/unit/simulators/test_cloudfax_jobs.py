"""Fax jobs: what may be submitted, what the status says, cancelling, and purging."""

import base64
from collections.abc import Mapping
from datetime import datetime

import pytest

from cloudfax_world import DAY, DOCUMENT, PACE, PURGE_AFTER, CloudFaxAtWork, job, text_of
from fax_files import pdf

STATUS = "/mra/v1/outbound/faxes/status"
NO_DATA = {"error": {"code": 2060, "message": "There is no data for the job"}}
TO = {"destinations": [{"fax": "15550100"}]}


def encoded(content: bytes) -> str:
    return base64.b64encode(content).decode()


def test_the_smallest_submission_is_a_job(cloudfax: CloudFaxAtWork) -> None:
    """The vendor's own minimal sample: one number, one text document."""
    text = {"name": "a.txt", "type": "text", "data": encoded(b"hello")}

    answer = cloudfax.submit({**TO, "documents": [text]})

    assert (200, {"job_id": "xsi-1234567"}) == (answer.status_code, answer.json())
    (entry,) = cloudfax.ledger("job submitted")
    assert ("xsi-1234567", "router", 1) == (entry["subject"], entry["actor"], entry["details"]["destinations"])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"documents": [DOCUMENT]}, "destinations: Field required"),
        ({"destinations": [], "documents": [DOCUMENT]}, "destinations: Tuple should have at least 1 item"),
        ({"destinations": [{"fax": ""}], "documents": [DOCUMENT]}, "destinations.0.fax: String should have at least 1"),
        ({"destinations": [{"ref": "a"}], "documents": [DOCUMENT]}, "destinations.0.fax: Field required"),
        ({"destinations": [{"fax": 1555}], "documents": [DOCUMENT]}, "destinations.0.fax: Input should be a valid str"),
        (TO, "documents: Field required"),
        ({**TO, "documents": []}, "documents: Tuple should have at least 1 item"),
        ({**TO, "documents": [{"name": "a", "type": "tiff"}]}, "documents.0.data: Field required"),
        ({**TO, "documents": [{**DOCUMENT, "data": ""}]}, "documents.0.data: Value error, base64 text is missing"),
        ({**TO, "documents": [{**DOCUMENT, "data": "a*b="}]}, "documents.0.data: Value error, it is not base64"),
        ({**TO, "documents": [{**DOCUMENT, "data": "YQ"}]}, "documents.0.data: Value error, it is not base64"),
        ({**TO, "documents": [{**DOCUMENT, "type": "docx"}]}, "documents.0.type: Input should be 'text', 'pdf' or"),
        ({**TO, "documents": [{**DOCUMENT, "name": ""}]}, "documents.0.name: String should have at least 1"),
        (job("1", end_time="tomorrow"), "options.end_time: Input should be a valid datetime"),
        (job("1", end_time="2026-11-20T12:00:00"), "options.end_time: Input should have timezone info"),
        (job("1", message_id="m" * 81), "options.message_id: String should have at most 80"),
        (job("1", translation_options={"fax_mode": "ultra"}), "options.translation_options.fax_mode: Input should"),
    ],
)
def test_a_submission_that_cannot_be_is_refused(
    cloudfax: CloudFaxAtWork, body: Mapping[str, object], message: str
) -> None:
    """400, in JSON, with the field; no job is made."""
    answer = cloudfax.submit(body)

    assert (400, message) == (answer.status_code, answer.json()["error"]["message"][: len(message)])
    assert [] == cloudfax.effects()


@pytest.mark.parametrize("body", [b"", b"no json", b"[]", b'"text"', b"\xff", b'{"destinations": '])
def test_a_body_that_is_no_json_object_is_refused(cloudfax: CloudFaxAtWork, body: bytes) -> None:
    """400 like any other mistake."""
    answer = cloudfax.client.post("/mra/v1/outbound/faxes", content=body)

    assert (400, ["error"]) == (answer.status_code, list(answer.json()))


def test_a_refusal_repeats_no_content(cloudfax: CloudFaxAtWork) -> None:
    """Neither number nor document is in the message."""
    body = {"destinations": [{"fax": ["15557777"]}], "documents": [{**DOCUMENT, "data": "SECRET!"}]}

    assert [] == [mark for mark in ("15557777", "SECRET") if mark in cloudfax.submit(body).text]


def test_everything_that_the_schema_names_may_be_said(cloudfax: CloudFaxAtWork) -> None:
    """The full published sample, `reports` in both of its shapes, and fields that nobody knows."""
    body = {
        "destinations": [{"fax": "15551234567", "ref": "our-ref-1", "inserts": [{"id": 1, "value": "x"}]}],
        "documents": [{"name": "a.pdf", "type": "pdf", "charset": "UTF-8", "data": encoded(pdf((595, 842)))}],
        "options": {
            "message_id": "m-1",
            "billing_code": "BC1",
            "customer_reference": "node-87221",
            "end_time": "2099-11-20T12:00:00.000Z",
            "coversheet": {"enabled": True, "name": "f2m_default", "from": "AP dept", "subject": "Invoice"},
            "pilot_line": {"text": "..."},
            "translation_options": {"fax_mode": "fine", "page_orientation": "portrait"},
        },
    }
    flat = {"type": "conditional", "report_destinations": [{"fax": "1555"}]}

    answers = [cloudfax.submit({**body, "reports": shape}) for shape in (flat, {"delivery_report": flat})]

    assert [200, 200] == [answer.status_code for answer in answers]
    (submitted,) = cloudfax.client.get("/_sim/cloudfax/jobs").json()
    assert (2, "fine") == (submitted["pages"], submitted["options"]["translation_options"]["fax_mode"])
    assert ("AP dept", "pdf") == (submitted["options"]["coversheet"]["from"], submitted["documents"][0]["type"])


def test_the_status_of_a_job_that_was_sent(cloudfax: CloudFaxAtWork) -> None:
    """The published schema: the client's texts in base64, states in lists, times in UTC."""
    job_id = cloudfax.submitted("15551234567", customer_reference="node-1", billing_code="BC ü")
    cloudfax.settle()

    status = cloudfax.status(job_id)

    (delivery,) = status.pop("deliveries")
    (attempt,) = delivery.pop("delivery_attempts")
    times = [status.pop("entry_time"), attempt.pop("first_attempt"), attempt.pop("delivery_time")]
    assert {"job_id": job_id, "job_state": ["Complete", "Posted"]} == {
        key: status[key] for key in ("job_id", "job_state")
    }
    assert ("node-1", "BC ü") == (text_of(status["customer_reference_base64"]), text_of(status["billing_code_base64"]))
    assert {"fax": "15551234567"} == delivery
    assert {
        "state": "Sent",
        "gamma_code": 0,
        "delivery_sec": 19,
        "pages_delivered": 1,
        "baud_rate": 14400,
        "rcsid": "15551234567",
    } == attempt
    assert times == sorted(times)
    assert all(time.endswith("Z") and len(time) == len("2026-11-20T10:50:51.000Z") for time in times)


def test_a_job_grows_step_by_step(cloudfax: CloudFaxAtWork) -> None:
    """Accepted, in process, complete, posted; the attempt is pending, in process, sent."""
    job_id = cloudfax.submitted("15550100")
    seen = []
    for _ in range(4):
        status = cloudfax.status(job_id)
        seen.append((status["job_state"], cloudfax.attempts(job_id)))
        cloudfax.step(paces=0.5)
        assert seen[-1] == (cloudfax.status(job_id)["job_state"], cloudfax.attempts(job_id))
        cloudfax.step(paces=0.5)

    assert [
        (["Accepted"], [("Pending", 0)]),
        (["InProcess"], [("InProcess", 0)]),
        (["Complete"], [("Sent", 0)]),
        (["Complete", "Posted"], [("Sent", 0)]),
    ] == seen
    assert ["job submitted", "attempt begun", "attempt made", "job finished", "job posted"] == cloudfax.effects()


def test_several_destinations_end_apart(cloudfax: CloudFaxAtWork) -> None:
    """Each has its own attempts and its own reference; one that was reached makes the job complete."""
    body = {
        "destinations": [{"fax": "15559905", "ref": "one"}, {"fax": "15550100", "ref": "två"}],
        "documents": [DOCUMENT],
    }
    job_id = str(cloudfax.submit(body).json()["job_id"])
    cloudfax.settle()

    status = cloudfax.status(job_id)

    assert ["Complete", "Posted"] == status["job_state"]
    assert [("one", "Error"), ("två", "Sent")] == [
        (text_of(delivery["ref_base64"]), delivery["delivery_attempts"][-1]["state"])
        for delivery in status["deliveries"]
    ]


@pytest.mark.parametrize(
    ("failed_job", "state"), [("Error", ["Error", "Posted"]), ("Complete", ["Complete", "Posted"])]
)
def test_a_job_that_reached_nobody(cloudfax: CloudFaxAtWork, failed_job: str, state: list[str]) -> None:
    """[G] Error, or Complete with attempts that say Error."""
    cloudfax.choose(failed_job=failed_job)
    job_id = cloudfax.submitted("15559905", "15559906")
    cloudfax.settle()

    assert state == cloudfax.status(job_id)["job_state"]


def test_a_known_message_id_is_the_same_job(cloudfax: CloudFaxAtWork) -> None:
    """[G] As in the SOAP twin: nothing is sent again, for the same account; without an id everything is."""
    first = cloudfax.submitted("15550100", message_id="m-1")

    assert first == cloudfax.submitted("15550199", message_id="m-1")
    cloudfax.settle()
    assert first == cloudfax.submitted("15550100", message_id="m-1")
    others = [cloudfax.submitted("15550100", message_id="m-2"), *(cloudfax.submitted("15550100") for _ in range(2))]
    cloudfax.client.auth = ("colleague", "another")
    others.append(cloudfax.submitted("15550100", message_id="m-1"))
    assert 5 == len({first, *others})
    assert 5 == len(cloudfax.ledger("job submitted"))


def test_a_known_message_id_can_be_a_new_job(cloudfax: CloudFaxAtWork) -> None:
    """[G] The other way: the service sends again, and whoever repeats has sent twice."""
    cloudfax.choose(known_message_id="new job")

    assert 2 == len({cloudfax.submitted("15550100", message_id="m-1") for _ in range(2)})


def test_several_jobs_in_one_call(cloudfax: CloudFaxAtWork) -> None:
    """[G] A list in the order of the question; an unknown one is an error in it."""
    first, second = cloudfax.submitted("15550100"), cloudfax.submitted("15550101")

    answer = cloudfax.client.get(STATUS, params={"job_id": [second, "xsi-1", first]})

    assert 200 == answer.status_code
    assert [cloudfax.status(second), {"job_id": "xsi-1", **NO_DATA}, cloudfax.status(first)] == answer.json()


def test_the_path_form_of_the_status(cloudfax: CloudFaxAtWork) -> None:
    """[G] The same answer."""
    job_id = cloudfax.submitted("15550100")

    assert cloudfax.status(job_id) == cloudfax.client.get(f"{STATUS}/{job_id}").json()


@pytest.mark.parametrize(
    ("path", "status"), [("?job_id=xsi-1", 404), ("/xsi-1", 404), ("?job_id=", 404), ("", 400), ("?job=xsi-1", 400)]
)
def test_a_job_that_is_not_known(cloudfax: CloudFaxAtWork, path: str, status: int) -> None:
    """404 with the code of the SOAP twin; 400 when none is asked for."""
    answer = cloudfax.client.get(STATUS + path)

    assert (status, NO_DATA["error"]["message"] if status == 404 else "job_id is missing") == (
        answer.status_code,
        answer.json()["error"]["message"],
    )


def test_a_document_that_cannot_be_converted_fails_the_job(cloudfax: CloudFaxAtWork) -> None:
    """It is accepted, because nobody has looked into it, and ends in an error without a page."""
    broken = {"name": "a.pdf", "type": "pdf", "data": encoded(b"no pdf")}
    job_id = str(cloudfax.submit({**TO, "documents": [broken]}).json()["job_id"])
    cloudfax.settle()

    assert [("Error", 9107)] == cloudfax.attempts(job_id)
    assert ["Error", "Posted"] == cloudfax.status(job_id)["job_state"]


def test_a_cover_sheet_is_a_page(cloudfax: CloudFaxAtWork) -> None:
    """Unless it is switched off."""
    jobs = [cloudfax.submitted("15550100", coversheet={"enabled": enabled}) for enabled in (True, False)]
    cloudfax.settle()

    delivered = [cloudfax.status(job_id)["deliveries"][0]["delivery_attempts"][0] for job_id in jobs]
    assert [2, 1] == [attempt["pages_delivered"] for attempt in delivered]


def test_no_attempt_begins_after_the_end_time(cloudfax: CloudFaxAtWork) -> None:
    """[G] What waits then is expired; what is in process goes on."""
    end = datetime.fromtimestamp(cloudfax.clock.now().timestamp() + 2.5 * PACE).astimezone().isoformat()
    job_id = cloudfax.submitted("15559902", end_time=end)
    cloudfax.settle()

    assert [("Error", 9101), ("Expired", 9108)] == cloudfax.attempts(job_id)
    assert ["Error", "Posted"] == cloudfax.status(job_id)["job_state"]


def test_a_job_that_is_cancelled_in_time_reaches_nobody(cloudfax: CloudFaxAtWork) -> None:
    """The quirk: it shows gamma code 0, like a success."""
    job_id = cloudfax.submitted("15550100")

    assert 200 == cloudfax.client.delete(f"/mra/v1/outbound/faxes/{job_id}").status_code
    assert ["Cancelled"] == cloudfax.status(job_id)["job_state"]
    cloudfax.settle()
    assert [("Cancelled", 0)] == cloudfax.attempts(job_id)
    assert ["Cancelled", "Posted"] == cloudfax.status(job_id)["job_state"]


def test_a_cancelled_job_may_have_arrived(cloudfax: CloudFaxAtWork) -> None:
    """What was in process goes on to its end: only the attempts say so."""
    body = job("15550100", "15559908")
    job_id = str(cloudfax.submit(body).json()["job_id"])
    cloudfax.step(paces=1)
    cloudfax.step(paces=1)

    assert 200 == cloudfax.client.delete(f"/mra/v1/outbound/faxes/{job_id}").status_code
    assert ["InProcess", "Cancelled"] == cloudfax.status(job_id)["job_state"]
    cloudfax.settle()
    status = cloudfax.status(job_id)
    assert ["Cancelled", "Posted"] == status["job_state"]
    assert ["Sent", "Sent"] == [one["delivery_attempts"][-1]["state"] for one in status["deliveries"]]


def test_a_cancelled_job_is_not_tried_again(cloudfax: CloudFaxAtWork) -> None:
    """A busy line ends it."""
    job_id = cloudfax.submitted("15559902")
    cloudfax.step(paces=1)
    cloudfax.client.delete(f"/mra/v1/outbound/faxes/{job_id}")
    cloudfax.settle()

    assert [("Error", 9101)] == cloudfax.attempts(job_id)


def test_a_finished_job_cannot_be_cancelled(cloudfax: CloudFaxAtWork) -> None:
    """[G] 409; and 404 for one that is not known."""
    job_id = cloudfax.submitted("15550100")
    cloudfax.settle()

    answers = [cloudfax.client.delete(f"/mra/v1/outbound/faxes/{one}") for one in (job_id, "xsi-1")]

    assert [409, 404] == [answer.status_code for answer in answers]


def test_a_finished_job_is_purged_and_then_forgotten(cloudfax: CloudFaxAtWork) -> None:
    """Days after its end only `Purged` is left of it, without its documents; as many days later nothing is."""
    job_id = cloudfax.submitted("15550100", customer_reference="node-1", message_id="m-1")
    cloudfax.settle()
    (sha256,) = cloudfax.ledger("job submitted")[0]["details"]["sha256"]

    cloudfax.clock.advance(PURGE_AFTER * DAY - 60)
    cloudfax.step()
    assert ["Complete", "Posted"] == cloudfax.status(job_id)["job_state"]
    assert 200 == cloudfax.client.get(f"/_sim/cloudfax/contents/{sha256}").status_code
    cloudfax.clock.advance(60)
    cloudfax.step()
    purged = cloudfax.status(job_id)
    assert (["Purged"], [], False) == (purged["job_state"], purged["deliveries"], "customer_reference_base64" in purged)
    assert 404 == cloudfax.client.get(f"/_sim/cloudfax/contents/{sha256}").status_code
    cloudfax.clock.advance(PURGE_AFTER * DAY)
    cloudfax.step()
    assert 404 == cloudfax.client.get(STATUS, params={"job_id": job_id}).status_code
    assert ["job purged", "job forgotten"] == cloudfax.effects()[-2:]
    assert job_id != cloudfax.submitted("15550100", message_id="m-1")


def test_content_that_is_still_needed_survives_a_purge(cloudfax: CloudFaxAtWork) -> None:
    """The same document in a younger job."""
    cloudfax.submitted("15550100")
    cloudfax.settle()
    cloudfax.clock.advance(PURGE_AFTER * DAY)
    cloudfax.submitted("15550100")
    cloudfax.step()

    (sha256,) = cloudfax.ledger("job submitted")[0]["details"]["sha256"]
    assert ["job purged"] == cloudfax.effects("job purged")
    assert 200 == cloudfax.client.get(f"/_sim/cloudfax/contents/{sha256}").status_code
