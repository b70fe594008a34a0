"""An explanation as text, Markdown and JSON: verdict first, one line for each thing. Adds no reason of its own."""

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from faxrouter.cli.following import in_words
from faxrouter.cli.planned import plan_lines
from faxrouter.facts.writing import write_fact, write_facts
from faxrouter.journal.forms import kind_of
from faxrouter.language.values import write_json_value
from faxrouter.model.decision import Decision, NamedWorkspace, Undecided
from faxrouter.model.fact import Fact, Facts
from faxrouter.model.plan import Plan
from faxrouter.model.problem import Place
from faxrouter.model.trace import NearMiss, OutcomeTrace, Step, Trace, WhyNot

# near misses shown for an outcome without --full
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Everything about one document of one fax, or about facts that somebody stated."""

    title: str
    # the same without the name of a file, which may name a person
    public_title: str
    decision: Decision
    facts: Facts
    trace: Trace
    why_not: WhyNot | None
    plan: Plan
    defects: tuple[str, ...]
    notices: tuple[str, ...]
    history: Mapping[str, str] = field(default_factory=dict)


def as_text(one: Explained, *, full: bool) -> str:
    """Lines for a terminal or a log."""
    return "\n".join(_lines(one, full=full, values=True))


def as_markdown(one: Explained, *, full: bool) -> str:
    """For a ticket: stable ids, and no value of a fact and no file's name unless `full` is asked for."""
    verdict, *rest = _lines(one, full=full, values=full)
    lines = [f"### {verdict}", ""]
    for line in rest:
        depth = (len(line) - len(line.lstrip())) // 2
        text = " ".join(line.split())
        if depth:
            lines.append(f"{'  ' * (depth - 1)}- {text}")
        elif text:
            lines += ["", f"**{text}**", ""]
    return "\n".join(lines)


def as_json(one: Explained) -> dict[str, Any]:
    """The whole of it: facts in their written shape, outcomes as `decide` prints them, the trace and the plan."""
    return {
        "title": one.title,
        **one.history,
        "rule_set": one.decision.rule_set,
        "department": one.decision.department,
        "parked": [_plain(undecided) for undecided in one.decision.parked] or None,
        "outcomes": _in_order(one),
        "facts": write_facts(one.facts, evidence=True),
        "trace": [_plain(outcome) for outcome in one.trace.outcomes],
        "why_not": None if one.why_not is None else _plain(one.why_not),
        "plan": [{"action": kind_of(action), **_plain(action)} for action in one.plan.actions],
        "defects": list(one.defects),
        "problems": [str(problem) for problem in one.plan.problems],
        "notices": list(one.notices),
    }


def _lines(one: Explained, *, full: bool, values: bool) -> Iterator[str]:
    yield _verdict(one, values=values)
    yield f"  rule set: {one.decision.rule_set}"
    for key, text in one.history.items():
        yield f"  {key}: {text}"
    for defect in one.defects:
        yield f"  damaged: {defect}"
    if one.why_not is not None:
        yield from _why_not(one.why_not, values=values)
    yield ""
    yield "outcomes"
    yield from _outcomes(one, values=values)
    for undecided in one.decision.parked:
        yield f"  {undecided.outcome:<13} not decided: {undecided.reason}"
    yield ""
    yield "why"
    # a rule is shown with its conditions once, unless everything is asked for
    shown: set[str] = set()
    for outcome in one.trace.outcomes:
        yield from _outcome_trace(outcome, shown=set() if full else shown, full=full, values=values)
    yield ""
    yield "facts"
    yield from _facts(one.facts, full=full, values=values)
    for notice in one.notices:
        yield f"  note: {notice}"
    yield ""
    yield "what would be done" if not one.history else "what was planned"
    yield from plan_lines(one.plan, full=full, values=values)
    for problem in one.plan.problems:
        yield f"  problem: {problem}"


def _verdict(one: Explained, *, values: bool) -> str:
    title = one.title if values else one.public_title
    if one.plan.parked:
        reasons = [f"{undecided.outcome} {undecided.reason}" for undecided in one.decision.parked]
        reasons += [f"the document is damaged: {defect}" for defect in one.defects]
        return f"{title}: parked for a person, because {'; '.join(reasons) or 'it has no workspace'}"
    workspace = one.plan.outcomes.get("workspace")
    if workspace is None:
        return f"{title}: no workspace is decided on this event"
    where = (
        in_words(workspace["value"]) if values or isinstance(workspace["value"], str) else workspace["value"]["type"]
    )
    return f"{title}: filed into {where}, by {workspace['rule']} ({workspace['at']})"


def _outcomes(one: Explained, *, values: bool) -> Iterator[str]:
    for name, given in _in_order(one).items():
        several = isinstance(given["rule"], list)
        rendered = given["value"] if several else [given["value"]]
        for value, by in zip(rendered, one.decision.outcomes[name].contributions, strict=True):
            constant = isinstance(by.value, NamedWorkspace) or by.value == value
            shown = in_words(value) if values or constant else "(value not shown)"
            yield f"  {name:<13} {shown}, by {by.rule} ({by.at.line_reference})"


def _in_order(one: Explained) -> dict[str, Any]:
    """The outcomes as `decide` prints them, in the order in which facts.yaml declares them."""
    given = one.plan.outcomes
    return {each.outcome: given[each.outcome] for each in one.trace.outcomes if each.outcome in given}


def _outcome_trace(outcome: OutcomeTrace, *, shown: set[str], full: bool, values: bool) -> Iterator[str]:
    if outcome.result is None and not full:
        return
    yield f"  {outcome.outcome} ({outcome.policy.value})"
    for winner in outcome.winners:
        sure = ", which might match" if winner.steps and not winner.certain else ""
        yield f"    {winner.rule}{sure} ({winner.at.line_reference}): {winner.why_it_won}"
        if winner.rule in shown:
            continue
        shown.add(winner.rule)
        if winner.why_written:
            yield f"      its author says: {winner.why_written}"
        for step in winner.steps:
            yield from _step(step, depth=3, values=values)
    if isinstance(outcome.result, Undecided):
        yield f"    not decided: {outcome.result.reason}"
    for name, fact in outcome.hung_on:
        yield f"    it hangs on {name}: {_state(fact, values=values)}"
    for rival in outcome.rivals if full else outcome.rivals[:_FEW]:
        matched = "matched too" if rival.certain else "might have matched"
        yield f"    {rival.rule} ({rival.at.line_reference}) {matched}: {rival.why_lost}"
    near = [miss for miss in outcome.near_misses if miss.rule not in shown]
    for miss in near if full else near[:_FEW]:
        shown.add(miss.rule)
        yield from _near_miss(miss, values=values)
    if full:
        yield f"    otherwise: {outcome.otherwise}"


def _near_miss(miss: NearMiss, *, values: bool) -> Iterator[str]:
    yield f"    nearly {miss.rule} ({miss.at.line_reference})"
    for step in miss.failed:
        yield from _step(step, depth=3, values=values)


def _why_not(answer: WhyNot, *, values: bool) -> Iterator[str]:
    yield ""
    yield f"why not {answer.rule}"
    yield f"  {answer.rule} ({answer.at.line_reference}): {answer.verdict.value}"
    for step in answer.steps:
        yield from _step(step, depth=2, values=values)
    for outcome in answer.outcomes:
        yield f"    {outcome.outcome}: {outcome.said}"
    # how far a condition was from holding gives the value away
    for needed in answer.would_have_matched_if if values else ():
        yield f"    would have matched if {needed}"


def _step(step: Step, *, depth: int, values: bool) -> Iterator[str]:
    """`not matched  document_type: referral   it is lab_result (confidence low, needs medium)`."""
    written = step.written or f"{step.kind.value}:"
    said = f"{'  ' * depth}{step.reason.value:<18} {written}"
    if step.actual is not None:
        said += f"   — it is {_state(step.actual, values=values)}"
    if step.distance is not None and values:
        said += f" ({step.distance})"
    yield said
    for child in step.children:
        yield from _step(child, depth=depth + 1, values=values)


def _facts(facts: Facts, *, full: bool, values: bool) -> Iterator[str]:
    for name in sorted(facts):
        fact = facts[name]
        origin = "; ".join(f"{e.source} {e.reader if values else ''}".strip() for e in fact.evidence)
        yield f"  {name:<18} {_state(fact, values=values)}" + (f"   from {origin}" if origin else "")
        if full:
            if fact.reason is not None:
                yield f"    {fact.reason}"
            for evidence in fact.evidence:
                where = f" page {evidence.page}" if evidence.page is not None else ""
                read = f": “{evidence.text}”" if evidence.text and values else ""
                if where or read:
                    yield f"    {evidence.source} {evidence.reader}{where}{read}"


def _state(fact: Fact, *, values: bool) -> str:
    shown = [_value(value) for value in fact.values] if values else []
    sure = f", confidence {fact.confidence.word}" if fact.confidence is not None else ""
    if fact.is_known:
        return (shown[0] if shown else "known") + sure
    listed = f" ({' or '.join(shown)})" if shown else ""
    return f"{fact.state.value.replace('_', ' ')}{listed}{sure}"


def _value(value: Any) -> str:
    written = write_json_value(value)
    return ", ".join(str(member) for member in written) if isinstance(written, list) else str(written)


def _plain(value: Any) -> Any:
    """A value of the model as JSON: enums by their word, places as `file:line`, facts in their written shape."""
    match value:
        case Place():
            return value.line_reference
        case Fact():
            return write_fact(value)
        case Enum():
            return value.value
        case Mapping():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case tuple() | list() | frozenset():
            return [_plain(inner) for inner in value]
        case None | bool() | int() | float() | str():
            return value
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in dataclasses.fields(value)}
    return write_json_value(value)
