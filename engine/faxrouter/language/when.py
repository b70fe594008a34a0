"""`when:` and its kind: a map of conditions becomes a typed condition. Knows nothing of what is decided."""

import re
from collections.abc import Mapping

from faxrouter.language.condition_keys import Subject, read_key
from faxrouter.language.conditions import AllOf, AnyOf, Condition, Leaf, MomentTest, Not, Test, TimeWindow
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.moments import MOMENT_KEYS, read_moment_test
from faxrouter.language.operands import read_test
from faxrouter.language.ruleset import FactType
from faxrouter.language.shapes import check_keys
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.language.weekly import read_window

_REFERENCE = re.compile(r"\$[A-Za-z_][\w-]*")
_SHOWN = 160


class ConditionReader:
    """Reads the conditions of one file. It remembers tests, since the same values stand in many rules."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self.vocabulary = vocabulary
        self.findings = findings
        self._subjects: dict[str, Subject] = {}
        self._single: dict[tuple[str, str], Test] = {}
        self._tests: dict[tuple[str, tuple[str, ...]], Test] = {}

    def read_map(self, node: Node, what: str) -> Condition | None:
        """A map of conditions, all of which must hold; None with the problems noted. `what` names it in messages."""
        if not isinstance(node, MapNode):
            hint = "; put alternatives under `any:`" if isinstance(node, ListNode) else ""
            self.findings.add("R007", node.place, f"{what} must be a map (`fact: value` lines){hint}")
            return None
        if not node.entries:
            self.findings.add("R212", node.place, f"{what} has no condition; write one, or remove it")
            return None
        self._refuse_split_night(node)
        read = [self._read_entry(key, value) for key, value in node.entries]
        children = tuple(child for child in read if child is not None)
        if len(children) < len(read):
            return None
        return children[0] if len(children) == 1 else AllOf(children=children, place=node.place)

    def subject(self, key: ScalarNode) -> Subject | None:
        """The key taken apart."""
        known = self._subjects.get(key.text)
        if known is not None:
            return known
        subject = read_key(key, vocabulary=self.vocabulary, findings=self.findings)
        if subject is not None:
            self._subjects[key.text] = subject
        return subject

    def expand(self, node: Node) -> tuple[ScalarNode, ...] | None:
        """One value or a list of values, with `$name` replaced by the list it names; None with the problems noted."""
        nodes = node.items if isinstance(node, ListNode) else (node,)
        values: list[ScalarNode] = []
        complete = True
        for entry in nodes:
            if not isinstance(entry, ScalarNode):
                self.findings.add("R007", entry.place, "a single value must stand here, not a list or a map")
                complete = False
            elif is_reference(entry.text):
                named = self._list(entry)
                complete = complete and named is not None
                values.extend(named or ())
            elif entry.text == "":
                self.findings.add("R212", entry.place, "no value stands here; write one, or remove the line")
                complete = False
            else:
                values.append(entry)
        if not nodes:
            self.findings.add("R212", node.place, "the list is empty; write a value, or remove the line")
        # a named list without values is a problem where it is declared
        return tuple(values) if complete and values else None

    def read_test(self, subject: Subject, scalars: tuple[ScalarNode, ...]) -> Test | None:
        """The test of these values."""
        index = (subject.key.text, tuple(scalar.text for scalar in scalars))
        test = self._tests.get(index)
        if test is None:
            test = read_test(subject, scalars, vocabulary=self.vocabulary, findings=self.findings)
            if test is not None:
                self._tests[index] = test
        return test

    def _read_entry(self, key: ScalarNode, value: Node) -> Condition | None:
        match key.text:
            case "all":
                parts = self._read_group(key, value)
                return None if parts is None else AllOf(children=parts, place=key.place)
            case "any":
                parts = self._read_group(key, value)
                return None if parts is None else AnyOf(children=parts, place=key.place)
            case "not":
                child = self.read_map(value, "`not`")
                return None if child is None else Not(child=child, place=key.place)
            case _:
                return self._read_leaf(key, value)

    def _read_group(self, key: ScalarNode, value: Node) -> tuple[Condition, ...] | None:
        if not isinstance(value, ListNode):
            self.findings.add("R007", value.place, f"`{key.text}` must be a list of maps (`- fact: value` lines)")
            return None
        if not value.items:
            self.findings.add("R212", value.place, f"`{key.text}` has no condition; write one, or remove the line")
            return None
        read = [self.read_map(entry, f"an entry of `{key.text}`") for entry in value.items]
        children = tuple(child for child in read if child is not None)
        return children if len(children) == len(read) else None

    def _read_leaf(self, key: ScalarNode, value: Node) -> Leaf | None:
        subject = self.subject(key)
        if subject is None:
            return None
        if subject.fact.type is FactType.MOMENT and not subject.of_confidence and subject.phrase.words == "":
            test: Test | None = self._read_moment(subject, value)
        elif isinstance(value, MapNode):
            self.findings.add("R007", value.place, f"`{key.text}` takes a value or a list, not a map")
            return None
        else:
            test = self._read_values(subject, value)
        if test is None:
            return None
        return Leaf(
            fact=subject.fact.name,
            test=test,
            negated=subject.phrase.negated,
            written=f"{key.text}: {show(value)}",
            place=key.place,
        )

    def _read_values(self, subject: Subject, value: Node) -> Test | None:
        """The test of one value or a list; a named list is read once for each question."""
        index = (subject.key.text, value.text) if isinstance(value, ScalarNode) else None
        if index is not None and index in self._single:
            return self._single[index]
        scalars = self.expand(value)
        test = self.read_test(subject, scalars) if scalars is not None else None
        if index is not None and test is not None:
            self._single[index] = test
        return test

    def _read_moment(self, subject: Subject, value: Node) -> MomentTest | None:
        if not isinstance(value, MapNode):
            message = (
                f"`{subject.key.text}` is a moment and takes a map, such as `{{on: friday, between: 22:00-06:00}}`"
            )
            self.findings.add("R214", value.place, message)
            return None
        check_keys(value, f"`{subject.key.text}`", known=MOMENT_KEYS, findings=self.findings)
        if not value.entries:
            self.findings.add("R212", value.place, f"`{subject.key.text}` has no condition; write `on`, `between`, …")
            return None
        parts: Mapping[str, tuple[ScalarNode, ...] | None] = {
            key.text: self.expand(part) for key, part in value.entries if key.text in MOMENT_KEYS
        }
        complete = {name: part for name, part in parts.items() if part is not None}
        if len(complete) < len(value.entries):
            return None
        return read_moment_test(complete, vocabulary=self.vocabulary, findings=self.findings)

    def _refuse_split_night(self, node: MapNode) -> None:
        """`x on` beside `x between` over midnight would ask for the day of the moment, not of the window's start."""
        nights = [(key, value) for key, value in node.entries if key.text.endswith(" between") and _is_night(value)]
        days = {key.text: value for key, value in node.entries if key.text.endswith(" on")} if nights else {}
        for key, value in nights:
            name = key.text.removesuffix(" between")
            fact, day = self.vocabulary.facts.get(name), days.get(f"{name} on")
            if day is not None and fact is not None and fact.type is FactType.MOMENT:
                together = f"`{name}: {{on: {show(day)}, between: {show(value)}}}`"
                message = f"which day is meant, the one before midnight or the one after it? write {together}"
                self.findings.add("R214", key.place, message)

    def _list(self, reference: ScalarNode) -> tuple[ScalarNode, ...] | None:
        name = reference.text[1:]
        values = self.vocabulary.lists.get(name)
        if values is None:
            file = self.vocabulary.elsewhere.get(f"${name}")
            hint = did_you_mean(name, self.vocabulary.lists) or (
                f"; it stands in {file}, which this file does not include" if file else "; lists stand under `lists:`"
            )
            self.findings.add("R207", reference.place, f"unknown list `{reference.text}`{hint}")
        return values


def _is_night(value: Node) -> bool:
    """Whether a time of day runs over midnight."""
    nodes = value.items if isinstance(value, ListNode) else (value,)
    windows = (read_window(node.text) for node in nodes if isinstance(node, ScalarNode))
    return any(isinstance(window, TimeWindow) and window.end < window.start for window in windows)


def is_reference(text: str) -> bool:
    """Whether a value is `$name`; `$500` is only money."""
    return _REFERENCE.fullmatch(text) is not None


def show(node: Node) -> str:
    """The value as the author wrote it, on one line, cut where it is long."""
    match node:
        case ScalarNode():
            text = node.text
        case ListNode():
            text = f"[{', '.join(show(item) for item in node.items[:20])}]"
        case MapNode():
            text = f"{{{', '.join(f'{key.text}: {show(value)}' for key, value in node.entries[:20])}}}"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"
