"""Problems of conditions."""

from faxrouter.language.catalogue.check import Check

CONDITIONS: tuple[Check, ...] = ()
