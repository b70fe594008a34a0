"""The rule set: one immutable, typed snapshot of every rule file. Knows no file format, evaluates nothing.

`language.compile` makes it; deciding, facts, planning and analysis read it. Names, places and orders follow
rule-language sections 6, 10 and 11.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any

from faxrouter.language.conditions import Condition, TimeWindow
from faxrouter.model.decision import Policy
from faxrouter.model.fact import Confidence, Value
from faxrouter.model.problem import Place
from faxrouter.model.records import RecordClass


class AttributeType(StrEnum):
    """What a records system's form takes for one attribute; the value is the word that people write."""

    TEXT = "text"
    WHOLE_NUMBER = "whole number"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "moment"
    YES_NO = "yes/no"
    CHOICE = "choice"


class FactType(StrEnum):
    CHOICE = "choice"
    PHONE = "phone"
    TEXT_SHORT = "text_short"
    TEXT_LONG = "text_long"
    WHOLE_NUMBER = "whole_number"
    PERCENT = "percent"
    AMOUNT = "amount"
    DATE = "date"
    ID = "id"
    SET_OF_IDS = "set_of_ids"
    YES_NO = "yes_no"
    MOMENT = "moment"
    DURATION = "duration"


@dataclass(frozen=True, slots=True, kw_only=True)
class FactDeclaration:
    """One word that rules may use."""

    name: str
    type: FactType
    place: Place
    # choice only
    values: tuple[str, ...] = ()
    # `from:` who delivers it (carrier, sidecar, cover, …); a hint for people
    source: str | None = None
    # below it a reading is `uncertain`
    floor: Confidence | None = None
    # every event has it
    always: bool = False
    minimum: Value | None = None
    maximum: Value | None = None
    # amount only; None accepts any currency
    currency: str | None = None
    # id and set_of_ids: `#` a digit, `@` a letter, `*` either, anything else itself
    mask: str | None = None
    # id and set_of_ids: the name of a check-digit scheme
    check_digit: str | None = None
    help: str = ""
    # the lookup that fills it (`desk_by_number` for the fact `desk_by_number.desk`)
    lookup: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeDeclaration:
    name: str
    policy: Policy
    place: Place
    required: bool = False
    # empty: on every event
    decided_on: frozenset[str] = frozenset()
    # strictest: the order of values, strictest first
    order: tuple[str, ...] = ()
    # the closed list of values, where there is one; empty: free
    values: tuple[str, ...] = ()
    # the value of `when unsure` and its place
    when_unsure: Any = None
    when_unsure_place: Place | None = None
    # join: the class that stands when nothing is asserted, and its place
    default: str | None = None
    default_place: Place | None = None
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedWorkspaceDeclaration:
    name: str
    # None: the organisation's own
    department: str | None
    path: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceType:
    name: str
    department: str | None
    # {"external system": …, "object type": …} or {"name": a text with `key`}
    find_by: Mapping[str, str]
    create: bool
    template: str | None
    # evidence sources whose keys may create a workspace
    key_from: frozenset[str]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Opening hours in the calendar's own zone."""

    name: str
    time_zone: str
    # weekday (0 = Monday) → windows
    open: Mapping[int, tuple[TimeWindow, ...]]
    closed_on: frozenset[date]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalStage:
    group: str
    people: int
    # a duration as written; None: no limit
    within: str | None
    escalate_to: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalPath:
    name: str
    by_rule: bool
    stages: tuple[ApprovalStage, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A keyed table of values. A missing row or an empty cell is absent."""

    name: str
    # the fact whose value is looked up
    key: str
    # column → the type of its fact (`NAME.column`)
    gives: Mapping[str, FactType]
    # typed key → column → typed value
    rows: Mapping[Value, Mapping[str, Value]]
    place: Place


class Priority(IntEnum):
    """Ranks `first` outcomes; a higher one precedes."""

    LOWEST = 1
    LOW = 2
    NORMAL = 3
    HIGH = 4
    HIGHEST = 5


class Group(IntEnum):
    """Where a rule stands for `first` outcomes: each group precedes the next, priority orders only inside."""

    BEFORE_DEPARTMENTS = 1
    DEPARTMENT = 2
    AFTER_DEPARTMENTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Valid:
    """Local dates, inclusive, in the file's zone, against the event's own moment."""

    start: date | None
    end: date | None
    zone: str
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkspaceOutput:
    """`workspace:` as written. Either `name`, or `type` with `key` (a fact's name) and `otherwise` (a named
    workspace)."""

    name: str | None = None
    type: str | None = None
    key: str | None = None
    otherwise: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """What a rule gives to one outcome. A collect outcome may get several values from one rule.

    Values by outcome: `workspace` → WorkspaceOutput; a map outcome (task, send, notify, …) → a JSON-shaped dict with
    `kind` filled in for tasks; everything else → text. Texts with expressions stay unrendered.
    """

    outcome: str
    values: tuple[Any, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule or one table row, in the form that policies need."""

    # `clinic-lab-critical`, `brokers[ACME]`, `brokers[line 4]`
    name: str
    place: Place
    department: str | None
    group: Group
    priority: Priority
    valid: Valid | None
    when: Condition
    outputs: Mapping[str, Output]
    why: str = ""
    # the table it is a row of
    table: str | None = None
    # False where the name holds a line number, which is no part of the meaning
    has_own_name: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    id: str
    place: Place
    # False: rows are `in order`
    unique: bool
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Otherwise:
    """The last candidate of its outcomes. `rule_name` is `clinic.otherwise` or `organisation.otherwise`."""

    rule_name: str
    place: Place
    outputs: Mapping[str, Output]


@dataclass(frozen=True, slots=True, kw_only=True)
class Invariant:
    """`must always`: no event in the department's scope may satisfy `never` unless the outcomes are as in `unless`."""

    id: str
    never: Condition
    # outcome → acceptable values as written
    unless: Mapping[str, tuple[Any, ...]]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleTest:
    """One entry of `tests:`. Facts are in the raw form of `decide`; expectations as written."""

    name: str
    # fact name → JSON-shaped value
    fax: Mapping[str, Any]
    fax_places: Mapping[str, Place]
    # outcome → expected JSON-shaped value
    expect: Mapping[str, Any]
    # outcome → the name of the rule that must win or contribute
    decided_by: Mapping[str, str]
    # True or False when the test says `parked`, otherwise None
    parked: bool | None
    # outcomes that must have no value (`absent: [task]`)
    absent: tuple[str, ...]
    # a test may say `skip: reason`; it is reported as skipped, never green
    skip: str | None
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleFile:
    """One `*.rules.yaml`: the organisation's (department None) or a department's."""

    path: str
    department: str | None
    owner: str
    description: str
    # None: the organisation's file, which decides for every event
    scope: Condition | None
    zone: str
    calendar: str | None
    # all `rules`, then all `tables`, as written
    rules: tuple[Rule, ...]
    tables: Mapping[str, Table]
    otherwise: Otherwise | None
    invariants: tuple[Invariant, ...]
    tests: tuple[RuleTest, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataTemplate:
    """`templates/metadata/NAME.yaml`: a category and its attributes as texts."""

    name: str
    category: str
    attributes: Mapping[str, str]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class AttributeDeclaration:
    """One attribute of a category; one inside a set is called `Set:Attribute`."""

    name: str
    type: AttributeType
    place: Place
    # text only: characters, of each value where there are several
    length: int | None = None
    # choice only
    values: tuple[str, ...] = ()
    required: bool = False
    # takes a list; the values of a text are told apart by `, `
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryDeclaration:
    """What one form of the records system takes, as `templates/categories.yaml` says it."""

    name: str
    attributes: Mapping[str, AttributeDeclaration]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueDeclaration:
    """Who does the tasks of one queue: a workflow map that is started, or people and groups who get a reminder."""

    name: str
    workflow: str | None
    assignees: tuple[str, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Everything that one settled snapshot of `rules/` and `templates/` means."""

    # sha256 over the normalised meaning and the language version
    digest: str
    language: int
    # ISO country of numbers written without `+`
    phone_region: str | None
    facts: Mapping[str, FactDeclaration]
    outcomes: Mapping[str, OutcomeDeclaration]
    workspaces: Mapping[str, NamedWorkspaceDeclaration]
    workspace_types: Mapping[str, WorkspaceType]
    # department, or "organisation", → the named workspace for parked documents
    exceptions: Mapping[str, str]
    record_classes: Mapping[str, RecordClass]
    approval_paths: Mapping[str, ApprovalPath]
    calendars: Mapping[str, Calendar]
    lookups: Mapping[str, Lookup]
    metadata_templates: Mapping[str, MetadataTemplate]
    # the organisation's file first, then departments by path
    files: tuple[RuleFile, ...]
    # empty: what the forms take is not known here, and nothing is checked
    categories: Mapping[str, CategoryDeclaration] = field(default_factory=dict)
    # empty: queues are free names
    queues: Mapping[str, QueueDeclaration] = field(default_factory=dict)
    # file → sha256 of its bytes
    text_hashes: Mapping[str, str] = field(default_factory=dict)
    # faxrouter, python, tzdata, phonenumbers, re2 → version
    versions: Mapping[str, str] = field(default_factory=dict)
