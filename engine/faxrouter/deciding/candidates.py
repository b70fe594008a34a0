"""Candidates: what each rule offers to an outcome, in the order its policy reads. Evaluates no condition."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from faxrouter.language.ruleset import Rule, RuleFile, RuleSet, WorkspaceOutput
from faxrouter.model.decision import Contribution, KeyedWorkspace, NamedWorkspace, OutputValue, Policy, Verdict
from faxrouter.model.fact import Facts
from faxrouter.model.problem import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A rule (or an `otherwise`) that certainly or possibly gives values to one outcome. A MISS is no candidate."""

    # HIT or UNKNOWN
    verdict: Verdict
    values: tuple[OutputValue, ...]
    rule: str
    at: Place
    department: str | None

    @property
    def is_certain(self) -> bool:
        return self.verdict is Verdict.HIT

    def contribution(self, value: OutputValue) -> Contribution:
        return Contribution(
            value=value, rule=self.rule, at=self.at, certain=self.is_certain, department=self.department
        )


class ScopeState(Enum):
    """Where an event belongs; settles whose `otherwise` counts (rule-language section 11)."""

    DEPARTMENT = "department"
    NOWHERE = "nowhere"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Belonging:
    """The state, and the file whose `otherwise` is the last candidate: the department's, the organisation's or none."""

    state: ScopeState
    file: RuleFile | None


def belonging(rule_set: RuleSet, scopes: Mapping[str, Verdict]) -> Belonging:
    """From the verdict of every department's scope, by file path."""
    departments = [file for file in rule_set.files if file.department is not None]
    for file in departments:
        if scopes[file.path] is Verdict.HIT:
            return Belonging(state=ScopeState.DEPARTMENT, file=file)
    if any(scopes[file.path] is Verdict.UNKNOWN for file in departments):
        return Belonging(state=ScopeState.UNKNOWN, file=None)
    organisation = next((file for file in rule_set.files if file.department is None), None)
    return Belonging(state=ScopeState.NOWHERE, file=organisation)


def rules_in_order(rule_set: RuleSet, outcome: str) -> Iterator[tuple[RuleFile, Rule]]:
    """Every rule that gives a value to `outcome`, in the order of its policy.

    `first`: group, then priority, then files and lines. Every other policy: the organisation first, then the
    departments, each in file order.
    """
    rules = ((file, rule) for file in rule_set.files for rule in file.rules if outcome in rule.outputs)
    if rule_set.outcomes[outcome].policy is Policy.FIRST:
        yield from sorted(rules, key=lambda pair: (pair[1].group, -pair[1].priority))
    else:
        yield from rules


def event_moment(facts: Facts) -> str:
    """The name of the fact that holds the event's own moment."""
    return "requested_at" if facts["event"].value == "send_requested" else "received_at"


def resolved(values: tuple[Any, ...], facts: Facts) -> tuple[OutputValue, ...]:
    """Output values in the form in which winners are compared: a typed workspace by its key, if that is known."""
    return tuple(_resolved_workspace(value, facts) if isinstance(value, WorkspaceOutput) else value for value in values)


def _resolved_workspace(output: WorkspaceOutput, facts: Facts) -> OutputValue:
    if output.type is None or output.key is None:
        return NamedWorkspace(name=output.name or "")
    otherwise = output.otherwise or ""
    key = facts[output.key].value
    if key is None:
        return NamedWorkspace(name=otherwise)
    return KeyedWorkspace(type=output.type, key_fact=output.key, key=key, otherwise=otherwise)
