"""The home that the weather strikes: a small insurer on both simulated OpenText systems.

A fax about a claim is filed into the claim's own workspace (made for its first fax), with metadata, a class, a hold, a
task that starts a workflow and one that reminds people.
"""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from faxrouter.app.simulators import make_secrets
from faxrouter.home.directory import read_home
from faxrouter.reload.gates import examine, serve
from faxrouter.reload.live import ServedRules
from faxrouter.settings import Settings, read_settings

OUR_NUMBER = "+13125550201"
# below the home
SECRETS = Path("var", "simulated", "secrets")
_REPOSITORY = Path(__file__).resolve().parents[2]
FACTS = """\
language: 1
phone region: US
facts:
  event:          {type: choice, values: [received], always: yes}
  our_number:     {type: phone, from: carrier}
  their_number:   {type: phone, from: carrier}
  sender_station: {type: text_short, from: carrier}
  document_type:  {type: choice, values: [letter, police_report, other]}
  claim_id:       {type: id, mask: "CLM-########", check digit: luhn}
  claimant:       {type: text_short}
  pages:          {type: whole_number, min: 0, max: 2000}
  received_at:    {type: moment}
outcomes:
  workspace:  {policy: first, required: yes}
  metadata:   {policy: first, when unsure: claim, values from: templates/metadata}
  retention:  {policy: join, required: yes, values from: retention.yaml, default: years_10}
  hold:       {policy: collect}
  task:       {policy: collect}
"""
WORKSPACES = """\
language: 1
workspaces:
  New losses:        {department: claims, path: [Claims, New losses]}
  Claims exceptions: {department: claims, path: [Claims, Exceptions]}
  Unsorted faxes:    {department: organisation, path: [Unsorted]}
types:
  Claim:
    {department: claims, find by: name, name: "Claim {{ key }}", create: yes, template: Claim template,
     key from: [check digit]}
queues:
  adjusters:  {workflow: Fax task}
  front-desk: {assign to: [Front desk]}
exceptions: {claims: Claims exceptions, organisation: Unsorted faxes}
"""
RETENTION = """\
language: 1
classes:
  years_10: {period: 10 years, from: received, disposition: review, rsi: FAX-10Y, authority: "schedule 4.2"}
  claim_5:  {period: 5 years, from: received, disposition: destroy, rsi: CLM-5Y, authority: "schedule 2.1"}
"""
CATEGORIES = """\
language: 1
categories:
  Claim fax:
    Kind:           {type: choice, values: [letter, police_report, other, unknown], required: yes}
    Claim number:   {type: text, length: 20}
    Claimant:       {type: text, length: 60}
    Sender number:  {type: text, length: 32}
    Received:       {type: moment}
    Pages:          {type: whole number}
"""
CLAIM = """\
language: 1
category: Claim fax
attributes:
  Kind: "{{ document_type or 'unknown' }}"
  Claim number: "{{ claim_id or '' }}"
  Claimant: "{{ (claimant or '') | truncate(60) }}"
  Sender number: "{{ their_number or '' }}"
  Received: "{{ received_at or '' }}"
  Pages: "{{ pages or '' }}"
"""
CLAIMS = """\
language: 1
department: claims
owner: claims@example.test
description: claims
scope: {our_number: ["+1 312 555 0200 .. +1 312 555 0299"]}
time_zone: America/Chicago
rules:
  - id: claims-papers
    when: {claim_id is known: yes}
    then:
      workspace: {type: Claim, key: claim_id, else: New losses}
      metadata: claim
      retention: claim_5
      task: {kind: new-paper, queue: adjusters, title: "New paper for {{ claim_id or 'a claim' }}", due: 30 days}
  - id: claims-police
    when: {document_type: police_report}
    then:
      hold: storm-2026
      task: {kind: call, queue: front-desk, title: "Call the police about {{ claim_id or 'a claim' }}", due: 2 days}
otherwise: {workspace: New losses, metadata: claim, retention: years_10}
"""
ORGANISATION = "language: 1\notherwise: {workspace: Unsorted faxes, retention: years_10}\n"
FILES = {
    "rules/facts.yaml": FACTS,
    "rules/workspaces.yaml": WORKSPACES,
    "rules/retention.yaml": RETENTION,
    "rules/claims.rules.yaml": CLAIMS,
    "rules/organisation.rules.yaml": ORGANISATION,
    "templates/categories.yaml": CATEGORIES,
    "templates/metadata/claim.yaml": CLAIM,
}
SETTINGS = """\
[connectors.cloudfax]
use = "cloudfax"
url = "http://127.0.0.1:{port}"
login = {{user = "insurer", password = {{file = "var/simulated/secrets/insurer"}}}}
inbound = {{yaml = "cloudfax-inbound.yaml"}}
hold_sec = {hold}
timeout = {timeout}
calls_per_second = 100000
burst = 100000
webhook = {{secret = {{file = "var/simulated/secrets/webhook"}}, allow = ["127.0.0.0/8"]}}

[connectors.records]
use = "xecm"
url = "http://127.0.0.1:{port}"
timeout = {timeout}
calls_per_second = 100000
burst = 100000

[connectors.records.identities]
claims = {{user = "fax-claims", password = {{file = "var/simulated/secrets/fax-claims"}}}}
organisation = {{user = "fax-organisation", password = {{file = "var/simulated/secrets/fax-organisation"}}}}

[simulators]
listen = "127.0.0.1:{port}"
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What a process of the router reads when it begins."""

    settings: Settings
    served: ServedRules


def make_home(folder: Path, *, timeout: float, hold: int, files: Mapping[str, str] = FILES) -> None:
    """`timeout` and `hold` in seconds, for every call and for a lease. `files` of a home that differs."""
    mapping = (_REPOSITORY / "cloudfax-inbound.yaml").read_text()
    settings = SETTINGS.format(port=_free_port(), timeout=timeout, hold=hold)
    for name, text in {**FILES, **files, "cloudfax-inbound.yaml": mapping, "faxrouter.toml": settings}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    make_secrets(folder)


def open_home(folder: Path) -> Home:
    settings, problems = read_settings(folder, environment={})
    assert settings is not None, problems
    snapshot = read_home(folder)
    examined = examine(snapshot)
    assert examined.rule_set is not None, "\n".join(map(str, examined.problems))
    return Home(settings=settings, served=serve(examined.rule_set, snapshot))


def claim(number: int) -> str:
    """A claim number with its check digit."""
    body = f"{number:07d}"
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body))]
    total = sum(digit - 9 if digit > 9 else digit for digit in doubled)
    return f"CLM-{body}{-total % 10}"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])
