"""Problems of workspaces, queues, retention, approvals, calendars, lookups and categories (R120–R199)."""

from faxrouter.language.catalogue.check import Check
from faxrouter.model.problem import Severity


def _workspaces(
    named: str = "", types: str = "", exceptions: str = "clinic: Clinic exceptions, organisation: Unsorted faxes"
) -> str:
    """A `workspaces.yaml` that fits the base home, with lines added or exchanged."""
    text = "language: 1\nworkspaces:\n"
    text += "  Nursing: {department: clinic, path: [Clinic, Nursing]}\n"
    text += "  Clinic exceptions: {department: clinic, path: [Clinic, Exceptions]}\n"
    text += "  Unsorted faxes: {department: organisation, path: [Unsorted]}\n"
    text += f"  {named}\n" if named else ""
    text += f"types:\n  {types}\n" if types else ""
    return text + f"exceptions: {{{exceptions}}}\n"


def _queue(entry: str) -> dict[str, str]:
    return {"rules/workspaces.yaml": f"{_workspaces()}queues:\n  front-desk: {entry}\n"}


def _kind(values: str) -> dict[str, str]:
    """What the forms of the base home take, with a list of kinds."""
    fax = "{Sender number: {type: text, length: 20}}"
    referral = f"{{Sender number: {{type: text, length: 20}}, Kind: {{type: choice, values: {values}}}}}"
    return {"templates/categories.yaml": f"language: 1\ncategories:\n  Fax: {fax}\n  Referral: {referral}\n"}


def _classes(more: str) -> str:
    return (
        "language: 1\nclasses:\n"
        '  years_10: {period: 10 years, from: received, disposition: review, rsi: FAX-10Y, authority: "schedule 4.2"}\n'
        f"  {more}\n"
    )


def _lookup(entry: str) -> str:
    """A shared file that nobody includes: its lookup is read all the same."""
    return f"language: 1\nlookups:\n  desk_of: {entry}\n"


SURROUNDINGS: tuple[Check, ...] = (
    Check(
        code="R120",
        severity=Severity.ERROR,
        title="unusable part of a path",
        what="a part of a workspace's path is empty, too long, `..`, or holds a slash or a control character",
        why="it would file into another place than the one that is written",
        instead="write each part of the path on its own: `path: [Clinic, Nursing]`",
        bad={"rules/workspaces.yaml": _workspaces("Triage: {department: clinic, path: [Clinic/Triage]}")},
        good={"rules/workspaces.yaml": _workspaces("Triage: {department: clinic, path: [Clinic, Triage]}")},
    ),
    Check(
        code="R121",
        severity=Severity.ERROR,
        title="two workspaces at one path",
        what="two named workspaces have the same path",
        why="two departments could read each other's faxes without a rule that says so",
        instead="give each its own path, or keep one of the names",
        bad={"rules/workspaces.yaml": _workspaces("Triage: {department: clinic, path: [Clinic, Nursing]}")},
        good={"rules/workspaces.yaml": _workspaces("Triage: {department: clinic, path: [Clinic, Triage]}")},
    ),
    Check(
        code="R122",
        severity=Severity.ERROR,
        title="workspaces that cannot be told apart",
        what="a workspace type has no usable `find by`, or a `name` without the key in it",
        why="every patient or claim would be filed into one workspace",
        instead='write `find by: name` with `name: "Claim {{ key }}"`, or name the external system',
        bad={"rules/workspaces.yaml": _workspaces(types="Claim: {department: clinic, find by: name, name: Claim}")},
        good={
            "rules/workspaces.yaml": _workspaces(
                types='Claim: {department: clinic, find by: name, name: "Claim {{ key }}"}'
            )
        },
    ),
    Check(
        code="R123",
        severity=Severity.ERROR,
        title="nowhere to wait",
        what="`exceptions` has no workspace for `organisation`",
        why="a fax of no department that is not decided could not be filed anywhere, so it would never be acknowledged",
        instead="add `organisation: NAME` under `exceptions:`",
        bad={"rules/workspaces.yaml": _workspaces(exceptions="clinic: Clinic exceptions")},
        good={"rules/workspaces.yaml": _workspaces()},
    ),
    Check(
        code="R124",
        severity=Severity.WARNING,
        title="department without exceptions",
        what="`exceptions` has no workspace for a department that has a rules file",
        why="its parked faxes would wait in the organisation's workspace, where the department may not look",
        instead="add `DEPARTMENT: NAME` under `exceptions:`",
        bad={"rules/workspaces.yaml": _workspaces(exceptions="organisation: Unsorted faxes")},
        good={"rules/workspaces.yaml": _workspaces()},
    ),
    Check(
        code="R125",
        severity=Severity.ERROR,
        title="exceptions in a foreign workspace",
        what="the exceptions of one department, or of the organisation, wait in another department's workspace",
        why="people of that department would read faxes that are not theirs",
        instead="name a workspace of the department itself, or one of the organisation",
        bad={
            "rules/workspaces.yaml": _workspaces(
                exceptions="clinic: Clinic exceptions, organisation: Clinic exceptions"
            )
        },
        good={"rules/workspaces.yaml": _workspaces()},
    ),
    Check(
        code="R126",
        severity=Severity.WARNING,
        title="department probably mistyped",
        what="a workspace belongs to a department that has no rules file, and one with nearly the same name has",
        why="no rule of that department could file into the workspace",
        instead="write the name as `department:` of the rules file has it",
        bad={"rules/workspaces.yaml": _workspaces("Triage: {department: clinics, path: [Clinic, Triage]}")},
        good={"rules/workspaces.yaml": _workspaces("Triage: {department: clinic, path: [Clinic, Triage]}")},
    ),
    Check(
        code="R127",
        severity=Severity.ERROR,
        title="queue that nobody looks after",
        what="a queue has neither `workflow` nor `assign to`, or it has both",
        why="either nobody would do its tasks, or nobody would know who does",
        instead="write `{workflow: NAME}`, the workflow map to start, or `{assign to: [...]}`, people or groups",
        bad=_queue("{}"),
        good=_queue("{assign to: [Front desk]}"),
    ),
    Check(
        code="R130",
        severity=Severity.WARNING,
        title="incomplete record class",
        what="a record class has no `disposition`, `rsi` or `authority`",
        why="faxes are kept by it, but nobody could say what happens at its end, or who demands it",
        instead="add the keys that the message names",
        bad={"rules/retention.yaml": _classes("case_7: {period: 7 years, from: case closed}")},
        good={
            "rules/retention.yaml": _classes(
                'case_7: {period: 7 years, from: case closed, disposition: destroy, rsi: C7, authority: "2.1"}'
            )
        },
    ),
    Check(
        code="R131",
        severity=Severity.WARNING,
        title="permanent, but destroyed",
        what="a record class has `period: permanent` and `disposition: destroy`",
        why="the end of its retention never comes, so one of the two is not meant",
        instead="write `disposition: keep`, or a period that ends",
        bad={
            "rules/retention.yaml": _classes(
                'deeds: {period: permanent, from: received, disposition: destroy, rsi: D, authority: "1.1"}'
            )
        },
        good={
            "rules/retention.yaml": _classes(
                'deeds: {period: permanent, from: received, disposition: keep, rsi: D, authority: "1.1"}'
            )
        },
    ),
    Check(
        code="R140",
        severity=Severity.ERROR,
        title="approval path without people",
        what="an approval path has neither `stages` nor `by rule: yes`, or it has both",
        why="either nobody could approve, or nobody would be asked",
        instead="write the stages, or `by rule: yes`",
        bad={"rules/approvals.yaml": "language: 1\npaths:\n  release: {by rule: yes}\n  supervisor: {stages: []}\n"},
        good={
            "rules/approvals.yaml": "language: 1\npaths:\n  release: {by rule: yes}\n"
            "  supervisor: {stages: [{group: supervisors, people: 1}]}\n"
        },
    ),
    Check(
        code="R141",
        severity=Severity.ERROR,
        title="escalation without a time",
        what="a stage has `escalate to` but no `within`",
        why="the escalation would never happen",
        instead="add `within:`, for example `within: 4 business hours`",
        bad={
            "rules/approvals.yaml": "language: 1\npaths:\n  release: {by rule: yes}\n"
            "  supervisor: {stages: [{group: supervisors, escalate to: head}]}\n"
        },
        good={
            "rules/approvals.yaml": "language: 1\npaths:\n  release: {by rule: yes}\n"
            "  supervisor: {stages: [{group: supervisors, within: 1 business day, escalate to: head}]}\n"
        },
    ),
    Check(
        code="R150",
        severity=Severity.ERROR,
        title="opening times overlap",
        what="two opening times of a calendar share a part of one day",
        why="business hours in it would be counted twice, so one of them is not meant",
        instead="write each day once, with a list of its times",
        bad={
            "rules/calendars.yaml": "language: 1\ncalendars:\n  clinic_hours:\n    time_zone: America/Los_Angeles\n"
            "    open: {monday to friday: 08:00-18:00, friday: 08:00-16:00}\n"
        },
        good={
            "rules/calendars.yaml": "language: 1\ncalendars:\n  clinic_hours:\n    time_zone: America/Los_Angeles\n"
            "    open: {monday to thursday: 08:00-18:00, friday: 08:00-16:00}\n"
        },
    ),
    Check(
        code="R161",
        severity=Severity.ERROR,
        title="missing column",
        what="the CSV file of a lookup has no column of its key, or of one of the facts that it gives",
        why="the lookup could find nothing, or give nothing",
        instead="name the column in the file's first line as the rules file does",
        bad={"rules/desks.csv": "our_number,place\n+14155550100,front\n"},
        good={"rules/desks.csv": "our_number,desk\n+14155550100,front\n"},
    ),
    Check(
        code="R162",
        severity=Severity.ERROR,
        title="the same key on two rows",
        what="two rows of a lookup have the same key",
        why="only one of them could be found, and nobody would know which",
        instead="keep one of the rows",
        bad={"rules/desks.csv": "our_number,desk\n+14155550100,front\n(415) 555-0100,back\n"},
        good={"rules/desks.csv": "our_number,desk\n+14155550100,front\n(415) 555-0101,back\n"},
    ),
    Check(
        code="R163",
        severity=Severity.ERROR,
        title="fact that cannot be a key",
        what="the key of a lookup is a long text, a set of ids, a moment, a duration, or comes from a lookup itself",
        why="such a value is never equal to one cell of a file",
        instead="use a fact with one short value: a number, an id, a choice",
        bad={
            "rules/shared/more.yaml": _lookup("{key: text, from file: desks.csv, gives: {desk: choice}}"),
        },
        good={"rules/shared/more.yaml": _lookup("{key: our_number, from file: desks.csv, gives: {desk: choice}}")},
    ),
    Check(
        code="R164",
        severity=Severity.ERROR,
        title="row without a key",
        what="the cell of the key is empty in a row of a lookup",
        why="the row could never be found",
        instead="write the key, or remove the row",
        bad={"rules/desks.csv": "our_number,desk\n,front\n"},
        good={"rules/desks.csv": "our_number,desk\n+14155550100,front\n"},
    ),
    Check(
        code="R170",
        severity=Severity.ERROR,
        title="value that no text ever is",
        what="a value of a choice is empty, or holds a line break, two blanks in a row, or blanks at its ends",
        why="texts are written without them, so the value could never be chosen",
        instead="write it as the message shows; beside `several: yes` a value may not hold `, ` either",
        bad=_kind('[Referral, "Consent "]'),
        good=_kind("[Referral, Consent]"),
    ),
)
