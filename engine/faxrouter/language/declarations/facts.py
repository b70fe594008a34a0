"""The facts of `facts.yaml`: the only words that rules may use, each with its type. Knows no rule and no fax."""

import re
from collections.abc import Mapping
from dataclasses import replace

import phonenumbers

from faxrouter.language.declarations.entries import distinct, is_usable_name, one_of, refuse_unsuitable, typed
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.ids import CHECK_DIGITS
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.language.shapes import as_map, as_text, as_texts, as_yes_no, check_keys, check_language, entries_of
from faxrouter.language.source import MapNode, Node, ScalarNode
from faxrouter.language.values import read_value
from faxrouter.model.fact import Confidence, Value

# rule-language section 3; each outcome says on which of them it is decided
EVENTS = (
    "received",
    "send_requested",
    "approval_decided",
    "delivered",
    "failed",
    "corrected",
    "migrated",
    "packet_complete",
    "packet_overdue",
)
FACT_TYPES = {type_.value: type_ for type_ in FactType}
CONFIDENCES = {confidence.word: confidence for confidence in Confidence}
FACT_KEYS = (
    "type",
    "values",
    "values from",
    "from",
    "floor",
    "always",
    "help",
    "min",
    "max",
    "currency",
    "mask",
    "check digit",
)
# Facts that the router itself reads: scope and events would fail silently with another type.
SPECIAL_FACTS: Mapping[str, FactType] = {
    "event": FactType.CHOICE,
    "our_number": FactType.PHONE,
    "their_number": FactType.PHONE,
    "received_at": FactType.MOMENT,
    "requested_at": FactType.MOMENT,
}

_LONGEST_MASK = 100
_IDS = frozenset({FactType.ID, FactType.SET_OF_IDS})
_BOUNDED = frozenset(
    {FactType.WHOLE_NUMBER, FactType.PERCENT, FactType.AMOUNT, FactType.DATE, FactType.MOMENT, FactType.DURATION}
)
# key → the types that it suits; a key that is not here suits every type
SUITABLE: Mapping[str, frozenset[FactType]] = {
    "values": frozenset({FactType.CHOICE}),
    "values from": frozenset({FactType.CHOICE, *_IDS}),
    "min": _BOUNDED,
    "max": _BOUNDED,
    "currency": frozenset({FactType.AMOUNT}),
    "mask": _IDS,
    "check digit": _IDS,
}


def read_phone_region(root: MapNode, *, findings: Findings) -> str | None:
    """`phone region: US`; None where it is not given, and every number needs its `+`."""
    return typed(root.get("phone region"), "`phone region`", read=_read_region, findings=findings)


def read_facts(root: MapNode, *, phone_region: str | None, findings: Findings) -> Mapping[str, FactDeclaration]:
    """Every fact of `facts.yaml`, in the order of the file.

    A fact with a mistake is kept wherever its type is known, so that rules about it are judged all the same.
    """
    check_language(root, findings=findings)
    check_keys(
        root,
        "facts.yaml",
        known=("language", "phone region", "facts", "outcomes"),
        required=("facts", "outcomes"),
        findings=findings,
    )
    declared: dict[str, FactDeclaration] = {}
    for key, node in entries_of(as_map(root.get("facts"), "`facts`", findings=findings)):
        entry = as_map(node, f"the fact `{key.text}`", findings=findings)
        if entry is None or not is_usable_name(key, "fact", findings=findings):
            continue
        fact = _read_fact(key, entry, phone_region=phone_region, findings=findings)
        if fact is not None:
            declared.setdefault(fact.name, fact)
    return declared


def with_own_facts(declared: Mapping[str, FactDeclaration], root: MapNode) -> Mapping[str, FactDeclaration]:
    """And the event with its own moments, which the router knows of every fax, whether facts.yaml names them or not."""
    node = root.get("facts")
    place = root.place if node is None else node.place
    own = (
        FactDeclaration(name="event", type=SPECIAL_FACTS["event"], values=EVENTS, always=True, place=place),
        *(
            FactDeclaration(name=name, type=SPECIAL_FACTS[name], place=place)
            for name in ("received_at", "requested_at")
        ),
    )
    return {**{fact.name: fact for fact in own if fact.name not in declared}, **declared}


def _read_fact(
    key: ScalarNode, entry: MapNode, *, phone_region: str | None, findings: Findings
) -> FactDeclaration | None:
    what = f"the fact `{key.text}`"
    check_keys(entry, what, known=FACT_KEYS, required=("type",), findings=findings)
    type_ = read_fact_type(entry.get("type"), findings=findings)
    if type_ is None:
        return None
    special = SPECIAL_FACTS.get(key.text)
    if special is not None and type_ is not special:
        findings.add("R110", entry.place, f"{what} is read by the router itself and must have `type: {special}`")
        type_ = special
    suitable = [name for name in FACT_KEYS if type_ in SUITABLE.get(name, frozenset(FactType))]
    present = {name.text: name.place for name, _ in entry.entries if name.text in FACT_KEYS}
    refuse_unsuitable(present, suitable=suitable, owner=f"`type: {type_}`", findings=findings)
    source = as_texts(entry.get("from"), "`from`", findings=findings)
    floor = one_of(entry.get("floor"), "confidence", known=CONFIDENCES, findings=findings)
    help_ = as_text(entry.get("help"), "`help`", findings=findings)
    bare = FactDeclaration(
        name=key.text,
        type=type_,
        place=key.place,
        values=_read_values(key.text, type_, entry, findings),
        source=", ".join(text.text for text in source) or None,
        floor=CONFIDENCES[floor] if floor else None,
        always=as_yes_no(entry.get("always"), "`always`", findings=findings, default=False),
        currency=typed(entry.get("currency"), "`currency`", read=_read_currency, findings=findings),
        mask=typed(entry.get("mask"), "`mask`", read=_read_mask, findings=findings),
        check_digit=one_of(entry.get("check digit"), "check digit", known=CHECK_DIGITS, findings=findings),
        help=help_.text if help_ else "",
    )
    return _with_bounds(bare, entry, phone_region, findings) if type_ in _BOUNDED else bare


def read_fact_type(node: Node | None, *, findings: Findings) -> FactType | None:
    """The type that is written there; R102 noted for an unknown one."""
    text = as_text(node, "`type`", findings=findings)
    if text is None or text.text in FACT_TYPES:
        return FACT_TYPES[text.text] if text else None
    hint = did_you_mean(text.text, FACT_TYPES) or f"; use {', '.join(FACT_TYPES)}"
    findings.add("R102", text.place, f"unknown fact type `{text.text}`{hint}")
    return None


def _read_values(name: str, type_: FactType, entry: MapNode, findings: Findings) -> tuple[str, ...]:
    elsewhere = as_text(entry.get("values from"), "`values from`", findings=findings)
    if elsewhere is not None:
        _refuse_elsewhere(type_, elsewhere, findings)
    if type_ is not FactType.CHOICE:
        return ()
    values = distinct(entry.get("values"), "`values`", findings=findings)
    if entry.get("values") is None and elsewhere is None:
        findings.add("R009", entry.place, f"the choice `{name}` needs `values: [...]`")
    if name == "event":
        for value in values:
            check_event(value, findings=findings)
    return tuple(value.text for value in values)


def check_event(value: ScalarNode, *, findings: Findings) -> bool:
    """Whether `value` is an event of the language; R111 noted otherwise."""
    if value.text not in EVENTS:
        hint = did_you_mean(value.text, EVENTS) or f"; use {', '.join(EVENTS)}"
        findings.add("R111", value.place, f"unknown event `{value.text}`{hint}")
    return value.text in EVENTS


def _refuse_elsewhere(type_: FactType, elsewhere: ScalarNode, findings: Findings) -> None:
    instead = "`values: [...]`" if type_ is FactType.CHOICE else "`mask:` and `check digit:`"
    if elsewhere.text == "documents.yaml":
        message = f"`documents.yaml` is not read by this version of faxrouter; write {instead} here"
        findings.add("R108", elsewhere.place, message)
    else:
        findings.add("R106", elsewhere.place, f"a fact takes no values from `{elsewhere.text}`; write {instead} here")


def _with_bounds(
    bare: FactDeclaration, entry: MapNode, phone_region: str | None, findings: Findings
) -> FactDeclaration:
    with_low = replace(bare, minimum=_read_bound("min", bare, entry, phone_region, findings))
    high = _read_bound("max", bare, entry, phone_region, findings)
    node = entry.get("max")
    if high is not None and isinstance(node, ScalarNode):
        # the declared minimum itself says whether the maximum lies below it
        below = read_value(with_low, node.text, phone_region=phone_region)
        if isinstance(below, Refusal):
            findings.add("R109", node.place, f"`max` {below.message(node.text)}; no value would ever fit")
            return bare
    return replace(with_low, maximum=high)


def _read_bound(
    key: str, bare: FactDeclaration, entry: MapNode, phone_region: str | None, findings: Findings
) -> Value | None:
    text = as_text(entry.get(key), f"`{key}`", findings=findings)
    if text is None:
        return None
    value = read_value(bare, text.text, phone_region=phone_region)
    if isinstance(value, Refusal):
        findings.add("R105", text.place, f"`{key}`: {value.message(text.text)}")
        return None
    return value


def _read_region(text: str) -> str | Refusal:
    if text in phonenumbers.SUPPORTED_REGIONS:
        return text
    mended = text.upper() if text.upper() in phonenumbers.SUPPORTED_REGIONS else None
    return Refusal("is not a country: write its two-letter ISO code, such as `US`", mended)


def _read_currency(text: str) -> str | Refusal:
    if re.fullmatch("[A-Z]{3}", text):
        return text
    mended = text.upper() if re.fullmatch("[A-Za-z]{3}", text) else None
    return Refusal("is not a currency: write its three-letter ISO code, such as `USD`", mended)


def _read_mask(text: str) -> str | Refusal:
    if len(text) > _LONGEST_MASK:
        return Refusal(f"is longer than {_LONGEST_MASK} characters")
    if not any(c in text for c in "#@*"):
        return Refusal("is not a mask: write `#` for a digit, `@` for a letter, `*` for either, such as `MRN-#######`")
    return text
