"""The addresses of the page: `/` for Cloud Fax, `/extended-ecm`, and the documents that it links to."""

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from faxrouter_simulators.cloudfax import CloudFaxSimulator
from faxrouter_simulators.cloudfax.numbers import Gamma
from faxrouter_simulators.page.cabinet import read_cabinet
from faxrouter_simulators.page.work import read_reminders, read_tasks
from faxrouter_simulators.store import Store

# the newest
_MOST_ROWS = 200
# those near the root
_MOST_NODES = 2000
_HERE = Path(__file__).parent
_HEADERS = {
    # names and texts come from outside: nothing of them may ever run, load or send anything
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}


def page_routes(cloudfax: CloudFaxSimulator, xecm: Store, *, nodes: str) -> list[Route]:
    """`xecm` is the store of the simulated Extended ECM, `nodes` the path below which each of its nodes has a page: the
    same as in the real one, so that an address that was written down leads somewhere."""
    templates = _templates()

    def rendered(name: str, values: Mapping[str, object]) -> Response:
        now = f"{xecm.clock.now():%Y-%m-%d %H:%M:%S}"
        return HTMLResponse(templates.get_template(name).render(now=now, **values), headers=_HEADERS)

    async def cloud_fax(_: Request) -> Response:
        faxes, jobs = cloudfax.queue.newest(_MOST_ROWS), cloudfax.jobs.newest(_MOST_ROWS)
        return rendered("cloud_fax.html", {"faxes": faxes, "jobs": jobs, "most": _MOST_ROWS})

    async def extended_ecm(_: Request) -> Response:
        values = {
            "cabinet": read_cabinet(xecm, most=_MOST_NODES),
            "nodes": nodes,
            "tasks": read_tasks(xecm, most=_MOST_ROWS),
            "reminders": read_reminders(xecm, most=_MOST_ROWS),
        }
        return rendered("extended_ecm.html", {**values, "most_nodes": _MOST_NODES, "most": _MOST_ROWS})

    async def one_node(request: Request) -> Response:
        found = read_cabinet(xecm, most=_MOST_NODES, top=request.path_params["node"])
        if found is None:
            return _absent()
        values = {"entry": found.top, "above": found.above, "complete": found.complete}
        return rendered("node.html", {**values, "nodes": nodes, "most_nodes": _MOST_NODES})

    async def style(_: Request) -> Response:
        return FileResponse(_HERE / "page.css", media_type="text/css", headers=_HEADERS)

    async def fax_content(request: Request) -> Response:
        sha256 = request.path_params["sha256"]
        row = cloudfax.store.row(
            "SELECT name FROM faxes WHERE sha256 = ? UNION ALL SELECT name FROM job_documents WHERE sha256 = ?",
            sha256,
            sha256,
        )
        return _absent() if row is None else _document(cloudfax.store.content(sha256), name=row["name"])

    async def version_content(request: Request) -> Response:
        row = xecm.row(
            "SELECT sha256, file_name FROM versions WHERE node = ? AND number = ?",
            request.path_params["node"],
            request.path_params["version"],
        )
        return _absent() if row is None else _document(xecm.content(row["sha256"]), name=row["file_name"])

    return [
        Route("/", cloud_fax),
        Route("/extended-ecm", extended_ecm),
        Route(nodes + "/{node:int}", one_node),
        Route("/page.css", style),
        Route("/cloud-fax/contents/{sha256}", fax_content),
        Route("/extended-ecm/documents/{node:int}/{version:int}", version_content),
    ]


def _templates() -> Environment:
    templates = Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["moment"] = _moment
    templates.filters["gamma"] = _gamma
    templates.filters["size"] = _size
    return templates


def _document(path: Path, *, name: str) -> Response:
    """A PDF is opened; everything else is saved, whatever it calls itself."""
    if not path.exists():
        return _absent()
    with path.open("rb") as file:
        is_pdf = file.read(4) == b"%PDF"
    return FileResponse(
        path,
        media_type="application/pdf" if is_pdf else "application/octet-stream",
        filename=name,
        content_disposition_type="inline" if is_pdf else "attachment",
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"},
    )


def _absent() -> Response:
    return PlainTextResponse("There is no such document.\n", status_code=404)


def _moment(text: str) -> str:
    """`2026-11-20T10:50:51.000Z` for people."""
    return text[:19].replace("T", " ")


def _gamma(code: int) -> str:
    """The name of a gamma code, where it has one here."""
    known = code in {member.value for member in Gamma} and code not in (Gamma.NONE, Gamma.IN_NO_LIST)
    return Gamma(code).name.lower().replace("_", " ") if known else ""


def _size(count: int) -> str:
    """Bytes for people."""
    return f"{count / 1024:.0f} KB" if count >= 1024 else f"{count} bytes"
