"""What `status` says of rules that did not go live."""

from typing import Any

import pytest

from faxrouter.cli.tables import print_status


def test_only_what_refused_the_rules_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """The journal keeps warnings and notes behind the errors; at night they would hide the reason."""
    last = {"live": False, "at": "2026-03-01T03:00:00+00:00", "milliseconds": 9, "errors": 2}
    answer: dict[str, Any] = {
        "running": True,
        "rule_set": "0" * 64,
        **dict.fromkeys(("received", "decided", "filed", "acknowledged", "exceptions", "waiting_actions"), 0),
        **dict.fromkeys(("open_tasks", "overdue_tasks", "transmissions"), 0),
        "oldest_exception_seconds": None,
        "work": [],
        "problems": {},
        "last_reload": {**last, "problems": ["an error", "a failed test", "a note"]},
    }

    print_status(answer)

    assert ["    an error", "    a failed test"] == [
        line for line in capsys.readouterr().out.splitlines() if line.startswith("    ")
    ]
