"""facts.yaml: what is declared is what was written, and every mistake is named at its place."""

from datetime import date
from decimal import Decimal

import pytest

from faxrouter.language.declarations.facts import read_facts, read_phone_region
from faxrouter.language.declarations.outcomes import Sources, read_outcomes
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import FactDeclaration, FactType, OutcomeDeclaration
from faxrouter.language.source import MapNode, read_yaml
from faxrouter.model.decision import Policy
from faxrouter.model.fact import Amount, Confidence, Duration, DurationUnit
from faxrouter.model.problem import Place

SOURCES = Sources(
    record_classes=["years_10", "case_7"],
    approval_paths=["two_person", "supervisor", "release"],
    metadata_templates=["unsorted", "referral"],
    workspaces=["Nursing"],
)


def parse(text: str) -> tuple[MapNode, Findings]:
    findings = Findings()
    root = read_yaml("rules/facts.yaml", text.encode(), findings=findings)
    assert isinstance(root, MapNode)
    return root, findings


def said(findings: Findings) -> list[str]:
    return [str(problem).removeprefix("rules/facts.yaml:") for problem in findings.sorted()]


def facts_of(lines: str) -> tuple[dict[str, FactDeclaration], list[str]]:
    """The facts of `facts:` with these lines below it; the first of them is line 3."""
    root, findings = parse(f"language: 1\nfacts:\n  {lines}\noutcomes: {{}}\n")
    return dict(read_facts(root, phone_region="US", findings=findings)), said(findings)


def outcomes_of(lines: str, *, sources: Sources = SOURCES) -> tuple[dict[str, OutcomeDeclaration], list[str]]:
    """The outcomes of `outcomes:` with these lines below it; the first of them is line 4."""
    root, findings = parse(f"language: 1\nfacts: {{}}\noutcomes:\n  {lines}\n")
    return dict(read_outcomes(root, sources=sources, findings=findings)), said(findings)


def place(line: int, column: int) -> Place:
    return Place(file="rules/facts.yaml", line=line, column=column)


def test_a_fact_is_what_was_written() -> None:
    """Every key arrives typed, in flow and in block style alike."""
    flow, no_problems = facts_of(
        'patient_id: {type: id, mask: "MRN-####", check digit: luhn, floor: high, from: [cover, barcode], '
        "help: Record number}"
    )
    block, none_either = facts_of(
        "patient_id:\n    type: id\n    mask: MRN-####\n    check digit: luhn\n    floor: high\n"
        "    from:\n      - cover\n      - barcode\n    help: Record number"
    )

    expected = FactDeclaration(
        name="patient_id",
        type=FactType.ID,
        place=place(3, 3),
        source="cover, barcode",
        floor=Confidence.HIGH,
        mask="MRN-####",
        check_digit="luhn",
        help="Record number",
    )
    assert no_problems == none_either == []
    assert expected == flow["patient_id"] == block["patient_id"]


BOUNDS = [
    ("{type: whole_number, min: 0, max: 2000}", 0, 2000),
    ("{type: percent, min: 10%, max: 99.5%}", Decimal(10), Decimal("99.5")),
    ("{type: amount, min: 1.00 USD, max: 99 USD}", Amount(Decimal(1), "USD"), Amount(Decimal(99), "USD")),
    ("{type: date, min: 2020-01-01, max: 2030-12-31}", date(2020, 1, 1), date(2030, 12, 31)),
    ("{type: duration, max: 2 hours}", None, Duration(7200, DurationUnit.ELAPSED)),
]


@pytest.mark.parametrize(("written", "low", "high"), BOUNDS)
def test_bounds_are_values_of_the_facts_own_type(written: str, low: object, high: object) -> None:
    """`min` and `max` are read as the fact's values are."""
    facts, problems = facts_of(f"x: {written}")

    assert ([], low, high) == (problems, facts["x"].minimum, facts["x"].maximum)


WRONG_FACTS = [
    ("x: {}", ["3:6 R009 the fact `x` needs `type:`"]),
    ("x: choice", ["3:6 R007 the fact `x` must be a map (`key: value` lines)"]),
    ("x: {type: choise, values: [a]}", ['3:13 R102 unknown fact type `choise`; did you mean "choice"?']),
    ("x: {type: choice}", ["3:6 R009 the choice `x` needs `values: [...]`"]),
    (
        "x: {type: choice, values: [a, b, a]}",
        ["3:36 R104 `a` stands twice in `values`; keep one"],
    ),
    ("x: {type: phone, values: [a]}", ["3:20 R103 `values` means nothing for `type: phone`; remove it"]),
    ("x: {type: choice, values: [a], mask: '#'}", ["3:34 R103 `mask` means nothing for `type: choice`; remove it"]),
    ("x: {type: phone, flor: low}", ['3:20 R008 unknown key `flor` in the fact `x`; did you mean "floor"?']),
    ("x: {type: phone, floor: hi}", ['3:27 R106 unknown confidence `hi`; did you mean "high"?']),
    ("x: {type: phone, always: maybe}", ["3:28 R007 `always` must be `yes` or `no`, not `maybe`"]),
    ("x: {type: whole_number, min: few}", ["3:32 R105 `min`: `few` is not a whole number"]),
    (
        "x: {type: whole_number, min: 9, max: 3}",
        ["3:40 R109 `max` `3` is below the smallest permitted value `9`; no value would ever fit"],
    ),
    (
        "x: {type: amount, currency: usd}",
        [
            "3:31 R105 `currency`: `usd` is not a currency: write its three-letter ISO code, such as `USD`; "
            "did you mean `USD`?"
        ],
    ),
    (
        "x: {type: id, mask: MRN}",
        [
            "3:23 R105 `mask`: `MRN` is not a mask: write `#` for a digit, `@` for a letter, `*` for either, "
            "such as `MRN-#######`"
        ],
    ),
    ("x: {type: id, check digit: lun}", ['3:30 R106 unknown check digit `lun`; did you mean "luhn"?']),
    (
        "x: {type: choice, values from: documents.yaml}",
        ["3:34 R108 `documents.yaml` is not read by this version of faxrouter; write `values: [...]` here"],
    ),
    (
        "x: {type: id, values from: documents.yaml}",
        ["3:30 R108 `documents.yaml` is not read by this version of faxrouter; write `mask:` and `check digit:` here"],
    ),
    (
        "x: {type: choice, values from: retention.yaml}",
        ["3:34 R106 a fact takes no values from `retention.yaml`; write `values: [...]` here"],
    ),
    (
        "my-fact: {type: phone}",
        ['3:3 R101 `my-fact` cannot be the name of a fact: use letters, digits and `_`; did you mean "my_fact"?'],
    ),
    ("any: {type: phone}", ["3:3 R101 `any` is a word of the language; give the fact another name"]),
    (
        "event: {type: choice, values: [received, sent]}",
        [
            "3:44 R111 unknown event `sent`; use received, send_requested, approval_decided, delivered, "
            "failed, corrected, "
            "migrated, packet_complete, packet_overdue"
        ],
    ),
    (
        "our_number: {type: text_short}",
        ["3:15 R110 the fact `our_number` is read by the router itself and must have `type: phone`"],
    ),
]


@pytest.mark.parametrize(("line", "expected"), WRONG_FACTS)
def test_a_mistake_in_a_fact_is_named_at_its_place(line: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it."""
    _, problems = facts_of(line)

    assert expected == problems


def test_a_fact_with_a_mistake_stays_declared_where_its_type_is_known() -> None:
    """One mistake does not make every rule about the fact wrong as well."""
    facts, problems = facts_of("pages: {type: whole_number, max: many, flor: low}\n  kind: {type: choice}")

    assert len(problems) == 3
    assert [FactType.WHOLE_NUMBER, FactType.CHOICE] == [fact.type for fact in facts.values()]


def test_the_phone_region_is_a_country() -> None:
    """`phone region` says how numbers without `+` are read."""
    root, findings = parse("phone region: us\n")

    assert read_phone_region(root, findings=findings) is None
    assert said(findings) == [
        "1:15 R105 `phone region`: `us` is not a country: write its two-letter ISO code, such as `US`; "
        "did you mean `US`?"
    ]


def test_outcomes_are_what_was_written() -> None:
    """Policies, events, values of other files, defaults and their places."""
    outcomes, problems = outcomes_of(
        "workspace: {policy: first, required: yes, decided on: [received, corrected]}\n"
        "  metadata: {policy: first, when unsure: unsorted, values from: templates/metadata, help: The form}\n"
        "  retention: {policy: join, values from: retention.yaml, default: years_10}\n"
        "  urgency: {policy: strictest, order: [now, today]}\n"
        "  reply: {policy: collect, values: [resend]}"
    )

    assert problems == []
    assert outcomes == {
        "workspace": OutcomeDeclaration(
            name="workspace",
            policy=Policy.FIRST,
            place=place(4, 3),
            required=True,
            decided_on=frozenset({"received", "corrected"}),
        ),
        "metadata": OutcomeDeclaration(
            name="metadata",
            policy=Policy.FIRST,
            place=place(5, 3),
            values=("unsorted", "referral"),
            when_unsure="unsorted",
            when_unsure_place=place(5, 42),
            help="The form",
        ),
        "retention": OutcomeDeclaration(
            name="retention",
            policy=Policy.JOIN,
            place=place(6, 3),
            values=("years_10", "case_7"),
            default="years_10",
            default_place=place(6, 67),
        ),
        "urgency": OutcomeDeclaration(
            name="urgency",
            policy=Policy.STRICTEST,
            place=place(7, 3),
            order=("now", "today"),
            values=("now", "today"),
        ),
        "reply": OutcomeDeclaration(name="reply", policy=Policy.COLLECT, place=place(8, 3), values=("resend",)),
    }


WRONG_OUTCOMES = [
    ("x: {required: yes}", ["4:6 R009 the outcome `x` needs `policy:`"]),
    ("x: {policy: frist}", ['4:15 R106 unknown policy `frist`; did you mean "first"?']),
    ("x: {policy: strictest}", ["4:6 R112 `policy: strictest` needs `order: [...]`, the strictest value first"]),
    (
        "x: {policy: join}",
        [
            "4:6 R112 `policy: join` compares record classes; write `values from: retention.yaml`",
            "4:6 R112 `policy: join` needs `default:`, the class that stands when nothing is asserted",
        ],
    ),
    (
        "retention: {policy: join, values from: retention.yaml, default: year_10}",
        ['4:67 R107 unknown value `year_10`; did you mean "years_10"?'],
    ),
    (
        "metadata: {policy: first, values from: templates/metadata, when unsure: unsortet}",
        ['4:75 R107 unknown value `unsortet`; did you mean "unsorted"?'],
    ),
    (
        "x: {policy: first, values: [a, b], when unsure: c}",
        ["4:51 R107 unknown value `c`; declare it in the values of this outcome, or use a, b"],
    ),
    ("x: {policy: first, order: [a]}", ["4:22 R103 `order` means nothing for `policy: first`; remove it"]),
    (
        "x: {policy: collect, when unsure: a}",
        ["4:24 R103 `when unsure` means nothing for `policy: collect`; remove it"],
    ),
    ("x: {policy: first, default: a}", ["4:22 R103 `default` means nothing for `policy: first`; remove it"]),
    (
        "x: {policy: first, values: [a], values from: retention.yaml}",
        ["4:22 R103 `values` and `values from` are both given; keep one"],
    ),
    (
        "x: {policy: first, values from: queues.yaml}",
        ["4:35 R106 unknown source of values `queues.yaml`; use retention.yaml, approvals.yaml, templates/metadata"],
    ),
    (
        "x: {policy: collect, decided on: [recieved]}",
        ['4:37 R111 unknown event `recieved`; did you mean "received"?'],
    ),
    (
        "hold: {policy: first}",
        ["4:10 R113 the outcome `hold` is acted on by the router itself and must have `policy: collect`"],
    ),
    (
        "x: {policy: first, required: yes, when unsure: a}",
        ["4:37 R114 `when unsure` is never taken here: a required outcome that is not decided parks the document"],
    ),
    (
        "approval: {policy: strictest, order: [release, block]}",
        ["4:41 R112 `order` of `approval` must begin with `block`: it stands while an approval is in doubt"],
    ),
    (
        "approval: {policy: strictest, order: [block, committee, release]}",
        ["4:48 R115 `committee` has no path in approvals.yaml, so nobody can give this approval yet"],
    ),
    (
        "x: {policy: strictest, order: [two_person, comittee], values from: approvals.yaml}",
        ["4:46 R107 unknown value `comittee`; declare it in approvals.yaml, or use release, supervisor, two_person"],
    ),
]


@pytest.mark.parametrize(("line", "expected"), WRONG_OUTCOMES)
def test_a_mistake_in_an_outcome_is_named_at_its_place(line: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it."""
    _, problems = outcomes_of(line)

    assert expected == problems


def test_nothing_is_said_about_names_of_a_file_that_could_not_be_read() -> None:
    """Its own problem is enough."""
    unread = Sources(record_classes=None, approval_paths=None, metadata_templates=None, workspaces=None)

    _, problems = outcomes_of(
        "retention: {policy: join, values from: retention.yaml, default: any_class}\n"
        "  metadata: {policy: first, values from: templates/metadata, when unsure: any_template}",
        sources=unread,
    )

    assert problems == []
