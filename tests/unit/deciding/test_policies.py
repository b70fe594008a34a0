"""The four policies as tables: candidates in order → what is decided. One line a case."""

import pytest

from faxrouter.deciding.candidates import Candidate
from faxrouter.deciding.policies import Question, collect, first, join, strictest
from faxrouter.language.ruleset import OutcomeDeclaration
from faxrouter.model.decision import Decided, Policy, Undecided, Verdict
from faxrouter.model.problem import Place
from faxrouter.model.records import Disposition, Period, PeriodUnit, RecordClass

HERE = Place(file="rules/clinic.rules.yaml", line=7)
ORDER = ("block", "two_person", "supervisor", "release")


def candidate(text: str) -> Candidate:
    """`rule=value` is certain, `rule?value` is possible."""
    sure = "=" in text
    rule, value = text.split("=" if sure else "?")
    return Candidate(
        verdict=Verdict.HIT if sure else Verdict.UNKNOWN,
        values=(value,),
        rule=rule,
        at=HERE,
        department="clinic",
    )


def question(
    policy: Policy,
    *,
    name: str = "outcome",
    otherwise: str | None = None,
    required: bool = False,
    when_unsure: str | None = None,
    default: str | None = None,
    scope_unknown: bool = False,
) -> Question:
    return Question(
        outcome=OutcomeDeclaration(
            name=name,
            policy=policy,
            place=HERE,
            required=required,
            order=ORDER,
            when_unsure=when_unsure,
            default=default,
        ),
        otherwise=candidate(f"otherwise={otherwise}") if otherwise else None,
        scope_facts=("our_number",) if scope_unknown else (),
        unknown_facts=lambda candidate: (f"fact_of_{candidate.rule}",),
    )


def shown(settled: Decided | Undecided | None) -> str:
    match settled:
        case None:
            return "nothing"
        case Undecided(facts=facts):
            return f"parked on {','.join(facts)}" if facts else "parked without candidate"
        case Decided(contributions=contributions, possible=possible):
            text = " ".join(f"{one.rule}={one.value}" for one in contributions)
            return text + (" possibly " + " ".join(f"{one.rule}={one.value}" for one in possible) if possible else "")


FIRST = [
    # candidates, otherwise, required, when unsure → shown
    ("a=1 b=2", None, True, None, "a=1"),
    ("a?1 b=1", None, True, None, "a=1"),
    ("a?1 b=2", None, True, None, "parked on fact_of_a"),
    ("a?1 b=2", None, False, "9", "facts.when_unsure=9"),
    ("a?1 b=2", None, False, None, "nothing"),
    ("a?1 b?1", None, False, None, "nothing"),
    ("a?1 b?1", "1", True, None, "a=1"),
    ("a?1 b?2", "1", True, None, "parked on fact_of_a,fact_of_b"),
    ("", "3", True, None, "otherwise=3"),
    ("", None, True, None, "parked without candidate"),
    ("", None, False, "9", "nothing"),
    ("a=1 b?2", "3", True, None, "a=1"),
]


@pytest.mark.parametrize(("candidates", "otherwise", "required", "when_unsure", "expected"), FIRST)
def test_first_is_decided_by_the_first_possible_winner(
    candidates: str, otherwise: str | None, required: bool, when_unsure: str | None, expected: str
) -> None:
    """`first` is decided when the first possible winner is certain or all possible winners agree (sections 6, 11)."""
    asked = question(Policy.FIRST, otherwise=otherwise, required=required, when_unsure=when_unsure)

    assert shown(first(asked, map(candidate, candidates.split()))) == expected


STRICTEST = [
    # name, candidates, otherwise, scope unknown → shown
    ("urgency", "a=release b=two_person", None, False, "b=two_person"),
    ("urgency", "a=release b?two_person", None, False, "b=two_person"),
    ("urgency", "a?release", "two_person", False, "otherwise=two_person"),
    ("urgency", "a=release", "block", False, "a=release"),
    ("urgency", "", "supervisor", False, "otherwise=supervisor"),
    ("urgency", "", None, True, "facts.when_unsure=supervisor"),
    ("approval", "a=release b=two_person", None, False, "b=two_person"),
    ("approval", "a=release b?two_person", None, False, "b=block"),
    ("approval", "a=two_person b?release", None, False, "a=two_person"),
    ("approval", "a?two_person", "two_person", False, "a=two_person"),
    ("approval", "a?two_person", "release", False, "a=block"),
    ("approval", "a?release", "two_person", False, "otherwise=block"),
    ("approval", "a?two_person", None, False, "a=block"),
    ("approval", "", None, True, "facts.when_unsure=block"),
    ("approval", "a=supervisor", None, True, "a=supervisor"),
    ("approval", "a=release a2?release", None, True, "a=release"),
]


@pytest.mark.parametrize(("name", "candidates", "otherwise", "scope_unknown", "expected"), STRICTEST)
def test_strictest_takes_the_strictest_possible_value(
    name: str, candidates: str, otherwise: str | None, scope_unknown: bool, expected: str
) -> None:
    """The strictest certain or possible value wins; an approval that uncertainty could change is `block`."""
    asked = question(
        Policy.STRICTEST, name=name, otherwise=otherwise, when_unsure="supervisor", scope_unknown=scope_unknown
    )

    assert shown(strictest(asked, map(candidate, candidates.split()))) == expected


COLLECT = [
    ("notify", "a=x b=y", None, "a=x b=y"),
    ("notify", "a=x b=x", None, "a=x"),
    ("notify", "a=x b?y", None, "a=x possibly b=y"),
    ("notify", "a?x b=x", None, "b=x"),
    ("notify", "a?x", "z", " possibly a=x"),
    ("notify", "", "z", "otherwise=z"),
    ("hold", "a?x b=y", None, "a=x b=y"),
    ("hold", "a?x b=x", None, "a=x"),
]


@pytest.mark.parametrize(("name", "candidates", "otherwise", "expected"), COLLECT)
def test_collect_acts_on_certain_members_and_holds_on_possible_ones_too(
    name: str, candidates: str, otherwise: str | None, expected: str
) -> None:
    """Equal members appear once under the first contributor; `otherwise` counts only if nothing hit or might hit."""
    asked = question(Policy.COLLECT, name=name, otherwise=otherwise)

    assert shown(collect(asked, map(candidate, candidates.split()))) == expected


def test_a_hold_is_certain_as_soon_as_one_contributor_is() -> None:
    """The first contributor names the hold, any contributor makes it certain."""
    settled = collect(question(Policy.COLLECT, name="hold"), [candidate("a?x"), candidate("b=x")])

    assert isinstance(settled, Decided)
    assert [one.certain for one in settled.contributions] == [True]


CLASSES = {
    name: RecordClass(
        name=name,
        period=Period(length=months, unit=PeriodUnit.MONTHS, written=f"{months} months"),
        trigger=trigger,
        disposition=Disposition.REVIEW,
        rsi=name,
        authority="schedule",
        place=HERE,
    )
    for name, months, trigger in (
        ("y1", 12, "received"),
        ("y7", 84, "received"),
        ("y7b", 84, "received"),
        ("case", 12, "case closed"),
    )
}

JOIN = [
    ("a=y1 b=y7", None, False, "b=y7"),
    ("a=y7 b=y1", None, False, "a=y7"),
    ("a=y7 b=y7b", None, False, "a=y7 b=y7b"),
    ("a=y7 b=case c=y1", None, False, "a=y7 b=case"),
    ("a=y1 b?y7", None, False, "b=y7"),
    ("a=y1", "y7", False, "a=y1"),
    ("a?y1", "y7", False, "otherwise=y7"),
    ("a?y7", "y1", False, "a=y7"),
    ("", "y1", False, "otherwise=y1"),
    ("", None, True, "facts.default=y1"),
    ("", None, False, "parked without candidate"),
    ("a=y7 b=y7", None, False, "a=y7"),
]


@pytest.mark.parametrize(("candidates", "otherwise", "scope_unknown", "expected"), JOIN)
def test_a_join_keeps_the_longest_class_and_every_class_whose_trigger_is_open(
    candidates: str, otherwise: str | None, scope_unknown: bool, expected: str
) -> None:
    """Retention never shortens: certain and possible assertions join, `otherwise` only where no rule is certain."""
    asked = question(Policy.JOIN, otherwise=otherwise, required=True, default="y1", scope_unknown=scope_unknown)

    assert shown(join(asked, map(candidate, candidates.split()), classes=CLASSES)) == expected
