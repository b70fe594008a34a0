"""What was decided for one event, by which rules of which rule set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from faxrouter.model.fact import Value
from faxrouter.model.problem import Place


class Verdict(StrEnum):
    """Kleene's three truth values, in the words of the field."""

    HIT = "hit"
    MISS = "miss"
    UNKNOWN = "unknown"


class Policy(StrEnum):
    """How the candidates of one outcome become its value (DMN: hit policy)."""

    FIRST = "first"
    STRICTEST = "strictest"
    COLLECT = "collect"
    JOIN = "join"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWorkspace:
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedWorkspace:
    """A workspace of a type, found by a key that is known, and where to file if it is not found."""

    type: str
    # which fact gave the key; no part of the value itself
    key_fact: str = field(compare=False)
    key: Value
    otherwise: str


# What an outcome may be worth. A mapping (a task, a send profile) is held as its JSON-shaped dict: text, numbers,
# lists and dicts of them; texts with expressions are unrendered until planning.
OutputValue = str | NamedWorkspace | KeyedWorkspace | Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution:
    """One value with the rule that gave it. `rule` and `at` follow rule-language section 10."""

    value: OutputValue
    rule: str
    at: Place
    # False where the rule was only possibly matched
    certain: bool = True
    # the department whose file the rule stands in; None for the organisation's
    department: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One outcome with its value. First and strictest have exactly one contribution."""

    outcome: str
    policy: Policy
    contributions: tuple[Contribution, ...]
    # collect: members a person must look at, because their rules might have matched
    possible: tuple[Contribution, ...] = ()
    # the facts a `when unsure`, a possible winner or a possible member hung upon
    hung_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """A required outcome that could not be decided: the reason a document is parked."""

    outcome: str
    # the facts it hung upon, sorted; empty where no rule was a candidate
    facts: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The whole answer for one event. `parked` is empty when every required outcome was decided."""

    # the digest of the rule set that decided
    rule_set: str
    # the department whose scope certainly holds; None in no scope, or when that is not known
    department: str | None
    # False when some department's scope is UNKNOWN and none holds
    scope_known: bool
    outcomes: Mapping[str, Decided] = field(default_factory=dict)
    parked: tuple[Undecided, ...] = ()
