"""What is wrong with a condition is said at its place, in the author's words, with the way to mend it."""

from collections.abc import Callable
from typing import Any

import pytest

from faxrouter.language.catalogue.examples import when
from faxrouter.model.problem import Severity

# the line under `when:`, the one problem that it gives
PROBLEMS = [
    ("documnt_type: x", '9:7 R201 unknown fact `documnt_type`; did you mean "document_type"?'),
    ("documnt_type is one of: [x]", '9:7 R201 unknown fact `documnt_type`; did you mean "document_type"?'),
    (
        "AND: {pages: 3}",
        "9:7 R201 unknown fact `AND`: all lines of `when` must be true anyway; "
        "write each condition on a line of its own",
    ),
    ("OR: [{pages: 3}]", "9:7 R201 unknown fact `OR`; write the alternatives under `any:`"),
    ("urgency: now", "9:7 R201 `urgency` is an outcome, which rules decide; conditions ask about facts"),
    ("pages atleast: 3", '9:7 R202 unknown phrase `atleast` after `pages`; did you mean "at least"?'),
    ("pages greater than: 3", '9:7 R202 unknown phrase `greater than` after `pages`; did you mean "more than"?'),
    (
        "claim_ids: C-0001",
        "9:7 R203 `claim_ids` is a `set_of_ids`, which needs a phrase; "
        "it takes: contains any, contains all, contains none, is known, is missing",
    ),
    (
        "received_at is: 2026-01-01",
        "9:7 R203 `received_at` is a `moment`, which takes no `is`; "
        "it takes: between, is known, is missing, on, during, outside",
    ),
    (
        "document_type: referal",
        "9:22 R204 `referal` is not one of referral, lab_result, consent, other; did you mean `referral`?",
    ),
    ("document_type: x*", "9:22 R204 `x*` is the beginning of no value of `document_type`"),
    ("pages: over 20", "9:14 R204 `over 20` is how a cell of a table says it; here write `pages more than: 20`"),
    ("pages: 3-20", "9:14 R204 `3-20` is not one value; a range is written with `to`; did you mean `3 to 20`?"),
    (
        "pages between: 20 to 3",
        "9:22 R204 `20 to 3` holds nothing: the first value is above the second; turn them round",
    ),
    ("pages between: 3", "9:22 R204 `3` is not a range: write two values, such as `3 to 20`"),
    ("amount between: 1 USD to 2 EUR", "9:23 R204 `1 USD to 2 EUR` cannot be read: `2 EUR` is not in USD"),
    (
        "their_number: 04155550101",
        "9:21 R204 `04155550101` is not a phone number: a leading 0 is a trunk prefix, "
        "which is not dialled from abroad; did you mean `+14155550101`?",
    ),
    (
        'their_number: "+1 415 555 0100 - +1 415 555 0149"',
        "9:21 R204 `+1 415 555 0100 - +1 415 555 0149` is not one number; a range has two dots; "
        "did you mean `+1 415 555 0100 .. +1 415 555 0149`?",
    ),
    ("sender_station: '*'", "9:23 R204 `*` fits every value; write `is known: yes`"),
    (
        "text contains any: [lab*]",
        "9:27 R204 `lab*` ends with `*`, but `contains` finds whole words only; write the words out, or use `matches`",
    ),
    ("text contains any: '!!'", "9:26 R204 `!!` has no letters or digits that could be found"),
    ("document_type confidence: hihg", '9:33 R204 `hihg` is not a confidence; did you mean "high"?'),
    (
        "received_at: {on: fri}",
        "9:25 R204 `fri` is not a weekday: write `monday`, `monday to friday` or `saturday, sunday`; "
        "did you mean `friday`?",
    ),
    ("received_at: {between: 25:00-26:00}", "9:30 R204 `25:00-26:00` is not a time window: the clock has no such time"),
    ("text|contains: a", "9:7 R205 `text|contains`: the language has no `|`; write `text contains any: …`"),
    (
        "sender_station|re: a",
        "9:7 R205 `sender_station|re`: the language has no `|`; write `sender_station matches: …`",
    ),
    ("text near: a", "9:7 R206 `near` comes with the page text and is not there yet; write `contains any`"),
    ("document_type: $docs", "9:22 R207 unknown list `$docs`; lists stand under `lists:`"),
    ("text matches: '(a'", "9:21 R208 `(a` has a `(` that is never closed; put `\\` before a literal one"),
    ("text matches: '.*'", "9:21 R208 `.*` finds every text, even an empty one"),
    ("text matches: '(a{1000}){1000}'", "9:21 R208 `(a{1000}){1000}` repeats more than 1000 times"),
    ("our_number found in: desks", "9:28 R209 unknown lookup `desks`; lookups stand under `lookups:`"),
    ("received_at during: clinic_ours", '9:27 R210 unknown calendar `clinic_ours`; did you mean "clinic_hours"?'),
    ("any: []", "9:12 R212 `any` has no condition; write one, or remove the line"),
    ("not: {}", "9:12 R212 `not` has no condition; write one, or remove it"),
    ("not: [pages: 3]", "9:12 R007 `not` must be a map (`fact: value` lines); put alternatives under `any:`"),
    ("pages: {at least: 3}", "9:14 R007 `pages` takes a value or a list, not a map"),
    (
        "patient_id is known: no",
        "9:28 R213 `patient_id is known` takes only `yes`; for the opposite write `patient_id is missing: yes`",
    ),
    (
        "received_at: 2026-01-01",
        "9:20 R214 `received_at` is a moment and takes a map, such as `{on: friday, between: 22:00-06:00}`",
    ),
]


@pytest.mark.parametrize(("line", "text"), PROBLEMS, ids=[line for line, _ in PROBLEMS])
def test_a_condition_that_cannot_be_read_is_one_problem(line: str, text: str, compiled: Callable[..., Any]) -> None:
    """One mistake gives one error, and no rule set."""

    made = compiled(when(line))

    assert made.rule_set is None
    assert [Severity.ERROR] == [problem.severity for problem in made.problems]
    assert [text] == made.texts


def test_all_problems_are_told_at_once(compiled: Callable[..., Any]) -> None:
    """Reading goes on after a mistake."""

    made = compiled(when("pages: many", "documnt_type: x", "any:", "  - {signed: maybe}", "  - {text: $words}"))

    assert ["R204", "R201", "R204", "R207"] == [problem.code for problem in made.problems]


def test_a_mistake_in_a_list_is_told_once(compiled: Callable[..., Any]) -> None:
    """A value of a list that does not fit is one problem at the list, however many rules name it."""

    made = compiled(when("document_type: $docs", "any:", "  - document_type: $docs", lists="{docs: [referal]}"))

    assert ["6:16 R204"] == [text[:9] for text in made.texts]


DESK = "lookups:\n  desk_of: {key: our_number, from file: desks.csv, gives: {desk: choice, room: text_short}}\n"
# the condition, the one warning that it gives
NEVER = [
    ("desk_of.desk: front", []),
    ("desk_of.desk: [front, bakc]", ['12:29 R211 no row of the lookup `desk_of` gives `bakc`; did you mean "back"?']),
    ("desk_of.desk is not: side", ["12:28 R211 no row of the lookup `desk_of` gives `side`"]),
    ("desk_of.room: anything", []),
    ("text contains any: $odd_words", []),
    ("text contains any: odd", []),
    (
        "text contains any: odd_words",
        ["12:26 R211 `odd_words` is looked for as it stands; for the list of this name write `$odd_words`"],
    ),
]


@pytest.mark.parametrize(("line", "texts"), NEVER)
def test_a_value_that_never_occurs_is_warned_of(line: str, texts: list[str], compiled: Callable[..., Any]) -> None:
    """What a lookup gives is misspelt as easily as a declared value, and a list's name as easily as its words."""
    ((path, rules),) = when(line, lists="{odd_words: [strange], odd: [rare]}").items()
    rules = rules.replace("rules:", f"{DESK}rules:")

    made = compiled(
        {path: rules, "rules/desks.csv": "our_number,desk,room\n+14155550100,front,1\n+14155550101,back,\n"}
    )

    assert texts == [text for text in made.texts if " R2" in text and " R220 " not in text]


NIGHTS = [
    (["received_at on: friday", "received_at between: 22:00-06:00"], ["R214"]),
    (["received_at on: friday", "received_at between: 09:00-17:00"], []),
    (["received_at: {on: friday, between: 22:00-06:00}"], []),
]


@pytest.mark.parametrize(("lines", "codes"), NIGHTS)
def test_a_night_is_asked_in_one_map(lines: list[str], codes: list[str], compiled: Callable[..., Any]) -> None:
    """In two keys, the day of a window over midnight could be either day."""

    assert codes == [problem.code for problem in compiled(when(*lines)).problems]


ABSENCE = [
    (["document_type is not: other"], ["R220"]),
    (["document_type is not: other", "document_type is known: yes"], []),
    (["document_type is not: other", "document_type confidence at least: low"], []),
    (["any:", "  - document_type is missing: yes", "  - document_type is not: other"], []),
    (["not: {document_type: other}"], ["R220"]),
    (["not: {document_type: other}", "document_type is known: yes"], []),
    (["any:", "  - document_type is missing: yes", "  - not: {document_type: other}"], []),
    (["not: {patient_id is missing: yes}"], []),
    # every event has it
    (["event is not: received"], []),
    # the scope asks for it, so it is known wherever the rule is asked
    (['not: {our_number: "+1 415 555 0103"}'], []),
    (["not: {document_type: other, pages: 3}", "pages: 3"], ["R220"]),
    (["all:", "  - {text contains none: a}", "  - {text contains any: b}"], []),
]


@pytest.mark.parametrize(("lines", "codes"), ABSENCE, ids=[" · ".join(lines) for lines, _ in ABSENCE])
def test_a_negation_of_a_fact_that_may_be_missing_is_warned_of(
    lines: list[str], codes: list[str], compiled: Callable[..., Any]
) -> None:
    """`is not` is false and `not:` true when the fact is missing; silent where the rule says what it means."""

    made = compiled(when(*lines))

    assert codes == [problem.code for problem in made.problems]
    assert made.rule_set is not None


STATION = [
    (["sender_station: A"], "{workspace: Nursing}", ["R221"]),
    (["any: [{sender_station: A}, {sender_station: B}]"], "{workspace: Nursing}", ["R221"]),
    (["sender_station: A", "event: received"], "{workspace: Nursing}", ["R221"]),
    (["sender_station: A", "document_type: referral"], "{workspace: Nursing}", []),
    (["sender_station: A"], "{urgency: now}", []),
]


@pytest.mark.parametrize(("lines", "then", "codes"), STATION)
def test_filing_by_the_station_id_alone_is_warned_of(
    lines: list[str], then: str, codes: list[str], compiled: Callable[..., Any]
) -> None:
    """Anybody can send any station id, so it is no reason to file a fax somewhere."""

    assert codes == [problem.code for problem in compiled(when(*lines, then=then)).problems]
