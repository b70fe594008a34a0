"""Prometheus metrics, counted from the journal: what is not journalled did not happen, and a restart forgets
nothing."""

import threading
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from faxrouter.console.view import RouterView
from faxrouter.journal import history
from faxrouter.journal.faxes import ORGANISATION
from faxrouter.journal.history import Proof

_COUNTED = ("event", "decision", "plan", "attempt", "receipt", "filed", "acknowledged", "reload")
# entries read at once
_BATCH = 1_000
# On PostgreSQL a writer may commit a smaller number after a greater one was read: so many numbers are looked at twice.
_LATE = 1_000


class JournalCollector(Collector):
    """Keeps running totals of the journal and reads on from the last entry at each scrape."""

    def __init__(self, view: RouterView) -> None:
        self._view = view
        self._turn = threading.Lock()
        self._last = 0
        # the numbers counted among the last `_LATE`
        self._counted: set[int] = set()
        self._events: Counter[str] = Counter()
        self._decisions: Counter[tuple[str, str]] = Counter()
        self._parked: Counter[str] = Counter()
        self._failures: Counter[tuple[str, str, str]] = Counter()
        self._done: Counter[str] = Counter()
        self._reloads: Counter[str] = Counter()

    def describe(self) -> Iterable[Metric]:
        """Nothing at registration: the journal is read when it is scraped."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """Raises Unavailable when the journal cannot be read; the scrape then fails rather than lie."""
        with self._turn:
            self._read_on()
            counters = list(self._counters())
        return [*counters, *self._gauges()]

    def _read_on(self) -> None:
        after = max(0, self._last - _LATE)
        while True:
            found = history.proofs(self._view.journal, *_COUNTED, after=after, limit=_BATCH)
            for entry in found:
                if entry.number not in self._counted:
                    self._count(entry)
                    self._counted.add(entry.number)
                after = entry.number
            self._last = max(self._last, after)
            self._counted = {number for number in self._counted if number > self._last - _LATE}
            if len(found) < _BATCH:
                return

    def _count(self, entry: Proof) -> None:
        body: Mapping[str, Any] = entry.body
        match entry.kind:
            case "event":
                self._events[body["event"]] += 1
            case "decision":
                for outcome, decided in body["outcomes"].items():
                    for contribution in decided["contributions"]:
                        self._decisions[outcome, contribution["rule"]] += 1
            case "plan":
                if body["parked"]:
                    self._parked[entry.department or ORGANISATION] += 1
            case "attempt":
                self._failures[body["system"], body["operation"], body["failure"]] += 1
            case "receipt":
                self._done[body["action"]] += 1
            case "filed" | "acknowledged":
                self._done[entry.kind] += 1
            case "reload":
                self._reloads["live" if body["live"] else "refused"] += 1

    def _counters(self) -> Iterable[Metric]:
        def counter(name: str, text: str, labels: tuple[str, ...], counts: Mapping[Any, int]) -> Metric:
            family = CounterMetricFamily(f"faxrouter_{name}", text, labels=labels)
            for key, count in sorted(counts.items()):
                family.add_metric([key] if isinstance(key, str) else list(key), count)
            return family

        yield counter("events", "Fax events journalled.", ("event",), self._events)
        yield counter("decisions", "Values given, by outcome and rule.", ("outcome", "rule"), self._decisions)
        yield counter("parked", "Documents parked for a person.", ("department",), self._parked)
        yield counter("actions", "Actions done and journalled.", ("action",), self._done)
        yield counter(
            "step_failures", "Tries of a step that failed, by kind.", ("system", "operation", "kind"), self._failures
        )
        yield counter("reloads", "Reloads, by result.", ("result",), self._reloads)

    def _gauges(self) -> Iterable[Metric]:
        def gauge(name: str, text: str, value: float) -> Metric:
            return GaugeMetricFamily(f"faxrouter_{name}", text, value=value)

        numbers = self._view.numbers()
        yield gauge("exceptions_open", "Entries of the exception queue.", numbers["exceptions"])
        yield gauge("actions_waiting", "Actions that wait for their connector.", numbers["waiting_actions"])
        yield gauge("tasks_open", "Tasks that nobody was seen to close.", numbers["open_tasks"])
        yield gauge("tasks_overdue", "Open tasks past their due time.", numbers["overdue_tasks"])
        yield gauge("transmissions_open", "Outbound faxes whose end is not known.", numbers["transmissions"])
        yield gauge("queue_age_seconds", "Age of the oldest exception.", numbers["oldest_exception_seconds"] or 0)
        yield gauge("work_age_seconds", "Age of the oldest work not done.", numbers["oldest_work_seconds"] or 0)
        work = GaugeMetricFamily("faxrouter_work", "Work on the list.", labels=("kind", "state"))
        for one in numbers["work"]:
            work.add_metric([one["kind"], one["state"]], one["count"])
        yield work
        reload = numbers["last_reload"]
        if reload is not None:
            yield gauge("reload_success", "1 when the newest reload went live, 0 when refused.", float(reload["live"]))
            yield gauge("reload_timestamp_seconds", "When the newest reload was tried.", reload["timestamp"])
            yield gauge("reload_duration_seconds", "How long its gates took.", reload["milliseconds"] / 1000)
        digest = GaugeMetricFamily("faxrouter_rule_set", "1 for the rule set in service.", labels=("digest",))
        if numbers["rule_set"] is not None:
            digest.add_metric([numbers["rule_set"]], 1)
        yield digest
