"""A table for a pipe and for a terminal: the same words."""

import os
import pty
import re
import subprocess
import sys

import pytest

from faxrouter.cli.tables import print_table

HEAD = ["fax", "reason"]
ROWS = [["F-1", "hangs on [our_number], which is not known for sure"], ["F-22", "ok"]]


def test_a_pipe_gets_plain_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """Stable, without colour: scripts cut them."""
    print_table(HEAD, ROWS)

    assert capsys.readouterr().out.splitlines() == [
        "fax   reason",
        "F-1   hangs on [our_number], which is not known for sure",
        "F-22  ok",
    ]


def test_a_terminal_gets_a_table_that_wraps_inside_its_column() -> None:
    """Words in brackets are words, not markup, and nothing is cut off."""
    program = f"from faxrouter.cli.tables import print_table; print_table({HEAD!r}, {ROWS!r})"
    main, terminal = pty.openpty()
    environment = {**os.environ, "COLUMNS": "30", "TERM": "xterm", "NO_COLOR": "1"}
    subprocess.run([sys.executable, "-c", program], stdout=terminal, env=environment, check=True)
    os.close(terminal)
    shown = os.read(main, 10_000).decode()
    os.close(main)

    lines = [re.sub(r"\x1b\[\d*m", "", line).rstrip() for line in shown.splitlines()]
    assert max(len(line) for line in lines) <= 30
    assert " ".join(" ".join(lines).split()) == (
        "fax reason F-1 hangs on [our_number], which is not known for sure F-22 ok"
    )
