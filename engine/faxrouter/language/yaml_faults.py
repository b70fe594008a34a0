"""What an author can do where YAML stops: libyaml's terse words become the mistake behind them and its place.

Knows text and positions only; what stands in the file is never read as rules.
"""

import re
from dataclasses import dataclass

import yaml

_INDENT = re.compile(r"\s*")
_KEY = re.compile(r":(\s|$)")
_BRACKET = re.compile(r"expected ',' or '(.)'")
_SHOWN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlFault:
    """Where the mistake probably is, counted from 1, and what to do about it."""

    line: int
    column: int
    message: str
    # a bracket that is still open: the line on which it opens
    open_since: int | None = None


def explain(text: str, error: yaml.MarkedYAMLError) -> YamlFault:
    """The mistake that made the reader stop."""
    lines = text.split("\n")
    mark, start = error.problem_mark or error.context_mark, error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    said = error.problem or str(error)
    here = lines[line] if line < len(lines) else ""
    tab = _tab(here, column)
    if tab is not None:
        return _fault(line, tab, "a tab stands here; indent with spaces")
    if "cannot start any token" in said:
        return _fault(line, column, f"`{here[column : column + 1]}` cannot begin a value; put the value in quotes")
    if "unexpected end of stream" in said and start is not None:
        return _fault(start.line, start.column, "the quote that opens here is never closed; close it")
    runaway = _quote_over_lines(text, before=line)
    if runaway is not None:
        first, at, last = runaway
        return _fault(first, at, f"the quote that opens here ends only on line {last + 1}; close it on its own line")
    bracket = _BRACKET.search(said)
    if bracket is not None and start is not None:
        opened = lines[start.line][start.column : start.column + 1]
        message = f"the `{opened}` on line {start.line + 1} is not closed with `{bracket.group(1)}`"
        return _fault(line, column, f"{message}; close it, or put the value in quotes", open_since=start.line + 1)
    if "mapping values are not allowed" in said:
        return _stray_colon(lines, line, column)
    if "could not find expected ':'" in said:
        return _no_colon(lines, start.line, start.column) if start else _no_colon(lines, line, column)
    if "did not find expected key" in said or "<block end>" in said or "did not find expected '-'" in said:
        message = "this line is not indented like its neighbours; lines that belong together begin in one column"
        return _fault(line, column, message)
    return _fault(line, column, f"{said}; put this in quotes")


def _fault(line: int, column: int, message: str, *, open_since: int | None = None) -> YamlFault:
    return YamlFault(line=line + 1, column=column + 1, message=message, open_since=open_since)


def _tab(line: str, column: int) -> int | None:
    """The column of a tab that indents, or that stands where the reader stopped."""
    indent = _INDENT.match(line)
    if indent is not None and "\t" in indent.group():
        return indent.group().index("\t")
    return column if line[column : column + 1] == "\t" else None


def _quote_over_lines(text: str, *, before: int) -> tuple[int, int, int] | None:
    """The last quoted value in front of the fault that runs over the end of its line up to the fault's own line."""
    found = None
    try:
        for token in yaml.scan(text, Loader=yaml.CSafeLoader):
            first, last = token.start_mark, token.end_mark
            is_quoted = isinstance(token, yaml.ScalarToken) and token.style in ('"', "'")
            if is_quoted and first.line < last.line and before - 1 <= last.line <= before:
                found = (first.line, first.column, last.line)
    except yaml.YAMLError:
        pass
    return found


def _stray_colon(lines: list[str], line: int, column: int) -> YamlFault:
    if _KEY.search(lines[line][:column]):
        message = "a second `: ` on one line; put the value in quotes, or write each condition on its own line"
        return _fault(line, column, message)
    above = next((number for number in range(line - 1, -1, -1) if lines[number].strip()), None)
    if above is not None and not _KEY.search(lines[above]):
        return _no_colon(lines, above, _indent(lines[above]))
    message = "this line is indented more than the line above; lines that belong together begin in one column"
    return _fault(line, _indent(lines[line]), message)


def _no_colon(lines: list[str], line: int, column: int) -> YamlFault:
    written = lines[line][column:].strip()
    shown = written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
    return _fault(line, column, f"`{shown}` has no `: ` in it; put it after the key, or the value in quotes")


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
