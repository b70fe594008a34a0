"""The hands of an administrator, for tests: categories change under way. Below /_sim/xecm; nothing of it is real."""

from collections.abc import Callable

from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from faxrouter_simulators.world import Attribute
from faxrouter_simulators.xecm.definitions import define, redefine, remove
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import CATEGORY, WORKFLOW_MAP

_ACTOR = "administrator"


def put_attribute(server: ContentServer, form: str, attribute: Attribute) -> None:
    """Add an attribute to a category or a workflow map, or change the one of this name. Raises LookupError."""
    with server.store.changing():
        number = _form(server, form)
        if not redefine(server, number, attribute):
            define(server, number, [attribute])
        server.store.effect("attribute defined", number, actor=_ACTOR, form=form, name=attribute.name)


def remove_attribute(server: ContentServer, form: str, name: str) -> None:
    """Raises LookupError when there is none."""
    with server.store.changing():
        number = _form(server, form)
        if not remove(server, number, name):
            raise LookupError(f"`{form}` has no attribute `{name}`")
        server.store.effect("attribute removed", number, actor=_ACTOR, form=form, name=name)


def _form(server: ContentServer, name: str) -> int:
    row = server.store.row(
        "SELECT id FROM nodes WHERE name = ? AND type IN (?, ?) AND deleted_at IS NULL", name, CATEGORY, WORKFLOW_MAP
    )
    if row is None:
        raise LookupError(f"there is no category and no workflow map `{name}`")
    return int(row["id"])


def routes(server: ContentServer) -> list[Route]:
    """`PUT` with an attribute as a world writes it, `DELETE` with its name in the path."""

    async def put(request: Request) -> Response:
        body = await request.body()
        return _answer(lambda: put_attribute(server, request.path_params["form"], Attribute.model_validate_json(body)))

    async def delete(request: Request) -> Response:
        form, name = request.path_params["form"], request.path_params["name"]
        return _answer(lambda: remove_attribute(server, form, name))

    return [
        Route("/_sim/xecm/forms/{form}/attributes", put, methods=["PUT"]),
        Route("/_sim/xecm/forms/{form}/attributes/{name}", delete, methods=["DELETE"]),
    ]


def _answer(change: Callable[[], None]) -> Response:
    try:
        change()
    except LookupError as err:
        return JSONResponse({"error": str(err.args[0])}, status_code=404)
    except ValidationError as err:
        return JSONResponse({"error": str(err)}, status_code=400)
    return JSONResponse({})
