"""What holds for every plan."""

import json
from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from faxrouter.language.attributes import misfit
from faxrouter.model.decision import Decided, Decision, KeyedWorkspace, NamedWorkspace, Policy, Undecided
from faxrouter.model.fact import Confidence, Evidence, Fact, FactState
from faxrouter.model.fax import Direction
from faxrouter.model.plan import ClassifyRecord, OpenWorkspace, PlaceHold, PutTask, RaiseException, StoreDocument
from small_plans import POLICIES, RULES, STRICT, decided, decision, given_by, planned

texts = st.sampled_from(
    [
        "x",
        "",
        "{{ patient_id }}",
        "{{ patient_id or '?' }}",
        "{{ nothing }}",
        "{{ 'a' * 9 }}",
        "{{",
        "{{ subject | upper }}",
        "nurse-line",
        "mailroom",
    ]
)
maps = st.dictionaries(
    st.sampled_from(["kind", "queue", "workflow", "title", "due", "task_priority", "escalate to", "cover"]),
    texts | st.sampled_from(["30 minutes", "2 business days", "high"]) | st.lists(texts, max_size=2) | st.integers(),
    max_size=5,
)
keys = st.sampled_from(["P-1", "79927398713", "a:b", "", "x" * 300])
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "workspace": st.sampled_from(["Nursing", "Unsorted", "gone"]).map(lambda name: NamedWorkspace(name=name))
    | st.builds(
        KeyedWorkspace,
        type=st.sampled_from(["Patient", "Claim", "Named after another", "gone"]),
        key_fact=st.sampled_from(["patient_id", "claim_id"]),
        key=keys,
        otherwise=st.just("Nursing"),
    ),
    "metadata": st.sampled_from(["lab", "careless", "gone"]),
    "task": maps,
    "retention": st.sampled_from(["years_7", "years_30"]),
    "hold": texts,
    "approval": st.sampled_from(["block", "release"]),
    "send": maps,
    "reply": texts | maps,
    "notify": texts | maps,
    "urgency": st.sampled_from(["now", "today"]),
}
some_facts = st.dictionaries(
    st.sampled_from(["patient_id", "claim_id", "subject"]),
    st.builds(
        Fact,
        state=st.sampled_from(FactState),
        values=st.tuples(st.sampled_from(["P-1", "79927398713", "a\nb", "{{ x }}"])),
        confidence=st.sampled_from(Confidence),
        evidence=st.tuples(st.builds(Evidence, source=st.sampled_from(["barcode", "cover"]))),
    ),
)
facts_hung_on = st.lists(st.sampled_from(["patient_id", "subject"]), max_size=2).map(tuple)


@st.composite
def a_decided(draw: st.DrawFn, outcome: str) -> Decided:
    several = POLICIES[outcome] in {Policy.COLLECT, Policy.JOIN}
    contributions = st.builds(
        given_by,
        VALUES[outcome],
        rule=st.sampled_from(["to-patient", "b"]),
        department=st.sampled_from(["clinic", None]),
    )
    made = draw(
        st.lists(contributions, min_size=0 if POLICIES[outcome] is Policy.COLLECT else 1, max_size=3 if several else 1)
    )
    possible = draw(st.lists(contributions, max_size=1)) if POLICIES[outcome] is Policy.COLLECT else []
    return decided(outcome, *made, possible=tuple(possible), hung_on=draw(facts_hung_on))


decisions = st.builds(
    lambda outcomes, parked, department: decision(*outcomes.values(), parked=tuple(parked), department=department),
    st.fixed_dictionaries({}, optional={outcome: a_decided(outcome) for outcome in VALUES}),
    st.lists(
        st.builds(Undecided, outcome=st.just("workspace"), facts=facts_hung_on, reason=st.just("why")), max_size=1
    ),
    st.sampled_from(["clinic", "night", "nowhere", None]),
)


@given(decisions, some_facts, st.sampled_from(Direction), st.booleans())
def test_planning_is_total_and_its_keys_are_unique(
    made: Decision, facts: dict[str, Fact], direction: Direction, defective: bool
) -> None:
    """Whatever was decided, there is one plan, the same each time, and JSON can hold it."""

    defects = ("cut off",) if defective else ()
    plan = planned(made, facts, direction=direction, defects=defects)
    keys = [action.idempotency_key for action in plan.actions]

    assert plan == planned(made, facts, direction=direction, defects=defects)
    assert len(keys) == len(set(keys))
    json.dumps(plan.outcomes)
    assert set(RULES.outcomes) >= set(plan.outcomes)


@given(decisions, some_facts)
def test_an_inbound_document_is_always_filed_first(made: Decision, facts: dict[str, Fact]) -> None:
    """Nothing acts on a document before it is filed, and every document is filed."""

    plan = planned(made, facts)

    assert isinstance(plan.actions[0], OpenWorkspace)
    assert isinstance(plan.actions[1], StoreDocument)


@given(decisions, some_facts)
def test_what_is_written_fits_its_category_and_has_a_refuge(made: Decision, facts: dict[str, Fact]) -> None:
    """What would be refused for sure is parked instead; what may be refused all the same has a place to go to."""

    plan = planned(made, facts, rules=STRICT)
    (stored,) = [one for one in plan.actions if isinstance(one, StoreDocument)]
    category = STRICT.categories.get(stored.category or "")

    for attribute in category.attributes.values() if category is not None else ():
        assert misfit(attribute, stored.attributes.get(attribute.name, "")) is None
    assert (stored.category is None) is (stored.refuge is None)


@given(decisions, some_facts)
def test_a_task_is_done_by_a_map_or_by_people(made: Decision, facts: dict[str, Fact]) -> None:
    """Never both; and whatever starts a workflow names its map."""

    for put in (one for one in planned(made, facts, rules=STRICT).actions if isinstance(one, PutTask)):
        assert put.workflow is None or not put.assignees
        declared = STRICT.queues.get(put.queue or "")
        assert declared is None or put.assignees == declared.assignees or put.workflow is not None


@given(decisions, some_facts, st.booleans())
def test_no_hold_and_no_class_is_ever_lost(made: Decision, facts: dict[str, Fact], defective: bool) -> None:
    """Parked or not, every hold, certain or possible, and every class that remains is on the document."""

    plan = planned(made, facts, defects=("cut off",) if defective else ())
    classes = {one.record_class for one in plan.actions if isinstance(one, ClassifyRecord)}
    retention, hold = made.outcomes.get("retention"), made.outcomes.get("hold")

    assert classes == {one.value for one in (retention.contributions if retention is not None else ())}
    wants_a_hold = hold is not None and bool(hold.contributions or hold.possible)
    assert wants_a_hold is any(isinstance(one, PlaceHold) for one in plan.actions)


@given(decisions, some_facts)
def test_a_parked_document_only_gets_kept_and_shown(made: Decision, facts: dict[str, Fact]) -> None:
    """Nothing else acts for it."""

    plan = planned(made, facts, defects=("cut off",))

    assert {OpenWorkspace, StoreDocument, PlaceHold, ClassifyRecord, RaiseException} >= {
        type(one) for one in plan.actions
    }
