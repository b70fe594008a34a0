"""The ways of marking documents that are switched on, for one identity."""

from collections.abc import Mapping

from faxrouter.ports import Clock, MarkKind
from faxrouter_connectors.xecm.client import XecmClient
from faxrouter_connectors.xecm.definitions import Definitions
from faxrouter_connectors.xecm.members import Members
from faxrouter_connectors.xecm.outbound_category import CategoryMarks
from faxrouter_connectors.xecm.outbound_folder import FolderMarks
from faxrouter_connectors.xecm.outbound_marks import Documents, Way
from faxrouter_connectors.xecm.outbound_options import OutboundOptions, Territory
from faxrouter_connectors.xecm.outbound_workflow import WorkflowMarks
from faxrouter_connectors.xecm.places import Places
from faxrouter_connectors.xecm.recorded import Recorded
from faxrouter_connectors.xecm.request_category import RequestCategory


def ways_of(
    client: XecmClient,
    places: Places,
    definitions: Definitions,
    recorded: Recorded,
    *,
    options: OutboundOptions,
    territory: Territory,
    clock: Clock,
) -> Mapping[MarkKind, Way]:
    """By what they are called in a mark."""
    documents, members = Documents(client, places, territory), Members(client)
    attributes = options.attributes
    category = RequestCategory(client, definitions, recorded, name=options.category, attributes=attributes)
    ways: dict[MarkKind, Way] = {}
    folders = None
    if options.by_folder is not None:
        folders = FolderMarks(
            client,
            places,
            documents,
            category,
            members,
            options=options.by_folder,
            folders=territory.folders,
            by_category=options.by_category,
            clock=clock,
        )
        ways[MarkKind.FOLDER] = folders
    if options.by_category is not None:
        ways[MarkKind.CATEGORY] = CategoryMarks(
            client, documents, category, members, folders, options=options.by_category, clock=clock
        )
    if options.by_workflow is not None:
        ways[MarkKind.WORKFLOW] = WorkflowMarks(
            client, documents, options=options.by_workflow, attributes=attributes, clock=clock
        )
    return ways
