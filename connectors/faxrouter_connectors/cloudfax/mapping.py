"""What the body of an inbound fax means: where in it stand its id, its numbers, its content. Knows no call.

Nothing of that body is confirmed by a source [U]; a site that sees another one corrects `cloudfax-inbound.yaml`, whose
words are these. A place is `a.b.c` in the JSON body, or `header NAME`; several places are tried in order.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from faxrouter_connectors.http.answer import Answer

_HEADER = "header "


def _several(written: object) -> object:
    return [written] if isinstance(written, str) else written


Places = Annotated[tuple[str, ...], BeforeValidator(_several), Field(min_length=1)]


class InboundMapping(BaseModel):
    """The words of `cloudfax-inbound.yaml`."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    language: Literal["1"] = "1"
    # by which the fax is known when it comes again, and acknowledged
    document_id: Places = Field(alias="document id")
    # base64 text in the JSON body, or the body itself
    content: Places
    encoding: Literal["base64", "none"] = "base64"
    # the name it came with
    name: Places | None = None
    # when the service received it
    received_at: Places | None = Field(default=None, alias="received at")
    # fact → where the carrier states it
    facts: dict[str, Places] = Field(default_factory=dict)
    # facts whose digits lack the `+` of an international number
    plus: Annotated[tuple[str, ...], BeforeValidator(_several)] = Field(default=(), alias="add plus to")
    # an object of further facts, as a recognition service in front of the queue adds it
    more_facts: Places | None = Field(default=None, alias="more facts")


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedFax:
    """An inbound body, understood as far as it could be."""

    document_id: str
    content: bytes
    name: str
    received_at: datetime | None
    facts: Mapping[str, object]
    # in words without content
    defects: tuple[str, ...] = field(default=())


def map_inbound(mapping: InboundMapping, answer: Answer) -> MappedFax | None:
    """None when not even its id is found. What else is missing becomes a defect, which a person sees."""
    body = answer.json() if mapping.content != ("body",) else None
    found = _Finder(body, answer.headers)
    document_id = found.text(mapping.document_id)
    if not document_id:
        return None
    defects: list[str] = []
    content = answer.body
    if mapping.content != ("body",):
        text = found.text(mapping.content)
        decoded = _decoded(text, mapping.encoding) if text else None
        if decoded is None:
            defects.append("its content does not stand where cloudfax-inbound.yaml says; the whole answer is kept")
        else:
            content = decoded
    received = found.text(mapping.received_at) if mapping.received_at else ""
    moment = _moment(received)
    if received and moment is None:
        defects.append("the time at which it was received cannot be read")
    facts: dict[str, object] = {}
    more = found.value(mapping.more_facts) if mapping.more_facts else None
    if isinstance(more, Mapping):
        facts.update(more)
    for name, places in mapping.facts.items():
        value = found.value(places)
        if value not in (None, ""):
            is_bare = name in mapping.plus and isinstance(value, str) and value.isdigit()
            facts[name] = f"+{value}" if is_bare else value
    return MappedFax(
        document_id=document_id,
        content=content,
        name=found.text(mapping.name) if mapping.name else "",
        received_at=moment,
        facts=facts,
        defects=tuple(defects),
    )


@dataclass(frozen=True, slots=True)
class _Finder:
    body: Any
    headers: Mapping[str, str]

    def value(self, places: Sequence[str]) -> Any:
        """What stands at the first place that is not empty; None when all are."""
        for place in places:
            found = self._at(place)
            if found not in (None, ""):
                return found
        return None

    def text(self, places: Sequence[str]) -> str:
        found = self.value(places)
        return "" if found is None or isinstance(found, (dict, list)) else str(found)

    def _at(self, place: str) -> Any:
        if place.startswith(_HEADER):
            return self.headers.get(place.removeprefix(_HEADER).strip().lower())
        found = self.body
        for step in place.split("."):
            if isinstance(found, list) and step.isdigit() and int(step) < len(found):
                found = found[int(step)]
            elif isinstance(found, dict):
                found = found.get(step)
            else:
                return None
        return found


def _decoded(text: str, encoding: str) -> bytes | None:
    if encoding == "none":
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


def _moment(text: str) -> datetime | None:
    """A moment without an offset is UTC, as everything that the service says (facts B1)."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
