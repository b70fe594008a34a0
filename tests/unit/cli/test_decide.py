"""`decide`: facts as JSON lines in, one decision a line out."""

import json
from pathlib import Path
from typing import Any

import pytest

from command_line import faxrouter, write_home
from small_home import IN_CLINIC, OTHERWISE, home

RULES = (
    OTHERWISE
    + """\
rules:
  - id: lab
    when: {document_type: lab_result}
    then: {workspace: {type: Patient, key: patient_id, else: Nursing}, desk: a,
           task: {queue: nurses, title: "Result of {{ patient_id or 'somebody' }}"}}
  - id: night
    when: {received_at on: sunday}
    then: {notify: [night-team]}
"""
)


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return write_home(tmp_path, home(RULES))


def line(facts: dict[str, Any], **more: Any) -> bytes:
    return json.dumps({**more, "facts": facts}).encode() + b"\n"


def test_an_answer_has_exactly_these_keys(clinic: Path) -> None:
    """Whoever reads the answers relies on their form."""
    facts = {"our_number": IN_CLINIC, "document_type": "lab_result", "patient_id": "MRN-1"}

    answer = faxrouter("decide", "--home", clinic, stdin=line(facts, fax_id="A-1"))

    (decided,) = answer.lines
    assert ["fax_id", "rule_set", "outcomes", "parked"] == list(decided)
    assert ("A-1", None, 64) == (decided["fax_id"], decided["parked"], len(decided["rule_set"]))
    assert {
        "value": {"type": "Patient", "key": "MRN-1", "else": "Nursing"},
        "rule": "lab",
        "at": "rules/clinic.rules.yaml:10",
        "policy": "first",
    } == decided["outcomes"]["workspace"]
    assert {
        "value": [{"kind": "lab", "queue": "nurses", "title": "Result of MRN-1"}],
        "rule": ["lab"],
        "at": ["rules/clinic.rules.yaml:10"],
        "policy": "collect",
    } == decided["outcomes"]["task"]


def test_a_parked_fax_says_what_it_hangs_on(clinic: Path) -> None:
    """`parked` lists the required outcomes that are undecided; what is decided stands beside it."""
    uncertain = {"state": "uncertain", "values": ["lab_result"], "confidence": "low"}

    facts = {"our_number": IN_CLINIC, "document_type": uncertain, "patient_id": "MRN-1"}

    (decided,) = faxrouter("decide", "--home", clinic, stdin=line(facts)).lines

    assert [["outcome", "facts", "reason"]] == [list(one) for one in decided["parked"]]
    assert [("workspace", ["document_type"])] == [(one["outcome"], one["facts"]) for one in decided["parked"]]
    assert ["years_1"] == decided["outcomes"]["retention"]["value"]
    assert decided["fax_id"] is None


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (b"{", "line 2: not JSON"),
        (b"no json", "line 2: not JSON"),
        (b"[]", "line 2: a line must be an object with `facts`"),
        (b"{}", "line 2: a line must be an object with `facts`"),
        (b'{"facts": []}', "line 2: a line must be an object with `facts`"),
        (b'{"facts": {}, "fakts": 1}', "line 2: unknown key `fakts`"),
        (b'{"facts": {}, "fax_id": {}}', "line 2: `fax_id` must be a text or a number"),
        (b'{"facts": {"pages": 1, "pages": 2}}', "line 2: `pages` stands twice in one object"),
        (b'{"facts": {"pages": NaN}}', "line 2: not JSON: NaN is no number"),
        (b'{"facts": {"text": "\xff"}}', "line 2: not UTF-8"),
        (b"\xff\xfe{\x00}\x00", "line 2: not UTF-8"),
        (b"[" * 100_000, "line 2: not JSON"),
        (b'{"facts": {"pages": ' + b"9" * 5_000 + b"}}", "line 2: not JSON"),
    ],
    ids=lambda value: value[:24].decode("latin-1") if isinstance(value, bytes) else None,
)
def test_a_bad_line_is_named_and_the_others_are_decided(clinic: Path, written: bytes, why: str) -> None:
    """Nothing after a mistake is lost, and the exit code says that there was one."""
    good = line({"our_number": IN_CLINIC})

    answer = faxrouter("decide", "--home", clinic, stdin=good + written + b"\n" + good)

    assert (1, 2) == (answer.code, len(answer.lines))
    assert answer.err.startswith(why), answer.err
    assert "Traceback" not in answer.err


def test_a_first_line_that_is_no_json_does_not_spoil_the_rest(clinic: Path) -> None:
    """A line that ends too early may begin an object over several lines, or be broken."""
    good = line({"our_number": IN_CLINIC})

    answer = faxrouter("decide", "--home", clinic, stdin=b'{"facts": \n' + good + good)

    assert (1, 2) == (answer.code, len(answer.lines))
    assert answer.err.startswith("line 1: not JSON")


def test_a_line_that_is_too_long_is_skipped(clinic: Path) -> None:
    """A line is bounded, so that a broken stream cannot fill the memory."""
    good = line({"our_number": IN_CLINIC})

    answer = faxrouter("decide", "--home", clinic, stdin=good + b"x" * 17_000_000 + b"\n" + good)

    assert (1, 2) == (answer.code, len(answer.lines))
    assert "line 2: longer than 16 MB\n" == answer.err


@pytest.mark.parametrize(
    "written",
    [
        b"\xef\xbb\xbf" + line({"our_number": IN_CLINIC}),
        line({"our_number": IN_CLINIC}).replace(b"\n", b"\r\n"),
        line({"our_number": IN_CLINIC}).rstrip(b"\n"),
        b"\n\n" + line({"our_number": IN_CLINIC}) + b"  \n",
        json.dumps({"facts": {"our_number": IN_CLINIC}}, indent=2).encode(),
        json.dumps({"facts": {"our_number": IN_CLINIC}}, indent=2).encode().replace(b"\n", b"\r\n") + b"\r\n",
        '{"facts": {"our_number": "+14155550100", "text": "line\u2028of\u0085text"}}\n'.encode(),
    ],
    ids=["BOM", "CRLF", "no end of line", "empty lines", "over several lines", "both", "separators inside a text"],
)
def test_one_object_is_one_decision_however_it_is_written(clinic: Path, written: bytes) -> None:
    """Only a line feed ends a line; a file that is one object is one line."""
    answer = faxrouter("decide", "--home", clinic, stdin=written)

    assert (0, "", 1) == (answer.code, answer.err, len(answer.lines))


@pytest.mark.parametrize("written", [b"", b"\n \n", b"\xef\xbb\xbf"])
def test_no_facts_give_no_decision(clinic: Path, written: bytes) -> None:
    """An empty stream is a stream that ended."""
    assert (0, "", "") == (
        (answer := faxrouter("decide", "--home", clinic, stdin=written)).code,
        answer.out,
        answer.err,
    )


def test_a_file_is_read_like_standard_input(clinic: Path, tmp_path: Path) -> None:
    """FILE and `-` mean the same."""
    file = tmp_path / "facts.jsonl"
    file.write_bytes(line({"our_number": IN_CLINIC}) * 2)

    assert (
        faxrouter("decide", file, "--home", clinic).out
        == faxrouter("decide", "-", "--home", clinic, stdin=file.read_bytes()).out
    )


def test_a_fact_that_no_rule_can_use_is_said(clinic: Path) -> None:
    """A typing mistake must not pass in silence."""
    answer = faxrouter("decide", "--home", clinic, stdin=line({"our_number": IN_CLINIC, "page": 3}))

    assert 0 == answer.code
    assert "line 1: stated: unknown fact `page`, which no rule can use; did you mean `pages`?\n" == answer.err


def test_the_moment_of_events_that_name_none_comes_from_the_option(clinic: Path) -> None:
    """`--at` fills a missing moment and overrules none."""
    facts = line({"our_number": IN_CLINIC}) + line({"our_number": IN_CLINIC, "received_at": "2026-03-02T10:00:00Z"})

    sunday = faxrouter("decide", "--home", clinic, "--at", "2026-03-01T12:00:00-08:00", stdin=facts).lines

    assert [["night-team"], None] == [one["outcomes"].get("notify", {}).get("value") for one in sunday]


def test_half_a_character_in_an_id_goes_out_as_it_came(clinic: Path) -> None:
    """JSON may carry what UTF-8 cannot: it is escaped, never a fault."""
    answer = faxrouter(
        "decide", "--home", clinic, stdin=b'{"fax_id": "\\ud800", "facts": {"our_number": "+14155550100"}}\n'
    )

    assert (0, "\ud800") == (answer.code, answer.lines[0]["fax_id"])


def test_ten_thousand_lines_are_ten_thousand_decisions(clinic: Path) -> None:
    """Lines are decided as they come."""
    lines = b"".join(
        line({"our_number": IN_CLINIC, "pages": number % 50, "document_type": "lab_result"}, fax_id=number)
        for number in range(10_000)
    )

    answer = faxrouter("decide", "--home", clinic, stdin=lines)

    assert list(range(10_000)) == [one["fax_id"] for one in answer.lines]


def test_a_home_with_an_error_decides_nothing(tmp_path: Path) -> None:
    """Half a rule set must not decide."""
    where = write_home(tmp_path, home("rules: [{id: r, when: {pages: many}, then: {desk: a}}]\n"))

    answer = faxrouter("decide", "--home", where, stdin=line({"our_number": IN_CLINIC}))

    assert (1, "") == (answer.code, answer.out)
    assert "rules/clinic.rules.yaml:8:" in answer.err
