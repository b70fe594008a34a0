"""Texts of one decision, rendered with its facts. Knows the rule set and the facts; every mistake becomes a problem."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from faxrouter.language.ruleset import RuleFile, RuleSet
from faxrouter.language.texts import Text
from faxrouter.model.fact import Facts
from faxrouter.model.problem import Place, Problem, Severity

ORGANISATION = "organisation"


@dataclass(slots=True)
class Renderer:
    """Renders texts for one event. `problems` grows; the same mistake at the same place is noted once."""

    rule_set: RuleSet
    facts: Facts
    problems: list[Problem] = field(default_factory=list)

    def text(
        self, source: str, *, at: Place, department: str | None, extra: Mapping[str, str | Sequence[str]] | None = None
    ) -> str:
        """The text with its facts; times are shown in the department's zone."""
        rendered = Text(source).render(self.facts, zone=self.zone(department), extra=extra)
        for fault in rendered.faults:
            self.note(fault.kind.code, at, f"a text {fault.message}" if fault.fact else fault.message)
        return rendered.text

    def value(self, value: Any, *, at: Place, department: str | None) -> Any:
        """A JSON-shaped value with every text in it rendered; keys stay as they are."""
        match value:
            case str():
                return self.text(value, at=at, department=department)
            case Mapping():
                return {key: self.value(part, at=at, department=department) for key, part in value.items()}
            case list() | tuple():
                return [self.value(part, at=at, department=department) for part in value]
            case _:
                return value

    def note(self, code: str, at: Place, message: str) -> None:
        problem = Problem(code=code, severity=Severity.WARNING, place=at, message=message)
        if problem not in self.problems:
            self.problems.append(problem)

    def zone(self, department: str | None) -> str:
        file = file_of(self.rule_set, department)
        return file.zone if file is not None else "UTC"


def file_of(rule_set: RuleSet, department: str | None) -> RuleFile | None:
    """The rules file of a department, or the organisation's."""
    return next((file for file in rule_set.files if file.department == department), None)
