"""Problems of tests."""

from faxrouter.language.catalogue.check import Check

TESTS: tuple[Check, ...] = ()
