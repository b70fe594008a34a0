"""One `*.rules.yaml`: its head, and everything under it read with the words that it may use."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from faxrouter.language.checked_texts import TextReader
from faxrouter.language.conditions import Condition, MomentTest, Test
from faxrouter.language.declarations.calendars import read_zone
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.invariants import read_invariants
from faxrouter.language.outputs import OutputReader
from faxrouter.language.presence import leaves, made_known
from faxrouter.language.refusal import Refusal
from faxrouter.language.rule_tests import NamedRule, RuleTestReader
from faxrouter.language.rules import RuleReader
from faxrouter.language.ruleset import RuleFile
from faxrouter.language.shapes import as_text, check_keys, check_language
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode
from faxrouter.language.tables import TableReader
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.language.when import ConditionReader
from faxrouter.model.problem import Place

ORGANISATION_FILE = "rules/organisation.rules.yaml"
_HEAD = ("language", "owner", "description", "time_zone", "calendar", "include")
_BODY = ("lists", "lookups", "rules", "tables", "otherwise", "must always", "tests")
DEPARTMENT_KEYS = ("language", "department", *_HEAD[1:], "scope", *_BODY)
ORGANISATION_KEYS = (*_HEAD, *_BODY)
_SCOPE_FACT = "our_number"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What a rules file says about itself; read before anything that depends on it."""

    department: str | None
    department_place: Place
    owner: str
    description: str
    zone: str
    # neither `time_zone` nor `calendar` says which zone
    zone_is_assumed: bool
    calendar: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFile:
    """A rules file, with what can only be checked once all of them are read."""

    file: RuleFile
    department_place: Place
    # the outcomes under `otherwise`, those with a mistake among them
    otherwise: frozenset[str]
    named_rules: tuple[NamedRule, ...]
    # the ids of all rules and tables, those with a mistake among them
    ids: frozenset[str]


def department_of(root: MapNode) -> str | None:
    """The department that a file claims to be, as written; for checks that need all names before any file is read."""
    node = root.get("department")
    return getattr(node, "text", None) or None


def read_head(path: str, root: MapNode, *, zones: Mapping[str, str], findings: Findings) -> Head:
    """The head of the file. `zones` are the known calendars with their time zones."""
    check_language(root, findings=findings)
    is_organisation = path == ORGANISATION_FILE
    what = path.removeprefix("rules/")
    if is_organisation:
        _check_organisation(root, findings=findings)
    check_keys(
        root,
        what,
        known=(*ORGANISATION_KEYS, "scope", "department") if is_organisation else DEPARTMENT_KEYS,
        required=() if is_organisation else ("department", "scope"),
        findings=findings,
    )
    department = as_text(root.get("department"), "`department`", findings=findings) if not is_organisation else None
    owner = as_text(root.get("owner"), "`owner`", findings=findings)
    description = as_text(root.get("description"), "`description`", findings=findings)
    calendar = as_text(root.get("calendar"), "`calendar`", findings=findings)
    if calendar is not None and calendar.text not in zones:
        hint = did_you_mean(calendar.text, zones) or "; calendars are declared in calendars.yaml"
        findings.add("R210", calendar.place, f"unknown calendar `{calendar.text}`{hint}")
    # a department without a name is noted already; that of the file stands in, so that its rules are still judged
    supposed = None if is_organisation else what.removesuffix(".rules.yaml")
    return Head(
        department=department.text if department is not None else supposed,
        department_place=department.place if department is not None else root.place,
        owner=owner.text if owner else "",
        description=description.text if description else "",
        zone=_read_time_zone(root.get("time_zone"), findings)
        or (zones.get(calendar.text, "UTC") if calendar else "UTC"),
        zone_is_assumed=root.get("time_zone") is None and root.get("calendar") is None,
        calendar=calendar.text if calendar else None,
    )


def read_rule_file(
    path: str,
    root: MapNode,
    head: Head,
    *,
    vocabulary: Vocabulary,
    texts: TextReader,
    files: Mapping[str, bytes],
    findings: Findings,
) -> ReadFile:
    """Everything under the head. `vocabulary.always` holds what every event has; the scope's facts join it here."""
    scope = _read_scope(root.get("scope"), ConditionReader(vocabulary, findings), findings)
    if scope is not None:
        vocabulary = replace(vocabulary, always=vocabulary.always | made_known(scope))
    conditions = ConditionReader(vocabulary, findings)
    outputs = OutputReader(vocabulary, texts, findings)
    rule_reader = RuleReader(vocabulary, conditions, outputs, findings)
    table_reader = TableReader(vocabulary, conditions, outputs, rule_reader, files=files, findings=findings)
    test_reader = RuleTestReader(vocabulary, findings)
    rules = rule_reader.read_rules(root.get("rules"))
    tables = table_reader.read_tables(root.get("tables"))
    otherwise = rule_reader.read_otherwise(
        root.key("otherwise"), root.get("otherwise"), rule_name=f"{head.department or 'organisation'}.otherwise"
    )
    file = RuleFile(
        path=path,
        department=head.department,
        owner=head.owner,
        description=head.description,
        scope=scope,
        zone=head.zone,
        calendar=head.calendar,
        rules=(*rules, *(row for _, rows in tables for row in rows)),
        tables={table.id: table for table, _ in tables},
        otherwise=otherwise,
        invariants=read_invariants(
            root.get("must always"), vocabulary=vocabulary, conditions=conditions, outputs=outputs, findings=findings
        ),
        tests=test_reader.read_tests(root.get("tests")),
        place=root.place,
    )
    if head.zone_is_assumed:
        _check_local_times(file, findings)
    last = root.get("otherwise")
    return ReadFile(
        file=file,
        department_place=head.department_place,
        otherwise=frozenset(key.text for key, _ in last.entries) if isinstance(last, MapNode) else frozenset(),
        named_rules=tuple(test_reader.named_rules),
        ids=frozenset(_ids(root.get("rules"))) | frozenset(_ids(root.get("tables"))),
    )


def _ids(node: Node | None) -> Iterator[str]:
    """The ids of a list of maps, as written."""
    for entry in node.items if isinstance(node, ListNode) else ():
        id_ = entry.get("id") if isinstance(entry, MapNode) else None
        if isinstance(id_, ScalarNode):
            yield id_.text


def _check_organisation(root: MapNode, *, findings: Findings) -> None:
    for name in ("scope", "department"):
        key = root.key(name)
        if key is not None:
            message = f"organisation.rules.yaml decides for every fax and has no `{name}`; remove it"
            findings.add("R340", key.place, message)


def _read_time_zone(node: Node | None, findings: Findings) -> str | None:
    text = as_text(node, "`time_zone`", findings=findings)
    if text is None:
        return None
    zone = read_zone(text.text)
    if isinstance(zone, Refusal):
        findings.add("R342", text.place, zone.message(text.text))
        return None
    return zone


def _check_local_times(file: RuleFile, findings: Findings) -> None:
    """Local dates and hours need a zone; R344 noted at the first of them otherwise."""
    for rule in file.rules:
        local = [rule.valid.place] if rule.valid is not None else []
        local += [leaf.place for leaf in leaves(rule.when) if _is_local(leaf.test)]
        if local:
            message = f"this is local time, and {file.path} has no `time_zone:`; add it (until then it is UTC)"
            findings.add("R344", local[0], message)
            return


def _is_local(test: Test) -> bool:
    return isinstance(test, MomentTest) and bool(test.weekdays or test.dates or test.windows)


def _read_scope(node: Node | None, conditions: ConditionReader, findings: Findings) -> Condition | None:
    scope = conditions.read_map(node, "`scope`") if node is not None else None
    for leaf in leaves(scope) if scope is not None else ():
        if leaf.fact != _SCOPE_FACT:
            message = f"a scope says which of our numbers belong to the department, so it asks `{_SCOPE_FACT}` only"
            findings.add("R340", leaf.place, f"`{leaf.fact}`: {message}")
    return scope
