"""Facts that lookups fill: `desk_by_number.desk` from the row that `our_number` finds. Knows no source and no rule."""

from collections.abc import Iterator, Mapping

from faxrouter.language.ruleset import FactDeclaration, Lookup, RuleSet
from faxrouter.language.values import TEXT_TYPES
from faxrouter.language.words import normalise
from faxrouter.model.fact import Evidence, Fact, Facts, FactState, Value

LOOKUP = "lookup"


def with_lookups(rule_set: RuleSet, facts: Facts) -> Facts:
    """The facts and every lookup fact that is not stated. It has its key's state; no row or no value: absent."""
    filled: dict[str, Fact] = {}
    for lookup in rule_set.lookups.values():
        filled.update(_filled(rule_set, lookup, facts))
    return facts.with_facts(filled) if filled else facts


def _filled(rule_set: RuleSet, lookup: Lookup, facts: Facts) -> Iterator[tuple[str, Fact]]:
    key = facts[lookup.key]
    row = lookup.rows.get(_comparable(rule_set.facts.get(lookup.key), key.values[0]), {}) if key.is_known else {}
    for column in lookup.gives:
        name = f"{lookup.name}.{column}"
        cell = _cell(lookup, column, key, row)
        if name not in facts and cell is not None:
            yield name, cell


def _cell(lookup: Lookup, column: str, key: Fact, row: Mapping[str, Value]) -> Fact | None:
    """None for what is absent: facts leave out what nobody states."""
    if key.state is FactState.ABSENT or (key.is_known and column not in row):
        return None
    evidence = (Evidence(source=LOOKUP, reader=f"{lookup.name}.{column}"),)
    if not key.is_known:
        return Fact(state=key.state, evidence=evidence, reason=f"its key `{lookup.key}` is not known")
    return Fact(state=FactState.KNOWN, values=(row[column],), confidence=key.confidence, evidence=evidence)


def _comparable(declaration: FactDeclaration | None, value: Value) -> Value:
    is_text = declaration is not None and declaration.type in TEXT_TYPES and isinstance(value, str)
    return normalise(str(value)) if is_text else value
