"""Everything that is known about one event: raw readings of every source, typed, merged, looked up. The room's door.

Total: whatever JSON arrives, the answer is facts and notices. A notice names facts, sources and mistakes, no value.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from faxrouter.deciding.candidates import event_moment
from faxrouter.facts.lookups import with_lookups
from faxrouter.facts.merging import merge
from faxrouter.facts.reading import Form, Manner, read_fact
from faxrouter.language.refusal import closest
from faxrouter.language.ruleset import FactDeclaration, FactType, RuleSet
from faxrouter.model.fact import Evidence, Fact, Facts, FactState, known

EVENT = "event"
RECEIVED = "received"
# sources whose name is two words, or is followed by the file or tag they speak from
_SOURCES = (
    "tiff tag",
    "page structure",
    "text layer",
    "sidecar",
    "carrier",
    "cover",
    "form",
    "barcode",
    "xecm",
    "person",
)
_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one source says: the raw `facts` object of `decide`."""

    # "carrier", "tiff tag", "sidecar fax1.json", …; "" where nothing is to be kept about it
    source: str
    stated: object
    form: Form = Form.JSON

    @classmethod
    def of(cls, source: str, stated: object) -> "Reading":
        """A reading whose form follows from its source: XML knows only texts."""
        return cls(source=source, stated=stated, form=Form.TEXT if source.lower().endswith(".xml") else Form.JSON)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    facts: Facts
    # names that rules do not know, readings that were refused: for the journal and for people
    notices: tuple[str, ...] = ()


def gather(
    rule_set: RuleSet, readings: Sequence[Reading], *, at: datetime | None = None, zone: str | None = None
) -> Gathered:
    """The facts of one event. `at` fills a missing moment of the event; `zone` reads moments without an offset."""
    notices: list[str] = []
    by_name: dict[str, list[Fact]] = {}
    for reading in readings:
        for name, fact in _read(rule_set, reading, zone, notices):
            by_name.setdefault(name, []).append(fact)
    stated = {name: merge(rule_set.facts[name], facts) for name, facts in by_name.items()}
    facts = _with_event(rule_set, Facts(stated), at)
    return Gathered(facts=with_lookups(rule_set, facts), notices=tuple(notices))


def read_facts(
    rule_set: RuleSet, raw: object, *, at: datetime | None = None, form: Form = Form.JSON, zone: str | None = None
) -> Gathered:
    """The facts of one line of `decide`, of FACTS.json or of a rule test (`form` TEXT); no evidence is added."""
    return gather(rule_set, [Reading(source="", stated=raw, form=form)], at=at, zone=zone)


def _read(rule_set: RuleSet, reading: Reading, zone: str | None, notices: list[str]) -> list[tuple[str, Fact]]:
    said_by = f"{reading.source}: " if reading.source else ""
    if not isinstance(reading.stated, Mapping):
        notices.append(f"{said_by}the facts are not an object with names and values")
        return []
    manner = Manner(
        form=reading.form, phone_region=rule_set.phone_region, zone=zone, source=_evidence_of(reading.source)
    )
    facts: list[tuple[str, Fact]] = []
    for name, raw in reading.stated.items():
        declaration = rule_set.facts.get(name) if isinstance(name, str) else None
        if declaration is None:
            notices.append(f"{said_by}{_unknown_name(rule_set, name)}")
            continue
        fact = read_fact(declaration, raw, manner=manner)
        if fact.state is FactState.ERROR:
            notices.append(f"{said_by}`{name}` {fact.reason or 'is stated as an error'}")
        facts.append((name, fact))
    return facts


def _evidence_of(source: str) -> Evidence | None:
    if not source:
        return None
    for kind in _SOURCES:
        if source == kind or source.startswith(f"{kind} "):
            return Evidence(source=kind, reader=source[len(kind) :].strip())
    return Evidence(source=source)


def _unknown_name(rule_set: RuleSet, name: object) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in str(name)[:_LONGEST_NAME])
    close = closest(shown, rule_set.facts)
    hint = f"; did you mean `{close}`?" if close else ""
    return f"unknown fact `{shown}`, which no rule can use{hint}"


def _with_event(rule_set: RuleSet, facts: Facts, at: datetime | None) -> Facts:
    """An event that is not named is `received`; its own moment, where nobody said it, is `at`."""
    more: dict[str, Fact] = {}
    declaration = rule_set.facts.get(EVENT)
    if declaration is not None and _may_be(declaration, RECEIVED) and facts[EVENT].state is FactState.ABSENT:
        more[EVENT] = known(RECEIVED)
    moment = event_moment(facts.with_facts(more))
    declared = rule_set.facts.get(moment)
    is_moment = declared is not None and declared.type is FactType.MOMENT
    if at is not None and is_moment and facts[moment].state is FactState.ABSENT:
        more[moment] = known(at.astimezone(UTC))
    return facts.with_facts(more)


def _may_be(declaration: FactDeclaration, value: str) -> bool:
    return declaration.type is FactType.CHOICE and (not declaration.values or value in declaration.values)
