"""Options that stand in a YAML file of their own: `inbound = {yaml = "cloudfax-inbound.yaml"}`. Read through the one
door.

A connector is handed the file as maps, lists and texts: what a text means is for its model to say.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from faxrouter.language.findings import Findings
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode, read_yaml
from faxrouter.model.failure import Unavailable


def with_yaml(options: Mapping[str, object], *, home: Path) -> Mapping[str, object]:
    """The options with every such file read. Raises Unavailable, naming file and line, when one cannot be used."""
    return {key: _resolved(value, home) for key, value in options.items()}


def _resolved(value: object, home: Path) -> object:
    match value:
        case {"yaml": str(path), **rest} if not rest:
            return _read(home / path, path)
        case dict():
            return {key: _resolved(inner, home) for key, inner in value.items()}
        case _:
            return value


def _read(path: Path, name: str) -> Any:
    try:
        content = path.read_bytes()
    except OSError as err:
        raise Unavailable(f"cannot read `{name}`, which faxrouter.toml names: {err.strerror}") from err
    findings = Findings()
    node = read_yaml(name, content, findings=findings)
    problems = findings.sorted()
    if problems:
        first = problems[0]
        raise Unavailable(f"{first.place.line_reference} {first.code} {first.message}")
    if not isinstance(node, MapNode):
        raise Unavailable(f"`{name}`, which faxrouter.toml names, holds no keys and values")
    return _plain(node)


def _plain(node: Node) -> Any:
    match node:
        case ScalarNode():
            return node.text
        case ListNode():
            return [_plain(item) for item in node.items]
        case MapNode():
            return {key.text: _plain(value) for key, value in node.entries}
