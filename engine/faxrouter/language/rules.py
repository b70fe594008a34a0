"""The rules of one file, and the `otherwise` behind them: conditions and outputs under one name."""

from collections.abc import Mapping

from faxrouter.language.conditions import AllOf, Condition
from faxrouter.language.findings import Findings
from faxrouter.language.outputs import OutputReader
from faxrouter.language.presence import forgotten_absence, leaves, made_known
from faxrouter.language.rule_options import OPTION_KEYS, read_id, read_options
from faxrouter.language.ruleset import Otherwise, Output, Rule
from faxrouter.language.shapes import as_list, as_map, check_keys
from faxrouter.language.source import MapNode, Node, ScalarNode
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.language.when import ConditionReader
from faxrouter.model.decision import Policy

RULE_KEYS = ("id", *OPTION_KEYS, "when", "then")
# what the sender's machine calls itself: free text that anybody can set to anything
_STATION = "sender_station"
# they say on which line a fax came, not whose it is
_LINE = frozenset({"event", "our_number"})


class RuleReader:
    """Reads the rules of one file."""

    def __init__(
        self, vocabulary: Vocabulary, conditions: ConditionReader, outputs: OutputReader, findings: Findings
    ) -> None:
        self._vocabulary = vocabulary
        self._conditions = conditions
        self._outputs = outputs
        self._findings = findings

    def read_rules(self, node: Node | None) -> list[Rule]:
        """Every entry of `rules:` that could be read, as written."""
        entries = as_list(node, "`rules`", findings=self._findings)
        maps = (as_map(entry, "a rule", findings=self._findings) for entry in (entries.items if entries else ()))
        rules = (self._read_rule(entry) for entry in maps if entry is not None)
        return [rule for rule in rules if rule is not None]

    def read_otherwise(self, key: ScalarNode | None, node: Node | None, *, rule_name: str) -> Otherwise | None:
        outputs = as_map(node, "`otherwise`", findings=self._findings)
        if outputs is None or key is None:
            return None
        known = self._vocabulary.always
        read = self._outputs.read_map(outputs, rule=rule_name, known=known)
        return Otherwise(rule_name=rule_name, place=key.place, outputs=read)

    def check_condition(
        self,
        condition: Condition,
        outputs: Mapping[str, Output],
        *,
        answered: frozenset[str] = frozenset(),
        in_row: bool = False,
    ) -> None:
        """Note what is permitted but probably not meant. `answered`: facts whose absence another row speaks of."""
        certain = self._vocabulary.always | answered
        for place, message in forgotten_absence(condition, certain=certain, in_row=in_row):
            self._findings.add("R220", place, message)
        asked = {leaf.fact for leaf in leaves(condition)}
        if "workspace" in outputs and asked - _LINE == {_STATION}:
            self._findings.add(
                "R221",
                condition.place,
                f"`{_STATION}` alone decides where this is filed, and anybody can send any station id; "
                "add `their_number` or something read on the page",
            )

    def _read_rule(self, node: MapNode) -> Rule | None:
        misplaced = _then_inside_when(node)
        if misplaced is not None:
            message = "this `then:` belongs to the conditions of `when:`; begin it in the column of `when:`"
            self._findings.add("R007", misplaced.place, message)
            return None
        check_keys(node, "a rule", known=RULE_KEYS, required=("then",), findings=self._findings)
        id_ = read_id(node, "a rule", findings=self._findings)
        when = node.get("when")
        condition: Condition | None = AllOf(children=(), place=node.place)
        if when is not None:
            condition = self._conditions.read_map(when, "`when`")
        known = self._vocabulary.always | (made_known(condition) if condition is not None else frozenset())
        name = id_.text if id_ is not None else "?"
        then = as_map(node.get("then"), "`then`", findings=self._findings)
        outputs = self._outputs.read_map(then, rule=name, known=known) if then is not None else {}
        if then is not None and not then.entries:
            self._findings.add("R212", then.place, "`then` gives nothing; write an outcome, or remove the rule")
        gives_first = any(self._vocabulary.outcomes[outcome].policy is Policy.FIRST for outcome in outputs)
        options = read_options(node, gives_first=gives_first, vocabulary=self._vocabulary, findings=self._findings)
        if id_ is None or condition is None:
            return None
        self.check_condition(condition, outputs)
        return Rule(
            name=name,
            place=id_.place,
            department=self._vocabulary.department,
            group=options.group,
            priority=options.priority,
            valid=options.valid,
            when=condition,
            outputs=outputs,
            why=options.why,
        )


def _then_inside_when(node: MapNode) -> ScalarNode | None:
    """A `then:` that is indented too far, so that the rule has none."""
    when = node.get("when")
    return when.key("then") if isinstance(when, MapNode) and node.get("then") is None else None
