"""The queues of `workspaces.yaml`: who does their tasks. Knows no task and no system."""

from collections.abc import Mapping

from faxrouter.language.declarations.entries import distinct
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import QueueDeclaration
from faxrouter.language.shapes import as_map, as_text, check_keys, entries_of
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode

QUEUE_KEYS = ("workflow", "assign to")


def read_queues(node: Node | None, *, findings: Findings) -> Mapping[str, QueueDeclaration]:
    """Every queue, in the order of the file; none where there is no section."""
    declared: dict[str, QueueDeclaration] = {}
    for key, value in entries_of(as_map(node, "`queues`", findings=findings)):
        entry = as_map(value, f"the queue `{key.text}`", findings=findings)
        if entry is not None:
            declared.setdefault(key.text, _read_queue(key, entry, findings))
    return declared


def _read_queue(key: ScalarNode, entry: MapNode, findings: Findings) -> QueueDeclaration:
    what = f"the queue `{key.text}`"
    check_keys(entry, what, known=QUEUE_KEYS, findings=findings)
    workflow = as_text(entry.get("workflow"), "`workflow`", findings=findings)
    assignees = distinct(entry.get("assign to"), "`assign to`", findings=findings)
    if entry.get("workflow") is not None and entry.get("assign to") is not None:
        findings.add("R127", key.place, f"{what} has both `workflow` and `assign to`; keep one of them")
    elif _names_nobody(entry):
        instead = "write `workflow: NAME` or `assign to: [...]`"
        findings.add("R127", key.place, f"{what} has nobody who does its tasks; {instead}")
    return QueueDeclaration(
        name=key.text,
        workflow=workflow.text if workflow is not None else None,
        assignees=tuple(assignee.text for assignee in assignees),
        place=key.place,
    )


def _names_nobody(entry: MapNode) -> bool:
    """Nothing is written, or a blank. A key that is not known has been noted; it may be a misspelt `workflow`."""
    match [value for _, value in entry.entries]:
        case []:
            return True
        case [ListNode(items=items)]:
            return all(isinstance(item, ScalarNode) and not item.text.strip() for item in items)
        case [ScalarNode(text=text, quoted=True)]:
            return not text.strip()
        case _:
            return False
