"""One served rule set as the workflow's router: facts gathered, decided, planned. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass

from faxrouter.facts.gather import gather
from faxrouter.journal.decisions import DecidedDocument
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.journal.rule_sets import RuleSetTexts
from faxrouter.model.fact import Evidence, Facts
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
        facts = facts_of(self.served, event, read)
        decision = self.served.decide(facts)
        return DecidedDocument(
            document_id=read.document.document_id,
            facts=facts,
            decision=decision,
            plan=plan(self.served.rule_set, decision, facts, fax=fax, document=read.document),
        )


def facts_of(served: ServedRules, event: Event, read: ReadDocument) -> Facts:
    """The facts of one document: what the service stated, and what its own structure says, each with its evidence."""
    stated = (event.stated_by, event.stated_facts)
    readings = [stated, *readings_of(read.facts, read.evidence)]
    return gather(served.rule_set, readings, at=event.received_at).facts


def readings_of(facts: Mapping[str, object], evidence: Mapping[str, tuple[Evidence, ...]]) -> list[tuple[str, object]]:
    """What an inspection read, as one source for each kind of evidence: every fact keeps where it was read."""
    by_source: dict[str, dict[str, object]] = {}
    for name, stated in facts.items():
        seen = evidence.get(name, ())
        source = f"{seen[0].source} {seen[0].reader}".strip() if seen else "page structure"
        by_source.setdefault(source, {})[name] = stated
    return list(by_source.items())
