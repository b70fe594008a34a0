"""The approval paths of `approvals.yaml`: who must say yes, in which stages. Knows no person and no document."""

import re
from collections.abc import Mapping

from faxrouter.language.declarations.entries import typed
from faxrouter.language.durations import read_duration
from faxrouter.language.findings import Findings
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import ApprovalPath, ApprovalStage
from faxrouter.language.shapes import as_list, as_map, as_text, as_yes_no, check_keys, check_language, entries_of
from faxrouter.language.source import MapNode, Node, ScalarNode

PATH_KEYS = ("stages", "by rule")
STAGE_KEYS = ("group", "people", "within", "escalate to")
_MOST_PEOPLE = 20


def read_approval_paths(root: MapNode, *, findings: Findings) -> Mapping[str, ApprovalPath]:
    """Every path, in the order of the file."""
    check_language(root, findings=findings)
    check_keys(root, "approvals.yaml", known=("language", "paths"), required=("paths",), findings=findings)
    declared: dict[str, ApprovalPath] = {}
    for key, node in entries_of(as_map(root.get("paths"), "`paths`", findings=findings)):
        entry = as_map(node, f"the approval path `{key.text}`", findings=findings)
        if entry is not None:
            declared.setdefault(key.text, _read_path(key, entry, findings))
    return declared


def _read_path(key: ScalarNode, entry: MapNode, findings: Findings) -> ApprovalPath:
    what = f"the approval path `{key.text}`"
    check_keys(entry, what, known=PATH_KEYS, findings=findings)
    by_rule = as_yes_no(entry.get("by rule"), "`by rule`", findings=findings, default=False)
    stages = as_list(entry.get("stages"), "`stages`", findings=findings)
    read = [_read_stage(node, findings) for node in stages.items] if stages is not None else []
    if by_rule and read:
        findings.add("R140", key.place, f"{what} has both `by rule: yes` and `stages`; keep one")
    if not by_rule and not read:
        findings.add("R140", key.place, f"{what} has nobody to ask; write `stages: [...]`, or `by rule: yes`")
    return ApprovalPath(name=key.text, by_rule=by_rule, stages=tuple(stage for stage in read if stage), place=key.place)


def _read_stage(node: Node, findings: Findings) -> ApprovalStage | None:
    entry = as_map(node, "a stage", findings=findings)
    if entry is None:
        return None
    check_keys(entry, "a stage", known=STAGE_KEYS, required=("group",), findings=findings)
    group = as_text(entry.get("group"), "`group`", findings=findings)
    people = typed(entry.get("people"), "`people`", read=_read_people, findings=findings)
    within = as_text(entry.get("within"), "`within`", findings=findings)
    typed(within, "`within`", read=read_duration, findings=findings)
    escalate_to = as_text(entry.get("escalate to"), "`escalate to`", findings=findings)
    if escalate_to is not None and entry.get("within") is None:
        message = "`escalate to` needs `within:`, the time after which it happens"
        findings.add("R141", escalate_to.place, message)
    if group is None:
        return None
    return ApprovalStage(
        group=group.text,
        people=people or 1,
        within=within.text if within else None,
        escalate_to=escalate_to.text if escalate_to else None,
        place=entry.place,
    )


def _read_people(text: str) -> int | Refusal:
    if re.fullmatch("[0-9]{1,3}", text) and 1 <= int(text) <= _MOST_PEOPLE:
        return int(text)
    return Refusal(f"is not a number of people from 1 to {_MOST_PEOPLE}")
