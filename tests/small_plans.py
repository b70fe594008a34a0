"""A small organisation made by hand, and decisions about one fax, for tests of planning."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from faxrouter.language.conditions import AllOf, TimeWindow
from faxrouter.language.ruleset import (
    AttributeDeclaration,
    AttributeType,
    Calendar,
    CategoryDeclaration,
    Group,
    MetadataTemplate,
    NamedWorkspaceDeclaration,
    Otherwise,
    Output,
    Priority,
    QueueDeclaration,
    Rule,
    RuleSet,
    WorkspaceOutput,
    WorkspaceType,
)
from faxrouter.model.decision import (
    Contribution,
    Decided,
    Decision,
    KeyedWorkspace,
    NamedWorkspace,
    OutputValue,
    Policy,
    Undecided,
)
from faxrouter.model.fact import Amount, Evidence, Fact, Facts, known
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.model.plan import Action, Plan
from faxrouter.model.problem import Place
from faxrouter.model.records import Disposition, Period, PeriodUnit, RecordClass
from faxrouter.planning.plan import plan
from small_rules import HERE, declare, rule_file, rule_set

# a Monday, 09:30 in Los Angeles
RECEIVED = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
WHERE = Place(file="rules/clinic.rules.yaml", line=7)
POLICIES = {
    "workspace": Policy.FIRST,
    "metadata": Policy.FIRST,
    "task": Policy.COLLECT,
    "retention": Policy.JOIN,
    "hold": Policy.COLLECT,
    "approval": Policy.STRICTEST,
    "send": Policy.FIRST,
    "reply": Policy.COLLECT,
    "notify": Policy.COLLECT,
    "urgency": Policy.STRICTEST,
}


def _keyed_rule(name: str) -> Rule:
    written = WorkspaceOutput(type="Patient", key="patient_id", otherwise="Nursing")
    return Rule(
        name=name,
        place=WHERE,
        department="clinic",
        group=Group.DEPARTMENT,
        priority=Priority.NORMAL,
        valid=None,
        when=AllOf(children=(), place=WHERE),
        outputs={"workspace": Output(outcome="workspace", values=(written,), place=WHERE)},
    )


def _class(name: str) -> RecordClass:
    return RecordClass(
        name=name,
        period=Period(length=84, unit=PeriodUnit.MONTHS, written="7 years"),
        trigger="received",
        disposition=Disposition.REVIEW,
        rsi=name.upper(),
        authority=f"schedule {name}",
        place=HERE,
    )


OFFICE = Calendar(
    name="office",
    time_zone="America/Los_Angeles",
    open={day: (TimeWindow(start=8 * 60, end=18 * 60),) for day in range(5)},
    closed_on=frozenset(),
    place=HERE,
)
NEVER = Calendar(name="never", time_zone="UTC", open={}, closed_on=frozenset(), place=HERE)
ATTRIBUTES = {
    "Patient": "{{ patient_id or 'unknown' }}",
    "Received": "{{ received_at }}",
    "Subject": "{{ subject or '' }}",
}
RULES = rule_set(
    declare("our_number", "phone"),
    declare("patient_id", "id"),
    declare("claim_id", "id", check_digit="luhn"),
    declare("subject", "text_long"),
    declare("total", "amount"),
    workspaces=(
        NamedWorkspaceDeclaration(name="Nursing", department="clinic", path=("Clinic", "Nursing"), place=HERE),
        NamedWorkspaceDeclaration(name="Exceptions", department="clinic", path=("Clinic", "Exceptions"), place=HERE),
        NamedWorkspaceDeclaration(name="Unsorted", department=None, path=("Unsorted",), place=HERE),
    ),
    types=(
        WorkspaceType(
            name="Patient",
            department="clinic",
            find_by={"external system": "EHR", "object type": "PATIENT"},
            create=False,
            template=None,
            key_from=frozenset({"registry"}),
            place=HERE,
        ),
        WorkspaceType(
            name="Claim",
            department="clinic",
            find_by={"name": "Claim {{ key }}"},
            create=True,
            template="Claim template",
            key_from=frozenset({"registry", "barcode", "check digit"}),
            place=HERE,
        ),
        WorkspaceType(
            name="Named after another",
            department="clinic",
            find_by={"name": "{{ key }} of {{ patient_id }}"},
            create=True,
            template=None,
            key_from=frozenset({"barcode"}),
            place=HERE,
        ),
    ),
    exceptions={"clinic": "Exceptions", "organisation": "Unsorted"},
    classes=(_class("years_7"), _class("years_30")),
    calendars=(OFFICE, NEVER),
    templates=(
        MetadataTemplate(name="lab", category="Lab fax", attributes=ATTRIBUTES, place=HERE),
        MetadataTemplate(name="careless", category="Fax", attributes={"Patient": "{{ patient_id }}"}, place=HERE),
    ),
    files=(
        rule_file(None),
        rule_file(
            "clinic",
            zone="America/Los_Angeles",
            calendar="office",
            rules=(_keyed_rule("to-patient"),),
            otherwise=Otherwise(
                rule_name="clinic.otherwise",
                place=WHERE,
                outputs=_keyed_rule("clinic.otherwise").outputs,
            ),
        ),
        rule_file("night", calendar="never"),
    ),
    outcomes=POLICIES,
)


def attribute(name: str, type_: str, **more: Any) -> AttributeDeclaration:
    return AttributeDeclaration(name=name, type=AttributeType(type_), place=HERE, **more)


_LAB_FAX = (
    attribute("Patient", "text", length=8, required=True),
    attribute("Received", "moment"),
    attribute("Subject", "text", length=20),
)
# the same organisation, with what its forms take and who looks after its queues
STRICT = replace(
    RULES,
    categories={
        "Lab fax": CategoryDeclaration(name="Lab fax", attributes={one.name: one for one in _LAB_FAX}, place=HERE)
    },
    queues={
        "nurse-line": QueueDeclaration(name="nurse-line", workflow="Fax task", assignees=(), place=HERE),
        "mailroom": QueueDeclaration(name="mailroom", workflow=None, assignees=("County mailroom", "Ann"), place=HERE),
    },
)


def given_by(
    value: OutputValue, *, rule: str = "some-rule", department: str | None = "clinic", line: int = 7
) -> Contribution:
    file = f"rules/{department or 'organisation'}.rules.yaml"
    return Contribution(value=value, rule=rule, at=Place(file=file, line=line), department=department)


def decided(
    outcome: str, *contributions: Contribution, possible: tuple[Contribution, ...] = (), hung_on: tuple[str, ...] = ()
) -> Decided:
    return Decided(
        outcome=outcome, policy=POLICIES[outcome], contributions=contributions, possible=possible, hung_on=hung_on
    )


def decision(*outcomes: Decided, parked: tuple[Undecided, ...] = (), department: str | None = "clinic") -> Decision:
    return Decision(
        rule_set="sha256:test",
        department=department,
        scope_known=True,
        outcomes={one.outcome: one for one in outcomes},
        parked=parked,
    )


def to(name: str, *, rule: str = "some-rule") -> Decided:
    return decided("workspace", given_by(NamedWorkspace(name=name), rule=rule))


def to_case(type_: str, key_fact: str, key: str | Amount | Decimal) -> Decided:
    keyed = KeyedWorkspace(type=type_, key_fact=key_fact, key=key, otherwise="Nursing")
    return decided("workspace", given_by(keyed))


def read_from(source: str, value: str) -> Fact:
    return known(value, evidence=(Evidence(source=source),))


def task(rule: str = "some-rule", department: str | None = "clinic", **more: Any) -> Contribution:
    return given_by({"kind": rule, "queue": "desk", "title": "Look", **more}, rule=rule, department=department)


FACTS: Mapping[str, Fact] = {"event": known("received"), "received_at": known(RECEIVED)}


def planned(
    made: Decision,
    facts: Mapping[str, Fact] | None = None,
    *,
    fax_id: str = "F1",
    direction: Direction = Direction.INBOUND,
    defects: tuple[str, ...] = (),
    document_id: str = "F1-1",
    rules: RuleSet = RULES,
) -> Plan:
    document = Document(
        document_id=document_id, sha256="00" * 32, media_type="image/tiff", size=1, pages=1, defects=defects
    )
    fax = Fax(
        fax_id=fax_id, direction=direction, service="folder", reference="r", received_at=RECEIVED, documents=(document,)
    )
    return plan(rules, made, Facts({**FACTS, **(facts or {})}), fax=fax, document=document)


def kinds(actions: tuple[Action, ...]) -> list[str]:
    return [type(action).__name__ for action in actions]
