"""A small home for conformance tables: declarations are fixed, each case brings its rules files."""

import json
from collections.abc import Mapping
from typing import Any

from faxrouter.facts.gather import gather
from faxrouter.home.snapshot import Snapshot
from faxrouter.planning.outcomes import outcomes_as_json
from faxrouter.reload.gates import examine, serve

FACTS = """\
language: 1
phone region: US
facts:
  event:          {type: choice, values: [received, send_requested, corrected], always: yes}
  our_number:     {type: phone, from: carrier}
  their_number:   {type: phone}
  sender_station: {type: text_short}
  text:           {type: text_long}
  document_type:  {type: choice, values: [lab_result, referral, consent, other], floor: medium}
  patient_id:     {type: id, floor: high}
  case_ids:       {type: set_of_ids}
  pages:          {type: whole_number, min: 0, max: 2000}
  ink:            {type: percent}
  total:          {type: amount, currency: USD}
  due_on:         {type: date}
  urgent:         {type: yes_no}
  wait:           {type: duration}
  received_at:    {type: moment}
  requested_at:   {type: moment}
outcomes:
  workspace:  {policy: first, required: yes, decided on: [received, corrected]}
  metadata:   {policy: first, when unsure: unsorted, values from: templates/metadata, decided on: [received, corrected]}
  desk:       {policy: first, values: [a, b, c]}
  task:       {policy: collect}
  retention:  {policy: join, required: yes, values from: retention.yaml, default: years_10}
  hold:       {policy: collect}
  approval:
    {policy: strictest, order: [block, two_person, supervisor, release], required: yes, decided on: [send_requested]}
  urgency:    {policy: strictest, order: [now, today, normal], when unsure: today}
  notify:     {policy: collect}
"""
WORKSPACES = """\
language: 1
workspaces:
  Nursing:   {department: clinic, path: [Clinic, Nursing]}
  Referrals: {department: clinic, path: [Clinic, Referrals]}
  Auto:      {department: claims, path: [Claims, Auto]}
  Desk:      {department: claims, path: [Claims, Desk]}
  Legal:     {path: [Legal]}
  Unsorted:  {path: [Unsorted]}
types:
  Patient: {department: clinic, find by: {external system: EHR, object type: PATIENT}, create: no}
exceptions: {clinic: Nursing, claims: Desk, organisation: Unsorted}
"""
RETENTION = """\
language: 1
classes:
  years_10: {period: 10 years, from: received, disposition: review, rsi: FAX-10Y, authority: "records schedule 4.2"}
  years_1:  {period: 1 year, from: received, disposition: destroy, rsi: FAX-1Y, authority: "records schedule 4.1"}
  years_30: {period: 30 years, from: received, disposition: review, rsi: FAX-30Y, authority: "records schedule 4.3"}
  case_7:   {period: 7 years, from: case closed, disposition: destroy, rsi: CASE-7Y, authority: "records schedule 2.1"}
"""
APPROVALS = """\
language: 1
paths:
  two_person: {stages: [{group: reviewers, people: 2, within: 4 business hours, escalate to: lead}]}
  supervisor: {stages: [{group: supervisors, people: 1}]}
  release:    {by rule: yes}
"""
CALENDARS = """\
language: 1
calendars:
  office: {time_zone: America/New_York, open: {monday to friday: 08:00-18:00}, closed on: [2026-12-25]}
"""
METADATA = 'language: 1\ncategory: Fax\nattributes: {"Sender number": "{{ their_number or \'\' }}"}\n'
ORGANISATION = "language: 1\notherwise: {workspace: Unsorted, retention: years_10, approval: block}\n"
CLINIC = """\
language: 1
department: clinic
owner: clinic@example.test
description: the clinic
scope: {our_number: ["+1 415 555 0100 .. +1 415 555 0149"]}
time_zone: America/Los_Angeles
calendar: office
"""
CLAIMS = """\
language: 1
department: claims
owner: claims@example.test
description: claims
scope: {our_number: ["+1 312 555 0200 .. +1 312 555 0299"]}
time_zone: America/Chicago
rules:
  - id: claims-any
    when: {document_type: consent}
    then: {workspace: Auto}
otherwise: {workspace: Desk, retention: years_1, approval: two_person}
"""
OTHERWISE = "otherwise: {workspace: Nursing, retention: years_1, metadata: unsorted, approval: supervisor}\n"
IN_CLINIC = "+14155550100"


def home(
    clinic: str = "", *, organisation: str = ORGANISATION, claims: str = CLAIMS, more: Mapping[str, str] | None = None
) -> Snapshot:
    """`clinic` is what follows the head of the clinic's rules file."""
    texts = {
        "rules/facts.yaml": FACTS,
        "rules/workspaces.yaml": WORKSPACES,
        "rules/retention.yaml": RETENTION,
        "rules/approvals.yaml": APPROVALS,
        "rules/calendars.yaml": CALENDARS,
        "rules/organisation.rules.yaml": organisation,
        "rules/clinic.rules.yaml": CLINIC + clinic,
        "rules/claims.rules.yaml": claims,
        **{f"templates/metadata/{name}.yaml": METADATA for name in ("unsorted", "lab", "referral")},
        **(more or {}),
    }
    return Snapshot(files={name: text.encode() for name, text in texts.items()})


def decided(snapshot: Snapshot, facts: Mapping[str, Any]) -> dict[str, Any]:
    """What `faxrouter decide` answers, without the digest."""
    examined = examine(snapshot)
    assert examined.rule_set is not None, "\n".join(map(str, examined.problems))
    served = serve(examined.rule_set, snapshot)
    gathered = gather(served.rule_set, [("stated", facts)], at=None)
    answer = outcomes_as_json(served.rule_set, served.decide(gathered.facts), gathered.facts)
    read: dict[str, Any] = json.loads(json.dumps({"outcomes": answer["outcomes"], "parked": answer["parked"]}))
    return read


def value_of(answer: Mapping[str, Any], outcome: str) -> Any:
    return answer["outcomes"].get(outcome, {}).get("value")


def rule_of(answer: Mapping[str, Any], outcome: str) -> Any:
    return answer["outcomes"].get(outcome, {}).get("rule")
