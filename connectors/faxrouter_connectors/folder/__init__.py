"""Folders as fax service and records system: faxes come from a drop folder, and are filed in a tree to browse."""

from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from faxrouter.model.failure import Failed, Unavailable
from faxrouter.ports import Connector, ConnectorSettings
from faxrouter_connectors.folder.filing import FolderFiling
from faxrouter_connectors.folder.inbox import FolderInbox
from faxrouter_connectors.folder.records import FolderRecords
from faxrouter_connectors.folder.tasks import FolderTasks
from faxrouter_connectors.folder.tree import Tree
from faxrouter_connectors.opening import read_options

_ROLES = frozenset({"fax service", "filing", "tasks", "records"})


class FolderOptions(BaseModel):
    """What `[connectors.NAME]` of `faxrouter.toml` may say. Relative paths start at the home."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    inbox: Path = Path("var/inbox")
    root: Path = Path("var/filed")
    # workspaces that shall be there from the start, as DEPARTMENT/TYPE=KEY: where another system would make them
    existing: tuple[str, ...] = ()
    # seconds that a file must stand unchanged before it is a fax
    settle: float = Field(default=1.0, ge=0, le=3600)
    # seconds after which a taken fax that nobody acknowledged is offered again
    lease: float = Field(default=900.0, gt=0)


def open_connector(settings: ConnectorSettings) -> Connector:
    """Raises Unavailable when an option is wrong or the folders cannot be made."""
    options = read_options(FolderOptions, settings)
    tree = Tree(settings.home / options.root, system=settings.name, departments=settings.departments or None)
    roles = settings.roles or _ROLES
    if "filing" in roles:
        _make_existing(settings, options, tree)
    return Connector(
        name=settings.name,
        fax_service=_open_inbox(settings, options) if "fax service" in roles else None,
        filing=FolderFiling(tree, clock=settings.clock) if "filing" in roles else None,
        tasks=FolderTasks(tree, clock=settings.clock) if "tasks" in roles else None,
        records=FolderRecords(tree) if "records" in roles else None,
    )


def _make_existing(settings: ConnectorSettings, options: FolderOptions, tree: Tree) -> None:
    try:
        for reference in options.existing:
            tree.make_workspace(reference)
    except Failed as error:
        raise Unavailable(f"connector `{settings.name}`: `existing`: {error.failure.reason}") from error


def _open_inbox(settings: ConnectorSettings, options: FolderOptions) -> FolderInbox:
    path = settings.home / options.inbox
    try:
        return FolderInbox(path, name=settings.name, settle=options.settle, lease=options.lease, clock=settings.clock)
    except OSError as error:
        reason = f"the inbox {path} cannot be made: {error.strerror}"
        raise Unavailable(f"connector `{settings.name}`: {reason}") from error
