"""Logging in to the simulated Extended ECM and to its Directory Services, and how long that lasts."""

from pathlib import Path
from typing import Any

import pytest

from opentext.at_work import API, Session, XecmAtWork, xecm_at_work

TWO_HOURS = 7200
OTDS = "/otdsws/rest/authentication/credentials"


def log_in(xecm: XecmAtWork, **how: Any) -> int:
    return xecm.send("POST", f"{API}/v1/auth", **how).status_code


def directory_ticket(xecm: XecmAtWork) -> str:
    credentials = {"userName": "svc_fax", "password": "svc-pw"}
    return str(xecm.send("POST", OTDS, json=credentials).json()["ticket"])


def token(xecm: XecmAtWork, **how: Any) -> Any:
    return xecm.send("POST", "/otdsws/oauth2/token", **how)


def test_a_login_reads_a_form_and_no_json(xecm_clinic: XecmAtWork) -> None:
    """The server reads form fields; a JSON body has none for it."""
    credentials = {"username": "svc_fax", "password": "svc-pw"}

    assert 200 == log_in(xecm_clinic, data=credentials)
    assert 401 == log_in(xecm_clinic, json=credentials)
    assert 401 == log_in(xecm_clinic, data={**credentials, "password": "wrong"})


def test_every_success_brings_a_fresh_ticket_and_older_ones_stay_good(xecm_clinic: XecmAtWork) -> None:
    """Sliding renewal: the header OTCSTicket of an answer; a refusal carries none."""
    session = xecm_clinic.as_user("svc_fax")
    first = session.get("/v1/auth")
    second = session.get("/v1/auth")
    refused = session.get("/v2/nodes/99999999")

    assert 3 == len({session.headers["OTCSTicket"], first.headers["OTCSTicket"], second.headers["OTCSTicket"]})
    assert "OTCSTicket" not in refused.headers
    assert 200 == session.get("/v1/auth").status_code


def test_a_session_ends_after_idleness(xecm_clinic: XecmAtWork) -> None:
    """Whoever takes each fresh ticket is idle only since the last call; whoever keeps the first one is out."""
    keeping, taking = xecm_clinic.as_user("svc_fax"), xecm_clinic.as_user("svc_fax")
    for _ in range(3):
        xecm_clinic.clock.advance(TWO_HOURS - 60)
        answer = taking.get("/v1/auth")
        assert 200 == answer.status_code
        taking.headers["OTCSTicket"] = answer.headers["OTCSTicket"]

    assert 401 == keeping.get("/v1/auth").status_code
    xecm_clinic.clock.advance(TWO_HOURS + 1)
    assert 401 == taking.get("/v1/auth").status_code


@pytest.mark.parametrize("ticket", ["", "00", "zz", "31302e31" * 16])
def test_what_was_not_issued_opens_nothing(ticket: str, xecm_clinic: XecmAtWork) -> None:
    """Missing, malformed and forged tickets get 401."""
    answer = xecm_clinic.with_headers(OTCSTicket=ticket).get("/v1/auth")

    assert (401, True) == (answer.status_code, "error" in answer.json())


def test_tickets_of_every_kind_go_with_any_call(xecm_clinic: XecmAtWork) -> None:
    """OTCSTicket as header or as cookie, OTDSTicket, a bearer token: an exchange is not needed."""
    ticket = xecm_clinic.as_user("svc_fax").headers["OTCSTicket"]
    bearer = token(xecm_clinic, data={"grant_type": "client_credentials"}, auth=("faxrouter", "client-secret")).json()[
        "access_token"
    ]

    for headers in (
        {"otcsticket": ticket},
        {"Cookie": f"LLCookie={ticket}"},
        {"OTDSTicket": directory_ticket(xecm_clinic)},
        {"Authorization": f"Bearer {bearer}"},
    ):
        assert "svc_fax" == xecm_clinic.with_headers(**headers).get("/v1/auth").json()["data"]["name"]


@pytest.mark.parametrize("path", [OTDS, OTDS.replace("rest", "v1")])
@pytest.mark.parametrize("field", ["userName", "user_name"])
def test_directory_services_know_two_spellings(path: str, field: str, xecm_clinic: XecmAtWork) -> None:
    """Of the path and of the user's name; with and without the partition."""
    for name in ("svc_fax", "svc_fax@Content Server Members"):
        answer = xecm_clinic.send("POST", path, json={field: name, "password": "svc-pw"})
        assert answer.json()["ticket"].startswith("*OTDSSSO*")
    assert 401 == xecm_clinic.send("POST", path, json={field: "svc_fax", "password": "wrong"}).status_code


@pytest.mark.parametrize(
    ("form", "auth", "expected"),
    [
        ({"grant_type": "client_credentials"}, ("faxrouter", "client-secret"), 200),
        ({"grant_type": "client_credentials", "client_id": "faxrouter", "client_secret": "client-secret"}, None, 200),
        ({"grant_type": "client_credentials", "client_id": "faxrouter", "client_secret": "wrong"}, None, 401),
        ({"grant_type": "password", "username": "nora", "password": "nora-pw"}, ("faxrouter", "client-secret"), 200),
        ({"grant_type": "password", "username": "nora", "password": "wrong"}, ("faxrouter", "client-secret"), 400),
        ({"grant_type": "implicit"}, ("faxrouter", "client-secret"), 400),
    ],
)
def test_tokens_are_given_by_basic_or_by_form(
    form: dict[str, str], auth: tuple[str, str] | None, expected: int, xecm_clinic: XecmAtWork
) -> None:
    """A refusal has the words of OAuth: `error` and `error_description`."""
    answer = token(xecm_clinic, data=form, auth=auth)

    assert expected == answer.status_code
    assert {"access_token", "token_type", "expires_in"} == set(answer.json()) or {
        "error",
        "error_description",
    } == set(answer.json())


def test_an_expired_directory_ticket_answers_400(xecm_clinic: XecmAtWork) -> None:
    """A fact: not 401, and a status of its own in the body. The Content Server says 401 to the same ticket."""
    ticket = directory_ticket(xecm_clinic)
    headers = {"OTDSTicket": ticket}
    assert "svc_fax" == xecm_clinic.send("GET", "/otdsws/rest/currentuser", headers=headers).json()["user"]["id"]
    xecm_clinic.clock.advance(TWO_HOURS + 1)

    answer = xecm_clinic.send("GET", "/otdsws/rest/currentuser", headers=headers)
    assert (400, 1034, "Expired OTDS SSO ticket") == (
        answer.status_code,
        answer.json()["status"],
        answer.json()["error"],
    )
    assert 401 == xecm_clinic.with_headers(**headers).get("/v1/auth").status_code


def test_ping_and_serverinfo_ask_for_nothing(xecm_clinic: XecmAtWork) -> None:
    """Version and session settings, before anybody logs in."""
    anybody = xecm_clinic.with_headers()
    info = anybody.get("/v1/serverinfo").json()

    assert 1 == anybody.get("/v1/ping").json()["rest_api"][0]["version"]
    assert ("25.4", 7_200_000, True) == (
        info["server"]["version"],
        info["sessions"]["session_timeout"],
        info["sessions"]["expire_after_last_request"],
    )


def test_tickets_outlive_a_restart(tmp_path: Path) -> None:
    """The secret that signs them is stored."""
    with xecm_at_work(tmp_path) as before:
        headers = before.as_user("svc_fax").headers
    with xecm_at_work(tmp_path) as after:
        assert 200 == Session(after, headers).get("/v1/auth").status_code


def test_privileges_are_told_to_administrators_only(xecm_fax: Session, xecm_admin: Session) -> None:
    """Of oneself as well."""
    assert "privilege_login" not in xecm_fax.get("/v1/auth").json()["data"]
    assert xecm_admin.get("/v1/auth").json()["data"]["privilege_system_admin_rights"]
