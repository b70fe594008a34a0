"""The router of one rule set: facts gathered with their evidence, decided and planned."""

from datetime import UTC, datetime

import pytest

from faxrouter.app.routing import RuleRouter
from faxrouter.journal.decisions import DecidedDocument
from faxrouter.journal.faxes import Event, ReadDocument
from faxrouter.model.fact import Box, Confidence, Evidence, FactState
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.model.plan import RaiseException
from faxrouter.reload.gates import examine, serve
from small_home import IN_CLINIC, OTHERWISE, home

WHEN = datetime(2026, 3, 2, 18, 15, tzinfo=UTC)
COVER = Evidence(
    source="cover", reader="ocr 1", page=1, box=Box(left=1.0, top=2.0, width=3.0, height=0.5), text="MRN-0001"
)
FORM = Evidence(source="form", reader="ocr 1", page=2, text="3")


def routed(
    stated: dict[str, object],
    read: dict[str, object] | None = None,
    evidence: dict[str, tuple[Evidence, ...]] | None = None,
    *,
    defects: tuple[str, ...] = (),
) -> DecidedDocument:
    snapshot = home(OTHERWISE)
    rule_set = examine(snapshot).rule_set
    assert rule_set is not None
    document = Document(document_id="F-1-1", sha256="0" * 64, media_type="image/tiff", size=1, pages=1, defects=defects)
    event = Event(
        event_id="received:F-1",
        kind="received",
        fax_id="F-1",
        service="fake",
        reference="r",
        received_at=WHEN,
        stated_facts=stated,
        stated_by="sidecar scan.json",
    )
    fax = Fax(
        fax_id="F-1",
        direction=Direction.INBOUND,
        service="fake",
        reference="r",
        received_at=WHEN,
        documents=(document,),
    )
    router = RuleRouter(serve(rule_set, snapshot))
    return router.route(event, fax, read=ReadDocument(document=document, facts=read or {}, evidence=evidence or {}))


def test_a_fact_keeps_the_page_and_the_place_where_it_was_read() -> None:
    """A person who doubts a fact is shown where it stands."""
    decided = routed({"our_number": IN_CLINIC}, {"patient_id": "MRN-0001"}, {"patient_id": (COVER,)})

    assert (FactState.KNOWN, (COVER,)) == (decided.facts["patient_id"].state, decided.facts["patient_id"].evidence)


@pytest.mark.parametrize(
    ("read", "state", "confidence"),
    [
        (3, FactState.KNOWN, Confidence.HIGH),
        ({"values": [3], "confidence": "medium"}, FactState.KNOWN, Confidence.MEDIUM),
        ({"state": "uncertain", "values": [3], "confidence": "low"}, FactState.UNCERTAIN, Confidence.LOW),
        ({"state": "not_evaluated"}, FactState.NOT_EVALUATED, None),
        ("many", FactState.ERROR, None),
    ],
)
def test_evidence_changes_nothing_else_of_a_fact(read: object, state: FactState, confidence: Confidence | None) -> None:
    """State and confidence are those of the reading; the evidence is kept in each state."""
    fact = routed({"our_number": IN_CLINIC}, {"pages": read}, {"pages": (FORM,)}).facts["pages"]

    assert (state, confidence, (FORM,)) == (fact.state, fact.confidence, fact.evidence)


def test_what_nobody_saw_is_absent_with_or_without_evidence() -> None:
    """A reader that found nothing says null."""
    fact = routed({"our_number": IN_CLINIC}, {"pages": None}, {"pages": (FORM,)}).facts["pages"]

    assert FactState.ABSENT is fact.state


def test_what_a_stranger_claims_as_evidence_is_not_kept() -> None:
    """A sidecar cannot say that a person, or a barcode, has seen it."""
    claimed = {"values": ["MRN-9999"], "evidence": [{"source": "person", "reader": "the director"}]}

    fact = routed({"patient_id": claimed}, {"patient_id": "MRN-0001"}, {"patient_id": (COVER,)}).facts["patient_id"]

    assert FactState.CONFLICT is fact.state
    assert ["sidecar", "cover"] == [one.source for one in fact.evidence]


def test_what_was_stated_and_cannot_be_used_is_said() -> None:
    """Unknown names and refused values; never the value."""
    decided = routed({"our_number": IN_CLINIC, "page": 3, "pages": "SECRET-VALUE"})

    assert (
        "sidecar scan.json: unknown fact `page`, which no rule can use; did you mean `pages`?",
        "sidecar scan.json: `pages` is not a number",
    ) == decided.notices
    assert "SECRET-VALUE" not in " ".join(decided.notices)


def test_what_a_reader_reads_beyond_the_home_is_no_notice() -> None:
    """The home chooses among what can be read; what it left out is nobody's mistake."""
    decided = routed({"our_number": IN_CLINIC}, {"signal_rate": 14400}, {"signal_rate": (FORM,)})

    assert ((), False) == (decided.notices, "signal_rate" in decided.facts)


def test_a_damaged_document_is_parked_by_its_plan() -> None:
    """It is decided like any other: holds and record classes stand."""
    decided = routed({"our_number": IN_CLINIC}, defects=("truncated after page 1",))

    assert decided.plan.parked
    assert ["defects"] == [one.kind for one in decided.plan.actions if isinstance(one, RaiseException)]
