"""Texts with facts in them, checked where they stand in a file: every fault becomes a problem at its place."""

from collections.abc import Mapping

from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import FactDeclaration
from faxrouter.language.source import ScalarNode
from faxrouter.language.texts import Text, TextFault, parse_text
from faxrouter.model.problem import Place


class TextReader:
    """Checks the texts of one compilation. A text that was seen under the same facts is not parsed again."""

    def __init__(self, declared: Mapping[str, FactDeclaration], *, always: frozenset[str], findings: Findings) -> None:
        """`always` are facts that every event has."""
        self._declared = declared
        self._always = always
        self._findings = findings
        self._seen: dict[tuple[str, frozenset[str], frozenset[str]], tuple[Text | None, list[TextFault]]] = {}

    def __call__(
        self,
        text: ScalarNode,
        *,
        known: frozenset[str] = frozenset(),
        extra: frozenset[str] = frozenset(),
    ) -> Text | None:
        """`known` are further facts that certainly have a value there, `extra` further names that have one."""
        if "{" not in text.text:
            return Text(text.text)
        index = (text.text, known, extra)
        if index not in self._seen:
            self._seen[index] = parse_text(text.text, declared=self._declared, known=self._always | known, extra=extra)
        parsed, faults = self._seen[index]
        for fault in faults:
            self._findings.add(fault.kind.code, _place_of(text, fault), fault.message)
        return parsed


def _place_of(text: ScalarNode, fault: TextFault) -> Place:
    """The place of the word inside the file, where the text stands on one line; otherwise that of the text."""
    if "\n" in text.text or fault.line > 1:
        return text.place
    column = text.place.column + fault.column - 1 + (1 if text.quoted else 0)
    return Place(file=text.place.file, line=text.place.line, column=column)
