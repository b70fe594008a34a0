"""The one door for YAML: bytes become nodes with places, and every scalar stays text. Knows no meaning of any key.

Nodes are built from libyaml's events without recursion, so that depth, size, aliases and duplicate keys are judged
before anything is nested (facts/building: 30,000 nested brackets crash libyaml's composer).
"""

import re
from dataclasses import dataclass
from typing import Protocol

import yaml

from faxrouter.language.findings import Findings
from faxrouter.language.yaml_faults import YamlFault, explain
from faxrouter.model.problem import Place

MAX_BYTES = 8 * 1024 * 1024
MAX_DEPTH = 64
# Keys and values of one file: ten times those of a thousand ten-line rules.
MAX_VALUES = 500_000
_SWALLOWED = re.compile(r"\s*(#\S.*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarNode:
    """One value as the author wrote it; empty text where nothing was written."""

    place: Place
    text: str
    quoted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListNode:
    place: Place
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapNode:
    place: Place
    entries: "tuple[tuple[ScalarNode, Node], ...]"

    def get(self, key: str) -> "Node | None":
        return next((value for name, value in self.entries if name.text == key), None)

    def key(self, key: str) -> ScalarNode | None:
        """The key's own node, for its place."""
        return next((name for name, _ in self.entries if name.text == key), None)


Node = ScalarNode | ListNode | MapNode


class _Mark(Protocol):
    """A position as libyaml gives it: 0-based."""

    @property
    def line(self) -> int: ...

    @property
    def column(self) -> int: ...


class _Open:
    """A list or map whose end has not been read yet."""

    __slots__ = ("is_map", "keys", "parts", "place")

    def __init__(self, place: Place, *, is_map: bool) -> None:
        self.place = place
        self.is_map = is_map
        self.parts: list[Node] = []
        self.keys: dict[str, Place] = {}


class _Stop(Exception):
    """The file cannot be read any further; its problem is already noted."""


def read_yaml(file: str, content: bytes, *, findings: Findings) -> Node | None:
    """The root node of one file, or None when it could not be read to its end; problems go to `findings`.

    `file` is the home-relative path that places will carry. An empty file gives an empty map.
    """
    text = decode(file, content, findings=findings)
    if text is None:
        return None
    try:
        root = _build(file, text, findings)
    except _Stop:
        return None
    except yaml.MarkedYAMLError as error:
        _note_fault(file, explain(text, error), findings)
        return None
    except yaml.reader.ReaderError as error:
        before = text[: error.position] if isinstance(error.position, int) else ""
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        message = f"cannot be read: {error.reason}; remove the control character"
        findings.add("R002", Place(file=file, line=line, column=column), message)
        return None
    return root or MapNode(place=Place(file=file), entries=())


def decode(file: str, content: bytes, *, findings: Findings) -> str | None:
    """The text of a rule file, or None with its problem noted: too large, or not UTF-8."""
    if len(content) > MAX_BYTES:
        findings.add("R003", Place(file=file), f"the file has {len(content):,} bytes; the limit is {MAX_BYTES:,}")
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start]
        place = Place(file=file, line=before.count(b"\n") + 1, column=error.start - (before.rfind(b"\n") + 1) + 1)
        findings.add("R001", place, f"byte 0x{content[error.start]:02x} is not UTF-8; save the file as UTF-8")
        return None


def _note_fault(file: str, fault: YamlFault, findings: Findings) -> None:
    # a bracket that is swallowed by ` #5, x]` is one mistake, and it has been noted
    cut = {problem.place.line for problem in findings.problems if problem.code == "R006" and problem.place.file == file}
    if fault.open_since is None or not any(line >= fault.open_since for line in cut):
        place = Place(file=file, line=fault.line, column=fault.column)
        findings.add("R002", place, f"cannot be read: {fault.message}")


def _build(file: str, text: str, findings: Findings) -> Node | None:
    lines = text.split("\n")
    stack: list[_Open] = []
    root: Node | None = None
    documents = 0
    values = 0

    def place_of(mark: _Mark | None) -> Place:
        return Place(file=file, line=mark.line + 1, column=mark.column + 1) if mark else Place(file=file)

    def attach(node: Node) -> None:
        nonlocal root
        if not stack:
            root = node
            return
        parent = stack[-1]
        if parent.is_map and len(parent.parts) % 2 == 0:
            _check_key(node, parent, findings)
        parent.parts.append(node)

    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        match event:
            case yaml.ScalarEvent():
                values += 1
                if values > MAX_VALUES:
                    place = place_of(event.start_mark)
                    findings.add("R003", place, f"the file has more than {MAX_VALUES:,} values; split it")
                    raise _Stop
                _refuse_indirection(event, place_of(event.start_mark), findings)
                # libyaml gives a plain scalar the style ""
                quoted = bool(event.style)
                attach(ScalarNode(place=place_of(event.start_mark), text=event.value, quoted=quoted))
                if not quoted:
                    _check_swallowed(event, place_of(event.start_mark), lines, findings)
            case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                place = place_of(event.start_mark)
                _refuse_indirection(event, place, findings)
                if len(stack) >= MAX_DEPTH:
                    findings.add("R003", place, f"lists and maps are nested more than {MAX_DEPTH} deep")
                    raise _Stop
                stack.append(_Open(place, is_map=isinstance(event, yaml.MappingStartEvent)))
            case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                attach(_close(stack.pop()))
            case yaml.AliasEvent():
                findings.add(
                    "R005", place_of(event.start_mark), f"`*{event.anchor}` repeats another line; write it out"
                )
                attach(ScalarNode(place=place_of(event.start_mark), text=""))
            case yaml.DocumentStartEvent():
                documents += 1
                if documents > 1:
                    findings.add("R002", place_of(event.start_mark), "a second document starts here; use one file each")
                    raise _Stop
            case _:
                pass
    return root


def _refuse_indirection(event: yaml.NodeEvent, place: Place, findings: Findings) -> None:
    if event.anchor is not None:
        findings.add(
            "R005", place, f"`&{event.anchor}` names a value for repetition; write the value out where it is used"
        )
    tag = getattr(event, "tag", None)
    if tag is not None:
        findings.add("R005", place, f"`{tag}` is a YAML tag; values are typed by the fact they are compared with")


def _check_key(node: Node, parent: _Open, findings: Findings) -> None:
    if not isinstance(node, ScalarNode):
        findings.add("R007", node.place, "a key must be a word, not a list or a map")
        return
    if node.text == "<<" and not node.quoted:
        findings.add("R005", node.place, "`<<` merges another map; write its lines out")
    first = parent.keys.get(node.text)
    if first is not None:
        message = f"`{node.text}` stands twice in this map: here and on line {first.line}; keep one"
        findings.add("R004", node.place, message, others=(first,))
    parent.keys.setdefault(node.text, node.place)


def _check_swallowed(event: yaml.ScalarEvent, place: Place, lines: list[str], findings: Findings) -> None:
    """A plain value followed by ` #x` lost its tail to a comment; ` # x` is a comment that was meant."""
    end = event.end_mark
    line = lines[end.line] if end and end.line < len(lines) else ""
    swallowed = _SWALLOWED.match(line, end.column) if end and line else None
    if swallowed and (event.value or swallowed.group().startswith((" ", "\t"))):
        lost = swallowed.group(1).strip()
        message = f"`{lost}` is read as a comment, not as part of the value; put the value in quotes"
        findings.add("R006", place, message)


def _close(done: _Open) -> Node:
    if not done.is_map:
        return ListNode(place=done.place, items=tuple(done.parts))
    pairs = zip(done.parts[::2], done.parts[1::2], strict=True)
    return MapNode(place=done.place, entries=tuple((key, value) for key, value in pairs if isinstance(key, ScalarNode)))
