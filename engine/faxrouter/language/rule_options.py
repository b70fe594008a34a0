"""What rules and tables say about themselves beside their conditions: `why`, `priority`, `apply`, `valid`, their id."""

import re
from dataclasses import dataclass
from datetime import date

from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.instants import read_date
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import Group, Priority, Valid
from faxrouter.language.shapes import as_map, as_text, check_keys
from faxrouter.language.source import MapNode, Node, ScalarNode
from faxrouter.language.vocabulary import Vocabulary

OPTION_KEYS = ("why", "priority", "apply", "valid")
_ID = re.compile(r"[a-z0-9-]+")
_LONGEST_ID = 100
_GROUPS = {"before departments": Group.BEFORE_DEPARTMENTS, "after departments": Group.AFTER_DEPARTMENTS}
_PRIORITIES = {priority.name.lower(): priority for priority in Priority}


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    why: str
    priority: Priority
    group: Group
    valid: Valid | None


def read_options(node: MapNode, *, gives_first: bool, vocabulary: Vocabulary, findings: Findings) -> Options:
    """The options of a rule or a table. `gives_first`: it sets an outcome whose policy is `first`."""
    why = as_text(node.get("why"), "`why`", findings=findings)
    return Options(
        why=why.text if why else "",
        priority=_read_priority(node, gives_first=gives_first, findings=findings),
        group=_read_group(node, gives_first=gives_first, vocabulary=vocabulary, findings=findings),
        valid=_read_valid(node.get("valid"), vocabulary=vocabulary, findings=findings),
    )


def read_id(node: MapNode, what: str, *, findings: Findings) -> ScalarNode | None:
    """`id:` of a rule, a table or an invariant; None with the problem noted."""
    id_ = as_text(node.get("id"), "`id`", findings=findings)
    if id_ is None:
        if node.get("id") is None:
            findings.add("R009", node.place, f"{what} needs `id:`")
        return None
    if not _ID.fullmatch(id_.text) or len(id_.text) > _LONGEST_ID:
        mended = re.sub(r"[^a-z0-9]+", "-", id_.text.lower()).strip("-")[:_LONGEST_ID]
        hint = f'; did you mean "{mended}"?' if mended else ""
        findings.add("R310", id_.place, f"the id `{id_.text}` may hold only a–z, 0–9 and `-`{hint}")
        return None
    return id_


def _read_priority(node: MapNode, *, gives_first: bool, findings: Findings) -> Priority:
    text = as_text(node.get("priority"), "`priority`", findings=findings)
    if text is None:
        return Priority.NORMAL
    if text.text not in _PRIORITIES:
        hint = did_you_mean(text.text, _PRIORITIES) or f"; use {', '.join(_PRIORITIES)}"
        findings.add("R315", text.place, f"unknown priority `{text.text}`{hint}")
        return Priority.NORMAL
    if not gives_first:
        findings.add(
            "R316",
            text.place,
            "`priority` orders only outcomes whose policy is `first`, and none is set here; remove it",
        )
    return _PRIORITIES[text.text]


def _read_group(node: MapNode, *, gives_first: bool, vocabulary: Vocabulary, findings: Findings) -> Group:
    text = as_text(node.get("apply"), "`apply`", findings=findings)
    if vocabulary.department is not None:
        if text is not None:
            findings.add("R313", text.place, "`apply` is only for organisation.rules.yaml; remove it")
        return Group.DEPARTMENT
    if text is None:
        if gives_first:
            findings.add(
                "R313",
                node.place,
                "a `first` outcome is set here; add `apply: before departments` or `apply: after departments`",
            )
        return Group.BEFORE_DEPARTMENTS
    if text.text not in _GROUPS:
        hint = did_you_mean(text.text, _GROUPS) or "; write `before departments` or `after departments`"
        findings.add("R313", text.place, f"unknown `apply: {text.text}`{hint}")
        return Group.BEFORE_DEPARTMENTS
    if not gives_first:
        findings.add(
            "R316", text.place, "`apply` orders only outcomes whose policy is `first`, and none is set here; remove it"
        )
    return _GROUPS[text.text]


def _read_valid(node: Node | None, *, vocabulary: Vocabulary, findings: Findings) -> Valid | None:
    valid = as_map(node, "`valid`", findings=findings)
    if valid is None:
        return None
    check_keys(valid, "`valid`", known=("from", "until"), findings=findings)
    start, end = (_read_day(valid.get(name), name, findings) for name in ("from", "until"))
    if not valid.entries:
        findings.add("R314", valid.place, "`valid` says nothing; write `from:`, `until:` or both")
        return None
    if start is not None and end is not None and start > end:
        findings.add("R314", valid.place, f"`valid` ends ({end}) before it begins ({start}); turn the dates round")
        return None
    return Valid(start=start, end=end, zone=vocabulary.zone, place=valid.place)


def _read_day(node: Node | None, name: str, findings: Findings) -> date | None:
    text = as_text(node, f"`{name}`", findings=findings)
    if text is None:
        return None
    day = read_date(text.text)
    if isinstance(day, Refusal):
        findings.add("R314", text.place, day.message(text.text))
        return None
    return day
