"""One raw statement, typed: `VALUE | {"state", "values"?, "confidence"?}` becomes a fact.

Total, whatever arrives. Reasons name the mistake and never the value: they are shown and logged where fax content
must not be.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.language.values import read_json_value, read_value
from faxrouter.model.fact import ABSENT, Box, Confidence, Evidence, Fact, FactState, Value

_STATE_KEYS = frozenset({"state", "values", "confidence", "reason", "evidence"})
_CONFIDENCES = {level.word: level for level in Confidence}
_LONGEST_REASON = 400
_LONGEST_AS_READ = 200


class Form(Enum):
    """How values are written in a source."""

    JSON = "json"  # numbers, booleans and lists have their own form
    TEXT = "text"  # YAML and XML: every scalar is a text, and an empty one is absent


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """What reading a value takes beside its declaration."""

    form: Form = Form.JSON
    phone_region: str | None = None
    # the zone of moments without an offset; None refuses them
    zone: str | None = None
    # what each reading keeps about its source, beside the text as read; None: nothing, since nobody read it
    source: Evidence | None = None


def read_fact(declaration: FactDeclaration, raw: object, *, manner: Manner) -> Fact:
    """The fact in the state that the statement gives it; the floor is for values without a stated state."""
    if raw is None or (manner.form is Form.TEXT and raw == ""):
        return ABSENT
    if isinstance(raw, Mapping):
        return _read_state(declaration, raw, manner)
    value = _read_one(declaration, raw, manner)
    if isinstance(value, Refusal):
        return _error(value.reason, _evidence(raw, manner))
    return with_floor(declaration, value, confidence=Confidence.HIGH, evidence=_evidence(raw, manner))


def with_floor(
    declaration: FactDeclaration, value: Value, *, confidence: Confidence, evidence: tuple[Evidence, ...] = ()
) -> Fact:
    """A reading: known, or uncertain where its confidence lies below the declared floor."""
    is_sure = declaration.floor is None or confidence >= declaration.floor
    state = FactState.KNOWN if is_sure else FactState.UNCERTAIN
    return Fact(state=state, values=(value,), confidence=confidence, evidence=evidence)


def _read_state(declaration: FactDeclaration, raw: Mapping[object, object], manner: Manner) -> Fact:
    evidence = _stated_evidence(raw) or _evidence(raw.get("values"), manner)
    if set(raw) - _STATE_KEYS or not {"state", "values"} & set(raw):
        return _error('is not a statement: write a value, or {"state", "values", "confidence"}', evidence)
    stated = raw.get("state")
    state = next((known for known in FactState if known == stated), None)
    if "state" in raw and state is None:
        return _error(f"has a state that is none of {', '.join(known.value for known in FactState)}", evidence)
    confidence = _read_confidence(raw.get("confidence"))
    if isinstance(confidence, Refusal):
        return _error(confidence.reason, evidence)
    if state in {FactState.ABSENT, FactState.NOT_EVALUATED, FactState.ERROR}:
        return Fact(state=FactState(state), evidence=evidence, reason=_reason(raw))
    values = _read_values(declaration, raw.get("values", []), state=state, manner=manner)
    if isinstance(values, Refusal):
        return _error(values.reason, evidence)
    if state is None and len(values) == 1:
        return with_floor(declaration, values[0], confidence=confidence or Confidence.HIGH, evidence=evidence)
    state = state or FactState.CONFLICT
    if state is FactState.KNOWN and len(values) != 1:
        return _error("is stated as known, so it needs exactly one value", evidence)
    if state is FactState.KNOWN:
        confidence = confidence or Confidence.HIGH
    elif state is FactState.CONFLICT:
        confidence = None
    return Fact(state=state, values=values, confidence=confidence, evidence=evidence, reason=_reason(raw))


def _read_values(
    declaration: FactDeclaration, raw: object, *, state: FactState | None, manner: Manner
) -> tuple[Value, ...] | Refusal:
    if not isinstance(raw, (list, tuple)):
        return Refusal("has `values` that are not a list")
    if not raw and state is None:
        return Refusal("has no values and no state")
    candidates: list[object] = list(raw)
    if declaration.type is FactType.SET_OF_IDS and (state is FactState.KNOWN or (raw and _is_flat(raw))):
        # the values of a known set are its members
        candidates = [list(raw)]
    values: list[Value] = []
    for candidate in candidates:
        value = _read_one(declaration, candidate, manner)
        if isinstance(value, Refusal):
            return value
        values.append(value)
    return tuple(values)


def _read_one(declaration: FactDeclaration, raw: object, manner: Manner) -> Value | Refusal:
    if manner.form is Form.TEXT and isinstance(raw, str):
        return read_value(declaration, raw, phone_region=manner.phone_region, zone=manner.zone)
    return read_json_value(declaration, raw, phone_region=manner.phone_region, zone=manner.zone)


def _read_confidence(raw: object) -> Confidence | Refusal | None:
    if raw is None:
        return None
    found = _CONFIDENCES.get(raw) if isinstance(raw, str) else None
    return found or Refusal("has a confidence that is none of low, medium, high")


def _is_flat(values: list[object] | tuple[object, ...]) -> bool:
    return all(isinstance(value, str) for value in values)


def _reason(raw: Mapping[object, object]) -> str | None:
    reason = raw.get("reason")
    return reason[:_LONGEST_REASON] if isinstance(reason, str) and _is_writable(reason) else None


def _error(reason: str, evidence: tuple[Evidence, ...]) -> Fact:
    return Fact(state=FactState.ERROR, evidence=evidence, reason=reason)


def _evidence(raw: object, manner: Manner) -> tuple[Evidence, ...]:
    if manner.source is None:
        return ()
    as_read = raw if isinstance(raw, str) else repr(raw) if isinstance(raw, (int, float)) else ""
    as_read = as_read[:_LONGEST_AS_READ] if _is_writable(as_read) else ""
    return (Evidence(source=manner.source.source, reader=manner.source.reader, text=as_read),)


def _stated_evidence(raw: Mapping[object, object]) -> tuple[Evidence, ...]:
    """Evidence that FACTS.json carries; what is malformed in it is left out, since no rule looks at it."""
    entries = raw.get("evidence")
    if not isinstance(entries, (list, tuple)):
        return ()
    return tuple(one for entry in entries if isinstance(entry, Mapping) and (one := _read_evidence(entry)) is not None)


def _read_evidence(entry: Mapping[object, object]) -> Evidence | None:
    source, reader, text = (entry.get(key, "") for key in ("source", "reader", "text"))
    if not (isinstance(source, str) and source and isinstance(reader, str) and isinstance(text, str)):
        return None
    if not all(_is_writable(part) for part in (source, reader, text)):
        return None
    page = entry.get("page")
    return Evidence(
        source=source,
        reader=reader,
        text=text,
        page=page if isinstance(page, int) and not isinstance(page, bool) else None,
        box=_read_box(entry.get("box")),
    )


def _read_box(raw: object) -> Box | None:
    if not isinstance(raw, (list, tuple)) or len(raw) != 4:
        return None
    if not all(isinstance(edge, (int, float)) and not isinstance(edge, bool) for edge in raw):
        return None
    left, top, width, height = raw
    return Box(left=left, top=top, width=width, height=height)


def _is_writable(text: str) -> bool:
    """Whether the text can be stored: JSON may carry halves of characters that UTF-8 has no bytes for."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
