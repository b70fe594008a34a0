"""Keywords: every phrase that rules look for in one fact, found in a single pass. Knows no rule, only bits of boxes.

A text is searched as its words with one space before, between and behind them, by one automaton for all phrases; so a
phrase is found where its words stand in succession, whatever punctuation lay between. For a set of ids a phrase is a
member.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import ahocorasick

from faxrouter.deciding.atoms import joined_words
from faxrouter.language.conditions import Quantity, WordsTest
from faxrouter.model.fact import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class WordAtom:
    """One `contains` test, and the boxes that want it true or false.

    A box with several wanted atoms counts in several slots, one atom in each, so that every slot can be settled alone.
    """

    test: WordsTest
    # slot → boxes
    wanted: Mapping[int, int]
    unwanted: int


class Keywords:
    """All `contains` tests of one fact."""

    def __init__(self, atoms: Iterable[WordAtom]) -> None:
        atoms = list(atoms)
        self.boxes = 0
        slots = 1 + max((slot for atom in atoms for slot in atom.wanted), default=-1)
        self._needs = [0] * slots
        self._atoms = atoms
        # phrase → the atoms that speak of it
        self._speaking: dict[tuple[str, ...], list[int]] = {}
        for index, atom in enumerate(atoms):
            self.boxes |= atom.unwanted
            for slot, boxes in atom.wanted.items():
                self._needs[slot] |= boxes
                self.boxes |= boxes
            for phrase in set(atom.test.phrases):
                self._speaking.setdefault(phrase, []).append(index)
        self._always = [index for index, atom in enumerate(atoms) if _needs_nothing(atom.test)]
        self._automaton = ahocorasick.Automaton()
        for phrase in self._speaking:
            self._automaton.add_word(f" {' '.join(phrase)} ", phrase)
        if self._speaking:
            self._automaton.make_automaton()

    def narrow(self, possible: int, value: Value) -> int:
        """Of the possible boxes those that remain once the comparable value was searched."""
        allowed = [~need for need in self._needs]
        for index in self._true_atoms(value):
            atom = self._atoms[index]
            possible &= ~atom.unwanted
            for slot, boxes in atom.wanted.items():
                allowed[slot] |= boxes
        for boxes in allowed:
            possible &= boxes
        return possible

    def _true_atoms(self, value: Value) -> set[int]:
        if isinstance(value, frozenset):
            found = {(member,) for member in value if (member,) in self._speaking}
        elif self._speaking:
            found = {phrase for _, phrase in self._automaton.iter(joined_words(value))}
        else:
            found = set()
        true = set(self._always)
        for phrase in found:
            for index in self._speaking[phrase]:
                test = self._atoms[index].test
                if test.quantity is Quantity.ANY or all(other in found for other in test.phrases):
                    true.add(index)
        return true


def _needs_nothing(test: WordsTest) -> bool:
    """`contains all` of an empty list is true of everything."""
    return test.quantity is Quantity.ALL and not test.phrases
