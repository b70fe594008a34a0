"""From a decision to ordered actions."""

from dataclasses import replace
from typing import TypeVar

import pytest

from faxrouter.model.decision import Undecided
from faxrouter.model.fact import Fact, FactState, known
from faxrouter.model.fax import Direction
from faxrouter.model.plan import (
    AwaitConnector,
    ClassifyRecord,
    OpenWorkspace,
    PlaceHold,
    Plan,
    PutTask,
    RaiseException,
    StoreDocument,
)
from small_plans import decided, decision, given_by, kinds, planned, task, to, to_case

T = TypeVar("T")
RETENTION = decided("retention", given_by("years_7", rule="keep"))
HOLD = decided("hold", given_by("matter-1", rule="preserve"))
HANGS = Undecided(outcome="workspace", facts=("document_type",), reason="hangs on `document_type`")


def only(plan: Plan, kind: type[T]) -> T:
    (one,) = [action for action in plan.actions if isinstance(action, kind)]
    return one


def exceptions(plan: Plan) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.kind, one.reason, one.facts) for one in plan.actions if isinstance(one, RaiseException)]


def test_everything_that_was_decided_is_planned_in_order() -> None:
    """Filed first; held before it is classified; then people and connectors."""

    made = decision(
        decided("notify", given_by("counsel")),
        decided("task", task()),
        RETENTION,
        HOLD,
        to("Nursing"),
        decided("metadata", given_by("lab")),
        decided("urgency", given_by("now")),
    )
    plan = planned(made)

    assert ["OpenWorkspace", "StoreDocument", "PlaceHold", "ClassifyRecord", "PutTask", "AwaitConnector"] == kinds(
        plan.actions
    )
    assert ("F1", "F1-1", "clinic", "sha256:test", "F1", False) == (
        plan.fax_id,
        plan.document_id,
        plan.department,
        plan.rule_set,
        plan.case,
        plan.parked,
    )
    assert {"clinic"} == {action.department for action in plan.actions}
    assert "now" == plan.outcomes["urgency"]["value"]
    assert () == plan.problems


def test_records_carry_their_rule_their_place_and_their_authority() -> None:
    """Each assertion keeps rule and authority."""

    plan = planned(decision(to("Nursing"), RETENTION, HOLD))
    classified, held = only(plan, ClassifyRecord), only(plan, PlaceHold)

    assert ("years_7", "YEARS_7", "keep", "rules/clinic.rules.yaml:7", "schedule years_7") == (
        classified.record_class,
        classified.rsi,
        classified.rule,
        classified.at,
        classified.authority,
    )
    assert ("matter-1", "preserve", "rules/clinic.rules.yaml:7") == (held.hold, held.rule, held.at)


def test_metadata_is_rendered_in_the_zone_of_the_department() -> None:
    """Filed with metadata; line breaks and control characters of a page do not reach it."""

    facts = {"patient_id": known("P-1"), "subject": known("two\nlines\x00 \u202egnp\u202c")}
    stored = only(planned(decision(to("Nursing"), decided("metadata", given_by("lab"))), facts), StoreDocument)

    assert "Lab fax" == stored.category
    assert {"Patient": "P-1", "Received": "2026-03-02 09:30 PST", "Subject": "two lines gnp"} == stored.attributes
    assert "Fax 2026-03-02 09.30 F1-1.tif" == stored.name


def test_a_text_that_prints_an_unknown_fact_becomes_a_problem_and_an_exception() -> None:
    """Printing none is a Problem: the plan goes on and a person is told."""

    plan = planned(decision(to("Nursing"), decided("metadata", given_by("careless"))))

    assert {"Patient": ""} == only(plan, StoreDocument).attributes
    assert [("R404", "a text prints `patient_id`, which is not known")] == [(p.code, p.message) for p in plan.problems]
    assert ["template"] == [kind for kind, *_ in exceptions(plan)]


def test_an_unknown_fact_is_noted_once_even_where_it_is_printed_twice() -> None:
    """`decide` and the plan render the same text; the mistake is one."""

    plan = planned(decision(to("Nursing"), decided("task", task(title="{{ patient_id }} {{ patient_id }}"))))

    assert 1 == len(plan.problems) == len(exceptions(plan))


def test_a_parked_document_is_filed_with_its_holds_and_its_retention_and_nothing_else_acts() -> None:
    """Parking is filing."""

    made = decision(
        RETENTION,
        HOLD,
        decided("task", task()),
        decided("notify", given_by("counsel")),
        decided("metadata", given_by("lab")),
        parked=(HANGS,),
    )
    plan = planned(made, {"patient_id": known("P-1")})

    assert ["OpenWorkspace", "StoreDocument", "PlaceHold", "ClassifyRecord", "RaiseException"] == kinds(plan.actions)
    assert ("Exceptions", ("Clinic", "Exceptions")) == (
        only(plan, OpenWorkspace).target.name,
        only(plan, OpenWorkspace).target.path,
    )
    assert [("parked", "`workspace`: hangs on `document_type`", ("document_type",))] == exceptions(plan)
    assert plan.parked
    assert "F1" == plan.case
    assert {"retention", "hold", "task", "notify", "metadata"} == set(plan.outcomes)


def test_a_parked_document_of_no_department_goes_to_the_organisation() -> None:
    """In no scope: the organisation's exception workspace."""

    plan = planned(decision(parked=(HANGS,), department=None))

    assert "organisation" == plan.department
    assert "Unsorted" == only(plan, OpenWorkspace).target.name


def test_a_department_without_exceptions_uses_the_organisations() -> None:
    """Nothing is lost for want of a declaration."""

    assert "Unsorted" == only(planned(decision(parked=(HANGS,), department="night")), OpenWorkspace).target.name


def test_every_undecided_outcome_is_an_entry_of_its_own() -> None:
    """Each has its reason, for a person to settle."""

    other = replace(HANGS, outcome="retention", facts=(), reason="no rule matched")
    plan = planned(decision(parked=(HANGS, other)))

    assert ["`workspace`: hangs on `document_type`", "`retention`: no rule matched"] == [
        one[1] for one in exceptions(plan)
    ]


def test_a_document_with_defects_is_parked_whatever_was_decided() -> None:
    """Truncated, empty and non-fax files: parked with a clear reason and the bytes kept."""

    plan = planned(decision(to("Nursing"), RETENTION, decided("task", task())), defects=("truncated", "no page"))

    assert "Exceptions" == only(plan, OpenWorkspace).target.name
    assert [("defects", "truncated; no page", ())] == exceptions(plan)
    assert plan.parked
    assert "PutTask" not in kinds(plan.actions)


def test_an_inbound_document_that_no_rule_files_is_parked() -> None:
    """Never acknowledged before it is filed, so it is filed."""

    plan = planned(decision(RETENTION))

    assert plan.parked
    assert [("parked", "no rule said where to file it", ())] == exceptions(plan)
    assert "Exceptions" == only(plan, OpenWorkspace).target.name


@pytest.mark.parametrize("parked", [(), (HANGS,)])
def test_an_outbound_document_is_never_filed(parked: tuple[Undecided, ...]) -> None:
    """It stands in the records system already."""

    made = decision(decided("approval", given_by("block")), parked=parked)
    plan = planned(made, direction=Direction.OUTBOUND)

    assert ["RaiseException" if parked else "AwaitConnector"] == kinds(plan.actions)


def test_approval_send_reply_and_notify_wait_for_their_connectors() -> None:
    """Decided, planned and journalled as waiting, texts rendered."""

    made = decision(
        decided("notify", given_by("counsel"), given_by("clerk")),
        decided("reply", given_by({"text": "consent missing for {{ patient_id or '?' }}"})),
        decided("send", given_by({"cover": "standard"})),
        decided("approval", given_by("two_person")),
    )
    plan = planned(made, {"patient_id": known("P-1")}, direction=Direction.OUTBOUND)
    waiting = [(one.outcome, one.value) for one in plan.actions if isinstance(one, AwaitConnector)]

    assert [
        ("approval", "two_person"),
        ("send", {"cover": "standard"}),
        ("reply", {"text": "consent missing for P-1"}),
        ("notify", "counsel"),
        ("notify", "clerk"),
    ] == waiting


def test_possible_members_are_listed_for_a_person_and_possible_holds_placed() -> None:
    """Collect acts on certain members and lists possible ones, except hold, which acts on possible ones too."""

    made = decision(
        to("Nursing"),
        decided("notify", possible=(given_by("counsel", rule="maybe"),), hung_on=("document_type",)),
        decided("hold", possible=(given_by("matter-2"),), hung_on=("document_type",)),
    )
    plan = planned(made)
    reason = "`notify` of maybe (rules/clinic.rules.yaml:7) might apply as well"

    assert "matter-2" == only(plan, PlaceHold).hold
    assert ("possible-member", reason, ("document_type",)) == exceptions(plan)[0]
    assert ["possible-member", "unsure"] == [kind for kind, *_ in exceptions(plan)]
    assert "AwaitConnector" not in kinds(plan.actions)


def test_a_value_that_hung_on_a_fact_is_shown_to_a_person() -> None:
    """An undecided optional outcome takes its `when unsure` and says on which fact it hung."""

    unsure = decided("metadata", given_by("lab", rule="facts.when_unsure"), hung_on=("document_type",))
    plan = planned(decision(to("Nursing"), unsure))

    assert [("unsure", ("document_type",))] == [(kind, facts) for kind, _, facts in exceptions(plan)]


def test_the_same_arguments_give_an_equal_plan() -> None:
    """A dry run that is the live run, and a repeat after a crash."""

    made = decision(to_case("Claim", "claim_id", "C-1"), decided("task", task(), task("b")), RETENTION, HOLD)

    assert planned(made) == planned(made)


def test_every_action_has_a_key_of_its_own_that_shows_no_content() -> None:
    """`fax:document:operation[:member]`; what is not a plain word is hashed."""

    made = decision(
        to("Nursing"),
        decided("hold", given_by("matter 1: {{ patient_id or '' }}"), given_by("matter-2"), given_by("matter-3")),
        decided("task", task("a"), task("b")),
        decided("notify", given_by("x"), given_by("y"), given_by({"who": "x"})),
        decided("retention", given_by("years_7"), given_by("years_30")),
    )
    keys = [action.idempotency_key for action in planned(made, {"patient_id": known("P-1")}).actions]

    assert len(keys) == len(set(keys)) == 12
    assert all(key.startswith("F1:F1-1:") for key in keys)
    assert not [key for key in keys if "P-1" in key or " " in key]
    assert "F1:F1-1:task:a" in keys


def test_keys_of_two_documents_of_one_fax_differ() -> None:
    """A fax may hold several documents."""

    made = decision(to("Nursing"), RETENTION)
    first, second = (planned(made, document_id=name).actions for name in ("F1-1", "F1-2"))

    assert not {a.idempotency_key for a in first} & {a.idempotency_key for a in second}


def test_members_that_become_equal_when_rendered_are_one_action() -> None:
    """One hold is placed once."""

    made = decision(to("Nursing"), decided("hold", given_by("m-{{ patient_id or '1' }}"), given_by("m-1")))

    assert "m-1" == only(planned(made), PlaceHold).hold


def test_a_hold_whose_name_came_out_empty_is_placed_under_the_name_of_its_rule() -> None:
    """A hold is never lost for want of a name."""

    plan = planned(decision(to("Nursing"), decided("hold", given_by("{{ patient_id }}", rule="preserve"))))

    assert "preserve" == only(plan, PlaceHold).hold
    assert ["R404"] == [problem.code for problem in plan.problems]


@pytest.mark.parametrize("state", [FactState.UNCERTAIN, FactState.CONFLICT, FactState.ERROR, FactState.NOT_EVALUATED])
@pytest.mark.parametrize("rule", ["to-patient", "clinic.otherwise"])
def test_a_key_that_is_neither_known_nor_absent_files_under_else_and_is_shown_to_a_person(
    state: FactState, rule: str
) -> None:
    """Key in another not-known state: `else` and an exception entry with the reason."""

    plan = planned(decision(to("Nursing", rule=rule)), {"patient_id": Fact(state=state)})

    assert "Nursing" == only(plan, OpenWorkspace).target.name
    assert [("key-not-usable", ("patient_id",))] == [(kind, facts) for kind, _, facts in exceptions(plan)]


@pytest.mark.parametrize("rule", ["to-patient", "a-rule-with-a-named-workspace"])
def test_an_absent_key_files_under_else_and_that_is_all(rule: str) -> None:
    """`workspace` key absent: `else`."""

    assert [] == exceptions(planned(decision(to("Nursing", rule=rule))))


def test_a_task_belongs_to_the_case_of_its_document() -> None:
    """Key = (department, workspace key or fax, kind)."""

    made = decision(to_case("Claim", "claim_id", "C-1"), decided("task", task("review")))
    in_case, alone = planned(made), planned(decision(to("Nursing"), decided("task", task("review"))))

    assert ("clinic|Claim:C-1|review", "Claim:C-1") == (only(in_case, PutTask).task_key, in_case.case)
    assert ("clinic|F1|review", "F1") == (only(alone, PutTask).task_key, alone.case)


@pytest.mark.parametrize(("approval", "waiting"), [("block", ["approval"]), ("two_person", ["approval", "send"])])
def test_what_is_blocked_does_not_wait_to_be_sent(approval: str, waiting: list[str]) -> None:
    """Nothing is transmitted without an approval, and `block` is the one that nobody gives."""

    plan = planned(decision(to("Nursing"), decided("approval", given_by(approval)), decided("send", given_by("fine"))))

    assert [action.outcome for action in plan.actions if isinstance(action, AwaitConnector)] == waiting
