"""Problems of texts."""

from faxrouter.language.catalogue.check import Check

TEXTS: tuple[Check, ...] = ()
