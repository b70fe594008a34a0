"""The examples by which the language is explained, as files of one home: letter by letter, in other line endings, in
block style. What stands between them is the least that they name."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from faxrouter.facts.gather import gather
from faxrouter.home.snapshot import Snapshot
from faxrouter.model.problem import Severity
from faxrouter.planning.outcomes import outcomes_as_json
from faxrouter.reload.gates import admit, examine, serve

FACTS = """\
# facts.yaml
language: 1
phone region: US                        # for numbers written without +
facts:
  event:          {type: choice, values: [received, send_requested, approval_decided, delivered, failed, corrected, \
migrated, packet_complete, packet_overdue], always: yes}
  our_number:     {type: phone, from: carrier, help: "Our number: dialled on an inbound fax, \
sending on an outbound one"}
  document_type:  {type: choice, values: [lab_result, claim_form, referral, other], floor: medium}
  patient_id:     {type: id, floor: high}
  pages:          {type: whole_number, from: carrier, min: 0, max: 2000}
  their_number:   {type: phone}
  sender_station: {type: text_short}
  text:           {type: text_long}
  classification: {type: choice, values: [phi, public]}
  approval_status: {type: choice, values: [waiting, approved]}
outcomes:
  workspace:  {policy: first, required: yes, decided on: [received, corrected, migrated]}
  retention:  {policy: join, required: yes, values from: retention.yaml, default: years_10}
  approval:   {policy: strictest, order: [block, two_person, supervisor, release], required: yes, \
decided on: [send_requested]}
  metadata:   {policy: first, when unsure: unsorted, values from: templates/metadata, \
decided on: [received, corrected, migrated]}
  urgency:    {policy: strictest, order: [now, today, normal]}
  task:       {policy: collect}
"""
WORKSPACES = """\
# workspaces.yaml
language: 1
workspaces:
  Nursing:  {department: clinic, path: [Clinic, Nursing]}
  Auto Claims: {department: claims, path: [Claims, Auto]}
  Large Loss:  {department: claims, path: [Claims, Large]}
  Broker Desk: {department: claims, path: [Claims, Brokers]}
  Legal:    {department: legal, path: [Legal]}
types:
  Patient:  {department: clinic, find by: {external system: EHR, object type: PATIENT}, create: no}
  Claim:    {department: claims, find by: name, name: "Claim {{ key }}", create: yes, template: Claim template, \
key from: [registry, barcode, check digit]}
exceptions: {clinic: Clinic exceptions, organisation: Unsorted faxes}
"""
RETENTION = """\
# retention.yaml
language: 1
classes:
  years_10: {period: 10 years, from: received, disposition: review, rsi: FAX-10Y, authority: "records schedule 4.2"}
  case_7:   {period: 7 years, from: case closed, disposition: destroy, rsi: CASE-7Y, authority: "records schedule 2.1"}
"""
APPROVALS = """\
# approvals.yaml
language: 1
paths:
  two_person: {stages: [{group: legal-reviewers, people: 2, within: 4 business hours, escalate to: legal-lead}]}
  release:    {by rule: yes}
"""
CALENDARS = """\
# calendars.yaml
language: 1
calendars:
  clinic_hours: {time_zone: America/Los_Angeles, open: {monday to friday: 08:00-18:00}, \
closed on: [2026-12-25, 2027-01-01]}
"""
CLINIC = """\
language: 1
department: clinic
owner: referrals-team@clinic.example
description: Faxes of the Oak Street clinic
scope: {our_number: ["+1 415 555 0100 .. +1 415 555 0149"]}   # decides only for these; the checker proves it
time_zone: America/Los_Angeles
calendar: clinic_hours
include: [shared/urgent.yaml]

rules:
  - id: clinic-lab-critical              # unique over all files, [a-z0-9-]
    why: Critical lab results go to the nurse line at once
    priority: high                       # lowest, low, normal, high, highest: orders `first` outcomes only
    valid: {from: 2026-01-01, until: 2026-12-31}        # local dates, inclusive; optional
    when:                                # a map is AND; no `when` at all: always
      document_type: lab_result          # no phrase = equality
      document_type confidence at least: medium
      text contains any: $urgent_words   # list reference
      not: {our_number: "+1 415 555 0103"}
      any:                               # OR of maps
        - their_number starts with: "+1 415"
        - sender_station is one of: [MERCY LAB, ST MARY LAB]      # a list is OR
    then:
      workspace: {type: Patient, key: patient_id, else: Nursing}
      metadata: lab_result               # templates/metadata/lab_result.yaml
      task: {kind: critical-lab, queue: nurse-line, title: "Critical result {{ patient_id or 'unknown' }}", \
due: 30 minutes}
lookups:
  desk_by_number: {key: our_number, from file: desks.csv, gives: {desk: choice}}     # the fact `desk_by_number.desk`
otherwise: {workspace: Clinic exceptions, retention: years_10, task: {kind: sort, queue: intake-desk, \
title: Sort this fax}}
"""
CLAIMS = """\
language: 1
department: claims
scope: {our_number: ["+1 312 555 0200 .. +1 312 555 0399"]}
tables:
  - id: claims-by-number
    rows are: unique                     # or: in order. Says only whether its rows may overlap
    columns: [our_number, document_type, pages, "-> workspace", "-> metadata"]
    rows:
      - ["+1 312 555 0201", claim_form, "-",       Auto Claims, claim]
      - ["+1 312 555 0202", claim_form, "over 20", Large Loss,  claim]
      - ["+1 312 555 03*",  "-",        "-",       Broker Desk, broker]
  - {id: brokers, from file: brokers.csv, columns: [id, their_number, "-> workspace"]}
otherwise: {workspace: Auto Claims, retention: years_10}
"""
ORGANISATION = """\
language: 1
rules:
  - id: city-court-notice
    apply: before departments
    when: {sender_station starts with: COURT CLERK}
    then: {workspace: Legal}
otherwise: {workspace: Unsorted faxes, retention: years_10}
must always:
  - {id: no-unapproved-phi, never: {event: send_requested, classification: phi, \
not: {approval_status: approved}}, unless: {approval: block}}
tests:
  - name: court station id alone is enough
    fax: {our_number: "+12065550401", sender_station: "COURT CLERK 3", document_type: {state: uncertain, \
values: [other], confidence: low}}
    expect: {workspace: Legal, decided by: {workspace: city-court-notice}}
"""
METADATA = 'language: 1\ncategory: "Fax"\nattributes: {"Sender number": "{{ their_number or \'\' }}"}\n'
FILES = {
    "rules/facts.yaml": FACTS,
    "rules/workspaces.yaml": WORKSPACES,
    "rules/retention.yaml": RETENTION,
    "rules/approvals.yaml": APPROVALS,
    "rules/calendars.yaml": CALENDARS,
    "rules/clinic.rules.yaml": CLINIC,
    "rules/claims.rules.yaml": CLAIMS,
    "rules/organisation.rules.yaml": ORGANISATION,
    "rules/shared/urgent.yaml": 'language: 1\nlists:   {urgent_words: [stat, urgent, "critical value"]}\n',
    "rules/desks.csv": "our_number,desk\n+1 415 555 0101,front\n",
    "rules/brokers.csv": 'id,their_number,-> workspace\nacme,"+1 212 555 0101",Broker Desk\n',
    **{f"templates/metadata/{name}.yaml": METADATA for name in ("unsorted", "lab_result", "claim", "broker")},
}


def _block_style(text: str) -> str:
    """The flow maps of a rules file that are unfolded here, written as lines."""
    return text.replace(
        'scope: {our_number: ["+1 415 555 0100 .. +1 415 555 0149"]}',
        'scope:\n  our_number:\n    - "+1 415 555 0100 .. +1 415 555 0149"',
    ).replace(
        "      workspace: {type: Patient, key: patient_id, else: Nursing}\n",
        "      workspace:\n        type: Patient\n        key: patient_id\n        else: Nursing\n",
    )


WRITTEN: dict[str, Callable[[str], bytes]] = {
    "as printed": str.encode,
    "with the line ends of Windows": lambda text: text.replace("\n", "\r\n").encode(),
    "with a byte order mark": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "as a document with its start and end": lambda text: (
        f"---\n{text}...\n".encode() if "language: 1" in text else text.encode()
    ),
    "in block style": lambda text: _block_style(text).encode(),
}
LAB = {
    "our_number": "+1 415 555 0101",
    "their_number": "+1 415 777 1234",
    "document_type": "lab_result",
    "text": "STAT: critical\nvalue",
    "received_at": "2026-03-06T12:00:00-08:00",
}

# facts, {outcome: (value, rule)}
DECISIONS: dict[str, tuple[dict[str, Any], dict[str, tuple[Any, Any]]]] = {
    "the rule of the clinic": (
        {**LAB, "patient_id": "P-7"},
        {
            "workspace": ({"type": "Patient", "key": "P-7", "else": "Nursing"}, "clinic-lab-critical"),
            "metadata": ("lab_result", "clinic-lab-critical"),
            "task": (
                [
                    {
                        "kind": "critical-lab",
                        "queue": "nurse-line",
                        "title": "Critical result P-7",
                        "due": "30 minutes",
                    }
                ],
                ["clinic-lab-critical"],
            ),
            "retention": (["years_10"], ["clinic.otherwise"]),
        },
    ),
    "nobody knows the patient": (
        LAB,
        {"workspace": ("Nursing", "clinic-lab-critical")},
    ),
    "the number that is left out": (
        {**LAB, "our_number": "+1 415 555 0103"},
        {"workspace": ("Clinic exceptions", "clinic.otherwise"), "metadata": (None, None)},
    ),
    "the day after the last one": (
        {**LAB, "received_at": "2027-01-01T00:00:00-08:00"},
        {"workspace": ("Clinic exceptions", "clinic.otherwise")},
    ),
    "the last evening, which has ended elsewhere": (
        {**LAB, "received_at": "2027-01-01T07:59:00Z"},
        {"workspace": ("Nursing", "clinic-lab-critical")},
    ),
    "a row of a table": (
        {"our_number": "+1 312 555 0202", "document_type": "claim_form", "pages": 21},
        {"workspace": ("Large Loss", "claims-by-number[line 10]"), "metadata": ("claim", "claims-by-number[line 10]")},
    ),
    "a row of a file": (
        {"our_number": "+1 312 555 0202", "their_number": "+1 212 555 0101"},
        {"workspace": ("Broker Desk", "brokers[acme]"), "metadata": (None, None)},
    ),
    "a number of no department": (
        {"our_number": "+1 212 555 0100"},
        {"workspace": ("Unsorted faxes", "organisation.otherwise")},
    ),
}


def _snapshot(written: Callable[[str], bytes], files: Mapping[str, str]) -> Snapshot:
    return Snapshot(files={path: written(text) for path, text in files.items()})


@pytest.mark.parametrize("style", WRITTEN)
def test_the_examples_are_a_home_without_an_error(style: str) -> None:
    """Whatever an editor does to line ends and styles, the examples mean the same; their own test passes."""
    snapshot = _snapshot(WRITTEN[style], FILES)

    examined = examine(snapshot)

    assert [] == [str(problem) for problem in examined.problems if problem.severity is Severity.ERROR]
    assert examined.rule_set is not None
    tests = {result.name: result.status.value for result in admit(snapshot).tests}
    assert {"court station id alone is enough": "passed", "must always: no-unapproved-phi": "passed"} == tests


@pytest.mark.parametrize("name", DECISIONS)
def test_the_examples_decide_what_their_comments_say(name: str) -> None:
    """`valid` reads `received_at`, though the facts of the example do not declare it: every fax has one."""
    facts, expected = DECISIONS[name]
    snapshot = _snapshot(str.encode, FILES)
    examined = examine(snapshot)
    assert examined.rule_set is not None

    gathered = gather(examined.rule_set, [("stated", facts)])
    decision = serve(examined.rule_set, snapshot).decide(gathered.facts)
    answer = json.loads(json.dumps(outcomes_as_json(examined.rule_set, decision, gathered.facts)))

    got = {name: answer["outcomes"].get(name, {}) for name in expected}
    assert expected == {name: (one.get("value"), one.get("rule")) for name, one in got.items()}
    assert answer["parked"] is None
    assert () == gathered.notices
