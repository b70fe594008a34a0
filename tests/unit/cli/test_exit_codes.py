"""Exit codes: 0 fine, 1 an error or a failed test (warnings too with --strict), 2 usage, 3 could not run."""

import subprocess
import sys
from pathlib import Path

import pytest

from command_line import faxrouter, faxrouter_process, write_home
from small_home import OTHERWISE, home

GREEN = OTHERWISE + "tests: [{name: nursing, fax: {our_number: '+14155550100'}, expect: {workspace: Nursing}}]\n"
FAILING = OTHERWISE + "tests: [{name: auto, fax: {our_number: '+14155550100'}, expect: {workspace: Auto}}]\n"
EMPTY = OTHERWISE + "tests: [{name: nothing, fax: {our_number: '+14155550100'}, expect: {}}]\n"
SKIPPED = OTHERWISE + (
    "tests: [{name: later, skip: not yet, fax: {our_number: '+14155550100'}, expect: {workspace: Nursing}}]\n"
)
ERROR = OTHERWISE + "rules: [{id: r, when: {document_typ: referral}, then: {workspace: Nursing}}]\n"
# `is not` on an optional fact is worth a warning
WARNING = GREEN + "rules: [{id: r, when: {sender_station is not: X}, then: {desk: a}}]\n"
FACTS = b'{"facts": {"our_number": "+14155550100"}}\n'


@pytest.mark.parametrize(
    ("rules", "arguments", "code"),
    [
        (GREEN, ["check"], 0),
        (GREEN, ["check", "--strict"], 0),
        (WARNING, ["check"], 0),
        (WARNING, ["check", "--strict"], 1),
        (ERROR, ["check"], 1),
        (ERROR, ["check", "--json"], 1),
        (ERROR, ["check", "--sarif"], 1),
        (GREEN, ["check", "--json", "--sarif"], 2),
        (GREEN, ["test"], 0),
        (FAILING, ["test"], 1),
        (EMPTY, ["test"], 1),
        (SKIPPED, ["test"], 1),
        (OTHERWISE, ["test"], 1),
        (ERROR, ["test"], 1),
        (GREEN, ["test", "--junit", "no/such/folder/results.xml"], 3),
        (GREEN, ["decide"], 0),
        (GREEN, ["decide", "-"], 0),
        (ERROR, ["decide"], 1),
        (GREEN, ["decide", "--at", "yesterday"], 2),
        (GREEN, ["decide", "no-such-file.json"], 2),
        (GREEN, ["explain", "-"], 0),
        (GREEN, ["explain", "-", "--why-not", "no-such-rule"], 2),
        (GREEN, ["explain", "-", "--format", "html"], 2),
        (ERROR, ["explain", "-"], 1),
        (GREEN, ["explain", "F-0123"], 3),
        (GREEN, ["explain"], 2),
        (GREEN, ["status"], 3),
        (GREEN, ["queue"], 3),
        (GREEN, ["history", "F-0123"], 3),
        (GREEN, ["retry", "F-0123"], 3),
        (GREEN, ["schema"], 0),
        (ERROR, ["schema"], 1),
        (GREEN, ["no-such-command"], 2),
        (GREEN, ["check", "--no-such-option"], 2),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_the_exit_code_says_what_came_of_it(tmp_path: Path, rules: str, arguments: list[str], code: int) -> None:
    """One table for every command."""
    where = write_home(tmp_path, home(rules))
    options: list[str | Path] = [] if arguments[0] == "no-such-command" else ["--home", where]

    answer = faxrouter(*arguments, *options, stdin=FACTS)

    assert (code, "Traceback" in answer.err) == (answer.code, False), answer.err


@pytest.mark.parametrize("command", ["check", "test", "decide", "schema", "status"])
def test_a_home_that_is_none_could_not_run(tmp_path: Path, command: str) -> None:
    """What cannot be used at all is exit code 3, with the way to mend it."""
    answer = faxrouter(command, "--home", tmp_path / "nowhere")

    assert 3 == answer.code
    assert "faxrouter init" in answer.err


def test_wrong_settings_could_not_run_and_say_where(tmp_path: Path) -> None:
    """A mistake in faxrouter.toml has its place, like one in a rule file."""
    where = write_home(tmp_path, home(GREEN), settings="[router]\nstaet = 'var'\n")

    answer = faxrouter("status", "--home", where)

    assert 3 == answer.code
    assert 'faxrouter.toml:2:1 error S002 unknown key `router.staet`; did you mean "state"?' in answer.err


def test_the_command_without_anything_explains_itself() -> None:
    """Somebody who knows nothing sees the commands."""
    answer = faxrouter("--help")

    for command in (
        "check",
        "test",
        "decide",
        "explain",
        "run",
        "status",
        "history",
        "queue",
        "retry",
        "init",
        "schema",
    ):
        assert f"\n  {command} " in answer.out
    assert 0 == answer.code


def test_the_version_is_said() -> None:
    """`faxrouter --version` is one line."""
    answer = faxrouter("--version")

    assert (0, 1) == (answer.code, len(answer.out.splitlines()))


def test_the_process_ends_with_the_same_codes(tmp_path: Path) -> None:
    """What a shell sees is what the tables above say."""
    where = write_home(tmp_path, home(ERROR))

    found = faxrouter_process("check", "--home", where)
    not_run = faxrouter_process("check", env={"FAXROUTER_HOME": str(tmp_path / "nowhere")})

    assert (1, 3) == (found.returncode, not_run.returncode)
    assert "did you mean" in found.stdout


def test_a_reader_who_goes_away_is_no_error(tmp_path: Path) -> None:
    """`faxrouter decide | head -1` ends quietly."""
    where = write_home(tmp_path / "home", home(GREEN))
    facts = tmp_path / "facts.json"
    facts.write_bytes(FACTS * 3_000)
    command = f"'{sys.executable}' -m faxrouter decide '{facts}' --home '{where}' | head -1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)

    assert ("0", "") == (done.stdout.splitlines()[-1], done.stderr)
