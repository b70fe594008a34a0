"""Questions about pairs of rules: what is found, with which fax, and what is rightly left alone."""

import json
from typing import Any

import pytest

from faxrouter.analysis.pairs import pair_problems
from faxrouter.deciding.reference import truth
from faxrouter.facts.gather import gather
from faxrouter.language.compile import compile_home
from faxrouter.model.decision import Verdict
from faxrouter.model.problem import Problem
from small_home import CLAIMS, OTHERWISE, home


def found(rules: str, **more: Any) -> list[Problem]:
    rule_set, problems = compile_home(home(rules + OTHERWISE, **more))
    assert rule_set is not None, problems
    return pair_problems(rule_set)


def table(kind: str, *rows: str) -> str:
    text = "".join(f"      - {row}\n" for row in rows)
    columns = '[their_number, pages, text contains any, "-> desk"]'
    return f"tables:\n  - id: t\n    rows are: {kind}\n    columns: {columns}\n    rows:\n{text}"


ROWS = {
    # two rows → do they overlap
    "different numbers": ('["+1 212 555 0101", "-", "-", a]', '["+1 212 555 0102", "-", "-", b]', False),
    "a number and its prefix": ('["+1 212 555 0101", "-", "-", a]', '["+1 212 555 01*", "-", "-", b]', True),
    "a prefix and another": ('["+1 212 555 01*", "-", "-", a]', '["+1 212 555 02*", "-", "-", b]', False),
    "ranges that touch": ('["-", 1 to 5, "-", a]', '["-", 5 to 9, "-", b]', True),
    "ranges side by side": ('["-", 1 to 5, "-", a]', '["-", over 5, "-", b]', False),
    "known and missing": ('["-", known, "-", a]', '["-", missing, "-", b]', False),
    "not and one of those": ('["-", "not 1, 2", "-", a]', '["-", "1, 2", "-", b]', False),
    "the same value twice is an overlap too": ('["-", 1, "-", a]', '["-", 1, "-", a]', True),
    "opaque conditions count as overlapping": ('["-", "-", stat, a]', '["-", "-", urgent, b]', True),
    "one column is enough to keep rows apart": ('["-", 1, stat, a]', '["-", 2, stat, b]', False),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows_of_a_unique_table_must_not_overlap(name: str) -> None:
    """Exact for intervals, prefixes and states; words may always occur together."""
    first, second, overlap = ROWS[name]

    codes = [problem.code for problem in found(table("unique", first, second))]

    assert codes == (["R504"] if overlap else [])


def test_rows_in_order_may_overlap() -> None:
    """`rows are` says only whether they may."""
    assert found(table("in order", '["-", 1, "-", a]', '["-", "-", "-", b]')) == []


def test_the_example_is_a_fax_that_both_rows_match() -> None:
    """A witness is evaluated before it is shown."""
    snapshot = home(
        table("unique", '["+1 212 555 01*", over 3, stat, a]', '["+1 212 555 0101", "-", urgent, b]') + OTHERWISE
    )
    rule_set, problems = compile_home(snapshot)
    assert rule_set is not None, problems

    (problem,) = pair_problems(rule_set)

    facts = gather(rule_set, [("stated", json.loads(problem.example or ""))]).facts
    rows = [rule for file in rule_set.files for rule in file.rules if rule.table == "t"]
    assert [truth(rule_set, row.when, facts) for row in rows] == [Verdict.HIT, Verdict.HIT]


CLAIMS_TOO = (
    CLAIMS.replace("+1 312 555 0200", "+1 312 555 0000")
    .replace("+1 312 555 0299", "+1 415 555 0105")
    .replace('"+1 312 555 0000 .. +1 415 555 0105"', '"+1 415 555 0140 .. +1 415 555 0160"')
)


def test_scopes_that_overlap_are_shown_with_a_number_that_both_claim() -> None:
    """Scopes of two departments must be disjoint."""
    problems = found("", claims=CLAIMS_TOO)

    assert [problem.code for problem in problems] == ["R501"]
    number = json.loads(problems[0].example or "")["our_number"]
    assert "+14155550140" <= number <= "+14155550149"


def test_two_files_that_tie_are_an_error_with_a_fax() -> None:
    """File names never decide: same priority, possible overlap, different value."""
    claims = CLAIMS_TOO.replace("then: {workspace: Auto}", "then: {desk: b}")

    problems = found("rules:\n  - {id: ours, when: {pages: 3}, then: {desk: a}}\n", claims=claims)

    tie = next(problem for problem in problems if problem.code == "R505")
    assert json.loads(tie.example or "") == {"document_type": "consent", "our_number": "+14155550140", "pages": 3}


def test_files_that_tie_in_many_rules_are_shown_once() -> None:
    """It is one mistake, most often a scope; twenty examples of it would hide every other problem."""
    claims = CLAIMS_TOO.replace("then: {workspace: Auto}", "then: {desk: b}")
    rules = "rules:\n" + "".join(
        f"  - {{id: r{n}, when: {{pages: {n + 1}}}, then: {{desk: a, metadata: unsorted}}}}\n" for n in range(6)
    )

    problems = found(rules, claims=claims)

    assert sorted(problem.code for problem in problems) == ["R501", "R505"]


@pytest.mark.parametrize(
    ("change", "to"),
    [("then: {desk: b}", "then: {desk: a}"), ("then: {desk: b}", "priority: high, then: {desk: b}")],
    ids=["the same value", "another priority"],
)
def test_what_cannot_differ_or_is_ordered_is_no_tie(change: str, to: str) -> None:
    """Only an unordered difference matters."""
    claims = CLAIMS_TOO.replace("then: {workspace: Auto}", "then: {desk: b}")
    claims = claims.replace("    then: {desk: b}\n", f"    {to.replace(', then', chr(10) + '    then')}\n")

    problems = found("rules:\n  - {id: ours, when: {pages: 3}, then: {desk: a}}\n", claims=claims)

    assert [problem.code for problem in problems] == ["R501"]


def test_inside_a_file_order_settles_it_with_one_note_a_rule() -> None:
    """A later rule is noted once, however many stand before it."""
    rules = "rules:\n" + "".join(
        f"  - {{id: r{n}, when: {{pages at least: {n}}}, then: {{desk: {'abc'[n % 3]}}}}}\n" for n in range(6)
    )

    problems = found(rules)

    assert [problem.code for problem in problems] == ["R506"] * 5


@pytest.mark.parametrize(
    ("condition", "codes"),
    [
        ("pages at least: 30, pages below: 20", ["R502"]),
        ("document_type: lab_result, not: {document_type: lab_result}", ["R502"]),
        ("document_type is known: yes, document_type is missing: yes", ["R502"]),
        ("document_type: other, document_type confidence at least: low", []),
        ('our_number: "+1 212 555 0101"', ["R503"]),
        ("text contains any: [a], text contains none: [a]", ["R502"]),
        ("text contains any: [a], text contains none: [b]", []),
    ],
)
def test_a_condition_that_no_fax_satisfies_is_found(condition: str, codes: list[str]) -> None:
    """It contradicts itself, or lies outside the department's scope."""
    rules = f"rules:\n  - {{id: never, when: {{{condition}}}, then: {{notify: x}}}}\n"

    assert [problem.code for problem in found(rules)] == codes
