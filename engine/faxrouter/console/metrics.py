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
from faxrouter.journal.journal import Journal, Journalled

# entries read at once
_BATCH = 1_000


class JournalCollector(Collector):
    """Keeps running totals of the journal and reads on from the last entry at each scrape."""

    def __init__(self, journal: Journal, view: RouterView) -> None:
        self._journal = journal
        self._view = view
        self._turn = threading.Lock()
        self._last = 0
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
            yield from self._counters()
        yield from self._gauges()

    def _read_on(self) -> None:
        while True:
            found = self._journal.entries(
                "event",
                "decision",
                "plan",
                "attempt",
                "receipt",
                "filed",
                "acknowledged",
                "reload",
                after=self._last,
                limit=_BATCH,
            )
            for entry in found:
                self._count(entry)
                self._last = entry.number
            if len(found) < _BATCH:
                return

    def _count(self, entry: Journalled) -> None:
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
                    self._parked[entry.department or "organisation"] += 1
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
        yield counter("failures", "Attempts that failed, by kind.", ("system", "operation", "kind"), self._failures)
        yield counter("reloads", "Reloads, by result.", ("result",), self._reloads)

    def _gauges(self) -> Iterable[Metric]:
        def gauge(name: str, text: str, value: float) -> Metric:
            return GaugeMetricFamily(f"faxrouter_{name}", text, value=value)

        status = self._view.status()
        yield gauge("exceptions_open", "Entries of the exception queue.", status["exceptions"])
        yield gauge("actions_waiting", "Actions that wait for their connector.", status["waiting_actions"])
        yield gauge("queue_age_seconds", "Age of the oldest exception.", status["oldest_exception_seconds"] or 0)
        yield gauge("work_age_seconds", "Age of the oldest work not done.", status["oldest_work_seconds"] or 0)
        work = GaugeMetricFamily("faxrouter_work", "Work on the list.", labels=("kind", "state"))
        for one in status["work"]:
            work.add_metric([one["kind"], one["state"]], one["count"])
        yield work
        reload = status["last_reload"]
        if reload is not None:
            yield gauge("reload_success", "1 when the newest reload went live.", float(reload["live"]))
            yield gauge("reload_timestamp_seconds", "When the newest reload was tried.", reload["timestamp"])
            yield gauge("reload_duration_seconds", "How long its gates took.", reload["milliseconds"] / 1000)
        digest = GaugeMetricFamily("faxrouter_rule_set", "The rule set in service.", labels=("digest",))
        if status["rule_set"] is not None:
            digest.add_metric([status["rule_set"]], 1)
        yield digest
