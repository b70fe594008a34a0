"""The lookups of rules files: a CSV file with one row for each key. Knows no rule; the files come as bytes."""

from collections.abc import Mapping
from dataclasses import dataclass

from faxrouter.language.csv_source import Cell, CsvTable, find_csv, read_csv
from faxrouter.language.declarations.entries import is_usable_name, refer
from faxrouter.language.declarations.facts import read_fact_type
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import FactDeclaration, FactType, Lookup
from faxrouter.language.shapes import as_map, as_text, check_keys, entries_of
from faxrouter.language.source import MapNode, ScalarNode
from faxrouter.language.values import read_constant, read_value
from faxrouter.model.fact import Value
from faxrouter.model.problem import Place

LOOKUP_KEYS = ("key", "from file", "gives")
# After so many problems of one kind in one file the rest is only counted.
MAX_PROBLEMS = 50
# Values that are never met twice, or that hold several, cannot be the key of a row.
NOT_KEYS = frozenset({FactType.TEXT_LONG, FactType.SET_OF_IDS, FactType.MOMENT, FactType.DURATION})


def read_lookup(
    name: ScalarNode,
    node: MapNode,
    *,
    facts: Mapping[str, FactDeclaration],
    files: Mapping[str, bytes],
    phone_region: str | None,
    findings: Findings,
) -> Lookup | None:
    """One entry of `lookups:` with the rows of its file; None where its key or what it gives cannot be used.

    `files` are those of the snapshot by home-relative path. A text key is normalised (rule-language section 11). An
    empty cell gives nothing. A row with a mistake is noted and left out.
    """
    what = f"the lookup `{name.text}`"
    check_keys(node, what, known=LOOKUP_KEYS, required=LOOKUP_KEYS, findings=findings)
    if not is_usable_name(name, "lookup", findings=findings):
        return None
    key = _read_key(node, facts, findings)
    gives = _read_gives(node, findings)
    written = as_text(node.get("from file"), "`from file`", findings=findings)
    file = find_csv(written, files, findings=findings) if written is not None else None
    table = read_csv(file, files[file], findings=findings) if file is not None else None
    if key is None or gives is None:
        return None
    columns = _columns(table, (key.name, *gives), findings) if table is not None else None
    if table is None or columns is None:
        # its facts stay declared, so that rules about them are judged all the same
        return Lookup(name=name.text, key=key.name, gives=gives, rows={}, place=name.place)
    declarations = {column: declare(name.text, column, type_, name.place) for column, type_ in gives.items()}
    reader = _Rows(key=key, gives=declarations, columns=columns, phone_region=phone_region, findings=findings)
    return Lookup(name=name.text, key=key.name, gives=gives, rows=reader.read(table), place=name.place)


def lookup_facts(lookup: Lookup) -> Mapping[str, FactDeclaration]:
    """The facts that a lookup gives: `desk_by_number.desk`. A choice takes any value that the file may hold."""
    facts = (declare(lookup.name, column, type_, lookup.place) for column, type_ in lookup.gives.items())
    return {fact.name: fact for fact in facts}


def declare(lookup: str, column: str, type_: FactType, place: Place) -> FactDeclaration:
    """The fact that one column gives."""
    return FactDeclaration(name=f"{lookup}.{column}", type=type_, place=place, source=f"lookup {lookup}", lookup=lookup)


def _read_key(node: MapNode, facts: Mapping[str, FactDeclaration], findings: Findings) -> FactDeclaration | None:
    text = as_text(node.get("key"), "`key`", findings=findings)
    if text is None or not refer(text, "fact", declared=facts, where="facts.yaml", findings=findings):
        return None
    declaration = facts[text.text]
    if declaration.type in NOT_KEYS or declaration.lookup is not None:
        why = "comes from a lookup" if declaration.lookup is not None else f"has `type: {declaration.type}`"
        findings.add("R163", text.place, f"`{text.text}` {why} and cannot be the key of a lookup")
        return None
    return declaration


def _read_gives(node: MapNode, findings: Findings) -> Mapping[str, FactType] | None:
    columns = as_map(node.get("gives"), "`gives`", findings=findings)
    gives: dict[str, FactType] = {}
    complete = columns is not None
    for key, value in entries_of(columns):
        type_ = read_fact_type(value, findings=findings)
        if type_ is None or not is_usable_name(key, "column", findings=findings):
            complete = False
        else:
            gives[key.text] = type_
    return gives if complete else None


def _columns(table: CsvTable, wanted: tuple[str, ...], findings: Findings) -> Mapping[str, int] | None:
    """Where each wanted column stands; further columns are for people."""
    at = {cell.text: index for index, cell in enumerate(table.header)}
    missing = [name for name in wanted if name not in at]
    for name in missing:
        spare = [column for column in at if column not in wanted]
        hint = did_you_mean(name, spare) or f"; its columns are {', '.join(at)}"
        findings.add("R161", table.header[0].place, f"the file has no column `{name}`{hint}")
    return None if missing else {name: at[name] for name in wanted}


@dataclass(slots=True, kw_only=True)
class _Rows:
    """The rows of one file on their way to typed values."""

    key: FactDeclaration
    gives: Mapping[str, FactDeclaration]
    columns: Mapping[str, int]
    phone_region: str | None
    findings: Findings
    problems: int = 0

    def read(self, table: CsvTable) -> Mapping[Value, Mapping[str, Value]]:
        rows: dict[Value, Mapping[str, Value]] = {}
        first: dict[Value, Cell] = {}
        for row in table.rows:
            cell = row[self.columns[self.key.name]]
            key = self._key(cell)
            values = {name: self._value(declared, row[self.columns[name]]) for name, declared in self.gives.items()}
            if key is None:
                continue
            if key in first:
                message = f"`{cell.text}` has a row already, on line {first[key].place.line}; keep one"
                self._note("R162", cell.place, message, others=(first[key].place,))
                continue
            first[key] = cell
            rows[key] = {name: value for name, value in values.items() if value is not None}
        if self.problems > MAX_PROBLEMS:
            more = self.problems - MAX_PROBLEMS
            self.findings.add("R105", table.header[0].place, f"{more} more cells of this file cannot be used")
        return rows

    def _key(self, cell: Cell) -> Value | None:
        if not cell.text:
            self._note("R164", cell.place, f"this row has no `{self.key.name}`, so nothing can find it")
            return None
        value = read_constant(self.key, cell.text, phone_region=self.phone_region)
        return self._usable(value, cell, self.key.name)

    def _value(self, declared: FactDeclaration, cell: Cell) -> Value | None:
        if not cell.text:
            return None
        return self._usable(read_value(declared, cell.text, phone_region=self.phone_region), cell, declared.name)

    def _usable(self, value: Value | Refusal, cell: Cell, name: str) -> Value | None:
        if isinstance(value, Refusal):
            self._note("R105", cell.place, f"`{name}`: {value.message(cell.text)}")
            return None
        return value

    def _note(self, code: str, place: Place, message: str, *, others: tuple[Place, ...] = ()) -> None:
        self.problems += 1
        if self.problems <= MAX_PROBLEMS:
            self.findings.add(code, place, message, others=others)
