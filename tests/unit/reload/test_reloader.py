"""The reloader: what it serves after each kind of save, with a scripted directory and no waiting."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from faxrouter.facts.gather import gather
from faxrouter.home.snapshot import Snapshot
from faxrouter.model.failure import Unavailable
from faxrouter.reload.live import Gate, LiveRules, ReloadOutcome, ServedRules
from faxrouter.reload.reloader import Reloader
from faxrouter.reload.settle import settled
from small_home import IN_CLINIC, OTHERWISE, home

DESK = "rules:\n  - {{id: desk, then: {{desk: {value}}}}}\n"


def version(value: str) -> Snapshot:
    """A home whose every fax goes to this desk."""
    return home(DESK.format(value=value) + OTHERWISE)


BROKEN = home("rules:\n  - {id: desk, then: {desk: nowhere}}\n" + OTHERWISE)
FAILING = home(
    DESK.format(value="a")
    + OTHERWISE
    + f"tests:\n  - {{name: never, fax: {{our_number: '{IN_CLINIC}'}}, expect: {{desk: b}}}}\n"
)
NOT_UTF8 = Snapshot(files={**version("a").files, "rules/clinic.rules.yaml": b"language: 1\ndepartment: caf\xe9\n"})


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 6, 12, tzinfo=UTC)


@dataclass
class Archive:
    """What the journal would keep."""

    good: Snapshot | None = None
    kept: list[str] = field(default_factory=list)
    outcomes: list[ReloadOutcome] = field(default_factory=list)
    broken: bool = False

    def keep(self, served: ServedRules, outcome: ReloadOutcome) -> None:
        if self.broken:
            raise Unavailable("the disk is full")
        self.good = served.snapshot
        self.kept.append(served.rule_set.digest)
        self.outcomes.append(outcome)

    def refused(self, outcome: ReloadOutcome) -> None:
        self.outcomes.append(outcome)

    def last_good(self) -> Snapshot | None:
        return self.good


class Directory:
    """A directory as the reloader reads it: the scripted readings first, then the last one again and again."""

    def __init__(self, *readings: Snapshot) -> None:
        self.readings = list(readings)
        self.fails_with: str | None = None

    def read(self) -> Snapshot:
        if self.fails_with is not None:
            raise Unavailable(self.fails_with)
        return self.readings.pop(0) if len(self.readings) > 1 else self.readings[0]

    def save(self, *readings: Snapshot) -> None:
        self.readings = list(readings)


@pytest.fixture
def archive() -> Archive:
    return Archive()


def reloader(directory: Directory, archive: Archive) -> Reloader:
    return Reloader(read=directory.read, archive=archive, clock=FixedClock(), quiet=0.0, stopping=threading.Event())


def desk(live: LiveRules) -> str:
    """The desk that a fax goes to now."""
    served = live.current
    decision = served.decide(gather(served.rule_set, [("stated", {"our_number": IN_CLINIC})]).facts)
    return str(decision.outcomes["desk"].contributions[0].value)


def test_a_good_save_goes_live_and_is_archived_first(archive: Archive) -> None:
    """Settle, gate, journal, swap."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()
    directory.save(version("b"))

    outcome = router.attempt()

    assert outcome is not None and outcome.is_live
    assert desk(live) == "b"
    assert archive.kept[-1] == live.current.rule_set.digest == outcome.digest


@pytest.mark.parametrize(
    ("bad", "gate"),
    [(BROKEN, Gate.COMPILE), (FAILING, Gate.TESTS), (NOT_UTF8, Gate.COMPILE)],
    ids=["a wrong value", "a failing test", "bad UTF-8"],
)
def test_a_bad_save_changes_nothing_and_says_why(archive: Archive, bad: Snapshot, gate: Gate) -> None:
    """The last good set stays in service; the failed attempt is journalled with its reason."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()
    digest = live.current.rule_set.digest
    directory.save(bad)

    outcome = router.attempt()

    assert outcome is not None and outcome.failed_at is gate
    assert outcome.problems or outcome.failed_tests
    assert outcome.digest == live.current.rule_set.digest == digest
    assert desk(live) == "a"


def test_a_half_written_file_is_waited_out(archive: Archive) -> None:
    """Only content that read the same twice is looked at: the half of a save is never a rule set."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()
    whole = version("b")
    clinic = whole.files["rules/clinic.rules.yaml"]
    half = Snapshot(files={**whole.files, "rules/clinic.rules.yaml": clinic[: len(clinic) // 2]})
    directory.save(half, whole, whole)

    router.attempt()

    assert desk(live) == "b"
    assert [outcome.is_live for outcome in archive.outcomes] == [True, True]


def test_files_that_arrive_one_by_one_are_one_rule_set(archive: Archive) -> None:
    """Three of four files are not a rule set (falco-operator#410)."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()
    whole = version("b")
    arriving = [
        Snapshot(files={name: whole.files[name] for name in sorted(whole.files)[:count]})
        for count in range(1, len(whole.files) + 1)
    ]
    directory.save(*arriving, whole)

    router.attempt()

    assert desk(live) == "b"
    assert all(outcome.is_live for outcome in archive.outcomes)


def test_added_and_deleted_files_count(archive: Archive) -> None:
    """The set is the directory's, not a list of files (redpanda connect#1257)."""
    with_shared = home(
        "include: [shared/numbers.yaml]\n" + DESK.format(value="a") + OTHERWISE,
        more={"rules/shared/numbers.yaml": "language: 1\nlists: {ours: [x]}\n"},
    )
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()
    directory.save(with_shared)
    added = router.attempt()
    directory.save(Snapshot(files={n: b for n, b in with_shared.files.items() if n != "rules/shared/numbers.yaml"}))
    deleted = router.attempt()

    assert added is not None and added.is_live
    assert deleted is not None and deleted.failed_at is Gate.COMPILE
    assert live.current.snapshot.content_hash == with_shared.content_hash


def test_the_same_content_is_not_tried_twice(archive: Archive) -> None:
    """Neither good nor bad: a touch, or a save without a change, is no reload."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    router.start()

    assert router.attempt() is None
    directory.save(BROKEN)
    assert router.attempt() is not None
    assert router.attempt() is None


def test_a_start_with_broken_rules_serves_the_last_good_ones(archive: Archive) -> None:
    """The last good set is remembered over restarts."""
    reloader(Directory(version("a")), archive).start()

    live = reloader(Directory(BROKEN), archive).start()

    assert desk(live) == "a"
    assert archive.outcomes[-1].failed_at is Gate.COMPILE
    assert live.last is archive.outcomes[-1]


def test_a_first_start_with_broken_rules_says_what_is_wrong(archive: Archive) -> None:
    """There is nothing to serve, so the router does not start."""
    with pytest.raises(Unavailable, match=r"rules/clinic\.rules\.yaml:\d+:\d+ R\d+"):
        reloader(Directory(BROKEN), archive).start()


def test_rules_that_cannot_be_archived_do_not_go_live_and_are_tried_again(archive: Archive) -> None:
    """A decision by a rule set that nobody kept could not be proved."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()
    directory.save(version("b"))
    archive.broken = True
    router.attempt()
    while_full = desk(live)
    archive.broken = False
    router.attempt()

    assert (while_full, desk(live)) == ("a", "b")


def test_a_directory_that_cannot_be_read_is_said_once_and_changes_nothing(archive: Archive) -> None:
    """A share that went away is not an empty rule set."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()

    directory.fails_with = "the share is gone"

    first, second = router.attempt(), router.attempt()

    assert first is not None and first.failed_at is Gate.READ and first.unreadable == "the share is gone"
    assert second is None
    assert desk(live) == "a"


def test_a_directory_that_never_rests_is_left_for_the_next_event() -> None:
    """Settling gives up after its patience and reads again at the next event."""

    def changing() -> Iterator[Snapshot]:
        number = 0
        while True:
            number += 1
            yield Snapshot(files={"rules/a.yaml": str(number).encode()})

    readings = changing()

    assert settled(lambda: next(readings), wait=lambda _: False, quiet=1.0, patience=10.0) is None


def test_a_thousand_saves_in_a_row_end_at_the_last_one(archive: Archive) -> None:
    """Every decision carries one whole set that passed the gates, and the last save wins."""
    directory = Directory(version("a"))
    router = reloader(directory, archive)
    live = router.start()
    stopping = threading.Event()
    seen: set[tuple[str, str]] = set()

    def decide_all_the_time() -> None:
        while not stopping.is_set():
            served = live.current
            decision = served.decide(gather(served.rule_set, [("stated", {"our_number": IN_CLINIC})]).facts)
            seen.add((decision.rule_set, str(decision.outcomes["desk"].contributions[0].value)))

    deciding = threading.Thread(target=decide_all_the_time)
    deciding.start()
    for number in range(1000):
        directory.save((version("a"), version("b"), BROKEN, version("c"))[number % 4])
        router.attempt()
    stopping.set()
    deciding.join()

    assert desk(live) == "c"
    assert {value for _, value in seen} <= {"a", "b", "c"}
    assert len({digest for digest, _ in seen}) == len(seen)
    assert {digest for digest, _ in seen} <= set(archive.kept)
