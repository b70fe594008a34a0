"""The tests that stand beside the rules, run through the same deciding as a fax. Does no I/O."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from faxrouter.facts.gather import TEST, gather
from faxrouter.language.ruleset import RuleFile, RuleSet, RuleTest
from faxrouter.model.decision import Decision
from faxrouter.model.fact import Facts
from faxrouter.model.problem import Place
from faxrouter.planning.outcomes import outcomes_as_json


class TestStatus(StrEnum):
    """Only `passed` is green. The words are shown to people and written to JUnit files."""

    PASSED = "passed"
    FAILED = "failed"
    EMPTY = "empty"  # expects nothing, or names a rule that is not there: it tests nothing
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult:
    name: str
    # the rules file, as a suite
    file: str
    place: Place
    status: TestStatus
    # what was expected and what came, one line each
    reasons: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.place.line_reference} {self.name}: {'; '.join(self.reasons) or self.status.value}"


def run_tests(rule_set: RuleSet, *, decide: Callable[[Facts], Decision]) -> Iterator[TestResult]:
    """Every test of every rules file, in file order."""
    rules = {rule.name for file in rule_set.files for rule in file.rules}
    rules |= {file.otherwise.rule_name for file in rule_set.files if file.otherwise is not None}
    rules |= {"facts.when_unsure", "facts.default"}
    for file in rule_set.files:
        for test in file.tests:
            yield _run(rule_set, test, file, rules, decide)


def _run(
    rule_set: RuleSet, test: RuleTest, file: RuleFile, rules: set[str], decide: Callable[[Facts], Decision]
) -> TestResult:
    def result(status: TestStatus, *reasons: str) -> TestResult:
        return TestResult(name=test.name, file=file.path, place=test.place, status=status, reasons=reasons)

    if test.skip is not None:
        return result(TestStatus.SKIPPED, test.skip)
    missing = sorted(set(test.decided_by.values()) - rules)
    if missing:
        return result(TestStatus.EMPTY, *(f"there is no rule `{name}`" for name in missing))
    if not test.expect and not test.decided_by and test.parked is None and not test.absent:
        return result(TestStatus.EMPTY, "the test expects nothing")
    gathered = gather(rule_set, [(TEST, test.fax)], zone=file.zone)
    decision = decide(gathered.facts)
    answer = outcomes_as_json(rule_set, decision, gathered.facts)
    reasons = tuple(_differences(test, decision, answer))
    return result(TestStatus.FAILED, *reasons, *gathered.notices) if reasons else result(TestStatus.PASSED)


def _differences(test: RuleTest, decision: Decision, answer: Mapping[str, Any]) -> Iterator[str]:
    outcomes = answer["outcomes"]
    for name, expected in test.expect.items():
        if name not in outcomes:
            yield f"`{name}` should be {expected!r}, but has no value{_hint(name, answer)}"
        elif not fits(expected, outcomes[name]["value"]):
            yield f"`{name}` should be {expected!r}, but is {outcomes[name]['value']!r}, by {outcomes[name]['rule']}"
    for name, rule in test.decided_by.items():
        by = outcomes[name]["rule"] if name in outcomes else []
        named = [by] if isinstance(by, str) else by
        if rule not in named:
            found = f"is decided by {', '.join(named)}" if named else f"has no value{_hint(name, answer)}"
            yield f"`{name}` should be decided by {rule}, but {found}"
    for name in test.absent:
        if name in outcomes:
            yield f"`{name}` should have no value, but is {outcomes[name]['value']!r}, by {outcomes[name]['rule']}"
    if test.parked is not None and test.parked is not bool(decision.parked):
        found = (
            f"parked: {'; '.join(f'{u.outcome} {u.reason}' for u in decision.parked)}"
            if decision.parked
            else "not parked"
        )
        yield f"the fax should {'be' if test.parked else 'not be'} parked, but is {found}"


def _hint(name: str, answer: Mapping[str, Any]) -> str:
    for undecided in answer["parked"] or ():
        if undecided["outcome"] == name:
            return f" ({undecided['reason']})"
    return ""


def fits(expected: Any, value: Any) -> bool:
    """A map expects only the keys it names; a list expects these members in any order; one value may stand for a
    list of one."""
    if isinstance(expected, Mapping):
        if isinstance(value, list):
            return len(value) == 1 and fits(expected, value[0])
        return isinstance(value, Mapping) and all(key in value and fits(expected[key], value[key]) for key in expected)
    if isinstance(expected, list | tuple):
        if not isinstance(value, list) or len(expected) != len(value):
            return False
        left = list(value)
        for wanted in expected:
            match = next((one for one in left if fits(wanted, one)), None)
            if match is None:
                return False
            left.remove(match)
        return True
    if isinstance(value, list):
        return len(value) == 1 and fits(expected, value[0])
    if isinstance(value, Mapping) and "type" in value:
        # a typed workspace may be expected by its type alone
        return bool(expected == value["type"])
    return str(expected) == str(value)
