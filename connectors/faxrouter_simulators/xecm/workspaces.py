"""Business workspaces as values: their types, making one from its template, references to business objects."""

from dataclasses import dataclass, replace
from sqlite3 import Row

from faxrouter_simulators.xecm.asked import Caller, Json
from faxrouter_simulators.xecm.callers import ROLE
from faxrouter_simulators.xecm.categories import give_categories
from faxrouter_simulators.xecm.category_view import stored_values
from faxrouter_simulators.xecm.chronicle import CREATED, record
from faxrouter_simulators.xecm.contents import copy_latest
from faxrouter_simulators.xecm.members import add_member, members_where, put_in_role
from faxrouter_simulators.xecm.nodes import Node, any_node, change_rights, check_name, children, insert_node, node
from faxrouter_simulators.xecm.refusals import (
    NO_SUCH_OBJECT_TYPE,
    NO_SUCH_WORKSPACE_TYPE,
    NOT_FOUND,
    REFERENCE_TAKEN,
)
from faxrouter_simulators.xecm.rights import read_rights
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import BUSINESS_WORKSPACE, VERSIONED


@dataclass(frozen=True, slots=True, kw_only=True)
class BusinessObject:
    """A thing in another system that a workspace stands for."""

    system: str
    type: str
    id: str


def workspace_type(server: ContentServer, number: int) -> Row:
    """Raises Refusal."""
    row = server.store.row("SELECT * FROM workspace_types WHERE id = ?", number)
    if row is None:
        raise NO_SUCH_WORKSPACE_TYPE.refusal(type=number)
    return row


def workspace(server: ContentServer, caller: Caller, number: int, *, to: str = "see") -> Node:
    """Raises Refusal when it is none, or not visible."""
    found = node(server, caller, number, to=to)
    if found.type != BUSINESS_WORKSPACE:
        raise NOT_FOUND.refusal()
    return found


def create_workspace(
    server: ContentServer,
    caller: Caller,
    kind: Row,
    *,
    parent: Node,
    name: str,
    sent: Json,
    description: str = "",
    external: Json | None = None,
    reference: BusinessObject | None = None,
) -> Node:
    """With the categories, the roles and everything in the template. Raises Refusal, and nothing was made then."""
    template = any_node(server, kind["template"])
    assert template is not None
    if reference is not None:
        refuse_taken(server, reference)
    name = name or _derived_name(kind, reference)
    check_name(server, parent.id, name)
    made = insert_node(
        server,
        parent,
        name,
        type=BUSINESS_WORKSPACE,
        owner=caller.id,
        owner_group=parent.owner_group,
        access_list=parent.access_list,
        description=description,
        external=external or {},
    )
    roles = _copy_roles(server, caller, template, made)
    _copy_rights(server, template, made, roles)
    server.store.insert("workspaces", node=made.id, type=kind["id"], template=template.id)
    _copy_inner(server, caller, template, made, roles)
    give_categories(server, caller, made.id, start=stored_values(server, template.id), sent=sent)
    details: dict[str, object] = {"parent": parent.id, "name": name, "type": kind["name"]}
    if reference is not None:
        link(server, caller, made, reference)
        details |= {"system": reference.system, "object_type": reference.type, "object_id": reference.id}
    record(server, caller, "workspace created", made.id, event=CREATED, **details)
    found = any_node(server, made.id)
    assert found is not None
    return found


def _derived_name(kind: Row, reference: BusinessObject | None) -> str:
    """[G] A real type has a pattern of attributes; ours is its own name and the object's id."""
    return f"{kind['name']} {reference.id}" if reference is not None else f"{kind['name']} workspace"


def _copy_roles(server: ContentServer, caller: Caller, template: Node, made: Node) -> dict[int, int]:
    """The template's roles to the new ones. Whoever makes a workspace becomes a member of its leading role."""
    copies: dict[int, int] = {}
    for role in members_where(server, "m.type = ? AND m.node = ? ORDER BY m.id", ROLE, template.id):
        copies[role.id] = add_member(
            server, role.name, type=ROLE, actor=caller.name, node=made.id, leader=role.leader, fields=role.fields
        )
        server.store.execute(
            "INSERT INTO role_members SELECT ?, member FROM role_members WHERE role = ?", copies[role.id], role.id
        )
        if role.leader:
            put_in_role(server, caller.id, role=copies[role.id])
    return copies


def _copy_rights(server: ContentServer, source: Node, made: Node, roles: dict[int, int]) -> None:
    rights = read_rights(server, source.access_list)
    custom = {roles.get(member, member): permissions for member, permissions in rights.custom.items()}
    change_rights(server, made, lambda _: replace(rights, custom=custom))


def _copy_inner(server: ContentServer, caller: Caller, source: Node, made: Node, roles: dict[int, int]) -> None:
    for inner in children(server, source.id):
        copy = insert_node(
            server,
            made,
            inner.name,
            type=inner.type,
            owner=caller.id,
            owner_group=made.owner_group,
            access_list=inner.access_list,
            description=inner.description,
        )
        _copy_rights(server, inner, copy, roles)
        if inner.type in VERSIONED:
            copy_latest(server, caller, inner, copy)
        give_categories(server, caller, copy.id, start=stored_values(server, inner.id), sent={})
        _copy_inner(server, caller, inner, copy, roles)


def refuse_taken(server: ContentServer, reference: BusinessObject) -> None:
    """Raises Refusal for an object that has a workspace, and for one of an unknown type."""
    known = server.store.row(
        "SELECT 1 FROM workspace_types WHERE external_system = ? AND object_type = ?", reference.system, reference.type
    )
    if known is None:
        raise NO_SUCH_OBJECT_TYPE.refusal(system=reference.system, object_type=reference.type)
    if workspace_for(server, reference) is not None:
        raise REFERENCE_TAKEN.refusal(object_id=reference.id)


def workspace_for(server: ContentServer, reference: BusinessObject) -> int | None:
    row = server.store.row(
        "SELECT r.workspace FROM business_references r JOIN nodes n ON n.id = r.workspace"
        " WHERE r.external_system = ? AND r.object_type = ? AND r.object_id = ? AND n.deleted_at IS NULL",
        reference.system,
        reference.type,
        reference.id,
    )
    return None if row is None else int(row["workspace"])


def link(server: ContentServer, caller: Caller, found: Node, reference: BusinessObject) -> None:
    """A reference of a deleted workspace gives way."""
    refuse_taken(server, reference)
    server.store.execute(
        "INSERT OR REPLACE INTO business_references VALUES (?, ?, ?, ?)",
        reference.system,
        reference.type,
        reference.id,
        found.id,
    )
    record(
        server,
        caller,
        "business object linked",
        found.id,
        system=reference.system,
        object_type=reference.type,
        object_id=reference.id,
    )


def unlink(server: ContentServer, caller: Caller, found: Node, reference: BusinessObject) -> bool:
    """Whether there was such a reference."""
    gone = server.store.execute(
        "DELETE FROM business_references WHERE external_system = ? AND object_type = ? AND object_id = ?"
        " AND workspace = ?",
        reference.system,
        reference.type,
        reference.id,
        found.id,
    )
    if gone.rowcount:
        record(server, caller, "business object unlinked", found.id, object_id=reference.id)
    return gone.rowcount > 0


def references(server: ContentServer, number: int) -> list[Row]:
    """With the workspace type's id as `type_id`."""
    return list(
        server.store.rows(
            "SELECT r.*, t.id AS type_id, t.name AS type_name FROM business_references r"
            " JOIN workspace_types t ON t.external_system = r.external_system AND t.object_type = r.object_type"
            " WHERE r.workspace = ? ORDER BY r.external_system, r.object_type, r.object_id",
            number,
        )
    )
