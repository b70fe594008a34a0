"""Answers of operations as lines. A pipe gets plain, stable columns; a terminal gets a table as wide as it is, in which
long reasons wrap inside their own column."""

import sys
from collections.abc import Mapping, Sequence
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Columns as wide as their widest cell, two spaces apart; the last one runs free, or wraps on a terminal."""
    if sys.stdout.isatty():
        _print_rich_table(head, rows)
        return
    widths = [max(len(row[column]) for row in [head, *rows]) for column in range(len(head))]
    for row in [head, *rows]:
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        typer.echo("  ".join([*cells, row[-1]]).rstrip())


def _print_rich_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for number, name in enumerate(head):
        table.add_column(name, overflow="fold", no_wrap=number == 0)
    for row in rows:
        # a cell is what somebody wrote, never markup
        table.add_row(*(Text(cell) for cell in row))
    Console().print(table)


def print_status(answer: Mapping[str, Any]) -> None:
    running = f"running, rule set {answer['rule_set'][:12]}" if answer["running"] else "not running"
    typer.echo(f"router: {running}")
    typer.echo(
        f"faxes: {answer['received']} received, {answer['decided']} documents decided, "
        f"{answer['filed']} filed, {answer['acknowledged']} faxes acknowledged"
    )
    oldest = answer["oldest_exception_seconds"]
    age = f", the oldest for {in_words(oldest)}" if oldest is not None else ""
    typer.echo(f"queue: {answer['exceptions']} for people{age}, {answer['waiting_actions']} for their connector")
    typer.echo(f"tasks: {answer['open_tasks']} open, {answer['overdue_tasks']} of them overdue")
    if answer["transmissions"]:
        typer.echo(f"transmissions: {answer['transmissions']} under way")
    for one in answer["work"]:
        typer.echo(f"work: {one['count']} {one['kind']}, {one['state']}")
    reload = answer["last_reload"]
    if reload is not None:
        result = (
            "live"
            if reload["live"]
            else f"refused, {counted(reload['errors'], 'error')}; the last good rules stay in service"
        )
        typer.echo(f"last reload: {result}, at {reload['at']}, {reload['milliseconds']} ms")
        # errors and failed tests are journalled first; warnings and notes refuse nothing
        for problem in reload["problems"][: reload["errors"]] if not reload["live"] else ():
            typer.echo(f"    {problem}")
    for system, why in answer["problems"].items():
        typer.echo(f"problem: {system}: {why}")


def print_queue(answer: Mapping[str, Any]) -> None:
    rows = [
        [one["fax"], in_words(one["age_seconds"]), one["owner"], one["kind"], one["reason"] or "(erased)"]
        for one in answer["exceptions"]
    ]
    rows += [
        [
            one["fax"],
            in_words(one["age_seconds"]),
            one["owner"],
            one["outcome"],
            f"waits for its connector, by {one['rule']}",
        ]
        for one in answer["waiting"]
    ]
    rows += [
        [
            one["fax"],
            in_words(one["age_seconds"]),
            one["owner"],
            one["kind"],
            f"tried {one['runs']} times: {one['reason']}",
        ]
        for one in answer["retrying"]
    ]
    if rows:
        print_table(["fax", "age", "owner", "kind", "reason"], rows)
    else:
        typer.echo("nothing waits")


def print_history(answer: Mapping[str, Any]) -> None:
    typer.echo(f"fax {answer['fax']}")
    rows = [[one["at"], one["kind"], one["document"] or "-", _gist(one)] for one in answer["entries"]]
    print_table(["at", "what", "document", "more"], rows)


def counted(number: int, thing: str, things: str | None = None) -> str:
    """`1 error`, `2 errors`; `2 faxes` where the plural is given."""
    return f"{number} {thing if number == 1 else things or f'{thing}s'}"


def in_words(seconds: float) -> str:
    """`3 days`, `2 hours`, `5 minutes`, `12 seconds`."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= length:
            return counted(int(seconds // length), unit)
    return counted(int(seconds), "second")


def _gist(entry: Mapping[str, Any]) -> str:
    """The part of an entry's proof that a person looks for first."""
    body = entry["body"]
    match entry["kind"]:
        case "decision":
            rules = {
                outcome: ", ".join(one["rule"] for one in decided["contributions"])
                for outcome, decided in body["outcomes"].items()
            }
            parked = "parked; " if body["parked"] else ""
            return parked + "; ".join(f"{outcome} by {rule}" for outcome, rule in rules.items() if rule)
        case "receipt":
            return f"{body['action']}{'' if body['fresh'] else ' (it was there already)'}"
        case "attempt":
            return f"{body['operation']} at {body['system']}: {body['failure']}: {body['reason']}"
        case "exception":
            return str(body["exception"])
        case "plan":
            return f"{len(body['actions'])} actions, rule set {body['rule_set'][:12]}"
        case "waiting":
            return f"{body['outcome']} by {body['rule']}"
        case _:
            return ""
