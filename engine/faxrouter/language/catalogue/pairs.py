"""Problems of pairs."""

from faxrouter.language.catalogue.check import Check

PAIRS: tuple[Check, ...] = ()
