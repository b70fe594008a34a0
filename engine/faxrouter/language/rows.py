"""One row of a decision table becomes one rule. Knows no file: a row of a CSV and one of YAML look the same here."""

from dataclasses import dataclass

from faxrouter.language.cells import CellReader, split_cell
from faxrouter.language.condition_keys import Subject
from faxrouter.language.conditions import AllOf, Condition, Leaf
from faxrouter.language.findings import Findings
from faxrouter.language.outputs import OutputReader
from faxrouter.language.presence import made_known
from faxrouter.language.rule_options import Options
from faxrouter.language.ruleset import OutcomeDeclaration, Output, Rule, Table
from faxrouter.language.shapes import as_text
from faxrouter.language.source import ListNode, Node, ScalarNode
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.model.decision import Policy
from faxrouter.model.problem import Place

_NOTHING = ("", "-")
_SEVERAL = frozenset({Policy.COLLECT, Policy.JOIN})
# collected outcomes whose free values are names of holds and people, never sentences
_NAMES = frozenset({"hold", "notify"})


@dataclass(frozen=True, slots=True)
class IdColumn:
    """The column `id`, which names the rows."""


Column = Subject | OutcomeDeclaration | IdColumn


@dataclass(frozen=True, slots=True)
class Row:
    """One row before it is typed, as long as the header."""

    place: Place
    cells: tuple[Node, ...]


class RowReader:
    """Reads the rows of one table, and remembers the names it has given."""

    def __init__(
        self,
        table: Table,
        columns: tuple[Column, ...],
        options: Options,
        *,
        vocabulary: Vocabulary,
        cells: CellReader,
        outputs: OutputReader,
    ) -> None:
        self._table = table
        self._columns = columns
        self._options = options
        self._vocabulary = vocabulary
        self._cells = cells
        self._outputs = outputs
        self._named: dict[str, Place] = {}

    def read(self, row: Row, *, findings: Findings) -> Rule | None:
        """The rule, or None with the problems noted."""
        own_name = self._own_name(row, findings)
        name = f"{self._table.id}[{own_name or f'line {row.place.line}'}]"
        leaves: list[Leaf] = []
        complete = True
        for column, cell in zip(self._columns, row.cells, strict=True):
            if isinstance(column, Subject):
                condition = self._cells.read(column, cell)
                complete = complete and condition is not None
                if isinstance(condition, Leaf):
                    leaves.append(condition)
        when: Condition = leaves[0] if len(leaves) == 1 else AllOf(children=tuple(leaves), place=row.place)
        outputs = self._read_outputs(row, name, self._vocabulary.always | made_known(when))
        if not complete:
            return None
        return Rule(
            name=name,
            place=row.place,
            department=self._vocabulary.department,
            group=self._options.group,
            priority=self._options.priority,
            valid=self._options.valid,
            when=when,
            outputs=outputs,
            why=self._options.why,
            table=self._table.id,
            has_own_name=own_name != "",
        )

    def _own_name(self, row: Row, findings: Findings) -> str:
        """What stands in the column `id`; nothing where the row has no name of its own."""
        for column, cell in zip(self._columns, row.cells, strict=True):
            if not isinstance(column, IdColumn) or _gives_nothing(cell):
                continue
            text = as_text(cell, "the id of a row", findings=findings)
            if text is None:
                return ""
            name = text.text.strip()
            first = self._named.setdefault(name, text.place)
            if first is not text.place:
                message = f"the row id `{name}` stands twice: here and on line {first.line}; give one another id"
                findings.add("R323", text.place, message, others=(first,))
            return name
        return ""

    def _read_outputs(self, row: Row, name: str, known: frozenset[str]) -> dict[str, Output]:
        outputs: dict[str, Output] = {}
        for column, cell in zip(self._columns, row.cells, strict=True):
            if isinstance(column, OutcomeDeclaration) and not _gives_nothing(cell):
                output = self._outputs.read(column, _several(column, cell), place=cell.place, rule=name, known=known)
                if output is not None:
                    outputs[column.name] = output
        return outputs


def _several(outcome: OutcomeDeclaration, cell: Node) -> Node:
    """A cell `a, b` of names gives both; a free text keeps its commas."""
    are_names = outcome.policy is Policy.JOIN or outcome.values or outcome.name in _NAMES
    if not isinstance(cell, ScalarNode) or not are_names or outcome.policy not in _SEVERAL:
        return cell
    scalars = tuple(part.scalar for part in split_cell(cell))
    return ListNode(place=cell.place, items=scalars) if len(scalars) > 1 else scalars[0]


def _gives_nothing(cell: Node) -> bool:
    return isinstance(cell, ScalarNode) and cell.text.strip() in _NOTHING
