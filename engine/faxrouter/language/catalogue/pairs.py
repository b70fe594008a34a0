"""Problems that show only between two rules, or between a rule and itself (R501–R506)."""

from faxrouter.language.catalogue.check import Check
from faxrouter.model.problem import Severity

_OTHERWISE = "otherwise: {workspace: Clinic exceptions, retention: years_10, approval: block}\n"


def _clinic(body: str, *, scope: str = "+1 415 555 0100 .. +1 415 555 0149") -> dict[str, str]:
    """The clinic's rules file, with this body."""
    head = f'language: 1\ndepartment: clinic\nscope: {{our_number: ["{scope}"]}}\ntime_zone: America/Los_Angeles\n'
    return {"rules/clinic.rules.yaml": head + body + _OTHERWISE}


def _laboratory(first: str) -> dict[str, str]:
    """A second department, which begins with this number."""
    return {
        "rules/laboratory.rules.yaml": (
            f'language: 1\ndepartment: laboratory\nscope: {{our_number: ["{first} .. +1 415 555 0199"]}}\n'
            "time_zone: America/Los_Angeles\n"
            "otherwise: {workspace: Lab, retention: years_10, approval: block}\n"
        ),
        "rules/workspaces.yaml": (
            "language: 1\nworkspaces:\n"
            "  Nursing: {department: clinic, path: [Clinic, Nursing]}\n"
            "  Clinic exceptions: {department: clinic, path: [Clinic, Exceptions]}\n"
            "  Lab: {department: laboratory, path: [Lab]}\n"
            "  Unsorted faxes: {department: organisation, path: [Unsorted]}\n"
            "exceptions: {clinic: Clinic exceptions, laboratory: Lab, organisation: Unsorted faxes}\n"
        ),
    }


def _rule(condition: str) -> str:
    return f"rules:\n  - id: clinic-long\n    when: {{{condition}}}\n    then: {{urgency: today}}\n"


def _table(kind: str) -> str:
    return (
        f'tables:\n  - id: by-number\n    rows are: {kind}\n    columns: [id, pages, "-> urgency"]\n'
        "    rows:\n      - [long, over 20, today]\n      - [any, over 30, normal]\n"
    )


def _two_rules(first: str, second: str) -> str:
    return (
        f"rules:\n  - id: clinic-long\n    when: {{pages more than: {first}}}\n    then: {{metadata: referral}}\n"
        f"  - id: clinic-longer\n    when: {{pages at most: {second}}}\n    then: {{metadata: unsorted}}\n"
    )


PAIRS: tuple[Check, ...] = (
    Check(
        code="R501",
        severity=Severity.ERROR,
        title="scopes overlap",
        what="the scopes of two departments have a fax in common",
        why="both would decide about it, and one could route the other's faxes",
        instead="give each number to one department; the example is a number that both claim",
        bad=_laboratory("+1 415 555 0140"),
        good=_laboratory("+1 415 555 0150"),
    ),
    Check(
        code="R502",
        severity=Severity.ERROR,
        title="condition contradicts itself",
        what="no fax can satisfy the conditions of the rule together",
        why="the rule looks as if it did something and never will",
        instead="mend the condition that is wrong, write alternatives under `any:`, or remove the rule",
        bad=_clinic(_rule("pages at least: 30, pages below: 20")),
        good=_clinic(_rule("pages at least: 20, pages below: 30")),
    ),
    Check(
        code="R503",
        severity=Severity.WARNING,
        title="rule outside its scope",
        what="every fax that the rule describes lies outside the department's scope or the rule's dates",
        why="a department decides only for its own numbers, so the rule never matches",
        instead="mend the number, or move the rule to the department that owns it",
        bad=_clinic(_rule('our_number: "+1 415 555 0155"')),
        good=_clinic(_rule('our_number: "+1 415 555 0105"')),
    ),
    Check(
        code="R504",
        severity=Severity.ERROR,
        title="rows overlap",
        what="two rows of a table whose `rows are: unique` match one fax",
        why="the table says that each fax has one row; which of the two was meant cannot be guessed",
        instead="make one row narrower, or write `rows are: in order`",
        bad=_clinic(_table("unique")),
        good=_clinic(_table("in order")),
    ),
    Check(
        code="R505",
        severity=Severity.ERROR,
        title="tie between files",
        what="two rules of different files, with the same priority, give one fax different values",
        why="file names never decide: a renamed file must not send a fax elsewhere",
        instead="give one rule another `priority`, or keep the scopes apart",
        bad={
            **_laboratory("+1 415 555 0140"),
            "rules/laboratory.rules.yaml": (
                'language: 1\ndepartment: laboratory\nscope: {our_number: ["+1 415 555 0140 .. +1 415 555 0199"]}\n'
                "time_zone: America/Los_Angeles\n"
                "rules:\n  - id: lab-referral\n    when: {document_type: referral}\n    then: {metadata: unsorted}\n"
                "otherwise: {workspace: Lab, retention: years_10, approval: block}\n"
            ),
        },
        good=_laboratory("+1 415 555 0150"),
    ),
    Check(
        code="R506",
        severity=Severity.NOTE,
        title="settled by order",
        what="an earlier rule of the same file and priority gives another value to a fax that this rule matches too",
        why="the earlier one decides; that is often meant, and sometimes a surprise",
        instead="nothing, if it is meant; otherwise move the rule up, or give it a higher `priority`",
        bad=_clinic(_two_rules("20", "30")),
        good=_clinic(_two_rules("20", "20")),
    ),
)
