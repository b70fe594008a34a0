"""Attributes of categories and of workflow maps: their definitions, keys, and how they change under way.

A key is the form's id and the attribute's: `12345_2`. In a set it has the set and the row as well: `12345_5_1_6`; where
no row is meant, an x: `12345_5_x_6`. Attribute ids begin at 2 and are never used again.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from sqlite3 import Row

from faxrouter_simulators.store import as_json
from faxrouter_simulators.world import Attribute
from faxrouter_simulators.xecm.asked import Json
from faxrouter_simulators.xecm.server import ContentServer

FIRST_ID = 2
# rows that a set of several rows may have
MOST_ROWS = 50

# what the API calls our kinds, and the numbers of their types
TYPE_NAMES = {
    "text": ("String", -1),
    "whole number": ("Integer", 2),
    # [G] no source shows one
    "number": ("Real", -4),
    "date": ("Date", -7),
    "moment": ("Date", -7),
    "yes/no": ("Boolean", 5),
    "choice": ("String", -1),
    "set": ("Assoc", -18),
}

# what every schema says alike
_SCHEMA: Json = {
    "allow_undefined": False,
    "bulk_shared": False,
    "default_value": None,
    "description": None,
    "hidden": False,
    "key_value_pairs": False,
    "multi_value_length_default": 1,
    "multi_value_max_length": None,
    "multi_value_min_length": None,
    "multi_value_unique": False,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    form: int
    id: int
    # the set that it is in; 0: in none
    in_set: int
    name: str
    type: str
    # characters
    length: int
    required: bool
    several: bool
    choices: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.form}_{self.in_set}_x_{self.id}" if self.in_set else f"{self.form}_{self.id}"

    def stored(self, row: int = 1) -> str:
        """Its key in stored values, which stand below their form: `2`, or `5_1_6`."""
        return f"{self.in_set}_{row}_{self.id}" if self.in_set else str(self.id)


def definitions(server: ContentServer, form: int) -> list[Definition]:
    """In order; what is in a set follows the set."""
    rows = server.store.rows("SELECT * FROM attributes WHERE form = ? AND removed = 0 ORDER BY id", form)
    return [_definition(row) for row in rows]


def _definition(row: Row) -> Definition:
    return Definition(
        form=row["form"],
        id=row["id"],
        in_set=row["in_set"],
        name=row["name"],
        type=row["type"],
        length=row["length"],
        required=bool(row["required"]),
        several=bool(row["several"]),
        choices=tuple(json.loads(row["choices"])),
    )


def define(server: ContentServer, form: int, attributes: Iterable[Attribute], *, in_set: int = 0) -> None:
    """Add those whose names are not there yet."""
    for attribute in attributes:
        known = server.store.row(
            "SELECT id FROM attributes WHERE form = ? AND in_set = ? AND name = ? AND removed = 0",
            form,
            in_set,
            attribute.name,
        )
        number = int(known["id"]) if known is not None else _add(server, form, attribute, in_set)
        define(server, form, attribute.attributes, in_set=number)


def _add(server: ContentServer, form: int, attribute: Attribute, in_set: int) -> int:
    row = server.store.row("SELECT max(id) AS last FROM attributes WHERE form = ?", form)
    number = FIRST_ID if row is None or row["last"] is None else int(row["last"]) + 1
    server.store.insert(
        "attributes",
        form=form,
        id=number,
        in_set=in_set,
        name=attribute.name,
        type=attribute.type,
        length=attribute.length,
        required=attribute.required,
        several=attribute.several,
        choices=as_json(attribute.values),
    )
    return number


def redefine(server: ContentServer, form: int, attribute: Attribute) -> bool:
    """Change everything but the name of an attribute outside of sets; whether there is one."""
    changed = server.store.execute(
        "UPDATE attributes SET type = ?, length = ?, required = ?, several = ?, choices = ?"
        " WHERE form = ? AND in_set = 0 AND name = ? AND removed = 0",
        attribute.type,
        attribute.length,
        attribute.required,
        attribute.several,
        as_json(attribute.values),
        form,
        attribute.name,
    )
    return changed.rowcount > 0


def remove(server: ContentServer, form: int, name: str) -> bool:
    """Its values stay where they are and are shown no more; whether there was one."""
    changed = server.store.execute(
        "UPDATE attributes SET removed = 1 WHERE form = ? AND in_set = 0 AND name = ? AND removed = 0", form, name
    )
    return changed.rowcount > 0


def metadata(definition: Definition) -> Json:
    """The schema of one attribute as `?metadata` and workflow definitions give it."""
    type_name, type_number = TYPE_NAMES[definition.type]
    return {
        **_SCHEMA,
        "include_time": definition.type == "moment",
        "key": definition.key,
        "max_length": definition.length if type_name == "String" else None,
        "min_length": None,
        "multi_select": False,
        "multi_value": definition.several,
        "multi_value_length_fixed": not definition.several,
        "multi_value_length_max": MOST_ROWS if definition.several else 1,
        "multiline": False,
        "multilingual": False,
        "name": definition.name,
        "password": False,
        "persona": "set" if definition.type == "set" else "",
        "read_only": False,
        "regex": "",
        "required": definition.required,
        "type": type_number,
        "type_name": type_name,
        "valid_values": list(definition.choices),
        "valid_values_name": list(definition.choices),
    }


def form_metadata(form: int, name: str, next_id: int) -> Json:
    """The schema of the category or the map itself."""
    type_name, type_number = TYPE_NAMES["set"]
    return {
        **_SCHEMA,
        "key": str(form),
        "multi_value": False,
        "multi_value_length_fixed": True,
        "multi_value_length_max": 1,
        "name": name,
        "next_id": next_id,
        "persona": "category",
        "read_only": True,
        "required": False,
        "type": type_number,
        "type_name": type_name,
        "valid_values": [],
        "valid_values_name": [],
    }


def next_id(found: Sequence[Definition]) -> int:
    return max((definition.id for definition in found), default=FIRST_ID - 1) + 1
