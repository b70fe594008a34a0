"""Problems of texts with facts in them: titles, names and metadata (R401–R409)."""

from faxrouter.language.catalogue.check import Check
from faxrouter.language.catalogue.examples import then
from faxrouter.model.problem import Severity


def _title(text: str) -> str:
    return f"{{task: {{queue: desk, title: '{text}'}}}}"


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
)
