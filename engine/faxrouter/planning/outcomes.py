"""A decision as `decide` prints it: one JSON object with every outcome, its rule and its place. Does no I/O."""

from typing import Any

from faxrouter.language.ruleset import RuleSet
from faxrouter.language.values import write_json_value
from faxrouter.model.decision import Contribution, Decided, Decision, KeyedWorkspace, NamedWorkspace, Policy
from faxrouter.model.fact import Facts
from faxrouter.planning.rendering import Renderer

# their value, rule and place are lists in one order
_OF_SEVERAL = frozenset({Policy.COLLECT, Policy.JOIN})


def outcomes_as_json(rule_set: RuleSet, decision: Decision, facts: Facts) -> dict[str, Any]:
    """`{"rule_set", "outcomes", "parked"}`; an outcome without a value is left out, texts are rendered."""
    renderer = Renderer(rule_set, facts)
    parked = [{"outcome": one.outcome, "facts": list(one.facts), "reason": one.reason} for one in decision.parked]
    return {
        "rule_set": decision.rule_set,
        "outcomes": rendered_outcomes(decision, renderer),
        "parked": parked or None,
    }


def rendered_outcomes(decision: Decision, renderer: Renderer) -> dict[str, Any]:
    """Outcome → `{"value", "rule", "at", "policy"}`."""
    return {name: _outcome(decided, renderer) for name, decided in decision.outcomes.items() if decided.contributions}


def rendered_value(contribution: Contribution, renderer: Renderer) -> Any:
    """The value of one contribution as JSON."""
    match contribution.value:
        case NamedWorkspace(name=name):
            return name
        case KeyedWorkspace() as keyed:
            return {"type": keyed.type, "key": write_json_value(keyed.key), "else": keyed.otherwise}
        case value:
            return renderer.value(value, at=contribution.at, department=contribution.department)


def _outcome(decided: Decided, renderer: Renderer) -> dict[str, Any]:
    values = [rendered_value(one, renderer) for one in decided.contributions]
    rules = [one.rule for one in decided.contributions]
    places = [one.at.line_reference for one in decided.contributions]
    if decided.policy in _OF_SEVERAL:
        return {"value": values, "rule": rules, "at": places, "policy": decided.policy.value}
    return {"value": values[0], "rule": rules[0], "at": places[0], "policy": decided.policy.value}
