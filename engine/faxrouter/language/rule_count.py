"""How many rules a home would have, counted before any of them is read. Knows no meaning of a rule."""

from collections.abc import Iterable, Iterator, Mapping

from faxrouter.language.findings import Findings
from faxrouter.language.source import ListNode, MapNode, ScalarNode
from faxrouter.model.problem import Place

# Time and memory of deciding grow with the square of it. Lookups have rows of their own, and many more of them.
MOST_RULES = 25_000


def check_count(roots: Iterable[MapNode], files: Mapping[str, bytes], *, findings: Findings) -> bool:
    """Whether there are few enough rules and rows; R003 noted at the place that makes them too many."""
    count = 0
    for root in roots:
        for place, more in _counts(root, files):
            count += more
            if count > MOST_RULES:
                message = (
                    f"up to here there are {count:,} rules and rows of tables; the limit is {MOST_RULES:,}; "
                    "what is only looked up belongs into `lookups:`"
                )
                findings.add("R003", place, message)
                return False
    return True


def _counts(root: MapNode, files: Mapping[str, bytes]) -> Iterator[tuple[Place, int]]:
    rules, tables = root.get("rules"), root.get("tables")
    if isinstance(rules, ListNode):
        yield rules.place, len(rules.items)
    for table in tables.items if isinstance(tables, ListNode) else ():
        if not isinstance(table, MapNode):
            continue
        rows, file = table.get("rows"), table.get("from file")
        if isinstance(rows, ListNode):
            yield rows.place, len(rows.items)
        if isinstance(file, ScalarNode):
            yield file.place, files.get(f"rules/{file.text}", b"").count(b"\n")
