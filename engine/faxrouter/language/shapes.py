"""Reading nodes in the shape a place needs, noting what does not fit. Knows no key's meaning."""

from collections.abc import Collection, Iterator

from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode

LANGUAGE_VERSION = 1


def as_map(node: Node | None, what: str, *, findings: Findings) -> MapNode | None:
    """The node as a map; None with R007 noted otherwise (nothing is noted for a missing node)."""
    if node is None or isinstance(node, MapNode):
        return node
    findings.add("R007", node.place, f"{what} must be a map (`key: value` lines)")
    return None


def as_list(node: Node | None, what: str, *, findings: Findings) -> ListNode | None:
    if node is None or isinstance(node, ListNode):
        return node
    findings.add("R007", node.place, f"{what} must be a list (`- …` lines or `[a, b]`)")
    return None


def as_text(node: Node | None, what: str, *, findings: Findings) -> ScalarNode | None:
    """The node as one non-empty value."""
    if node is None:
        return None
    if not isinstance(node, ScalarNode):
        findings.add("R007", node.place, f"{what} must be a single value, not a list or a map")
        return None
    if node.text == "" and not node.quoted:
        findings.add("R009", node.place, f"{what} has no value")
        return None
    return node


def as_texts(node: Node | None, what: str, *, findings: Findings) -> tuple[ScalarNode, ...]:
    """One value or a list of values."""
    if node is None:
        return ()
    nodes = node.items if isinstance(node, ListNode) else (node,)
    texts = (as_text(entry, what, findings=findings) for entry in nodes)
    return tuple(text for text in texts if text is not None)


def as_yes_no(node: Node | None, what: str, *, findings: Findings, default: bool) -> bool:
    text = as_text(node, what, findings=findings)
    if text is None:
        return default
    if text.text not in ("yes", "no", "true", "false"):
        findings.add("R007", text.place, f"{what} must be `yes` or `no`, not `{text.text}`")
        return default
    return text.text in ("yes", "true")


def check_keys(
    node: MapNode,
    what: str,
    *,
    known: Collection[str],
    required: Collection[str] = (),
    findings: Findings,
) -> None:
    """Note every key that `what` does not know (R008) and every required one that is missing (R009)."""
    for key, _ in node.entries:
        if key.text not in known:
            hint = did_you_mean(key.text, known)
            findings.add(
                "R008", key.place, f"unknown key `{key.text}` in {what}{hint or '; known: ' + ', '.join(known)}"
            )
    for name in required:
        if node.get(name) is None:
            findings.add("R009", node.place, f"{what} needs `{name}:`")


def entries_of(node: MapNode | None) -> Iterator[tuple[ScalarNode, Node]]:
    yield from node.entries if node is not None else ()


def check_language(root: MapNode, *, findings: Findings) -> None:
    """Every YAML file starts with `language: 1` (rule-language section 11)."""
    node = root.get("language")
    if node is None:
        findings.add("R009", root.place, "the file needs `language: 1` as its first line")
        return
    version = as_text(node, "`language`", findings=findings)
    if version is not None and version.text != str(LANGUAGE_VERSION):
        findings.add("R010", version.place, f"language version `{version.text}` is not known; write `language: 1`")
