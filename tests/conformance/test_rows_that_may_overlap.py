"""`rows are: unique`: two rows of one column, and whether one fax may lie in both. Those that cannot meet pass."""

import pytest

from faxrouter.reload.gates import examine
from small_home import OTHERWISE, home

# column, two cells, whether a value fits both
ROWS: list[tuple[str, str, str, bool]] = [
    ("their_number", '"+1 415*"', '"+1 212*"', False),
    ("their_number", '"+1 415*"', '"+1 415 555 0100"', True),
    ("their_number", '"+1 415 555 0100 .. +1 415 555 0149"', '"+1 415 555 0150 .. +1 415 555 0199"', False),
    ("their_number", '"+1 415 555 0100 .. +1 415 555 0149"', '"+1 415 555 0149"', True),
    ("their_number", '"+1 415 555 01*"', '"+1 415 555 0200 .. +1 415 555 0249"', False),
    ("their_number", '"+4*"', '"+49 30*"', True),
    ("their_number", "known", "missing", False),
    ("their_number", "known", '"+1*"', True),
    ("their_number", '"not +1 415*"', '"+1 415 555 0100"', False),
    ("their_number", '"not +1 415*"', "missing", False),
    ("pages", "3 to 5", "6 to 9", False),
    ("pages", "3 to 6", "6 to 9", True),
    ("pages", "over 6", "at most 6", False),
    ("pages", "over 20", "under 21", False),
    ("pages", "over 20", "under 22", True),
    ("pages", "over 1999", "2000", True),
    ("pages", "3", '"not 3"', False),
    ("pages", "-", "missing", True),
    ("document_type", "lab_result", "referral", False),
    ("document_type", '"not lab_result"', "lab_result", False),
    ("document_type", '"not lab_result, referral"', '"not consent, other"', False),
    ("document_type", '"not lab_result, referral"', '"not consent"', True),
    ("urgent", '"not yes"', '"not no"', False),
    ("urgent", '"not yes"', "no", True),
    ("due_on", "2026-01-01 to 2026-01-31", "2026-02-01 to 2026-02-28", False),
    ("due_on", "over 2026-01-01", "under 2026-01-02", False),
    ("due_on", "over 2026-01-01", "under 2026-01-03", True),
    ("total", "under 12.00 USD", "at least 12.00 USD", False),
    ("total", "at most 12.00 USD", "at least 12.00 USD", True),
    ("ink", "under 40%", "at least 40%", False),
    ("ink", "over 40%", "under 41%", True),
    ("patient_id", "P*", "Q*", False),
    ("patient_id", "P-1", "p-1", False),
    ("sender_station", "mercy", "MERCY", True),
    ("sender_station", "mercy*", "mary*", False),
    ("document_type confidence", "high", "low", False),
    ("document_type confidence at least", "high", "medium", True),
    ("text contains any", "a", "b", True),
    ("received_at between", "08:00-18:00", "18:00-08:00", False),
    ("received_at between", "08:00-18:00", "17:59-20:00", True),
    ("received_at between", "22:00-06:00", "05:59-08:00", True),
    ("received_at on", "monday to friday", '"saturday, sunday"', False),
    ("received_at on", "monday to friday", "friday", True),
    ("received_at on", "monday", "2026-03-03", True),
    ("received_at during", "office", "office", True),
]


@pytest.mark.parametrize(("column", "one", "other", "overlap"), ROWS, ids=lambda value: str(value))
def test_rows_overlap_where_a_value_fits_both(column: str, one: str, other: str, overlap: bool) -> None:
    """Exact for everything that has an order or a list of values; words may always stand on one page together."""
    table = f'tables:\n  - id: t\n    columns: ["{column}", "-> desk"]\n    rows: [[{one}, a], [{other}, b]]\n'

    examined = examine(home(table + OTHERWISE))

    assert overlap is ("R504" in {problem.code for problem in examined.problems})
    assert overlap is (examined.rule_set is None)


def test_an_office_that_is_open_is_not_closed() -> None:
    """`during` and `outside` of one calendar never hold together; on friday after 22:00 it may be saturday."""
    table = (
        'tables:\n  - id: t\n    columns: ["received_at during", "received_at outside", "-> desk"]\n'
        '    rows: [[office, "-", a], ["-", office, b]]\n'
    )

    assert examine(home(table + OTHERWISE)).problems == ()


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("{on: friday, between: 22:00-06:00}", "{on: saturday, between: 06:00-22:00}", False),
        ("{on: friday, between: 22:00-06:00}", "{on: saturday, between: 05:00-22:00}", True),
        ("{on: sunday, between: 22:00-06:00}", "{on: monday, between: 05:00-22:00}", True),
        ("{on: sunday, between: 22:00-06:00}", "{on: monday, between: 06:00-22:00}", False),
    ],
)
def test_a_window_over_midnight_ends_on_the_next_day(one: str, other: str, overlap: bool) -> None:
    """Two rules whose hours do not meet never differ about one fax, so nothing is said of their order."""
    rules = (
        f"rules:\n  - {{id: one, when: {{received_at: {one}}}, then: {{desk: a}}}}\n"
        f"  - {{id: other, when: {{received_at: {other}}}, then: {{desk: b}}}}\n"
    )

    problems = examine(home(rules + OTHERWISE)).problems

    assert (["R506"] if overlap else []) == [problem.code for problem in problems]


def test_a_cell_that_negates_is_told_to_get_a_row_beside_it() -> None:
    """A row has no `any:`; what is missing gets a row of its own, and then nothing is said any more."""
    table = 'tables:\n  - id: t\n    columns: [document_type, "-> desk"]\n    rows: [["not other", a]{}]\n'

    (problem,) = examine(home(table.format("") + OTHERWISE)).problems

    assert problem.message == (
        "`document_type: not other` is false when `document_type` is missing; "
        "add a row with `missing` for `document_type`"
    )
    assert examine(home(table.format(", [missing, b]") + OTHERWISE)).problems == ()
