"""Where a document is filed."""

from decimal import Decimal

import pytest

from faxrouter.model.decision import Decided
from faxrouter.model.fact import Amount, Fact, Facts, known
from faxrouter.model.plan import OpenWorkspace, PutTask, RaiseException, WorkspaceTarget
from faxrouter.planning.rendering import Renderer
from faxrouter.planning.targets import destination
from small_plans import FACTS, RULES, decided, decision, given_by, planned, read_from, task, to, to_case

NURSING = WorkspaceTarget(name="Nursing", department="clinic", path=("Clinic", "Nursing"))


def target(made: Decided, facts: dict[str, Fact] | None = None) -> WorkspaceTarget:
    (opened,) = [one for one in planned(decision(made), facts).actions if isinstance(one, OpenWorkspace)]
    return opened.target


def test_a_named_workspace_has_its_path() -> None:
    """A named workspace always exists."""

    assert NURSING == target(to("Nursing"))


def test_a_typed_workspace_is_found_by_its_key_and_falls_back_to_else() -> None:
    """Find by default: this type never creates."""

    expected = WorkspaceTarget(
        name="Patient P-1",
        department="clinic",
        type_name="Patient",
        key="P-1",
        find_by={"external system": "EHR", "object type": "PATIENT"},
        may_create=False,
        otherwise=NURSING,
    )

    assert expected == target(to_case("Patient", "patient_id", "P-1"), {"patient_id": read_from("registry", "P-1")})


def test_a_type_found_by_name_has_the_rendered_name() -> None:
    """`name` is a text with the extra word `key`."""

    found = target(to_case("Claim", "claim_id", "C-1"), {"claim_id": known("C-1")})

    assert ("Claim C-1", {"name": "Claim C-1"}, "Claim template") == (found.name, found.find_by, found.template)


@pytest.mark.parametrize(
    ("key", "source", "may"),
    [
        ("C-1", "barcode", True),
        ("C-1", "registry", True),
        ("C-1", "cover", False),
        ("C-1", "sidecar", False),
        ("79927398713", "cover", True),
        ("79927398710", "cover", False),
    ],
)
def test_a_workspace_is_created_only_for_a_key_from_a_trusted_source(key: str, source: str, may: bool) -> None:
    """From a registry, a barcode or a valid check digit: no ghost patients out of OCR."""

    assert may is target(to_case("Claim", "claim_id", key), {"claim_id": read_from(source, key)}).may_create


def test_a_type_that_says_create_no_never_creates() -> None:
    """However good the key is."""

    assert not target(to_case("Patient", "patient_id", "P-1"), {"patient_id": read_from("registry", "P-1")}).may_create


@pytest.mark.parametrize("key", ["C:1", "C\n1", " C1", "C" * 300])
def test_a_name_that_no_records_system_can_hold_is_never_bent(key: str) -> None:
    """Two cases must not share a workspace because their names were made alike: `else`, and a person looks."""

    plan = planned(decision(to_case("Claim", "claim_id", key)), {"claim_id": known(key)})
    opened = [one.target for one in plan.actions if isinstance(one, OpenWorkspace)]
    raised = [one.kind for one in plan.actions if isinstance(one, RaiseException)]

    assert ([NURSING], ["key-not-usable"], "F1") == (opened, raised, plan.case)


def test_a_name_that_would_print_an_unknown_fact_is_not_used() -> None:
    """Half a name is the name of another case."""

    plan = planned(decision(to_case("Named after another", "claim_id", "C-1")), {"claim_id": known("C-1")})

    assert [NURSING] == [one.target for one in plan.actions if isinstance(one, OpenWorkspace)]
    assert {"key-not-usable", "template"} == {one.kind for one in plan.actions if isinstance(one, RaiseException)}


@pytest.mark.parametrize(
    ("key", "case"), [(Amount(Decimal("12.00"), "USD"), "Claim:12.00 USD"), (Decimal("12.50"), "Claim:12.5%")]
)
def test_a_key_of_any_type_is_one_text(key: Amount | Decimal, case: str) -> None:
    """Keys print like facts in texts."""

    assert case == planned(decision(to_case("Claim", "total", key)), {"total": known(key)}).case


def test_no_decision_about_the_workspace_is_no_destination() -> None:
    """The plan decides what that means."""

    facts = Facts(FACTS)

    assert destination(RULES, decision(), facts, renderer=Renderer(RULES, facts)) is None


def test_the_department_whose_workspace_it_enters_keeps_the_document() -> None:
    """An organisation rule may file anywhere: the target's identity files, and puts the task about what the number's
    owner may not even see. Later faxes still find that task under the department that asked for it."""

    plan = planned(
        decision(
            to("Unsorted"),
            decided("retention", given_by("years_7")),
            decided("task", task(kind="sort")),
            department="clinic",
        )
    )

    keepers = {type(action).__name__: action.department for action in plan.actions}
    assert keepers == {
        "OpenWorkspace": "organisation",
        "StoreDocument": "organisation",
        "ClassifyRecord": "organisation",
        "PutTask": "organisation",
    }
    assert ["clinic"] == [one.task_key.split("|")[0] for one in plan.actions if isinstance(one, PutTask)]
    assert plan.department == "clinic"


@pytest.mark.parametrize(
    ("made", "fact", "source", "why"),
    [
        (to_case("Patient", "patient_id", "P-1"), "patient_id", "registry", "`Patient` says `create: no`"),
        (to_case("Claim", "claim_id", "C-1"), "claim_id", "cover", "and `claim_id` came from elsewhere"),
        (to_case("Claim", "claim_id", "C-1"), "claim_id", "registry", ""),
    ],
)
def test_a_target_says_why_it_may_not_be_created(made: Decided, fact: str, source: str, why: str) -> None:
    """The clerk who finds the document elsewhere reads the reason, without the key in it."""

    said = target(made, {fact: read_from(source, "P-1" if fact == "patient_id" else "C-1")}).why_not_created

    assert said.endswith(why) and bool(said) is bool(why)
