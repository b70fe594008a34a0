"""`explain`: the dry run for a fax file, for facts, and for a decision of the past."""

import json
import sqlite3
from pathlib import Path

import pytest

from command_line import (
    RECEIVED_AT,
    acknowledged,
    fax_service,
    faxrouter,
    files_under,
    router_in,
    settings_of,
    write_home,
)
from fax_files import PageToWrite, hylafax_tiff, tiff
from faxrouter.app.state import journal_to_write
from faxrouter.journal.erasure import erase_payload
from small_home import IN_CLINIC, OTHERWISE, home

RULES = (
    OTHERWISE
    + """\
rules:
  - id: lab
    why: results go to the chart
    when: {document_type: lab_result}
    then: {workspace: {type: Patient, key: patient_id, else: Nursing}, metadata: lab,
           task: {queue: nurses, title: "Result of {{ patient_id or 'somebody' }}", due: 2 hours}}
  - id: thick
    when: {document_type: lab_result, pages at least: 20}
    then: {workspace: Referrals, hold: [thick-papers]}
"""
)
LAB = {"our_number": IN_CLINIC, "document_type": "lab_result", "patient_id": "MRN-77", "pages": 2}


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    return write_home(tmp_path / "home", home(RULES))


def dropped(folder: Path, name: str, content: bytes, **sidecars: dict[str, object]) -> Path:
    """A fax file with the sidecars beside it; `json` is `NAME.json`, `tif_json` is `NAME.tif.json`."""
    folder.mkdir(exist_ok=True)
    fax = folder / f"{name}.tif"
    fax.write_bytes(content)
    for ending, facts in sidecars.items():
        (folder / f"{name}.{ending.replace('_', '.')}").write_text(json.dumps(facts), encoding="utf-8")
    return fax


def test_facts_are_explained_verdict_first(clinic: Path) -> None:
    """The first line says where the fax goes and by which rule; the plan is at the end."""
    answer = faxrouter("explain", "-", "--home", clinic, stdin=json.dumps({"fax_id": "A-1", "facts": LAB}))

    lines = answer.out.splitlines()
    assert (
        "standard input: filed into Patient MRN-77, by lab (rules/clinic.rules.yaml:10)",
        "what would be done",
    ) == (lines[0], next(line for line in lines if line.startswith("what")))
    assert "      its author says: results go to the chart" in lines
    assert "    nearly thick (rules/clinic.rules.yaml:15)" in lines
    assert any("pages at least: 20" in line and "18 below" in line for line in lines)


def test_a_fax_file_is_read_with_its_sidecar(clinic: Path, tmp_path: Path) -> None:
    """Facts come from the tags and from the sidecar, each with where it was read."""
    fax = dropped(tmp_path / "in", "scan", hylafax_tiff("MERCY LAB", pages=2), tif_json={**LAB, "pages": 2})

    explained = faxrouter("explain", fax, "--home", clinic, "--format", "json").json

    assert "lab" == explained["outcomes"]["workspace"]["rule"]
    assert [{"source": "sidecar", "reader": "scan.tif.json", "text": "lab_result"}] == explained["facts"][
        "document_type"
    ]["evidence"]
    assert {"page structure", "sidecar"} == {one["source"] for one in explained["facts"]["pages"]["evidence"]}
    assert ["open_workspace", "store_document", "classify_record", "put_task"] == [
        one["action"] for one in explained["plan"]
    ]


def test_a_sidecar_speaks_only_for_itself(clinic: Path, tmp_path: Path) -> None:
    """Evidence that a stranger claims is not believed: a person or a barcode would count for more."""
    claimed = {"values": ["MRN-1"], "evidence": [{"source": "person", "reader": "the director"}]}
    fax = dropped(tmp_path / "in", "scan", tiff(PageToWrite()), json={**LAB, "patient_id": claimed})

    explained = faxrouter("explain", fax, "--home", clinic, "--format", "json").json

    assert ["sidecar"] == [one["source"] for one in explained["facts"]["patient_id"]["evidence"]]


def test_two_sidecars_are_a_defect_as_in_the_inbox(clinic: Path, tmp_path: Path) -> None:
    """The dry run finds the sidecars that the drop folder would find."""
    fax = dropped(tmp_path / "in", "scan", tiff(PageToWrite()), json=LAB, tif_json=LAB)

    answer = faxrouter("explain", fax, "--home", clinic)

    assert "scan.tif: parked for a person, because" in answer.out
    assert "  damaged: it has more than one sidecar" in answer.out


def test_a_file_that_is_no_fax_is_explained_too(clinic: Path, tmp_path: Path) -> None:
    """Whatever the bytes are, the answer says what would become of them."""
    fax = dropped(tmp_path / "in", "scan", b"")

    answer = faxrouter("explain", fax, "--home", clinic)

    assert (0, True) == (answer.code, answer.out.startswith("scan.tif: parked for a person, because"))
    assert "the document is damaged: the file is empty" in answer.out


def test_the_facts_of_an_explanation_are_a_line_for_decide(clinic: Path, tmp_path: Path) -> None:
    """FACTS.json is one such line: decide and explain answer the same to it as to the fax itself."""
    fax = dropped(tmp_path / "in", "scan", hylafax_tiff("MERCY LAB", pages=2), json=LAB)
    facts = tmp_path / "FACTS.json"

    first = faxrouter("explain", fax, "--home", clinic, "--format", "json", "--facts-out", facts)
    decided = faxrouter("decide", facts, "--home", clinic)
    again = faxrouter("explain", facts, "--home", clinic, "--format", "json").json

    assert (0, 1, "") == (decided.code, len(facts.read_text().splitlines()), decided.err)
    assert "scan.tif" == decided.lines[0]["fax_id"]
    assert first.json["outcomes"] == decided.lines[0]["outcomes"] == again["outcomes"]
    assert first.json["facts"] == again["facts"]


def test_why_not_names_what_would_have_to_change(clinic: Path) -> None:
    """Every condition that failed, with the actual value."""
    answer = faxrouter("explain", "-", "--why-not", "thick", "--home", clinic, stdin=json.dumps({"facts": LAB}))

    assert "  thick (rules/clinic.rules.yaml:15): miss" in answer.out.splitlines()
    assert "would have matched if" in answer.out


def test_a_rule_that_is_not_there_is_a_mistake_of_usage(clinic: Path) -> None:
    """With the close word that was probably meant."""
    answer = faxrouter("explain", "-", "--why-not", "thik", "--home", clinic, stdin=json.dumps({"facts": LAB}))

    assert (2, True) == (answer.code, "there is no rule `thik`; did you mean `thick`?" in answer.err)


def test_the_full_form_says_everything(clinic: Path) -> None:
    """What `explain` leaves out to be read at a glance, `--full` shows."""
    facts = json.dumps({"facts": LAB})
    short = faxrouter("explain", "-", "--home", clinic, stdin=facts).out
    full = faxrouter("explain", "-", "--full", "--home", clinic, stdin=facts).out

    assert len(short.splitlines()) < len(full.splitlines())
    assert ("otherwise:" in full, "otherwise:" in short) == (True, False)
    assert "       key " in full


def test_markdown_shows_no_value_unless_asked(clinic: Path) -> None:
    """A ticket is read by more people than a fax."""
    facts = json.dumps({"facts": LAB})
    ticket = faxrouter("explain", "-", "--format", "md", "--why-not", "thick", "--home", clinic, stdin=facts).out
    whole = faxrouter(
        "explain", "-", "--format", "md", "--full", "--why-not", "thick", "--home", clinic, stdin=facts
    ).out

    told = ("MRN-77", IN_CLINIC, "it is 2", "18 below")
    assert [False] * 4 == [value in ticket for value in told]
    assert [True] * 4 == [value in whole for value in told]
    assert "- not matched pages at least: 20 — it is known, confidence high" in ticket


def test_several_lines_of_facts_are_explained_one_by_one(clinic: Path) -> None:
    """Each with the number of its line; JSON has one value for each."""
    facts = f"{json.dumps({'facts': LAB})}\n{json.dumps({'facts': {}})}\n"

    answer = faxrouter("explain", "-", "--home", clinic, stdin=facts)

    assert [True, True] == [f"standard input{line}:" in answer.out for line in ("", ", line 2")]


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A home in which three faxes were routed by a router that is no longer there, and whose rules were changed."""
    where = write_home(tmp_path_factory.mktemp("past"), home(RULES))
    with router_in(where) as router:
        for number, facts in enumerate((LAB, {**LAB, "page": 9}, LAB), start=1):
            content = tiff(PageToWrite()) if number < 3 else tiff(PageToWrite())[:100]
            fax_service(router).drop(content, received_at=RECEIVED_AT, name=f"{number}.tif", facts=facts)
            acknowledged(router, number)
        faxes = acknowledged(router, 3)
    write_home(where, home(OTHERWISE + "rules: [{id: new, then: {workspace: Referrals}}]\n"))
    return where, faxes


def test_a_past_decision_is_explained_by_the_rules_of_then(past: tuple[Path, list[str]]) -> None:
    """Stored facts, archived rule set: what stands in the home now does not matter."""
    where, (fax, _, _) = past

    answer = faxrouter("explain", fax, "--home", where)

    lines = answer.out.splitlines()
    assert f"fax {fax}, document {fax}-1: filed into Patient MRN-77, by lab (rules/clinic.rules.yaml:10)" == lines[0]
    assert "  received: 2026-03-02T18:15:00+00:00" in lines
    assert "what was planned" in lines
    assert "differently today" not in answer.out


@pytest.mark.parametrize("form", ["{fax}-1", "received:{fax}:{fax}-1", "{start}"])
def test_a_decision_is_named_by_its_document_or_the_beginning_of_the_fax(
    past: tuple[Path, list[str]], form: str
) -> None:
    """Ids are long: the beginning will do where it is alone."""
    where, (fax, _, _) = past

    answer = faxrouter("explain", form.format(fax=fax, start=fax[:12]), "--home", where, "--format", "json")

    assert f"fax {fax}, document {fax}-1" == answer.json["title"]


def test_what_was_stated_and_not_used_is_kept_with_the_decision(past: tuple[Path, list[str]]) -> None:
    """A typing mistake in a sidecar can be found months later."""
    where, (_, fax, _) = past

    explained = faxrouter("explain", fax, "--home", where, "--format", "json").json

    assert ["carrier: unknown fact `page`, which no rule can use; did you mean `pages`?"] == explained["notices"]


def test_the_plan_of_a_past_decision_is_the_one_that_was_journalled(past: tuple[Path, list[str]]) -> None:
    """A damaged fax was parked then, and its explanation says so."""
    where, (_, _, fax) = past

    answer = faxrouter("explain", fax, "--home", where)

    assert "parked for a person, because the document is damaged: truncated" in answer.out.splitlines()[0]


def test_explaining_the_past_leaves_no_trace(past: tuple[Path, list[str]]) -> None:
    """The journal is only read: no file is made, none is changed."""
    where, (fax, _, _) = past
    before = files_under(where)

    for command in (["explain", fax], ["status"], ["queue"], ["history", fax]):
        assert 0 == faxrouter(*command, "--home", where).code

    assert before == files_under(where)


def test_a_fax_that_nobody_knows_is_said(past: tuple[Path, list[str]]) -> None:
    """A name that is neither a file nor a fax."""
    answer = faxrouter("explain", "no-such.tif", "--home", past[0])

    assert (3, "faxrouter: `no-such.tif` is no file here, and no fax is called `no-such.tif`\n") == (
        answer.code,
        answer.err,
    )


def test_an_erased_fax_is_not_explained_and_its_proof_stands(past: tuple[Path, list[str]]) -> None:
    """Who asks is told that the content was erased; the history still shows which rules decided."""
    where, (_, _, fax) = past
    with journal_to_write(settings_of(where)) as journal:
        erase_payload(journal, fax, by="clerk", authority="records schedule 4.2")

    answer = faxrouter("explain", fax, "--home", where)
    history = faxrouter("history", fax, "--home", where)

    assert (3, True) == (answer.code, "its content was erased" in answer.err)
    assert "workspace by lab" in history.out


def test_an_archive_that_reads_as_another_rule_set_is_not_believed(past: tuple[Path, list[str]]) -> None:
    """Then the versions that decided are named; nothing is explained by other rules."""
    where, (fax, _, _) = past
    database = where / "var" / "journal.db"
    with sqlite3.connect(database) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE journal_texts SET text = CAST(replace(text, 'pages at least: 20', 'pages at least: 19') AS BLOB)"
        )
    connection.close()

    answer = faxrouter("explain", fax, "--home", where)

    assert 3 == answer.code
    assert "that decided is archived, but this faxrouter reads it as" in answer.err
    assert "faxrouter 0." in answer.err
