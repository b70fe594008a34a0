"""Versions of documents over the API: add, list, download, purge, promote."""

from sqlite3 import Row
from urllib.parse import quote

from starlette.responses import Response

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, Upload
from faxrouter_simulators.xecm.chronicle import VERSION_ADDED, VERSIONS_DELETED, record
from faxrouter_simulators.xecm.contents import add_version, follow_latest, latest, target, version
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.locks import refuse_held, refuse_official, refuse_reserved
from faxrouter_simulators.xecm.node_view import legacy_properties, version_rows, version_view
from faxrouter_simulators.xecm.nodes import Node, node
from faxrouter_simulators.xecm.refusals import (
    BAD_FIELD,
    LAST_VERSION,
    LONG_DESCRIPTION,
    MISSING_FILE,
    NO_CONTENT,
    NO_SUCH_VERSION,
)
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import VERSIONED

_LONGEST_DESCRIPTION = 255


def add(server: ContentServer, asked: Asked) -> Json:
    found = _changeable(server, asked, to="modify")
    if asked.file is None:
        raise MISSING_FILE.refusal()
    description = _description(asked)
    found, kept = add_version(server, asked.caller, found, asked.file, description=description)
    record(
        server,
        asked.caller,
        "version added",
        found.id,
        event=VERSION_ADDED,
        number=kept.number,
        sha256=kept.sha256,
        size=kept.size,
    )
    return envelopes.one(asked, _entry(found, version(server, found.id, kept.number)), method="POST")


def add_legacy(server: ContentServer, asked: Asked) -> Json:
    answer = add(server, asked)
    return dict(answer["results"]["data"]["versions"])


def promote(server: ContentServer, asked: Asked) -> Json:
    """A copy of the version becomes the next major one."""
    found = _changeable(server, asked, to="add_major_version")
    row = version(server, found.id, asked.place["number"])
    content = server.store.content(row["sha256"]).read_bytes()
    file = Upload(name=row["file_name"], media_type=row["mime_type"], content=content)
    found, kept = add_version(server, asked.caller, found, file, description=_description(asked), major=True)
    record(server, asked.caller, "version promoted", found.id, event=VERSION_ADDED, number=kept.number)
    return envelopes.one(asked, _entry(found, version(server, found.id, kept.number)), method="POST")


def list_versions(server: ContentServer, asked: Asked) -> Json:
    """The oldest first."""
    found = _document(server, asked)
    return envelopes.one(asked, [_entry(found, row) for row in reversed(version_rows(server, found))])


def list_versions_legacy(server: ContentServer, asked: Asked) -> Json:
    found = _document(server, asked)
    return {"data": [legacy_properties(version_view(found, row)) for row in reversed(version_rows(server, found))]}


def read_version(server: ContentServer, asked: Asked) -> Json:
    found = _document(server, asked)
    return envelopes.one(asked, _entry(found, version(server, found.id, asked.place["number"])))


def read_version_legacy(server: ContentServer, asked: Asked) -> Json:
    found = _document(server, asked)
    return {"data": legacy_properties(version_view(found, version(server, found.id, asked.place["number"])))}


def read_latest(server: ContentServer, asked: Asked) -> Json:
    """Version 1 only: version 2 has no word for the latest."""
    found = _document(server, asked)
    return {"data": legacy_properties(version_view(found, _latest(server, found)))}


def download(server: ContentServer, asked: Asked) -> Response:
    found = node(server, asked.caller, asked.place["node"], to="see_contents")
    found = target(server, found)
    if found.type not in VERSIONED:
        raise NO_CONTENT.refusal()
    number = asked.place.get("number")
    row = _latest(server, found) if number is None else version(server, found.id, number)
    content = server.store.content(row["sha256"]).read_bytes()
    name = quote(row["file_name"])
    headers = {"Content-Disposition": f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"}
    return Response(content, media_type=row["mime_type"], headers=headers)


def purge(server: ContentServer, asked: Asked) -> Json:
    """All but the newest `number_to_keep`."""
    found = _deletable(server, asked)
    keep = asked.number("number_to_keep")
    if keep < 1:
        raise BAD_FIELD.refusal(name="number_to_keep")
    return _deleted(server, asked, found, [row["number"] for row in version_rows(server, found)][keep:])


def delete_one(server: ContentServer, asked: Asked) -> Json:
    found = _deletable(server, asked)
    row = version(server, found.id, asked.place["number"])
    if len(version_rows(server, found)) == 1:
        raise LAST_VERSION.refusal()
    return _deleted(server, asked, found, [row["number"]])


def _deletable(server: ContentServer, asked: Asked) -> Node:
    found = _changeable(server, asked, to="delete_versions")
    refuse_held(server, found)
    return found


def _deleted(server: ContentServer, asked: Asked, found: Node, numbers: list[int]) -> Json:
    for number in numbers:
        server.store.execute("DELETE FROM versions WHERE node = ? AND number = ?", found.id, number)
    follow_latest(server, asked.caller, found)
    record(server, asked.caller, "versions deleted", found.id, event=VERSIONS_DELETED, numbers=sorted(numbers))
    return envelopes.one(asked, {}, method="DELETE")


def _document(server: ContentServer, asked: Asked) -> Node:
    found = node(server, asked.caller, asked.place["node"], to="see_contents")
    if found.type not in VERSIONED:
        raise NO_CONTENT.refusal()
    return found


def _changeable(server: ContentServer, asked: Asked, *, to: str) -> Node:
    found = node(server, asked.caller, asked.place["node"], to=to)
    if found.type not in VERSIONED:
        raise NO_CONTENT.refusal()
    refuse_official(server, found)
    refuse_reserved(found, asked.caller)
    return found


def _latest(server: ContentServer, found: Node) -> Row:
    row = latest(server, found.id)
    if row is None:
        raise NO_SUCH_VERSION.refusal(number="latest")
    return row


def _description(asked: Asked) -> str:
    text = str(asked.fields.get("description") or "")
    if len(text) > _LONGEST_DESCRIPTION:
        raise LONG_DESCRIPTION.refusal()
    return text


def _entry(found: Node, row: Row) -> Json:
    return {"data": {"versions": version_view(found, row)}}


ENDPOINTS = (
    Endpoint("GET", "/v2/nodes/{node:int}/versions", list_versions),
    Endpoint("POST", "/v2/nodes/{node:int}/versions", add),
    Endpoint("DELETE", "/v2/nodes/{node:int}/versions", purge),
    Endpoint("GET", "/v2/nodes/{node:int}/versions/{number:int}", read_version),
    Endpoint("DELETE", "/v2/nodes/{node:int}/versions/{number:int}", delete_one),
    Endpoint("POST", "/v2/nodes/{node:int}/versions/{number:int}/promote", promote),
    Endpoint("GET", "/v2/nodes/{node:int}/versions/{number:int}/content", download),
    Endpoint("GET", "/v2/nodes/{node:int}/content", download),
    Endpoint("GET", "/v1/nodes/{node:int}/versions", list_versions_legacy),
    Endpoint("POST", "/v1/nodes/{node:int}/versions", add_legacy),
    Endpoint("GET", "/v1/nodes/{node:int}/versions/latest", read_latest),
    Endpoint("GET", "/v1/nodes/{node:int}/versions/{number:int}", read_version_legacy),
    Endpoint("DELETE", "/v1/nodes/{node:int}/versions/{number:int}", delete_one),
    Endpoint("GET", "/v1/nodes/{node:int}/versions/{number:int}/content", download),
    Endpoint("GET", "/v1/nodes/{node:int}/content", download),
)
