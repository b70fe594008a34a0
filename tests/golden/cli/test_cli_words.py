"""What the commands print, word for word. The golden texts are in `words/`; `WRITE_GOLDEN=1` writes them anew, and a
person reads them before they are committed."""

import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from command_line import RECEIVED_AT, acknowledged, fax_service, faxrouter, router_in, wait_until, write_home
from fax_files import PageToWrite, tiff
from faxrouter.model.failure import FailureKind
from faxrouter_connectors.memory import MemoryTasks
from small_home import IN_CLINIC, OTHERWISE, home

WORDS = Path(__file__).parent / "words"
RULES = (
    OTHERWISE
    + """\
rules:
  - id: lab
    why: results go to the chart
    when: {document_type: lab_result}
    then: {workspace: Referrals, metadata: lab, hold: [audit],
           task: {queue: nurses, title: "Look at {{ patient_id or 'somebody' }}", due: 2 hours},
           notify: [charge-nurse]}
  - id: thick
    when: {document_type: lab_result, pages at least: 20}
    then: {workspace: Nursing}
tests:
  - {name: a result, fax: {our_number: "+14155550100", document_type: lab_result}, expect: {workspace: Referrals}}
  - {name: nothing, fax: {our_number: "+14155550100"}, expect: {}}
  - {name: later, skip: not yet, fax: {our_number: "+14155550100"}, expect: {workspace: Nursing}}
"""
)
LAB: dict[str, object] = {"our_number": IN_CLINIC, "document_type": "lab_result", "patient_id": "MRN-1"}
UNSURE: dict[str, object] = {
    **LAB,
    "document_type": {"state": "uncertain", "values": ["lab_result"], "confidence": "low"},
}
RED = RULES + '  - {name: wrong, fax: {our_number: "+14155550100"}, expect: {workspace: Referrals}}\n'
ERRORS = OTHERWISE + (
    "rules:\n"
    "  - {id: typo, when: {document_typ: lab_result}, then: {workspace: Nursing}}\n"
    "  - {id: twice, then: {desk: a}}\n"
    "  - {id: twice, then: {desk: z}}\n"
)

# what differs from run to run
MASKS = (
    (r"\b[0-9a-f]{64}\b", "DIGEST"),
    (r"rule set [0-9a-f]{12}\b", "rule set DIGEST"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(\+00:00|Z)", "TIME"),
    (r"\b\d+ (seconds?|minutes?)\b", "AGE"),
    (r"\b\d+ ms\b", "MS"),
)


def masked(text: str) -> str:
    for pattern, word in MASKS:
        text = re.sub(pattern, word, text)
    # a column is as wide as its widest cell
    return re.sub(r"(?<=\S) {2,}", "  ", text)


@pytest.fixture(scope="module")
def says(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """What each command says; of operations after three faxes: one filed, one parked, one refused by the tasks."""
    where = write_home(tmp_path_factory.mktemp("words"), home(RULES))
    wrong = write_home(tmp_path_factory.mktemp("wrong"), home(ERRORS))
    red = write_home(tmp_path_factory.mktemp("red"), home(RED))
    with router_in(where) as router:
        tasks = router.connectors["fake"].tasks
        assert isinstance(tasks, MemoryTasks)
        for number, facts in enumerate((LAB, UNSURE), start=1):
            fax_service(router).drop(tiff(PageToWrite()), received_at=RECEIVED_AT, name="scan.tif", facts=facts)
            faxes = acknowledged(router, number)
        tasks.faults.fail("put", FailureKind.REJECTED)
        fax_service(router).drop(tiff(PageToWrite()), received_at=RECEIVED_AT, name="scan.tif", facts=LAB)
        wait_until(lambda: router.view.numbers()["exceptions"] == 2)
    lines = [json.dumps({"fax_id": name, "facts": stated}) for name, stated in (("A", LAB), ("B", UNSURE))]
    stdin = "\n".join(lines)
    at = ["--at", "2026-03-02T10:15:00-08:00"]
    commands: dict[str, tuple[Path, list[str]]] = {
        "check": (where, ["check"]),
        "check-errors": (wrong, ["check"]),
        "test": (red, ["test"]),
        "test-errors": (wrong, ["test"]),
        "decide": (where, ["decide", *at]),
        "explain": (where, ["explain", "-", *at]),
        "explain-full": (where, ["explain", "-", "--full", "--why-not", "thick", *at]),
        "explain-md": (where, ["explain", "-", "--format", "md", "--why-not", "thick", *at]),
        "explain-past": (where, ["explain", faxes[0]]),
        "explain-parked": (where, ["explain", faxes[1]]),
        "status": (where, ["status"]),
        "queue": (where, ["queue"]),
        "history": (where, ["history", faxes[0]]),
    }
    yield lambda name: faxrouter(*commands[name][1], "--home", commands[name][0], stdin=stdin).out


@pytest.mark.parametrize(
    "name",
    [
        "check",
        "check-errors",
        "test",
        "test-errors",
        "decide",
        "explain",
        "explain-full",
        "explain-md",
        "explain-past",
        "explain-parked",
        "status",
        "queue",
        "history",
    ],
)
def test_a_command_prints_these_words(says: Callable[[str], str], name: str) -> None:
    """People learn these words, and tools read them: they change on purpose only."""
    said = masked(says(name))
    golden = WORDS / f"{name}.txt"
    if os.environ.get("WRITE_GOLDEN"):
        golden.write_text(said, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == said


def test_no_words_are_left_over() -> None:
    """A golden text that no command prints any more would be read as if one did."""
    source = Path(__file__).read_text(encoding="utf-8")

    assert [] == [path.stem for path in WORDS.iterdir() if f'"{path.stem}"' not in source]
