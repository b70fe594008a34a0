"""What stands after a phrase, read into a typed test. Knows no YAML shape but single values, and evaluates nothing."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from faxrouter.language.condition_keys import Subject
from faxrouter.language.conditions import (
    ConfidenceTest,
    Entry,
    Exact,
    LookupTest,
    PatternTest,
    Prefix,
    Quantity,
    Span,
    StateTest,
    Suffix,
    Test,
    ValueTest,
    WordsTest,
)
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.moments import read_moment_test
from faxrouter.language.patterns import check_pattern
from faxrouter.language.phones import read_phone_prefix, read_phone_range
from faxrouter.language.phrases import ORDERED, OTHER_WORDS, SPELLED, TEXTS, Operand
from faxrouter.language.refusal import Refusal, closest
from faxrouter.language.ruleset import FactDeclaration, FactType
from faxrouter.language.source import ScalarNode
from faxrouter.language.values import read_constant, read_member
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.language.words import normalise, words
from faxrouter.model.fact import Amount, Confidence, Duration, Value

# of one value of a condition; it also bounds the time that looking for ranges takes
LONGEST_VALUE = 1000
_RANGE = re.compile(r"(.+?)\s+to\s+(.+)")
_DASH = re.compile(r"([0-9]+%?)\s*(?:-|\u2013|\.\.)\s*([0-9]+%?)")
_BOUND = re.compile(r"(at least|at most|more than|over|under|below)\s+(.+)")
_CONFIDENCES = tuple(level.word for level in Confidence)


def read_test(
    subject: Subject, scalars: Sequence[ScalarNode], *, vocabulary: Vocabulary, findings: Findings
) -> Test | None:
    """The test that a subject makes of its values (at least one); None with the problems noted."""
    operand = subject.phrase.operand
    if subject.of_confidence:
        return _confidence_test(operand, scalars, findings)
    match operand:
        case Operand.KNOWN | Operand.MISSING:
            return _state_test(subject, scalars, findings)
        case Operand.LOOKUPS:
            return _lookup_test(subject, scalars, vocabulary, findings)
        case Operand.PATTERNS:
            return _pattern_test(scalars, findings)
        case Operand.ANY_WORDS | Operand.ALL_WORDS:
            _note_bare_lists(scalars, vocabulary, findings)
            return _words_test(subject, scalars, findings)
        case Operand.DAYS:
            return read_moment_test({"on": tuple(scalars)}, vocabulary=vocabulary, findings=findings)
        case Operand.DURING | Operand.OUTSIDE:
            return read_moment_test({operand.value: tuple(scalars)}, vocabulary=vocabulary, findings=findings)
        case Operand.RANGE if subject.fact.type is FactType.MOMENT:
            return read_moment_test({"between": tuple(scalars)}, vocabulary=vocabulary, findings=findings)
        case _:
            _note_never_given(subject.fact, operand, scalars, vocabulary, findings)
            read = (read_entries(subject.fact, operand, scalar, vocabulary=vocabulary) for scalar in scalars)
            return _value_test(zip(scalars, read, strict=True), findings)


def read_entries(
    fact: FactDeclaration, operand: Operand, scalar: ScalarNode, *, vocabulary: Vocabulary
) -> tuple[Entry, ...] | Refusal:
    """The entries of one value: exact, an interval, a beginning or an end; or why it cannot be read."""
    text = scalar.text.strip()
    if len(text) > LONGEST_VALUE:
        return Refusal(f"is longer than {LONGEST_VALUE} characters")
    if not text:
        return Refusal("is empty and never found; write `is missing: yes` if the fact may be missing")
    match operand:
        case Operand.PREFIXES:
            return _one(_edge(fact, text, vocabulary), Prefix)
        case Operand.SUFFIXES:
            return _one(_end(fact, text), Suffix)
        case Operand.VALUES:
            return _value_entries(fact, text, vocabulary)
        case _:
            return _bound(fact, operand, text, vocabulary)


def _value_test(read: Iterable[tuple[ScalarNode, tuple[Entry, ...] | Refusal]], findings: Findings) -> ValueTest | None:
    entries: list[Entry] = []
    complete = True
    for scalar, result in read:
        if isinstance(result, Refusal):
            findings.add("R204", scalar.place, result.message(scalar.text))
            complete = False
        else:
            entries.extend(result)
    return ValueTest(tuple(dict.fromkeys(entries))) if complete else None


def _note_never_given(
    fact: FactDeclaration, operand: Operand, scalars: Sequence[ScalarNode], vocabulary: Vocabulary, findings: Findings
) -> None:
    """A choice that a lookup gives has the values of its column: another one is probably misspelt."""
    name, dot, column = fact.name.partition(".")
    if not dot or fact.type is not FactType.CHOICE or operand is not Operand.VALUES or name not in vocabulary.lookups:
        return
    given = {str(row[column]) for row in vocabulary.lookups[name].rows.values() if column in row}
    # a file without a value in this column has a problem of its own, or is still to be filled
    for scalar in scalars if given else ():
        if scalar.text.strip() not in given and not scalar.text.endswith("*"):
            hint = did_you_mean(scalar.text, given)
            findings.add("R211", scalar.place, f"no row of the lookup `{name}` gives `{scalar.text}`{hint}")


def _note_bare_lists(scalars: Sequence[ScalarNode], vocabulary: Vocabulary, findings: Findings) -> None:
    """The name of a list without its `$`; only one that is no word of a page, since others may be meant as words."""
    for scalar in scalars:
        if scalar.text in vocabulary.lists and "_" in scalar.text:
            message = f"`{scalar.text}` is looked for as it stands; for the list of this name write `${scalar.text}`"
            findings.add("R211", scalar.place, message)


def _one(read: str | Refusal, kind: type[Prefix] | type[Suffix]) -> tuple[Entry, ...] | Refusal:
    return read if isinstance(read, Refusal) else (kind(read),)


def _value_entries(fact: FactDeclaration, text: str, vocabulary: Vocabulary) -> tuple[Entry, ...] | Refusal:
    """`is`: a value, and where the type has them a range or a beginning with `*`."""
    if fact.type is FactType.PHONE:
        ends = read_phone_range(text, region=vocabulary.phone_region)
        if isinstance(ends, Refusal):
            return ends
        if ends is not None:
            return (Span(low=ends[0], high=ends[1]),)
        if " - " in text:
            return Refusal("is not one number; a range has two dots", text.replace(" - ", " .. "))
    if fact.type in ORDERED and _RANGE.fullmatch(text):
        return _bound(fact, Operand.RANGE, text, vocabulary)
    if fact.type in ORDERED and (bound := _BOUND.fullmatch(text)):
        phrase = OTHER_WORDS.get(bound[1], bound[1])
        return Refusal(f"is how a cell of a table says it; here write `{fact.name} {phrase}: {bound[2]}`")
    if fact.type in ORDERED and (dash := _DASH.fullmatch(text)):
        return Refusal("is not one value; a range is written with `to`", f"{dash[1]} to {dash[2]}")
    if text.endswith("*") and fact.type in SPELLED:
        return _one(_edge(fact, text[:-1], vocabulary), Prefix)
    if text.endswith("*") and fact.type is FactType.CHOICE and text not in fact.values:
        return _choices_starting(fact, text[:-1])
    value = read_constant(fact, text, phone_region=vocabulary.phone_region, zone=vocabulary.zone)
    if value == "":
        return Refusal("has no letters or digits that could be compared")
    return value if isinstance(value, Refusal) else (Exact(value),)


def _edge(fact: FactDeclaration, text: str, vocabulary: Vocabulary) -> str | Refusal:
    """The beginning of a phone number, a text or an id, in the form in which it is compared."""
    if not text.strip():
        return Refusal("fits every value; write `is known: yes`")
    if fact.type is FactType.PHONE:
        return read_phone_prefix(text, region=vocabulary.phone_region)
    if fact.type in TEXTS:
        return normalise(text) or Refusal("has no letters or digits that could be compared")
    return text.strip()


def _end(fact: FactDeclaration, text: str) -> str | Refusal:
    if fact.type is FactType.PHONE:
        digits = re.sub(r"[\s().\-/]", "", text)
        return digits if digits.isascii() and digits.isdigit() else Refusal("is not the end of a phone number")
    if fact.type in TEXTS:
        return normalise(text) or Refusal("has no letters or digits that could be compared")
    return text


def _choices_starting(fact: FactDeclaration, start: str) -> tuple[Entry, ...] | Refusal:
    if not fact.values:
        return Refusal(f"needs the list of values, and `{fact.name}` declares none; write the values out")
    fitting = tuple(Exact(value) for value in fact.values if value.startswith(start))
    return fitting or Refusal(f"is the beginning of no value of `{fact.name}`", closest(start, fact.values))


def _bound(fact: FactDeclaration, operand: Operand, text: str, vocabulary: Vocabulary) -> tuple[Entry, ...] | Refusal:
    """An interval: one end, or both as `3 to 20`."""
    both = _RANGE.fullmatch(text) if operand is Operand.RANGE else None
    if operand is Operand.RANGE and both is None:
        return Refusal("is not a range: write two values, such as `3 to 20`")
    ends: list[Value] = []
    for written in both.groups() if both else (text,):
        value = read_constant(fact, written.strip(), phone_region=vocabulary.phone_region)
        if isinstance(value, Refusal):
            return Refusal(f"cannot be read: `{written}` {value.reason}", value.suggestion) if both else value
        ends.append(value)
    match operand:
        case Operand.AT_LEAST:
            return (Span(low=ends[0]),)
        case Operand.MORE_THAN:
            return (Span(low=ends[0], low_open=True),)
        case Operand.AT_MOST:
            return (Span(high=ends[0]),)
        case Operand.BELOW:
            return (Span(high=ends[0], high_open=True),)
        case _:
            return _wrong_order(ends[0], ends[1]) or (Span(low=ends[0], high=ends[1]),)


def _wrong_order(low: Value, high: Value) -> Refusal | None:
    """Why nothing can lie between the two ends."""
    match low, high:
        case Amount(), Amount() if low.currency != high.currency:
            return Refusal("has two currencies, which do not compare")
        case Duration(), Duration() if low.unit is not high.unit:
            return Refusal("has two kinds of time, which do not compare")
        case Amount(), Amount():
            turned = low.number > high.number
        case Duration(), Duration():
            turned = low.length > high.length
        case (date(), date()) | ((int() | Decimal()), (int() | Decimal())):
            turned = low > high  # type: ignore[operator]
        case _:
            turned = False
    return Refusal("holds nothing: the first value is above the second; turn them round") if turned else None


def _state_test(subject: Subject, scalars: Sequence[ScalarNode], findings: Findings) -> StateTest | None:
    want_known = subject.phrase.operand is Operand.KNOWN
    if len(scalars) == 1 and scalars[0].text in ("yes", "true"):
        return StateTest(want_known=want_known)
    other = f"{subject.fact.name} is {'missing' if want_known else 'known'}"
    findings.add(
        "R213", scalars[0].place, f"`{subject.key.text}` takes only `yes`; for the opposite write `{other}: yes`"
    )
    return None


def _confidence_test(operand: Operand, scalars: Sequence[ScalarNode], findings: Findings) -> ConfidenceTest | None:
    allowed: set[Confidence] = set()
    for scalar in scalars:
        ends = (
            [word.strip() for word in scalar.text.split(" to ")] if operand is Operand.RANGE else [scalar.text.strip()]
        )
        wrong = next((word for word in ends if word not in _CONFIDENCES), None)
        if wrong is not None or (operand is Operand.RANGE and len(ends) != 2):
            hint = did_you_mean(wrong or "", _CONFIDENCES) or "; write low, medium or high"
            findings.add("R204", scalar.place, f"`{scalar.text}` is not a confidence{hint}")
            return None
        levels = [Confidence[word.upper()] for word in ends]
        allowed.update(level for level in Confidence if _fits(level, operand, levels))
    return ConfidenceTest(frozenset(allowed))


def _fits(level: Confidence, operand: Operand, ends: list[Confidence]) -> bool:
    match operand:
        case Operand.AT_LEAST:
            return level >= ends[0]
        case Operand.MORE_THAN:
            return level > ends[0]
        case Operand.AT_MOST:
            return level <= ends[0]
        case Operand.BELOW:
            return level < ends[0]
        case Operand.RANGE:
            return ends[0] <= level <= ends[1]
        case _:
            return level is ends[0]


def _lookup_test(
    subject: Subject, scalars: Sequence[ScalarNode], vocabulary: Vocabulary, findings: Findings
) -> LookupTest | None:
    complete = True
    for scalar in scalars:
        lookup = vocabulary.lookups.get(scalar.text)
        if lookup is None:
            complete = False
            file = vocabulary.elsewhere.get(scalar.text)
            hint = did_you_mean(scalar.text, vocabulary.lookups) or (
                f"; it stands in {file}, which this file does not include"
                if file
                else "; lookups stand under `lookups:`"
            )
            findings.add("R209", scalar.place, f"unknown lookup `{scalar.text}`{hint}")
            continue
        key = vocabulary.facts.get(lookup.key)
        if key is not None and key.type is not subject.fact.type:
            complete = False
            findings.add(
                "R209",
                scalar.place,
                f"the key of `{scalar.text}` is `{key.name}`, a `{key.type}`; "
                f"`{subject.fact.name}` is a `{subject.fact.type}` and is never found in it",
            )
    return LookupTest(tuple(scalar.text for scalar in scalars)) if complete else None


def _pattern_test(scalars: Sequence[ScalarNode], findings: Findings) -> PatternTest | None:
    complete = True
    for scalar in scalars:
        refusal = check_pattern(scalar.text)
        if refusal is not None:
            complete = False
            findings.add("R208", scalar.place, refusal.message(scalar.text))
    return PatternTest(tuple(scalar.text for scalar in scalars)) if complete else None


def _words_test(subject: Subject, scalars: Sequence[ScalarNode], findings: Findings) -> WordsTest | None:
    of_members = subject.fact.type is FactType.SET_OF_IDS
    phrases: list[tuple[str, ...]] = []
    complete = True
    for scalar in scalars:
        phrase = _member(subject.fact, scalar.text) if of_members else _words(scalar.text)
        if isinstance(phrase, Refusal):
            complete = False
            findings.add("R204", scalar.place, phrase.message(scalar.text))
        else:
            phrases.append(phrase)
    quantity = Quantity.ALL if subject.phrase.operand is Operand.ALL_WORDS else Quantity.ANY
    return WordsTest(quantity, tuple(dict.fromkeys(phrases))) if complete else None


def _words(text: str) -> tuple[str, ...] | Refusal:
    if text.rstrip().endswith("*"):
        return Refusal("ends with `*`, but `contains` finds whole words only; write the words out, or use `matches`")
    return words(normalise(text)) or Refusal("has no letters or digits that could be found")


def _member(fact: FactDeclaration, text: str) -> tuple[str, ...] | Refusal:
    member = read_member(fact, text.strip())
    return member if isinstance(member, Refusal) else (member,)
