"""The page of all problems, and the golden text of each: what `faxrouter check` says of the catalogue's bad files."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from faxrouter.home.directory import read_home
from faxrouter.home.snapshot import Snapshot
from faxrouter.language.catalogue import CATALOGUE
from faxrouter.language.catalogue.check import Check
from faxrouter.model.problem import Problem, Severity
from faxrouter.reload.gates import examine
from faxrouter.settings import PROBLEMS

_SEVERITIES = {
    Severity.ERROR: "the rule set may not go live",
    Severity.WARNING: "it may go live, but it probably does not say what was meant",
    Severity.NOTE: "worth knowing; nothing needs to change",
}
_ROOMS = (
    ("R0", "Reading files"),
    ("R1", "Declarations: facts, outcomes, workspaces, queues, retention, approvals, calendars, lookups, categories"),
    ("R2", "Conditions"),
    ("R3", "Rules, tables, outputs and tests"),
    ("R4", "Texts and templates"),
    ("R5", "Pairs of rules"),
    ("R6", "Tests beside the rules"),
)
# lines of a file around those that an example changes, and how much of an example is shown at all
_AROUND = 1
_MOST_LINES = 12
_MOST_MESSAGES = 3
_LONGEST_LINE = 160


def pages(root: Path) -> Mapping[Path, str]:
    """Path → text: `docs/problems.md` and `tests/golden/problems/CODE.txt`."""
    base = read_home(root / "tests/golden/base_home")
    checks = sorted(CATALOGUE.values(), key=lambda check: check.code)
    golden = {check.code: _said(base, check.bad) for check in checks}
    texts = {_golden(root) / f"{code}.txt": "".join(f"{p}\n" for p in found) for code, found in golden.items()}
    return {**texts, root / "docs/problems.md": "".join(_page(base, checks, golden))}


def golden_texts(root: Path) -> Iterator[Path]:
    """Every golden text that is there now."""
    yield from sorted(_golden(root).glob("*.txt"))


def _golden(root: Path) -> Path:
    return root / "tests/golden/problems"


def _said(base: Snapshot, overlay: Mapping[str, str]) -> list[Problem]:
    laid = {name: text.encode("utf-8", "surrogateescape") for name, text in overlay.items()}
    return list(examine(Snapshot({**base.files, **laid})).problems)


def _page(base: Snapshot, checks: list[Check], golden: Mapping[str, list[Problem]]) -> Iterator[str]:
    yield "# Problems\n\n"
    yield "Written by `docs/generate.py` from the problem catalogue. Codes never change their meaning.\n\n"
    yield "`faxrouter check` prints one line for each problem: where, code, what, and how to mend it. Severities:\n\n"
    for severity, meaning in _SEVERITIES.items():
        yield f"- **{severity}**: {meaning}\n"
    for prefix, title in _ROOMS:
        of_room = [check for check in checks if check.code.startswith(prefix)]
        if of_room:
            yield f"\n## {title}\n"
            for check in of_room:
                yield from _section(base, check, golden[check.code])
    yield "\n## Settings\n\nProblems of `faxrouter.toml`; all of them are errors.\n\n"
    yield from (f"- **{code}**: {meaning}\n" for code, meaning in sorted(PROBLEMS.items()))


def _section(base: Snapshot, check: Check, said: list[Problem]) -> Iterator[str]:
    yield f"\n### {check.code} {check.title} ({check.severity})\n\n"
    yield f"- What: {check.what}.\n- Why: {check.why}.\n- Instead: {check.instead}.\n"
    own = [problem for problem in said if problem.code == check.code]
    yield "\n```text\n" + "".join(f"{problem}\n" for problem in own[:_MOST_MESSAGES]) + "```\n"
    yield from _example("wrong", base, check.bad, check.good)
    if any(check.good.get(name) != _base_text(base, name) for name in check.good):
        yield from _example("right", base, check.good, check.bad)


def _example(label: str, base: Snapshot, files: Mapping[str, str], other: Mapping[str, str]) -> Iterator[str]:
    """Of each file, the lines in which it differs from its counterpart, with a little around them."""
    for name, text in files.items():
        counterpart = other.get(name, _base_text(base, name))
        shown = _differing(text, counterpart)
        if shown:
            language = "csv" if name.endswith(".csv") else "yaml"
            yield f"\n{label}, `{name}`:\n\n```{language}\n{shown}```\n"


def _base_text(base: Snapshot, name: str) -> str:
    return base.files.get(name, b"").decode()


def _differing(text: str, counterpart: str) -> str:
    lines, others = text.splitlines(), set(counterpart.splitlines())
    changed = [number for number, line in enumerate(lines) if line not in others]
    kept = sorted({near for at in changed for near in range(at - _AROUND, at + _AROUND + 1) if 0 <= near < len(lines)})
    # a lone surrogate stands for a byte that is not UTF-8
    printable = [lines[number].encode("utf-8", "surrogateescape").decode("utf-8", "replace") for number in kept]
    cut = [line if len(line) <= _LONGEST_LINE else f"{line[:_LONGEST_LINE]}…" for line in printable[:_MOST_LINES]]
    return "".join(f"{line}\n" for line in (*cut, *(["…"] if len(printable) > _MOST_LINES else [])))
