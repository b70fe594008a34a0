"""`explain`: the dry run for one fax file, for facts, or for a past decision. Opens no connector: nothing could act."""

import json
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from faxrouter.cli.decide import echo_json, moment_option
from faxrouter.cli.exits import Exit
from faxrouter.cli.explained import Explained, as_json, as_markdown, as_text
from faxrouter.cli.files import opened, write_output
from faxrouter.cli.home_option import HomeOption
from faxrouter.cli.subjects import Subject, of_facts, of_fax_file, of_past
from faxrouter.deciding.trace import trace, why_not
from faxrouter.facts.writing import write_facts
from faxrouter.journal.history import NoSuchFax
from faxrouter.language.refusal import closest
from faxrouter.model.failure import Unavailable
from faxrouter.planning.plan import plan


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"


def explain(
    what: Annotated[
        str,
        typer.Argument(
            metavar="FAX|FACTS.json|DECISION",
            help="A fax file, a file of facts (`-`: standard input), or the id of a fax or document that was decided.",
        ),
    ],
    why_not_rule: Annotated[
        str | None, typer.Option("--why-not", metavar="RULE", help="Say why this rule did not decide.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Every condition, every fact with its evidence.")] = False,
    form: Annotated[
        Format, typer.Option("--format", help="md leaves values out unless --full is given.")
    ] = Format.TEXT,
    facts_out: Annotated[
        Path | None, typer.Option("--facts-out", help="Write the facts to this file too, as lines for `decide`.")
    ] = None,
    at: Annotated[str | None, typer.Option("--at", help="The moment of an event that names none (ISO 8601).")] = None,
    home: HomeOption = None,
) -> None:
    """Say what would happen to a fax, or what happened, and why. Rules, conditions, near misses and the plan; acts on
    nothing."""
    subjects = _subjects(what, home=home, at=moment_option(at))
    explained = [_explained(subject, why_not_rule) for subject in subjects]
    if facts_out is not None:
        lines = [
            json.dumps({"fax_id": subject.called, "facts": write_facts(subject.facts, evidence=True)})
            for subject in subjects
        ]
        write_output(facts_out, "".join(f"{line}\n" for line in lines).encode())
    for number, one in enumerate(explained):
        if number and form is not Format.JSON:
            typer.echo()
        match form:
            case Format.JSON:
                echo_json(as_json(one), indent=2)
            case Format.MARKDOWN:
                typer.echo(as_markdown(one, full=full))
            case Format.TEXT:
                typer.echo(as_text(one, full=full))
    raise typer.Exit(Exit.FINE)


def _subjects(what: str, *, home: Path | None, at: datetime | None) -> list[Subject]:
    path = Path(what)
    if what == "-" or (path.suffix.lower() in (".json", ".jsonl") and path.is_file()):
        with opened(what) as source:
            return of_facts(source, name="standard input" if what == "-" else path.name, home=home, at=at)
    if path.is_file():
        return of_fax_file(path, home=home, at=at)
    try:
        return of_past(what, home=home)
    except NoSuchFax as err:
        raise Unavailable(f"`{what}` is no file here, and {err}") from err


def _explained(subject: Subject, rule: str | None) -> Explained:
    evaluator = subject.served.evaluator
    answer = None if rule is None else why_not(evaluator, subject.facts, rule)
    if rule is not None and answer is None:
        names = [placed.rule.name for placed in evaluator.matcher.placed_rules]
        close = closest(rule, names)
        hint = f"; did you mean `{close}`?" if close else ""
        raise typer.BadParameter(f"there is no rule `{rule}`{hint}", param_hint="--why-not")
    done = subject.decided
    decision = done.decision if done is not None else subject.served.decide(subject.facts)
    return Explained(
        title=subject.title,
        public_title=subject.public_title,
        decision=decision,
        facts=subject.facts,
        trace=trace(evaluator, subject.facts),
        why_not=answer,
        plan=(
            done.plan
            if done is not None
            else plan(subject.served.rule_set, decision, subject.facts, fax=subject.fax, document=subject.document)
        ),
        defects=subject.document.defects,
        notices=subject.notices,
        history=subject.history,
    )
