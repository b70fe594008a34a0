"""The tables of the language reference, made from the program's own tables."""

from collections.abc import Callable, Iterable, Mapping

from faxrouter.language.declarations.categories import ATTRIBUTE_KEYS
from faxrouter.language.declarations.categories import SUITABLE as SUITABLE_FOR_ATTRIBUTES
from faxrouter.language.declarations.facts import EVENTS, FACT_KEYS, SPECIAL_FACTS, SUITABLE
from faxrouter.language.declarations.outcomes import SPECIAL_OUTCOMES
from faxrouter.language.declarations.queues import QUEUE_KEYS
from faxrouter.language.ids import CHECK_DIGITS
from faxrouter.language.outputs import TASK_KEYS
from faxrouter.language.phrases import PHRASES, WITH_PAGE_TEXT, Operand
from faxrouter.language.rule_files import DEPARTMENT_KEYS, ORGANISATION_KEYS
from faxrouter.language.rule_options import OPTION_KEYS
from faxrouter.language.ruleset import AttributeType, FactType, Priority
from faxrouter.language.text_filters import FILTERS
from faxrouter.model.decision import Policy
from faxrouter.model.fact import Confidence, FactState

_TYPES: Mapping[FactType, tuple[str, str]] = {
    FactType.CHOICE: ("one of the declared `values`", "`lab_result`"),
    FactType.PHONE: (
        "a phone number, kept in E.164; a range has two ends of one length",
        "`+1 415 555 0100`, `+1 415 555 01*`",
    ),
    FactType.TEXT_SHORT: ("a short text, compared normalised: case, marks and spaces do not count", "`MERCY LAB`"),
    FactType.TEXT_LONG: ("the words of pages, compared normalised", "`critical value`"),
    FactType.WHOLE_NUMBER: ("a whole number", "`12`"),
    FactType.PERCENT: ("0 to 100, written with `%`; a plain number in JSON", "`12.5%`"),
    FactType.AMOUNT: ("money with its currency; two currencies never compare", "`12.00 USD`"),
    FactType.DATE: ("a calendar date", "`2026-03-01`"),
    FactType.ID: ("an identifier with a mask and perhaps a check digit, compared exactly", "`MRN-1234567`"),
    FactType.SET_OF_IDS: ("several identifiers", "`[C-1001, C-1002]`"),
    FactType.YES_NO: ("yes or no; `true` or `false` in JSON", "`yes`"),
    FactType.MOMENT: ("an instant, asked about in the file's time zone", "`2026-03-01T09:30:00-08:00`"),
    FactType.DURATION: ("a length of time; business time does not compare with elapsed time", "`4 business hours`"),
}
_ATTRIBUTES: Mapping[AttributeType, tuple[str, str]] = {
    AttributeType.TEXT: ("any text of at most `length` characters, 254 where nothing is said", "any fact"),
    AttributeType.WHOLE_NUMBER: ("digits, perhaps with `-`", "a `whole_number`, an `id` of digits"),
    AttributeType.NUMBER: ("digits, perhaps with `-` and decimals", "a `whole_number`, an `id` of digits"),
    AttributeType.DATE: ("what begins with `2026-03-09`", "a `date` or a `moment`, plainly or with the filter `date`"),
    AttributeType.MOMENT: ("`2026-03-09 10:00`, with anything behind it, or a date", "a `moment` or a `date`"),
    AttributeType.YES_NO: ("`yes`, `no`, `true`, `false`", "a `yes_no`"),
    AttributeType.CHOICE: (
        "one of its `values`, exactly",
        "a `choice` with the same values, or texts under `{% if %}`",
    ),
}
_STATES: Mapping[FactState, str] = {
    FactState.KNOWN: "there is a value",
    FactState.ABSENT: "there is none",
    FactState.UNCERTAIN: "read, but less surely than its `floor`",
    FactState.CONFLICT: "two readings differ",
    FactState.NOT_EVALUATED: "nobody has looked yet",
    FactState.ERROR: "what was delivered is no value of its type",
}
_POLICIES: Mapping[Policy, str] = {
    Policy.FIRST: "the first rule in order wins: highest `priority`, then the order in the file",
    Policy.STRICTEST: "the strictest value wins, in the declared `order`",
    Policy.COLLECT: "every value is kept, each once",
    Policy.JOIN: "the longest retention wins; classes whose time has not begun to run are all kept",
}
_OPERANDS: Mapping[Operand, str] = {
    Operand.VALUES: "a value, or a list of them",
    Operand.PREFIXES: "how the value begins",
    Operand.SUFFIXES: "how the value ends",
    Operand.ANY_WORDS: "words or phrases, one of which must occur",
    Operand.ALL_WORDS: "words or phrases that must all occur",
    Operand.PATTERNS: "an RE2 pattern, searched in the normalised text, ignoring case",
    Operand.AT_LEAST: "the smallest value that fits",
    Operand.AT_MOST: "the largest value that fits",
    Operand.MORE_THAN: "a value below those that fit",
    Operand.BELOW: "a value above those that fit",
    Operand.RANGE: "both ends, included: `3 to 20`; for moments times of day: `22:00-06:00`",
    Operand.KNOWN: "`yes`",
    Operand.MISSING: "`yes`",
    Operand.LOOKUPS: "the name of a lookup",
    Operand.DAYS: "a weekday, `monday to friday` or a date",
    Operand.DURING: "the name of a calendar",
    Operand.OUTSIDE: "the name of a calendar",
}
_MEANINGS = {
    "workspace": "where the document is filed",
    "metadata": "the metadata template, `templates/metadata/NAME.yaml`",
    "task": "work for people",
    "retention": "the record class",
    "hold": "legal holds by name; no rule removes one",
    "approval": "who must say yes before a document is sent",
}


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    names = list(head)
    lines = [names, ["---"] * len(names), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _code(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)


def _fact_types() -> str:
    keys = {type_: [key for key in FACT_KEYS if key in SUITABLE and type_ in SUITABLE[key]] for type_ in FactType}
    rows = [
        [f"`{type_}`", *_TYPES[type_], _code(key for key in keys[type_] if key != "values from")] for type_ in FactType
    ]
    everywhere = [key for key in FACT_KEYS if key not in SUITABLE]
    return _table(("type", "is", "written", "keys of its own"), rows) + f"\nEvery fact may have {_code(everywhere)}.\n"


def _attribute_types() -> str:
    keys = {
        type_: [key for key in ATTRIBUTE_KEYS if type_ in SUITABLE_FOR_ATTRIBUTES.get(key, ())]
        for type_ in AttributeType
    }
    rows = [[f"`{type_}`", *_ATTRIBUTES[type_], _code(keys[type_])] for type_ in AttributeType]
    everywhere = [key for key in ATTRIBUTE_KEYS if key not in SUITABLE_FOR_ATTRIBUTES]
    head = ("type", "takes", "is given by", "keys of its own")
    return _table(head, rows) + f"\nEvery attribute may have {_code(everywhere)}.\n"


def _phrases() -> str:
    rows = [
        [
            f"`{phrase.words}`" if phrase.words else "(the fact alone)",
            _OPERANDS[phrase.operand],
            "every type" if phrase.types == frozenset(FactType) else _code(t for t in FactType if t in phrase.types),
            "yes" if phrase.on_confidence else "",
        ]
        for phrase in PHRASES.values()
    ]
    later = f"\n{_code(sorted(WITH_PAGE_TEXT))} come with the words on the page and are refused until then.\n"
    return _table(("phrase", "what stands behind it", "for facts of type", "after `confidence`"), rows) + later


def _states() -> str:
    rows = [[f"`{state}`", _STATES[state]] for state in FactState]
    return _table(("state", "meaning"), rows) + f"\nConfidences, in order: {_code(c.word for c in Confidence)}.\n"


def _policies() -> str:
    return _table(("policy", "what happens when several rules speak"), ([f"`{p}`", _POLICIES[p]] for p in Policy))


def _outcomes() -> str:
    rows = [[f"`{name}`", f"`{policy}`", _MEANINGS[name]] for name, policy in SPECIAL_OUTCOMES.items()]
    return _table(("outcome", "policy", "meaning"), rows)


def _names() -> str:
    special = ", ".join(f"`{name}` ({type_})" for name, type_ in SPECIAL_FACTS.items())
    return (
        f"- events: {_code(EVENTS)}\n"
        f"- facts that the router reads itself, with their types: {special}; `event`, `received_at` and `requested_at` "
        "need no declaration\n"
        f"- check digits: {_code(CHECK_DIGITS)}\n"
    )


def _file_keys() -> str:
    return (
        f"- `<department>.rules.yaml`: {_code(DEPARTMENT_KEYS)}\n"
        f"- `organisation.rules.yaml`: {_code(ORGANISATION_KEYS)}\n"
        f"- a rule or a table, beside its own keys: {_code(OPTION_KEYS)}\n"
        f"- priorities, from the lowest: {_code(priority.name.lower() for priority in Priority)}\n"
        f"- a task: {_code(TASK_KEYS)}\n"
        f"- a queue of `workspaces.yaml`: {_code(QUEUE_KEYS)}\n"
    )


def _filters() -> str:
    return f"Filters: {_code(FILTERS)}.\n"


BLOCKS: Mapping[str, Callable[[], str]] = {
    "fact types": _fact_types,
    "attribute types": _attribute_types,
    "phrases": _phrases,
    "states": _states,
    "policies": _policies,
    "outcomes": _outcomes,
    "names": _names,
    "file keys": _file_keys,
    "filters": _filters,
}
