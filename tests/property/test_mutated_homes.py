"""Good files with a line, a word or a character changed, as hands and editors change them: whatever comes out, the
gates answer with problems in bounded time, and what they let pass can decide."""

import json
import random
import re
import time
from collections.abc import Callable

import pytest

from faxrouter.facts.gather import gather
from faxrouter.home.snapshot import Snapshot
from faxrouter.model.problem import Severity
from faxrouter.planning.outcomes import outcomes_as_json
from faxrouter.reload.gates import admit
from small_home import WORKSPACES, home

RULES = """\
include: [shared/urgent.yaml]
lists: {stations: [a, "b c"]}
lookups:
  lk: {key: their_number, from file: desks.csv, gives: {desk: choice, until: date}}
rules:
  - id: one
    why: some # comment
    priority: high
    valid: {from: 2026-01-01, until: 2026-12-31}
    when:
      document_type: lab_result
      document_type confidence at least: medium
      text contains any: $urgent_words
      not: {our_number: "+1 415 555 0103"}
      any:
        - their_number starts with: "+1 415"
        - sender_station is one of: $stations
        - received_at: {on: monday to friday, between: 22:00-06:00}
        - received_at: {outside: office}
      lk.desk: front
      their_number found in: lk
    then:
      workspace: {type: Patient, key: patient_id, else: Nursing}
      metadata: lab
      task: {kind: lab, queue: line, title: "Result {{ patient_id or 'unknown' }}", due: 30 minutes, escalate to: boss}
      hold: [h1, h2]
  - id: two
    when: {pages between: 3 to 20, ink at least: 40%, total more than: 12.00 USD, sender_station matches: "a+b?"}
    then: {retention: [years_1, case_7], urgency: now, notify: x}
tables:
  - id: t
    rows are: in order
    columns: [id, our_number, document_type, pages, "-> desk", "-> notify"]
    rows:
      - [a, "+1 415 555 0101", lab_result, "over 20", a, "x, y"]
      - [b, "+1 415 555 01*", "not lab_result, other", 3 to 20, b, "-"]
      - ["", known, missing, "-", c, z]
  - {id: brokers, from file: brokers.csv, columns: [id, their_number, "-> desk"]}
otherwise: {workspace: Nursing, retention: years_1, approval: block, task: {queue: q, title: Sort}}
must always:
  - {id: inv, never: {event: send_requested, document_type: lab_result}, unless: {approval: block}}
tests:
  - name: a test
    fax: {our_number: "+14155550101", document_type: {state: uncertain, values: [other], confidence: low}}
    expect: {workspace: Nursing, decided by: {workspace: clinic.otherwise}}
"""
MORE = {
    "rules/desks.csv": 'their_number,desk,until\n+12125550100,front,2026-01-01\n"212 555 0101",back,\n',
    "rules/brokers.csv": 'id,their_number,-> desk\nacme,"+1 212 555 0101, +1 212 555 0102",a\nbest,+1 213*,b\n',
    "rules/shared/urgent.yaml": 'language: 1\nlists: {urgent_words: [stat, "critical value"]}\n',
    "rules/workspaces.yaml": WORKSPACES + "queues: {line: {workflow: Fax task}, q: {assign to: [a, b]}}\n",
    "templates/categories.yaml": """\
language: 1
categories:
  Fax:
    Sender number: {type: text, length: 20, required: no}
    Kind: {type: choice, values: [Lab result, Other], required: yes}
    Pages: {type: whole number}
    Ids: {type: text, length: 12, several: yes}
""",
    "templates/metadata/lab.yaml": """\
language: 1
category: Fax
attributes:
  Kind: "{% if document_type == 'lab_result' %}Lab result{% else %}Other{% endif %}"
  Pages: "{{ pages or '' }}"
  Sender number: "{{ their_number or '' }}"
""",
    "templates/metadata/referral.yaml": "language: 1\ncategory: Fax\nattributes: {Kind: Other}\n",
    "templates/metadata/unsorted.yaml": "language: 1\ncategory: Fax\nattributes: {Kind: Other, Pages: '12'}\n",
}
# what fingers, editors and spreadsheets put in, and what YAML, phone numbers, patterns and texts trip over
STRAY: tuple[str, ...] = (
    *"{}[]:,\"'#|>%@`?\t\n\r\0~0$+*-=\\/().",
    *(
        "- ",
        "&a ",
        "*a",
        "<<: ",
        "!x ",
        "? x\n",
        "---\n",
        "...\n",
        "[[[[[[",
        "{{{{{{",
        "{{",
        "}}",
        "{%",
        "(?",
        "..",
        "->",
    ),
    *("\ufeff", "\u2028", "\x85", "\ud800", "\u202e", "\xa0", "é", "𝔘", "٣", "１", "ß", "İ", "x" * 500),
    *("null", "yes", "no", "1e999", "-1", "9" * 23, "NaN", "2026-02-30", "24:00", "25:61", "$$x", "to", "not ", "over"),
    *(
        "3 to",
        "to 3",
        "known",
        "when:",
        "then:",
        "rules:\n",
        "otherwise: x\n",
        "when: {any: [{}]}",
        "+1",
        "+9999999999",
    ),
    *("lk.", "lk.desk", "confidence", "is not", "document_type", "workspace", "organisation", "clinic", "12.00 USD"),
    *("4 business hours", "P-1", "facts.yaml", "../", "language: 2", "UTC", "{x: {y: {z: [1]}}}", '"\\x00"'),
)
WORD = re.compile(r"[\w$+.*-]+")
FACES = (
    {"our_number": "+14155550101", "document_type": "lab_result", "pages": 30, "received_at": "2026-03-06T20:00:00Z"},
    {
        "our_number": {"state": "error"},
        "event": "send_requested",
        "sender_station": "ab",
        "their_number": "212 555 0101",
    },
)
# a mutant takes some 30 ms; a machine that does much else may take long, but never this long
LONGEST = 20.0


def _mend_a_line(lines: list[str], chance: random.Random) -> str:
    at = chance.randrange(len(lines))
    match chance.randrange(4):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[at])
        case 2:
            other = chance.randrange(len(lines))
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = "  " * chance.randrange(4) + lines[at].lstrip()
    return "\n".join(lines)


def _mend_characters(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    match chance.randrange(5):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + chance.choice(STRAY) + text[at:]
        case 2:
            return text[:at] + chance.choice(STRAY) + text[at + chance.randrange(1, 12) :]
        case 3:
            return text[:at]
        case _:
            start = chance.randrange(len(text) + 1)
            return text[:at] + text[start : start + chance.randrange(200)] + text[at:]


def _mend_a_word(text: str, chance: random.Random) -> str:
    words = [word.span() for word in WORD.finditer(text)]
    if not words:
        return text
    start, end = chance.choice(words)
    other_start, other_end = chance.choice(words)
    instead = chance.choice(STRAY) if chance.random() < 0.5 else text[other_start:other_end]
    return text[:start] + instead + text[end:]


MENDINGS: tuple[Callable[[str, random.Random], str], ...] = (
    lambda text, chance: _mend_a_line(text.split("\n"), chance),
    _mend_characters,
    _mend_a_word,
)


def mutant(seed: int) -> Snapshot:
    """The good home with one to three changes; one file may be gone, or stand in another's place."""
    chance = random.Random(seed)
    files = {name: content.decode() for name, content in home(RULES, more=MORE).files.items()}
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        name = chance.choice(sorted(files))
        match chance.randrange(20):
            case 0:
                del files[name]
            case 1:
                files[name] = files[chance.choice(sorted(files))]
            case _:
                files[name] = chance.choice(MENDINGS)(files[name], chance)
    return Snapshot(files={name: text.encode("utf-8", "surrogatepass") for name, text in files.items()})


def test_the_home_that_is_mutated_is_good() -> None:
    """Otherwise its mutants would all stop at the same gate."""
    admission = admit(home(RULES, more=MORE))

    assert [] == [str(problem) for problem in admission.problems if problem.severity is Severity.ERROR]
    assert ["passed", "passed"] == [result.status.value for result in admission.tests]


@pytest.mark.parametrize("block", range(8))
def test_whatever_happens_to_a_good_file_the_gates_answer(block: int) -> None:
    """Nothing is raised, a refusal has a reason at a place, and every rule set that passes decides."""
    for seed in range(block * 25, block * 25 + 25):
        snapshot = mutant(seed)
        start = time.monotonic()

        admission = admit(snapshot)

        assert time.monotonic() - start < LONGEST, seed
        for problem in admission.problems:
            assert str(problem).isprintable(), seed
            assert problem.place.line >= 1, seed
            assert problem.place.column >= 1, seed
        if admission.served is None:
            refused = [problem for problem in admission.problems if problem.severity is Severity.ERROR]
            assert refused or admission.failed_tests, seed
            continue
        for stated in FACES:
            facts = gather(admission.served.rule_set, [("stated", stated)]).facts
            json.dumps(outcomes_as_json(admission.served.rule_set, admission.served.decide(facts), facts))
