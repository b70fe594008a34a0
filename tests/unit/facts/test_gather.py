"""All readings of one event, typed, merged and looked up."""

from datetime import UTC, date, datetime

import pytest

from faxrouter.facts.gather import gather
from faxrouter.facts.writing import write_evidence, write_facts
from faxrouter.language.ruleset import FactType, Lookup
from faxrouter.model.fact import ABSENT, Confidence, Evidence, Fact, FactState, known
from small_rules import HERE, declare, rule_set

AT = datetime(2026, 3, 1, 17, 30, tzinfo=UTC)
DESKS = Lookup(
    name="desks",
    key="our_number",
    gives={"desk": FactType.CHOICE, "since": FactType.DATE},
    rows={"+14155550100": {"desk": "front", "since": date(2020, 1, 1)}, "+14155550101": {"desk": "back"}},
    place=HERE,
)
LABS = Lookup(
    name="labs", key="station", gives={"lab": FactType.CHOICE}, rows={"mercy lab": {"lab": "mercy"}}, place=HERE
)
RULES = rule_set(
    declare("our_number", "phone"),
    declare("station", "text_short"),
    declare("pages", "whole_number"),
    declare("patient_id", "id", floor=Confidence.HIGH),
    declare("desks.desk", "choice", lookup="desks"),
    declare("desks.since", "date", lookup="desks"),
    declare("labs.lab", "choice", lookup="labs"),
    lookups=(DESKS, LABS),
)


def test_sources_are_merged_and_keep_their_evidence() -> None:
    """Carrier and TIFF tag agree; the sidecar is heard too."""

    gathered = gather(
        RULES,
        [("carrier", {"our_number": "+14155550100"}), ("tiff tag DID", {"our_number": "415 555 0100"})],
        at=AT,
    )
    expected = (
        Evidence(source="carrier", text="+14155550100"),
        Evidence(source="tiff tag", reader="DID", text="415 555 0100"),
    )

    assert known("+14155550100", evidence=expected) == gathered.facts["our_number"]


@pytest.mark.parametrize(
    ("source", "evidence"),
    [
        ("carrier", Evidence(source="carrier", text="3")),
        ("sidecar a b.json", Evidence(source="sidecar", reader="a b.json", text="3")),
        ("page structure", Evidence(source="page structure", text="3")),
        ("archive", Evidence(source="archive", text="3")),
    ],
)
def test_a_source_names_its_kind_and_its_file(source: str, evidence: Evidence) -> None:
    """What follows the kind of source is where in it."""

    assert (evidence,) == gather(RULES, [(source, {"pages": 3})]).facts["pages"].evidence


@pytest.mark.parametrize("source", ["test", "stated"])
def test_what_is_only_stated_has_no_evidence(source: str) -> None:
    """Nobody read it."""

    assert () == gather(RULES, [(source, {"station": "3"})]).facts["station"].evidence


@pytest.mark.parametrize("source", ["test", "sidecar fax.xml", "sidecar FAX.XML"])
def test_sources_of_texts_are_read_as_texts(source: str) -> None:
    """Rule tests are YAML, and XML has no numbers; a JSON sidecar has."""

    assert 3 == gather(RULES, [(source, {"pages": "3"})]).facts["pages"].value
    assert gather(RULES, [("sidecar fax.json", {"pages": "3"})]).facts["pages"].state is FactState.ERROR


def test_an_unknown_name_is_dropped_with_a_notice() -> None:
    """Did you mean, and no value in it."""

    gathered = gather(RULES, [("carrier", {"our_numbr": "+14155550100", "zebra\n\x1b[31m": 1, "x" * 300: 1})])

    assert "our_numbr" not in gathered.facts
    assert "carrier: unknown fact `our_numbr`, which no rule can use; did you mean `our_number`?" == gathered.notices[0]
    assert "zebra??[31m" in gathered.notices[1]
    assert all(len(notice) < 200 for notice in gathered.notices)


def test_a_refused_value_is_noticed_without_the_value() -> None:
    """A sidecar with wrong types: the fact is in error, and says why; fax content stays out of notices."""

    gathered = gather(RULES, [("sidecar fax.json", {"pages": "Mrs Smith"})])

    assert gathered.facts["pages"].state is FactState.ERROR
    assert ("sidecar fax.json: `pages` is not a number",) == gathered.notices


def test_a_stated_error_is_no_mistake() -> None:
    """Tests beside the rules state errors on purpose."""

    assert () == gather(RULES, [("test", {"pages": {"state": "error"}})]).notices


@pytest.mark.parametrize("stated", [None, [], "text", 3, [("pages", 3)]])
def test_a_source_that_states_no_object_says_nothing(stated: object) -> None:
    """Whatever JSON arrives, there is an answer."""

    gathered = gather(RULES, [("carrier", stated), ("page structure", {"pages": 3})])

    assert 3 == gathered.facts["pages"].value
    assert 1 == len(gathered.notices)


def test_an_event_that_nobody_names_is_received() -> None:
    """`event` is one of received, send_requested, …; a fax that came in says nothing."""

    assert known("received") == gather(RULES, []).facts["event"]
    assert "corrected" == gather(RULES, [("person", {"event": "corrected"})]).facts["event"].value


@pytest.mark.parametrize(
    ("event", "moment", "other"),
    [("received", "received_at", "requested_at"), ("send_requested", "requested_at", "received_at")],
)
def test_at_fills_the_missing_moment_of_the_event(event: str, moment: str, other: str) -> None:
    """Outbound the request's own moment, otherwise that of receipt."""

    facts = gather(RULES, [("stated", {"event": event})], at=AT).facts

    assert (known(AT), ABSENT) == (facts[moment], facts[other])


@pytest.mark.parametrize(
    ("stated", "state"),
    [
        ("2026-01-01T00:00:00Z", FactState.KNOWN),
        ({"state": "uncertain"}, FactState.UNCERTAIN),
        ("noon", FactState.ERROR),
        (None, FactState.KNOWN),
    ],
)
def test_at_fills_nothing_that_was_stated(stated: object, state: FactState) -> None:
    """`--at` fills a missing moment only."""

    fact = gather(RULES, [("stated", {"received_at": stated})], at=AT).facts["received_at"]

    assert state is fact.state
    assert (fact.value == AT) is (stated is None)


def test_without_at_a_missing_moment_stays_absent() -> None:
    """Never the wall clock."""

    assert ABSENT == gather(RULES, []).facts["received_at"]


def test_a_lookup_fact_is_filled_from_the_row_of_its_key() -> None:
    """The fact `desks.desk`; a text finds its row normalised."""

    facts = gather(RULES, [("carrier", {"our_number": "+14155550100", "station": "MERCY  Lab"})]).facts
    found = {name: facts[name].value for name in ("desks.desk", "desks.since", "labs.lab")}

    assert {"desks.desk": "front", "desks.since": date(2020, 1, 1), "labs.lab": "mercy"} == found
    assert ("lookup", "desks.desk") == (facts["desks.desk"].evidence[0].source, facts["desks.desk"].evidence[0].reader)


@pytest.mark.parametrize("number", ["+14155550101", "+14155550199"])
def test_an_empty_cell_and_a_missing_row_are_absent(number: str) -> None:
    """A missing row or an empty cell is absent."""

    assert ABSENT == gather(RULES, [("carrier", {"our_number": number})]).facts["desks.since"]


@pytest.mark.parametrize("state", [state.value for state in FactState if state is not FactState.KNOWN])
def test_a_lookup_fact_has_the_state_of_its_key(state: str) -> None:
    """A key that is not known makes no guess."""

    facts = gather(RULES, [("stated", {"our_number": {"state": state}})]).facts

    assert state == facts["desks.desk"].state.value
    assert () == facts["desks.desk"].values


def test_a_lookup_fact_has_the_confidence_of_its_key() -> None:
    """What follows from a medium reading is no surer."""

    stated = {"our_number": {"values": ["+14155550100"], "confidence": "medium"}}

    assert Confidence.MEDIUM is gather(RULES, [("cover", stated)]).facts["desks.desk"].confidence


def test_a_stated_lookup_fact_is_believed() -> None:
    """A what-if may state it; the table is not asked then."""

    facts = gather(RULES, [("stated", {"our_number": "+14155550100", "desks.desk": "side"})]).facts

    assert "side" == facts["desks.desk"].value


def test_facts_are_written_in_one_shape_with_their_names_in_order() -> None:
    """States have one written shape in tests, `decide` and `explain`."""

    facts = gather(
        RULES,
        [
            ("carrier", {"station": 5, "pages": 3}),
            ("cover", {"patient_id": {"values": ["P"], "confidence": "low"}}),
        ],
        at=AT,
    ).facts
    written = write_facts(facts)

    assert {
        "event": {"state": "known", "values": ["received"], "confidence": "high"},
        "pages": {"state": "known", "values": [3], "confidence": "high"},
        "patient_id": {"state": "uncertain", "values": ["P"], "confidence": "low"},
        "received_at": {"state": "known", "values": ["2026-03-01T17:30:00Z"], "confidence": "high"},
        "station": {"state": "error", "reason": "is not a text"},
    } == written
    assert sorted(written) == list(written)


def test_looked_up_facts_are_not_written() -> None:
    """They are filled again from the rows of the rule set that reads."""

    facts = gather(RULES, [("carrier", {"our_number": "+14155550100"})]).facts

    assert {"event", "our_number"} == set(write_facts(facts))
    assert facts == gather(RULES, [("stated", write_facts(facts, evidence=True))]).facts


def test_evidence_of_a_reader_travels_inside_the_statement() -> None:
    """A reader that knows page and tag says so, and the source's own name gives way."""

    evidence = Evidence(source="tiff tag", reader="CalledSubscriber", page=1, text="415 555 0100")
    stated = {"our_number": {"values": ["+14155550100"], "evidence": [write_evidence(evidence)]}}

    assert (evidence,) == gather(RULES, [("page structure", stated)]).facts["our_number"].evidence


def test_a_fact_that_was_not_named_is_absent() -> None:
    """Lookups of a name never fail."""

    assert Fact(state=FactState.ABSENT) == gather(RULES, []).facts["pages"]
