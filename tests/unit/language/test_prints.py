"""What a text is known to print before a fax comes."""

from datetime import UTC, date, datetime

import pytest

from faxrouter.language.prints import prints
from faxrouter.language.ruleset import FactType, Lookup
from faxrouter.model.fact import Value
from small_rules import HERE, declare, declared

FACTS = declared(
    declare("kind", "choice", values=("referral", "police_report")),
    declare("event", "choice", values=("received", "corrected"), always=True),
    declare("signed", "yes_no"),
    declare("stars", "whole_number", minimum=1, maximum=3),
    declare("pages", "whole_number", minimum=0, maximum=2000),
    declare("desks.desk", "text_short", lookup="desks"),
    declare("desks.until", "date", lookup="desks"),
    declare("desks.seen", "moment", lookup="desks"),
    declare("share", "percent"),
    declare("debt", "whole_number", minimum=-2000, maximum=-1),
    declare("subject", "text_short"),
    declare("number", "phone"),
    declare("at", "moment"),
    declare("cases", "set_of_ids", mask="C-##"),
    *(declare(f"choice_{number}", "choice", values=tuple("abcdefghi")) for number in range(4)),
)
DESKS = Lookup(
    name="desks",
    key="number",
    gives={"desk": FactType.TEXT_SHORT, "until": FactType.DATE, "seen": FactType.MOMENT},
    rows={
        "+14155550100": {"desk": "front", "until": date(2026, 1, 1)},
        "+14155550101": {"desk": "back", "seen": datetime(2026, 1, 1, tzinfo=UTC)},
    },
    place=HERE,
)
LOOKUPS = {"desks": DESKS}

CLOSED: list[tuple[str, set[str]]] = [
    ("no facts at all", {"no facts at all"}),
    ("  one \n line ", {"one line"}),
    ("{{ kind or 'unknown' }}", {"unknown", "referral", "police_report"}),
    ("{{ kind }}", {"", "referral", "police_report"}),
    ("{{ event or 'never' }}", {"received", "corrected"}),
    ("{{ kind | title | default('-') }}", {"-", "Referral", "Police_report"}),
    ("{{ kind | truncate(5) or '-' }}", {"-", "refe…", "poli…"}),
    ("{{ signed | default('?') }}", {"?", "yes", "no"}),
    ("{{ signed or '?' }}", {"?", "yes"}),
    ("{{ stars or 0 }} of 3", {"0 of 3", "1 of 3", "2 of 3", "3 of 3"}),
    ("{{ stars + 1 if stars else '-' }}", {"-", "2", "3", "4"}),
    ("{{ desks.desk or '' }}", {"", "front", "back"}),
    ("{{ desks.until or '' }}", {"", "2026-01-01"}),
    # one row gives both
    ("{{ desks.desk or '-' }} {{ desks.until or '-' }}", {"- -", "front 2026-01-01", "back -"}),
    ("{{ desks.until | date('%d.%m.') or '' }}", {"", "01.01."}),
    ("{% if kind == 'police_report' %}Police{% else %}{{ kind or 'none' }}{% endif %}", {"Police", "referral", "none"}),
    ("{% if kind in ['referral'] %}R{% elif kind is none %}?{% else %}P{% endif %}", {"R", "?", "P"}),
    ("{{ 'long' if kind and signed else 'short' }}", {"long", "short"}),
    # asked for, but not printed
    ("{{ 'numbered' if number else 'withheld' }}", {"numbered", "withheld"}),
    # 0 and an empty set are known, and count as nothing
    *(
        (f"{{{{ 'none' if {name} is none else 'some' if {name} else 'nothing' }}}}", {"none", "some", *nothing})
        for name, nothing in (("pages", ["nothing"]), ("share", ["nothing"]), ("cases", ["nothing"]), ("debt", []))
    ),
    ("{{ number == none }} {{ number != none }}", {"yes no", "no yes"}),
    ("{{ (kind and '') | default('x') }}", {"x"}),
    ("{{ stars - 1 if stars else -1 }}", {"-1", "0", "1", "2"}),
    ("{% if not cases %}none{% else %}some{% endif %}", {"none", "some"}),
    ("{{ at | date('today') or 'never' }}", {"today", "never"}),
]


@pytest.mark.parametrize(("source", "texts"), CLOSED)
def test_a_text_of_few_values_is_known_in_full(source: str, texts: set[str]) -> None:
    """Literals, choices, branches and filters, exactly as rendering writes them, on one line."""

    found = prints(source, declared=FACTS, lookups=LOOKUPS)

    assert (True, texts) == (found.complete, {one.text for one in found.each})


# source, how it looks, how long it can be
OPEN: list[tuple[str, tuple[str, ...], int | None]] = [
    ("{{ number or 'withheld' }}", ("+14155550100",), 16),
    ("{{ subject or '' }}", ("words", "12"), None),
    ("{{ subject | truncate(40) or '' }}", ("words", "12"), 40),
    ("{{ pages or '' }}", ("1", "10", "2000"), 4),
    # blanks around it come from the layout of the file
    ("{% if pages %} {{ pages }}\n{% endif %}", ("1", "10", "2000"), 4),
    ("{{ at or '' }}", ("2026-03-09 10:00 PDT",), 20),
    ("{{ share | round | default('') }}", ("12.5%",), 3),
    ("{{ desks.seen or '' }}", ("2026-03-09 10:00 PDT",), 20),
    ("{{ at | date or '' }}", ("2026-03-09", "2031-11-28"), 10),
    ("{{ at | time or '' }}", ("10:05", "23:47"), 5),
    ("{{ at | truncate(8) or '' }}", ("2026-03…",), 8),
    ("{{ cases or '' }}", ("C-11", "C-11, C-11"), 200 * 6 - 2),
    ("{{ cases | join('; ') or '' }}", ("C-11", "C-11; C-11"), 200 * 6 - 2),
    ("{{ cases | length or 0 }}", ("1", "10", "200"), 1),
    ("{{ (pages or 0) + 1 }}", ("1", "10", "200"), 1),
]


@pytest.mark.parametrize(("source", "samples", "reach"), OPEN)
def test_a_fact_of_very_many_values_stands_for_itself(source: str, samples: tuple[str, ...], reach: int | None) -> None:
    """How it looks and how long it can surely be; beside it, what is printed where it is not known."""

    found = prints(source, declared=FACTS, lookups=LOOKUPS)
    (one,) = {one.only for one in found.each if one.only is not None}

    assert (samples, reach) == (one.samples, one.reach)


def test_a_text_around_facts_is_as_long_as_its_parts() -> None:
    """One line, as planning makes it."""

    found = prints("No.  {{ number or '' }} of {{ pages or '' }} ", declared=FACTS, lookups=LOOKUPS)
    both = next(one for one in found.each if not one.when)

    assert len("No. +123456789012345 of 2000") == both.reach
    assert "No. +14155550100 of 10" in both.samples(most=10)
    assert [] == both.samples(most=2)


UNDECIDED = [
    "{% if pages > 10 %}long{% else %}short{% endif %}",
    "{% if subject == 'urgent' %}now{% endif %}",
    "{% for case in cases or [] %}{{ case }}{% endfor %}",
    "{{ 'x' in cases }}",
    # it may have been rounded to 0
    "{{ share | round or '-' }}",
    # more combinations than are tried
    "{{ choice_0 or '' }}{{ choice_1 or '' }}{{ choice_2 or '' }}{{ choice_3 or '' }}",
    # mistakes of their own
    "{{ nothing }}",
    "{{ kind",
]


@pytest.mark.parametrize("source", UNDECIDED)
def test_what_hangs_on_more_than_is_known_is_not_said(source: str) -> None:
    """Exact or silent."""

    assert not prints(source, declared=FACTS, lookups=LOOKUPS).complete


def test_a_lookup_of_very_many_rows_is_known_by_its_longest_cell() -> None:
    """What stands in its file, and nothing else, comes out of it."""

    rows: dict[Value, dict[str, Value]] = {f"+1415555{number:04}": {"desk": f"desk {number}"} for number in range(1000)}
    lookup = Lookup(name="desks", key="number", gives={"desk": FactType.TEXT_SHORT}, rows=rows, place=HERE)
    found = prints("{{ desks.desk or '' }}", declared=FACTS, lookups={"desks": lookup})
    (one,) = {one.only for one in found.each if one.only is not None}

    assert (len("desk 999"), 1000) == (one.reach, len(one.samples))


def test_a_print_says_of_which_facts_it_speaks() -> None:
    """Values as printed; None where a fact is not known; nothing of a fact of very many values."""

    found = prints("{{ kind or number or signed }}", declared=FACTS, lookups=LOOKUPS)

    assert {"kind": "referral", "signed": "no"} in [one.when for one in found.each]
    assert {"kind": None, "number": None, "signed": None} in [one.when for one in found.each]
