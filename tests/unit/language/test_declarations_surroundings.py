"""workspaces, retention, approvals, calendars and metadata templates: declared as written, mistakes at their place."""

from datetime import date

import pytest

from faxrouter.language.conditions import TimeWindow
from faxrouter.language.declarations.approvals import read_approval_paths
from faxrouter.language.declarations.calendars import read_calendars
from faxrouter.language.declarations.metadata import read_metadata_template, template_name
from faxrouter.language.declarations.retention import read_record_classes
from faxrouter.language.declarations.workspaces import Workspaces, read_workspaces
from faxrouter.language.findings import Findings
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import (
    ApprovalPath,
    ApprovalStage,
    Calendar,
    FactDeclaration,
    FactType,
    MetadataTemplate,
    NamedWorkspaceDeclaration,
    WorkspaceType,
)
from faxrouter.language.source import MapNode, ScalarNode, read_yaml
from faxrouter.language.texts import Text, parse_text
from faxrouter.language.weekly import read_weekdays, read_window
from faxrouter.model.problem import Place
from faxrouter.model.records import Disposition, Period, PeriodUnit, RecordClass

FACTS = {
    "their_number": FactDeclaration(name="their_number", type=FactType.PHONE, place=Place(file="rules/facts.yaml"))
}


def parse(text: str) -> tuple[MapNode, Findings]:
    findings = Findings()
    root = read_yaml("f", text.encode(), findings=findings)
    assert isinstance(root, MapNode)
    return root, findings


def said(findings: Findings) -> list[str]:
    return [str(problem).removeprefix("f:") for problem in findings.sorted()]


class TextChecks:
    """Checks texts as the compiler does, and keeps what it would note."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __call__(self, text: ScalarNode, *, extra: frozenset[str] = frozenset()) -> Text | None:
        parsed, faults = parse_text(text.text, declared=FACTS, extra=extra)
        self.said += [f"{text.place.line}:{text.place.column} {fault.message}" for fault in faults]
        return parsed


def place(line: int, column: int = 3) -> Place:
    return Place(file="f", line=line, column=column)


# --- workspaces


def workspaces_of(text: str) -> tuple[Workspaces, list[str]]:
    root, findings = parse(text)
    texts = TextChecks()
    read = read_workspaces(root, departments=["clinic"], check_text=texts, findings=findings)
    return read, said(findings) + texts.said


HEAD = "language: 1\nworkspaces:\n  Nursing: {department: clinic, path: [Clinic, Nursing]}\n  Mail: {path: [Mail]}\n"
TAIL = "exceptions: {clinic: Nursing, organisation: Mail}\n"


def test_workspaces_are_what_was_written() -> None:
    """Named ones with their path, types with the way to find one, and where parked documents wait."""
    read, problems = workspaces_of(
        HEAD
        + "types:\n"
        + "  Patient: {department: clinic, find by: {external system: EHR, object type: PATIENT}, create: no}\n"
        + '  Claim: {find by: name, name: "Claim {{ key }}", create: yes, template: Claims, '
        + "key from: [registry, barcode]}\n"
        + TAIL
    )

    nursing = NamedWorkspaceDeclaration(name="Nursing", department="clinic", path=("Clinic", "Nursing"), place=place(3))
    mail = NamedWorkspaceDeclaration(name="Mail", department=None, path=("Mail",), place=place(4))
    patient = WorkspaceType(
        name="Patient",
        department="clinic",
        find_by={"external system": "EHR", "object type": "PATIENT"},
        create=False,
        template=None,
        key_from=frozenset({"registry", "barcode", "check digit"}),
        place=place(6),
    )
    claim = WorkspaceType(
        name="Claim",
        department=None,
        find_by={"name": "Claim {{ key }}"},
        create=True,
        template="Claims",
        key_from=frozenset({"registry", "barcode"}),
        place=place(7),
    )
    expected = Workspaces(
        named={"Nursing": nursing, "Mail": mail},
        types={"Patient": patient, "Claim": claim},
        exceptions={"clinic": "Nursing", "organisation": "Mail"},
        queues={},
    )
    assert ([], expected) == (problems, read)


def test_a_workspace_without_a_path_stands_at_its_own_name() -> None:
    """`organisation` as department means none."""
    read, problems = workspaces_of(
        "language: 1\nworkspaces:\n  Nursing: {department: clinic}\n  Mail: {department: organisation}\n" + TAIL
    )

    assert problems == []
    assert [(None, ("Mail",)), ("clinic", ("Nursing",))] == sorted(
        ((named.department, named.path) for named in read.named.values()), key=lambda pair: pair[1]
    )


WRONG_WORKSPACES = [
    (
        HEAD + "  Triage: {department: clinic, path: [Clinic/Triage]}\n" + TAIL,
        ["5:39 R120 `Clinic/Triage` cannot be part of a path: no `/`, `\\`, `..` or spaces at its ends"],
    ),
    (
        HEAD + "  Triage: {path: [..]}\n" + TAIL,
        ["5:19 R120 `..` cannot be part of a path: no `/`, `\\`, `..` or spaces at its ends"],
    ),
    (
        HEAD + "  Triage: {path: [Mail]}\n" + TAIL,
        ["5:3 R121 `Triage` and `Mail` have the same path; give each its own, or keep one"],
    ),
    (
        HEAD + "  Triage: {department: clinc}\n" + TAIL,
        ['5:24 R126 no rules file has the department `clinc`; did you mean "clinic"?'],
    ),
    (HEAD + "  Triage: {department: harbour}\n" + TAIL, []),
    (
        HEAD + "types:\n  Claim: {find by: number}\n" + TAIL,
        [
            '6:20 R122 `find by: name` needs `name:` with the key in it: `name: "Claim {{ key }}"`',
            "6:20 R122 a workspace cannot be found by `number`; write `find by: name`, or "
            "`find by: {external system: …, object type: …}`",
        ],
    ),
    (
        HEAD + "types:\n  Claim: {find by: name, name: Claim}\n" + TAIL,
        ["6:32 R122 `name` is the same for every key; write the key into it: `{{ key }}`"],
    ),
    (
        HEAD + 'types:\n  Claim: {find by: name, name: "{{ keys }}{{ key }}"}\n' + TAIL,
        ["6:32 unknown fact `keys`; did you mean `key`?"],
    ),
    (
        HEAD + "types:\n  Claim: {find by: {external system: EHR}}\n" + TAIL,
        ["6:20 R009 `find by` needs `object type:`"],
    ),
    (
        HEAD + "types:\n  Claim: {find by: {external system: E, object type: C}, key from: [ocr]}\n" + TAIL,
        ["6:69 R106 unknown source of keys `ocr`; use registry, barcode, check digit"],
    ),
    (
        HEAD + "exceptions: {clinic: Nursing}\n",
        ["5:13 R123 `exceptions` needs `organisation:`, where a fax of no department waits for a person"],
    ),
    (
        HEAD,
        [
            "1:1 R123 `exceptions` needs `organisation:`, where a fax of no department waits for a person",
            "1:1 R124 `exceptions` has no `clinic:`; its parked faxes wait in the organisation's workspace",
        ],
    ),
    (
        HEAD + "exceptions: {clinic: Nurssing, organisation: Mail}\n",
        ['5:22 R107 unknown workspace `Nurssing`; did you mean "Nursing"?'],
    ),
    (
        HEAD + "exceptions: {clinic: Nursing, organisation: Nursing}\n",
        ["5:45 R125 `Nursing` belongs to `clinic`: documents of `organisation` must not wait there"],
    ),
]


@pytest.mark.parametrize(("text", "expected"), WRONG_WORKSPACES)
def test_a_mistake_in_workspaces_is_named_at_its_place(text: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it."""
    _, problems = workspaces_of(text)

    assert expected == problems


def test_a_place_to_wait_is_declared_by_being_named() -> None:
    """It belongs to who waits there, and its path is its name."""
    read, problems = workspaces_of(HEAD + "exceptions: {clinic: Clinic exceptions, organisation: Unsorted faxes}\n")

    assert problems == []
    assert read.exceptions == {"clinic": "Clinic exceptions", "organisation": "Unsorted faxes"}
    assert [(read.named[name].department, read.named[name].path) for name in read.exceptions.values()] == [
        ("clinic", ("Clinic exceptions",)),
        (None, ("Unsorted faxes",)),
    ]


def test_departments_are_not_judged_while_a_rules_file_cannot_be_read() -> None:
    """Its department may be the one that is missing."""
    root, findings = parse(HEAD + "  Triage: {department: clinc}\nexceptions: {organisation: Mail}\n")
    read_workspaces(root, departments=None, check_text=TextChecks(), findings=findings)

    assert said(findings) == []


# --- retention


def test_record_classes_are_what_was_written() -> None:
    """Periods as days or months, the trigger, and what demands them."""
    root, findings = parse(
        "language: 1\nclasses:\n  years_10: {period: 10 years, from: received, disposition: review, "
        'rsi: F10, authority: "4.2"}\n'
        '  deeds: {period: permanent, from: case closed, disposition: keep, rsi: D, authority: "1"}\n'
    )

    classes = read_record_classes(root, findings=findings)

    assert said(findings) == []
    assert classes == {
        "years_10": RecordClass(
            name="years_10",
            period=Period(length=120, unit=PeriodUnit.MONTHS, written="10 years"),
            trigger="received",
            disposition=Disposition.REVIEW,
            rsi="F10",
            authority="4.2",
            place=place(3),
        ),
        "deeds": RecordClass(
            name="deeds",
            period=Period(length=0, unit=PeriodUnit.PERMANENT, written="permanent"),
            trigger="case closed",
            disposition=Disposition.KEEP,
            rsi="D",
            authority="1",
            place=place(4),
        ),
    }


WRONG_CLASSES = [
    ("x: {from: received, disposition: keep, rsi: X, authority: A}", ["3:6 R009 the record class `x` needs `period:`"]),
    (
        "x: {period: ten years, from: received, disposition: keep, rsi: X, authority: A}",
        [
            "3:15 R105 `period`: `ten years` is not a period: write a whole number and a unit, such as `7 years`, "
            "or `permanent`"
        ],
    ),
    (
        "x: {period: 1 year, from: received, disposition: burn, rsi: X, authority: A}",
        ["3:52 R106 unknown disposition `burn`; use review, destroy, transfer, keep"],
    ),
    (
        "x: {period: 1 year, from: received}",
        [
            "3:3 R130 the record class `x` has no `disposition:` and `rsi:` and `authority:`; a record "
            "could not be disposed of by it"
        ],
    ),
    (
        "x: {period: permanent, from: received, disposition: destroy, rsi: X, authority: A}",
        ["3:55 R131 the record class `x` is permanent, so `disposition: destroy` never comes; write `keep`"],
    ),
]


@pytest.mark.parametrize(("line", "expected"), WRONG_CLASSES)
def test_a_mistake_in_retention_is_named_at_its_place(line: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it."""
    root, findings = parse(f"language: 1\nclasses:\n  {line}\n")
    read_record_classes(root, findings=findings)

    assert expected == said(findings)


# --- approvals


def test_approval_paths_are_what_was_written() -> None:
    """Stages with people, limits and escalation; a release is given by rule."""
    root, findings = parse(
        "language: 1\npaths:\n"
        "  two_person: {stages: [{group: legal, people: 2, within: 4 business hours, escalate to: "
        "lead}, {group: privacy}]}\n"
        "  release: {by rule: yes}\n"
    )

    paths = read_approval_paths(root, findings=findings)

    assert said(findings) == []
    first = ApprovalStage(group="legal", people=2, within="4 business hours", escalate_to="lead", place=place(3, 25))
    second = ApprovalStage(group="privacy", people=1, within=None, escalate_to=None, place=place(3, 97))
    assert paths == {
        "two_person": ApprovalPath(name="two_person", by_rule=False, stages=(first, second), place=place(3)),
        "release": ApprovalPath(name="release", by_rule=True, stages=(), place=place(4)),
    }


WRONG_PATHS = [
    ("x: {}", ["3:3 R140 the approval path `x` has nobody to ask; write `stages: [...]`, or `by rule: yes`"]),
    (
        "x: {by rule: yes, stages: [{group: a}]}",
        ["3:3 R140 the approval path `x` has both `by rule: yes` and `stages`; keep one"],
    ),
    ("x: {stages: [{people: 2}, {group: a}]}", ["3:16 R009 a stage needs `group:`"]),
    ("x: {stages: [{group: a, people: 0}]}", ["3:35 R105 `people`: `0` is not a number of people from 1 to 20"]),
    (
        "x: {stages: [{group: a, within: soon}]}",
        [
            "3:35 R105 `within`: `soon` is not a duration: write a whole number and a unit, such as `30 minutes` "
            "or `2 business days`"
        ],
    ),
    (
        "x: {stages: [{group: a, escalate to: b}]}",
        ["3:40 R141 `escalate to` needs `within:`, the time after which it happens"],
    ),
]


@pytest.mark.parametrize(("line", "expected"), WRONG_PATHS)
def test_a_mistake_in_approvals_is_named_at_its_place(line: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it."""
    root, findings = parse(f"language: 1\npaths:\n  {line}\n")
    read_approval_paths(root, findings=findings)

    assert expected == said(findings)


# --- calendars


def test_calendars_are_what_was_written() -> None:
    """Weekdays from Monday as 0, minutes after midnight, days that are closed."""
    root, findings = parse(
        "language: 1\ncalendars:\n"
        "  hours: {time_zone: Europe/Berlin, open: {monday to tuesday: [13:00-18:00, 08:00-12:00], "
        "friday: 22:00-06:00},"
        " closed on: [2026-12-25, 2027-01-01]}\n"
    )

    calendars = read_calendars(root, findings=findings)

    assert said(findings) == []
    day = (TimeWindow(start=480, end=720), TimeWindow(start=780, end=1080))
    assert calendars == {
        "hours": Calendar(
            name="hours",
            time_zone="Europe/Berlin",
            open={0: day, 1: day, 4: (TimeWindow(start=1320, end=360),)},
            closed_on=frozenset({date(2026, 12, 25), date(2027, 1, 1)}),
            place=place(3),
        )
    }


WRONG_CALENDARS = [
    (
        "{time_zone: Berlin, open: {}}",
        ["3:18 R105 `time_zone`: `Berlin` is not a time zone: write an IANA name, such as `America/Los_Angeles`"],
    ),
    (
        "{time_zone: UTC, open: {}, closed on: [25.12.2026]}",
        ["3:45 R105 `closed on`: `25.12.2026` is not a date: write year-month-day, such as `2026-03-01`"],
    ),
    (
        "{time_zone: UTC, open: {}, closed on: [2026-12-25, 2026-12-25]}",
        ["3:57 R104 `2026-12-25` stands twice in `closed on`; keep one"],
    ),
    (
        "{time_zone: UTC, open: {mondays: 08:00-18:00}}",
        [
            "3:30 R105 `open`: `mondays` is not a weekday: write `monday`, `monday to friday` or `saturday, sunday`; "
            "did you mean `monday`?"
        ],
    ),
    (
        "{time_zone: UTC, open: {monday: 8-18}}",
        [
            "3:38 R105 `open`: `8-18` is not a time window: write start and end on the 24-hour clock, such "
            "as `08:00-18:00`"
        ],
    ),
    (
        "{time_zone: UTC, open: {monday to friday: 08:00-18:00, friday: 08:00-16:00}}",
        ["3:69 R150 on friday two opening times overlap; write the day once, `[08:00-12:00, 13:00-18:00]`"],
    ),
    (
        "{time_zone: UTC, open: {sunday: 22:00-06:00, monday: 05:00-18:00}}",
        ["3:59 R150 on monday two opening times overlap; write the day once, `[08:00-12:00, 13:00-18:00]`"],
    ),
    ("{time_zone: UTC, open: {monday: 08:00-12:00, tuesday: 08:00-12:00, sunday: 22:00-08:00}}", []),
]


@pytest.mark.parametrize(("calendar", "expected"), WRONG_CALENDARS)
def test_a_mistake_in_calendars_is_named_at_its_place(calendar: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it."""
    root, findings = parse(f"language: 1\ncalendars:\n  h: {calendar}\n")
    read_calendars(root, findings=findings)

    assert expected == said(findings)


WEEKDAYS = [
    ("monday", {0}),
    ("Monday to Friday", {0, 1, 2, 3, 4}),
    ("saturday, sunday", {5, 6}),
    ("friday to monday", {4, 5, 6, 0}),
    ("monday to wednesday, friday", {0, 1, 2, 4}),
    ("weekdays", None),
    ("monday to", None),
    ("", None),
]


@pytest.mark.parametrize(("written", "expected"), WEEKDAYS)
def test_weekdays_are_read_as_written(written: str, expected: set[int] | None) -> None:
    """One, a span that may run over the week's end, or several."""
    read = read_weekdays(written)

    assert expected == (None if isinstance(read, Refusal) else set(read))


WINDOWS = [
    ("08:00-18:00", (480, 1080)),
    ("8:00 - 18:30", (480, 1110)),
    ("08:00 to 18:00", (480, 1080)),
    ("22:00-06:00", (1320, 360)),
    ("00:00-24:00", (0, 1440)),
    ("08:00-08:00", None),
    ("24:00-08:00", None),
    ("08:00-24:01", None),
    ("08:60-09:00", None),
    ("08:00", None),
    ("8-18", None),
]


@pytest.mark.parametrize(("written", "expected"), WINDOWS)
def test_windows_are_read_as_written(written: str, expected: tuple[int, int] | None) -> None:
    """Minutes after midnight; the end of the day is 24:00; an empty window is refused."""
    read = read_window(written)

    assert expected == (None if isinstance(read, Refusal) else (read.start, read.end))


# --- metadata


def template_of(text: str) -> tuple[MetadataTemplate | None, list[str]]:
    root, findings = parse(text)
    texts = TextChecks()
    template = read_metadata_template("fax", root, check_text=texts, findings=findings)
    return template, said(findings) + texts.said


def test_a_metadata_template_is_what_was_written() -> None:
    """Texts stay unrendered; an attribute may be empty."""
    template, problems = template_of(
        'language: 1\ncategory: Fax\nattributes: {Sender: "{{ their_number or \'\' }}", Note: ""}\n'
    )

    assert problems == []
    assert template == MetadataTemplate(
        name="fax",
        category="Fax",
        attributes={"Sender": "{{ their_number or '' }}", "Note": ""},
        place=place(1, 1),
    )


WRONG_TEMPLATES = [
    ("category: Fax\nattributes: {}\n", ["1:1 R009 the file needs `language: 1` as its first line"]),
    ("language: 1\nattributes: {}\n", ["1:1 R009 the metadata template `fax` needs `category:`"]),
    ("language: 1\ncategory: Fax\nattributes: {A: }\n", ["3:17 R009 the attribute `A` has no value"]),
    (
        "language: 1\ncategory: Fax\nattributes: {A: \"{{ their_nubmer or '' }}\"}\n",
        ["3:17 unknown fact `their_nubmer`; did you mean `their_number`?"],
    ),
    (
        "language: 1\ncategory: Fax\natributes: {A: b}\nattributes: {}\n",
        ['3:1 R008 unknown key `atributes` in the metadata template `fax`; did you mean "attributes"?'],
    ),
]


@pytest.mark.parametrize(("text", "expected"), WRONG_TEMPLATES)
def test_a_mistake_in_a_metadata_template_is_named_at_its_place(text: str, expected: list[str]) -> None:
    """Code, place, the author's own words, and how to mend it."""
    _, problems = template_of(text)

    assert expected == problems


NAMES = [
    ("templates/metadata/lab_result.yaml", "lab_result"),
    ("templates/metadata/deep/x.yaml", None),
    ("templates/metadata/x.yml", None),
    ("templates/covers/x.yaml", None),
    ("rules/x.yaml", None),
]


@pytest.mark.parametrize(("file", "expected"), NAMES)
def test_only_files_of_the_metadata_folder_are_templates(file: str, expected: str | None) -> None:
    """`templates/metadata/NAME.yaml`, and nothing below it."""
    assert expected == template_name(file)
