"""Users, groups and workspace roles as values: finding them, making them, what the API says of them."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm.asked import Caller, Json
from faxrouter_simulators.xecm.callers import GROUP, ROLE, SERVICE_USER, USER, hashed
from faxrouter_simulators.xecm.refusals import DUPLICATE_NAME, NO_SUCH_MEMBER, Refusal
from faxrouter_simulators.xecm.server import ContentServer

ADMIN = 1000
DEFAULT_GROUP = 1001
TYPE_NAMES = {USER: "User", GROUP: "Group", SERVICE_USER: "Service User", ROLE: "Business Workspace Role"}

# what a user record says about a person; all free text
PERSONAL = (
    "birth_date", "business_email", "business_fax", "business_phone", "cell_phone", "first_name", "gender",
    "home_address_1", "home_address_2", "home_fax", "home_phone", "initials", "last_name", "middle_name",
    "office_location", "pager", "personal_email", "title",
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    id: int
    type: int
    name: str
    administrator: bool
    # of a role: its workspace
    node: int | None
    leader: bool
    # of a user: the first group that the user was put in
    base_group: int
    fields: Mapping[str, Any]

    @property
    def formatted(self) -> str:
        """First and last name where there are some."""
        return f"{self.fields.get('first_name', '')} {self.fields.get('last_name', '')}".strip() or self.name


_SELECT = """
SELECT m.*, (SELECT min(in_group) FROM memberships WHERE member = m.id) AS base_group FROM members m
"""


def member(server: ContentServer, number: int) -> Member | None:
    row = server.store.row(f"{_SELECT} WHERE m.id = ?", number)
    return None if row is None else _member(row)


def existing(server: ContentServer, number: int) -> Member:
    """Raises Refusal."""
    found = member(server, number)
    if found is None:
        raise NO_SUCH_MEMBER.refusal(id=number)
    return found


def named(server: ContentServer, name: str) -> Member | None:
    """A user or a group."""
    row = server.store.row(f"{_SELECT} WHERE m.name = ? AND m.type <> 848", name)
    return None if row is None else _member(row)


def members_where(server: ContentServer, condition: str, *values: Any) -> list[Member]:
    """`condition` is SQL over the table `m`, with its order."""
    return [_member(row) for row in server.store.rows(f"{_SELECT} WHERE {condition}", *values)]


def _member(row: Row) -> Member:
    return Member(
        id=row["id"],
        type=row["type"],
        name=row["name"],
        administrator=bool(row["administrator"]),
        node=row["node"],
        leader=bool(row["leader"]),
        base_group=row["base_group"] or DEFAULT_GROUP,
        fields=json.loads(row["fields"]),
    )


def add_member(
    server: ContentServer,
    name: str,
    *,
    type: int,
    actor: str,
    password: str | None = None,
    administrator: bool = False,
    groups: Iterable[int] = (),
    node: int | None = None,
    leader: bool = False,
    fields: Mapping[str, Any] | None = None,
) -> int:
    """Raises Refusal for the name of another user or group; roles may share names."""
    if type != ROLE and named(server, name) is not None:
        raise Refusal(server.settings.duplicate_status, DUPLICATE_NAME.format(name=name))
    number = server.store.insert(
        "members",
        type=type,
        name=name,
        password=None if password is None else hashed(password),
        administrator=administrator,
        node=node,
        leader=leader,
        fields=as_json(dict(fields or {})),
    )
    for group in groups:
        put_in(server, number, group=group)
    server.store.effect(f"{TYPE_NAMES[type].lower()} created", number, actor=actor, name=name)
    return number


def put_in(server: ContentServer, number: int, *, group: int) -> bool:
    """Whether that is new."""
    return server.store.execute("INSERT OR IGNORE INTO memberships VALUES (?, ?)", number, group).rowcount > 0


def put_in_role(server: ContentServer, number: int, *, role: int) -> bool:
    """Whether that is new."""
    return server.store.execute("INSERT OR IGNORE INTO role_members VALUES (?, ?)", role, number).rowcount > 0


def properties(found: Member, caller: Caller) -> Json:
    """As the API gives them; privileges are told to administrators only."""
    common = {
        "deleted": False,
        "id": found.id,
        "name": found.name,
        "name_formatted": found.formatted,
        "type": found.type,
        "type_name": TYPE_NAMES[found.type],
    }
    if found.type == ROLE:
        return {**common, "initials": found.name[:1], "leader_id": found.id, "node_id": found.node}
    if found.type == GROUP:
        return {**common, "initials": found.name[:1], "leader_id": None}
    person = {
        **{name: found.fields.get(name) for name in PERSONAL},
        **common,
        "display_language": None,
        "display_name": found.formatted,
        "group_id": found.base_group,
        "photo_id": None,
        "photo_url": None,
        "time_zone": -1,
    }
    if caller.administrator:
        person |= {
            "privilege_content_manager": False,
            "privilege_grant_discovery": False,
            "privilege_login": True,
            "privilege_modify_groups": found.administrator,
            "privilege_modify_users": found.administrator,
            "privilege_public_access": True,
            "privilege_system_admin_rights": found.administrator,
            "privilege_user_admin_rights": found.administrator,
        }
    return person
