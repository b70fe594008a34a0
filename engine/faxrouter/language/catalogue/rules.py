"""Problems of rules."""

from faxrouter.language.catalogue.check import Check

RULES: tuple[Check, ...] = ()
