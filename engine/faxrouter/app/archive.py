"""The reloader's archive, kept in the journal: rule sets that went live, attempts that did not, and the last good
one."""

from dataclasses import dataclass

from faxrouter.home.snapshot import Snapshot
from faxrouter.journal import rule_sets
from faxrouter.journal.journal import Journal
from faxrouter.journal.rule_sets import RuleSetTexts
from faxrouter.reload.live import ReloadOutcome, ServedRules

# attempts looked back upon for the last one that went live
_MOST_REFUSALS = 100_000


@dataclass(frozen=True, slots=True)
class JournalArchive:
    journal: Journal

    def keep(self, served: ServedRules, outcome: ReloadOutcome) -> None:
        """Raises Unavailable; then nothing goes live."""
        texts = RuleSetTexts(
            digest=served.rule_set.digest, files=served.snapshot.files, versions=served.rule_set.versions
        )
        with self.journal.write() as writing:
            rule_sets.archive(writing, texts)
        self._record(outcome)

    def refused(self, outcome: ReloadOutcome) -> None:
        self._record(outcome)

    def last_good(self) -> Snapshot | None:
        """The files of the rule set that last went live, whatever stands in the home now."""
        live = next((one for one in rule_sets.reloads(self.journal, limit=_MOST_REFUSALS) if one.live), None)
        if live is None or live.digest is None:
            return None
        texts = rule_sets.load(self.journal, live.digest)
        return None if texts is None else Snapshot(files=texts.files)

    def _record(self, outcome: ReloadOutcome) -> None:
        rule_sets.record_reload(
            self.journal,
            digest=outcome.digest or None,
            live=outcome.is_live,
            problems=outcome.problems,
            failures=[*outcome.failed_tests, *([outcome.unreadable] if outcome.unreadable else [])],
            milliseconds=round(outcome.seconds * 1000),
        )
