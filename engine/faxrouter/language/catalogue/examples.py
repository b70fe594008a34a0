"""Files for the examples of the catalogue: the rules of the smallest home with a part exchanged. Knows no check."""

from collections.abc import Mapping

CLINIC = "rules/clinic.rules.yaml"
ORGANISATION = "rules/organisation.rules.yaml"
# beside `workspace`, `retention` and `approval` nothing is required
OTHERWISE = "{workspace: Clinic exceptions, retention: years_10, approval: block}"
_HEAD = (
    "language: 1",
    "department: clinic",
    'scope: {our_number: ["+1 415 555 0100 .. +1 415 555 0149"]}',
    "time_zone: America/Los_Angeles",
)


def clinic(*body: str, calendar: str = "calendar: clinic_hours", otherwise: str = OTHERWISE) -> Mapping[str, str]:
    """The clinic's rules file: its head, the given lines, and an `otherwise` for everything that is required."""
    return {CLINIC: "\n".join((*_HEAD, *([calendar] if calendar else []), *body, f"otherwise: {otherwise}")) + "\n"}


def when(*conditions: str, then: str = "{urgency: today}", lists: str = "") -> Mapping[str, str]:
    """The clinic's rules file with one rule of these conditions."""
    lines = [f"lists: {lists}"] if lists else []
    return clinic(
        *lines, "rules:", "  - id: example", "    when:", *(f"      {c}" for c in conditions), f"    then: {then}"
    )


def then(output: str, *, calendar: str = "calendar: clinic_hours") -> Mapping[str, str]:
    """The clinic's rules file with one rule that gives this."""
    return clinic(
        "rules:", "  - id: example", "    when: {document_type: referral}", f"    then: {output}", calendar=calendar
    )


def organisation(*body: str, otherwise: bool = True) -> Mapping[str, str]:
    """The organisation's rules file with these lines."""
    last = ["otherwise: {workspace: Unsorted faxes, retention: years_10, approval: block}"] if otherwise else []
    return {ORGANISATION: "\n".join(("language: 1", *body, *last)) + "\n"}


def table(columns: str, *rows: str) -> Mapping[str, str]:
    """The clinic's rules file with one table."""
    return clinic(
        "tables:", "  - id: lines", f"    columns: {columns}", "    rows:", *(f"      - {row}" for row in rows)
    )
