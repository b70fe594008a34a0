"""What the reloader keeps in the journal: sets that went live, attempts that did not, and the last good one."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from faxrouter.app.archive import JournalArchive
from faxrouter.app.state import SystemClock
from faxrouter.home.snapshot import Snapshot
from faxrouter.journal import rule_sets
from faxrouter.journal.journal import Journal
from faxrouter.reload.gates import admit
from faxrouter.reload.live import Gate, ReloadOutcome
from small_home import OTHERWISE, home

GOOD = home(OTHERWISE)
ERROR = home(OTHERWISE + "rules: [{id: r, when: {document_typ: referral}, then: {workspace: Nursing}}]\n")
RED = home(OTHERWISE + "tests: [{name: auto, fax: {our_number: '+14155550100'}, expect: {workspace: Auto}}]\n")


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    opened = Journal.open(f"sqlite:///{tmp_path}/journal.db", clock=SystemClock())
    yield opened
    opened.close()


def attempt(archive: JournalArchive, snapshot: Snapshot, *, unreadable: str = "") -> None:
    """What the reloader does with a snapshot, up to the archive."""
    admission = admit(snapshot)
    served = None if unreadable else admission.served
    outcome = ReloadOutcome(
        at=datetime(2026, 3, 2, tzinfo=UTC),
        failed_at=Gate.READ if unreadable else admission.failed_at,
        content_hash=snapshot.content_hash,
        digest=served.rule_set.digest if served is not None else "in-service",
        problems=() if unreadable else admission.problems,
        failed_tests=admission.failed_tests,
        seconds=0.0123,
        unreadable=unreadable,
    )
    if served is not None:
        archive.keep(served, outcome)
    else:
        archive.refused(outcome)


def test_before_the_first_good_set_there_is_none(journal: Journal) -> None:
    """A first start with an error has nothing to fall back upon."""
    archive = JournalArchive(journal)
    attempt(archive, ERROR)

    assert archive.last_good() is None


def test_the_last_good_set_is_the_one_that_was_live(journal: Journal) -> None:
    """With every file as it was, however many bad ones were saved since."""
    archive = JournalArchive(journal)
    attempt(archive, GOOD)
    for _ in range(30):
        attempt(archive, ERROR)

    last = archive.last_good()
    assert last is not None
    assert GOOD.files == last.files


@pytest.mark.parametrize(
    ("snapshot", "unreadable", "why"),
    [
        (ERROR, "", 'unknown fact `document_typ`; did you mean "document_type"?'),
        (RED, "", "rules/clinic.rules.yaml:9 auto: `workspace` should be 'Auto'"),
        (GOOD, "`rules/x.yaml` is a link to a file that is not there", "is a link to a file that is not there"),
    ],
    ids=["an error", "a failed test", "a folder that cannot be read"],
)
def test_a_refusal_says_why(journal: Journal, snapshot: Snapshot, unreadable: str, why: str) -> None:
    """`status` shows it: an error, a failed test, or what could not be read."""
    attempt(JournalArchive(journal), snapshot, unreadable=unreadable)

    (reload,) = rule_sets.reloads(journal)
    assert (False, True, 12) == (reload.live, reload.errors >= 1, reload.milliseconds)
    assert why in reload.problems[0]
