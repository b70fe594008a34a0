"""Questions about pairs: scopes that overlap, ties, `unique` rows that overlap, conditions that contradict themselves.

Answered on boxes: exact for everything that is cut into regions; words, patterns, lookups and calendars count as
possible. Does no I/O.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from faxrouter.analysis.examples import example
from faxrouter.analysis.overlaps import overlapping_pairs
from faxrouter.deciding.boxes import Box, Space, intersects
from faxrouter.deciding.candidates import rules_in_order
from faxrouter.deciding.reading import Reading
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import Rule, RuleFile, RuleSet
from faxrouter.model.decision import Policy, Verdict
from faxrouter.model.problem import Problem

# pairs of one kind that are shown; the rest would only repeat them
_MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class _Placed:
    """A rule with one of its boxes."""

    file: RuleFile
    rule: Rule
    box: Box


def pair_problems(rule_set: RuleSet, *, space: Space | None = None) -> list[Problem]:
    """Every pair problem of a rule set. `space`: the axes of an evaluator that was compiled already."""
    space = space or Space(rule_set)
    findings = Findings()
    boxes = {
        rule.name: [box for box in space.rule_boxes(file, rule) if not box.is_empty]
        for file in rule_set.files
        for rule in file.rules
    }
    _scopes(space, findings)
    for file in rule_set.files:
        for rule in file.rules:
            _contradictions(space, file, rule, boxes[rule.name], findings)
        _unique_rows(space, file, boxes, findings)
    for outcome in rule_set.outcomes.values():
        if outcome.policy is Policy.FIRST:
            _ties(space, outcome.name, boxes, findings)
    return findings.problems


def _scopes(space: Space, findings: Findings) -> None:
    files = [file for file in space.rule_set.files if file.scope is not None]
    for left, right in combinations(files, 2):
        shared = _shared(space, left, right)
        if shared is None or left.scope is None or right.scope is None:
            continue
        findings.add(
            "R501",
            right.scope.place,
            f"the scopes of `{left.department}` and `{right.department}` overlap: one fax would belong to both; "
            "give each number to one department",
            others=(left.scope.place,),
            example=example(space, shared, holds=_is_in_all(left, right)),
        )


def _shared(space: Space, left: RuleFile, right: RuleFile) -> Box | None:
    if left.scope is None or right.scope is None:
        return None
    for one in space.boxes(left.scope):
        for other in space.boxes(right.scope):
            if intersects(one, other):
                return one.meet(other)
    return None


def _is_in_all(*files: RuleFile) -> Callable[[Reading], bool]:
    def holds(seen: Reading) -> bool:
        return all(file.scope is None or seen.truth(file.scope) is Verdict.HIT for file in files)

    return holds


def _contradictions(space: Space, file: RuleFile, rule: Rule, boxes: Sequence[Box], findings: Findings) -> None:
    if boxes:
        return
    if all(box.is_empty for box in space.boxes(rule.when)):
        message = f"`{rule.name}` can never match: its conditions exclude each other; mend or remove one of them"
        findings.add("R502", rule.when.place, message)
    else:
        message = (
            f"`{rule.name}` can never match: every fax that it describes is outside the scope of `{file.department}` "
            "or its dates; mend the number, or move the rule to the department that owns it"
        )
        findings.add("R503", rule.when.place, message, others=() if file.scope is None else (file.scope.place,))


def _unique_rows(space: Space, file: RuleFile, boxes: dict[str, list[Box]], findings: Findings) -> None:
    for table in file.tables.values():
        if not table.unique:
            continue
        rows = [_Placed(file, rule, box) for rule in file.rules if rule.table == table.id for box in boxes[rule.name]]
        for left, right in _pairs(space, rows):
            findings.add(
                "R504",
                right.rule.place,
                f"row `{right.rule.name}` overlaps row `{left.rule.name}` (line {left.rule.place.line}); make one of them "
                "narrower, or write `rows are: in order`",
                others=(left.rule.place,),
                example=_example(space, left, right),
            )


def _ties(space: Space, outcome: str, boxes: dict[str, list[Box]], findings: Findings) -> None:
    """Rules of one group and priority that give different values to one fax."""
    ranked: dict[tuple[int, int], list[_Placed]] = {}
    for file, rule in rules_in_order(space.rule_set, outcome):
        ranked.setdefault((rule.group, rule.priority), []).extend(_Placed(file, rule, box) for box in boxes[rule.name])
    for level in ranked.values():
        noted: set[str] = set()
        for left, right in _pairs(space, level, outcome=outcome):
            if left.file is not right.file:
                findings.add(
                    "R505",
                    right.rule.place,
                    f"`{right.rule.name}` and `{left.rule.name}` give different values to `{outcome}` for one fax, and "
                    "nothing orders them: give one of them another `priority`",
                    others=(left.rule.place,),
                    example=_example(space, left, right),
                )
            elif right.rule.name not in noted:
                noted.add(right.rule.name)
                findings.add(
                    "R506",
                    right.rule.place,
                    f"`{left.rule.name}` (line {left.rule.place.line}) may decide `{outcome}` before `{right.rule.name}`: "
                    "inside a file the order settles it",
                    others=(left.rule.place,),
                )


def _pairs(space: Space, placed: Sequence[_Placed], *, outcome: str | None = None) -> Iterator[tuple[_Placed, _Placed]]:
    """Pairs of different rules that overlap, each once; with an outcome only those that give it different values."""
    seen: set[tuple[str, str]] = set()
    for i, j in overlapping_pairs(space, [one.box for one in placed]):
        left, right = placed[i], placed[j]
        pair = (left.rule.name, right.rule.name)
        if left.rule.name == right.rule.name or pair in seen:
            continue
        if outcome is not None and left.rule.outputs[outcome].values == right.rule.outputs[outcome].values:
            continue
        if outcome is not None and left.rule.table is not None and left.rule.table == right.rule.table:
            # rows of one table: overlapping is an error of its own, or what `in order` is for
            continue
        seen.add(pair)
        yield left, right
        if len(seen) >= _MOST_SHOWN:
            return


def _example(space: Space, left: _Placed, right: _Placed) -> str | None:
    in_scope = _is_in_all(left.file, right.file)

    def both(seen: Reading) -> bool:
        return in_scope(seen) and all(seen.truth(one.rule.when) is Verdict.HIT for one in (left, right))

    return example(space, left.box.meet(right.box), holds=both)
