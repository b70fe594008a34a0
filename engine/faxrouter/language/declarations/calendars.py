"""The calendars of `calendars.yaml`: opening hours and closed days in their own zones. Never looks at the clock."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from faxrouter.language.conditions import TimeWindow
from faxrouter.language.declarations.entries import distinct, typed
from faxrouter.language.findings import Findings
from faxrouter.language.instants import is_zone, read_date
from faxrouter.language.refusal import Refusal
from faxrouter.language.ruleset import Calendar
from faxrouter.language.shapes import as_map, as_texts, check_keys, check_language, entries_of
from faxrouter.language.source import MapNode, Node, ScalarNode
from faxrouter.language.weekly import WEEKDAYS, read_weekdays, read_window
from faxrouter.model.problem import Place

CALENDAR_KEYS = ("time_zone", "open", "closed on")
_MINUTES_OF_WEEK = 7 * 24 * 60


def read_calendars(root: MapNode, *, findings: Findings) -> Mapping[str, Calendar]:
    """Every calendar whose zone is known, in the order of the file."""
    check_language(root, findings=findings)
    check_keys(root, "calendars.yaml", known=("language", "calendars"), required=("calendars",), findings=findings)
    declared: dict[str, Calendar] = {}
    for key, node in entries_of(as_map(root.get("calendars"), "`calendars`", findings=findings)):
        entry = as_map(node, f"the calendar `{key.text}`", findings=findings)
        calendar = _read_calendar(key, entry, findings) if entry is not None else None
        if calendar is not None:
            declared.setdefault(calendar.name, calendar)
    return declared


def read_zone(text: str) -> str | Refusal:
    """An IANA zone name, for every place where a file names one."""
    return text if is_zone(text) else Refusal("is not a time zone: write an IANA name, such as `America/Los_Angeles`")


def _read_calendar(key: ScalarNode, entry: MapNode, findings: Findings) -> Calendar | None:
    what = f"the calendar `{key.text}`"
    check_keys(entry, what, known=CALENDAR_KEYS, required=("time_zone", "open"), findings=findings)
    zone = typed(entry.get("time_zone"), "`time_zone`", read=read_zone, findings=findings)
    opening = as_map(entry.get("open"), "`open`", findings=findings)
    windows = _read_opening(opening, findings)
    closed = distinct(entry.get("closed on"), "`closed on`", findings=findings)
    days = [typed(day, "`closed on`", read=read_date, findings=findings) for day in closed]
    if zone is None:
        return None
    return Calendar(
        name=key.text,
        time_zone=zone,
        open=windows,
        closed_on=frozenset(day for day in days if isinstance(day, date)),
        place=key.place,
    )


def _read_opening(opening: MapNode | None, findings: Findings) -> Mapping[int, tuple[TimeWindow, ...]]:
    windows: dict[int, list[tuple[TimeWindow, Place]]] = {}
    for key, node in entries_of(opening):
        days = typed(key, "`open`", read=read_weekdays, findings=findings)
        for window, place in _read_windows(node, findings):
            for day in sorted(days or ()):
                windows.setdefault(day, []).append((window, place))
    _refuse_overlaps(windows, findings)
    return {
        day: tuple(sorted((window for window, _ in windows[day]), key=lambda window: window.start))
        for day in sorted(windows)
    }


def _read_windows(node: Node, findings: Findings) -> list[tuple[TimeWindow, Place]]:
    read = [
        (typed(text, "`open`", read=read_window, findings=findings), text.place)
        for text in as_texts(node, "`open`", findings=findings)
    ]
    return [(window, place) for window, place in read if window is not None]


def _refuse_overlaps(windows: Mapping[int, list[tuple[TimeWindow, Place]]], findings: Findings) -> None:
    """Two windows must not share a minute, over midnight and over the week's end either."""
    week = sorted(
        (day * 1440 + window.start, day * 1440 + window.end + (1440 if window.end <= window.start else 0), day, place)
        for day, entries in windows.items()
        for window, place in entries
    )
    if not week:
        return
    first_start, first_end, first_day, first_place = week[0]
    around = (*week, (first_start + _MINUTES_OF_WEEK, first_end + _MINUTES_OF_WEEK, first_day, first_place))
    noted: set[Place] = set()
    for (_, end, _, one), (start, _, day, other) in pairwise(around):
        first, second = sorted((one, other))
        if start < end and second not in noted:
            noted.add(second)
            message = f"on {WEEKDAYS[day]} two opening times overlap; write the day once, `[08:00-12:00, 13:00-18:00]`"
            findings.add("R150", second, message, others=(first,))
