"""The categories of `templates/categories.yaml`: what the records system's forms take. Knows no template, no system."""

import re
from collections.abc import Mapping

from faxrouter.language.attributes import SEPARATOR
from faxrouter.language.declarations.entries import distinct, one_of, refuse_unsuitable, typed
from faxrouter.language.findings import Findings
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import AttributeDeclaration, AttributeType, CategoryDeclaration
from faxrouter.language.shapes import as_map, as_yes_no, check_keys, check_language, entries_of
from faxrouter.language.source import ListNode, MapNode, ScalarNode
from faxrouter.language.text_filters import one_line

ATTRIBUTE_TYPES = {type_.value: type_ for type_ in AttributeType}
ATTRIBUTE_KEYS = ("type", "length", "values", "required", "several")
# key → the type that it suits; a key that is not here suits every type
SUITABLE: Mapping[str, frozenset[AttributeType]] = {
    "length": frozenset({AttributeType.TEXT}),
    "values": frozenset({AttributeType.CHOICE}),
}
# characters of a text: what is taken where nothing is said, and the most that planning writes
DEFAULT_LENGTH = 254
LONGEST_TEXT = 2000


def read_categories(root: MapNode, *, findings: Findings) -> Mapping[str, CategoryDeclaration]:
    """Every category, in the order of the file. An attribute with a mistake is kept, so that templates know it."""
    check_language(root, findings=findings)
    known = ("language", "categories")
    check_keys(root, "categories.yaml", known=known, required=("categories",), findings=findings)
    declared: dict[str, CategoryDeclaration] = {}
    for key, node in entries_of(as_map(root.get("categories"), "`categories`", findings=findings)):
        entry = as_map(node, f"the category `{key.text}`", findings=findings)
        if entry is not None:
            declared.setdefault(key.text, _read_category(key, entry, findings))
    return declared


def _read_category(key: ScalarNode, entry: MapNode, findings: Findings) -> CategoryDeclaration:
    attributes: dict[str, AttributeDeclaration] = {}
    for name, node in entry.entries:
        attribute = as_map(node, f"the attribute `{name.text}`", findings=findings)
        read = _read_attribute(name, attribute, findings) if attribute is not None else None
        anything = AttributeDeclaration(name=name.text, type=AttributeType.TEXT, place=name.place)
        attributes.setdefault(name.text, read or anything)
    return CategoryDeclaration(name=key.text, attributes=attributes, place=key.place)


def _read_attribute(key: ScalarNode, entry: MapNode, findings: Findings) -> AttributeDeclaration | None:
    what = f"the attribute `{key.text}`"
    check_keys(entry, what, known=ATTRIBUTE_KEYS, required=("type",), findings=findings)
    word = one_of(entry.get("type"), "attribute type", known=ATTRIBUTE_TYPES, findings=findings)
    if word is None:
        return None
    type_ = ATTRIBUTE_TYPES[word]
    suitable = [name for name in ATTRIBUTE_KEYS if type_ in SUITABLE.get(name, frozenset(AttributeType))]
    present = {name.text: name.place for name, _ in entry.entries if name.text in ATTRIBUTE_KEYS}
    refuse_unsuitable(present, suitable=suitable, owner=f"`type: {word}`", findings=findings)
    several = as_yes_no(entry.get("several"), "`several`", findings=findings, default=False)
    listed = entry.get("values")
    values = distinct(listed, "`values`", findings=findings)
    if type_ is AttributeType.CHOICE and (listed is None or (isinstance(listed, ListNode) and not listed.items)):
        findings.add("R009", entry.place, f"the choice `{key.text}` needs `values: [...]`")
    for value in values:
        _check_value(value, several=several, findings=findings)
    length = typed(entry.get("length"), "`length`", read=_read_length, findings=findings)
    return AttributeDeclaration(
        name=key.text,
        type=type_,
        place=key.place,
        length=(length or DEFAULT_LENGTH) if type_ is AttributeType.TEXT else None,
        values=tuple(value.text for value in values) if type_ is AttributeType.CHOICE else (),
        required=as_yes_no(entry.get("required"), "`required`", findings=findings, default=False),
        several=several,
    )


def _check_value(value: ScalarNode, *, several: bool, findings: Findings) -> None:
    printed = one_line(value.text)
    if not printed:
        findings.add("R170", value.place, "an empty value is no choice; remove it: what is not `required` may be empty")
    elif printed != value.text:
        message = f"`{value.text}` is never printed: a text stands on one line, with single blanks; write `{printed}`"
        findings.add("R170", value.place, message)
    elif several and SEPARATOR in value.text:
        message = (
            f"`{value.text}` is taken for two values: `, ` stands between those of `several: yes`; write it without"
        )
        findings.add("R170", value.place, message)


def _read_length(text: str) -> int | Refusal:
    if re.fullmatch("[0-9]{1,4}", text) and 1 <= int(text) <= LONGEST_TEXT:
        return int(text)
    return Refusal(f"is not a number of characters from 1 to {LONGEST_TEXT}")
