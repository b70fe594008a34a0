"""The search index: what it knows of nodes, some time after they changed, and which nodes a query finds in it."""

import re
from typing import Any

from faxrouter_simulators.xecm.category_view import category_values
from faxrouter_simulators.xecm.lql import All, Not, Query, Test
from faxrouter_simulators.xecm.lql import Any as AnyOf
from faxrouter_simulators.xecm.nodes import Node, any_node
from faxrouter_simulators.xecm.refusals import BAD_QUERY
from faxrouter_simulators.xecm.server import ContentServer

REGIONS = {
    "OTName": "Name",
    "OTSubType": "Subtype",
    "OTLocation": "Location",
    "OTMIMEType": "MIME type",
    "OTObjectDate": "Date",
    "OTObjectSize": "Size",
    "OTCreatedBy": "Created by",
    "OTDComment": "Description",
    "OTDataID": "Node id",
}
# OTLocation is asked of the nodes themselves: it would have to be indexed again for everything below what moves
_LOCATION = """? IN (
    WITH RECURSIVE above(id) AS (SELECT n.id UNION ALL SELECT p.parent FROM nodes p JOIN above ON p.id = above.id)
    SELECT id FROM above)"""
_WORD = re.compile(r"[^\W_]+")
_COMPARED = {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "!=": "<>"}


def catch_up(server: ContentServer) -> None:
    """Index what has been waiting long enough."""
    now = server.now().timestamp()
    due = server.store.rows("SELECT DISTINCT node FROM index_queue WHERE due <= ?", now)
    for row in due:
        _index(server, row["node"])
    if due:
        server.store.execute("DELETE FROM index_queue WHERE due <= ?", now)


def _index(server: ContentServer, number: int) -> None:
    server.store.execute("DELETE FROM regions WHERE node = ?", number)
    found = any_node(server, number)
    if found is None or found.deleted_at is not None:
        return
    for region, value in _values(server, found):
        server.store.insert("regions", node=number, region=region, words=normalised(value))


def _values(server: ContentServer, found: Node) -> list[tuple[str, Any]]:
    values: list[tuple[str, Any]] = [
        ("OTName", found.name),
        ("OTSubType", found.type),
        ("OTMIMEType", found.mime_type or ""),
        ("OTObjectDate", found.modified_at[:10].replace("-", "")),
        ("OTObjectSize", found.size),
        ("OTCreatedBy", found.created_by),
        ("OTDComment", found.description),
        ("OTDataID", found.id),
    ]
    for category in category_values(server, found.id).values():
        for key, value in category.items():
            # [G] the name of the region of an attribute; a date is its digits
            for one in value if isinstance(value, list) else [value]:
                if one not in (None, ""):
                    text = str(one)
                    is_date = re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}", text)
                    values.append((f"Attr_{key}", text[:10].replace("-", "") if is_date else text))
    return values


def normalised(value: Any) -> str:
    """Lower case, one blank around each word."""
    words = _WORD.findall(str(value).lower())
    return f" {' '.join(words)} "


def condition(query: Query) -> tuple[str, list[Any]]:
    """SQL over the table `n` of nodes, and its values. Raises Refusal."""
    match query:
        case Not(inner=inner):
            statement, values = condition(inner)
            return f"NOT ({statement})", values
        case All(inner=several) | AnyOf(inner=several):
            parts = [condition(one) for one in several]
            if not parts:
                raise BAD_QUERY.refusal(why="it is empty")
            word = " AND " if isinstance(query, All) else " OR "
            return f"({word.join(part[0] for part in parts)})", [value for part in parts for value in part[1]]
        case Test():
            return _test(query)


def _test(test: Test) -> tuple[str, list[Any]]:
    if test.region == "OTLocation":
        if not test.text.isdigit():
            raise BAD_QUERY.refusal(why="OTLocation needs a number")
        return _LOCATION, [int(test.text)]
    if test.comparison:
        statement = (
            f"n.id IN (SELECT node FROM regions WHERE region = ? AND trim(words) {_COMPARED[test.comparison]} ?)"
        )
        return statement, [test.region, normalised(test.text).strip()]
    if not test.region:
        return _anywhere(test.text)
    found, values = _holding(test.text)
    return f"n.id IN (SELECT node FROM regions WHERE region = ? AND {found})", [test.region, *values]


def _anywhere(text: str) -> tuple[str, list[Any]]:
    """In the name, the description or an attribute."""
    found, values = _holding(text)
    where = "(region IN ('OTName', 'OTDComment') OR region LIKE 'Attr!_%' ESCAPE '!')"
    return f"n.id IN (SELECT node FROM regions WHERE {where} AND {found})", values


def _holding(text: str) -> tuple[str, list[Any]]:
    """A phrase of whole words; a star at its end leaves the last word open, a star alone means any value."""
    words = normalised(text)
    if not words.strip():
        return "1", []
    return "instr(words, ?)", [words.rstrip() if text.rstrip().endswith("*") else words]
