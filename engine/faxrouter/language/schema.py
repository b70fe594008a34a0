"""The JSON Schema of a home's rules files: completion, hover texts and red squiggles in any editor. Decides nothing.

It is made from what the home declares, and is milder than `check`: what it refuses, `check` refuses too. Editors read
YAML with types, so a value may arrive as text, number or boolean. Draft 7, which is what YAML editors read.
"""

from collections.abc import Iterable, Mapping

from faxrouter.language.invariants import INVARIANT_KEYS
from faxrouter.language.moments import MOMENT_KEYS
from faxrouter.language.outputs import MAP, TASK_KEYS
from faxrouter.language.phrases import PHRASES, Operand, Phrase
from faxrouter.language.rule_files import DEPARTMENT_KEYS
from faxrouter.language.rule_tests import STATE_KEYS
from faxrouter.language.ruleset import FactDeclaration, FactType, OutcomeDeclaration, Priority, RuleSet
from faxrouter.language.shapes import LANGUAGE_VERSION
from faxrouter.language.weekly import WEEKDAYS
from faxrouter.model.decision import Policy
from faxrouter.model.fact import Confidence, FactState

Schema = dict[str, object]

_SCALAR: Schema = {"type": ["string", "number", "boolean"]}
_TEXT: Schema = {"type": "string"}
_WITH_FACTS: Schema = {"type": "string", "pattern": r"\{[{%#]"}
_YES: Schema = {"enum": ["yes", True]}
_YES_NO: Schema = {"enum": ["yes", "no", True, False]}
_REFERENCE: Schema = {"type": "string", "pattern": r"^\$[A-Za-z_]"}
_ID: Schema = {"type": "string", "pattern": "^[a-z0-9-]{1,100}$"}
_DATE: Schema = {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
_CONDITION: Schema = {"$ref": "#/definitions/condition"}
_OUTPUTS: Schema = {"$ref": "#/definitions/outputs"}


def rules_schema(rule_set: RuleSet) -> Schema:
    """The schema of every `*.rules.yaml` of this home, as JSON-shaped values."""
    named: dict[str, Schema] = {
        "language": {"enum": [LANGUAGE_VERSION]},
        "department": _TEXT,
        "owner": _TEXT,
        "description": _TEXT,
        "scope": _CONDITION,
        "time_zone": _TEXT,
        "calendar": _one_of(rule_set.calendars),
        "include": _one_or_several(_TEXT),
        "lists": {"type": "object", "additionalProperties": {"type": "array", "items": _SCALAR}},
        "lookups": {"type": "object", "additionalProperties": _lookup(rule_set)},
        "rules": {"type": "array", "items": {"$ref": "#/definitions/rule"}},
        "tables": {"type": "array", "items": {"$ref": "#/definitions/table"}},
        "otherwise": _OUTPUTS,
        "must always": {"type": "array", "items": _invariant()},
        "tests": {"type": "array", "items": _test(rule_set)},
    }
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Rules of this home",
        "$comment": f"written by `faxrouter schema` for the rule set {rule_set.digest}",
        **_closed({key: named[key] for key in DEPARTMENT_KEYS}, required=("language",)),
        "definitions": {
            "condition": _condition(rule_set),
            "outputs": _closed({name: _output(outcome, rule_set) for name, outcome in rule_set.outcomes.items()}),
            "rule": _rule(),
            "table": _table(rule_set),
            **{f"fact {name}": _values(fact) for name, fact in rule_set.facts.items()},
        },
    }


def _closed(properties: Mapping[str, Schema], *, required: Iterable[str] = ()) -> Schema:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
    }


def _one_of(names: Iterable[str]) -> Schema:
    """One of these words; anything where there is none to choose from."""
    known = list(names)
    return {"enum": known} if known else dict(_SCALAR)


def _one_or_several(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "array", "items": schema, "minItems": 1}]}


def _described(schema: Schema, text: str) -> Schema:
    return {**schema, "description": text} if text else schema


# --- conditions


def _condition(rule_set: RuleSet) -> Schema:
    properties: dict[str, Schema] = {
        "all": {"type": "array", "items": _CONDITION, "minItems": 1},
        "any": {"type": "array", "items": _CONDITION, "minItems": 1},
        "not": _CONDITION,
    }
    for fact in rule_set.facts.values():
        properties |= _questions(fact, rule_set)
    return {**_closed(properties), "minProperties": 1}


def _questions(fact: FactDeclaration, rule_set: RuleSet) -> dict[str, Schema]:
    """Every condition key that the fact takes, with what may stand behind it."""
    keys: dict[str, Schema] = {}
    for words, phrase in PHRASES.items():
        if fact.type in phrase.types:
            keys[f"{fact.name} {words}".rstrip()] = _described(_operand(phrase, fact, rule_set), fact.help)
        if phrase.on_confidence:
            levels = _one_of(level.word for level in Confidence)
            operand = _TEXT if phrase.operand is Operand.RANGE else _one_or_several(levels)
            keys[f"{fact.name} confidence {words}".rstrip()] = operand
    return keys


def _operand(phrase: Phrase, fact: FactDeclaration, rule_set: RuleSet) -> Schema:
    match phrase.operand:
        case Operand.VALUES if fact.type is FactType.MOMENT:
            days: Schema = {"anyOf": [{"enum": list(WEEKDAYS)}, _TEXT]}
            calendars = _one_or_several(_one_of(rule_set.calendars))
            parts = {"on": _one_or_several(days), "between": _one_or_several(_TEXT)}
            return {**_closed({key: parts.get(key, calendars) for key in MOMENT_KEYS}), "minProperties": 1}
        case Operand.VALUES:
            # allOf, because draft 7 reads nothing that stands beside a $ref
            return {"allOf": [{"$ref": f"#/definitions/fact {fact.name}"}]}
        case Operand.KNOWN | Operand.MISSING:
            return dict(_YES)
        case Operand.LOOKUPS:
            return _one_or_several(_one_of(rule_set.lookups))
        case Operand.DURING | Operand.OUTSIDE:
            return _one_or_several(_one_of(rule_set.calendars))
        case _:
            return _one_or_several(_SCALAR)


def _values(fact: FactDeclaration) -> Schema:
    """What may be compared with the fact: one of its values, a reference to a list, or several of them."""
    match fact.type:
        case FactType.CHOICE if fact.values:
            one: Schema = {"anyOf": [{"enum": list(fact.values)}, _REFERENCE]}
        case FactType.YES_NO:
            one = {"anyOf": [_YES_NO, _REFERENCE]}
        case _:
            one = dict(_SCALAR)
    return _described(_one_or_several(one), fact.help)


# --- rules, tables and what they give


def _options() -> dict[str, Schema]:
    return {
        "why": _TEXT,
        "priority": {"enum": [priority.name.lower() for priority in Priority]},
        "apply": {"enum": ["before departments", "after departments"]},
        "valid": {**_closed({"from": _DATE, "until": _DATE}), "minProperties": 1},
    }


def _rule() -> Schema:
    return _closed({"id": _ID, **_options(), "when": _CONDITION, "then": _OUTPUTS}, required=("id", "then"))


def _table(rule_set: RuleSet) -> Schema:
    questions = [key for fact in rule_set.facts.values() for key in _questions(fact, rule_set)]
    outputs = [f"-> {name}" for name in rule_set.outcomes]
    cell: Schema = {"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR}, {"type": "null"}]}
    properties: dict[str, Schema] = {
        "id": _ID,
        "rows are": {"enum": ["unique", "in order"]},
        "columns": {"type": "array", "items": {"enum": ["id", *questions, *outputs]}, "minItems": 1},
        "rows": {"type": "array", "items": {"type": "array", "items": cell}},
        "from file": {"type": "string", "pattern": r"\.csv$"},
        **_options(),
    }
    return _closed(properties, required=("id", "columns"))


def _output(outcome: OutcomeDeclaration, rule_set: RuleSet) -> Schema:
    value = _output_value(outcome, rule_set)
    several = outcome.policy in (Policy.COLLECT, Policy.JOIN)
    return _described(_one_or_several(value) if several else value, outcome.help)


def _output_value(outcome: OutcomeDeclaration, rule_set: RuleSet) -> Schema:
    match outcome.name:
        case "workspace":
            named = _one_of(rule_set.workspaces)
            keys = [name for name, fact in rule_set.facts.items() if fact.type is not FactType.SET_OF_IDS]
            typed = {"type": _one_of(rule_set.workspace_types), "key": _one_of(keys), "else": named}
            return {"anyOf": [named, _closed(typed, required=typed)]}
        case "task":
            parts = dict.fromkeys(TASK_KEYS, _TEXT)
            if rule_set.queues:
                parts["queue"] = {"anyOf": [_one_of(rule_set.queues), _WITH_FACTS]}
            parts["workflow"] = {"anyOf": [_TEXT, {"type": "object", "required": [MAP]}]}
            parts["task_priority"] = {"enum": [priority.name.lower() for priority in Priority]}
            return _closed(parts)
        case "metadata":
            return _one_of(rule_set.metadata_templates)
        case _ if outcome.policy is Policy.JOIN:
            return _one_of(rule_set.record_classes)
        case _ if outcome.order or outcome.values:
            return _one_of(outcome.order or outcome.values)
        case _:
            return {"anyOf": [_SCALAR, {"type": "object"}]}


def _lookup(rule_set: RuleSet) -> Schema:
    types: Schema = {"type": "object", "additionalProperties": {"enum": [type_.value for type_ in FactType]}}
    properties: dict[str, Schema] = {
        "key": _one_of(rule_set.facts),
        "from file": {"type": "string", "pattern": r"\.csv$"},
        "gives": types,
    }
    return _closed(properties, required=properties)


# --- invariants and tests


def _invariant() -> Schema:
    parts: dict[str, Schema] = {"id": _ID, "why": _TEXT, "never": _CONDITION, "unless": {"type": "object"}}
    return _closed({key: parts[key] for key in INVARIANT_KEYS}, required=("id", "never"))


def _test(rule_set: RuleSet) -> Schema:
    expect: dict[str, Schema] = {name: {} for name in rule_set.outcomes}
    expect["decided by"] = _closed(dict.fromkeys(rule_set.outcomes, _TEXT))
    expect["parked"] = _YES_NO
    expect["absent"] = _one_or_several(_one_of(rule_set.outcomes))
    properties: dict[str, Schema] = {
        "name": _TEXT,
        "fax": _closed({name: _stated(fact) for name, fact in rule_set.facts.items()}),
        "expect": _closed(expect),
        "skip": _TEXT,
    }
    return _closed(properties, required=("name", "fax"))


def _stated(fact: FactDeclaration) -> Schema:
    """A fact of a test: its value, or its state."""
    states: dict[str, Schema] = {
        "state": {"enum": [state.value for state in FactState]},
        "values": {},
        "confidence": _one_of(level.word for level in Confidence),
    }
    state = _closed({key: states[key] for key in STATE_KEYS}, required=("state",))
    several: Schema = {"type": "array", "items": _SCALAR}
    one: Schema = {"type": ["string", "number", "boolean", "null"]}
    return _described({"anyOf": [one, several, state]}, fact.help)
