"""What rules give: every outcome in the shape that planning and policies need, checked against what is declared."""

from collections.abc import Callable
from typing import Any

import pytest

from faxrouter.language.catalogue.examples import clinic, organisation, then
from faxrouter.language.ruleset import Group, Priority, WorkspaceOutput

WORKSPACES = """language: 1
workspaces:
  Nursing: {department: clinic, path: [Clinic, Nursing]}
  Clinic exceptions: {department: clinic, path: [Clinic, Exceptions]}
  Unsorted faxes: {department: organisation, path: [Unsorted]}
types:
  Patient: {department: clinic, find by: {external system: EHR, object type: PATIENT}, create: no}
exceptions: {clinic: Clinic exceptions, organisation: Unsorted faxes}
"""
FURTHER = (
    "  reply: {policy: collect, values: [missing_signature, missing_pages]}\n"
    "  notify: {policy: collect}\n"
    "  send: {policy: first, decided on: [send_requested]}\n"
)

OUTPUTS: list[tuple[str, str, tuple[Any, ...]]] = [
    ("{workspace: Nursing}", "workspace", (WorkspaceOutput(name="Nursing"),)),
    (
        "{workspace: {type: Patient, key: patient_id, else: Nursing}}",
        "workspace",
        (WorkspaceOutput(type="Patient", key="patient_id", otherwise="Nursing"),),
    ),
    ("{metadata: referral}", "metadata", ("referral",)),
    ("{retention: [years_10, medical_7]}", "retention", ("years_10", "medical_7")),
    ("{hold: case-1}", "hold", ("case-1",)),
    ("{approval: block}", "approval", ("block",)),
    ("{reply: missing_pages}", "reply", ("missing_pages",)),
    ("{notify: [a, {group: b}]}", "notify", ("a", {"group": "b"})),
    ("{send: {cover: standard, pages: [1, 2]}}", "send", ({"cover": "standard", "pages": ["1", "2"]},)),
    ("{task: {queue: desk, title: Call}}", "task", ({"kind": "example", "queue": "desk", "title": "Call"},)),
    (
        "{task: [{kind: k, workflow: {map: Review}, due: 2 business days}, {queue: q, task_priority: high}]}",
        "task",
        (
            {"kind": "k", "workflow": {"map": "Review"}, "due": "2 business days"},
            {"kind": "example", "queue": "q", "task_priority": "high"},
        ),
    ),
    ("{task: {workflow: Review}}", "task", ({"kind": "example", "workflow": "Review"},)),
]


@pytest.fixture
def overlay(request: pytest.FixtureRequest) -> Callable[[dict[str, str]], dict[str, str]]:
    """The base home with a type of workspaces and some more outcomes."""
    base = request.path.parents[2] / "golden" / "base_home" / "rules" / "facts.yaml"

    def with_more(files: dict[str, str]) -> dict[str, str]:
        return {"rules/workspaces.yaml": WORKSPACES, "rules/facts.yaml": base.read_text() + FURTHER, **files}

    return with_more


@pytest.mark.parametrize(("written", "outcome", "values"), OUTPUTS, ids=[written for written, _, _ in OUTPUTS])
def test_an_output_has_the_shape_of_its_outcome(
    written: str, outcome: str, values: tuple[Any, ...], compiled: Callable[..., Any], overlay: Callable[..., Any]
) -> None:
    """Values stay text as written; a task has its kind filled in; a list gives several values."""

    output = compiled(overlay(dict(then(written)))).rule("example").outputs[outcome]

    assert (outcome, values) == (output.outcome, output.values)


PROBLEMS = [
    ("{urgent: now}", '9:12 R301 unknown outcome `urgent`; did you mean "urgency"?'),
    ("{urgency: [now, today]}", "9:21 R308 `urgency` takes one value, not a list: its policy is `strictest`"),
    ("{metadata: referal}", '9:22 R303 unknown metadata `referal`; did you mean "referral"?'),
    ("{approval: supervisor}", "9:22 R303 unknown approval `supervisor`; it is one of block, release"),
    ("{reply: missing_page}", '9:19 R303 unknown reply `missing_page`; did you mean "missing_pages"?'),
    ("{workspace: Nursng}", '9:23 R304 unknown workspace `Nursng`; did you mean "Nursing"?'),
    ("{workspace: Unsorted}", "9:23 R304 unknown workspace `Unsorted`; workspaces stand in workspaces.yaml"),
    (
        "{workspace: Patient}",
        "9:23 R304 unknown workspace `Patient`: it is a type; write `{type: Patient, key: <fact>, else: <workspace>}`",
    ),
    (
        "{workspace: {type: Patient, key: claim_ids, else: Nursing}}",
        "9:44 R304 `claim_ids` is a `set_of_ids` and cannot be the key of a workspace",
    ),
    (
        "{workspace: {type: Patient, key: patientid, else: Nursing}}",
        '9:44 R201 unknown fact `patientid`; did you mean "patient_id"?',
    ),
    (
        "{workspace: {type: Patient, key: patient_id, else: Unsorted faxes}}",
        "9:62 R305 `Unsorted faxes` belongs to the organisation; "
        "rules of `clinic` file only into workspaces of `clinic`",
    ),
    ("{workspace: {type: Patient, key: patient_id}}", "9:23 R009 `workspace` needs `else:`"),
    ("{task: Call}", "9:18 R007 `task` must be a map (`key: value` lines)"),
    ("{task: {title: Call}}", "9:18 R307 a task needs `queue:` or `workflow:`"),
    (
        "{task: {queue: a, workflow: {map: b}}}",
        "9:18 R307 a task goes to a queue or starts a workflow; keep one of them",
    ),
    (
        "{task: {queue: a, due: soon}}",
        "9:34 R307 `soon` is not a duration: write a whole number and a unit, "
        "such as `30 minutes` or `2 business days`",
    ),
    (
        "{task: {queue: a, task_priority: urgent}}",
        "9:44 R307 unknown task priority `urgent`; use lowest, low, normal, high, highest",
    ),
    ('{task: {queue: ""}}', "9:26 R307 `queue` is empty; write it, or remove the line"),
    ("{task: {queue: a, titel: b}}", '9:29 R008 unknown key `titel` in `task`; did you mean "title"?'),
    ("{hold: []}", "9:18 R212 the list of `hold` is empty; write a value, or remove it"),
    ("{hold: ''}", "9:18 R212 `hold` is an empty text; write a value, or remove it"),
    ("{notify: [a, ' ']}", "9:24 R212 `notify` is an empty text; write a value, or remove it"),
    ("{task: {workflow: [a]}}", "9:29 R007 `workflow` must be the name of a workflow map, or a map"),
    ("{send: {}}", "9:18 R212 the map of `send` is empty; write a line, or remove it"),
    ("{}", "9:11 R212 `then` gives nothing; write an outcome, or remove the rule"),
    ("{task: {queue: a, title: '{{ nope }}'}}", "9:40 R403 unknown fact `nope`"),
]


@pytest.mark.parametrize(("written", "text"), PROBLEMS, ids=[written for written, _ in PROBLEMS])
def test_an_output_that_cannot_be_used_is_one_problem(
    written: str, text: str, compiled: Callable[..., Any], overlay: Callable[..., Any]
) -> None:
    """Nothing that the rest of the router could not act on gets into a rule set."""

    made = compiled(overlay(dict(then(written))))

    assert made.rule_set is None
    assert [text] == made.texts


TITLES = [
    ("when: {document_type: referral}", "{{ document_type }}", []),
    ("when: {document_type: referral}", "{{ pages }}", ["R404"]),
    ("when: {any: [{pages: 1}, {pages: 2, signed: yes}]}", "{{ pages }}", []),
    ("when: {any: [{pages: 1}, {signed: yes}]}", "{{ pages }}", ["R404"]),
    ("when: {pages is missing: yes}", "{{ pages }}", ["R404"]),
    ("when: {all: [{pages: 1}]}", "{{ pages }}", []),
    # every event has it, and every fax in the scope has our number
    ("when: {pages: 1}", "{{ event }} {{ our_number }}", []),
]


@pytest.mark.parametrize(("when", "title", "codes"), TITLES)
def test_a_text_may_print_what_the_condition_makes_known(
    when: str, title: str, codes: list[str], compiled: Callable[..., Any]
) -> None:
    """A fact that may be missing where the rule fits is warned of in its texts."""

    made = compiled(clinic("rules:", f"  - {{id: a, {when}, then: {{task: {{queue: q, title: '{title}'}}}}}}"))

    assert codes == [problem.code for problem in made.problems]


ORGANISATION = [
    ("apply: before departments, then: {workspace: Unsorted faxes}", Group.BEFORE_DEPARTMENTS, []),
    ("apply: after departments, then: {workspace: Nursing}", Group.AFTER_DEPARTMENTS, []),
    ("then: {hold: a}", Group.BEFORE_DEPARTMENTS, []),
    ("apply: after departments, then: {hold: a}", Group.AFTER_DEPARTMENTS, ["R316"]),
    ("then: {workspace: Unsorted faxes}", None, ["R313"]),
    ("apply: whenever, then: {workspace: Unsorted faxes}", None, ["R313"]),
]


@pytest.mark.parametrize(("rule", "group", "codes"), ORGANISATION)
def test_an_organisation_rule_says_where_it_applies(
    rule: str, group: Group | None, codes: list[str], compiled: Callable[..., Any]
) -> None:
    """`apply` is needed where a `first` outcome is set; such rules may file anywhere."""

    made = compiled(organisation("rules:", f"  - {{id: a, when: {{pages: 1}}, {rule}}}"))

    assert codes == [problem.code for problem in made.problems]
    assert group == (made.rule("a").group if made.rule_set is not None else None)


def test_a_department_rule_has_no_apply(compiled: Callable[..., Any]) -> None:
    """`apply` belongs to the organisation's file."""

    made = compiled(clinic("rules:", "  - {id: a, apply: before departments, then: {workspace: Nursing}}"))

    assert ["7:20 R313 `apply` is only for organisation.rules.yaml; remove it"] == made.texts


def test_priority_and_validity_of_a_rule(compiled: Callable[..., Any]) -> None:
    """Dates are local to the file and inclusive; either end may be left out."""

    rule = compiled(
        clinic("rules:", "  - {id: a, priority: highest, valid: {until: 2026-12-31}, then: {workspace: Nursing}}")
    ).rule("a")

    assert (Priority.HIGHEST, Group.DEPARTMENT, "clinic") == (rule.priority, rule.group, rule.department)
    assert (None, "2026-12-31", "America/Los_Angeles") == (rule.valid.start, str(rule.valid.end), rule.valid.zone)


def test_the_last_candidate_is_named_after_its_file(compiled: Callable[..., Any]) -> None:
    """`clinic.otherwise` and `organisation.otherwise` stand at their key; a task's kind is the rule's name."""

    made = compiled(clinic(otherwise="{workspace: Nursing, retention: years_10, approval: block, task: {queue: q}}"))

    assert ("clinic.otherwise", 6) == (made.clinic.otherwise.rule_name, made.clinic.otherwise.place.line)
    assert {"kind": "clinic.otherwise", "queue": "q"} == made.clinic.otherwise.outputs["task"].values[0]
    assert "organisation.otherwise" == made.organisation.otherwise.rule_name
