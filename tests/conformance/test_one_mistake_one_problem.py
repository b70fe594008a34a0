"""A mistake in a declaration is told where it stands, and not again wherever the declared word is used."""

from collections.abc import Mapping

import pytest

from faxrouter.reload.gates import examine
from small_home import CALENDARS, FACTS, OTHERWISE, RETENTION, WORKSPACES, home

RULES = f"""\
include: [shared/words.yaml]
lookups:
  lk: {{key: their_number, from file: desks.csv, gives: {{desk: choice}}}}
rules:
  - id: one
    when: {{pages: 3, lk.desk: a, sender_station: $stations, received_at: {{during: office}}}}
    then: {{desk: a, retention: years_30, workspace: {{type: Patient, key: patient_id, else: Referrals}}}}
  - id: two
    when: {{not: {{lk.desk: b}}, their_number found in: lk}}
    then: {{task: {{queue: q, title: "{{{{ lk.desk or pages }}}}"}}}}
tables:
  - {{id: t, columns: [pages, lk.desk, "-> desk"], rows: [[over 3, a, b]]}}
{OTHERWISE}"""
CATEGORIES = "language: 1\ncategories:\n  Fax: {Sender number: {type: text, length: 20}}\n  Other: {}\n"
WORDS = "language: 1\nlists: {stations: [a, b]}\n"
DESKS = "their_number,desk\n+1 212 555 0100,a\n+1 212 555 0101,b\n"


def _problems(files: Mapping[str, str]) -> list[str]:
    more = {"rules/shared/words.yaml": WORDS, "rules/desks.csv": DESKS, **files}
    refused = examine(home(RULES, more=more)).problems
    return [f"{problem.place.file.removeprefix('rules/')} {problem.code}" for problem in refused if "R5" > problem.code]


# the changed file, what the mistake is, the one problem
MISTAKES: dict[str, tuple[dict[str, str], str]] = {
    "a fact of an unknown type": (
        {"rules/facts.yaml": FACTS.replace("pages:          {type: whole_number", "pages: {type: number")},
        "facts.yaml R102",
    ),
    "a fact without its map": (
        {"rules/facts.yaml": FACTS.replace("{type: whole_number, min: 0, max: 2000}", "whole_number")},
        "facts.yaml R007",
    ),
    "an outcome with an unknown policy": (
        {"rules/facts.yaml": FACTS.replace("desk:       {policy: first", "desk: {policy: last")},
        "facts.yaml R106",
    ),
    "a record class without a period": (
        {"rules/retention.yaml": RETENTION.replace("period: 30 years", "period: thirty years")},
        "retention.yaml R105",
    ),
    "the default class without a trigger": (
        {"rules/retention.yaml": RETENTION.replace("10 years, from: received", "10 years")},
        "retention.yaml R009",
    ),
    "a calendar in no zone": (
        {"rules/calendars.yaml": CALENDARS.replace("America/New_York", "New York")},
        "calendars.yaml R105",
    ),
    "a workspace without its map": (
        {"rules/workspaces.yaml": WORKSPACES.replace("{department: clinic, path: [Clinic, Referrals]}", "x")},
        "workspaces.yaml R007",
    ),
    "a type of workspaces without its map": (
        {
            "rules/workspaces.yaml": WORKSPACES.replace(
                "{department: clinic, find by: {external system: EHR, object type: PATIENT}, create: no}", "x"
            )
        },
        "workspaces.yaml R007",
    ),
    "a queue that nobody looks after": (
        {"rules/workspaces.yaml": WORKSPACES + "queues: {q: {}}\n"},
        "workspaces.yaml R127",
    ),
    "a queue without its map": (
        {"rules/workspaces.yaml": WORKSPACES + "queues: {q: Fax task, r: {workflow: Fax task}}\n"},
        "workspaces.yaml R007",
    ),
    "a category without its map": (
        {"templates/categories.yaml": CATEGORIES.replace("{Sender number: {type: text, length: 20}}", "x")},
        "templates/categories.yaml R007",
    ),
    "an attribute of an unknown type": (
        {"templates/categories.yaml": CATEGORIES.replace("text, length: 20", "txt")},
        "templates/categories.yaml R106",
    ),
    "an attribute without its map": (
        {"templates/categories.yaml": CATEGORIES.replace("{type: text, length: 20}", "text")},
        "templates/categories.yaml R007",
    ),
    "a list in a list": (
        {"rules/shared/words.yaml": WORDS.replace("[a, b]", "[[a], b]")},
        "shared/words.yaml R007",
    ),
    "a list that is a map": (
        {"rules/shared/words.yaml": WORDS.replace("[a, b]", "{a: b}")},
        "shared/words.yaml R007",
    ),
    "a list without values": (
        {"rules/shared/words.yaml": WORDS.replace("[a, b]", "[]")},
        "shared/words.yaml R212",
    ),
}


def test_without_a_mistake_there_is_no_error() -> None:
    """Else the mistakes below would hide behind it."""
    assert ["clinic.rules.yaml R220", "clinic.rules.yaml R404"] == _problems({})


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_a_declaration_is_one_problem(name: str) -> None:
    """Rules that use the word are judged in everything else."""
    files, problem = MISTAKES[name]

    errors = [found for found in _problems(files) if not found.endswith(("R220", "R404", "R341", "R124"))]

    assert [problem] == errors


@pytest.mark.parametrize(
    ("lookup", "problem"),
    [
        ("{key: their_numbr, from file: desks.csv, gives: {desk: choice}}", "R107"),
        ("{key: their_number, from file: desks.csv, gives: {desk: choise}}", "R102"),
        ("{key: their_number, from file: desk.csv, gives: {desk: choice}}", "R015"),
        ("{key: their_number, from file: desks.csv, gives: [desk]}", "R007"),
        ("desks.csv", "R007"),
    ],
)
def test_a_mistake_in_a_lookup_is_one_problem(lookup: str, problem: str) -> None:
    """Its facts are not unknown besides."""
    rules = RULES.replace("{key: their_number, from file: desks.csv, gives: {desk: choice}}", lookup)
    more = {"rules/shared/words.yaml": WORDS, "rules/desks.csv": DESKS}

    found = examine(home(rules, more=more)).problems

    assert [problem] == [one.code for one in found if one.code not in ("R220", "R404")]
