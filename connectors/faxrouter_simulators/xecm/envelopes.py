"""How the generations of the API wrap what they answer, and how they count pages. Knows no node."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from faxrouter_simulators.xecm.asked import Asked, Json, whole

# a fact for business workspaces and related items
LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    limit: int
    # from 1 on
    number: int

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.limit

    def total(self, count: int) -> int:
        return max(1, -(-count // self.limit))

    def clamped(self, count: int) -> "Page":
        """For answers that give the last page again to whoever asks for one beyond it."""
        return Page(limit=self.limit, number=min(self.number, self.total(count)))


def page(asked: Asked, *, default: int = 25) -> Page:
    """The page that the query, or the form of a search, asks for."""
    limit = whole(asked.option("limit") or asked.fields.get("limit") or default, "limit")
    number = whole(asked.option("page") or asked.fields.get("page") or 1, "page")
    return Page(limit=max(1, min(limit, LARGEST_PAGE)), number=max(1, number))


def links(asked: Asked, method: str = "GET") -> Json:
    query = urlencode(sorted(asked.query.items()), doseq=True)
    href = f"{asked.path}?{query}" if query else asked.path
    return {"data": {"self": {"body": "", "content_type": "", "href": href, "method": method, "name": ""}}}


def one(asked: Asked, results: Any, *, method: str = "GET", **beside: Any) -> Json:
    """Version 2, a single thing; also what carries no list."""
    return {"links": links(asked, method), "results": results, **beside}


def some(asked: Asked, results: Sequence[Any], *, at: Page, count: int, sort: str = "") -> Json:
    """Version 2, a list: the page stands in `collection.paging`."""
    paging = _paging(at, count, len(results))
    if at.number < at.total(count):
        paging["links"] = {"data": {"next": _next(asked, at)}}
    sorting = {"sort": [{"key": "sort", "value": sort or asked.option("sort", "asc_name")}]}
    return {"collection": {"paging": paging, "sorting": sorting}, "links": links(asked), "results": list(results)}


def workspaces(asked: Asked, results: Sequence[Any], *, at: Page, count: int, **beside: Any) -> Json:
    """Version 2, business workspaces: the page stands at the top, with its successor among `actions`."""
    paging = _paging(at, count, len(results))
    if at.number < at.total(count):
        paging["actions"] = {"next": _next(asked, at)}
    return {
        "links": links(asked),
        "paging": paging,
        "results": list(results),
        "wksp_info": {"wksp_type_icon": None},
        **beside,
    }


def legacy(data: Sequence[Any], *, at: Page, count: int, sort: str) -> Json:
    """Version 1, a list: the page stands beside the data."""
    return {"data": list(data), **_paging(at, count, len(data)), "sort": sort}


def _paging(at: Page, count: int, shown: int) -> Json:
    return {
        "limit": at.limit,
        "page": at.number,
        "page_total": at.total(count),
        "range_min": at.offset + 1 if shown else 0,
        "range_max": at.offset + shown if shown else 0,
        "total_count": count,
    }


def _next(asked: Asked, at: Page) -> Json:
    query = {name: values for name, values in asked.query.items() if name not in ("page", "limit")}
    href = f"{asked.path}?{urlencode({**query, 'page': at.number + 1, 'limit': at.limit}, doseq=True)}"
    return {"body": "", "content_type": "", "href": href, "method": "GET", "name": ""}
