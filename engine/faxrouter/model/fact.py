"""A fact about a fax: what is known, how surely, and where it was read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum


class FactState(StrEnum):
    """Whether a fact can be used. Anything but `known` and `absent` makes conditions UNKNOWN."""

    KNOWN = "known"
    ABSENT = "absent"
    UNCERTAIN = "uncertain"  # read, but below its floor
    CONFLICT = "conflict"  # two readings differ
    NOT_EVALUATED = "not_evaluated"  # no reader, or not at this stage
    ERROR = "error"  # a value that its type refuses


class Confidence(IntEnum):
    """Measured buckets, in order."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def word(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Amount:
    """Money: an exact number and an ISO 4217 currency. Amounts of two currencies do not compare."""

    number: Decimal
    currency: str

    def __str__(self) -> str:
        return f"{self.number} {self.currency}"


class DurationUnit(StrEnum):
    """What a duration counts. Business time needs a calendar, so it does not compare with elapsed time."""

    ELAPSED = "elapsed"  # length in seconds
    BUSINESS_HOURS = "business hours"  # length in seconds of opening time
    BUSINESS_DAYS = "business days"  # length in days


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. `written` keeps the author's own words (`4 business hours`) and takes no part in equality."""

    length: int
    unit: DurationUnit
    written: str = field(compare=False, default="")

    def __str__(self) -> str:
        return self.written


# choice, phone (E.164), text, id: str · whole_number: int · percent: Decimal 0–100 · amount: Amount · date: date
# moment: aware UTC datetime · yes_no: bool · duration: Duration · set_of_ids: frozenset of str
Value = str | int | Decimal | Amount | date | datetime | bool | Duration | frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle on a page, in inches from the top left."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Where one reading came from."""

    # carrier, tiff tag, page structure, sidecar, cover, form, barcode, text layer, lookup, xecm, person
    source: str
    # the reader and its version, or the name of the tag, file or column
    reader: str = ""
    page: int | None = None
    box: Box | None = None
    # the text as read, before it was typed
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One fact in one state.

    `values` holds the typed value (one when known), the candidates (uncertain) or the readings that differ (conflict);
    for a `set_of_ids` each entry is a whole frozenset. `confidence` speaks only of a known or uncertain fact.
    """

    state: FactState
    values: tuple[Value, ...] = ()
    confidence: Confidence | None = None
    evidence: tuple[Evidence, ...] = ()
    # why it is not known, in words without fax content
    reason: str | None = None

    @property
    def is_known(self) -> bool:
        return self.state is FactState.KNOWN

    @property
    def value(self) -> Value | None:
        """The value of a known fact, otherwise None."""
        return self.values[0] if self.state is FactState.KNOWN else None


ABSENT = Fact(state=FactState.ABSENT)


def known(value: Value, *, confidence: Confidence = Confidence.HIGH, evidence: tuple[Evidence, ...] = ()) -> Fact:
    """A known fact; bare values in `decide` and in tests have confidence high (rule-language section 11)."""
    return Fact(state=FactState.KNOWN, values=(value,), confidence=confidence, evidence=evidence)


@dataclass(frozen=True, slots=True)
class Facts(Mapping[str, Fact]):
    """Every fact of one event by name. A name that is not stated is absent, so lookups never fail."""

    stated: Mapping[str, Fact] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Fact:
        return self.stated.get(name, ABSENT)

    def __iter__(self) -> Iterator[str]:
        return iter(self.stated)

    def __len__(self) -> int:
        return len(self.stated)

    def __contains__(self, name: object) -> bool:
        return name in self.stated

    def with_facts(self, more: Mapping[str, Fact]) -> "Facts":
        return Facts({**self.stated, **more})
