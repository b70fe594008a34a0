"""The digest of a rule set: the same for the same meaning, another for any other."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from faxrouter.home.directory import read_home
from faxrouter.home.snapshot import Snapshot
from faxrouter.language.compile import compile_home
from faxrouter.language.digest import digest, file_digest
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import Rule, RuleSet
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode, read_yaml

BASE = read_home(Path(__file__).parents[2] / "golden" / "base_home")
CLINIC = "rules/clinic.rules.yaml"
RICHER = """language: 1
department: clinic
owner: clinic@example.org
description: Faxes of the clinic
scope: {our_number: ["+1 415 555 0100 .. +1 415 555 0149"]}
time_zone: America/Los_Angeles
calendar: clinic_hours
include: [shared/words.yaml]
lookups:
  desk_by_number: {key: our_number, from file: desks.csv, gives: {desk: choice}}
rules:
  - id: clinic-referral
    why: Referrals go to the nurses
    priority: high
    valid: {from: 2026-01-01, until: 2026-12-31}
    when:
      document_type: [referral, consent]
      pages at most: 20
      their_number starts with: "+1 415"
      received_at: {on: monday to friday, between: 08:00-18:00}
    then: {workspace: {type: Patient, key: patient_id, else: Nursing}, metadata: referral, retention: years_10}
  - id: clinic-urgent
    when:
      any:
        - text contains any: $urgent
        - {text matches: "stat[!]", document_type confidence at least: medium}
      not: {amount more than: 100 USD}
      our_number found in: desk_by_number
      patient_id is known: yes
    then: {urgency: now, task: {queue: nurses, title: "Now {{ patient_id }}", due: 30 minutes}, hold: [a, b]}
tables:
  - id: lines
    columns: [our_number, "-> urgency"]
    rows:
      - ["+1 415 555 0101", today]
      - ["+1 415 555 0102", normal]
otherwise: {workspace: Clinic exceptions, retention: years_10, approval: block}
must always:
  - {id: no-release, never: {document_type: consent}, unless: {approval: block}}
tests:
  - {name: a referral, fax: {our_number: "+14155550100", document_type: referral}, expect: {metadata: referral}}
"""
PATIENT = (
    "\ntypes:\n  Patient: {department: clinic, find by: {external system: EHR, object type: PATIENT}}\nexceptions:"
)
QUEUES = "queues: {nurses: {workflow: Fax task}, mailroom: {assign to: [County mailroom, Deputy]}}\n"
CATEGORIES = """language: 1
categories:
  Fax: {Sender number: {type: text, length: 20}}
  Referral:
    Sender number: {type: text, length: 20, required: no}
    Kind: {type: choice, values: [New, Old]}
    Claims: {type: text, several: yes}
"""
WORKSPACES = BASE.files["rules/workspaces.yaml"].replace(b"\nexceptions:", PATIENT.encode()) + QUEUES.encode()
FILES = {
    **BASE.files,
    CLINIC: RICHER.encode(),
    "rules/workspaces.yaml": WORKSPACES,
    "templates/categories.yaml": CATEGORIES.encode(),
}


def compiled(files: Mapping[str, bytes]) -> RuleSet:
    rule_set, problems = compile_home(Snapshot(files))
    assert rule_set is not None, [str(problem) for problem in problems]
    return rule_set


RULE_SET = compiled(FILES)


def test_a_rule_set_carries_its_own_digest() -> None:
    """sha256 in hex, the same on every machine for the same meaning."""
    assert RULE_SET.digest == digest(RULE_SET)
    assert len(RULE_SET.digest) == 64


def test_known_digests_of_files_are_used_as_they_are() -> None:
    """The digest of a whole does not depend on who hashed its files."""
    known = {file.path: file_digest(file) for file in RULE_SET.files}

    assert digest(RULE_SET, file_digests=known) == RULE_SET.digest


# --- what is no part of the meaning


def rewritten(node: Node, data: st.DataObject) -> str:
    """The same content in another dress: JSON's quotes and brackets, keys in another order, comments between."""
    match node:
        case ScalarNode():
            return json.dumps(node.text)
        case ListNode():
            return (
                "[" + data.draw(GAPS) + f",{data.draw(GAPS)} ".join(rewritten(item, data) for item in node.items) + "]"
            )
        case MapNode():
            entries = data.draw(st.permutations(node.entries))
            inner = f",{data.draw(GAPS)} ".join(
                f"{json.dumps(key.text)}: {rewritten(value, data)}" for key, value in entries
            )
            return "{" + data.draw(GAPS) + inner + "}"


GAPS = st.sampled_from(["", "\n", "\n\n  ", " # a comment\n", "\n  # another: comment\n\n  "])


@settings(max_examples=25)
@given(st.data())
def test_layout_quotes_comments_and_the_order_of_keys_mean_nothing(data: st.DataObject) -> None:
    """Every YAML file of a home may be written otherwise; names made from line numbers change along."""
    files: dict[str, bytes] = {}
    for name, content in FILES.items():
        root = read_yaml(name, content, findings=Findings()) if name.endswith(".yaml") else None
        files[name] = rewritten(root, data).encode() if root is not None else content

    assert compiled(files).digest == RULE_SET.digest


def edited(name: str, *exchanges: tuple[str, str]) -> str:
    text = FILES[name].decode()
    for old, new in exchanges:
        assert old in text
        text = text.replace(old, new, 1)
    return compiled({**FILES, name: text.encode()}).digest


MEANINGLESS = [
    (CLINIC, ("why: Referrals go to the nurses", "why: Because")),
    (CLINIC, ("owner: clinic@example.org", "owner: somebody@example.org")),
    (CLINIC, ("description: Faxes of the clinic", "description: All of them")),
    (CLINIC, ("name: a referral", "name: another")),
    (CLINIC, ("expect: {metadata: referral}", "expect: {urgency: now}")),
    (CLINIC, ("[referral, consent]", "[consent, referral]")),
    (CLINIC, ("pages at most: 20", 'pages at most: "20"')),
    (CLINIC, ('"+1 415 555 0101"', '"(415) 555-0101"')),
    ("rules/facts.yaml", ("pages: {type: whole_number", "pages: {from: carrier, help: Pages, type: whole_number")),
    ("rules/facts.yaml", ("task: {policy: collect}", "task: {policy: collect, help: Work}")),
    ("rules/retention.yaml", ("period: 10 years", "period: 120 months")),
    ("rules/shared/words.yaml", ("[stat, urgent]", "[urgent, STAT]")),
    ("rules/desks.csv", ("+14155550100,front", '"(415) 555-0100" , front')),
    ("templates/categories.yaml", ("[New, Old]", "[Old, New]")),
    ("templates/categories.yaml", (", required: no", "")),
    ("templates/categories.yaml", ("{type: text, several: yes}", "{type: text, length: 254, several: yes}")),
]


@pytest.mark.parametrize(("name", "exchange"), MEANINGLESS)
def test_an_edit_without_meaning_keeps_the_digest(name: str, exchange: tuple[str, str]) -> None:
    """Words for people, the order of alternatives, and other spellings of one value."""
    assert edited(name, exchange) == RULE_SET.digest


# --- what is

MEANINGFUL = [
    (CLINIC, ("pages at most: 20", "pages at most: 21")),
    (CLINIC, ("pages at most: 20", "pages below: 20")),
    (CLINIC, ("[referral, consent]", "[referral, lab_result]")),
    (CLINIC, ("starts with", "does not start with")),
    (CLINIC, ("monday to friday", "monday to saturday")),
    (CLINIC, ("08:00-18:00", "08:00-18:01")),
    (CLINIC, ("America/Los_Angeles", "America/Denver")),
    (CLINIC, ("priority: high", "priority: low")),
    (CLINIC, ("until: 2026-12-31", "until: 2026-12-30")),
    (CLINIC, ("else: Nursing", "else: Clinic exceptions")),
    (CLINIC, ("at least: medium", "at least: high")),
    (CLINIC, ("100 USD", "100.01 USD")),
    (CLINIC, ("stat[!]", "stat[?]")),
    (CLINIC, ("contains any: $urgent", "contains all: $urgent")),
    (CLINIC, ("due: 30 minutes", "due: 31 minutes")),
    (CLINIC, ("hold: [a, b]", "hold: [b, a]")),
    (CLINIC, ("id: clinic-urgent", "id: clinic-hurry")),
    (CLINIC, ("- id: lines\n", "- id: lines\n    rows are: in order\n")),
    (CLINIC, ("never: {document_type: consent}", "never: {document_type: referral}")),
    (CLINIC, (".. +1 415 555 0149", ".. +1 415 555 0148")),
    (CLINIC, ("otherwise: {workspace: Clinic exceptions", "otherwise: {workspace: Nursing")),
    ("rules/facts.yaml", ("max: 2000", "max: 2001")),
    ("rules/facts.yaml", ("floor: medium", "floor: low")),
    ("rules/facts.yaml", ("when unsure: unsorted", "when unsure: referral")),
    ("rules/facts.yaml", ("[now, today, normal]", "[today, now, normal]")),
    ("rules/facts.yaml", ("phone region: US", "phone region: CA")),
    ("rules/retention.yaml", ("period: 10 years", "period: 11 years")),
    ("rules/retention.yaml", ("schedule 4.2", "schedule 4.3")),
    ("rules/workspaces.yaml", ("[Clinic, Nursing]", "[Clinic, Ward]")),
    ("rules/calendars.yaml", ("08:00-18:00", "09:00-18:00")),
    ("rules/shared/words.yaml", ("[stat, urgent]", "[stat, urgent, now]")),
    ("rules/desks.csv", (",front", ",back")),
    ("rules/workspaces.yaml", ("Fax task", "Nurse task")),
    ("templates/metadata/referral.yaml", ("category: Referral", "category: Fax")),
    ("templates/categories.yaml", ("length: 20}}", "length: 30}}")),
    ("templates/categories.yaml", ("[New, Old]", "[New, Older]")),
]


def test_every_edit_with_a_meaning_gives_another_digest() -> None:
    """No two of them the same, and none that of the original."""
    digests = [edited(name, exchange) for name, exchange in MEANINGFUL]

    assert len({RULE_SET.digest, *digests}) == len(MEANINGFUL) + 1


def test_swapping_two_rules_is_an_edit() -> None:
    """Inside a file the order settles ties."""
    rules = "".join(f"  - id: r{n}\n    when: {{pages: {n}}}\n    then: {{urgency: now}}\n" for n in (1, 2))
    swapped = "".join(f"  - id: r{n}\n    when: {{pages: {n}}}\n    then: {{urgency: now}}\n" for n in (2, 1))
    head, tail = RICHER.split("rules:\n")[0], "otherwise:" + RICHER.split("otherwise:")[1]
    one = compiled({**FILES, CLINIC: f"{head}rules:\n{rules}{tail}".encode()})
    other = compiled({**FILES, CLINIC: f"{head}rules:\n{swapped}{tail}".encode()})

    assert one.digest != other.digest


# what the language says is no part of the meaning (rule-language section 9), class by class
NO_PART = {"place", "when_unsure_place", "default_place", "why", "help", "written", "owner", "description", "tests"}
NO_PART |= {"source", "digest", "text_hashes", "versions"}


def edits(value: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every way to change one leaf of a typed value, with the path to it."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            for where, other in edits(getattr(value, field.name), (*path, f"{type(value).__name__}.{field.name}")):
                yield where, dataclasses.replace(value, **{field.name: other})
        return
    match value:
        case Mapping():
            for key, entry in value.items():
                yield path, {other: value[other] for other in value if other != key}
                for where, other in edits(entry, (*path, str(key))):
                    yield where, {**value, key: other}
        case tuple():
            for index, entry in enumerate(value):
                yield path, value[:index] + value[index + 1 :]
                for where, other in edits(entry, path):
                    yield where, (*value[:index], other, *value[index + 1 :])
        case frozenset():
            for entry in value:
                yield path, value - {entry}
        case Enum():
            yield path, next(other for other in type(value) if other is not value)
        case bool():
            yield path, not value
        case int() | Decimal():
            yield path, value + 1
        case date():
            yield path, value + timedelta(days=1)
        case str():
            yield path, value + "x"


def test_every_single_part_counts_or_is_named_as_no_part() -> None:
    """Whatever is added to the rule set later counts, unless somebody says why it does not."""
    seen = 0
    for path, other in edits(RULE_SET):
        names = {step.partition(".")[2] for step in path}
        # the next test looks at these two together
        if path[-1] in ("Rule.name", "Rule.has_own_name"):
            continue
        seen += 1
        is_part = not (names & NO_PART) and path[-1] != "RuleFile.path"
        assert (digest(other) != RULE_SET.digest) == is_part, path
    assert seen > 500


def test_the_name_of_a_row_counts_only_if_it_is_its_own() -> None:
    """A name with a line number changes when a comment is added above."""
    file = RULE_SET.files[1]
    rows = [rule for rule in file.rules if rule.table == "lines"]
    assert [rule.has_own_name for rule in rows] == [False, False]

    def with_first_rule(rule: Rule) -> str:
        return file_digest(dataclasses.replace(file, rules=(rule, *file.rules[1:])))

    line_named = dataclasses.replace(file.rules[0], has_own_name=False)
    renamed = dataclasses.replace(file.rules[0], name="other")
    line_renamed = dataclasses.replace(line_named, name="other")

    assert with_first_rule(file.rules[0]) != with_first_rule(renamed)
    assert with_first_rule(line_named) == with_first_rule(line_renamed)
