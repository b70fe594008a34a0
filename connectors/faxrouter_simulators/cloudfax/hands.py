"""The hands of tests and demonstrations on Cloud Fax, below `/_sim/cloudfax`. The real service has nothing of it."""

import json
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import datetime

from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route

from faxrouter_simulators.cloudfax.jobs import Jobs
from faxrouter_simulators.cloudfax.queue import Arrival, FaxQueue
from faxrouter_simulators.cloudfax.variants import Switches, Variants
from faxrouter_simulators.store import Store

_HANDS = "/_sim/cloudfax"
# rows of a list
_MANY = 1000
_SHA256 = re.compile("[0-9a-f]{64}")


def hand_routes(
    store: Store,
    *,
    queue: FaxQueue,
    jobs: Jobs,
    switches: Switches,
    accounts: Sequence[str],
    step: Callable[[], Awaitable[int]],
    settle: Callable[[], Awaitable[int]],
) -> list[Route]:
    """`accounts`: whose queues there are; a fax comes into the first one's when nothing else is said."""

    async def faxes(request: Request) -> Response:
        if request.method == "GET":
            return JSONResponse([asdict(fax) for fax in queue.newest(_MANY)])
        async with request.form() as form:
            try:
                fax = queue.arrive(await _arrival(form, accounts=accounts, now=store.clock.now()))
            except ValueError as err:
                return JSONResponse({"error": str(err)}, status_code=400)
        return JSONResponse({"document_id": fax.document_id, "job_id": fax.job_id}, status_code=201)

    async def all_jobs(_: Request) -> Response:
        return JSONResponse([asdict(job) for job in jobs.newest(_MANY)])

    async def content(request: Request) -> Response:
        path = store.content(request.path_params["sha256"])
        if not _SHA256.fullmatch(path.name) or not path.exists():
            return JSONResponse({"error": "there is no such content"}, status_code=404)
        return FileResponse(path, media_type="application/octet-stream")

    async def variants(request: Request) -> Response:
        if request.method == "PUT":
            try:
                switches.choose(Variants.model_validate_json(await request.body()))
            except ValidationError as err:
                return JSONResponse({"error": str(err)}, status_code=400)
        return JSONResponse(switches.chosen.model_dump())

    async def move(request: Request) -> Response:
        moving = settle if request.url.path.endswith("settle") else step
        return JSONResponse({"moved": await moving(), "now": store.clock.now().isoformat()})

    return [
        Route(f"{_HANDS}/faxes", faxes, methods=["GET", "POST"]),
        Route(f"{_HANDS}/jobs", all_jobs),
        Route(f"{_HANDS}/contents/{{sha256}}", content),
        Route(f"{_HANDS}/variants", variants, methods=["GET", "PUT"]),
        Route(f"{_HANDS}/step", move, methods=["POST"]),
        Route(f"{_HANDS}/settle", move, methods=["POST"]),
    ]


async def _arrival(form: FormData, *, accounts: Sequence[str], now: datetime) -> Arrival:
    """Raises ValueError when a field cannot be understood."""
    texts = {name: value for name, value in form.items() if isinstance(value, str) and value}
    file = form.get("file")
    if not isinstance(file, UploadFile) or "to" not in texts:
        raise ValueError("`file` and `to` are needed")
    account = texts.get("account") or next(iter(accounts), "")
    if account not in accounts:
        raise ValueError(f"there is no account `{account}`")
    index = json.loads(texts["index"]) if "index" in texts else None
    if index is not None and not isinstance(index, dict):
        raise ValueError("`index` must be a JSON object")
    received_at = datetime.fromisoformat(texts["received_at"]) if "received_at" in texts else now
    if received_at.tzinfo is None:
        raise ValueError("`received_at` needs its offset from UTC")
    return Arrival(
        content=await file.read(),
        name=texts.get("name") or file.filename or "fax",
        dnis=texts["to"],
        ani=texts.get("from"),
        rcsid=texts.get("station"),
        received_at=received_at,
        pages=int(texts["pages"]) if "pages" in texts else None,
        index=index,
        account=account,
        group_no=texts.get("group_no", ""),
        domain=texts.get("domain", ""),
    )
