"""Decision tables: every cell means what section 5 of the language says, and every row is a rule with its own place."""

from collections.abc import Callable
from typing import Any

import pytest

from faxrouter.language.catalogue.examples import CLINIC, clinic, table
from faxrouter.language.conditions import (
    AllOf,
    ConfidenceTest,
    Exact,
    Leaf,
    MomentTest,
    PatternTest,
    Prefix,
    Quantity,
    Span,
    StateTest,
    Test,
    ValueTest,
    WordsTest,
)
from faxrouter.model.fact import Confidence

BOTH = ValueTest((Exact("referral"), Exact("consent")))

# column, cell as YAML, test, negated
CELLS: list[tuple[str, str, Test, bool]] = [
    ("document_type", "referral", ValueTest((Exact("referral"),)), False),
    ("document_type", '"referral, consent"', BOTH, False),
    ("document_type", "[referral, consent]", BOTH, False),
    ("document_type", '"$docs"', BOTH, False),
    ("document_type", '"not referral, consent"', BOTH, True),
    ("document_type", '"re*"', ValueTest((Exact("referral"),)), False),
    ("document_type", "known", StateTest(want_known=True), False),
    ("document_type", "missing", StateTest(want_known=False), False),
    ("document_type is not", "other", ValueTest((Exact("other"),)), True),
    ("sender_station", "'\"Smith, Jones\"'", ValueTest((Exact("smith, jones"),)), False),
    ("sender_station", "'\"a, b\", c'", ValueTest((Exact("a, b"), Exact("c"))), False),
    ("sender_station", "'\"not here\"'", ValueTest((Exact("not here"),)), False),
    ("sender_station", "'\"-\"'", ValueTest((Exact("-"),)), False),
    ("sender_station", '"MERCY*, ST MARY"', ValueTest((Prefix("mercy"), Exact("st mary"))), False),
    ("sender_station", "['a, b']", ValueTest((Exact("a, b"),)), False),
    ("their_number", '"+1 312 555 03*"', ValueTest((Prefix("+131255503"),)), False),
    (
        "their_number",
        '"+1 312 555 0100 .. +1 312 555 0149"',
        ValueTest((Span(low="+13125550100", high="+13125550149"),)),
        False,
    ),
    ("pages", "3 to 20", ValueTest((Span(low=3, high=20),)), False),
    ("pages", "over 20", ValueTest((Span(low=20, low_open=True),)), False),
    ("pages", "under 3", ValueTest((Span(high=3, high_open=True),)), False),
    ("pages", "at least 3", ValueTest((Span(low=3),)), False),
    ("pages", "at most 3", ValueTest((Span(high=3),)), False),
    ("pages", '"1, 3 to 5, over 20"', ValueTest((Exact(1), Span(low=3, high=5), Span(low=20, low_open=True))), False),
    ("pages", "not over 20", ValueTest((Span(low=20, low_open=True),)), True),
    ("pages at least", "3", ValueTest((Span(low=3),)), False),
    ("text contains any", '"stat, critical value"', WordsTest(Quantity.ANY, (("stat",), ("critical", "value"))), False),
    ("text contains any", "not urgent", WordsTest(Quantity.ANY, (("not", "urgent"),)), False),
    ("text contains none", "spam", WordsTest(Quantity.ANY, (("spam",),)), True),
    ("text matches", '"a{1,3}, b"', PatternTest(("a{1,3}, b",)), False),
    (
        "document_type confidence at least",
        "medium",
        ConfidenceTest(frozenset({Confidence.MEDIUM, Confidence.HIGH})),
        False,
    ),
    (
        "received_at on",
        '"friday, saturday"',
        MomentTest(weekdays=frozenset({4, 5}), zone="America/Los_Angeles"),
        False,
    ),
]


def with_list(files: dict[str, str]) -> dict[str, str]:
    return {CLINIC: files[CLINIC].replace("tables:", "lists: {docs: [referral, consent]}\ntables:")}


@pytest.mark.parametrize(("column", "cell", "test", "negated"), CELLS, ids=[f"{c[0]}: {c[1]}" for c in CELLS])
def test_a_cell_is_one_condition(
    column: str, cell: str, test: Test, negated: bool, compiled: Callable[..., Any]
) -> None:
    """A cell asks its column's fact, in the words of cells or behind the column's own phrase."""

    leaf = compiled(with_list(dict(table(f'[{column}, "-> urgency"]', f"[{cell}, today]")))).clinic.rules[0].when

    assert isinstance(leaf, Leaf)
    assert (test, negated) == (leaf.test, leaf.negated)


@pytest.mark.parametrize("cell", ["-", '""', '"-"', '" - "'])
def test_an_empty_cell_asks_nothing(cell: str, compiled: Callable[..., Any]) -> None:
    """`-` and empty mean any value, an absent fact among them."""

    condition = compiled(table('[document_type, "-> urgency"]', f"[{cell}, today]")).clinic.rules[0].when

    assert AllOf(children=(), place=condition.place) == condition


@pytest.mark.parametrize(
    ("row", "outputs"),
    [
        ("[1, today, years_10, a]", {"urgency": ("today",), "retention": ("years_10",), "hold": ("a",)}),
        ('[1, "-", "", a]', {"hold": ("a",)}),
        ('[1, "-", "years_10, medical_7", "a, b"]', {"retention": ("years_10", "medical_7"), "hold": ("a", "b")}),
        ('[1, "-", [years_10], \'"a, b"\']', {"retention": ("years_10",), "hold": ("a, b",)}),
    ],
)
def test_an_output_cell_gives_its_values(
    row: str, outputs: dict[str, tuple[str, ...]], compiled: Callable[..., Any]
) -> None:
    """`-` or empty gives nothing; several names stand between commas where the outcome takes several."""

    rule = compiled(table('[pages, "-> urgency", "-> retention", "-> hold"]', row)).clinic.rules[0]

    assert outputs == {name: output.values for name, output in rule.outputs.items()}


BROKERS = '  - {id: brokers, from file: brokers.csv, columns: [id, their_number, "-> workspace", "-> metadata"]}'


def test_a_row_of_a_csv_is_a_rule_at_its_own_line(compiled: Callable[..., Any]) -> None:
    """A row is named by its id, otherwise by its line; the header is line 1, and quotes are the CSV's own."""

    header = "id,their_number,-> workspace,-> metadata\n"
    csv = header + 'ACME,"+13125550201, +13125550202",Nursing,-\n\n,+13125550203,Nursing,\n'

    rules = compiled({**clinic("tables:", BROKERS), "rules/brokers.csv": csv}).clinic.rules

    assert [("brokers[ACME]", "rules/brokers.csv:2:1", True), ("brokers[line 4]", "rules/brokers.csv:4:1", False)] == [
        (rule.name, str(rule.place), rule.has_own_name) for rule in rules
    ]
    assert ValueTest((Exact("+13125550201"), Exact("+13125550202"))) == rules[0].when.test
    assert ["workspace"] == list(rules[0].outputs)
    assert ["brokers", "brokers"] == [rule.table for rule in rules]


def test_a_row_of_yaml_is_named_by_its_line(compiled: Callable[..., Any]) -> None:
    """The line is the one of the file that the row stands in; tables follow all rules."""

    lines = (
        "rules:",
        "  - {id: first, then: {urgency: normal}}",
        "tables:",
        '  - {id: lines, rows are: in order, columns: [pages, "-> urgency"], why: Thick first, rows: [[over 9, now],',
        "      [1, today]]}",
    )

    file = compiled(clinic(*lines)).clinic

    assert ["first", "lines[line 9]", "lines[line 10]"] == [rule.name for rule in file.rules]
    assert (False, ("pages", "-> urgency")) == (file.tables["lines"].unique, file.tables["lines"].columns)
    assert "Thick first" == file.rules[1].why


PROBLEMS = [
    ("[document_type]", "[referral]", '8:5 R320 the table gives nothing; add a column such as "-> workspace"'),
    (
        "[document_type, urgency]",
        "[referral, now]",
        "8:30 R320 `urgency` is an outcome; write the column as `-> urgency`",
    ),
    (
        '[pages, pages, "-> urgency"]',
        "[1, 2, now]",
        "8:22 R320 the column `pages` stands twice; keep one",
    ),
    (
        '[received_at, "-> urgency"]',
        '["-", now]',
        "8:15 R320 `received_at` is a moment; write the column as `received_at between`, `received_at on` or "
        "`received_at during`",
    ),
    (
        '[pages, "-> urgency"]',
        "[1]",
        "10:9 R013 this row has 1 cells, the table has 2 columns; write `-` for any",
    ),
    (
        '[pages, "-> urgency"]',
        "[1 - 3, now]",
        "10:10 R204 `1 - 3` is not one value; a range is written with `to`; did you mean `1 to 3`?",
    ),
    ('[pages, "-> urgency"]', '["1,", now]', "10:10 R302 nothing stands beside a comma; remove the comma"),
    (
        '[pages, "-> urgency"]',
        "[[not 1], now]",
        "10:11 R302 `not 1` cannot stand in a list; write the whole cell as one value: `not a, b`",
    ),
    ('[pages, "-> urgency"]', "[{a: 1}, now]", "10:10 R302 a cell must be a value or a list, not a map"),
    ('[pages, "-> urgency"]', "[1, noww]", '10:13 R303 unknown urgency `noww`; did you mean "now"?'),
    ('[pages, "-> urgncy"]', "[1, now]", '8:22 R301 unknown outcome `urgncy`; did you mean "urgency"?'),
]


@pytest.mark.parametrize(("columns", "row", "text"), PROBLEMS, ids=[text for _, _, text in PROBLEMS])
def test_a_table_that_cannot_be_read_is_one_problem(
    columns: str, row: str, text: str, compiled: Callable[..., Any]
) -> None:
    """A cell that cannot be read is an error at its place, never a row that never matches."""

    assert [text] == compiled(table(columns, row)).texts


def test_a_cell_of_endless_length_is_refused(compiled: Callable[..., Any]) -> None:
    """Thousands of values belong into a lookup; and taking a cell apart takes bounded time."""

    made = compiled(table('[sender_station, "-> urgency"]', "['" + '"a", ' * 10_000 + "b', now]"))

    assert ["R302"] == [problem.code for problem in made.problems]


def test_the_problems_of_a_csv_stand_at_its_cells(compiled: Callable[..., Any]) -> None:
    """Place and wording are those of the CSV file, all at once."""

    csv = "id,their_number,-> workspace,-> metadata\nA,+13125550201,Nursing,-\nA,banana,Unsorted faxes,referal\n"

    problems = compiled({**clinic("tables:", BROKERS), "rules/brokers.csv": csv}).problems

    assert [
        "rules/brokers.csv:3:1 R323 the row id `A` stands twice: here and on line 2; give one another id",
        "rules/brokers.csv:3:3 R204 `banana` is not a phone number: "
        "write digits, with `+` and the country code in front",
        "rules/brokers.csv:3:10 R305 `Unsorted faxes` belongs to the organisation; "
        "rules of `clinic` file only into workspaces of `clinic`",
        'rules/brokers.csv:3:25 R303 unknown metadata `referal`; did you mean "referral"?',
    ] == [str(problem) for problem in problems]


@pytest.mark.parametrize(
    ("header", "text"),
    [
        (
            "id,their_number,-> workspace",
            "1:17 R321 the header must equal `columns`: column 4 is missing here and `-> metadata` in the table",
        ),
        (
            "id,number,-> workspace,-> metadata",
            "1:4 R321 the header must equal `columns`: column 2 is `number` here and `their_number` in the table",
        ),
        (
            "id,their_number,-> workspace,-> metadata,note",
            "1:42 R321 the header must equal `columns`: column 5 is `note` here and not there in the table",
        ),
    ],
)
def test_the_header_of_a_csv_equals_the_columns(header: str, text: str, compiled: Callable[..., Any]) -> None:
    """A moved or renamed column of a spreadsheet is never read as another one."""

    assert [text] == compiled({**clinic("tables:", BROKERS), "rules/brokers.csv": header + "\n"}).texts


def test_a_warning_is_told_once_for_a_kind_of_row(compiled: Callable[..., Any]) -> None:
    """A thousand rows of one kind give one warning."""

    rows = [f"['STATION {n}', Nursing]" for n in range(50)] + ["[not X, Nursing]", "[not Y, Nursing]"]

    made = compiled(table('[sender_station, "-> workspace"]', *rows))

    assert ["R221", "R220", "R221"] == [problem.code for problem in made.problems]
