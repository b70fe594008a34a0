"""How many problems are told at once, and that only errors, however many there are, refuse a rule set."""

from collections import Counter

import pytest

from faxrouter.model.problem import Severity
from faxrouter.reload.gates import examine
from small_home import ORGANISATION, OTHERWISE, home


def _rules(lines: str, count: int) -> str:
    return "rules:\n" + "".join(lines.format(i=i, v="abc"[i % 3]) for i in range(count)) + OTHERWISE


def test_a_thousand_warnings_refuse_nothing() -> None:
    """A warning may go live, so any number of them may."""
    many = _rules("  - {{id: r{i}, when: {{not: {{pages: {i}}}}}, then: {{notify: n}}}}\n", 1100)

    examined = examine(home(many))

    assert examined.rule_set is not None
    assert {problem.severity for problem in examined.problems} == {Severity.WARNING}


def test_rules_that_order_settles_by_the_thousand_refuse_nothing() -> None:
    """Inside a file order settles it, with a note; nobody reads a thousand notes."""
    many = _rules("  - {{id: r{i}, when: {{text contains any: w{i}}}, then: {{desk: {v}}}}}\n", 1100)

    examined = examine(home(many))

    assert examined.rule_set is not None
    assert {problem.code for problem in examined.problems} == {"R506"}
    assert len(examined.problems) <= 100


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("  - {{id: r{i}, whn: {{pages: {i}}}, then: {{notify: n}}}}\n", id="while reading"),
        pytest.param(
            "  - {{id: r{i}, when: {{pages at least: 5, pages at most: 4}}, then: {{notify: n}}}}\n", id="in pairs"
        ),
    ],
)
def test_more_errors_than_anybody_reads_end_with_a_problem_that_says_so(line: str) -> None:
    """A thousand errors are told, then one says that there are more; nothing is raised."""
    examined = examine(home(_rules(line, 1100)))

    codes = Counter(problem.code for problem in examined.problems)
    assert examined.rule_set is None
    assert codes["R016"] == 1
    assert sum(codes.values()) <= 1100


def test_ties_between_files_by_the_thousand_are_told_in_part() -> None:
    """Fifteen hundred rules against fifteen hundred give a list that can be read."""
    organisation = ORGANISATION.replace(
        "language: 1\n",
        "language: 1\n"
        + "rules:\n"
        + "".join(
            f"  - {{id: o{i}, apply: before departments, when: {{text contains any: w{i}}}, "
            f"then: {{desk: {'abc'[i % 3]}}}}}\n"
            for i in range(300)
        ),
    )
    many = _rules("  - {{id: r{i}, when: {{text contains any: w{i}}}, then: {{desk: {v}}}}}\n", 300)

    examined = examine(home(many, organisation=organisation))

    assert examined.rule_set is not None
    assert len(examined.problems) <= 200


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        pytest.param('"+1 213 555\n 0102"', "`+1 213 555\\n 0102`", id="a line break"),
        pytest.param("+1 213\u00a0x", "`+1 213\\xa0x`", id="a space of another kind"),
        pytest.param("x\u202ey", "`x\\u202ey`", id="a change of direction"),
    ],
)
def test_a_message_is_one_line_in_which_everything_can_be_seen(cell: str, shown: str) -> None:
    """What is quoted may hold anything; the problem is read in a terminal, one a line."""
    rules = f'tables:\n  - {{id: t, from file: t.csv, columns: [their_number, "-> desk"]}}\n{OTHERWISE}'

    examined = examine(home(rules, more={"rules/t.csv": f"their_number,-> desk\n{cell},a\n"}))

    assert [shown in problem.message for problem in examined.problems] == [True]
    assert str(examined.problems[0]).isprintable()


def test_more_rows_than_can_be_decided_in_time_are_refused_before_they_are_read() -> None:
    """Tables have a limit; a lookup may be much longer."""
    rows = "".join(f"+1212{5_000_000 + i},a\n" for i in range(30_000))
    table = f'tables:\n  - {{id: t, from file: t.csv, columns: [their_number, "-> desk"]}}\n{OTHERWISE}'

    examined = examine(home(table, more={"rules/t.csv": f"their_number,-> desk\n{rows}"}))

    assert [problem.code for problem in examined.problems] == ["R003"]
    assert str(examined.problems[0].place) == "rules/clinic.rules.yaml:9:24"
