"""Facts in their one written shape: FACTS.json, the journal, one line of `decide`. Knows no file."""

from faxrouter.facts.lookups import LOOKUP
from faxrouter.language.values import write_json_value
from faxrouter.model.fact import Evidence, Fact, Facts


def write_facts(facts: Facts, *, evidence: bool = False) -> dict[str, object]:
    """The `facts` object that `read_facts` reads back as equal facts, names in order.

    Lookup facts are left out: reading fills them again, from the rows of the rule set that reads.
    """
    return {
        name: write_fact(facts[name], evidence=evidence) for name in sorted(facts) if not _is_looked_up(facts[name])
    }


def write_fact(fact: Fact, *, evidence: bool = False) -> dict[str, object]:
    """One fact as `{"state", "values"?, "confidence"?, "reason"?, "evidence"?}`."""
    written: dict[str, object] = {"state": fact.state.value}
    values = [write_json_value(value) for value in fact.values]
    if fact.is_known and isinstance(fact.values[0], frozenset):
        # the values of a known set are its members
        written["values"] = values[0]
    elif values:
        written["values"] = values
    if fact.confidence is not None:
        written["confidence"] = fact.confidence.word
    if fact.reason is not None:
        written["reason"] = fact.reason
    if evidence and fact.evidence:
        written["evidence"] = [write_evidence(one) for one in fact.evidence]
    return written


def write_evidence(evidence: Evidence) -> dict[str, object]:
    """One piece of evidence, as a stated fact may carry it in its list `evidence`."""
    written: dict[str, object] = {"source": evidence.source}
    if evidence.reader:
        written["reader"] = evidence.reader
    if evidence.page is not None:
        written["page"] = evidence.page
    if evidence.box is not None:
        box = evidence.box
        written["box"] = [box.left, box.top, box.width, box.height]
    if evidence.text:
        written["text"] = evidence.text
    return written


def _is_looked_up(fact: Fact) -> bool:
    return [one.source for one in fact.evidence] == [LOOKUP]
