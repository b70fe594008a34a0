"""Texts: what may be written, what is found at load, what is rendered."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from faxrouter.language.texts import Rendered, Text, TextFaultKind, parse_text
from faxrouter.model.fact import ABSENT, Amount, Duration, DurationUnit, Fact, FactState, known
from small_rules import declare, declared

FACTS = declared(
    declare("patient_id", "id"),
    declare("document_type", "choice", values=("lab_result", "referral")),
    declare("pages", "whole_number"),
    declare("case_ids", "set_of_ids"),
    declare("received_at", "moment", always=True),
    declare("due_on", "date"),
    declare("their_number", "phone"),
    declare("urgent", "yes_no"),
    declare("ink", "percent"),
    declare("total", "amount"),
    declare("wait", "duration"),
    declare("desks.items", "text_short", lookup="desks"),
    declare("self", "text_short"),
)
KNOWN: dict[str, Fact] = {
    "patient_id": known("mrn-1042"),
    "document_type": known("referral"),
    "pages": known(3),
    "case_ids": known(frozenset({"B-2", "A-1"})),
    "received_at": known(datetime(2026, 3, 1, 17, 30, tzinfo=UTC)),
    "due_on": known(date(2026, 4, 1)),
    "their_number": known("+14155550100"),
    "urgent": known(False),
    "ink": known(Decimal("12.50")),
    "total": known(Amount(Decimal("12.00"), "USD")),
    "wait": known(Duration(14400, DurationUnit.BUSINESS_HOURS)),
    "desks.items": known("front desk"),
    "self": known("myself"),
}

RENDERED = [
    ("no expression at all", "no expression at all"),
    ("{{ patient_id or 'unknown' }}", "mrn-1042"),
    ("{{ patient_id | upper or 'unknown' }}", "MRN-1042"),
    ("{{ desks.items or '-' }} and {{ self or '-' }}", "front desk and myself"),
    ("{{ received_at }}", "2026-03-01 09:30 PST"),
    ("{{ received_at | date }} {{ received_at | time('%H.%M') }}", "2026-03-01 09.30"),
    ("{{ due_on | date('%d.%m.%Y') or '-' }}", "01.04.2026"),
    ("{{ urgent | default('unknown') }}", "no"),
    ("{{ ink | default('-') }}, {{ total or '-' }}, {{ wait or '-' }}", "12.5%, 12.00 USD, 4 business hours"),
    ("{{ ink | round | default('-') }}", "12%"),
    ("{{ case_ids or '-' }}", "A-1, B-2"),
    ("{{ case_ids | join(' + ') or '-' }}", "A-1 + B-2"),
    ("{{ case_ids | length or 0 }}", "2"),
    (
        "{% for case in case_ids or [] %}{{ loop.index }}={{ case }}{% if not loop.last %}; {% endif %}{% endfor %}",
        "1=A-1; 2=B-2",
    ),
    ("{% for word in ['a', 'b'] %}{{ word | upper }}{% endfor %}", "AB"),
    ("{% if document_type == 'referral' and pages and pages > 2 %}long{% else %}short{% endif %}", "long"),
    ("{% if patient_id %}{{ patient_id }}{% elif pages %}{{ pages }}{% endif %}", "mrn-1042"),
    ("{{ 'many' if (pages or 0) > 2 else 'few' }}", "many"),
    ("{{ (pages or 0) + 1 }} sheets", "4 sheets"),
    ("{{ document_type | title | truncate(5) or '-' }}", "Refe…"),
    ("{{ 'A-1' in case_ids }}", "yes"),
    ("{# a remark #}{% raw %}{{ braces }}{% endraw %}", "{{ braces }}"),
    ("{% if patient_id is none %}nobody{% else %}{{ patient_id }}{% endif %}", "mrn-1042"),
    ("line one\n", "line one\n"),
    ("{{ 'x' }}\n", "x\n"),
]

FAULTS = [
    ("{{ pation_id or '' }}", TextFaultKind.UNKNOWN_FACT, "did you mean `patient_id`", (1, 4)),
    ("two\nlines {{ nothing }}", TextFaultKind.UNKNOWN_FACT, "unknown fact `nothing`", (2, 10)),
    ("{{ desks.desk or '' }}", TextFaultKind.UNKNOWN_FACT, "unknown fact `desks.desk`", (1, 4)),
    ("{{ patient_id.__class__ }}", TextFaultKind.UNKNOWN_FACT, "unknown fact", (1, 4)),
    ("{{ patient_id }}", TextFaultKind.MAY_BE_NONE, '`patient_id or "…"`', (1, 4)),
    ("{{ urgent }}", TextFaultKind.MAY_BE_NONE, '`urgent | default("…")`', (1, 4)),
    ("{{ patient_id | upper }}", TextFaultKind.MAY_BE_NONE, "prints `patient_id`", (1, 4)),
    ("{{ patient_id and 'x' }}", TextFaultKind.MAY_BE_NONE, "prints `patient_id`", (1, 4)),
    (
        "{{ 'x' or patient_id }}{{ pages and '' or patient_id }}",
        TextFaultKind.MAY_BE_NONE,
        "prints `patient_id`",
        (1, 11),
    ),
    ("{% if pages %}{{ patient_id }}{% endif %}", TextFaultKind.MAY_BE_NONE, "prints `patient_id`", (1, 18)),
    ("{% if patient_id or pages %}{{ pages }}{% endif %}", TextFaultKind.MAY_BE_NONE, "prints `pages`", (1, 21)),
    ("{% for case in case_ids %}{{ case }}{% endfor %}", TextFaultKind.MAY_BE_NONE, "`case_ids or []`", (1, 16)),
    ("{% if pages > 2 %}x{% endif %}", TextFaultKind.MAY_BE_NONE, "compares `pages`", (1, 7)),
    ("{{ pages + 1 }}", TextFaultKind.MAY_BE_NONE, "counts with `pages`", (1, 4)),
    ("{{ none }}", TextFaultKind.MAY_BE_NONE, "prints `none`", (1, 4)),
    (
        "{% if document_type == 'referal' %}x{% endif %}",
        TextFaultKind.UNKNOWN_VALUE,
        "did you mean `referral`",
        (1, 25),
    ),
    ("{{ 'a' * 200000000 }}", TextFaultKind.REFUSED, "`*`", (1, 1)),
    ("{{ 9 ** 9 }}", TextFaultKind.REFUSED, "`**`", (1, 1)),
    ("{{ patient_id + 'x' }}", TextFaultKind.REFUSED, "only whole numbers", (1, 1)),
    ("{{ patient_id ~ 'x' }}", TextFaultKind.REFUSED, "`~`", (1, 1)),
    ("{{ patient_id() }}", TextFaultKind.REFUSED, "calls something", (1, 1)),
    ("{{ ''.join(case_ids) }}", TextFaultKind.REFUSED, "calls something", (1, 1)),
    ("{{ ().__class__ }}", TextFaultKind.REFUSED, "only a lookup has columns", (1, 1)),
    ("{{ patient_id.a.b }}", TextFaultKind.REFUSED, "only a lookup has columns", (1, 1)),
    ("{{ patient_id[0] }}", TextFaultKind.REFUSED, "`[ ]`", (1, 1)),
    ("{{ {'a': 1} }}", TextFaultKind.REFUSED, "a map", (1, 1)),
    ("{% set x = 1 %}", TextFaultKind.REFUSED, "`set`", (1, 1)),
    ("{% macro m() %}{% endmacro %}", TextFaultKind.REFUSED, "macro", (1, 1)),
    ("{% include 'x' %}", TextFaultKind.REFUSED, "includes another file", (1, 1)),
    ("{% import 'x' as y %}", TextFaultKind.REFUSED, "imports another file", (1, 1)),
    ("{% extends 'x' %}", TextFaultKind.REFUSED, "extends another file", (1, 1)),
    ("{% filter upper %}x{% endfilter %}", TextFaultKind.REFUSED, "filters a block", (1, 1)),
    ("{{ patient_id | uper or '' }}", TextFaultKind.REFUSED, "did you mean `upper`", (1, 1)),
    ("{{ patient_id | center(1000000000) }}", TextFaultKind.REFUSED, "no filter `center`", (1, 1)),
    ("{{ patient_id | truncate(5000) }}", TextFaultKind.REFUSED, "from 1 to 1000", (1, 1)),
    ("{{ patient_id | truncate(pages) }}", TextFaultKind.REFUSED, "whole number", (1, 1)),
    ("{{ received_at | date('%s') }}", TextFaultKind.REFUSED, "`%s`", (1, 1)),
    ("{{ patient_id | date or '' }}", TextFaultKind.REFUSED, "is for date or moment", (1, 17)),
    ("{{ patient_id is defined }}", TextFaultKind.REFUSED, "`is defined`", (1, 1)),
    ("{{ 'x' if urgent }}", TextFaultKind.REFUSED, "needs its `else`", (1, 1)),
    ("{% for x in patient_id or '' %}{% endfor %}", TextFaultKind.REFUSED, "a loop goes over", (1, 1)),
    ("{% for pages in [1] %}{{ pages }}{% endfor %}", TextFaultKind.REFUSED, "is taken", (1, 8)),
    ("{% for a, b in [1] %}{% endfor %}", TextFaultKind.REFUSED, "with one name", (1, 1)),
    ("{% for x in range(9) %}{% endfor %}", TextFaultKind.REFUSED, "calls something", (1, 1)),
    ("{% if pages == 'three' %}{% endif %}", TextFaultKind.REFUSED, "compares `pages`, a whole_number", (1, 7)),
    ("{% if due_on == '2026-01-01' %}{% endif %}", TextFaultKind.REFUSED, "compares `due_on`", (1, 7)),
    ("{% if pages == patient_id %}{% endif %}", TextFaultKind.REFUSED, "of another type", (1, 1)),
    ("{{ patient_id", TextFaultKind.SYNTAX, "cannot be read", (1, 1)),
    ("a\n{% endif %}", TextFaultKind.SYNTAX, "cannot be read", (2, 1)),
]


@pytest.mark.parametrize(("source", "expected"), RENDERED)
def test_a_text_is_rendered_with_its_facts(source: str, expected: str) -> None:
    """Values print readably, and moments in the given zone."""

    text, faults = parse_text(source, declared=FACTS)

    assert [] == faults
    assert text is not None
    assert Rendered(text=expected) == text.render(KNOWN, zone="America/Los_Angeles")


@pytest.mark.parametrize(("source", "kind", "words", "place"), FAULTS)
def test_a_mistake_is_found_at_load(source: str, kind: TextFaultKind, words: str, place: tuple[int, int]) -> None:
    """Every mistake has a kind, words and a place inside the text."""

    _, faults = parse_text(source, declared=FACTS)

    assert kind in {fault.kind for fault in faults}
    fault = next(fault for fault in faults if fault.kind is kind)
    assert words in fault.message
    assert place == (fault.line, fault.column)


@pytest.mark.parametrize("source", [source for source, kind, *_ in FAULTS if kind is not TextFaultKind.MAY_BE_NONE])
def test_a_text_with_a_mistake_renders_without_raising(source: str) -> None:
    """Planning is total even where a text slipped past its checks."""

    assert isinstance(Text(source).render(KNOWN), Rendered)


def test_all_mistakes_of_a_text_are_found_at_once() -> None:
    """All problems at once, never the first only."""

    _, faults = parse_text("{{ a }} {{ b }} {{ patient_id }}", declared=FACTS)

    assert ["unknown fact", "unknown fact", "may be none"] == [fault.kind.value for fault in faults]


@pytest.mark.parametrize(
    "source",
    [
        "{{ patient_id }}",
        "{% if pages > 1 %}x{% endif %}",
        "{% for case in case_ids %}{{ case }}{% endfor %}",
    ],
)
def test_what_the_rule_makes_known_needs_no_or(source: str) -> None:
    """A rule whose condition makes a fact known may print it plainly."""

    assert [] == parse_text(source, declared=FACTS, known=frozenset({"patient_id", "pages", "case_ids"}))[1]


def test_further_names_are_given_with_their_values() -> None:
    """A workspace's name knows `key`, a packet's texts know `missing`."""

    source = "Claim {{ key }}: {{ missing | join(', ') }}"
    text, faults = parse_text(source, declared=FACTS, extra=frozenset({"key", "missing"}))

    assert [] == faults
    assert text is not None
    assert "Claim C-1: x, y" == text.render({}, extra={"key": "C-1", "missing": ["x", "y"]}).text


@pytest.mark.parametrize("state", [state for state in FactState if state is not FactState.KNOWN])
def test_a_fact_in_any_other_state_is_none(state: FactState) -> None:
    """One that is not known is none, whatever was read."""

    fact = Fact(state=state, values=("mrn-1042",) if state is FactState.UNCERTAIN else ())

    assert "unknown" == Text("{{ patient_id or 'unknown' }}").render({"patient_id": fact}).text


@pytest.mark.parametrize("facts", [{}, {"patient_id": ABSENT}])
def test_printing_none_gives_nothing_and_a_fault(facts: dict[str, Fact]) -> None:
    """Nothing is invented, and nobody misses it."""

    rendered = Text("[{{ patient_id }}]").render(facts)

    assert "[]" == rendered.text
    assert [(TextFaultKind.PRINTED_NONE, "patient_id")] == [(fault.kind, fault.fact) for fault in rendered.faults]


def test_every_kind_of_fault_has_a_code() -> None:
    """Faults become problems, and every problem has a code."""

    assert all(kind.code.startswith("R4") for kind in TextFaultKind)
