"""Questions about a moment: weekdays, dates, times of day and calendars, as written. Never looks at the clock."""

from collections.abc import Mapping
from datetime import date

from faxrouter.language.conditions import MomentTest, TimeWindow
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.instants import read_date
from faxrouter.language.refusal import Refusal
from faxrouter.language.source import ScalarNode
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.language.weekly import read_weekdays, read_window

MOMENT_KEYS = ("on", "between", "during", "outside")


def read_moment_test(
    parts: Mapping[str, tuple[ScalarNode, ...]], *, vocabulary: Vocabulary, findings: Findings
) -> MomentTest | None:
    """The test that the parts (`on`, `between`, `during`, `outside`) make together; None when one cannot be read."""
    weekdays: set[int] = set()
    dates: set[date] = set()
    windows: list[TimeWindow] = []
    before = len(findings.problems)
    for scalar in parts.get("on", ()):
        _read_day(scalar, weekdays, dates, findings)
    for scalar in parts.get("between", ()):
        window = read_window(scalar.text)
        if isinstance(window, Refusal):
            findings.add("R204", scalar.place, window.message(scalar.text))
        else:
            windows.append(window)
    for name in ("during", "outside"):
        for scalar in parts.get(name, ()):
            _check_calendar(scalar, vocabulary, findings)
    if len(findings.problems) > before:
        return None
    return MomentTest(
        weekdays=frozenset(weekdays),
        dates=frozenset(dates),
        windows=tuple(windows),
        during=tuple(scalar.text for scalar in parts.get("during", ())),
        outside=tuple(scalar.text for scalar in parts.get("outside", ())),
        zone=vocabulary.zone,
    )


def _read_day(scalar: ScalarNode, weekdays: set[int], dates: set[date], findings: Findings) -> None:
    """A date, a weekday or a span of weekdays."""
    if scalar.text.strip()[:1].isdigit():
        day = read_date(scalar.text)
        if isinstance(day, Refusal):
            findings.add("R204", scalar.place, day.message(scalar.text))
        else:
            dates.add(day)
        return
    days = read_weekdays(scalar.text.strip())
    if isinstance(days, Refusal):
        findings.add("R204", scalar.place, days.message(scalar.text))
    else:
        weekdays.update(days)


def _check_calendar(scalar: ScalarNode, vocabulary: Vocabulary, findings: Findings) -> None:
    if scalar.text not in vocabulary.calendars:
        hint = did_you_mean(scalar.text, vocabulary.calendars) or "; calendars are declared in calendars.yaml"
        findings.add("R210", scalar.place, f"unknown calendar `{scalar.text}`{hint}")
