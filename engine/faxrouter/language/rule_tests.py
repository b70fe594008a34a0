"""`tests:` of one file: faxes as facts, and what must be decided about them. Runs nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import FactDeclaration, FactType, RuleTest
from faxrouter.language.shapes import as_list, as_map, as_text, as_texts, as_yes_no, check_keys, entries_of
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode
from faxrouter.language.values import read_value
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.model.fact import Confidence, FactState
from faxrouter.model.problem import Place

TEST_KEYS = ("name", "fax", "expect", "skip")
STATE_KEYS = ("state", "values", "confidence")
_STATES = tuple(state.value for state in FactState)
_CONFIDENCES = tuple(level.word for level in Confidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRule:
    """A rule that a test names, to be looked up once all files are read."""

    name: str
    place: Place


class RuleTestReader:
    """Reads the tests of one file. `named_rules` collects what `decided by` names."""

    def __init__(self, vocabulary: Vocabulary, findings: Findings) -> None:
        self._vocabulary = vocabulary
        self._findings = findings
        self.named_rules: list[NamedRule] = []

    def read_tests(self, node: Node | None) -> tuple[RuleTest, ...]:
        """Every entry that could be read, as written."""
        entries = as_list(node, "`tests`", findings=self._findings)
        maps = (as_map(entry, "a test", findings=self._findings) for entry in (entries.items if entries else ()))
        tests = (self._read_test(entry) for entry in maps if entry is not None)
        return tuple(test for test in tests if test is not None)

    def _read_test(self, node: MapNode) -> RuleTest | None:
        check_keys(node, "a test", known=TEST_KEYS, required=("name", "fax"), findings=self._findings)
        name = as_text(node.get("name"), "`name`", findings=self._findings)
        skip = as_text(node.get("skip"), "`skip`", findings=self._findings)
        fax: dict[str, Any] = {}
        places: dict[str, Place] = {}
        for key, value in entries_of(as_map(node.get("fax"), "`fax`", findings=self._findings)):
            fact = self._vocabulary.facts.get(key.text)
            if fact is None:
                hint = did_you_mean(key.text, self._vocabulary.facts) or "; facts are declared in facts.yaml"
                self._findings.add("R201", key.place, f"unknown fact `{key.text}`{hint}")
                continue
            fax[key.text] = self._fact(fact, value)
            places[key.text] = key.place
        expect = as_map(node.get("expect"), "`expect`", findings=self._findings)
        parked = expect.get("parked") if expect is not None else None
        if name is None:
            return None
        return RuleTest(
            name=name.text,
            fax=fax,
            fax_places=places,
            expect=self._expected(expect),
            decided_by=self._decided_by(expect),
            parked=None if parked is None else as_yes_no(parked, "`parked`", findings=self._findings, default=False),
            absent=self._absent(expect),
            skip=skip.text if skip else None,
            place=name.place,
        )

    def _fact(self, fact: FactDeclaration, node: Node) -> Any:
        """The fact in the raw form of `decide`, each value the text that was written."""
        match node:
            case MapNode():
                return self._state(fact, node)
            case ListNode() if fact.type is FactType.SET_OF_IDS:
                return [text.text for text in as_texts(node, f"`{fact.name}`", findings=self._findings)]
            case ListNode():
                message = f"`{fact.name}` has one value; for two readings write `{{state: conflict, values: […]}}`"
                self._findings.add("R007", node.place, message)
                return None
            case ScalarNode():
                return self._value(fact, node)

    def _value(self, fact: FactDeclaration, node: ScalarNode) -> Any:
        if node.text == "" and not node.quoted:
            return None
        vocabulary = self._vocabulary
        value = read_value(fact, node.text, phone_region=vocabulary.phone_region, zone=vocabulary.zone)
        if isinstance(value, Refusal):
            meant = f"`{fact.name}` will have the state `error` (if you mean that, write `{{state: error}}`)"
            self._findings.add("R363", node.place, f"{meant}: {value.message(node.text)}")
        return node.text

    def _state(self, fact: FactDeclaration, node: MapNode) -> dict[str, Any]:
        what = f"the state of `{fact.name}`"
        check_keys(node, what, known=STATE_KEYS, required=("state",), findings=self._findings)
        state: dict[str, Any] = {}
        for name, known in (("state", _STATES), ("confidence", _CONFIDENCES)):
            word = as_text(node.get(name), f"`{name}`", findings=self._findings)
            if word is not None and word.text not in known:
                hint = did_you_mean(word.text, known) or f"; use {', '.join(known)}"
                self._findings.add("R361", word.place, f"unknown {name} `{word.text}`{hint}")
            elif word is not None:
                state[name] = word.text
        values = node.get("values")
        if values is not None and fact.type is FactType.SET_OF_IDS:
            state["values"] = _json(values) if isinstance(values, ListNode) else [_json(values)]
        elif values is not None:
            nodes = values.items if isinstance(values, ListNode) else (values,)
            state["values"] = [self._fact(fact, value) for value in nodes]
        return state

    def _expected(self, expect: MapNode | None) -> Mapping[str, Any]:
        expected: dict[str, Any] = {}
        for key, value in entries_of(expect):
            if key.text in ("decided by", "parked", "absent"):
                continue
            if self._is_outcome(key):
                expected[key.text] = _json(value)
        return expected

    def _decided_by(self, expect: MapNode | None) -> Mapping[str, str]:
        decided_by: dict[str, str] = {}
        node = expect.get("decided by") if expect is not None else None
        for key, value in entries_of(as_map(node, "`decided by`", findings=self._findings)):
            rule = as_text(value, f"the rule behind `{key.text}`", findings=self._findings)
            if self._is_outcome(key) and rule is not None:
                decided_by[key.text] = rule.text
                self.named_rules.append(NamedRule(name=rule.text, place=rule.place))
        return decided_by

    def _absent(self, expect: MapNode | None) -> tuple[str, ...]:
        node = expect.get("absent") if expect is not None else None
        names = as_texts(node, "`absent`", findings=self._findings)
        return tuple(name.text for name in names if self._is_outcome(name))

    def _is_outcome(self, name: ScalarNode) -> bool:
        if name.text in self._vocabulary.outcomes:
            return True
        known = (*self._vocabulary.outcomes, "decided by", "parked", "absent")
        hint = did_you_mean(name.text, known) or "; outcomes are declared in facts.yaml"
        self._findings.add("R301", name.place, f"unknown outcome `{name.text}`{hint}")
        return False


def _json(node: Node) -> Any:
    match node:
        case ScalarNode():
            return node.text
        case ListNode():
            return [_json(item) for item in node.items]
        case MapNode():
            return {key.text: _json(value) for key, value in node.entries}
