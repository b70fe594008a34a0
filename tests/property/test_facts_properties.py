"""What holds for every fact and for every JSON that may arrive."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from faxrouter.facts.gather import gather
from faxrouter.facts.writing import write_facts
from faxrouter.language.ruleset import FactType, Lookup
from faxrouter.model.fact import Amount, Box, Confidence, Duration, DurationUnit, Evidence, Fact, Facts, FactState
from small_rules import HERE, declare, rule_set

TYPES = {kind.value: declare(kind.value, kind.value) for kind in FactType}
RULES = rule_set(
    *TYPES.values(),
    declare("limited", "whole_number", minimum=0, maximum=10),
    declare("floored", "choice", values=("a", "b"), floor=Confidence.HIGH),
    declare("masked", "id", mask="@#", check_digit=None),
    declare("table.cell", "choice", lookup="table"),
    lookups=(Lookup(name="table", key="phone", gives={"cell": FactType.CHOICE}, rows={}, place=HERE),),
)

words = st.text(st.characters(codec="utf-8"), max_size=12)
ids = words.map(str.strip).filter(bool)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "choice": words.filter(str.strip),
    "phone": st.integers(min_value=0, max_value=99).map(lambda number: f"+14155550{number:03}"),
    "text_short": words,
    "text_long": words,
    "whole_number": st.integers(min_value=-(10**17), max_value=10**17),
    "percent": st.decimals(min_value=0, max_value=100, places=6),
    "amount": st.builds(
        Amount, st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["USD", "EUR"])
    ),
    "date": st.dates(),
    "id": ids,
    "set_of_ids": st.frozensets(ids, max_size=3),
    "yes_no": st.booleans(),
    "moment": st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "duration": st.builds(
        Duration, st.integers(0, 10**8), st.sampled_from([DurationUnit.ELAPSED, DurationUnit.BUSINESS_HOURS])
    )
    | st.builds(Duration, st.integers(0, 2600), st.just(DurationUnit.BUSINESS_DAYS)),
}
edges = st.floats(0, 20, width=32)
evidences = st.builds(
    Evidence,
    source=words.filter(bool),
    reader=words,
    page=st.none() | st.integers(1, 100),
    box=st.none() | st.builds(Box, left=edges, top=edges, width=edges, height=edges),
    text=words,
)


@st.composite
def a_fact(draw: st.DrawFn, kind: str) -> Fact:
    state = draw(st.sampled_from(FactState))
    evidence = tuple(draw(st.lists(evidences, max_size=2)))
    reason = draw(st.none() | words)
    values: tuple[Any, ...] = ()
    confidence = None
    if state is FactState.KNOWN:
        values, confidence = (draw(VALUES[kind]),), draw(st.sampled_from(Confidence))
    elif state is FactState.UNCERTAIN:
        values = tuple(draw(st.lists(VALUES[kind], max_size=3)))
        confidence = draw(st.none() | st.sampled_from(Confidence))
    elif state is FactState.CONFLICT:
        values = tuple(draw(st.lists(VALUES[kind], min_size=2, max_size=3)))
    return Fact(state=state, values=values, confidence=confidence, evidence=evidence, reason=reason)


one_fact = st.sampled_from(sorted(VALUES)).flatmap(lambda kind: st.tuples(st.just(kind), a_fact(kind)))
all_facts = st.lists(one_fact, min_size=1, max_size=2).map(dict)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8) | st.sampled_from(["state", "values", "confidence", "evidence"]), inner, max_size=4
        )
        | st.fixed_dictionaries({"state": st.sampled_from(FactState).map(str) | inner, "values": inner})
        | st.fixed_dictionaries(
            {"values": st.lists(inner, max_size=2), "confidence": st.sampled_from(["low", "high"]) | inner}
        )
    ),
    max_leaves=12,
)
names = st.sampled_from([*RULES.facts, "unknown", "evnt"]) | st.text(max_size=8)


@given(all_facts)
def test_written_facts_read_back_equal(facts: dict[str, Fact]) -> None:
    """load(dump(x)) == x, through real JSON text, with evidence."""

    written = json.loads(json.dumps(write_facts(Facts(facts), evidence=True)))
    read = gather(RULES, [("stated", written)]).facts

    assert facts == {name: read[name] for name in facts}


@given(all_facts)
def test_written_facts_read_back_equal_but_for_their_evidence(facts: dict[str, Fact]) -> None:
    """FACTS.json without evidence decides the same: state, values and confidence are exact."""

    read = gather(RULES, [("stated", json.loads(json.dumps(write_facts(Facts(facts)))))]).facts

    assert {name: (f.state, f.values, f.confidence, f.reason) for name, f in facts.items()} == {
        name: (read[name].state, read[name].values, read[name].confidence, read[name].reason) for name in facts
    }


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["carrier", "sidecar a.xml", "person", "test"]),
            json_values | st.dictionaries(names, json_values, max_size=5),
        ),
        max_size=3,
    )
)
def test_gathering_is_total(readings: list[tuple[str, object]]) -> None:
    """Whatever JSON arrives, there are facts and notices, and both can be written."""

    gathered = gather(RULES, readings, at=datetime(2026, 1, 1, tzinfo=UTC))

    json.dumps(write_facts(gathered.facts, evidence=True), allow_nan=False).encode()
    assert all(fact.state is not FactState.KNOWN or len(fact.values) == 1 for fact in gathered.facts.values())


@given(st.dictionaries(st.sampled_from(sorted(VALUES)), json_values, max_size=4))
def test_what_was_gathered_once_is_gathered_again(stated: dict[str, object]) -> None:
    """Reading what was written changes nothing: a past decision is derived again from its stored facts."""

    once = gather(RULES, [("carrier", stated)]).facts
    again = gather(RULES, [("stated", write_facts(once, evidence=True))]).facts

    assert write_facts(once) == write_facts(again)


def test_the_strategies_cover_every_type() -> None:
    """A type without a strategy would not be proved."""

    assert {kind.value for kind in FactType} == set(VALUES)
    assert date is not datetime and Decimal(1) == 1
