"""The engines of the benchmark: each is given a workload once and answers one event at a time.

A peer that is not installed, or that cannot take the workload, says so in words.
"""

from collections.abc import Callable
from dataclasses import dataclass

from bench.workloads import Condition, Workload
from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.language import conditions as language
from faxrouter.language.ruleset import (
    FactDeclaration,
    FactType,
    Group,
    OutcomeDeclaration,
    Output,
    Priority,
    RuleFile,
    RuleSet,
    WorkspaceOutput,
)
from faxrouter.language.ruleset import Rule as LanguageRule
from faxrouter.language.words import normalise
from faxrouter.model.decision import NamedWorkspace, Policy
from faxrouter.model.fact import Facts, known
from faxrouter.model.problem import Place

# one event → the workspace
Answer = Callable[[int], str]


@dataclass(frozen=True, slots=True)
class CannotRun:
    """Why an engine takes no part, in a few words."""

    reason: str


Prepared = Answer | CannotRun

_PLACE = Place(file="rules/organisation.rules.yaml")
_TYPES = {
    "event": FactType.CHOICE,
    "our_number": FactType.PHONE,
    "their_number": FactType.PHONE,
    "document_type": FactType.CHOICE,
    "pages": FactType.WHOLE_NUMBER,
    "sender_station": FactType.TEXT_SHORT,
}


def rule_set(workload: Workload) -> RuleSet:
    """The workload as faxrouter's typed rule set."""
    rules = tuple(
        LanguageRule(
            name=f"rule-{number}",
            place=Place(file=_PLACE.file, line=number + 1),
            department=None,
            group=Group.BEFORE_DEPARTMENTS,
            priority=Priority.NORMAL,
            valid=None,
            when=language.AllOf(children=tuple(_leaf(condition) for condition in rule.conditions), place=_PLACE),
            outputs={
                "workspace": Output(outcome="workspace", values=(WorkspaceOutput(name=rule.workspace),), place=_PLACE)
            },
        )
        for number, rule in enumerate(workload.rules)
    )
    file = RuleFile(
        path=_PLACE.file,
        department=None,
        owner="",
        description="",
        scope=None,
        zone="UTC",
        calendar=None,
        rules=rules,
        tables={},
        otherwise=None,
        invariants=(),
        tests=(),
        place=_PLACE,
    )
    return RuleSet(
        digest="0" * 64,
        language=1,
        phone_region=None,
        facts={name: FactDeclaration(name=name, type=fact_type, place=_PLACE) for name, fact_type in _TYPES.items()},
        outcomes={"workspace": OutcomeDeclaration(name="workspace", policy=Policy.FIRST, required=True, place=_PLACE)},
        workspaces={},
        workspace_types={},
        exceptions={},
        record_classes={},
        approval_paths={},
        calendars={},
        lookups={},
        metadata_templates={},
        files=(file,),
    )


def _leaf(condition: Condition) -> language.Leaf:
    operands = condition.operand if isinstance(condition.operand, tuple) else (condition.operand,)
    if _TYPES[condition.fact] is FactType.TEXT_SHORT:
        operands = tuple(normalise(str(operand)) for operand in operands)
    entries: tuple[language.Entry, ...]
    match condition.operator:
        case "equals" | "one of" | "none of":
            entries = tuple(language.Exact(operand) for operand in operands)
        case "starts with":
            entries = tuple(language.Prefix(str(operand)) for operand in operands)
        case "at least":
            entries = (language.Span(low=operands[0]),)
        case "between":
            entries = (language.Span(low=operands[0], high=operands[1]),)
    return language.Leaf(
        fact=condition.fact,
        test=language.ValueTest(entries),
        negated=condition.operator == "none of",
        written=f"{condition.fact} {condition.operator}",
        place=_PLACE,
    )


def facts_of(event: dict[str, str | int]) -> Facts:
    return Facts({name: known(value) for name, value in event.items()})


def faxrouter(workload: Workload) -> Prepared:
    """The compiled evaluator; facts are typed beforehand, as they reach it in the router."""
    decide = compile_evaluator(rule_set(workload)).decide
    events = [facts_of(event) for event in workload.events]

    def answer(index: int) -> str:
        value = decide(events[index]).outcomes["workspace"].contributions[0].value
        assert isinstance(value, NamedWorkspace)
        return value.name

    return answer


def faxrouter_with_facts(workload: Workload) -> Prepared:
    """As above, with the facts made anew for every event."""
    decide = compile_evaluator(rule_set(workload)).decide

    def answer(index: int) -> str:
        value = decide(facts_of(workload.events[index])).outcomes["workspace"].contributions[0].value
        assert isinstance(value, NamedWorkspace)
        return value.name

    return answer


def plain_loop(workload: Workload) -> Prepared:
    """One generated Python function per rule, in a loop: what a programmer would write first."""
    rules = [
        (eval(f"lambda event: {' and '.join(map(_python, rule.conditions)) or 'True'}"), rule.workspace)
        for rule in workload.rules
    ]

    def answer(index: int) -> str:
        event = workload.events[index]
        for test, workspace in rules:
            if test(event):
                return workspace
        raise AssertionError("the last rule always matches")

    return answer


def _python(condition: Condition) -> str:
    value = f"event[{condition.fact!r}]"
    operand = condition.operand
    match condition.operator:
        case "equals":
            return f"{value} == {operand!r}"
        case "one of":
            return f"{value} in {operand!r}"
        case "none of":
            return f"{value} not in {operand!r}"
        case "starts with":
            return f"{value}.startswith({operand!r})"
        case "at least":
            return f"{value} >= {operand!r}"
        case "between":
            assert isinstance(operand, tuple)
            return f"{operand[0]} <= {value} <= {operand[1]}"
