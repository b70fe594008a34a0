"""Single entries of declarations: a word of a closed list, a name, a value that its type may refuse. Knows no file."""

import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.refusal import Refusal, listing
from faxrouter.language.shapes import as_text, as_texts
from faxrouter.language.source import Node, ScalarNode
from faxrouter.model.problem import Place

_Read = TypeVar("_Read")

# A fact's name begins a condition key and stands in texts, so it is one word there.
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_LONGEST_NAME = 64
_TAKEN = frozenset({"all", "any", "not", "and", "or", "in", "is", "if", "else", "true", "false", "none", "confidence"})


def is_usable_name(key: ScalarNode, what: str, *, findings: Findings) -> bool:
    """Whether rules and texts can use the name; R101 noted otherwise."""
    if key.text.casefold() in _TAKEN:
        findings.add("R101", key.place, f"`{key.text}` is a word of the language; give the {what} another name")
    elif not _NAME.fullmatch(key.text):
        mended = re.sub(r"\W+", "_", key.text, flags=re.ASCII).strip("_").lower()
        hint = f'; did you mean "{mended}"?' if _NAME.fullmatch(mended) else ""
        message = f"`{key.text}` cannot be the name of a {what}: use letters, digits and `_`{hint}"
        findings.add("R101", key.place, message)
    elif len(key.text) > _LONGEST_NAME:
        findings.add("R101", key.place, f"this name of a {what} is longer than {_LONGEST_NAME} characters")
    else:
        return True
    return False


def one_of(node: Node | None, what: str, *, known: Collection[str], findings: Findings) -> str | None:
    """The value, if it is one of the words that are `known`; R106 noted otherwise."""
    text = as_text(node, what, findings=findings)
    if text is None:
        return None
    if text.text in known:
        return text.text
    hint = did_you_mean(text.text, known) or f"; use {listing(known)}"
    findings.add("R106", text.place, f"unknown {what} `{text.text}`{hint}")
    return None


def typed(node: Node | None, what: str, *, read: Callable[[str], _Read | Refusal], findings: Findings) -> _Read | None:
    """The value as `read` understands it; R105 noted when it refuses."""
    text = as_text(node, what, findings=findings)
    if text is None:
        return None
    value = read(text.text)
    if isinstance(value, Refusal):
        findings.add("R105", text.place, f"{what}: {value.message(text.text)}")
        return None
    return value


def distinct(node: Node | None, what: str, *, findings: Findings) -> tuple[ScalarNode, ...]:
    """One value or a list of values, in order, each once; R104 noted for a second one."""
    first: dict[str, ScalarNode] = {}
    for text in as_texts(node, what, findings=findings):
        if text.text in first:
            others = (first[text.text].place,)
            findings.add("R104", text.place, f"`{text.text}` stands twice in {what}; keep one", others=others)
        else:
            first[text.text] = text
    return tuple(first.values())


def refer(text: ScalarNode, what: str, *, declared: Collection[str], where: str, findings: Findings) -> bool:
    """Whether `text` names something that is declared; R107 noted otherwise. `where` says in which file it would be."""
    if text.text in declared:
        return True
    hint = did_you_mean(text.text, declared) or f"; declare it in {where}, or use {listing(sorted(declared))}"
    findings.add("R107", text.place, f"unknown {what} `{text.text}`{hint if declared else f'; declare it in {where}'}")
    return False


def refuse_unsuitable(
    present: Mapping[str, Place], *, suitable: Collection[str], owner: str, findings: Findings
) -> None:
    """Note R103 for every key that means something elsewhere, but nothing beside this type or policy."""
    for key, place in present.items():
        if key not in suitable:
            findings.add("R103", place, f"`{key}` means nothing for {owner}; remove it")
