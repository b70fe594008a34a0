"""Lookups: rows of a CSV file typed by their facts, and every cell that cannot be used named at its place."""

from datetime import date

import pytest

from faxrouter.language.declarations.lookups import MAX_PROBLEMS, lookup_facts, read_lookup
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import FactDeclaration, FactType, Lookup
from faxrouter.language.source import MapNode, ScalarNode, read_yaml
from faxrouter.model.problem import Place

FILE = "rules/clinic.rules.yaml"


def fact(name: str, type_: FactType, mask: str | None = None) -> FactDeclaration:
    return FactDeclaration(name=name, type=type_, place=Place(file="rules/facts.yaml"), mask=mask)


FACTS = {
    declared.name: declared
    for declared in (
        fact("our_number", FactType.PHONE),
        fact("sender_station", FactType.TEXT_SHORT),
        fact("text", FactType.TEXT_LONG),
        fact("patient_id", FactType.ID, "MRN-####"),
    )
}


def lookup_of(entry: str, csv: str | None) -> tuple[Lookup | None, list[str]]:
    findings = Findings()
    root = read_yaml(FILE, f"desks: {entry}".encode(), findings=findings)
    assert isinstance(root, MapNode)
    key, node = root.entries[0]
    assert isinstance(key, ScalarNode)
    assert isinstance(node, MapNode)
    files = {"rules/desks.csv": csv.encode()} if csv is not None else {}
    lookup = read_lookup(key, node, facts=FACTS, files=files, phone_region="US", findings=findings)
    return lookup, [str(problem).removeprefix("rules/") for problem in findings.sorted()]


def test_rows_are_typed_by_their_facts() -> None:
    """Keys and values are what rules compare; an empty cell gives nothing; further columns are for people."""
    lookup, problems = lookup_of(
        "{key: our_number, from file: desks.csv, gives: {desk: choice, since: date}}",
        "desk,remark,our_number,since\nfront,ours,(415) 555-0100,2020-01-31\n,,+1 415 555 0101,\n",
    )

    assert problems == []
    assert lookup == Lookup(
        name="desks",
        key="our_number",
        gives={"desk": FactType.CHOICE, "since": FactType.DATE},
        rows={"+14155550100": {"desk": "front", "since": date(2020, 1, 31)}, "+14155550101": {}},
        place=Place(file=FILE),
    )


def test_text_keys_are_normalised() -> None:
    """They are compared as text facts are: case, marks and spaces do not count."""
    lookup, _ = lookup_of(
        "{key: sender_station, from file: desks.csv, gives: {desk: choice}}", "sender_station,desk\nCAFÉ  Nord,front\n"
    )

    assert lookup is not None
    assert lookup.rows == {"cafe nord": {"desk": "front"}}


def test_a_lookup_gives_facts_of_its_own_name() -> None:
    """`desks.desk` is the desk of the number that called."""
    lookup, _ = lookup_of("{key: our_number, from file: desks.csv, gives: {desk: choice}}", "our_number,desk\n")

    assert lookup is not None
    given = lookup_facts(lookup)["desks.desk"]
    assert (given.name, given.type, given.lookup, given.values) == ("desks.desk", FactType.CHOICE, "desks", ())


GOOD = "our_number,desk\n+14155550100,front\n"
WRONG = [
    ("{key: our_number, from file: desks.csv}", GOOD, ["clinic.rules.yaml:1:8 R009 the lookup `desks` needs `gives:`"]),
    (
        "{key: our_numbr, from file: desks.csv, gives: {desk: choice}}",
        GOOD,
        ['clinic.rules.yaml:1:14 R107 unknown fact `our_numbr`; did you mean "our_number"?'],
    ),
    (
        "{key: text, from file: desks.csv, gives: {desk: choice}}",
        GOOD,
        ["clinic.rules.yaml:1:14 R163 `text` has `type: text_long` and cannot be the key of a lookup"],
    ),
    (
        "{key: our_number, from file: desks.csv, gives: {desk: chioce}}",
        GOOD,
        ['clinic.rules.yaml:1:62 R102 unknown fact type `chioce`; did you mean "choice"?'],
    ),
    (
        "{key: our_number, from file: desk.csv, gives: {desk: choice}}",
        GOOD,
        ['clinic.rules.yaml:1:37 R015 there is no CSV file `desk.csv`; did you mean "desks.csv"?'],
    ),
    (
        "{key: our_number, from file: ../desks.csv, gives: {desk: choice}}",
        None,
        [
            "clinic.rules.yaml:1:37 R015 there is no CSV file `../desks.csv`; "
            "name a CSV file under `rules/`, such as `desks.csv`"
        ],
    ),
    (
        "{key: our_number, from file: desks.csv, gives: {desk: choice}}",
        "number,desk\n",
        ['desks.csv:1:1 R161 the file has no column `our_number`; did you mean "number"?'],
    ),
    (
        "{key: our_number, from file: desks.csv, gives: {desk: choice}}",
        "our_number,desk\n+14155550100,front\n(415) 555-0100,back\n",
        ["desks.csv:3:1 R162 `(415) 555-0100` has a row already, on line 2; keep one"],
    ),
    (
        "{key: our_number, from file: desks.csv, gives: {desk: choice}}",
        "our_number,desk\n,front\n",
        ["desks.csv:2:1 R164 this row has no `our_number`, so nothing can find it"],
    ),
    (
        "{key: patient_id, from file: desks.csv, gives: {visits: whole_number}}",
        "patient_id,visits\nMRN-1,few\n",
        [
            "desks.csv:2:1 R105 `patient_id`: `MRN-1` does not fit the mask `MRN-####` (`#` a digit, `@` a letter, "
            "`*` either)",
            "desks.csv:2:7 R105 `desks.visits`: `few` is not a whole number",
        ],
    ),
]


@pytest.mark.parametrize(("entry", "csv", "expected"), WRONG)
def test_a_mistake_in_a_lookup_is_named_at_its_place(entry: str, csv: str | None, expected: list[str]) -> None:
    """In the rules file or at the cell of the CSV file; all of them at once."""
    _, problems = lookup_of(entry, csv)

    assert expected == problems


def test_a_file_full_of_bad_cells_gives_a_bounded_number_of_problems() -> None:
    """After the first fifty the rest is counted, not listed."""
    _, problems = lookup_of(
        "{key: our_number, from file: desks.csv, gives: {desk: choice}}", "our_number,desk\n" + "x,front\n" * 500
    )

    assert len(problems) == MAX_PROBLEMS + 1
    assert "desks.csv:1:1 R105 450 more cells of this file cannot be used" in problems
