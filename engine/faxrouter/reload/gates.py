"""The gates between a settled snapshot and service: parse and type, check, tests. Pure: reads no file, swaps nothing.

`faxrouter check`, `faxrouter test` and the running router pass rule sets through the same gates.
"""

from dataclasses import dataclass

from faxrouter.analysis.invariant_tests import run_invariants
from faxrouter.analysis.pairs import pair_problems
from faxrouter.analysis.rule_tests import TestResult, TestStatus, run_tests
from faxrouter.deciding.evaluator import compile_evaluator
from faxrouter.home.snapshot import Snapshot
from faxrouter.language.compile import SourceCache, compile_home
from faxrouter.language.ruleset import RuleSet
from faxrouter.model.problem import Problem, Severity
from faxrouter.reload.live import Gate, ServedRules


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """A rule set after the gates parse, type and check. `rule_set` is None when a problem is an error."""

    rule_set: RuleSet | None
    problems: tuple[Problem, ...]
    failed_at: Gate | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What all the gates said. `served` is there only when every gate let the rule set pass."""

    served: ServedRules | None
    failed_at: Gate | None
    problems: tuple[Problem, ...]
    tests: tuple[TestResult, ...] = ()

    @property
    def failed_tests(self) -> tuple[str, ...]:
        return tuple(str(result) for result in self.tests if result.status is TestStatus.FAILED)


def examine(snapshot: Snapshot, *, cache: SourceCache | None = None) -> Examined:
    """Parse, type and check: every problem of these gates at once."""
    rule_set, problems = compile_home(snapshot, cache=cache)
    if rule_set is None:
        return Examined(rule_set=None, problems=tuple(problems), failed_at=Gate.COMPILE)
    every = sorted([*problems, *pair_problems(rule_set)], key=lambda problem: (problem.place, problem.code))
    if any(problem.severity is Severity.ERROR for problem in every):
        return Examined(rule_set=None, problems=tuple(every), failed_at=Gate.CHECK)
    return Examined(rule_set=rule_set, problems=tuple(every), failed_at=None)


def serve(rule_set: RuleSet, snapshot: Snapshot) -> ServedRules:
    """A rule set that passed, compiled for deciding."""
    return ServedRules(rule_set=rule_set, snapshot=snapshot, evaluator=compile_evaluator(rule_set))


def admit(snapshot: Snapshot, *, cache: SourceCache | None = None) -> Admission:
    """Every gate, as far as the snapshot gets; the tests beside the rules are the last."""
    examined = examine(snapshot, cache=cache)
    if examined.rule_set is None:
        return Admission(served=None, failed_at=examined.failed_at, problems=examined.problems)
    served = serve(examined.rule_set, snapshot)
    tests = (
        *run_tests(served.rule_set, decide=served.decide),
        *run_invariants(served.rule_set, decide=served.decide),
    )
    failed = any(result.status is TestStatus.FAILED for result in tests)
    return Admission(
        served=None if failed else served,
        failed_at=Gate.TESTS if failed else None,
        problems=examined.problems,
        tests=tests,
    )
