"""Facts that somebody outside states about a fax, in their written form: JSON or XML. Knows no fact by name and no
type.

Values stay as written and are typed later. Whatever the bytes are, the answer is a `Stated`: what cannot be used
becomes a defect in words without content.

JSON: the `facts` object of `decide`, bare or as the value of `facts`. XML: `<facts>` with one element for each fact,
its text the value; several values, a state or a confidence are written
`<patient_id state="uncertain" confidence="low"><value>…</value></patient_id>`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

# how the file beside a fax is called: the fax's name with one of these endings
SIDECARS = (".json", ".xml")
MOST_BYTES = 1_000_000
_MOST_FACTS = 500
_DEEPEST = 4
# what every JSON reader keeps exactly
_LARGEST_NUMBER = 2**53


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What is stated. With a defect the facts are empty: half a statement is not believed."""

    facts: Mapping[str, object] = field(default_factory=dict)
    defects: tuple[str, ...] = ()


class _Unusable(Exception):
    """The statement cannot be used; the message is its defect."""


def read_stated(ending: str, content: bytes) -> Stated:
    """The facts stated by a file with this ending. Never raises."""
    try:
        if len(content) > MOST_BYTES:
            raise _Unusable(f"the sidecar is larger than {MOST_BYTES // 1_000_000} MB")
        facts = _from_xml(content) if ending.lower() == ".xml" else _from_json(content)
        _check(facts)
    except _Unusable as defect:
        return Stated(defects=(str(defect),))
    return Stated(facts=facts)


def _from_json(content: bytes) -> dict[str, object]:
    try:
        facts = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_without_repeats, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise _Unusable("the sidecar is not UTF-8 text") from error
    except json.JSONDecodeError as error:
        raise _Unusable(f"the sidecar is not JSON: look at line {error.lineno}, column {error.colno}") from error
    except (RecursionError, ValueError) as error:
        raise _Unusable("the sidecar holds a value that is too deep or too long") from error
    if not isinstance(facts, dict):
        raise _Unusable("the sidecar must hold one JSON object: fact names with their values")
    wrapped = facts.get("facts")
    return wrapped if facts.keys() <= {"facts", "fax_id"} and isinstance(wrapped, dict) else facts


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Unusable("the sidecar states one name twice")
    return found


def _refuse(constant: str) -> None:
    raise _Unusable(f"the sidecar holds {constant}, which is no number")


def _from_xml(content: bytes) -> dict[str, object]:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, LookupError, ValueError) as error:
        raise _Unusable("the sidecar is not XML, or declares a document type or entities") from error
    facts: dict[str, object] = {}
    for element in root:
        name = element.tag.rpartition("}")[2]
        if name in facts:
            raise _Unusable("the sidecar states one name twice; write several values as `value` elements in it")
        facts[name] = _xml_fact(element)
    return facts


def _xml_fact(element: Element) -> object:
    """An empty element is null, as in JSON: the fact is absent."""
    children = [child.tag.rpartition("}")[2] for child in element]
    if any(child != "value" for child in children) or any(len(child) for child in element):
        raise _Unusable("the sidecar nests elements; a fact may hold only text or `value` elements")
    values = [(child.text or "").strip() for child in element]
    text = (element.text or "").strip()
    if not element.attrib:
        return values or text or None
    if element.attrib.keys() - {"state", "confidence"}:
        raise _Unusable("the sidecar has an attribute that is neither `state` nor `confidence`")
    stated: dict[str, object] = {"state": "known", **element.attrib}
    if values or text:
        stated["values"] = values or [text]
    return stated


def _check(facts: Mapping[str, object]) -> None:
    """Refuse what no store further on could keep exactly."""
    if len(facts) > _MOST_FACTS:
        raise _Unusable(f"the sidecar states more than {_MOST_FACTS} facts")
    pending: list[tuple[object, int]] = [(facts, 0)]
    while pending:
        value, depth = pending.pop()
        if depth > _DEEPEST:
            raise _Unusable("the sidecar holds a value that is too deep or too long")
        if isinstance(value, dict):
            pending += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            pending += [(part, depth + 1) for part in value]
        elif isinstance(value, str) and not _is_storable(value):
            raise _Unusable("the sidecar holds broken or zero characters")
        elif isinstance(value, int | float) and not (abs(value) <= _LARGEST_NUMBER):
            raise _Unusable("the sidecar holds a number that is too long; write it in quotes")


def _is_storable(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
