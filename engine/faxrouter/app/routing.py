"""One served rule set as the workflow's router: facts gathered, decided, planned. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from faxrouter.facts.gather import Gathered, gather
from faxrouter.facts.writing import write_evidence
from faxrouter.journal.decisions import DecidedDocument
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.journal.rule_sets import RuleSetTexts
from faxrouter.language.ruleset import RuleSet
from faxrouter.model.fact import Evidence
from faxrouter.model.fax import Fax
from faxrouter.planning.plan import plan
from faxrouter.reload.live import ServedRules


@dataclass(frozen=True, slots=True)
class RuleRouter:
    """Routes documents by one rule set, from the first document of a fax to its last."""

    served: ServedRules

    @property
    def rule_set(self) -> RuleSetTexts:
        rule_set = self.served.rule_set
        return RuleSetTexts(digest=rule_set.digest, files=self.served.snapshot.files, versions=rule_set.versions)

    def route(self, event: Event, fax: Fax, *, read: ReadDocument) -> DecidedDocument:
        """What is to be done about one document. One with defects is decided like any other; its plan parks it."""
        gathered = facts_of(self.served, event, read)
        decision = self.served.decide(gathered.facts)
        return DecidedDocument(
            document_id=read.document.document_id,
            facts=gathered.facts,
            decision=decision,
            plan=plan(self.served.rule_set, decision, gathered.facts, fax=fax, document=read.document),
            notices=gathered.notices,
        )


def facts_of(served: ServedRules, event: Event, read: ReadDocument) -> Gathered:
    """The facts of one document: what the service stated, and what its own structure says, each with its evidence."""
    readings = [
        stated_reading(event.stated_by, event.stated_facts),
        *inspected_readings(served.rule_set, read.facts, read.evidence),
    ]
    return gather(served.rule_set, readings, at=event.received_at)


def stated_reading(source: str, stated: Mapping[str, object]) -> tuple[str, object]:
    """What a service or a sidecar states, without any evidence it claims: it speaks for itself, and a rule that asks
    for a barcode or a person shall not hear of one from a stranger."""
    return source, {name: _without_evidence(raw) for name, raw in sorted(stated.items())}


def inspected_readings(
    rule_set: RuleSet, facts: Mapping[str, object], evidence: Mapping[str, tuple[Evidence, ...]]
) -> list[tuple[str, object]]:
    """What an inspection read and the home has declared, one source for each kind of evidence. Every fact keeps the
    page and the place on it where it was read."""
    by_source: dict[str, dict[str, object]] = {}
    for name, raw in sorted(facts.items()):
        if name in rule_set.facts:
            seen = evidence.get(name, ())
            source = f"{seen[0].source} {seen[0].reader}".strip() if seen else "page structure"
            by_source.setdefault(source, {})[name] = _with_evidence(raw, seen)
    return list(by_source.items())


def _with_evidence(raw: object, seen: tuple[Evidence, ...]) -> object:
    if raw is None or not seen:
        return raw
    stated = dict(raw) if isinstance(raw, Mapping) else {"values": raw if isinstance(raw, list) else [raw]}
    return {**stated, "evidence": [write_evidence(one) for one in seen]}


def _without_evidence(raw: object) -> object:
    return {key: value for key, value in raw.items() if key != "evidence"} if isinstance(raw, Mapping) else raw
