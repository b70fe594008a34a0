"""The key of a condition, `<fact> <phrase>`: taken apart, or refused with what was meant. Knows no operand."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.phrases import OTHER_WORDS, PHRASES, WITH_PAGE_TEXT, Phrase, phrases_for
from faxrouter.language.ruleset import FactDeclaration
from faxrouter.language.source import ScalarNode
from faxrouter.language.vocabulary import Vocabulary

_CONFIDENCE = "confidence"
LONGEST_KEY = 300
_SPACES = re.compile(r"\s+")
# words that join conditions elsewhere → what to write here
_JOINING = {
    "and": ": all lines of `when` must be true anyway; write each condition on a line of its own",
    "or": "; write the alternatives under `any:`",
    "if": ": write the conditions directly under `when:`",
    "else": ": write what no rule decides under `otherwise:`",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a condition asks: of which fact, of its value or its confidence, and in which phrase."""

    fact: FactDeclaration
    phrase: Phrase
    # the question is about the confidence of the reading, not about its value
    of_confidence: bool
    key: ScalarNode


def read_key(key: ScalarNode, *, vocabulary: Vocabulary, findings: Findings) -> Subject | None:
    """The longest declared fact name that the key begins with, and the phrase behind it."""
    text = _SPACES.sub(" ", key.text.strip())
    if len(text) > LONGEST_KEY:
        findings.add("R201", key.place, f"`{text[:60]}…` is longer than any fact with its phrase")
        return None
    if "|" in text:
        _note_modifier(key, text, findings)
        return None
    for name, rest in _splits(text):
        fact = vocabulary.facts.get(name)
        if fact is not None:
            return _read_phrase(key, fact, rest, findings)
    _note_unknown_fact(key, text, vocabulary, findings)
    return None


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """The text cut in two at every space, the longest first part first."""
    yield text, ""
    end = len(text)
    while (end := text.rfind(" ", 0, end)) > 0:
        yield text[:end], text[end + 1 :]


def _read_phrase(key: ScalarNode, fact: FactDeclaration, rest: str, findings: Findings) -> Subject | None:
    of_confidence = rest == _CONFIDENCE or rest.startswith(f"{_CONFIDENCE} ")
    words = rest.removeprefix(_CONFIDENCE).strip() if of_confidence else rest
    phrase = PHRASES.get(words)
    if phrase is None:
        _note_unknown_phrase(key, fact, words, findings)
        return None
    fits = phrase.on_confidence if of_confidence else fact.type in phrase.types
    if not fits:
        _note_wrong_phrase(key, fact, words, findings, of_confidence=of_confidence)
        return None
    return Subject(fact=fact, phrase=phrase, of_confidence=of_confidence, key=key)


def _note_modifier(key: ScalarNode, text: str, findings: Findings) -> None:
    name, _, modifiers = text.partition("|")
    last = modifiers.split("|")[-1].strip().lower()
    phrase = last if last in PHRASES else OTHER_WORDS.get(last)
    instead = f"write `{name.strip()} {phrase}: …`" if phrase else "write the fact and a phrase, such as `starts with`"
    findings.add("R205", key.place, f"`{key.text}`: the language has no `|`; {instead}")


def _note_unknown_phrase(key: ScalarNode, fact: FactDeclaration, words: str, findings: Findings) -> None:
    if words in WITH_PAGE_TEXT or words.split(" ")[0] in ("roughly", "near"):
        findings.add(
            "R206", key.place, f"`{words}` comes with the page text and is not there yet; write `contains any`"
        )
        return
    known = phrases_for(fact.type)
    meant = OTHER_WORDS.get(words.lower())
    hint = f'; did you mean "{meant}"?' if meant in known else did_you_mean(words, known)
    findings.add(
        "R202",
        key.place,
        f"unknown phrase `{words}` after `{fact.name}`{hint or '; known: ' + ', '.join(known)}",
    )


def _note_wrong_phrase(
    key: ScalarNode, fact: FactDeclaration, words: str, findings: Findings, *, of_confidence: bool
) -> None:
    if of_confidence:
        known = [word for word, phrase in PHRASES.items() if word and phrase.on_confidence]
        findings.add("R203", key.place, f"`confidence` takes no `{words}`; it takes: {', '.join(known)}")
        return
    known = phrases_for(fact.type)
    asked = f"takes no `{words}`" if words else "needs a phrase"
    findings.add("R203", key.place, f"`{fact.name}` is a `{fact.type}`, which {asked}; it takes: {', '.join(known)}")


def _note_unknown_fact(key: ScalarNode, text: str, vocabulary: Vocabulary, findings: Findings) -> None:
    name = _supposed_name(text)
    file = vocabulary.elsewhere.get(name.split(".")[0]) if "." in name else None
    if file is not None:
        findings.add("R201", key.place, f"`{name}` stands in a lookup of {file}, {_how_to_reach(file)}")
        return
    if name in vocabulary.outcomes:
        findings.add("R201", key.place, f"`{name}` is an outcome, which rules decide; conditions ask about facts")
        return
    hint = _JOINING.get(name.lower()) or did_you_mean(name, vocabulary.facts) or "; facts are declared in facts.yaml"
    findings.add("R201", key.place, f"unknown fact `{name}`{hint}")


def _supposed_name(text: str) -> str:
    """What was probably meant as the fact: what stands before a known phrase, otherwise the first word."""
    # the longest phrase: `x is one of` asks `is one of` of `x`, not `one of` of `x is`
    for name, rest in reversed(list(_splits(text))):
        words = rest.removeprefix(_CONFIDENCE).strip()
        if rest and (words in PHRASES or words in WITH_PAGE_TEXT or words in OTHER_WORDS):
            return name
    return text.split(" ")[0] if len(text.split(" ")) > 2 else text


def _how_to_reach(file: str) -> str:
    short = file.removeprefix("rules/")
    if short.startswith("shared/"):
        return f"which this file does not include; add `include: [{short}]`"
    return "another department's file; move the lookup to a file under rules/shared/ and include it in both"
