"""Why a decision came out as it did, in words for analysts. Holds facts as data; its own words never quote a fax.

A trace is made on demand from stored facts and the rule set that decided. CLI and page render these values and add no
reasons of their own.
"""

from dataclasses import dataclass
from enum import StrEnum

from faxrouter.model.decision import Decided, Decision, OutputValue, Policy, Undecided, Verdict
from faxrouter.model.fact import Fact, Facts
from faxrouter.model.problem import Place


class Reason(StrEnum):
    """Why a condition, or a rule, has its verdict; the value is the word that people read."""

    MATCHED = "matched"
    NOT_MATCHED = "not matched"
    ABSENT = "fact absent"
    UNCERTAIN = "uncertain"
    CONFLICT = "conflict"
    NOT_EVALUATED = "not evaluated"
    ERROR = "error"
    NOT_COMPARABLE = "not comparable"  # two currencies, or elapsed and business time
    NOT_KNOWN = "not known for sure"  # a group that hangs on one of its conditions
    NOT_ASKED = "not asked"  # the outcome is not decided on this event
    OVERRIDDEN = "overridden by"


class StepKind(StrEnum):
    SCOPE = "scope"
    VALIDITY = "valid"
    CONDITION = "condition"
    ALL = "all of"
    ANY = "any of"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One condition of a rule, or a group of them, against one event."""

    kind: StepKind
    # the condition in the author's own words; empty for a group
    written: str
    verdict: Verdict
    reason: Reason
    at: Place
    # the fact it looked at, and what that fact was; None for a group
    fact: str | None = None
    actual: Fact | None = None
    # how far it was from matching, where that can be said: "confidence low, needs medium"
    distance: str | None = None
    children: "tuple[Step, ...]" = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NearMiss:
    """A rule that failed by one fact only."""

    rule: str
    at: Place
    # what it would have given
    values: tuple[OutputValue, ...]
    # the conditions on that fact that did not hold
    failed: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A rule that matched, or might have, and did not give the value."""

    rule: str
    at: Place
    values: tuple[OutputValue, ...]
    # False: it might have matched
    certain: bool
    why_lost: str
    # the facts that keep it from being certain
    hangs_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Winner:
    """A rule that gave the value, or contributed to it, with its conditions."""

    rule: str
    at: Place
    certain: bool
    # the rule's own `why:`; empty for `otherwise`, defaults and rules without one
    why_written: str
    why_it_won: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeTrace:
    """How one outcome was decided, or why it was not."""

    outcome: str
    policy: Policy
    # None: optional, and nothing gave it a value
    result: Decided | Undecided | None
    winners: tuple[Winner, ...]
    rivals: tuple[Rival, ...]
    near_misses: tuple[NearMiss, ...]
    # what became of the file's `otherwise`
    otherwise: str
    # the facts it hung upon, as they were
    hung_on: tuple[tuple[str, Fact], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The whole answer to "why?" for one event."""

    decision: Decision
    facts: Facts
    # what was said of each department's scope, and by which file
    scopes: tuple[Step, ...]
    outcomes: tuple[OutcomeTrace, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeReason:
    """What became of one outcome of a rule."""

    outcome: str
    reason: Reason
    # a sentence: "overridden by `clinic-lab-critical`, which has a higher priority"
    said: str
    # the rule that overrode it
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """The answer to "why not this rule?"."""

    rule: str
    at: Place
    verdict: Verdict
    steps: tuple[Step, ...]
    outcomes: tuple[OutcomeReason, ...]
    # each condition that must change: "would have matched if `pages at least: 20` held (2 below)"
    would_have_matched_if: tuple[str, ...]
