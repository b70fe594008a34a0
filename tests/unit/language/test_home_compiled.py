"""A whole home: its files by name, what they share, what must be unique, and what a reload reads again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from faxrouter.home.snapshot import Snapshot
from faxrouter.language.catalogue.examples import CLINIC, ORGANISATION, clinic, organisation, when
from faxrouter.language.compile import SourceCache, compile_home
from faxrouter.model.problem import Severity

BASE_HOME = Path(__file__).parents[2] / "golden" / "base_home"
RULE = "  - {id: example, when: {document_type: referral}, then: {urgency: today}}"
NIGHT = (
    "language: 1\ndepartment: night\nscope: {our_number: +14155550200}\n"
    "otherwise: {retention: years_10, approval: block, workspace: Night exceptions}\n"
)
WORKSPACES = (
    "language: 1\nworkspaces:\n  Nursing: {department: clinic, path: [Clinic]}\n"
    "  Clinic exceptions: {department: clinic, path: [Clinic, Exceptions]}\n"
    "  Night exceptions: {department: night, path: [Night]}\n"
    "  Unsorted faxes: {department: organisation, path: [Unsorted]}\n"
    "exceptions: {clinic: Clinic exceptions, night: Night exceptions, organisation: Unsorted faxes}\n"
)


def base_files() -> dict[str, bytes]:
    return {str(path.relative_to(BASE_HOME)): path.read_bytes() for path in BASE_HOME.rglob("*") if path.is_file()}


def test_the_smallest_home_compiles_without_a_problem(compiled: Callable[..., Any]) -> None:
    """The organisation's file comes first, then the departments' by path; lookups give facts."""

    made = compiled({"rules/a-night.rules.yaml": NIGHT, "rules/workspaces.yaml": WORKSPACES})

    assert [] == made.texts
    assert [None, "night", "clinic"] == [file.department for file in made.rule_set.files]
    assert "desk_by_number.desk" in made.rule_set.facts
    assert 64 == len(made.rule_set.digest)
    assert set(made.rule_set.text_hashes) == set(base_files()) | {"rules/a-night.rules.yaml"}
    assert {"python", "faxrouter", "tzdata", "phonenumbers", "re2"} == set(made.rule_set.versions)


def test_the_starter_home_compiles_without_an_error() -> None:
    """The home that `faxrouter init` copies is fine."""
    root = Path(__file__).parents[3]
    files = [path for part in ("rules", "templates") for path in (root / part).rglob("*") if path.is_file()]

    rule_set, problems = compile_home(Snapshot({str(path.relative_to(root)): path.read_bytes() for path in files}))

    assert [] == [str(problem) for problem in problems if problem.severity is Severity.ERROR]
    assert rule_set is not None
    assert len(rule_set.files) == 8


PLACES = [
    ("rules/clinic.yaml", 'no part of the language reads this file; did you mean "clinic.rules.yaml"?'),
    ("rules/fact.yaml", 'no part of the language reads this file; did you mean "facts.yaml"?'),
    ("rules/facts.yml", 'no part of the language reads this file; did you mean "facts.yaml"?'),
    ("rules/clinic.rules.yml", 'no part of the language reads this file; did you mean "clinic.rules.yaml"?'),
    ("rules/clinic.rule.yml", 'no part of the language reads this file; did you mean "clinic.rules.yaml"?'),
    ("rules/shared/more.yml", 'no part of the language reads this file; did you mean "more.yaml"?'),
    (
        "rules/documents.yaml",
        "no part of the language reads this file yet; declare document types and ids in facts.yaml",
    ),
    ("rules/brokers.xlsx", "no part of the language reads this file; save the table as a CSV file"),
    (
        "rules/west/a.rules.yaml",
        "no part of the language reads this file; rules files stand in rules/ itself: move it to rules/a.rules.yaml",
    ),
    (
        "templates/cover.yaml",
        "no part of the language reads this file; metadata templates are called templates/metadata/NAME.yaml",
    ),
]


@pytest.mark.parametrize(("path", "message"), PLACES)
def test_a_file_in_no_known_place_is_an_error(path: str, message: str, compiled: Callable[..., Any]) -> None:
    """A rules file that is ignored because of its name is the hardest mistake to see."""

    made = compiled({path: "language: 1\n"})

    assert made.rule_set is None
    assert [f"{path}:1:1 R011 {message}"] == [str(problem) for problem in made.problems]


@pytest.mark.parametrize("path", ["rules/README.md", "templates/metadata/notes.txt", "rules/unused.csv"])
def test_notes_for_people_may_stand_beside_the_rules(path: str, compiled: Callable[..., Any]) -> None:
    """Nobody takes them for rules."""

    assert [] == compiled({path: "a,b\n"}).texts


def test_a_home_without_facts_says_only_that(compiled: Callable[..., Any]) -> None:
    """Without facts.yaml every word would be unknown, so nothing else is said about words."""

    made = compiled({"rules/facts.yaml": None})

    assert made.rule_set is None
    assert ["rules/facts.yaml:1:1 R015"] == [str(problem)[:25] for problem in made.problems]


@pytest.mark.parametrize(
    "path",
    [
        "rules/facts.yaml",
        "rules/workspaces.yaml",
        "rules/retention.yaml",
        "rules/approvals.yaml",
        "rules/calendars.yaml",
        "rules/shared/words.yaml",
        "rules/clinic.rules.yaml",
        "rules/organisation.rules.yaml",
        "templates/metadata/referral.yaml",
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(path: str, compiled: Callable[..., Any]) -> None:
    """What would only follow from it is not told."""

    made = compiled({path: "language: 1\nx: [\n"})

    assert made.rule_set is None
    assert [(path, "R002")] == [(problem.place.file, problem.code) for problem in made.problems]


def test_a_template_is_not_blamed_for_a_rules_file_that_cannot_be_read(compiled: Callable[..., Any]) -> None:
    """Its texts may print what a lookup of that file gives."""
    template = "language: 1\ncategory: C\nattributes: {Desk: \"{{ desk_by_number.desk or '' }}\"}\n"
    assert [] == compiled({"templates/metadata/referral.yaml": template}).texts

    made = compiled({"templates/metadata/referral.yaml": template, "rules/clinic.rules.yaml": "x: [\n"})

    assert [("rules/clinic.rules.yaml", "R002")] == [(problem.place.file, problem.code) for problem in made.problems]


MISTAKES = [
    ("clinic_hours", "clinic_ours", "5:11 R210"),
    ("document_type:", "documnt_type:", "9:7 R201"),
    ("[id, pages,", "[id, pags,", "13:19 R201"),
    ("    then: {task", "      then: {task", "10:7 R007"),
    ("queue: desk", "que: desk", "10:19 R008"),
]


@pytest.mark.parametrize(("written", "mistake", "expected"), MISTAKES)
def test_one_mistake_in_a_rules_file_is_one_problem(
    written: str, mistake: str, expected: str, compiled: Callable[..., Any]
) -> None:
    """What follows from it is not told: tests that name the rule, hours of a calendar, a queue under another name."""
    ((path, good),) = clinic(
        "rules:",
        "  - id: example",
        "    when:",
        "      document_type: referral",
        "    then: {task: {queue: desk, due: 4 business hours}}",
        "tables:",
        "  - id: sizes",
        '    columns: [id, pages, "-> urgency"]',
        "    rows: [[long, over 20, today]]",
        "tests:",
        "  - {name: a, fax: {}, expect: {decided by: {task: example, urgency: 'sizes[long]'}}}",
    ).items()
    assert [] == compiled({path: good}).texts

    made = compiled({path: good.replace(written, mistake)})

    assert [expected] == [f"{problem.place.line}:{problem.place.column} {problem.code}" for problem in made.problems]


@pytest.mark.parametrize("content", ["", "- a\n", "a\n", "# nothing\n"])
@pytest.mark.parametrize("path", sorted(path for path in base_files() if path.endswith(".yaml")))
def test_a_file_of_another_shape_is_told_and_nothing_breaks(
    path: str, content: str, compiled: Callable[..., Any]
) -> None:
    """An empty file, a list or a word where a map must stand is a problem of that file."""

    made = compiled({path: content})

    assert made.rule_set is None
    assert path in {problem.place.file for problem in made.problems}


def test_ids_are_unique_over_all_files(compiled: Callable[..., Any]) -> None:
    """A rule, a table and another file's rule may not share an id."""
    table = '  - {id: example, columns: [pages, "-> urgency"], rows: [[1, now]]}'

    made = compiled(
        {**clinic("rules:", RULE, "tables:", table), **organisation("rules:", RULE.replace("referral", "consent"))}
    )

    assert [
        "rules/clinic.rules.yaml:7:10 R311 the id `example` stands twice: here and at rules/organisation.rules.yaml:3; "
        "ids are unique over all files",
        "rules/clinic.rules.yaml:9:10 R311 the id `example` stands twice: here and at rules/organisation.rules.yaml:3; "
        "ids are unique over all files",
    ] == [str(problem) for problem in made.problems]


def test_a_department_has_one_file(compiled: Callable[..., Any]) -> None:
    """Two files of one department would have no order between them."""

    made = compiled({"rules/zz.rules.yaml": NIGHT.replace("night", "clinic").replace("Night", "Clinic")})

    assert [
        "rules/zz.rules.yaml:2:13 R312 the department `clinic` has a file already: rules/clinic.rules.yaml; "
        "put both into one file"
    ] == [str(problem) for problem in made.problems]


HEADS = [
    ("scope: {their_number: +14155550100}", "R340"),
    ("include: [facts.yaml]", "R330"),
    ("include: [../x.yaml]", "R330"),
    ("include: [shared/words.yaml, shared/words.yaml]", "R330"),
    ("include: [shared/word.yaml]", "R015"),
    ("calendar: clinic_ours", "R210"),
    ("time_zone: Pacific", "R342"),
    ("department: organisation", "R312"),
    ("departmnt: clinic", "R008"),
]


@pytest.mark.parametrize(("line", "code"), HEADS)
def test_the_head_of_a_rules_file_is_checked(line: str, code: str, compiled: Callable[..., Any]) -> None:
    """Each line of the head names something that exists, in the place where it may stand."""
    key = line.partition(":")[0]
    lines = [other for other in clinic()[CLINIC].splitlines() if not other.startswith(key)]

    made = compiled({CLINIC: "\n".join((*lines, line)) + "\n"})

    assert code in {problem.code for problem in made.problems}
    assert made.rule_set is None


def test_a_department_file_needs_department_and_scope(compiled: Callable[..., Any]) -> None:
    """Without a scope it would decide for everybody."""

    made = compiled({"rules/night.rules.yaml": "language: 1\n"})

    assert {"night.rules.yaml needs `department:`", "night.rules.yaml needs `scope:`"} <= {
        problem.message for problem in made.problems
    }


def test_a_missing_department_spoils_no_rule(compiled: Callable[..., Any]) -> None:
    """One missing line is one problem; the rules are judged under the name of the file."""
    text = clinic("rules:", "  - {id: a, then: {workspace: Nursing}}")[CLINIC]

    made = compiled({CLINIC: text.replace("department: clinic\n", "")})

    assert ["1:1 R009 clinic.rules.yaml needs `department:`"] == made.texts


LOCAL_TIMES = [
    ("when: {received_at: {on: monday}}", "", ["R344"]),
    ("when: {received_at between: 08:00-12:00}", "", ["R344"]),
    ("valid: {from: 2026-01-01}", "", ["R344"]),
    ("when: {received_at: {during: clinic_hours}}", "", []),
    ("valid: {from: 2026-01-01}", "time_zone: Europe/Paris", []),
    ("valid: {from: 2026-01-01}", "calendar: clinic_hours", []),
]


@pytest.mark.parametrize(("asked", "head", "codes"), LOCAL_TIMES)
def test_local_time_needs_a_zone(asked: str, head: str, codes: list[str], compiled: Callable[..., Any]) -> None:
    """A date or an hour without a zone is probably not meant in UTC; a calendar has its own zone."""
    lines = clinic("rules:", f"  - {{id: a, {asked}, then: {{urgency: now}}}}")[CLINIC].splitlines()
    kept = [line for line in lines if not line.startswith(("time_zone", "calendar"))]

    made = compiled({CLINIC: "\n".join([*kept, head]) + "\n"})

    assert codes == [problem.code for problem in made.problems]


@pytest.mark.parametrize("line", ["department: x", "scope: {our_number: +14155550100}"])
def test_the_organisation_has_no_scope(line: str, compiled: Callable[..., Any]) -> None:
    """Its rules decide for every fax."""

    assert ["R340"] == [problem.code for problem in compiled(organisation(line)).problems]


def test_words_are_shared_by_include_only(compiled: Callable[..., Any]) -> None:
    """A list or lookup of a file that is not included is not known, and the message says where it stands."""
    shared = {
        "rules/shared/more.yaml": "language: 1\nlists: {rush: [soon]}\n"
        "lookups: {desks: {key: our_number, from file: desks.csv, gives: {desk: choice}}}\n"
    }

    made = compiled({**shared, **when("text contains any: $rush", "our_number found in: desks", "desks.desk: front")})

    assert [
        "9:26 R207 unknown list `$rush`; it stands in rules/shared/more.yaml, which this file does not include",
        "10:28 R209 unknown lookup `desks`; it stands in rules/shared/more.yaml, which this file does not include",
        "11:7 R201 `desks.desk` stands in a lookup of rules/shared/more.yaml, which this file does not include; "
        "add `include: [shared/more.yaml]`",
    ] == made.texts


def test_one_name_from_two_includes_is_an_error(compiled: Callable[..., Any]) -> None:
    """Which of the two is meant cannot be guessed; the same goes for a file's own list."""
    more = {"rules/shared/more.yaml": "language: 1\nlists: {urgent: [soon]}\n"}

    two = compiled({**more, **clinic("include: [shared/words.yaml, shared/more.yaml]")})
    own = compiled(clinic("include: [shared/words.yaml]", "lists: {urgent: [soon]}"))

    assert [
        "6:30 R331 rules/shared/more.yaml and rules/shared/words.yaml both have a list `urgent`; rename one of them"
    ] == two.texts
    assert [
        "6:11 R331 rules/shared/words.yaml and this file both have a list `urgent`; rename one of them"
    ] == own.texts


def test_one_lookup_in_two_files_is_an_error(compiled: Callable[..., Any]) -> None:
    """The facts of a lookup are named after it, so its name belongs to one file."""
    lookup = "lookups: {desks: {key: our_number, from file: desks.csv, gives: {desk: choice}}}"

    made = compiled({**clinic(lookup), **organisation(lookup)})

    assert [
        "rules/clinic.rules.yaml:6:11 R331 the lookup `desks` stands in rules/organisation.rules.yaml as well; "
        "give one another name, or move it to a file under rules/shared/ and include it in both"
    ] == [str(problem) for problem in made.problems]


@pytest.mark.parametrize(
    ("organisation_rule", "clinic_rule", "codes"),
    [
        ("", "", ["R341"]),
        ("", "  - {id: a, then: {approval: block}}", []),
        ("", "  - {id: a, when: {pages: 1}, then: {approval: block}}", ["R341"]),
        ("", "  - {id: a, valid: {until: 2026-12-31}, then: {approval: block}}", ["R341"]),
        ("  - {id: b, then: {approval: block}}", "", []),
    ],
)
def test_a_required_outcome_needs_otherwise(
    organisation_rule: str, clinic_rule: str, codes: list[str], compiled: Callable[..., Any]
) -> None:
    """Without it, or a rule that always applies, a fax that no rule fits is parked: a warning."""
    made = compiled(
        {
            **organisation(*(["rules:", organisation_rule] if organisation_rule else [])),
            **clinic(
                *(["rules:", clinic_rule] if clinic_rule else []),
                otherwise="{workspace: Clinic exceptions, retention: years_10}",
            ),
        }
    )

    assert codes == [problem.code for problem in made.problems]
    assert made.rule_set is not None


def test_a_file_without_otherwise_is_one_warning(compiled: Callable[..., Any]) -> None:
    """However many outcomes are required."""
    ((path, rules),) = clinic("rules:", RULE).items()

    made = compiled({path: rules[: rules.index("otherwise:")]})

    assert [
        "1:1 R341 `approval`, `retention`, `workspace` are required and have no value in a file without `otherwise:`; "
        "a fax that no rule fits is parked"
    ] == made.texts


def test_a_home_without_an_organisation_file_is_warned_of(compiled: Callable[..., Any]) -> None:
    """Faxes in no scope have nothing that decides for them."""

    made = compiled({ORGANISATION: None})

    assert [("rules/facts.yaml", "R341")] == [(problem.place.file, problem.code) for problem in made.problems]


def test_tests_and_invariants_are_kept_as_written(compiled: Callable[..., Any]) -> None:
    """Facts of a test stay text, states have one shape, and an empty or skipped test is kept for its own result."""
    made = compiled(
        clinic(
            "rules:",
            RULE,
            "tests:",
            "  - name: first",
            "    fax: {pages: 3, their_number: , document_type: {state: uncertain, values: [other], confidence: low},",
            "      claim_ids: [C-0001], our_number: {state: absent}}",
            "    expect: {urgency: today, decided by: {urgency: example}, parked: no, absent: [task]}",
            "  - {name: second, fax: {}}",
            "  - {name: third, fax: {}, expect: {parked: yes}, skip: until monday}",
            "must always:",
            "  - {id: safe, never: {event: send_requested, not: {signed: yes}}, unless: {approval: block, hold: [a]}}",
        )
    )
    first, second, third = made.clinic.tests

    assert {
        "pages": "3",
        "their_number": None,
        "document_type": {"state": "uncertain", "values": ["other"], "confidence": "low"},
        "claim_ids": ["C-0001"],
        "our_number": {"state": "absent"},
    } == first.fax
    assert ({"urgency": "today"}, {"urgency": "example"}, False, ("task",)) == (
        first.expect,
        first.decided_by,
        first.parked,
        first.absent,
    )
    assert ({}, {}, None, (), None) == (second.expect, second.decided_by, second.parked, second.absent, second.skip)
    assert (True, "until monday") == (third.parked, third.skip)
    assert {"approval": ("block",), "hold": ("a",)} == made.clinic.invariants[0].unless


def test_a_test_that_names_a_missing_rule_is_warned_of_and_kept(compiled: Callable[..., Any]) -> None:
    """Its result is its own; the message tells the rule that was probably meant."""

    made = compiled(clinic("rules:", RULE, "tests:", "  - {name: a, fax: {}, expect: {decided by: {urgency: exampl}}}"))

    assert ['9:55 R362 there is no rule `exampl`; did you mean "example"?'] == made.texts
    assert {"urgency": "exampl"} == made.clinic.tests[0].decided_by


@pytest.mark.parametrize("name", ["clinic.otherwise", "organisation.otherwise", "facts.when_unsure", "lines[a]"])
def test_a_test_may_name_every_kind_of_rule(name: str, compiled: Callable[..., Any]) -> None:
    """Rows, `otherwise` and the values of facts.yaml have rule names too."""

    table = '  - {id: lines, columns: [id, pages, "-> urgency"], rows: [[a, 1, now]]}'

    made = compiled(
        clinic("tables:", table, "tests:", f"  - {{name: a, fax: {{}}, expect: {{decided by: {{urgency: '{name}'}}}}}}")
    )

    assert [] == made.texts


def test_too_many_problems_stop_the_reading(compiled: Callable[..., Any]) -> None:
    """Nobody reads ten thousand problems, and finding close words for them takes long."""

    made = compiled(when(*(f"nonsense_{n}: x" for n in range(10_000))))

    assert made.rule_set is None
    assert 1 == sum(problem.code == "R016" for problem in made.problems)
    assert len(made.problems) <= 1002


def test_a_reload_reads_only_what_changed() -> None:
    """The cache keeps what was read by content, and gives the rule set that a fresh reading gives."""
    cache = SourceCache()
    files = base_files()
    changed = files | {CLINIC: files[CLINIC].replace(b"urgency: now", b"urgency: today")}

    first, _ = compile_home(Snapshot(files), cache=cache)
    second, _ = compile_home(Snapshot(changed), cache=cache)

    assert first is not None
    assert second is not None
    assert [True, False] == [new is old for new, old in zip(second.files, first.files, strict=True)]
    assert compile_home(Snapshot(changed))[0] == second
    assert compile_home(Snapshot(files), cache=cache)[0] == first
    assert first.digest != second.digest


def test_a_reload_looks_again_at_everything_that_a_change_may_touch() -> None:
    """A word that a declaration, a shared file or a CSV takes away is missed in every rules file, cache or not."""
    files = base_files()
    changes = {
        "rules/facts.yaml": files["rules/facts.yaml"].replace(b"referral, lab_result", b"lab_result"),
        "rules/shared/words.yaml": b"language: 1\nlists: {other: [a]}\n",
        "rules/desks.csv": b"our_number,room\n+14155550100,front\n",
        "templates/metadata/referral.yaml": b"language: 1\n",
    }
    for path, content in changes.items():
        cache = SourceCache()
        compile_home(Snapshot(files), cache=cache)

        changed = Snapshot(files | {path: content})
        again = compile_home(changed, cache=cache)

        assert again[0] is None
        assert again == compile_home(changed)
        assert compile_home(Snapshot(files), cache=cache) == compile_home(Snapshot(files))
