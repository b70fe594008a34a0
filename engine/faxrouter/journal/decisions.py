"""Decisions as the journal keeps them: facts as they were, the decision with its rules and places, and the plan.

Rules, places, record classes and holds are proof; values of facts and rendered texts are payload.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, assert_never

from faxrouter.journal.faxes import Event
from faxrouter.journal.forms import kind_of
from faxrouter.journal.journal import Entry, Journal, Journalled, Writing
from faxrouter.model.decision import Contribution, Decided, Decision
from faxrouter.model.fact import Facts
from faxrouter.model.failure import Unavailable
from faxrouter.model.plan import (
    Action,
    AwaitConnector,
    ClassifyRecord,
    OpenWorkspace,
    PlaceHold,
    Plan,
    PutTask,
    RaiseException,
    StoreDocument,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedDocument:
    """Everything that was decided for one document by one event."""

    document_id: str
    facts: Facts
    decision: Decision
    plan: Plan
    # what was stated and could not be used: names of facts, sources and mistakes
    notices: tuple[str, ...] = ()


def decision_key(event_id: str, document_id: str) -> str:
    return f"{event_id}:{document_id}"


def record_decision(writing: Writing, event: Event, decided: DecidedDocument, *, case_key: str) -> int | None:
    """Journal facts, decision and plan. The answer is the document's position in the line of its case; None when this
    event had been decided for this document before (nothing is written then)."""
    key = decision_key(event.event_id, decided.document_id)
    decision, plan = decided.decision, decided.plan

    def entry(kind: str, body: Mapping[str, Any], payload: object) -> Entry:
        return Entry(
            kind=kind,
            key=key,
            fax_id=event.fax_id,
            document_id=decided.document_id,
            case_key=case_key,
            department=plan.department,
            body=body,
            payload=payload,
        )

    states = {name: fact.state.value for name, fact in decided.facts.items()}
    if not writing.append(entry("facts", {"states": states}, decided.facts)):
        return None
    if decided.notices:
        writing.add(entry("notices", {"count": len(decided.notices)}, list(decided.notices)))
    writing.add(entry("decision", _decision_proof(decision), decision))
    position = writing.next_position(case_key)
    proof = {
        "rule_set": plan.rule_set,
        "parked": plan.parked,
        "position": position,
        "actions": [_action_proof(action) for action in plan.actions],
    }
    writing.add(entry("plan", proof, plan))
    return position


def load_decisions(journal: Journal, fax_id: str) -> list[DecidedDocument]:
    """Every decision about a fax, oldest first. Raises Unavailable when its content was erased."""
    found = journal.entries("facts", "notices", "decision", "plan", fax_id=fax_id)
    by_key: dict[str, dict[str, Journalled]] = {}
    for entry in found:
        if entry.erased:
            raise Unavailable(f"the content of fax {fax_id} was erased; only the proof of its decision stands")
        by_key.setdefault(entry.key, {})[entry.kind] = entry
    return [
        DecidedDocument(
            document_id=parts["plan"].document_id or "",
            facts=parts["facts"].payload,
            decision=parts["decision"].payload,
            plan=parts["plan"].payload,
            notices=tuple(parts["notices"].payload) if "notices" in parts else (),
        )
        for parts in by_key.values()
    ]


def load_plan(journal: Journal, document_id: str) -> Plan:
    """The newest plan of a document. Raises Unavailable when there is none or it was erased."""
    plans = journal.entries("plan", document_id=document_id)
    if not plans or plans[-1].erased:
        raise Unavailable(f"document {document_id} has no plan, or its content was erased")
    plan: Plan = plans[-1].payload
    return plan


def _decision_proof(decision: Decision) -> dict[str, Any]:
    return {
        "rule_set": decision.rule_set,
        "department": decision.department,
        "scope_known": decision.scope_known,
        "outcomes": {name: _decided_proof(decided) for name, decided in decision.outcomes.items()},
        "parked": [
            {"outcome": undecided.outcome, "facts": list(undecided.facts), "reason": undecided.reason}
            for undecided in decision.parked
        ],
    }


def _decided_proof(decided: Decided) -> dict[str, Any]:
    return {
        "policy": decided.policy.value,
        "contributions": [_contribution_proof(contribution) for contribution in decided.contributions],
        "possible": [_contribution_proof(contribution) for contribution in decided.possible],
        "hung_on": list(decided.hung_on),
    }


def _contribution_proof(contribution: Contribution) -> dict[str, Any]:
    return {
        "rule": contribution.rule,
        "at": contribution.at.line_reference,
        "certain": contribution.certain,
        "department": contribution.department,
    }


def _action_proof(action: Action) -> dict[str, Any]:
    proof: dict[str, Any] = {
        "kind": kind_of(action),
        "key": action.idempotency_key,
        "department": action.department,
    }
    match action:
        case ClassifyRecord():
            return proof | {
                "record_class": action.record_class,
                "rsi": action.rsi,
                "rule": action.rule,
                "at": action.at,
                "authority": action.authority,
            }
        case PlaceHold():
            return proof | {"hold": action.hold, "rule": action.rule, "at": action.at}
        case StoreDocument():
            return proof | {"sha256": action.sha256}
        case PutTask():
            return proof | {"task_kind": action.kind, "rules": list(action.rules)}
        case AwaitConnector():
            return proof | {"outcome": action.outcome, "rule": action.rule, "at": action.at}
        case RaiseException():
            return proof | {"exception": action.kind, "facts": list(action.facts)}
        case OpenWorkspace():
            return proof
    assert_never(action)
