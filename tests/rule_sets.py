"""Hypothesis strategies over the whole rule language: rule sets with every policy, table, scope and `otherwise`."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from faxrouter.language.conditions import (
    Condition,
)
from faxrouter.language.ruleset import (
    Group,
    NamedWorkspaceDeclaration,
    Otherwise,
    OutcomeDeclaration,
    Output,
    Priority,
    Rule,
    RuleFile,
    RuleSet,
    Table,
    WorkspaceOutput,
    WorkspaceType,
)
from faxrouter.model.decision import Policy
from faxrouter.model.problem import Place
from generated_conditions import conditions, scopes, validities
from generated_facts import CALENDARS, FACTS, HERE, LOOKUPS, PACIFIC, RECORD_CLASSES

APPROVALS = ("block", "two_person", "supervisor", "release")


def _outcome(name: str, policy: Policy, **more: Any) -> OutcomeDeclaration:
    return OutcomeDeclaration(name=name, policy=policy, place=HERE, **more)


@st.composite
def outcome_declarations(draw: st.DrawFn) -> dict[str, OutcomeDeclaration]:
    """Every policy, required and not, gated by events and not."""
    received = draw(st.sampled_from((frozenset[str](), frozenset({"received", "corrected"}))))
    unsure = draw(st.booleans())
    declared = (
        _outcome("workspace", Policy.FIRST, required=draw(st.booleans()), decided_on=received),
        _outcome("metadata", Policy.FIRST, when_unsure="unsorted" if unsure else None, when_unsure_place=HERE),
        _outcome("task", Policy.COLLECT, decided_on=received),
        _outcome("hold", Policy.COLLECT),
        _outcome("notify", Policy.COLLECT, required=draw(st.booleans())),
        _outcome(
            "retention",
            Policy.JOIN,
            required=draw(st.booleans()),
            default="years_10" if draw(st.booleans()) else None,
            default_place=HERE,
        ),
        _outcome(
            "approval",
            Policy.STRICTEST,
            order=APPROVALS,
            required=draw(st.booleans()),
            decided_on=draw(st.sampled_from((frozenset[str](), frozenset({"send_requested"})))),
        ),
        _outcome(
            "urgency",
            Policy.STRICTEST,
            order=("now", "today", "normal"),
            when_unsure="today" if unsure else None,
            when_unsure_place=HERE,
        ),
    )
    return {outcome.name: outcome for outcome in declared}


_WORKSPACES = st.one_of(
    st.sampled_from(("Nursing", "Legal", "Claims")).map(lambda name: WorkspaceOutput(name=name)),
    st.sampled_from(("patient_id", "pages")).map(
        lambda key: WorkspaceOutput(type="Patient", key=key, otherwise="Nursing")
    ),
)
_OUTPUTS: Mapping[str, st.SearchStrategy[tuple[Any, ...]]] = {
    "workspace": _WORKSPACES.map(lambda value: (value,)),
    "metadata": st.sampled_from((("lab",), ("claim",))),
    "task": st.lists(st.sampled_from(({"kind": "sort"}, {"kind": "read", "due": "2 business days"})), min_size=1).map(
        tuple
    ),
    "hold": st.lists(st.sampled_from(("matter-1", "matter-2")), min_size=1, max_size=2, unique=True).map(tuple),
    "notify": st.lists(st.sampled_from(("intake", "lead")), min_size=1, max_size=2, unique=True).map(tuple),
    "retention": st.sampled_from(list(RECORD_CLASSES)).map(lambda name: (name,)),
    "approval": st.sampled_from(APPROVALS).map(lambda value: (value,)),
    "urgency": st.sampled_from(("now", "today", "normal")).map(lambda value: (value,)),
}


def outputs(*, least: int = 1) -> st.SearchStrategy[dict[str, Output]]:
    """What a rule or an `otherwise` gives, to one to three outcomes."""
    names = st.lists(st.sampled_from(list(_OUTPUTS)), min_size=least, max_size=3, unique=True)
    return names.flatmap(lambda chosen: st.fixed_dictionaries({name: _output(name) for name in chosen}))


def _output(outcome: str) -> st.SearchStrategy[Output]:
    return _OUTPUTS[outcome].map(lambda values: Output(outcome=outcome, values=values, place=HERE))


def rules(*, name: str, department: str | None = None, most_leaves: int = 6) -> st.SearchStrategy[Rule]:
    """One rule with any condition, validity, priority and outputs."""
    return st.builds(
        lambda priority, valid, when, given_outputs: Rule(
            name=name,
            place=HERE,
            department=department,
            group=Group.DEPARTMENT if department else Group.BEFORE_DEPARTMENTS,
            priority=priority,
            valid=valid,
            when=when,
            outputs=given_outputs,
        ),
        st.sampled_from(list(Priority)),
        validities(),
        conditions(most_leaves=most_leaves),
        outputs(),
    )


def a_rule_file(*trees: Condition) -> RuleFile:
    """The organisation's file with one rule a condition, each giving a task."""
    return RuleFile(
        path="rules/organisation.rules.yaml",
        department=None,
        owner="owner",
        description="",
        scope=None,
        zone=PACIFIC,
        calendar=None,
        rules=tuple(
            Rule(
                name=f"rule-{number}",
                place=Place(file="rules/organisation.rules.yaml", line=number + 1),
                department=None,
                group=Group.BEFORE_DEPARTMENTS,
                priority=Priority.NORMAL,
                valid=None,
                when=tree,
                outputs={"task": Output(outcome="task", values=({"kind": f"rule-{number}"},), place=HERE)},
            )
            for number, tree in enumerate(trees)
        ),
        tables={},
        otherwise=None,
        invariants=(),
        tests=(),
        place=HERE,
    )


@st.composite
def rule_files(draw: st.DrawFn, *, department: str | None, most_leaves: int = 6) -> RuleFile:
    path = f"rules/{department or 'organisation'}.rules.yaml"
    groups = [Group.DEPARTMENT] if department else [Group.BEFORE_DEPARTMENTS, Group.AFTER_DEPARTMENTS]
    place = Place(file=path)
    tables = {
        "unique": Table(id="unique", place=place, unique=True, columns=()),
        "ordered": Table(id="ordered", place=place, unique=False, columns=()),
    }
    found: list[Rule] = []
    for table, most in ((None, 3), ("ordered", 2), ("unique", 1)):
        group = draw(st.sampled_from(groups))
        for number in range(draw(st.integers(0, most))):
            name = f"{department or 'organisation'}-{number}" if table is None else f"{department}.{table}[{number}]"
            rule = draw(rules(name=name, department=department, most_leaves=most_leaves))
            found.append(
                replace(
                    rule,
                    place=Place(file=path, line=len(found) + 1),
                    group=group if table else draw(st.sampled_from(groups)),
                    priority=Priority.NORMAL if table else rule.priority,
                    table=table,
                )
            )
    otherwise = draw(st.none() | outputs())
    return RuleFile(
        path=path,
        department=department,
        owner="owner",
        description="",
        scope=draw(scopes()) if department else None,
        zone=PACIFIC,
        calendar=None,
        rules=tuple(found),
        tables=tables,
        otherwise=None
        if otherwise is None
        else Otherwise(rule_name=f"{department or 'organisation'}.otherwise", place=place, outputs=otherwise),
        invariants=(),
        tests=(),
        place=place,
    )


@st.composite
def rule_sets(draw: st.DrawFn, *, most_leaves: int = 6) -> RuleSet:
    """An organisation with up to two departments."""
    departments = draw(st.sampled_from(((), ("clinic",), ("claims", "clinic"))))
    files = [draw(rule_files(department=name, most_leaves=most_leaves)) for name in (None, *departments)]
    if not draw(st.integers(0, 4)):
        files = files[1:]
    return a_rule_set(*files, outcomes=draw(outcome_declarations()))


def a_rule_set(*files: RuleFile, outcomes: Mapping[str, OutcomeDeclaration]) -> RuleSet:
    return RuleSet(
        digest="d" * 64,
        language=1,
        phone_region="US",
        facts=FACTS,
        outcomes=outcomes,
        workspaces={
            name: NamedWorkspaceDeclaration(name=name, department=None, path=(name,), place=HERE)
            for name in ("Nursing", "Legal", "Claims")
        },
        workspace_types={
            "Patient": WorkspaceType(
                name="Patient",
                department=None,
                find_by={"name": "{{ key }}"},
                create=False,
                template=None,
                key_from=frozenset(),
                place=HERE,
            )
        },
        exceptions={"organisation": "Nursing"},
        record_classes=RECORD_CLASSES,
        approval_paths={},
        calendars=CALENDARS,
        lookups=LOOKUPS,
        metadata_templates={},
        files=files,
    )
