"""What happens becomes log lines; what goes wrong is a problem for as long as it does."""

import json
import logging

import pytest

from faxrouter.app.logs import set_up_logs
from faxrouter.app.observing import Observer


class Seconds:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def observer(seconds: Seconds) -> Observer:
    set_up_logs(level="info", as_json=True)
    return Observer(serving=lambda: "d1g3s7", clock=seconds)


def lines(captured: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in captured.readouterr().err.splitlines()]


def test_every_line_carries_a_digest(observer: Observer, capsys: pytest.CaptureFixture[str]) -> None:
    """The rule set that decided, or the one in service."""
    observer("decided", fax="F-1", rule_set="abc")
    observer("stopped", fax="F-2", work="file", kind="refused")

    decided, stopped = lines(capsys)
    assert ("info", "abc", False) == (decided["level"], decided["rule_set"], "serving" in decided)
    assert ("error", "d1g3s7") == (stopped["level"], stopped["serving"])


def test_normal_work_is_quiet(observer: Observer, capsys: pytest.CaptureFixture[str]) -> None:
    """One line a fax; its single steps are for whoever asks for them."""
    for event in ("received", "filed", "acknowledged"):
        observer(event, fax="F-1")

    assert [] == lines(capsys)


def test_a_trouble_that_lasts_is_said_once_a_minute(
    observer: Observer, seconds: Seconds, capsys: pytest.CaptureFixture[str]
) -> None:
    """A loop that meets a full disk ten times a second must not fill the rest of it with words."""
    for _ in range(100):
        seconds.now += 1.0
        observer("waiting", of="dispatch", reason="the journal cannot be used: database or disk is full")
    observer("waiting", of="patrol", reason="the journal cannot be used: database or disk is full")
    observer("waiting", of="dispatch", reason="another one")

    assert ["dispatch", "dispatch", "patrol", "dispatch"] == [line["of"] for line in lines(capsys)]


def test_a_trouble_is_a_problem_while_it_lasts(observer: Observer, seconds: Seconds) -> None:
    """And is none any more a few seconds after it was last met."""
    observer("waiting", of="dispatch", reason="disk full")
    observer("fault", of="intake cloud", error="KeyError at faxrouter.workflow.intake:12")
    observer("fault", work="file:F-1-1", error="KeyError at faxrouter.workflow.filing:12")
    seconds.now += 10
    observer("waiting", of="dispatch", reason="disk full")

    assert {"dispatch", "intake cloud"} == set(observer.problems())
    seconds.now += 10
    assert {"dispatch": "disk full"} == observer.problems()
    seconds.now += 10
    assert {} == observer.problems()


def test_libraries_are_heard_without_what_they_quote(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A library's message may be filled with what was read from a fax: who speaks, from where and of which error."""
    set_up_logs(level="info", as_json=True)
    logging.getLogger("some.reader").warning("cannot read %s", "MARKER-CONTENT")
    logging.getLogger("dbos").error("step failed: MARKER-CONTENT")
    try:
        raise ValueError("MARKER-CONTENT")
    except ValueError:
        logging.getLogger("dbos").exception("a step failed: MARKER-CONTENT")

    said = capsys.readouterr().err
    first, second, third = (json.loads(line) for line in said.splitlines())
    assert "MARKER" not in said
    assert ("library", "some.reader", "cannot read %s") == (first["event"], first["of"], first["said"])
    assert ("dbos", None) == (second["of"], second["said"])
    assert ("ValueError", "error") == (third["error"], third["level"])
