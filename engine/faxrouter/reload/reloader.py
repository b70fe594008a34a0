"""The reloader: takes a settled snapshot through the gates and swaps it in, or says why not."""

import threading
import time
from collections.abc import Callable
from typing import Protocol

import structlog

from faxrouter.home.snapshot import Snapshot
from faxrouter.language.compile import SourceCache
from faxrouter.model.failure import Unavailable
from faxrouter.model.problem import Severity
from faxrouter.ports import Clock
from faxrouter.reload.gates import admit
from faxrouter.reload.live import Gate, LiveRules, ReloadOutcome, ServedRules
from faxrouter.reload.settle import settled

log = structlog.get_logger("faxrouter.reload")

# seconds; a directory that changes for longer is tried again at the next event or slow poll
PATIENCE = 30.0


class RuleArchive(Protocol):
    """Where rule sets are kept by digest, and which was the last good one."""

    def keep(self, served: ServedRules, outcome: ReloadOutcome) -> None:
        """Archive a rule set that goes live, and remember it as the last good one."""
        ...

    def refused(self, outcome: ReloadOutcome) -> None:
        """Journal an attempt that did not go live."""
        ...

    def last_good(self) -> Snapshot | None:
        """The snapshot that was in service when the router last ran; None on the first start."""
        ...


class Reloader:
    """Reads, gates and swaps. One thread at a time; `attempt` may be called by the watcher and by a person."""

    def __init__(
        self,
        *,
        read: Callable[[], Snapshot],
        archive: RuleArchive,
        clock: Clock,
        quiet: float,
        stopping: threading.Event,
    ) -> None:
        self._read = read
        self._archive = archive
        self._clock = clock
        self._quiet = quiet
        self._stopping = stopping
        self._cache = SourceCache()
        self._turn = threading.Lock()
        self._live: LiveRules | None = None
        self._tried = ""

    def start(self) -> LiveRules:
        """The rules to start with: those of the home, or the last good ones where the home's are refused.

        Raises Unavailable, naming the first problem, when there is no rule set to serve.
        """
        outcome, served = self._pass_gates(self._read())
        if served is None:
            last_good = self._archive.last_good()
            fallback = admit(last_good, cache=self._cache).served if last_good is not None else None
            if fallback is None:
                raise Unavailable(_why_not(outcome))
            outcome = _with_digest(outcome, fallback.rule_set.digest)
            self._live = LiveRules(fallback)
        else:
            self._live = LiveRules(served)
        self._note(outcome, served)
        return self._live

    def attempt(self) -> ReloadOutcome | None:
        """Settle, gate, swap. None when nothing changed since the last attempt, or the router is stopping."""
        with self._turn:
            try:
                snapshot = settled(self._read, wait=self._stopping.wait, quiet=self._quiet, patience=PATIENCE)
            except (Unavailable, OSError) as error:
                return self._unreadable(str(error))
            if snapshot is None or snapshot.content_hash == self._tried:
                return None
            outcome, served = self._pass_gates(snapshot)
            self._note(outcome, served)
            return outcome

    def _pass_gates(self, snapshot: Snapshot) -> tuple[ReloadOutcome, ServedRules | None]:
        began = time.perf_counter()
        admission = admit(snapshot, cache=self._cache)
        self._tried = snapshot.content_hash
        digest = admission.served.rule_set.digest if admission.served else self._digest_in_service()
        outcome = ReloadOutcome(
            at=self._clock.now(),
            failed_at=admission.failed_at,
            content_hash=snapshot.content_hash,
            digest=digest,
            problems=admission.problems,
            failed_tests=admission.failed_tests,
            seconds=time.perf_counter() - began,
        )
        return outcome, admission.served

    def _note(self, outcome: ReloadOutcome, served: ServedRules | None) -> None:
        """Journal first, then swap: rules that could not be archived must not decide."""
        if self._live is None:
            raise Unavailable("the reloader was not started")
        try:
            if served is not None:
                self._archive.keep(served, outcome)
            else:
                self._archive.refused(outcome)
        except Unavailable as error:
            self._tried = ""
            log.error("reload not journalled", reason=str(error), rule_set=self._digest_in_service())
            return
        self._live.note(outcome, served=served)
        if outcome.is_live:
            log.info("rules live", rule_set=outcome.digest, seconds=round(outcome.seconds, 3))
        else:
            log.error(
                "rules refused",
                gate=str(outcome.failed_at),
                serving=outcome.digest,
                errors=[str(problem) for problem in outcome.problems if problem.severity is Severity.ERROR][:20],
                failed_tests=len(outcome.failed_tests),
            )

    def _unreadable(self, reason: str) -> ReloadOutcome | None:
        """The directory cannot be read now: said once, tried again at the next event or poll."""
        if self._live is None or self._tried == reason:
            return None
        self._tried = reason
        outcome = ReloadOutcome(
            at=self._clock.now(),
            failed_at=Gate.READ,
            content_hash="",
            digest=self._digest_in_service(),
            problems=(),
            failed_tests=(),
            seconds=0.0,
            unreadable=reason,
        )
        self._note(outcome, None)
        return outcome

    def _digest_in_service(self) -> str:
        return self._live.current.rule_set.digest if self._live is not None else ""


def _with_digest(outcome: ReloadOutcome, digest: str) -> ReloadOutcome:
    return ReloadOutcome(
        at=outcome.at,
        failed_at=outcome.failed_at,
        content_hash=outcome.content_hash,
        digest=digest,
        problems=outcome.problems,
        failed_tests=outcome.failed_tests,
        seconds=outcome.seconds,
    )


def _why_not(outcome: ReloadOutcome) -> str:
    errors = [str(problem) for problem in outcome.problems if problem.severity is Severity.ERROR]
    found = errors or list(outcome.failed_tests)
    first = "\n  ".join(found[:10])
    return f"no rule set can be served: {len(found)} error(s), and no earlier rule set is archived\n  {first}"
