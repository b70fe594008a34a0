"""The search of Extended ECM: which nodes a query finds. Its index is late, so it may find what is not so any more, and
not yet what is: whoever asks reads what was found. Knows no port. Facts A7."""

from faxrouter_connectors.xecm.client import XecmClient


def nodes_where(client: XecmClient, query: str, *, operation: str) -> list[int]:
    """The ids of what a complex query finds; each once, though a search may find several versions of a node."""
    fields = [("where", query), ("lookfor", "complexquery"), ("within", "all")]
    found: dict[int, None] = {}
    for result in client.pages("/v2/search", operation=operation, params=fields, by_post=True):
        properties = result.get("data", {}).get("properties") or {}
        if "id" in properties:
            found[int(properties["id"])] = None
    return list(found)
