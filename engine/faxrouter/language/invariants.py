"""`must always:` of one file: what may never happen, unless the outcomes are as said. Proves nothing."""

from typing import Any

from faxrouter.language.findings import Findings
from faxrouter.language.outputs import OutputReader
from faxrouter.language.presence import forgotten_absence
from faxrouter.language.rule_options import read_id
from faxrouter.language.ruleset import Invariant
from faxrouter.language.shapes import as_list, as_map, as_text, check_keys, entries_of
from faxrouter.language.source import ListNode, MapNode, Node
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.language.when import ConditionReader
from faxrouter.model.problem import Place

INVARIANT_KEYS = ("id", "why", "never", "unless")


def read_invariants(
    node: Node | None,
    *,
    vocabulary: Vocabulary,
    conditions: ConditionReader,
    outputs: OutputReader,
    findings: Findings,
) -> tuple[Invariant, ...]:
    """Every entry that could be read, as written."""
    entries = as_list(node, "`must always`", findings=findings)
    read: list[Invariant] = []
    seen: dict[str, Place] = {}
    for entry in entries.items if entries else ():
        invariant_map = as_map(entry, "an invariant", findings=findings)
        if invariant_map is None:
            continue
        invariant = _read(invariant_map, conditions=conditions, outputs=outputs, findings=findings)
        if invariant is None:
            continue
        first = seen.setdefault(invariant.id, invariant.place)
        if first is not invariant.place:
            message = f"the invariant `{invariant.id}` stands twice: here and on line {first.line}; give one another id"
            findings.add("R311", invariant.place, message, others=(first,))
        for place, message in forgotten_absence(invariant.never, certain=vocabulary.always, in_never=True):
            findings.add("R220", place, message)
        read.append(invariant)
    return tuple(read)


def _read(node: MapNode, *, conditions: ConditionReader, outputs: OutputReader, findings: Findings) -> Invariant | None:
    check_keys(node, "an invariant", known=INVARIANT_KEYS, required=("never",), findings=findings)
    id_ = read_id(node, "an invariant", findings=findings)
    as_text(node.get("why"), "`why`", findings=findings)
    never_node = node.get("never")
    never = conditions.read_map(never_node, "`never`") if never_node is not None else None
    unless: dict[str, tuple[Any, ...]] = {}
    for key, value in entries_of(as_map(node.get("unless"), "`unless`", findings=findings)):
        outcome = outputs.outcome(key)
        if outcome is None:
            continue
        choices = value.items if isinstance(value, ListNode) else (value,)
        allowed = [outputs.read_expected(outcome, choice) for choice in choices]
        unless[outcome.name] = tuple(value for value in allowed if value is not None)
    if id_ is None or never is None:
        return None
    return Invariant(id=id_.text, never=never, unless=unless, place=id_.place)
