"""The page structure of a PDF, asked of a child process that can be killed.

Knows no PDF library itself: bytes from outside are never opened by a complex parser in the process that serves. The
child has its own limits of memory and time; whatever it does, the answer here is a value.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_CHILD = "faxrouter.documents.pdf_child"
_LONGEST_ANSWER = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfLimits:
    """How much of a file is looked into, and what the child may use for it."""

    # bytes of the file
    size: int = 50_000_000
    pages: int = 500
    # longest side of a page, in inches
    page_side: int = 60
    # bytes of address space
    memory: int = 1_000_000_000
    # seconds of processor and of waiting
    cpu_seconds: int = 10
    wall_seconds: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfStructure:
    """What the child found. `pages` is None where they could not be counted."""

    pages: int | None = None
    defects: tuple[str, ...] = ()
    # opened without a password but encrypted all the same
    encrypted: bool = False
    # None where the file was too large to be searched
    active_content: bool | None = None
    # the library and its version
    reader: str = ""


def read_structure(path: Path, *, size: int, limits: PdfLimits) -> PdfStructure:
    """Page count, encryption, active content and page sizes of the PDF at `path`."""
    if size > limits.size:
        return _defect(f"larger than {limits.size // 1_000_000} MB, so it was not looked into")
    order = {
        "path": str(path.absolute()),
        "pages": limits.pages,
        "page_side": limits.page_side,
        "memory": limits.memory,
        "cpu_seconds": limits.cpu_seconds,
    }
    try:
        child = subprocess.run(
            [sys.executable, "-I", "-m", _CHILD],
            input=json.dumps(order).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.wall_seconds,
            # nothing of our environment, which may hold secrets, goes to the process that opens strangers' files
            env={"LANG": "C.UTF-8"},
            check=False,
        )
    except subprocess.TimeoutExpired:
        return _defect("it took too long to look into")
    if child.returncode != 0 or len(child.stdout) > _LONGEST_ANSWER:
        return _defect("it took too much memory or time to look into")
    return _parsed(child.stdout)


def _parsed(answer: bytes) -> PdfStructure:
    """The child's answer, checked: a child that was taken over must not reach further than its own findings."""
    try:
        found = json.loads(answer)
        pages, active_content = found["pages"], found["active_content"]
        return PdfStructure(
            pages=None if pages is None else int(pages),
            defects=tuple(str(defect)[:200] for defect in found["defects"][:20]),
            encrypted=bool(found["encrypted"]),
            active_content=None if active_content is None else bool(active_content),
            reader=str(found["reader"])[:40],
        )
    except (ValueError, KeyError, TypeError):
        return _defect("looking into it gave no usable answer")


def _defect(defect: str) -> PdfStructure:
    return PdfStructure(defects=(defect,))
