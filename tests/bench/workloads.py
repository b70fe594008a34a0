"""Workloads: rules and events in a neutral form that every engine of the benchmark can be given. Knows no engine."""

import random
from dataclasses import dataclass
from typing import Literal

Operator = Literal["equals", "one of", "none of", "starts with", "at least", "between"]


@dataclass(frozen=True, slots=True)
class Condition:
    """`operand`: a text, a number, or a tuple of them (two for `between`, both ends included)."""

    fact: str
    operator: Operator
    operand: str | int | tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """All conditions hold → the value. The first rule of a workload that matches wins."""

    conditions: tuple[Condition, ...]
    workspace: str


@dataclass(frozen=True, slots=True)
class Workload:
    name: str
    rules: tuple[Rule, ...]
    events: tuple[dict[str, str | int], ...]

    def expected(self) -> list[str]:
        """What every engine must answer, by the plainest of all interpreters."""
        return [next(rule.workspace for rule in self.rules if matches(rule, event)) for event in self.events]


def matches(rule: Rule, event: dict[str, str | int]) -> bool:
    return all(holds(condition, event[condition.fact]) for condition in rule.conditions)


def holds(condition: Condition, value: str | int) -> bool:
    operand = condition.operand
    match condition.operator:
        case "equals":
            return value == operand
        case "one of":
            return isinstance(operand, tuple) and value in operand
        case "none of":
            return isinstance(operand, tuple) and value not in operand
        case "starts with":
            return str(value).startswith(str(operand))
        case "at least":
            return int(value) >= int(str(operand))
        case "between":
            assert isinstance(operand, tuple)
            return int(operand[0]) <= int(value) <= int(operand[1])


DOCUMENT_TYPES = tuple(f"type_{number}" for number in range(40))
AREAS = ("+1206", "+1212", "+1312", "+1415", "+1503", "+1617", "+44207", "+4930")
STATIONS = tuple(f"STATION {number}" for number in range(200))


def realistic(count: int, *, events: int, seed: int = 7) -> Workload:
    """Departments with their own numbers and document types, a catch-all each, and one for all at the end."""
    chance = random.Random(seed)
    departments = max(1, count // 50)
    rules: list[Rule] = []
    for number in range(count - departments - 1):
        department = number % departments
        conditions = [Condition("our_number", "equals", _our_number(department, chance.randrange(4)))]
        if chance.random() < 0.85:
            conditions.append(Condition("document_type", "equals", chance.choice(DOCUMENT_TYPES)))
        if chance.random() < 0.3:
            conditions.append(Condition("their_number", "starts with", chance.choice(AREAS)))
        if chance.random() < 0.2:
            conditions.append(Condition("pages", "at least", chance.randrange(2, 60)))
        if chance.random() < 0.1:
            conditions.append(Condition("sender_station", "one of", tuple(chance.sample(STATIONS, 3))))
        if len(conditions) == 1:
            conditions.append(Condition("sender_station", "equals", chance.choice(STATIONS)))
        rules.append(Rule(tuple(conditions), f"Workspace {number}"))
    for department in range(departments):
        numbers = tuple(_our_number(department, line) for line in range(4))
        rules.append(Rule((Condition("our_number", "one of", numbers),), f"Department {department}"))
    rules.append(Rule((), "Unsorted"))
    return Workload(f"realistic {count}", tuple(rules), tuple(_event(chance, departments) for _ in range(events)))


def adversarial(count: int, *, events: int, seed: int = 11) -> Workload:
    """Wide overlapping conditions on few facts: no fact singles a rule out, and the winner may stand anywhere."""
    chance = random.Random(seed)
    rules: list[Rule] = []
    for number in range(count - 1):
        low = chance.randrange(0, 1900)
        conditions = (
            Condition("pages", "between", (low, low + chance.randrange(5, 100))),
            Condition("document_type", "none of", tuple(chance.sample(DOCUMENT_TYPES, 30))),
            Condition("their_number", "starts with", chance.choice(("+1", "+4", "+12", "+14", "+15", "+13", "+16"))),
            Condition("sender_station", "one of", tuple(chance.sample(STATIONS, 20))),
        )
        rules.append(Rule(conditions, f"Workspace {number}"))
    rules.append(Rule((), "Unsorted"))
    return Workload(f"adversarial {count}", tuple(rules), tuple(_event(chance, 50) for _ in range(events)))


def _our_number(department: int, line: int) -> str:
    return f"+1415{5550000 + department * 4 + line}"


def _event(chance: random.Random, departments: int) -> dict[str, str | int]:
    return {
        "event": "received",
        "our_number": _our_number(chance.randrange(departments), chance.randrange(4)),
        "document_type": chance.choice(DOCUMENT_TYPES),
        "their_number": f"{chance.choice(AREAS)}{chance.randrange(1000000, 9999999)}",
        "pages": chance.choice((1, 2, 3, 5, 8, 20, 60, 300, 1200)) + chance.randrange(3),
        "sender_station": chance.choice(STATIONS),
    }
