"""Which categories a node has, with their values and their schema as the API gives them."""

import json

from faxrouter_simulators.xecm.asked import Json
from faxrouter_simulators.xecm.definitions import definitions, form_metadata, metadata, next_id
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.values import Values, shown


def stored_values(server: ContentServer, node: int) -> dict[int, Values]:
    """By category, as they are stored."""
    rows = server.store.rows("SELECT category, filled FROM category_values WHERE node = ? ORDER BY category", node)
    return {row["category"]: json.loads(row["filled"]) for row in rows}


def category_values(server: ContentServer, node: int) -> dict[int, Values]:
    """By category, under their full keys."""
    return {
        category: shown(definitions(server, category), values)
        for category, values in stored_values(server, node).items()
    }


def category_name(server: ContentServer, category: int) -> str:
    row = server.store.row("SELECT name FROM nodes WHERE id = ?", category)
    return "" if row is None else str(row["name"])


def category_metadata(server: ContentServer, category: int) -> Json:
    """The category itself first, then its attributes in order."""
    defined = definitions(server, category)
    about = form_metadata(category, category_name(server, category), next_id(defined))
    return {str(category): about, **{definition.key: metadata(definition) for definition in defined}}


def add_categories(server: ContentServer, entry: Json, node: int, *, with_metadata: bool) -> None:
    """To an entry of nodes: a list of maps, one for each category, and a schema alike where it was asked for."""
    values = category_values(server, node)
    entry["data"]["categories"] = list(values.values())
    if with_metadata:
        about = {category: category_metadata(server, category) for category in values}
        keys = {str(category): [key for key in one if "_" in key] for category, one in about.items()}
        entry["metadata"] = {"categories": list(about.values())}
        entry["metadata_map"] = {"categories": keys}
        entry["metadata_order"] = {"categories": list(keys)}


def category_entry(server: ContentServer, category: int, values: Values, *, with_metadata: bool) -> Json:
    """One category as /categories gives it."""
    answer: Json = {"data": {"categories": values}}
    if with_metadata:
        about = category_metadata(server, category)
        answer["metadata"] = {"categories": about}
        answer["metadata_map"] = {"categories": {str(category): [key for key in about if key != str(category)]}}
        answer["metadata_order"] = {"categories": [str(category)]}
    return answer
