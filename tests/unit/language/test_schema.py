"""The JSON Schema of a home: what `check` accepts passes, and what an editor should underline fails."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from faxrouter.home.directory import read_home
from faxrouter.home.snapshot import Snapshot
from faxrouter.language.catalogue import CATALOGUE
from faxrouter.language.compile import compile_home
from faxrouter.language.schema import rules_schema

ROOT = Path(__file__).parents[3]
BASE = read_home(ROOT / "tests" / "golden" / "base_home")


def schema_of(snapshot: Snapshot) -> dict[str, Any]:
    rule_set, problems = compile_home(snapshot)
    assert rule_set is not None, [str(problem) for problem in problems]
    return rules_schema(rule_set)


VALIDATOR = jsonschema.Draft7Validator(schema_of(BASE))


class EditorLoader(yaml.SafeLoader):
    """YAML 1.2 as editors read it: `on`, `yes` and dates are texts, numbers and `true` are not."""


EditorLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.rpartition(":")[2] not in ("bool", "timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
EditorLoader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("true|false"), ["t", "f"])


def as_an_editor_reads_it(text: str) -> Any:
    return yaml.load(text, Loader=EditorLoader)


def test_the_schema_is_a_schema() -> None:
    """Draft 7 itself says so."""
    jsonschema.Draft7Validator.check_schema(schema_of(BASE))


def test_the_rules_of_the_starter_home_pass() -> None:
    """Every file of a real organisation, against the schema of its own home."""
    home = read_home(ROOT)
    validator = jsonschema.Draft7Validator(schema_of(home))

    files = {name: content for name, content in home.files.items() if name.endswith(".rules.yaml")}
    errors = {
        name: [error.message for error in validator.iter_errors(as_an_editor_reads_it(content.decode()))]
        for name, content in files.items()
    }

    assert len(files) > 1
    assert errors == {name: [] for name in files}


GOOD = [
    (check.code, name, text)
    for check in CATALOGUE.values()
    for name, text in check.good.items()
    if name == "rules/clinic.rules.yaml"
]


@pytest.mark.parametrize(("code", "name", "text"), GOOD, ids=[code for code, _, _ in GOOD])
def test_every_good_example_of_the_catalogue_passes(code: str, name: str, text: str) -> None:
    """The schema refuses nothing that `check` accepts."""
    validator = jsonschema.Draft7Validator(schema_of(Snapshot({**BASE.files, **_laid(code)})))

    assert [error.message for error in validator.iter_errors(as_an_editor_reads_it(text))] == []


def _laid(code: str) -> dict[str, bytes]:
    return {name: text.encode("utf-8", "surrogateescape") for name, text in CATALOGUE[code].good.items()}


HEAD = "language: 1\ndepartment: clinic\n"
TYPOS = [
    "langauge: 1\n",
    "language: 2\n",
    HEAD + "ruels: []\n",
    HEAD + "calendar: clinic_ours\n",
    HEAD + "rules: [{id: a, wen: {}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: A_B, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a}]\n",
    HEAD + "rules: [{id: a, priority: hihg, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {documnt_type: referral}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {document_type: referal}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {document_type: [referral, referal]}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {document_type starts with: ref}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {pages atleast: 3}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {pages is known: no}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {pages confidence: hi}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {any: {pages: 3}}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {not: {pages atleast: 3}}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {our_number found in: desks}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {received_at: friday}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, when: {received_at: {durng: clinic_hours}}, then: {urgency: now}}]\n",
    HEAD + "rules: [{id: a, then: {urgency: nwo}}]\n",
    HEAD + "rules: [{id: a, then: {urgency: [now, today]}}]\n",
    HEAD + "rules: [{id: a, then: {urgncy: now}}]\n",
    HEAD + "rules: [{id: a, then: {workspace: Nursng}}]\n",
    HEAD + "rules: [{id: a, then: {metadata: refferal}}]\n",
    HEAD + "rules: [{id: a, then: {retention: year_10}}]\n",
    HEAD + "rules: [{id: a, then: {task: {que: front}}}]\n",
    HEAD + "tables: [{id: t, columns: [pagse, '-> urgency'], rows: []}]\n",
    HEAD + "tables: [{id: t, columns: [pages, '-> urgncy'], rows: []}]\n",
    HEAD + "tables: [{id: t, rows are: uniqe, columns: [pages], rows: []}]\n",
    HEAD + "lookups: {l: {key: our_numbr, from file: desks.csv, gives: {desk: choice}}}\n",
    HEAD + "lookups: {l: {key: our_number, from file: desks.csv, gives: {desk: chioce}}}\n",
    HEAD + "tests: [{name: a, fax: {documnt_type: referral}}]\n",
    HEAD + "tests: [{name: a, fax: {document_type: {state: unsure}}}]\n",
    HEAD + "tests: [{name: a, fax: {}, expect: {decided by: {urgncy: a}}}]\n",
    HEAD + "must always: [{id: a, neverr: {pages: 3}}]\n",
]


@pytest.mark.parametrize("text", TYPOS)
def test_a_typing_mistake_is_underlined(text: str) -> None:
    """One mistake, at least one error; without it the same text would pass."""
    assert list(VALIDATOR.iter_errors(as_an_editor_reads_it(text)))


QUEUES = b"queues: {front-desk: {workflow: Fax task}}\n"
TASKS = [
    ("{queue: front-desk}", True),
    ("{queue: \"{{ patient_id or 'front-desk' }}\"}", True),
    ("{queue: front-dsk}", False),
    ("{workflow: Review}", True),
    ("{workflow: {map: Review, Step: 1}}", True),
    ("{workflow: {Step: 1}}", False),
]


@pytest.mark.parametrize(("task", "passes"), TASKS)
def test_declared_queues_are_completed_and_compared(task: str, passes: bool) -> None:
    """A queue that is a text with facts is known only when a fax comes."""
    workspaces = BASE.files["rules/workspaces.yaml"] + QUEUES
    validator = jsonschema.Draft7Validator(schema_of(Snapshot({**BASE.files, "rules/workspaces.yaml": workspaces})))
    text = HEAD + f"rules: [{{id: a, then: {{task: {task}}}}}]\n"

    assert passes is not any(validator.iter_errors(as_an_editor_reads_it(text)))


def test_hovering_over_a_fact_or_an_outcome_shows_its_help() -> None:
    """`help` of facts.yaml is what an analyst reads in the editor."""
    facts = BASE.files["rules/facts.yaml"].decode()
    helped = facts.replace("pages: {type: whole_number,", "pages: {help: Pages that arrived, type: whole_number,")
    helped = helped.replace("task: {policy: collect}", "task: {policy: collect, help: Work for people}")
    schema = schema_of(Snapshot({**BASE.files, "rules/facts.yaml": helped.encode()}))

    assert schema["definitions"]["condition"]["properties"]["pages at least"]["description"] == "Pages that arrived"
    assert schema["definitions"]["outputs"]["properties"]["task"]["description"] == "Work for people"
