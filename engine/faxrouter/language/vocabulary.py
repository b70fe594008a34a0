"""Everything the rules of one file may name: facts, lists, lookups, calendars, outcomes, workspaces."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from faxrouter.language.ruleset import (
    Calendar,
    FactDeclaration,
    Lookup,
    MetadataTemplate,
    NamedWorkspaceDeclaration,
    OutcomeDeclaration,
    QueueDeclaration,
    WorkspaceType,
)
from faxrouter.language.source import ScalarNode
from faxrouter.model.records import RecordClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The words of one rules file. `department` is None in the organisation's file."""

    facts: Mapping[str, FactDeclaration]
    outcomes: Mapping[str, OutcomeDeclaration]
    lists: Mapping[str, tuple[ScalarNode, ...]]
    lookups: Mapping[str, Lookup]
    calendars: Mapping[str, Calendar]
    workspaces: Mapping[str, NamedWorkspaceDeclaration]
    workspace_types: Mapping[str, WorkspaceType]
    record_classes: Mapping[str, RecordClass]
    metadata_templates: Mapping[str, MetadataTemplate]
    # empty: queues are free names
    queues: Mapping[str, QueueDeclaration]
    phone_region: str | None
    # IANA name; serves `valid`, `on` and `between`
    zone: str
    calendar: str | None
    department: str | None
    # facts that every event in the file's scope has: those of the scope, and those declared `always: yes`
    always: frozenset[str]
    # lookups and lists that stand in files which this one does not include: name → file, for messages only
    elsewhere: Mapping[str, str] = field(default_factory=dict)
