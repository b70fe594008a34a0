"""The decision tables of one file: every row, from YAML or CSV, becomes a rule. Knows no other file's tables."""

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import zip_longest

from faxrouter.language.cells import CellReader
from faxrouter.language.csv_source import Cell, find_csv, read_csv
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.outputs import OutputReader
from faxrouter.language.presence import is_missing, leaves
from faxrouter.language.rows import Column, IdColumn, Row, RowReader
from faxrouter.language.rule_options import OPTION_KEYS, Options, read_id, read_options
from faxrouter.language.rules import RuleReader
from faxrouter.language.ruleset import FactType, OutcomeDeclaration, Rule, Table
from faxrouter.language.shapes import as_list, as_map, as_text, as_texts, check_keys
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.language.when import ConditionReader
from faxrouter.model.decision import Policy
from faxrouter.model.problem import Place

TABLE_KEYS = ("id", "rows are", "columns", "rows", "from file", *OPTION_KEYS)
_ORDERS = {"unique": True, "in order": False}
_ID_COLUMN = "id"
_ARROW = "->"
_ARROW_AND_SPACES = re.compile("^->\\s*")


class TableReader:
    """Reads the tables of one file."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        conditions: ConditionReader,
        outputs: OutputReader,
        rules: RuleReader,
        *,
        files: Mapping[str, bytes],
        findings: Findings,
    ) -> None:
        self._vocabulary = vocabulary
        self._conditions = conditions
        self._cells = CellReader(conditions)
        self._outputs = outputs
        self._rules = rules
        self._files = files
        self._findings = findings

    def read_tables(self, node: Node | None) -> list[tuple[Table, list[Rule]]]:
        """Every entry of `tables:` that could be read, with its rows, as written."""
        entries = as_list(node, "`tables`", findings=self._findings)
        maps = (as_map(entry, "a table", findings=self._findings) for entry in (entries.items if entries else ()))
        tables = (self._read_table(entry) for entry in maps if entry is not None)
        return [table for table in tables if table is not None]

    def _read_table(self, node: MapNode) -> tuple[Table, list[Rule]] | None:
        check_keys(node, "a table", known=TABLE_KEYS, required=("columns",), findings=self._findings)
        id_ = read_id(node, "a table", findings=self._findings)
        order = as_text(node.get("rows are"), "`rows are`", findings=self._findings)
        if order is not None and order.text not in _ORDERS:
            hint = did_you_mean(order.text, _ORDERS) or "; write `unique` or `in order`"
            self._findings.add("R320", order.place, f"unknown `rows are: {order.text}`{hint}")
        header = as_texts(node.get("columns"), "`columns`", findings=self._findings)
        columns = self._read_columns(node, header)
        rows = self._read_rows(node, header)
        gives_first = any(
            isinstance(column, OutcomeDeclaration) and column.policy is Policy.FIRST for column in columns or ()
        )
        options = read_options(node, gives_first=gives_first, vocabulary=self._vocabulary, findings=self._findings)
        if id_ is None or columns is None:
            return None
        table = Table(
            id=id_.text,
            place=id_.place,
            unique=_ORDERS.get(order.text, True) if order is not None else True,
            columns=tuple(name.text for name in header),
        )
        return table, self._read_rules(table, columns, rows, options)

    def _read_columns(self, node: MapNode, header: tuple[ScalarNode, ...]) -> tuple[Column, ...] | None:
        columns: list[Column] = []
        seen: dict[str, Place] = {}
        complete = bool(header)
        for name in header:
            text = _ARROW_AND_SPACES.sub("-> ", " ".join(name.text.split()))
            if text in seen:
                self._findings.add(
                    "R320", name.place, f"the column `{name.text}` stands twice; keep one", others=(seen[text],)
                )
            seen.setdefault(text, name.place)
            column = self._read_column(name, text)
            if column is None:
                complete = False
            else:
                columns.append(column)
        if complete and not any(isinstance(column, OutcomeDeclaration) for column in columns):
            place = (node.key("columns") or header[0]).place
            self._findings.add("R320", place, 'the table gives nothing; add a column such as "-> workspace"')
        return tuple(columns) if complete else None

    def _read_column(self, name: ScalarNode, text: str) -> Column | None:
        if text == _ID_COLUMN:
            return IdColumn()
        if text.startswith(_ARROW):
            return self._outputs.outcome(replace(name, text=text.removeprefix(_ARROW).strip()))
        if text not in self._vocabulary.facts and text in self._vocabulary.outcomes:
            self._findings.add("R320", name.place, f"`{text}` is an outcome; write the column as `-> {text}`")
            return None
        subject = self._conditions.subject(replace(name, text=text))
        if subject is not None and subject.fact.type is FactType.MOMENT and not subject.phrase.words:
            message = f"`{text}` is a moment; write the column as `{text} between`, `{text} on` or `{text} during`"
            self._findings.add("R320", name.place, message)
            return None
        return subject

    def _read_rows(self, node: MapNode, header: tuple[ScalarNode, ...]) -> list[Row]:
        rows, file = node.get("rows"), node.get("from file")
        if (rows is None) == (file is None):
            both = "a table has its rows here or in a file; keep `rows:` or `from file:`"
            self._findings.add("R320", node.place, "a table needs `rows:` or `from file:`" if rows is None else both)
            return []
        return self._rows_of_csv(file, header) if file is not None else self._rows_of_yaml(rows, header)

    def _rows_of_yaml(self, node: Node | None, header: tuple[ScalarNode, ...]) -> list[Row]:
        entries = as_list(node, "`rows`", findings=self._findings)
        rows: list[Row] = []
        for entry in entries.items if entries else ():
            if not isinstance(entry, ListNode):
                self._findings.add("R007", entry.place, "a row must be a list of cells: `[a, b, c]`")
            elif header and len(entry.items) != len(header):
                message = (
                    f"this row has {len(entry.items)} cells, the table has {len(header)} columns; write `-` for any"
                )
                self._findings.add("R013", entry.place, message)
            else:
                rows.append(Row(entry.place, entry.items))
        return rows

    def _rows_of_csv(self, node: Node, header: tuple[ScalarNode, ...]) -> list[Row]:
        written = as_text(node, "`from file`", findings=self._findings)
        file = find_csv(written, self._files, findings=self._findings) if written is not None else None
        table = read_csv(file, self._files[file], findings=self._findings) if file is not None else None
        if table is None:
            return []
        if not self._header_fits(table.header, header):
            return []
        return [
            Row(row[0].place, tuple(ScalarNode(place=cell.place, text=cell.text) for cell in row)) for row in table.rows
        ]

    def _header_fits(self, found: tuple[Cell, ...], wanted: tuple[ScalarNode, ...]) -> bool:
        """The header of the file must equal `columns`; R321 noted at the first column that differs."""
        for number, (cell, name) in enumerate(zip_longest(found, wanted), start=1):
            if cell is not None and name is not None and cell.text.split() == name.text.split():
                continue
            here = f"`{cell.text}`" if cell is not None else "missing"
            there = f"`{name.text}`" if name is not None else "not there"
            place = cell.place if cell is not None else found[-1].place
            others = (name.place,) if name is not None else ()
            message = f"the header must equal `columns`: column {number} is {here} here and {there} in the table"
            self._findings.add("R321", place, message, others=others)
            return False
        return True

    def _read_rules(self, table: Table, columns: tuple[Column, ...], rows: list[Row], options: Options) -> list[Rule]:
        reader = RowReader(
            table, columns, options, vocabulary=self._vocabulary, cells=self._cells, outputs=self._outputs
        )
        read = [reader.read(row, findings=self._findings) for row in rows]
        rules = [rule for rule in read if rule is not None]
        answered = frozenset(leaf.fact for rule in rules for leaf in leaves(rule.when) if is_missing(leaf))
        seen: set[frozenset[tuple[str, bool]]] = set()
        for rule in rules:
            # one warning for a kind of row, not one for each of a thousand rows
            kind = frozenset((leaf.fact, leaf.negated) for leaf in leaves(rule.when))
            if kind not in seen:
                seen.add(kind)
                self._rules.check_condition(rule.when, rule.outputs, answered=answered, in_row=True)
        return rules
