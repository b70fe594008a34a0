"""Metadata that its category does not take parks the document; the rest of the plan stays as for any parked one."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from faxrouter.language.ruleset import MetadataTemplate, RuleSet
from faxrouter.model.decision import Decision
from faxrouter.model.fact import Fact, known
from faxrouter.model.fax import Direction
from faxrouter.model.plan import OpenWorkspace, Plan, RaiseException, StoreDocument
from small_plans import RULES, STRICT, decided, decision, given_by, kinds, planned, task, to, to_case
from small_rules import HERE

GOOD = {"patient_id": known("P-1"), "subject": known("heart")}
LONG = {"patient_id": known("P-1"), "subject": known("x" * 21)}
LAB = decided("metadata", given_by("lab"))
RETENTION = decided("retention", given_by("years_7", rule="keep"))
HOLD = decided("hold", given_by("matter-1", rule="preserve"))
TOO_LONG = "`Subject` of the category `Lab fax` takes at most 20 characters, 21 were given"


def filed(plan: Plan) -> tuple[str, str | None, Mapping[str, str]]:
    """Where, with which form, and what is filled in."""
    (opened,) = [one for one in plan.actions if isinstance(one, OpenWorkspace)]
    (stored,) = [one for one in plan.actions if isinstance(one, StoreDocument)]
    return opened.target.name, stored.category, stored.attributes


def entries(plan: Plan) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(one.kind, one.reason, one.facts) for one in plan.actions if isinstance(one, RaiseException)]


def with_template(**attributes: str) -> RuleSet:
    template = MetadataTemplate(name="lab", category="Lab fax", attributes=attributes, place=HERE)
    return replace(STRICT, metadata_templates={"lab": template})


def test_metadata_that_fits_is_filed() -> None:
    """A category is only compared with."""

    plan = planned(decision(to("Nursing"), LAB), GOOD, rules=STRICT)

    attributes = {"Patient": "P-1", "Received": "2026-03-02 09:30 PST", "Subject": "heart"}
    assert ("Nursing", "Lab fax", attributes) == filed(plan)
    assert (False, []) == (plan.parked, entries(plan))


def test_metadata_that_does_not_fit_parks_the_document() -> None:
    """Filed in the exception workspace without metadata, held and kept; nothing else acts, and a person is told why."""

    made = decision(to_case("Claim", "claim_id", "C-1"), LAB, RETENTION, HOLD, decided("task", task()))
    plan = planned(made, LONG, rules=STRICT)

    assert ["OpenWorkspace", "StoreDocument", "PlaceHold", "ClassifyRecord", "RaiseException"] == kinds(plan.actions)
    assert ("Exceptions", None, {}) == filed(plan)
    assert [("metadata", TOO_LONG, ("subject",))] == entries(plan)
    assert (True, "F1") == (plan.parked, plan.case)
    assert {"workspace", "metadata", "retention", "hold", "task"} == set(plan.outcomes)


MISFITS: list[tuple[dict[str, str], Mapping[str, Fact], str | None]] = [
    ({"Patient": "{{ patient_id or '' }}"}, {}, "`Patient` of the category `Lab fax` must not be empty"),
    ({}, {}, "`Patient` of the category `Lab fax` must not be empty"),
    ({"Patient": "P", "Subject": "{{ subject }}"}, {"subject": known("  two \n lines\x00of sixteen  ")}, None),
    # a text is compared before it is cut
    (
        {"Patient": "P", "Subject": "{{ subject }}"},
        {"subject": known("x" * 5000)},
        "`Subject` of the category `Lab fax` takes at most 20 characters, 5000 were given",
    ),
    (
        {"Patient": "P", "Received": "{{ subject }}"},
        {"subject": known("soon")},
        "`Received` of the category `Lab fax` takes a moment, such as `2026-03-09 10:00`",
    ),
    (
        {"Patient": "{{ patient_id }}", "Subject": "{{ subject }}"},
        {"patient_id": known("P" * 9), "subject": known("x" * 21)},
        f"`Patient` of the category `Lab fax` takes at most 8 characters, 9 were given; {TOO_LONG}",
    ),
    # what the category does not have was refused when the file was saved
    ({"Patient": "P", "Doctor": "x" * 300}, {}, None),
]


@pytest.mark.parametrize(("attributes", "facts", "reason"), MISFITS)
def test_every_text_is_compared_as_it_is_written(
    attributes: dict[str, str], facts: Mapping[str, Fact], reason: str | None
) -> None:
    """On one line, every attribute of the category; the reason names what is wrong and no value."""

    plan = planned(decision(to("Nursing"), LAB), facts, rules=with_template(**attributes))

    assert [reason] * plan.parked == [why for kind, why, _ in entries(plan) if kind == "metadata"]
    assert plan.parked is (reason is not None)


def test_where_no_categories_are_declared_nothing_is_compared() -> None:
    """The records system does it when the document is filed; until then the longest text is cut."""

    plan = planned(decision(to("Nursing"), LAB), {"subject": known("x" * 5000)}, rules=RULES)

    assert 2000 == len(filed(plan)[2]["Subject"])
    assert not plan.parked


@pytest.mark.parametrize(("rules", "parked"), [(RULES, False), (STRICT, True)])
def test_a_document_that_is_not_ours_to_file_only_gets_its_entry(rules: RuleSet, parked: bool) -> None:
    """An outbound one stands in the records system already."""

    plan = planned(decision(to("Nursing"), LAB), LONG, direction=Direction.OUTBOUND, rules=rules)

    assert parked is ("OpenWorkspace" not in kinds(plan.actions))
    assert parked is plan.parked


def test_a_document_that_is_parked_anyway_has_no_entry_about_its_metadata() -> None:
    """It is filed without any."""

    plan = planned(decision(to("Nursing"), LAB), LONG, defects=("truncated",), rules=STRICT)

    assert ["defects"] == [kind for kind, *_ in entries(plan)]


REFUGES = [("clinic", "Exceptions"), ("night", "Unsorted"), (None, "Unsorted")]


@pytest.mark.parametrize(("department", "refuge"), REFUGES)
def test_a_document_with_metadata_has_a_place_to_go_without_it(department: str | None, refuge: str) -> None:
    """Should the records system refuse the metadata, it waits where parked documents of its department wait."""

    plan = planned(decision(to("Nursing"), LAB, department=department), GOOD)
    (stored,) = [one for one in plan.actions if isinstance(one, StoreDocument)]

    assert stored.refuge is not None
    assert refuge == stored.refuge.name


@pytest.mark.parametrize("made", [decision(to("Nursing")), decision(LAB)])
def test_a_document_without_metadata_needs_none(made: Decision) -> None:
    """Nothing could be refused."""

    plan = planned(made, GOOD)
    (stored,) = [one for one in plan.actions if isinstance(one, StoreDocument)]

    assert (None, None) == (stored.category, stored.refuge)
