"""Puts a world into the Content Server: what is missing is made, what is there stays as it is."""

from dataclasses import replace

from faxrouter_simulators.store import as_json
from faxrouter_simulators.world import (
    Category,
    ExtendedEcm,
    Folder,
    RecordClassification,
    User,
    WorkflowMap,
    Workspace,
    WorkspaceType,
)
from faxrouter_simulators.xecm.asked import Caller
from faxrouter_simulators.xecm.callers import GROUP, ROLE, USER, caller_with_id, hashed
from faxrouter_simulators.xecm.categories import store_values
from faxrouter_simulators.xecm.category_view import stored_values
from faxrouter_simulators.xecm.definitions import define
from faxrouter_simulators.xecm.holds import add_hold
from faxrouter_simulators.xecm.members import (
    ADMIN,
    DEFAULT_GROUP,
    add_member,
    members_where,
    named,
    put_in,
    put_in_role,
)
from faxrouter_simulators.xecm.nodes import ENTERPRISE, Node, any_node, change_rights, child, insert_node, volume
from faxrouter_simulators.xecm.rights import EVERYTHING, READING, WORKING, Rights, keep_rights
from faxrouter_simulators.xecm.rsis import add_rsi
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import (
    BUSINESS_WORKSPACE,
    CATEGORIES_VOLUME,
    CATEGORY,
    DOCUMENT_TEMPLATES_VOLUME,
    ENTERPRISE_WORKSPACE,
    FOLDER,
    RECORD_CLASSIFICATION,
    RECORDS_VOLUME,
    VOLUMES,
    WORKFLOW_MAP,
    WORKFLOW_VOLUME,
)
from faxrouter_simulators.xecm.workspaces import BusinessObject, create_workspace, workspace_for

# who is the actor of what a world makes
_WORLD = "world"
_MAPS = "Workflow maps"
# the leading role of a template, and the one with everybody else
_LEADERS, _TEAM = "Lead", "Team"


def prepare(server: ContentServer, world: ExtendedEcm) -> None:
    """Raises ValueError for a world that names what it does not hold."""
    with server.store.changing():
        _members(server, world)
        _volumes(server)
        for folder in world.folders:
            _folder(server, folder)
        for category in world.categories:
            _category(server, category)
        for kind in world.workspace_types:
            _workspace_type(server, kind)
        for workspace in world.workspaces:
            _workspace(server, workspace)
        for flow in world.workflow_maps:
            _workflow_map(server, flow)
        for number, entry in enumerate(world.record_classifications, start=1):
            _record_classification(server, entry, number)
        for hold in world.holds:
            if server.store.row("SELECT 1 FROM holds WHERE name = ?", hold.name) is None:
                add_hold(server, hold.name, type=hold.type, comment=hold.comment, actor=_WORLD)


def _members(server: ContentServer, world: ExtendedEcm) -> None:
    if server.store.row("SELECT 1 FROM members WHERE id = ?", ADMIN) is None:
        server.store.insert("members", id=ADMIN, type=USER, name="Admin", administrator=True)
        server.store.insert("members", id=DEFAULT_GROUP, type=GROUP, name="DefaultGroup")
        put_in(server, ADMIN, group=DEFAULT_GROUP)
    for group in world.groups:
        if named(server, group) is None:
            add_member(server, group, type=GROUP, actor=_WORLD)
    for user in world.users:
        _user(server, user)
    for client in world.oauth_clients:
        server.store.execute(
            "INSERT OR IGNORE INTO oauth_clients VALUES (?, ?, ?)",
            client.id,
            client.secret,
            _member(server, client.user),
        )


def _user(server: ContentServer, user: User) -> None:
    known = named(server, user.name)
    if known is None:
        add_member(server, user.name, type=USER, actor=_WORLD, password=user.password, administrator=user.administrator)
    else:
        # Admin is there before any world, without a password
        server.store.execute(
            "UPDATE members SET password = ? WHERE id = ? AND password IS NULL", hashed(user.password), known.id
        )
    number = _member(server, user.name)
    for group in (*user.groups, "DefaultGroup"):
        put_in(server, number, group=_member(server, group))


def _member(server: ContentServer, name: str) -> int:
    found = named(server, name)
    if found is None:
        raise ValueError(f"the world names `{name}`, and there is no such user or group in it")
    return found.id


def _volumes(server: ContentServer) -> None:
    """Everybody sees the volumes, but not that of workflows."""
    for type, name in VOLUMES.items():
        if volume(server, type) is None:
            public = 0 if type == WORKFLOW_VOLUME else READING
            insert_node(
                server,
                None,
                name,
                type=type,
                owner=ADMIN,
                owner_group=DEFAULT_GROUP,
                access_list=keep_rights(server, Rights(public=public)),
                number=ENTERPRISE if type == ENTERPRISE_WORKSPACE else None,
            )


def _made(server: ContentServer, parent: Node, name: str, type: int, rights: Rights | None = None) -> Node:
    """Made by Admin, with rights of its own or those of its parent; what is there stays."""
    found = child(server, parent.id, name)
    if found is not None:
        return found
    return insert_node(
        server,
        parent,
        name,
        type=type,
        owner=ADMIN,
        owner_group=DEFAULT_GROUP,
        access_list=parent.access_list if rights is None else keep_rights(server, rights),
    )


def _volume(server: ContentServer, type: int) -> Node:
    found = volume(server, type)
    assert found is not None
    return found


def _folder(server: ContentServer, folder: Folder) -> Node:
    """The folders on the way to it are open to everybody."""
    parent = _volume(server, ENTERPRISE_WORKSPACE)
    for name in folder.path[:-1]:
        parent = _made(server, parent, name, FOLDER)
    custom = {_member(server, group): WORKING for group in folder.groups}
    found = _made(server, parent, folder.path[-1], FOLDER, Rights(custom=custom))
    missing = {group: WORKING for group in custom if not _has_rights(server, found, group)}
    if missing:
        change_rights(server, found, lambda rights: replace(rights, custom={**rights.custom, **missing}))
    again = any_node(server, found.id)
    assert again is not None
    return again


def _has_rights(server: ContentServer, found: Node, member: int) -> bool:
    statement = "SELECT 1 FROM custom_rights WHERE list = ? AND member = ?"
    return server.store.row(statement, found.access_list, member) is not None


def _category(server: ContentServer, category: Category) -> None:
    found = _made(server, _volume(server, CATEGORIES_VOLUME), category.name, CATEGORY)
    define(server, found.id, category.attributes)


def _workspace_type(server: ContentServer, kind: WorkspaceType) -> None:
    location = _folder(server, Folder(path=kind.location, groups=kind.groups))
    template = _made(server, _volume(server, DOCUMENT_TEMPLATES_VOLUME), kind.template, BUSINESS_WORKSPACE, Rights())
    if not members_where(server, "m.type = ? AND m.node = ?", ROLE, template.id):
        lead = add_member(server, _LEADERS, type=ROLE, actor=_WORLD, node=template.id, leader=True)
        team = add_member(server, _TEAM, type=ROLE, actor=_WORLD, node=template.id)
        rights = {lead: EVERYTHING, team: WORKING}
        change_rights(server, template, lambda before: replace(before, custom=rights))
    for role in members_where(server, "m.type = ? AND m.node = ? AND m.name = ?", ROLE, template.id, _TEAM):
        for group in kind.groups:
            put_in_role(server, _member(server, group), role=role.id)
    for name in kind.categories:
        category = child(server, _volume(server, CATEGORIES_VOLUME).id, name)
        if category is None:
            raise ValueError(f"the workspace type `{kind.name}` names the category `{name}`, and there is none")
        if category.id not in stored_values(server, template.id):
            store_values(server, template.id, category.id, {})
    server.store.execute(
        "INSERT OR IGNORE INTO workspace_types (name, template, location, external_system, object_type)"
        " VALUES (?, ?, ?, ?, ?)",
        kind.name,
        template.id,
        location.id,
        kind.external_system,
        kind.object_type,
    )


def _workspace(server: ContentServer, workspace: Workspace) -> None:
    kind = server.store.row("SELECT * FROM workspace_types WHERE name = ?", workspace.type)
    if kind is None:
        raise ValueError(f"the workspace `{workspace.name}` is of the type `{workspace.type}`, and there is none")
    location = any_node(server, kind["location"])
    assert location is not None
    reference = None
    if workspace.object_id:
        reference = BusinessObject(
            system=workspace.external_system or kind["external_system"],
            type=workspace.object_type or kind["object_type"],
            id=workspace.object_id,
        )
        if workspace_for(server, reference) is not None:
            return
    if child(server, location.id, workspace.name) is None:
        create_workspace(
            server, _admin(server), kind, parent=location, name=workspace.name, sent={}, reference=reference
        )


def _admin(server: ContentServer) -> Caller:
    caller = caller_with_id(server, ADMIN)
    assert caller is not None
    return caller


def _workflow_map(server: ContentServer, flow: WorkflowMap) -> None:
    folder = _made(server, _volume(server, ENTERPRISE_WORKSPACE), _MAPS, FOLDER)
    found = _made(server, folder, flow.name, WORKFLOW_MAP)
    define(server, found.id, flow.attributes)
    for number, step in enumerate(flow.steps, start=1):
        server.store.execute(
            "INSERT OR IGNORE INTO steps VALUES (?, ?, ?, ?, ?)",
            found.id,
            number,
            step.name,
            _member(server, step.group),
            as_json(step.custom_actions),
        )


def _record_classification(server: ContentServer, entry: RecordClassification, number: int) -> None:
    found = _made(server, _volume(server, RECORDS_VOLUME), entry.name, RECORD_CLASSIFICATION)
    server.store.execute(
        "INSERT OR IGNORE INTO record_classifications VALUES (?, ?, ?)", found.id, f"{number:03}", entry.rsi
    )
    if entry.rsi and server.store.row("SELECT 1 FROM rsis WHERE name = ?", entry.rsi) is None:
        add_rsi(server, entry.rsi, actor=_WORLD, fields={"title": entry.rsi, "status": "ACTIVE"})
