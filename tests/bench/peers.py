"""The peers of the benchmark: zen-engine, CEL and durable-rules, each given a workload in its own form."""

import json
from importlib import import_module
from types import ModuleType
from typing import Any

from bench.contenders import CannotRun, Prepared
from bench.workloads import Condition, Workload

# above this many distinct conditions durable-rules never comes back from building its rule set
_DURABLE_RULES_MOST = 256


def zen_engine(workload: Workload) -> Prepared:
    """One decision table with hit policy `first`, one column a fact."""
    zen = _imported("zen")
    if zen is None:
        return CannotRun("not installed")
    columns = sorted({condition.fact for rule in workload.rules for condition in rule.conditions})
    rows = []
    for number, rule in enumerate(workload.rules):
        row = {"_id": f"r{number}", "out": json.dumps(rule.workspace)} | dict.fromkeys(columns, "")
        for condition in rule.conditions:
            row[condition.fact] = _zen_cell(condition)
        rows.append(row)
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": fact, "name": fact, "field": fact} for fact in columns],
        "outputs": [{"id": "out", "name": "workspace", "field": "workspace"}],
        "rules": rows,
    }
    content = {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode"},
            {"id": "table", "name": "table", "type": "decisionTableNode", "content": table},
            {"id": "end", "name": "end", "type": "outputNode"},
        ],
        "edges": [
            {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
            {"id": "2", "type": "edge", "sourceId": "table", "targetId": "end"},
        ],
    }
    decision = zen.ZenEngine().create_decision(json.dumps(content))
    return lambda index: str(decision.evaluate(workload.events[index])["result"]["workspace"])


def _zen_cell(condition: Condition) -> str:
    operand = condition.operand
    match condition.operator:
        case "equals":
            return json.dumps(operand)
        case "one of":
            return f"$ in {json.dumps(operand)}"
        case "none of":
            return f"$ not in {json.dumps(operand)}"
        case "starts with":
            return f"startsWith($, {json.dumps(operand)})"
        case "at least":
            return f">= {operand}"
        case "between":
            assert isinstance(operand, tuple)
            return f"[{operand[0]}..{operand[1]}]"


def cel(workload: Workload) -> Prepared:
    """One compiled expression a rule, in a loop; events are made into its contexts beforehand."""
    module = _imported("cel")
    if module is None:
        return CannotRun("not installed")
    programs = [
        (module.compile(" && ".join(map(_cel, rule.conditions)) or "true"), rule.workspace) for rule in workload.rules
    ]
    contexts = [module.Context(variables=event) for event in workload.events]

    def answer(index: int) -> str:
        context = contexts[index]
        return next(workspace for program, workspace in programs if program.execute(context))

    return answer


def _cel(condition: Condition) -> str:
    fact, operand = condition.fact, condition.operand
    match condition.operator:
        case "equals":
            return f"{fact} == {json.dumps(operand)}"
        case "one of":
            return f"{fact} in {json.dumps(operand)}"
        case "none of":
            return f"!({fact} in {json.dumps(operand)})"
        case "starts with":
            return f"{fact}.startsWith({json.dumps(operand)})"
        case "at least":
            return f"{fact} >= {operand}"
        case "between":
            assert isinstance(operand, tuple)
            return f"{fact} >= {operand[0]} && {fact} <= {operand[1]}"


def durable_rules(workload: Workload) -> Prepared:
    """One rule set whose rules note that they fired; the first in order is taken."""
    if _imported("durable.lang") is None:
        return CannotRun("not installed")
    if len(workload.rules) > _DURABLE_RULES_MOST:
        return CannotRun("its build never ends with so many conditions")
    engine: Any = import_module("durable.engine")
    fired: list[int] = []
    rules = {
        f"r{number}": {
            "all": [{"m": _durable(rule.conditions)}],
            "run": _noting(fired, number),
            # all of them may fire on one event
            "count": 1,
        }
        for number, rule in enumerate(workload.rules)
    }
    host = engine.Host()
    host.set_rulesets({"bench": rules})

    def answer(index: int) -> str:
        fired.clear()
        host.assert_fact("bench", workload.events[index])
        host.retract_fact("bench", workload.events[index])
        return workload.rules[min(fired)].workspace

    return answer


def _noting(fired: list[int], number: int) -> Any:
    def run(_closure: Any) -> None:
        fired.append(number)

    return run


def _durable(conditions: tuple[Condition, ...]) -> dict[str, Any]:
    terms = [_durable_term(condition) for condition in conditions] or [{"$ex": {"event": 1}}]
    return terms[0] if len(terms) == 1 else {"$and": terms}


def _durable_term(condition: Condition) -> dict[str, Any]:
    fact, operand = condition.fact, condition.operand
    operands = operand if isinstance(operand, tuple) else (operand,)
    match condition.operator:
        case "equals":
            return {fact: operand}
        case "one of":
            return {"$or": [{fact: one} for one in operands]}
        case "none of":
            return {"$and": [{"$neq": {fact: one}} for one in operands]}
        case "starts with":
            return {"$mt": {fact: "%" + f"{operand}.*"}}
        case "at least":
            return {"$gte": {fact: operand}}
        case "between":
            return {"$and": [{"$gte": {fact: operands[0]}}, {"$lte": {fact: operands[1]}}]}


def _imported(name: str) -> ModuleType | None:
    try:
        return import_module(name)
    except ImportError:
        return None
