"""The rule set in service: one reference, swapped whole. A fax keeps the one it began with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from faxrouter.deciding.evaluator import Evaluator
from faxrouter.home.snapshot import Snapshot
from faxrouter.language.ruleset import RuleSet
from faxrouter.model.decision import Decision
from faxrouter.model.fact import Facts
from faxrouter.model.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedRules:
    """Rules, templates, lookups and calendars of one snapshot, compiled."""

    rule_set: RuleSet
    snapshot: Snapshot
    evaluator: Evaluator

    def decide(self, facts: Facts) -> Decision:
        return self.evaluator.decide(facts)


class Gate(StrEnum):
    """The gates of a reload, in order; the first that fails keeps the last good set in service."""

    READ = "read"
    COMPILE = "compile"
    CHECK = "check"
    TESTS = "tests"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReloadOutcome:
    """What came of one attempt. Journalled, shown by `status`, logged and counted."""

    # aware UTC
    at: datetime
    # None: it is live
    failed_at: Gate | None
    # the hash of the bytes that were tried
    content_hash: str
    # the digest in service after the attempt
    digest: str
    problems: tuple[Problem, ...]
    # "rules/clinic.rules.yaml:80 name of the test: what it expected and got"
    failed_tests: tuple[str, ...]
    # from the settled snapshot to the swap
    seconds: float
    # why the files could not be read at all; empty otherwise
    unreadable: str = ""

    @property
    def is_live(self) -> bool:
        return self.failed_at is None


class LiveRules:
    """Holds the served rules. Reading the reference is atomic; only the reloader swaps it."""

    def __init__(self, served: ServedRules, *, last: ReloadOutcome | None = None) -> None:
        self._served = served
        # the newest attempt, live or not
        self.last = last
        self.counts: Mapping[str, int] = {"live": 0, "refused": 0}

    @property
    def current(self) -> ServedRules:
        return self._served

    def note(self, outcome: ReloadOutcome, *, served: ServedRules | None) -> None:
        """Remember an attempt and, where it is live, put its rules in service."""
        if served is not None:
            self._served = served
        self.last = outcome
        word = "live" if outcome.is_live else "refused"
        self.counts = {**self.counts, word: self.counts[word] + 1}
