"""Problems of texts with facts in them (R401–R409), and of metadata that its category does not take (R410–R419)."""

from collections.abc import Mapping

from faxrouter.language.catalogue.check import Check
from faxrouter.language.catalogue.examples import then
from faxrouter.model.problem import Severity


def _title(text: str) -> str:
    return f"{{task: {{queue: desk, title: '{text}'}}}}"


def _form(template: str, *, category: str = "Referral") -> Mapping[str, str]:
    """What the forms take, and a metadata template with these attributes."""
    categories = (
        "language: 1\ncategories:\n"
        "  Fax: {Sender number: {type: text, length: 20}}\n"
        "  Referral:\n"
        "    Kind: {type: choice, values: [Referral, Consent], required: yes}\n"
        "    Subject: {type: text, length: 40}\n"
        "    Pages: {type: whole number}\n"
    )
    attributes = f"language: 1\ncategory: {category}\nattributes: {template}\n"
    return {"templates/categories.yaml": categories, "templates/metadata/referral.yaml": attributes}


TEXTS: tuple[Check, ...] = (
    Check(
        code="R401",
        severity=Severity.ERROR,
        title="text that cannot be read",
        what="a `{{ … }}` or `{% … %}` in a text is not finished or not understood",
        why="the text could not be made",
        instead="close what was opened; for literal braces leave a space between them",
        bad=then(_title("Referral {{ pages")),
        good=then(_title("Referral {{ pages or 0 }}")),
    ),
    Check(
        code="R402",
        severity=Severity.ERROR,
        title="not allowed in a text",
        what="a text uses something that texts cannot do: arithmetic, calls, repetition, other files",
        why="a text is read by people and made in bounded time, whatever the fax holds",
        instead="name facts, choose with `or` and `if`, and use the filters of the language reference",
        bad=then(_title("{{ pages * 100000 }}")),
        good=then(_title("{{ pages or 0 }} pages")),
    ),
    Check(
        code="R403",
        severity=Severity.ERROR,
        title="unknown fact in a text",
        what="a text names a fact that facts.yaml does not declare and no lookup of this file gives",
        why="it would always be empty",
        instead="use the fact that is suggested",
        bad=then(_title('{{ patient or "unknown" }}')),
        good=then(_title('{{ patient_id or "unknown" }}')),
    ),
    Check(
        code="R404",
        severity=Severity.WARNING,
        title="fact that may be missing in a text",
        what="a text prints a fact that the rule does not make known",
        why="where it is missing the text has a hole, and the plan says so for every such fax",
        instead="write what to print then: `{{ patient_id or 'unknown' }}`",
        bad=then(_title("Referral {{ patient_id }}")),
        good=then(_title('Referral {{ patient_id or "unknown" }}')),
    ),
    Check(
        code="R405",
        severity=Severity.WARNING,
        title="compared with a value that never occurs",
        what="a text compares a fact with a value that it cannot have",
        why="that part of the text is never or always printed",
        instead="use the value that is suggested",
        bad=then(_title('{% if document_type == "referal" %}New{% endif %} fax')),
        good=then(_title('{% if document_type == "referral" %}New{% endif %} fax')),
    ),
    Check(
        code="R406",
        severity=Severity.ERROR,
        title="text too long",
        what="a text is longer than texts may be",
        why="titles and metadata are read by people",
        instead="write it shorter",
        bad=then(_title("{{ pages or 0 }}" + "x" * 9000)),
        good=then(_title("{{ pages or 0 }} pages")),
    ),
    Check(
        code="R410",
        severity=Severity.ERROR,
        title="unknown category",
        what="a metadata template names a category that `templates/categories.yaml` does not declare",
        why="the records system has no such form, so no document could be filed with it",
        instead="use the name that is suggested, or have the category declared as the records system has it",
        bad=_form("{Kind: Referral}", category="Referal"),
        good=_form("{Kind: Referral}"),
    ),
    Check(
        code="R411",
        severity=Severity.ERROR,
        title="unknown attribute",
        what="a metadata template fills in an attribute that its category does not have",
        why="the records system would refuse the form, for every fax",
        instead="use the name that is suggested, or have the attribute declared as the records system has it",
        bad=_form("{Kind: Referral, Subjct: '{{ pages or 0 }} pages'}"),
        good=_form("{Kind: Referral, Subject: '{{ pages or 0 }} pages'}"),
    ),
    Check(
        code="R412",
        severity=Severity.ERROR,
        title="required attribute that is empty",
        what="a metadata template does not give an attribute that its category requires, or nothing is ever in it",
        why="the records system would refuse the form, so every fax would be parked",
        instead="add the attribute to the template, with a text that is never empty",
        bad=_form("{Pages: '{{ pages or 0 }}'}"),
        good=_form("{Kind: Referral, Pages: '{{ pages or 0 }}'}"),
    ),
    Check(
        code="R413",
        severity=Severity.ERROR,
        title="value that never fits",
        what="a text of a metadata template is too long for its attribute, of another type, or not in its list",
        why="the records system would refuse the form, so a fax with this text would be parked",
        instead="write what the attribute takes, or have it declared as the records system has it",
        bad=_form("{Kind: Referral, Pages: '{{ amount or 0 }}'}"),
        good=_form("{Kind: Referral, Pages: '{{ pages or 0 }}'}"),
    ),
    Check(
        code="R414",
        severity=Severity.WARNING,
        title="value that may not fit",
        what="a text of a metadata template fits its attribute for some faxes and not for others",
        why="a fax for which it does not fit is parked, and a person has to file it",
        instead="choose with `{% if … %}`, cut long texts with `| truncate(…)`, or have the list made longer",
        bad=_form("{Kind: '{{ document_type | title or \"Referral\" }}', Subject: '{{ text or \"\" }}'}"),
        good=_form(
            "{Kind: '{% if document_type == \"consent\" %}Consent{% else %}Referral{% endif %}', "
            "Subject: '{{ text | truncate(40) or \"\" }}'}"
        ),
    ),
)
