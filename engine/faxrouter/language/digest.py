"""The digest of a rule set: sha256 over its normalised meaning. Knows no file format.

Two rule sets with one digest decide alike. It does not change with comments, layout, quotes, the order of keys in a
map, `why`, help, owners, descriptions, tests, places or names made from line numbers; it changes with everything else.
Every class of the rule set has a tag of its own here, so that renaming a class in the program changes no digest.
"""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any

from faxrouter.language import conditions, ruleset
from faxrouter.language.durations import read_duration
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import ApprovalStage, Rule, RuleFile, RuleSet
from faxrouter.model.fact import Amount, Duration
from faxrouter.model.records import Period, RecordClass

# class → its tag, and the fields that are no part of the meaning
_CLASSES: Mapping[type, tuple[str, frozenset[str]]] = {
    conditions.Exact: ("exact", frozenset()),
    conditions.Span: ("span", frozenset()),
    conditions.Prefix: ("prefix", frozenset()),
    conditions.Suffix: ("suffix", frozenset()),
    conditions.ValueTest: ("values", frozenset()),
    conditions.WordsTest: ("words", frozenset()),
    conditions.PatternTest: ("pattern", frozenset()),
    conditions.LookupTest: ("in lookup", frozenset()),
    conditions.TimeWindow: ("window", frozenset()),
    conditions.MomentTest: ("moment", frozenset()),
    conditions.StateTest: ("state", frozenset()),
    conditions.ConfidenceTest: ("confidence", frozenset()),
    conditions.Leaf: ("leaf", frozenset({"written", "place"})),
    conditions.AllOf: ("all", frozenset({"place"})),
    conditions.AnyOf: ("any", frozenset({"place"})),
    conditions.Not: ("not", frozenset({"place"})),
    ruleset.FactDeclaration: ("fact", frozenset({"place", "source", "help"})),
    ruleset.OutcomeDeclaration: ("outcome", frozenset({"place", "help", "when_unsure_place", "default_place"})),
    ruleset.NamedWorkspaceDeclaration: ("workspace", frozenset({"place"})),
    ruleset.WorkspaceType: ("workspace type", frozenset({"place"})),
    ruleset.Calendar: ("calendar", frozenset({"place"})),
    ruleset.ApprovalStage: ("stage", frozenset({"place"})),
    ruleset.ApprovalPath: ("path", frozenset({"place"})),
    ruleset.Lookup: ("lookup", frozenset({"place"})),
    ruleset.Valid: ("valid", frozenset({"place"})),
    ruleset.WorkspaceOutput: ("workspace output", frozenset()),
    ruleset.Output: ("output", frozenset({"place"})),
    ruleset.Rule: ("rule", frozenset({"place", "why", "has_own_name"})),
    ruleset.Table: ("table", frozenset({"place"})),
    ruleset.Otherwise: ("otherwise", frozenset({"place"})),
    ruleset.Invariant: ("invariant", frozenset({"place"})),
    ruleset.RuleFile: ("file", frozenset({"path", "owner", "description", "tests", "place"})),
    ruleset.MetadataTemplate: ("metadata template", frozenset({"place"})),
    ruleset.CategoryDeclaration: ("category", frozenset({"place"})),
    ruleset.AttributeDeclaration: ("attribute", frozenset({"place"})),
    ruleset.QueueDeclaration: ("queue", frozenset({"place"})),
    ruleset.RuleSet: ("rule set", frozenset({"digest", "files", "text_hashes", "versions"})),
    RecordClass: ("record class", frozenset({"place"})),
    Period: ("period", frozenset({"written"})),
    Amount: ("amount", frozenset()),
    Duration: ("duration", frozenset({"written"})),
}
# Tuples whose order means nothing: alternatives, or parts that must all hold.
_UNORDERED = frozenset(
    {
        (conditions.AllOf, "children"),
        (conditions.AnyOf, "children"),
        (conditions.ValueTest, "entries"),
        (conditions.WordsTest, "phrases"),
        (conditions.PatternTest, "patterns"),
        (conditions.LookupTest, "lookups"),
        (conditions.MomentTest, "windows"),
        (conditions.MomentTest, "during"),
        (conditions.MomentTest, "outside"),
        (ruleset.FactDeclaration, "values"),
        (ruleset.OutcomeDeclaration, "values"),
        (ruleset.AttributeDeclaration, "values"),
        (ruleset.RuleFile, "invariants"),
    }
)


def digest(rule_set: RuleSet, *, file_digests: Mapping[str, str] | None = None) -> str:
    """sha256 in hex. `file_digests` spares the work for files (by path) whose `file_digest` is known already."""
    ready = file_digests or {}
    # the path orders files of one department, and is no part of the meaning otherwise
    files = sorted(rule_set.files, key=lambda file: (file.department or "", file.path))
    return _hash([_meaning(rule_set, _Reading()), [ready.get(file.path) or file_digest(file) for file in files]])


def file_digest(file: RuleFile) -> str:
    """sha256 in hex over the meaning of one rules file, with the lists that it uses written out."""
    return _hash(_meaning(file, _Reading()))


class _Reading:
    """One walk over a rule set. A test that many rules share, such as a long list of words, is hashed once."""

    def __init__(self) -> None:
        # id → (the test, kept alive, and its hash)
        self._tests: dict[int, tuple[object, str]] = {}

    def of_test(self, test: object) -> str:
        known = self._tests.get(id(test))
        if known is None:
            known = self._tests[id(test)] = (test, _hash(_of_class(test, self)))
        return known[1]


def _hash(meaning: object) -> str:
    return hashlib.sha256(_text(meaning).encode()).hexdigest()


def _text(meaning: object) -> str:
    """Canonical JSON: sorted keys, no spaces, ASCII (so lone surrogates cannot break it)."""
    return json.dumps(meaning, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def _meaning(value: Any, reading: _Reading) -> object:
    """The value as JSON in which two values are equal exactly if they mean the same."""
    match value:
        case None | bool():
            return value
        case Enum():
            return ["word", value.name]
        case str():
            return value
        case int():
            return ["number", str(value)]
        case Decimal():
            return ["number", _plain(value)]
        case datetime():
            return ["moment", value.isoformat()]
        case date():
            return ["date", value.isoformat()]
        case tuple() | list():
            return ["list", *(_meaning(member, reading) for member in value)]
        case frozenset() | set():
            return ["set", *sorted((_meaning(member, reading) for member in value), key=_text)]
        case Mapping():
            pairs = [[_meaning(key, reading), _meaning(entry, reading)] for key, entry in value.items()]
            return ["map", *sorted(pairs, key=_text)]
        case conditions.ValueTest() | conditions.WordsTest() | conditions.PatternTest():
            return ["test", reading.of_test(value)]
        case _:
            return _of_class(value, reading)


def _of_class(value: Any, reading: _Reading) -> object:
    class_: type = type(value)
    tag, fields = _fields(class_)
    meaning: list[object] = [tag]
    for name, is_unordered, special in fields:
        entry: Any = special(value) if special else getattr(value, name)
        if is_unordered:
            meaning.append(["set", *sorted((_meaning(member, reading) for member in entry), key=_text)])
        else:
            meaning.append(_meaning(entry, reading))
    return meaning


@cache
def _fields(class_: type) -> tuple[str, tuple[tuple[str, bool, Callable[[Any], object] | None], ...]]:
    """The tag of a class, and of each field that counts: its name, whether order means nothing, and what stands for it.

    Raises TypeError for a class without a tag, so that a new one is never left out in silence.
    """
    if class_ not in _CLASSES:
        raise TypeError(f"{class_.__name__} has no tag in the digest")
    tag, excluded = _CLASSES[class_]
    names = [field.name for field in dataclasses.fields(class_) if field.name not in excluded]
    return tag, tuple((name, (class_, name) in _UNORDERED, _SPECIAL.get((class_, name))) for name in names)


def _own_name(rule: Rule) -> str | None:
    """A name made from a line number changes when a comment is added, so it is no part of the meaning."""
    return rule.name if rule.has_own_name else None


def _limit(stage: ApprovalStage) -> object:
    duration = read_duration(stage.within) if stage.within is not None else None
    return stage.within if isinstance(duration, Refusal) else duration


_SPECIAL: Mapping[tuple[type, str], Callable[[Any], object]] = {
    (Rule, "name"): _own_name,
    (ApprovalStage, "within"): _limit,
}


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
