"""Texts with facts in them: titles, metadata, workspace names. Parsed at load, rendered at planning; knows no file.

The language is a checked subset of jinja2 in its sandbox (`text_grammar`, `text_checks`, `text_filters`). Rendering is
total: a fact that is not known is none, printing none gives an empty text and a fault, and the output is bounded.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import TemplateError

from faxrouter.language.ruleset import FactDeclaration
from faxrouter.language.text_checks import TextChecks
from faxrouter.language.text_filters import FAULTS, ZONE, NotKnown
from faxrouter.language.text_grammar import TextFault, TextFaultKind, runnable, structure
from faxrouter.model.fact import Fact, Value

__all__ = ["Rendered", "Text", "TextFault", "TextFaultKind", "parse_text"]

LONGEST_OUTPUT = 8192
# of a set of ids
MOST_MEMBERS = 200
_HARMLESS = frozenset({TextFaultKind.MAY_BE_NONE, TextFaultKind.UNKNOWN_VALUE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    text: str
    faults: tuple[TextFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text as written. Its names are looked up in the facts; a name that is not there is none."""

    source: str

    @property
    def is_plain(self) -> bool:
        """Whether it has no expressions at all."""
        return not any(opening in self.source for opening in ("{{", "{%", "{#"))

    @property
    def facts(self) -> Sequence[str]:
        """The facts that it names, each once; none where it cannot be read."""
        if self.is_plain or structure(self.source).tree is None:
            return ()
        return tuple(runnable(self.source).facts.values())

    def render(
        self, facts: Mapping[str, Fact], *, zone: str = "UTC", extra: Mapping[str, str | Sequence[str]] | None = None
    ) -> Rendered:
        """The text for these facts. `zone` is for moments; `extra` are further names with values (`key`, `missing`)."""
        if self.is_plain:
            return Rendered(text=self.source)
        checked = structure(self.source)
        if checked.tree is None:
            return Rendered(text="", faults=checked.faults)
        program = runnable(self.source)
        none_printed: list[str] = []
        context: dict[str, object] = {ZONE: zone, FAULTS: none_printed}
        for variable, name in program.facts.items():
            context[variable] = (extra or {}).get(name) if name in (extra or {}) else _shown(name, facts)
        parts: list[str] = []
        room = LONGEST_OUTPUT
        faults: list[TextFault] = []
        try:
            for part in program.template.generate(context):
                parts.append(part[:room])
                room -= len(part)
                if room < 0:
                    message = f"the text is longer than {LONGEST_OUTPUT} characters and was cut"
                    faults.append(TextFault(kind=TextFaultKind.TOO_LONG, message=message))
                    break
        except (TemplateError, TypeError, ValueError, ArithmeticError):
            faults.append(TextFault(kind=TextFaultKind.REFUSED, message="the text cannot be made of these facts"))
            parts.clear()
        faults += [
            TextFault(kind=TextFaultKind.PRINTED_NONE, message=f"prints `{name}`, which is not known", fact=name)
            for name in dict.fromkeys(none_printed)
        ]
        return Rendered(text="".join(parts), faults=tuple(faults))


def parse_text(
    source: str,
    *,
    declared: Mapping[str, FactDeclaration],
    known: frozenset[str] = frozenset(),
    extra: frozenset[str] = frozenset(),
) -> tuple[Text | None, list[TextFault]]:
    """The text and every fault in it; no text when it could not be rendered.

    `known` are the facts that the rule's own condition makes known, `extra` further names that always have a value.
    """
    text = Text(source)
    if text.is_plain:
        return text, []
    checked = structure(source)
    if checked.tree is None:
        return None, list(checked.faults)
    checks = TextChecks(source, declared, extra)
    checks.block(checked.tree.body, known, frozenset())
    usable = all(fault.kind in _HARMLESS for fault in checks.faults)
    return (text if usable else None), checks.faults


def _shown(name: str, facts: Mapping[str, Fact]) -> Value | list[str] | NotKnown:
    fact = facts.get(name)
    value = fact.value if fact is not None else None
    if value is None:
        return NotKnown(name)
    return sorted(value)[:MOST_MEMBERS] if isinstance(value, frozenset) else value
