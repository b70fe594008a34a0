"""Everything that is known about one event: raw readings of every source, typed, merged, looked up. The room's door.

Total: whatever JSON arrives, the answer is facts and notices. A notice names facts, sources and mistakes, no value.
"""

from collections.abc import Iterator, Mapping, Sequence
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
# facts that nobody read: those of a rule test, and those that `decide` or FACTS.json states, with their own evidence
TEST, STATED = "test", "stated"
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
class Gathered:
    facts: Facts
    # names that rules do not know, readings that were refused: for the journal and for people
    notices: tuple[str, ...] = ()


def gather(
    rule_set: RuleSet, readings: Sequence[tuple[str, object]], *, at: datetime | None = None, zone: str | None = None
) -> Gathered:
    """The facts of one event, from what each source says: its name and the raw `facts` object of `decide`.

    Sources that know only texts (a rule test's YAML, a sidecar `….xml`) are read as texts, all others as JSON. `at`
    fills a missing moment of the event; `zone` reads moments without an offset, which are refused without it.
    """
    notices: list[str] = []
    by_name: dict[str, list[Fact]] = {}
    for source, stated in readings:
        for name, fact in _read(rule_set, source, stated, zone, notices):
            by_name.setdefault(name, []).append(fact)
    merged = {name: merge(rule_set.facts[name], facts) for name, facts in by_name.items()}
    facts = _with_event(rule_set, Facts(merged), at)
    return Gathered(facts=with_lookups(rule_set, facts), notices=tuple(notices))


def _read(
    rule_set: RuleSet, source: str, stated: object, zone: str | None, notices: list[str]
) -> Iterator[tuple[str, Fact]]:
    if not isinstance(stated, Mapping):
        notices.append(f"{source}: the facts are not an object with names and values")
        return
    manner = Manner(
        form=Form.TEXT if source == TEST or source.lower().endswith(".xml") else Form.JSON,
        phone_region=rule_set.phone_region,
        zone=zone,
        source=_evidence_of(source),
    )
    for name, raw in stated.items():
        declaration = rule_set.facts.get(name) if isinstance(name, str) else None
        if declaration is None:
            notices.append(f"{source}: {_unknown_name(rule_set, name)}")
            continue
        fact = read_fact(declaration, raw, manner=manner)
        if fact.state is FactState.ERROR and not _is_stated_error(raw):
            notices.append(f"{source}: `{name}` {fact.reason}")
        yield name, fact


def _is_stated_error(raw: object) -> bool:
    return isinstance(raw, Mapping) and raw.get("state") == FactState.ERROR.value


def _evidence_of(source: str) -> Evidence | None:
    if source in {TEST, STATED}:
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
