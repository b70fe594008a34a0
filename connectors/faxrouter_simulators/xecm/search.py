"""Searching over the API. What was written a moment ago is not found yet: the index is behind."""

from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, whole
from faxrouter_simulators.xecm.contents import latest
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.lql import from_words, parsed
from faxrouter_simulators.xecm.members import member
from faxrouter_simulators.xecm.node_view import properties_of, version_view
from faxrouter_simulators.xecm.nodes import Node, count_where, lineage, nodes_where
from faxrouter_simulators.xecm.refusals import BAD_FIELD
from faxrouter_simulators.xecm.search_index import REGIONS, catch_up, condition
from faxrouter_simulators.xecm.server import ContentServer

_LOOK_FOR = ("complexquery", "allwords", "anywords", "exactphrase")
_SORTED_BY = {"OTObjectDate": "n.modified_at", "OTObjectSize": "n.size", "OTName": "n.name"}
_SHOWN = ("OTMIMEType", "OTName", "OTObjectDate", "OTObjectSize", "OTLocation", "OTCreatedBy")


def search(server: ContentServer, asked: Asked) -> Json:
    """Without `lookfor`, the query is taken to be a complex one [G]."""
    catch_up(server)
    where = asked.text("where")
    look_for = str(asked.fields.get("lookfor") or "complexquery").lower()
    if look_for not in _LOOK_FOR:
        raise BAD_FIELD.refusal(name="lookfor")
    query = parsed(where) if look_for == "complexquery" else from_words(where, look_for)
    statement, values = condition(query)
    # the index answers: what it does not know yet is not there
    statement = f"EXISTS (SELECT 1 FROM regions r WHERE r.node = n.id) AND {statement}"
    for location in (whole(value, name) for name, value in asked.fields.items() if name.startswith("location_id")):
        below, number = condition(parsed(f"OTLocation: {location}"))
        statement += f" AND {below}"
        values = [*values, *number]
    at = envelopes.page(asked, default=10)
    count = count_where(server, asked.caller, statement, *values)
    sort = str(asked.fields.get("sort") or "relevance")
    direction, _, region = sort.partition("_")
    order = f"{_SORTED_BY.get(region, 'n.id')} {'DESC' if direction == 'desc' else 'ASC'}, n.id"
    found = nodes_where(
        server, asked.caller, f"{statement} ORDER BY {order} LIMIT ? OFFSET ?", *values, at.limit, at.offset
    )
    answer = envelopes.some(asked, _entries(server, asked, found), at=at, count=count)
    answer["collection"]["searching"] = {
        "cache_id": 0,
        "regions_metadata": {name: {"key": name, "name": REGIONS[name]} for name in _SHOWN},
        "regions_order": list(_SHOWN),
        "result_title": "Search results",
    }
    answer["collection"]["sorting"] = {"links": {}, "sort": [sort]}
    return answer


def _entries(server: ContentServer, asked: Asked, found: list[Node]) -> list[Json]:
    described = properties_of(server, asked.caller, found)
    return [_entry(server, one, described[one.id]) for one in found]


def _entry(server: ContentServer, found: Node, properties: Json) -> Json:
    above = lineage(server, found.id)
    row = latest(server, found.id)
    author = member(server, found.created_by)
    date = found.modified_at[:10]
    parent = next((one for one in above if one.id == found.parent), None)
    regions = {
        "OTCreatedBy": found.created_by,
        "OTCreatedBy_formatted": "" if author is None else author.formatted,
        "OTLocation": " ".join(str(one.id) for one in above),
        "OTLocation_formatted": "" if parent is None else parent.name,
        "OTMIMEType": found.mime_type,
        "OTName": found.name,
        "OTObjectDate": date.replace("-", ""),
        "OTObjectDate_formatted": date,
        "OTObjectSize": found.size,
    }
    data = {"properties": {**properties, "short_summary": "", "summary": ""}, "regions": regions}
    number = 0 if row is None else row["number"]
    return {
        "data": data if row is None else {**data, "versions": version_view(found, row)},
        "links": {
            "ancestors": [{"href": f"api/v1/nodes/{one.id}", "name": one.name} for one in above],
            "parent": {"href": f"api/v1/nodes/{found.parent}", "name": "" if parent is None else parent.name},
        },
        "search_result_metadata": {
            "current_version": True,
            "object_href": None,
            "object_id": f"DataId={found.id}&Version={number}",
            "result_type": "264",
            "source_id": "0",
            "version_type": None,
        },
    }


def list_regions(_server: ContentServer, _asked: Asked) -> Json:
    return {"data": [{"key": key, "name": name, "searchable": True} for key, name in REGIONS.items()]}


ENDPOINTS = (
    Endpoint("POST", "/v2/search", search),
    Endpoint("GET", "/v1/regions", list_regions),
)
