"""The command line: `faxrouter COMMAND`. Words and exit codes only; every answer comes from the rooms below.

Exit codes: 0 fine · 1 an error or a failed test (warnings too with `--strict`) · 2 usage · 3 could not run.
"""

from faxrouter.cli.main import main

__all__ = ["main"]
