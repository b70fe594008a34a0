"""Record classes, periods and legal holds: what is kept, how long, by whose authority."""

from dataclasses import dataclass
from enum import StrEnum

from faxrouter.model.problem import Place


class Disposition(StrEnum):
    """What happens at the end of retention."""

    REVIEW = "review"
    DESTROY = "destroy"
    TRANSFER = "transfer"
    KEEP = "keep"


class PeriodUnit(StrEnum):
    DAYS = "days"
    MONTHS = "months"
    PERMANENT = "permanent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A retention period as calendar days or months (years count as 12 months). `permanent` has length 0 and never
    ends."""

    length: int
    unit: PeriodUnit
    # the author's own words
    written: str

    @property
    def nominal_days(self) -> float:
        """Length in days for comparing periods: a month counts 365.2425 / 12 days, whatever the starting date."""
        if self.unit is PeriodUnit.PERMANENT:
            return float("inf")
        return self.length * 365.2425 / 12 if self.unit is PeriodUnit.MONTHS else float(self.length)


RECEIVED_TRIGGER = "received"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordClass:
    """One class of `retention.yaml`."""

    name: str
    period: Period
    # the event the period counts from: received, sent, case closed, …
    trigger: str
    disposition: Disposition
    rsi: str
    # the citation that demands it
    authority: str
    place: Place

    @property
    def is_resolved_on_receipt(self) -> bool:
        """Only the trigger `received` has happened when a fax is decided (rule-language section 11)."""
        return self.trigger == RECEIVED_TRIGGER


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHold:
    """One named hold on one record, and who placed it. Only a person lifts it."""

    name: str
    rule: str
    at: str
