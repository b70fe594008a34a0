"""The outbound calls below `/mra/v1/outbound/faxes`: submit, status, and [G] cancel and a webhook's registration."""

import json

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from faxrouter_simulators.cloudfax.accounts import Accounts
from faxrouter_simulators.cloudfax.answers import NO_SUCH_JOB, error_body, refusal
from faxrouter_simulators.cloudfax.job import status_body
from faxrouter_simulators.cloudfax.jobs import Jobs
from faxrouter_simulators.cloudfax.outbox import Outbox
from faxrouter_simulators.cloudfax.submission import read_submission

_FAXES = "/mra/v1/outbound/faxes"
_NO_DATA = "There is no data for the job"


def outbound_routes(accounts: Accounts, jobs: Jobs, outbox: Outbox) -> list[Route]:
    async def submit(request: Request, account: str) -> Response:
        submission = read_submission(await request.body())
        if isinstance(submission, str):
            return refusal(400, submission)
        return JSONResponse({"job_id": jobs.submit(account, submission)})

    async def status(request: Request, account: str) -> Response:
        """[G] Several ids are a repeated `job_id`, and are answered in a list, unknown ones as errors in it."""
        wanted = [request.path_params["job_id"]] if request.path_params else request.query_params.getlist("job_id")
        if not wanted:
            return refusal(400, "job_id is missing")
        if len(wanted) > 1:
            return JSONResponse([_one(account, job_id) for job_id in wanted])
        job = jobs.find(account, wanted[0])
        return refusal(404, _NO_DATA, code=NO_SUCH_JOB) if job is None else JSONResponse(status_body(job))

    def _one(account: str, job_id: str) -> dict[str, object]:
        job = jobs.find(account, job_id)
        if job is None:
            return {"job_id": job_id, **error_body(_NO_DATA, code=NO_SUCH_JOB)}
        return status_body(job)

    async def cancel(request: Request, account: str) -> Response:
        job_id = request.path_params["job_id"]
        match jobs.cancel(account, job_id):
            case "cancelled":
                return JSONResponse({"job_id": job_id})
            case "too late":
                return refusal(409, "The job has finished")
            case "unknown":
                return refusal(404, _NO_DATA, code=NO_SUCH_JOB)

    async def webhook(request: Request, account: str) -> Response:
        if request.method == "DELETE":
            return Response(status_code=204) if outbox.remove(account) else refusal(404, "No webhook is registered")
        if request.method == "POST":
            url = _url(await request.body())
            if url is None or not outbox.register(account, url):
                return refusal(400, "url must be an http(s) address on loopback")
            return JSONResponse({"url": url})
        registered = outbox.registered(account)
        return refusal(404, "No webhook is registered") if registered is None else JSONResponse({"url": registered})

    return [
        Route(_FAXES, accounts.guarded(submit), methods=["POST"]),
        Route(f"{_FAXES}/status", accounts.guarded(status)),
        Route(f"{_FAXES}/status/{{job_id}}", accounts.guarded(status)),
        Route(f"{_FAXES}/webhook", accounts.guarded(webhook), methods=["GET", "POST", "DELETE"]),
        Route(f"{_FAXES}/{{job_id}}", accounts.guarded(cancel), methods=["DELETE"]),
    ]


def _url(body: bytes) -> str | None:
    try:
        match json.loads(body):
            case {"url": str(url)}:
                return url
    except ValueError:
        pass
    return None
