"""Who may do what to a node: permission words and their bits, access lists, and the test before every act.

An access list never changes once it is written; a node whose rights change gets another one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm.asked import Caller
from faxrouter_simulators.xecm.refusals import BAD_FIELD, NOT_PERMITTED
from faxrouter_simulators.xecm.server import ContentServer

BITS = {
    "see": 130,
    "see_contents": 36865,
    "modify": 65536,
    "edit_attributes": 131072,
    "add_items": 4,
    "reserve": 8192,
    "add_major_version": 4194304,
    "delete_versions": 16384,
    "delete": 8,
    "edit_permissions": 16,
}
EVERYTHING = sum(BITS.values())
READING = BITS["see"] + BITS["see_contents"]
# all but giving rights away
WORKING = EVERYTHING - BITS["edit_permissions"]
_SEE = 2

# a right of the caller, of a group, or of a workspace role that one of these is in
_MINE = """(c.member IN (SELECT value FROM json_each(?)) OR EXISTS (SELECT 1 FROM role_members r
    WHERE r.role = c.member AND r.member IN (SELECT value FROM json_each(?))))"""
_CUSTOM = f"SELECT c.permissions FROM custom_rights c WHERE c.list = ? AND {_MINE}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Permissions of the owner, the owner's group, everybody, and of single members."""

    owner: int = EVERYTHING
    group: int = 0
    public: int = 0
    custom: Mapping[int, int] = field(default_factory=dict)


def bits(words: Iterable[object]) -> int:
    """Raises Refusal for a word that is none."""
    total = 0
    for word in words:
        if not isinstance(word, str) or word not in BITS:
            raise BAD_FIELD.refusal(name="permissions")
        total |= BITS[word]
    return total


def words(permissions: int) -> list[str]:
    return [word for word, value in BITS.items() if permissions & value == value]


def keep_rights(server: ContentServer, rights: Rights) -> int:
    """The number of the new access list."""
    number = server.store.insert(
        "access_lists", for_owner=rights.owner, for_group=rights.group, for_public=rights.public
    )
    for member, permissions in rights.custom.items():
        server.store.insert("custom_rights", list=number, member=member, permissions=permissions)
    return number


def read_rights(server: ContentServer, access_list: int) -> Rights:
    row = server.store.row("SELECT * FROM access_lists WHERE id = ?", access_list)
    assert row is not None
    custom = server.store.rows("SELECT member, permissions FROM custom_rights WHERE list = ?", access_list)
    return Rights(
        owner=row["for_owner"],
        group=row["for_group"],
        public=row["for_public"],
        custom={one["member"]: one["permissions"] for one in custom},
    )


def permissions_of(server: ContentServer, caller: Caller, *, access_list: int, owner: int, owner_group: int) -> int:
    """What the caller may do, from all that the caller is."""
    if caller.administrator:
        return EVERYTHING
    row = server.store.row("SELECT * FROM access_lists WHERE id = ?", access_list)
    assert row is not None
    total = int(row["for_public"])
    if owner == caller.id:
        total |= row["for_owner"]
    if owner_group in caller.members:
        total |= row["for_group"]
    members = as_json(sorted(caller.members))
    for one in server.store.rows(_CUSTOM, access_list, members, members):
        total |= one["permissions"]
    return total


def permitted(permissions: int, word: str) -> bool:
    return permissions & BITS[word] == BITS[word]


def require(permissions: int, word: str) -> None:
    """Raises Refusal."""
    if not permitted(permissions, word):
        raise NOT_PERMITTED.refusal(what=word.replace("_", " "))


def visible(caller: Caller) -> tuple[str, list[Any]]:
    """A condition over the table `n` of nodes, and its values: what the caller may see."""
    if caller.administrator:
        return "1", []
    members = as_json(sorted(caller.members))
    condition = f"""
    EXISTS (SELECT 1 FROM access_lists a WHERE a.id = n.access_list AND (
        a.for_public & {_SEE}
        OR (a.for_owner & {_SEE} AND n.owner = ?)
        OR (a.for_group & {_SEE} AND n.owner_group IN (SELECT value FROM json_each(?)))
        OR EXISTS (SELECT 1 FROM custom_rights c WHERE c.list = a.id AND c.permissions & {_SEE} AND {_MINE})))
    """
    return condition, [caller.id, members, members, members]
