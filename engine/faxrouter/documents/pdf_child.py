"""The process that opens one PDF, under limits, and tells its structure as JSON.

Knows nothing but the order on its standard input. The limits are set before the file is opened. No content
stream is ever decoded here: a gigabyte of them costs nothing.
"""

import json
import resource
import sys
from collections.abc import Mapping
from typing import Any

import pikepdf

_POINTS_PER_INCH = 72
_MOST_OBJECTS = 20_000
_MOST_NODES = 200_000
_ACTIVE_ACTIONS = ("/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute")
_ACTIVE_KEYS = ("/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/RichMediaContent")


def main() -> None:
    order = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (order["cpu_seconds"], order["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # nothing here has a reason to write a file
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    json.dump(_structure(order), sys.stdout)


def _structure(order: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "pages": None,
        "defects": [],
        "encrypted": False,
        "active_content": None,
        "reader": f"pikepdf {pikepdf.__version__}",
    }
    try:
        with pikepdf.open(order["path"], suppress_warnings=True) as pdf:
            count = len(pdf.pages)
            found |= {"encrypted": pdf.is_encrypted, "defects": _defects(pdf, count, order), "pages": count}
            found["active_content"] = _has_active_content(pdf)
    except pikepdf.PasswordError:
        return found | {"encrypted": True, "defects": ["encrypted: it opens only with a password"]}
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, IndexError, RecursionError):
        # found before the damage: still worth telling
        return found | {"defects": [*found["defects"], "damaged: its structure cannot be followed"]}
    except MemoryError:
        return found | {"defects": ["it took too much memory or time to look into"]}
    return found


def _defects(pdf: pikepdf.Pdf, count: int, order: Mapping[str, Any]) -> list[str]:
    defects = []
    # other warnings are slips of the program that wrote it
    if any("file is damaged" in warning for warning in pdf.get_warnings()):
        defects.append("damaged: its table of contents had to be rebuilt, so pages may be missing")
    if count == 0:
        defects.append("no pages")
    if count > order["pages"]:
        defects.append(f"more than {order['pages']} pages, which is the limit")
        return defects
    for number, page in enumerate(pdf.pages, start=1):
        left, bottom, right, top = (float(side) for side in page.mediabox)
        unit = float(page.obj.get("/UserUnit", 1))
        width, height = abs(right - left) * unit / _POINTS_PER_INCH, abs(top - bottom) * unit / _POINTS_PER_INCH
        if width == 0 or height == 0:
            defects.append(f"page {number} has no width or height")
        elif max(width, height) > order["page_side"]:
            defects.append(f"page {number} is larger than {order['page_side']} inches")
    return defects


def _has_active_content(pdf: pikepdf.Pdf) -> bool | None:
    """Whether any object is a script, an action that leaves the page, or an embedded file; None if it has too many."""
    if len(pdf.objects) > _MOST_OBJECTS:
        return None
    nodes = 0
    for indirect in pdf.objects:
        pending = [indirect]
        while pending:
            nodes += 1
            if nodes > _MOST_NODES:
                return None
            node = pending.pop()
            if isinstance(node, pikepdf.Array):
                pending += [child for child in node if _is_direct_container(child)]
            elif isinstance(node, pikepdf.Dictionary | pikepdf.Stream):
                if str(node.get("/S", "")) in _ACTIVE_ACTIONS or any(key in node for key in _ACTIVE_KEYS):
                    return True
                pending += [child for _, child in node.items() if _is_direct_container(child)]
    return False


def _is_direct_container(value: object) -> bool:
    return isinstance(value, pikepdf.Array | pikepdf.Dictionary) and not value.is_indirect


if __name__ == "__main__":
    main()
