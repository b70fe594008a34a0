"""Homes as an analyst would have them: ten departments of a hundred rules, written out as YAML files."""

from faxrouter.home.snapshot import Snapshot

DEPARTMENTS = 10
RULES = 100

_TYPES = [f"type_{number}" for number in range(40)]


def large_home(*, edited: int = 0) -> Snapshot:
    """A thousand rules in ten files. `edited` is written into one rule of the first department."""
    files = {
        "rules/facts.yaml": _facts(),
        "rules/workspaces.yaml": _workspaces(),
        "rules/retention.yaml": "language: 1\nclasses:\n  years_10: {period: 10 years, from: received, "
        "disposition: review, rsi: FAX-10Y, authority: schedule}\n",
        "rules/organisation.rules.yaml": "language: 1\nowner: records@example.org\n"
        "description: every fax\nrules: []\notherwise: {workspace: Unsorted, retention: years_10}\n",
    }
    for department in range(DEPARTMENTS):
        files[f"rules/d{department}.rules.yaml"] = _department(department, edited=0 if department else edited)
    return Snapshot({name: text.encode() for name, text in files.items()})


def _facts() -> str:
    return f"""language: 1
phone region: US
facts:
  event: {{type: choice, values: [received, corrected], always: yes}}
  received_at: {{type: moment, from: carrier}}
  our_number: {{type: phone, from: carrier}}
  their_number: {{type: phone, from: carrier}}
  document_type: {{type: choice, values: [{", ".join(_TYPES)}], floor: medium}}
  pages: {{type: whole_number, from: carrier, min: 0, max: 2000}}
outcomes:
  workspace: {{policy: first, required: yes}}
  task: {{policy: collect}}
  retention: {{policy: join, required: yes, values from: retention.yaml, default: years_10}}
"""


def _workspaces() -> str:
    lines = ["language: 1", "workspaces:", "  Unsorted: {path: [Unsorted]}"]
    exceptions = ["exceptions:", "  organisation: Unsorted"]
    for department in range(DEPARTMENTS):
        lines.append(f"  Desk {department}: {{department: d{department}, path: [D{department}]}}")
        exceptions.append(f"  d{department}: Desk {department}")
    return "\n".join((*lines, *exceptions)) + "\n"


def _department(department: int, *, edited: int) -> str:
    first = f"+1 415 555 {department}0"
    lines = [
        "language: 1",
        f"department: d{department}",
        f"owner: d{department}@example.org",
        "description: one of ten",
        f'scope: {{our_number: ["{first}00 .. {first}99"]}}',
        "time_zone: America/Los_Angeles",
        "rules:",
    ]
    for number in range(RULES):
        due = edited + 1 if number == 0 else number + 1
        lines += [
            f"  - id: d{department}-rule-{number}",
            "    why: measured, not meant",
            "    when:",
            f"      document_type: {_TYPES[number % len(_TYPES)]}",
            f"      pages at least: {number % 7 + 1}",
            f'      their_number starts with: "+1 {200 + number}"',
            "    then:",
            f"      workspace: Desk {department}",
            f"      task: {{kind: work-{number}, queue: desk, title: Work, due: {due} minutes}}",
        ]
    lines.append(f"otherwise: {{workspace: Desk {department}, retention: years_10}}")
    return "\n".join(lines) + "\n"
