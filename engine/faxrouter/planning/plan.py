"""The plan for one document of one fax: everything that a decision asks for, as ordered actions. Pure; knows no system.

Order: the workspace, the document, holds, record classes, tasks, what waits for its connector, what a person must see.
A parked document, one with defects, or one whose metadata its category would not take, is filed as well: in the
exception workspace, with its holds and its retention, and nothing else acts for it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from faxrouter.deciding.candidates import event_moment
from faxrouter.language.ruleset import RuleSet
from faxrouter.language.text_filters import one_line
from faxrouter.model.decision import Contribution, Decided, Decision, Policy
from faxrouter.model.fact import Facts
from faxrouter.model.fax import Direction, Document, Fax
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
from faxrouter.planning.metadata import Metadata, metadata_of
from faxrouter.planning.naming import action_key, document_name, short_hash
from faxrouter.planning.outcomes import rendered_outcomes, rendered_value
from faxrouter.planning.rendering import ORGANISATION, Renderer
from faxrouter.planning.targets import Destination, destination, exceptions_target
from faxrouter.planning.tasks import tasks_of

RETENTION, HOLD = "retention", "hold"
# decided and journalled now, performed once their rooms stand
AWAITED = ("approval", "send", "reply", "notify")
# the approval that nobody can give
BLOCK = "block"


def plan(rule_set: RuleSet, decision: Decision, facts: Facts, *, fax: Fax, document: Document) -> Plan:
    """What will be done. The same arguments give an equal plan, with equal keys."""
    renderer = Renderer(rule_set, facts)
    planning = _Planning(rule_set, decision, facts, fax, document, renderer)
    where = destination(rule_set, decision, facts, renderer=renderer)
    files = fax.direction is Direction.INBOUND
    no_workspace = files and where is None and not decision.parked
    parked = bool(decision.parked or document.defects or no_workspace)
    metadata = metadata_of(rule_set, decision, renderer=renderer) if where is not None and not parked else Metadata()
    parked = parked or bool(metadata.misfits)
    actions = list(planning.parking(no_workspace, metadata) if parked else planning.doing(where, metadata))
    outcomes = rendered_outcomes(decision, renderer)
    actions += planning.mistakes()
    return Plan(
        fax_id=fax.fax_id,
        document_id=document.document_id,
        department=planning.department,
        rule_set=decision.rule_set,
        case=fax.fax_id if parked or where is None or where.case is None else where.case,
        actions=_once(actions),
        outcomes=outcomes,
        parked=parked,
        problems=tuple(renderer.problems),
    )


@dataclass(frozen=True, slots=True)
class _Planning:
    """What every part of one plan needs."""

    rule_set: RuleSet
    decision: Decision
    facts: Facts
    fax: Fax
    document: Document
    renderer: Renderer

    @property
    def department(self) -> str:
        return self.decision.department or ORGANISATION

    def doing(self, where: Destination | None, metadata: Metadata) -> Iterator[Action]:
        # the document is kept by the department whose workspace it enters, which an organisation rule may choose freely
        keeper = where.target.department if where is not None else self.department
        if where is not None:
            yield self._open(where)
            yield self._store(keeper, metadata)
        yield from self._keep(keeper)
        for task in tasks_of(self.decision, since=self._moment(), renderer=self.renderer):
            case = where.case if where is not None and where.case is not None else self.fax.fax_id
            yield PutTask(
                idempotency_key=self._key("task", task.kind),
                # whoever may see the document may put a task about it
                department=keeper,
                task_key=f"{self.department}|{case}|{task.kind}",
                kind=task.kind,
                queue=task.queue,
                workflow=task.workflow,
                title=task.title,
                due_at=task.due.isoformat(timespec="seconds") if task.due is not None else None,
                task_priority=task.task_priority,
                escalate_to=task.escalate_to,
                rules=task.rules,
                assignees=task.assignees,
            )
        yield from self._awaited()
        if where is not None and where.unusable is not None:
            facts = (where.key_fact,) if where.key_fact is not None else ()
            yield self._exception("key-not-usable", where.unusable, facts)
        for decided in self.decision.outcomes.values():
            yield from self._doubts(decided)

    def parking(self, no_workspace: bool, metadata: Metadata) -> Iterator[Action]:
        """Parking is filing. A document that is not ours to file (an outbound one) only gets its entries."""
        if self.fax.direction is Direction.INBOUND:
            target = exceptions_target(self.rule_set, self.decision.department)
            yield self._open(Destination(target=target))
            yield self._store(target.department, Metadata())
            yield from self._keep(target.department)
        for undecided in self.decision.parked:
            reason = f"`{undecided.outcome}`: {undecided.reason}"
            yield self._exception("parked", reason, undecided.facts, member=undecided.outcome)
        if no_workspace:
            yield self._exception("parked", "no rule said where to file it", (), member="workspace")
        if metadata.misfits:
            yield self._exception("metadata", "; ".join(metadata.misfits), metadata.facts)
        if self.document.defects:
            yield self._exception("defects", "; ".join(self.document.defects), ())

    def mistakes(self) -> Iterator[Action]:
        """Texts that could not be made as they were meant, found while the other actions were planned."""
        for problem in self.renderer.problems:
            reason = f"{problem.place.line_reference} {problem.message}"
            yield self._exception("template", reason, (), member=short_hash(reason))

    def _open(self, where: Destination) -> OpenWorkspace:
        return OpenWorkspace(
            idempotency_key=self._key("workspace"), department=where.target.department, target=where.target
        )

    def _store(self, keeper: str, metadata: Metadata) -> StoreDocument:
        department = self.decision.department
        return StoreDocument(
            idempotency_key=self._key("store"),
            department=keeper,
            document_id=self.document.document_id,
            sha256=self.document.sha256,
            media_type=self.document.media_type,
            name=document_name(self.fax, self.document, zone=self.renderer.zone(department)),
            category=metadata.category,
            attributes=metadata.attributes,
            refuge=exceptions_target(self.rule_set, department) if metadata.category is not None else None,
        )

    def _keep(self, keeper: str) -> Iterator[Action]:
        """Holds, certain and possible, and every record class that remains; each with its rule and authority."""
        hold = self.decision.outcomes.get(HOLD)
        for one in (*hold.contributions, *hold.possible) if hold is not None else ():
            # a name that came out empty is still a hold: it takes the rule's
            name = one_line(str(rendered_value(one, self.renderer))) or one.rule
            yield PlaceHold(
                idempotency_key=self._key("hold", name),
                department=keeper,
                hold=name,
                rule=one.rule,
                at=one.at.line_reference,
            )
        retention = self.decision.outcomes.get(RETENTION)
        for one in retention.contributions if retention is not None else ():
            record_class = self.rule_set.record_classes[str(one.value)]
            yield ClassifyRecord(
                idempotency_key=self._key("classify", record_class.name),
                department=keeper,
                record_class=record_class.name,
                rsi=record_class.rsi,
                rule=one.rule,
                at=one.at.line_reference,
                authority=record_class.authority,
            )

    def _awaited(self) -> Iterator[Action]:
        approval = self.decision.outcomes.get("approval")
        blocked = approval is not None and [one.value for one in approval.contributions] == [BLOCK]
        for outcome in AWAITED:
            if outcome == "send" and blocked:
                # what may not be sent does not wait to be sent
                continue
            decided = self.decision.outcomes.get(outcome)
            for one in decided.contributions if decided is not None else ():
                value = rendered_value(one, self.renderer)
                yield AwaitConnector(
                    idempotency_key=self._key(outcome, short_hash(value)),
                    department=self.department,
                    outcome=outcome,
                    value=value,
                    rule=one.rule,
                    at=one.at.line_reference,
                )

    def _doubts(self, decided: Decided) -> Iterator[Action]:
        """What a person must settle: members that might belong, and values that hung on a fact not known for sure."""
        if decided.policy is Policy.COLLECT and decided.possible and decided.outcome != HOLD:
            rules = _rules(decided.possible)
            reason = f"`{decided.outcome}` of {rules} might apply as well"
            yield self._exception("possible-member", reason, decided.hung_on, member=decided.outcome)
        elif decided.hung_on:
            reason = (
                f"`{decided.outcome}` of {_rules(decided.contributions)} hangs on facts that are not known for sure"
            )
            yield self._exception("unsure", reason, decided.hung_on, member=decided.outcome)

    def _exception(self, kind: str, reason: str, facts: tuple[str, ...], *, member: str = "") -> RaiseException:
        return RaiseException(
            idempotency_key=self._key(f"exception-{kind}", member),
            department=self.department,
            kind=kind,
            reason=reason,
            facts=facts,
        )

    def _moment(self) -> datetime:
        """The event's own moment; a fax that names none counts from its receipt."""
        moment = self.facts[event_moment(self.facts)].value
        return moment if isinstance(moment, datetime) else self.fax.received_at.astimezone(UTC)

    def _key(self, operation: str, member: str = "") -> str:
        return action_key(self.fax, self.document, operation, member)


def _once(actions: list[Action]) -> tuple[Action, ...]:
    """Members that became equal when their texts were rendered are one action: the first."""
    kept: dict[str, Action] = {}
    for action in actions:
        kept.setdefault(action.idempotency_key, action)
    return tuple(kept.values())


def _rules(contributions: tuple[Contribution, ...]) -> str:
    return ", ".join(dict.fromkeys(f"{one.rule} ({one.at.line_reference})" for one in contributions))
