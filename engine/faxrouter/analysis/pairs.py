"""Questions about pairs: scopes that overlap, ties, `unique` rows that overlap, conditions that contradict themselves.

Answered on boxes: exact for everything that is cut into regions; words, patterns, lookups and calendars count as
possible. Does no I/O.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from faxrouter.analysis.examples import example
from faxrouter.analysis.overlaps import Overlaps
from faxrouter.deciding.boxes import Box, Space
from faxrouter.deciding.candidates import rules_in_order
from faxrouter.deciding.reading import Reading
from faxrouter.language.findings import Findings, TooManyProblems, too_many
from faxrouter.language.ruleset import Rule, RuleFile, RuleSet
from faxrouter.model.decision import Policy, Verdict
from faxrouter.model.problem import Place, Problem

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
    try:
        _ask(rule_set, space, findings)
    except TooManyProblems as stop:
        findings.problems.append(too_many(stop))
    return findings.problems


def _ask(rule_set: RuleSet, space: Space, findings: Findings) -> None:
    boxes = {
        rule.place: [box for box in space.rule_boxes(file, rule) if not box.is_empty]
        for file in rule_set.files
        for rule in file.rules
    }
    _scopes(space, findings)
    for file in rule_set.files:
        for rule in file.rules:
            _contradictions(space, file, rule, boxes[rule.place], findings)
        _unique_rows(space, file, boxes, findings)
    tied: set[frozenset[str]] = set()
    for outcome in rule_set.outcomes.values():
        if outcome.policy is Policy.FIRST:
            _ties(space, outcome.name, boxes, tied, findings)


def _scopes(space: Space, findings: Findings) -> None:
    scoped = [
        (file, file.scope.place, box)
        for file in space.rule_set.files
        if file.scope is not None
        for box in space.scope_boxes(file)
    ]
    overlaps = Overlaps(space, [box for _, _, box in scoped])
    seen: set[tuple[str, str]] = set()
    for j, (right, place, box) in enumerate(scoped):
        for i in overlaps.earlier(j, among=-1):
            left, first, other = scoped[i]
            if left is right or (left.path, right.path) in seen:
                continue
            seen.add((left.path, right.path))
            findings.add(
                "R501",
                place,
                f"the scopes of `{left.department}` and `{right.department}` overlap: one fax would belong to both; "
                "give each number to one department",
                others=(first,),
                example=example(space, other.meet(box), holds=_is_in_all(left, right)),
            )


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


def _unique_rows(space: Space, file: RuleFile, boxes: dict[Place, list[Box]], findings: Findings) -> None:
    for table in file.tables.values():
        if not table.unique:
            continue
        rows = [_Placed(file, rule, box) for rule in file.rules if rule.table == table.id for box in boxes[rule.place]]
        for left, right in islice(_overlapping_rows(space, rows), _MOST_SHOWN):
            findings.add(
                "R504",
                right.rule.place,
                f"row `{right.rule.name}` overlaps row `{left.rule.name}` (line {left.rule.place.line}); make one of "
                "them narrower, or write `rows are: in order`",
                others=(left.rule.place,),
                example=_example(space, left, right),
            )


def _overlapping_rows(space: Space, rows: Sequence[_Placed]) -> Iterator[tuple[_Placed, _Placed]]:
    """Every pair of rows once, the earlier one first."""
    overlaps = Overlaps(space, [row.box for row in rows])
    seen: set[tuple[Place, Place]] = set()
    for j, right in enumerate(rows):
        for i in overlaps.earlier(j, among=-1):
            # two rows on one line have one name
            pair = (rows[i].rule.place, right.rule.place)
            if pair[0] != pair[1] and pair not in seen:
                seen.add(pair)
                yield rows[i], right


def _ties(
    space: Space, outcome: str, boxes: dict[Place, list[Box]], tied: set[frozenset[str]], findings: Findings
) -> None:
    """Rules of one group and priority that give different values to one fax: an error between files, a note inside.

    `tied` are the pairs of files that have been shown: what overlaps is mostly their scopes, so one example is enough.
    """
    ranked: dict[tuple[int, int], list[_Placed]] = {}
    for file, rule in rules_in_order(space.rule_set, outcome):
        ranked.setdefault((rule.group, rule.priority), []).extend(_Placed(file, rule, box) for box in boxes[rule.place])
    for level in ranked.values():
        overlaps = Overlaps(space, [one.box for one in level])
        same_value = _same(level, lambda one: one.rule.outputs[outcome].values)
        same_file = _same(level, lambda one: one.file.path)
        # rows of one table: overlapping is an error of its own, or what `in order` is for
        same_table = _same(level, lambda one: (one.file.path, one.rule.table or one.rule.name))
        of_file = {one.file.path: bits for one, bits in zip(level, same_file, strict=True)}
        noted = set[str]()
        for j, right in enumerate(level):
            own = right.file.path
            shown = same_file[j]
            for path, bits in of_file.items():
                shown |= bits if frozenset((own, path)) in tied else 0
            i = next(overlaps.earlier(j, among=~same_value[j] & ~shown), -1)
            if i >= 0 and len(tied) < _MOST_SHOWN:
                tied.add(frozenset((own, level[i].file.path)))
                _tie(space, outcome, level[i], right, findings)
            later = right.rule.table or right.rule.name
            if later in noted or len(noted) >= _MOST_SHOWN:
                continue
            i = next(overlaps.earlier(j, among=~same_value[j] & same_file[j] & ~same_table[j]), -1)
            if i >= 0:
                noted.add(later)
                _order_note(outcome, level[i], right, findings)


def _same(level: Sequence[_Placed], key: Callable[[_Placed], object]) -> list[int]:
    """For each one, the bits of all that share its key. Values may be maps, so keys are compared by their form."""
    keys = [repr(key(one)) for one in level]
    masks: dict[str, int] = {}
    for index, own in enumerate(keys):
        masks[own] = masks.get(own, 0) | 1 << index
    return [masks[own] for own in keys]


def _tie(space: Space, outcome: str, left: _Placed, right: _Placed, findings: Findings) -> None:
    findings.add(
        "R505",
        right.rule.place,
        f"`{right.rule.name}` and `{left.rule.name}` give different values to `{outcome}` for one fax, and "
        "nothing orders them: give one of them another `priority`",
        others=(left.rule.place,),
        example=_example(space, left, right),
    )


def _order_note(outcome: str, left: _Placed, right: _Placed, findings: Findings) -> None:
    findings.add(
        "R506",
        right.rule.place,
        f"`{left.rule.name}` (line {left.rule.place.line}) may decide `{outcome}` before `{right.rule.name}`: "
        "inside a file the order settles it",
        others=(left.rule.place,),
    )


def _example(space: Space, left: _Placed, right: _Placed) -> str | None:
    in_scope = _is_in_all(left.file, right.file)

    def both(seen: Reading) -> bool:
        return in_scope(seen) and all(seen.truth(one.rule.when) is Verdict.HIT for one in (left, right))

    return example(space, left.box.meet(right.box), holds=both)
