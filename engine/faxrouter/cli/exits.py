"""Exit codes, the same for every command."""

from enum import IntEnum


class Exit(IntEnum):
    FINE = 0
    FOUND = 1  # an error in the rules, a failed test; with --strict a warning too
    USAGE = 2
    COULD_NOT_RUN = 3
