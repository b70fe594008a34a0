"""The categories of `templates/categories.yaml`: declared as written, mistakes at their place."""

from typing import Any

import pytest

from faxrouter.language.declarations.categories import read_categories
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import AttributeDeclaration, AttributeType, CategoryDeclaration
from faxrouter.language.source import MapNode, read_yaml
from faxrouter.model.problem import Place


def categories_of(text: str) -> tuple[dict[str, CategoryDeclaration], list[str]]:
    findings = Findings()
    root = read_yaml("f", text.encode(), findings=findings)
    assert isinstance(root, MapNode)
    read = read_categories(root, findings=findings)
    return dict(read), [str(problem).removeprefix("f:") for problem in findings.sorted()]


def test_categories_are_what_was_written() -> None:
    """A text has 254 characters where nothing else is said; an attribute inside a set is called `Set:Attribute`."""

    read, problems = categories_of(
        "language: 1\n"
        "categories:\n"
        "  Clinic fax:\n"
        "    Kind: {type: choice, values: [Referral, Consent], required: yes}\n"
        "    Number: {type: text, length: 20}\n"
        "    Sender:Name: {type: text}\n"
        "    Pages: {type: whole number}\n"
        "    Claims: {type: text, length: 20, several: yes}\n"
        "    Seen: {type: yes/no}\n"
        "  Fax: {}\n"
    )

    def attribute(name: str, type_: AttributeType, line: int, **more: Any) -> AttributeDeclaration:
        return AttributeDeclaration(name=name, type=type_, place=Place(file="f", line=line, column=5), **more)

    attributes = [
        attribute("Kind", AttributeType.CHOICE, 4, values=("Referral", "Consent"), required=True),
        attribute("Number", AttributeType.TEXT, 5, length=20),
        attribute("Sender:Name", AttributeType.TEXT, 6, length=254),
        attribute("Pages", AttributeType.WHOLE_NUMBER, 7),
        attribute("Claims", AttributeType.TEXT, 8, length=20, several=True),
        attribute("Seen", AttributeType.YES_NO, 9),
    ]
    clinic, fax = Place(file="f", line=3, column=3), Place(file="f", line=10, column=3)
    assert problems == []
    assert read == {
        "Clinic fax": CategoryDeclaration(
            name="Clinic fax", attributes={one.name: one for one in attributes}, place=clinic
        ),
        "Fax": CategoryDeclaration(name="Fax", attributes={}, place=fax),
    }


WRONG = [
    ("{type: txt}", ['3:17 R106 unknown attribute type `txt`; did you mean "text"?']),
    ("{length: 20}", ["3:10 R009 the attribute `A` needs `type:`"]),
    ("text", ["3:10 R007 the attribute `A` must be a map (`key: value` lines)"]),
    ("{type: text, lenght: 20}", ['3:23 R008 unknown key `lenght` in the attribute `A`; did you mean "length"?']),
    (
        "{type: text, length: 0}",
        ["3:31 R105 `length`: `0` is not a number of characters from 1 to 2000"],
    ),
    ("{type: date, length: 10}", ["3:23 R103 `length` means nothing for `type: date`; remove it"]),
    ("{type: text, values: [a]}", ["3:23 R103 `values` means nothing for `type: text`; remove it"]),
    ("{type: choice}", ["3:10 R009 the choice `A` needs `values: [...]`"]),
    ("{type: choice, values: []}", ["3:10 R009 the choice `A` needs `values: [...]`"]),
    ("{type: choice, values: [a, b, a]}", ["3:40 R104 `a` stands twice in `values`; keep one"]),
    (
        '{type: choice, values: [a, " b"]}',
        ["3:37 R170 ` b` is never printed: a text stands on one line, with single blanks; write `b`"],
    ),
    (
        '{type: choice, values: [a, ""]}',
        ["3:37 R170 an empty value is no choice; remove it: what is not `required` may be empty"],
    ),
    (
        '{type: choice, several: yes, values: [a, "b, c"]}',
        [
            "3:51 R170 `b, c` is taken for two values: `, ` stands between those of `several: yes`; write it without",
        ],
    ),
    ('{type: choice, values: ["b, c"]}', []),
    ("{type: text, required: perhaps}", ["3:33 R007 `required` must be `yes` or `no`, not `perhaps`"]),
]


@pytest.mark.parametrize(("entry", "expected"), WRONG, ids=[entry for entry, _ in WRONG])
def test_a_mistake_in_an_attribute_is_named_at_its_place(entry: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it; the attribute is known all the same."""

    read, problems = categories_of(f"language: 1\ncategories: {{Fax: {{\n      A: {entry}}}}}\n")

    assert expected == problems
    assert ["A"] == list(read["Fax"].attributes)
