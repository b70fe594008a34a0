"""Metadata templates against the categories of `templates/categories.yaml`, as `check` says it."""

from collections.abc import Callable
from typing import Any

import pytest

CATEGORIES = """language: 1
categories:
  Fax:
    Sender number: {type: text, length: 20}
  Referral:
    Kind: {type: choice, values: [Referral, Consent], required: yes}
    Subject: {type: text, length: 40}
    Pages: {type: whole number}
    Sender:Desk: {type: text}
"""
FILE = "templates/metadata/referral.yaml"


def template(*attributes: str, category: str = "Referral") -> dict[str, str]:
    lines = "".join(f"  {line}\n" for line in attributes)
    return {
        "templates/categories.yaml": CATEGORIES,
        FILE: f"language: 1\ncategory: {category}\nattributes:\n{lines}",
    }


TEMPLATES: list[tuple[dict[str, str], list[str]]] = [
    (template("Kind: Referral", "Subject: Heart", "Pages: '{{ pages or 1 }}'", "'Sender:Desk': North"), []),
    (
        template("Kind: Referral", category="Referrals"),
        ['2:11 R410 unknown category `Referrals`; did you mean "Referral"?'],
    ),
    (
        template("Kind: Referral", category="Invoice"),
        ["2:11 R410 unknown category `Invoice`; categories stand in templates/categories.yaml"],
    ),
    (
        template("Kind: Referral", "Kinds: Referral", "Amount: 12"),
        [
            '5:3 R411 `Referral` has no attribute `Kinds`; did you mean "Kind"?',
            "6:3 R411 `Referral` has no attribute `Amount`; it has Kind, Subject, Pages, Sender:Desk",
        ],
    ),
    (
        template("Subject: Heart"),
        ["3:1 R412 `Referral` requires the attribute `Kind`, and it is not given; add it"],
    ),
    (
        template("Kind: ''"),
        ["4:9 R412 `Kind` must not be empty, and this text always is; write what it shall be"],
    ),
    (
        template("Kind: '{{ document_type | title or \"Referral\" }}'", "Pages: '{{ patient_id or 0 }}'"),
        [
            "4:9 R414 prints `Lab_result` when `document_type` is `lab_result`, and 1 more such text; "
            "`Kind` takes one of Referral, Consent",
            "5:10 R413 `patient_id` prints such as `MRN-1111` and never fits: `Pages` takes a whole number",
        ],
    ),
    # what a lookup's file holds is all that comes out of it
    (template("Kind: Referral", "Subject: '{{ desk_by_number.desk or \"\" }}'"), []),
    (
        template("Kind: '{{ desk_by_number.desk or \"Referral\" }}'"),
        [
            "4:9 R413 nothing that `desk_by_number.desk` prints ever fits, such as `front`: "
            "`Kind` takes one of Referral, Consent"
        ],
    ),
    # mistakes of the template itself are told, and not again
    (template("Kind: [Referral]"), ["4:9 R007 the attribute `Kind` must be a single value, not a list or a map"]),
    (template("Kind: '{{ documnt_type }}'"), ["4:13 R403 unknown fact `documnt_type`; did you mean `document_type`?"]),
    (template("Kind:"), ["4:8 R009 the attribute `Kind` has no value"]),
]


@pytest.mark.parametrize(("files", "expected"), TEMPLATES)
def test_a_template_that_its_category_does_not_take_is_told(
    files: dict[str, str], expected: list[str], compiled: Callable[..., Any]
) -> None:
    """When the file is saved, at its place, and not when a fax comes."""

    assert expected == compiled(files).texts


def test_a_list_that_grows_in_a_lookup_is_compared_as_well(compiled: Callable[..., Any]) -> None:
    """A new row of a CSV file may print what the form does not take."""

    files = template("Kind: '{{ desk_by_number.desk or \"Referral\" }}'")
    good = compiled({**files, "rules/desks.csv": "our_number,desk\n+14155550100,Consent\n"})
    grown = compiled({**files, "rules/desks.csv": "our_number,desk\n+14155550100,Consent\n+14155550101,front\n"})

    assert [] == [text for text in good.texts if "R41" in text]
    assert ["4:9 R414 prints `front` when `desk_by_number.desk` is that; `Kind` takes one of Referral, Consent"] == [
        text for text in grown.texts if "R41" in text
    ]


def test_without_the_file_nothing_is_checked(compiled: Callable[..., Any]) -> None:
    """The records system says what its forms take when a document is filed."""

    made = compiled({FILE: template("Anything: '{{ text or 0 }}'", category="Whatever")[FILE]})

    assert (made.texts, made.rule_set.categories) == ([], {})


BROKEN: list[tuple[str, str, list[str]]] = [
    ("  Referral:\n", "  Referral: text\n  Other:\n", ["R007"]),
    ("{type: choice, values: [Referral, Consent], required: yes}", "{type: chioce}", ["R106"]),
    ("{type: choice, values: [Referral, Consent], required: yes}", "choice", ["R007"]),
    ("language: 1", "language: [1", ["R002"]),
]


@pytest.mark.parametrize(("old", "new", "codes"), BROKEN)
def test_a_mistake_in_a_category_is_not_told_again_for_its_templates(
    old: str, new: str, codes: list[str], compiled: Callable[..., Any]
) -> None:
    """One mistake, one problem."""

    files = template("Kind: letter")
    made = compiled({**files, "templates/categories.yaml": CATEGORIES.replace(old, new)})

    assert codes == [problem.code for problem in made.problems]


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("templates/categories.yml", 'did you mean "categories.yaml"?'),
        ("templates/category.yaml", "templates/categories.yaml"),
        ("rules/categories.yaml", "templates/categories.yaml"),
    ],
)
def test_a_file_of_categories_in_another_place_is_told_where_it_goes(
    path: str, hint: str, compiled: Callable[..., Any]
) -> None:
    """A file in no known place is an error, so that none is overlooked because of its name."""

    (problem,) = compiled({path: CATEGORIES}).problems

    assert ("R011", True) == (problem.code, hint in problem.message)


def test_the_rule_set_holds_the_categories(compiled: Callable[..., Any]) -> None:
    """Planning reads them."""

    made = compiled(template("Kind: Referral"))

    assert ["Kind", "Subject", "Pages", "Sender:Desk"] == list(made.rule_set.categories["Referral"].attributes)
