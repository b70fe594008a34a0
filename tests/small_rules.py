"""Small rule sets made by hand, for tests of rooms that read rule sets but compile none."""

from collections.abc import Mapping
from typing import Any

from faxrouter.language.ruleset import (
    Calendar,
    CategoryDeclaration,
    FactDeclaration,
    FactType,
    Lookup,
    MetadataTemplate,
    NamedWorkspaceDeclaration,
    OutcomeDeclaration,
    QueueDeclaration,
    RuleFile,
    RuleSet,
    WorkspaceType,
)
from faxrouter.model.decision import Policy
from faxrouter.model.problem import Place
from faxrouter.model.records import RecordClass

HERE = Place(file="rules/facts.yaml")
EVENTS = ("received", "send_requested", "corrected")


def declare(name: str, kind: str, **more: Any) -> FactDeclaration:
    return FactDeclaration(name=name, type=FactType(kind), place=HERE, **more)


def declared(*declarations: FactDeclaration) -> Mapping[str, FactDeclaration]:
    return {one.name: one for one in declarations}


def rule_file(department: str | None, **more: Any) -> RuleFile:
    name = department or "organisation"
    values: dict[str, Any] = {
        "path": f"rules/{name}.rules.yaml",
        "department": department,
        "owner": "",
        "description": "",
        "scope": None,
        "zone": "UTC",
        "calendar": None,
        "rules": (),
        "tables": {},
        "otherwise": None,
        "invariants": (),
        "tests": (),
        "place": Place(file=f"rules/{name}.rules.yaml"),
    }
    return RuleFile(**{**values, **more})


def rule_set(
    *declarations: FactDeclaration,
    lookups: tuple[Lookup, ...] = (),
    workspaces: tuple[NamedWorkspaceDeclaration, ...] = (),
    types: tuple[WorkspaceType, ...] = (),
    exceptions: Mapping[str, str] | None = None,
    classes: tuple[RecordClass, ...] = (),
    calendars: tuple[Calendar, ...] = (),
    templates: tuple[MetadataTemplate, ...] = (),
    categories: tuple[CategoryDeclaration, ...] = (),
    queues: tuple[QueueDeclaration, ...] = (),
    files: tuple[RuleFile, ...] = (),
    outcomes: Mapping[str, Policy] | None = None,
) -> RuleSet:
    event = declare("event", "choice", values=EVENTS, always=True)
    return RuleSet(
        digest="sha256:test",
        language=1,
        phone_region="US",
        facts=declared(event, declare("received_at", "moment"), declare("requested_at", "moment"), *declarations),
        outcomes={
            name: OutcomeDeclaration(name=name, policy=policy, place=HERE) for name, policy in (outcomes or {}).items()
        },
        workspaces={one.name: one for one in workspaces},
        workspace_types={one.name: one for one in types},
        exceptions=exceptions or {},
        record_classes={one.name: one for one in classes},
        approval_paths={},
        calendars={one.name: one for one in calendars},
        lookups={one.name: one for one in lookups},
        metadata_templates={one.name: one for one in templates},
        files=files or (rule_file(None),),
        categories={one.name: one for one in categories},
        queues={one.name: one for one in queues},
    )
