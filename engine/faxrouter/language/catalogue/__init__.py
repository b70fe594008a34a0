"""The problem catalogue: every code with its severity, its page and its examples, in one mapping.

Codes never change their meaning. Rooms: R0 reading files, R1 declarations, R2 conditions, R3 rules, tables and outputs,
R4 texts and templates, R5 questions about pairs of rules.
"""

from collections.abc import Mapping

from faxrouter.language.catalogue.check import Check
from faxrouter.language.catalogue.conditions import CONDITIONS
from faxrouter.language.catalogue.declarations import DECLARATIONS
from faxrouter.language.catalogue.pairs import PAIRS
from faxrouter.language.catalogue.reading import READING
from faxrouter.language.catalogue.rules import RULES
from faxrouter.language.catalogue.surroundings import SURROUNDINGS
from faxrouter.language.catalogue.texts import TEXTS

CATALOGUE: Mapping[str, Check] = {
    check.code: check for check in (*READING, *DECLARATIONS, *SURROUNDINGS, *CONDITIONS, *RULES, *TEXTS, *PAIRS)
}
