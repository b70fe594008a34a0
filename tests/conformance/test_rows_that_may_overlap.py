"""`rows are: unique`: two rows of one column, and whether one fax may lie in both. A pair that cannot meet must pass."""

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
]


@pytest.mark.parametrize(("column", "one", "other", "overlap"), ROWS, ids=lambda value: str(value))
def test_rows_overlap_where_a_value_fits_both(column: str, one: str, other: str, overlap: bool) -> None:
    """Exact for everything that has an order or a list of values; words may always stand on one page together."""
    table = f'tables:\n  - id: t\n    columns: ["{column}", "-> desk"]\n    rows: [[{one}, a], [{other}, b]]\n'

    examined = examine(home(table + OTHERWISE))

    assert overlap is ("R504" in {problem.code for problem in examined.problems})
    assert overlap is (examined.rule_set is None)
