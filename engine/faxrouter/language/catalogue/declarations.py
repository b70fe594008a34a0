"""Problems of declarations."""

from faxrouter.language.catalogue.check import Check

DECLARATIONS: tuple[Check, ...] = ()
