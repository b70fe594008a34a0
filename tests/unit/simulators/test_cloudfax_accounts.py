"""Who may call the simulated Cloud Fax, and how it refuses."""

from pathlib import Path

import httpx
import pytest

from cloudfax_world import COLLEAGUE, CloudFaxAtWork
from faxrouter_simulators.clock import SimulatedClock
from faxrouter_simulators.cloudfax import open_simulator
from faxrouter_simulators.faults import FaultPlan
from faxrouter_simulators.world import CloudFax, Tenant

NEXT = "/mra/v1/inbound/documents/next"
CLIENT = ("client", "hush")
GRANT = {"grant_type": "client_credentials"}


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Basic",
        "Basic !!!",
        "Basic cm91dGVy",  # a name alone
        "Basic cm91dGVyOndyb25n",  # a wrong password
        "Basic bm9ib2R5OmEgc2VjcmV0",  # an unknown name
        "Basic /////w==",  # no text
        "Bearer",
        "Bearer unknown",
        "Digest cm91dGVyOmEgc2VjcmV0",
    ],
)
def test_who_is_not_known_is_refused(cloudfax: CloudFaxAtWork, authorization: str) -> None:
    """401 as JSON, and a challenge; nothing happens."""
    cloudfax.arrive()

    answer = httpx.get(f"{cloudfax.client.base_url}{NEXT}", headers={"Authorization": authorization}, trust_env=False)

    assert (401, {"error": {"message": "Authentication failed"}}) == (answer.status_code, answer.json())
    assert answer.headers["www-authenticate"].startswith("Basic")
    assert ["fax arrived"] == cloudfax.effects()


def test_an_account_is_enough(cloudfax: CloudFaxAtWork) -> None:
    """HTTP Basic; the scheme's case does not matter."""
    assert 204 == cloudfax.fetch().status_code
    lower = {"Authorization": "basic cm91dGVyOmEgc2VjcmV0"}
    assert 204 == httpx.get(f"{cloudfax.client.base_url}{NEXT}", headers=lower, trust_env=False).status_code


def test_a_tenants_client_is_given_a_token_for_an_hour(cloudfax: CloudFaxAtWork) -> None:
    """A bearer token acts as the tenant's account, and ends by the simulated clock."""
    cloudfax.arrive()
    issued = cloudfax.client.post("/tenants/t1/oauth2/token", auth=CLIENT, data=GRANT).json()

    assert ("Bearer", 3600) == (issued["token_type"], issued["expires_in"])
    bearer = {"Authorization": f"Bearer {issued['access_token']}"}
    address = f"{cloudfax.client.base_url}{NEXT}"
    assert 200 == httpx.get(address, headers=bearer, trust_env=False).status_code
    cloudfax.clock.advance(3590)
    assert 200 == httpx.get(address, headers=bearer, trust_env=False).status_code
    cloudfax.clock.advance(11)
    assert 401 == httpx.get(address, headers=bearer, trust_env=False).status_code


@pytest.mark.parametrize(
    ("tenant", "auth", "form", "refusal"),
    [
        ("t1", ("client", "wrong"), GRANT, (401, "invalid_client")),
        ("t2", CLIENT, GRANT, (401, "invalid_client")),
        ("t1", ("router", "a secret"), GRANT, (401, "invalid_client")),
        ("t1", CLIENT, {"grant_type": "password"}, (400, "unsupported_grant_type")),
        ("t1", CLIENT, {}, (400, "unsupported_grant_type")),
    ],
)
def test_no_token_for_anybody_else(
    cloudfax: CloudFaxAtWork, tenant: str, auth: tuple[str, str], form: dict[str, str], refusal: tuple[int, str]
) -> None:
    """OAuth 2's own errors."""
    answer = cloudfax.client.post(f"/tenants/{tenant}/oauth2/token", auth=auth, data=form)

    assert refusal == (answer.status_code, answer.json()["error"])


def test_a_clients_own_mark_comes_back(cloudfax: CloudFaxAtWork) -> None:
    """`X-MRA-SubmitId` is echoed, also beside a refusal."""
    marked = {"X-MRA-SubmitId": "ours-1"}

    answers = [
        cloudfax.client.get("/mra/v1/outbound/faxes/status?job_id=xsi-1", headers=marked),
        cloudfax.client.get(NEXT, headers=marked, auth=("nobody", "")),
        cloudfax.client.get(NEXT),
    ]

    assert [(404, "ours-1"), (401, "ours-1"), (204, None)] == [
        (answer.status_code, answer.headers.get("x-mra-submitid")) for answer in answers
    ]


@pytest.mark.parametrize("path", ["/mra/v1/inbound/faxes", "/mra/v1", "/mra/v2/outbound/faxes"])
def test_what_is_not_there_is_refused_in_json(cloudfax: CloudFaxAtWork, path: str) -> None:
    """A wrong path below `/mra` is answered like everything else there."""
    answer = cloudfax.client.get(path)

    assert (404, {"error": {"message": "There is no such resource"}}) == (answer.status_code, answer.json())


def test_accounts_do_not_see_each_other(cloudfax: CloudFaxAtWork) -> None:
    """Another account's fax, lease, job and webhook might as well not exist."""
    fax, job = cloudfax.arrive(), cloudfax.submitted("15550100")
    cloudfax.fetch()
    cloudfax.client.post("/mra/v1/outbound/faxes/webhook", json={"url": "http://127.0.0.1:1/"})

    cloudfax.client.auth = COLLEAGUE

    assert 204 == cloudfax.fetch().status_code
    assert 404 == cloudfax.delete(fax)
    assert 404 == cloudfax.client.get(f"/mra/v1/outbound/faxes/status/{job}").status_code
    assert 404 == cloudfax.client.delete(f"/mra/v1/outbound/faxes/{job}").status_code
    assert 404 == cloudfax.client.get("/mra/v1/outbound/faxes/webhook").status_code


def test_a_tenant_needs_an_account_that_exists(tmp_path: Path) -> None:
    """A world that does not fit together is refused at the start, by name."""
    tenant = Tenant(id="t1", client_id="client", client_secret="hush", account="nobody")

    with pytest.raises(ValueError, match="tenant `t1`: there is no account `nobody`"):
        open_simulator(tmp_path, CloudFax(tenants=(tenant,)), clock=SimulatedClock(), plan=FaultPlan())
