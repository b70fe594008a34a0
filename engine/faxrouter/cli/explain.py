"""`explain`: the dry run for one fax file, for facts, or for a past decision. Opens no connector: nothing could act."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from faxrouter.app.composition import SystemClock, open_journal
from faxrouter.app.routing import readings_of
from faxrouter.cli.decide import moment_option, served_rules, stated_object
from faxrouter.cli.exits import Exit
from faxrouter.cli.explained import Explained, as_json, as_markdown, as_text
from faxrouter.cli.home_option import HomeOption, settings_of
from faxrouter.deciding.trace import trace, why_not
from faxrouter.documents import inspect
from faxrouter.facts.gather import gather
from faxrouter.home.snapshot import Snapshot
from faxrouter.journal import decisions, faxes, rule_sets
from faxrouter.language.compile import compile_home
from faxrouter.model.fact import Facts
from faxrouter.model.failure import Unavailable
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.model.stated import SIDECARS, read_stated
from faxrouter.planning.plan import plan
from faxrouter.reload.gates import serve
from faxrouter.reload.live import ServedRules
from faxrouter.workflow.operations import find_fax

_DRY_RUN = "dry-run"


class Format(StrEnum):
    TEXT = "text"
    JSON = "json"
    MARKDOWN = "md"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What is to be explained: one document with its facts, and the rules to decide it by."""

    title: str
    served: ServedRules
    facts: Facts
    fax: Fax
    document: Document
    notices: tuple[str, ...] = ()
    # of a past decision: what else is worth saying
    history: Mapping[str, str] = field(default_factory=dict)


def explain(
    what: Annotated[
        str, typer.Argument(help="A fax file, a file of facts (JSON), or the id of a fax that was decided.")
    ],
    why_not_rule: Annotated[str | None, typer.Option("--why-not", help="Say why this rule did not decide.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Every condition, every fact with its evidence.")] = False,
    form: Annotated[
        Format, typer.Option("--format", help="md leaves values out unless --full is given.")
    ] = Format.TEXT,
    at: Annotated[str | None, typer.Option("--at", help="The moment of an event that names none (ISO 8601).")] = None,
    home: HomeOption = None,
) -> None:
    """Say what would happen to a fax, or what happened, and why: rules, conditions, near misses, the plan. Acts on
    nothing."""
    moment = moment_option(at)
    path = Path(what)
    subjects = _of_file(path, home, moment) if path.is_file() else _of_past(what, home)
    explained = [_explained(subject, why_not_rule) for subject in subjects]
    match form:
        case Format.JSON:
            answer: Any = [as_json(one) for one in explained]
            typer.echo(json.dumps(answer[0] if len(answer) == 1 else answer, indent=2, ensure_ascii=False))
        case Format.MARKDOWN:
            typer.echo("\n".join(as_markdown(one, full=full) for one in explained))
        case Format.TEXT:
            typer.echo("\n".join(as_text(one, full=full) for one in explained))
    raise typer.Exit(Exit.FINE)


def _explained(subject: _Subject, rule: str | None) -> Explained:
    evaluator = subject.served.evaluator
    decision = evaluator.decide(subject.facts)
    names = {one.name for file in subject.served.rule_set.files for one in file.rules}
    if rule is not None and rule not in names:
        raise typer.BadParameter(f"there is no rule `{rule}`", param_hint="--why-not")
    return Explained(
        title=subject.title,
        decision=decision,
        facts=subject.facts,
        trace=trace(evaluator, subject.facts),
        why_not=None if rule is None else why_not(evaluator, subject.facts, rule),
        plan=plan(subject.served.rule_set, decision, subject.facts, fax=subject.fax, document=subject.document),
        defects=subject.document.defects,
        notices=subject.notices,
        history=subject.history,
    )


def _of_file(path: Path, home: Path | None, moment: datetime | None) -> list[_Subject]:
    served = served_rules(home)
    if path.suffix.lower() == ".json":
        return [_of_facts(path, served, moment)]
    return [_of_fax_file(path, served, moment)]


def _of_facts(path: Path, served: ServedRules, moment: datetime | None) -> _Subject:
    try:
        stated = stated_object(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as err:
        raise typer.BadParameter(f"cannot read `{path}`: {err}") from err
    if isinstance(stated, str):
        raise typer.BadParameter(f"{path.name}: {stated}")
    gathered = gather(served.rule_set, [("stated", stated["facts"])], at=moment)
    document = Document(document_id=f"{_DRY_RUN}-1", sha256="", media_type="", size=0, pages=None)
    fax = _dry_fax(document, moment, fax_id=str(stated.get("fax_id") or _DRY_RUN))
    return _Subject(
        title=path.name, served=served, facts=gathered.facts, fax=fax, document=document, notices=gathered.notices
    )


def _of_fax_file(path: Path, served: ServedRules, moment: datetime | None) -> _Subject:
    seen = inspect(path)
    readings: list[tuple[str, object]] = []
    defects = list(seen.defects)
    for beside in (path.with_suffix(suffix) for suffix in SIDECARS):
        if beside.is_file():
            stated = read_stated(beside.suffix, beside.read_bytes())
            readings.append((f"sidecar {beside.name}", stated.facts))
            defects += stated.defects
    received = moment or datetime.fromtimestamp(path.stat().st_mtime, UTC)
    gathered = gather(served.rule_set, [*readings, *readings_of(seen.facts, seen.evidence)], at=received)
    document = Document(
        document_id=f"{_DRY_RUN}-1",
        sha256="",
        media_type=seen.media_type,
        size=path.stat().st_size,
        pages=seen.pages,
        defects=tuple(defects),
        name=path.name,
    )
    return _Subject(
        title=path.name,
        served=served,
        facts=gathered.facts,
        fax=_dry_fax(document, received, fax_id=_DRY_RUN),
        document=document,
        notices=gathered.notices,
    )


def _dry_fax(document: Document, moment: datetime | None, *, fax_id: str) -> Fax:
    return Fax(
        fax_id=fax_id,
        direction=Direction.INBOUND,
        service=_DRY_RUN,
        reference=document.name,
        received_at=moment or datetime.now(UTC),
        documents=(document,),
    )


def _of_past(what: str, home: Path | None) -> list[_Subject]:
    """Every document of a fax as it was decided: stored facts, archived rule set."""
    settings = settings_of(home)
    if settings.database_url is None and not settings.state.is_dir():
        raise Unavailable(f"`{what}` is no file, and no router has run in this home yet")
    journal = open_journal(settings, clock=SystemClock())
    try:
        fax_id = find_fax(journal, what)
        fax = faxes.load_fax(journal, fax_id)
        documents = {document.document_id: document for document in fax.documents}
        subjects: list[_Subject] = []
        for decided in decisions.load_decisions(journal, fax_id):
            texts = rule_sets.load(journal, decided.decision.rule_set)
            if texts is None:
                raise Unavailable(f"the rule set {decided.decision.rule_set[:12]} of this decision is not archived")
            subjects.append(
                _Subject(
                    title=f"fax {fax_id}, document {decided.document_id}",
                    served=_archived(texts),
                    facts=decided.facts,
                    fax=fax,
                    document=documents[decided.document_id],
                    history={"received": fax.received_at.isoformat(), "decided by rule set": decided.decision.rule_set},
                )
            )
        return subjects
    finally:
        journal.close()


def _archived(texts: rule_sets.RuleSetTexts) -> ServedRules:
    """The rule set that decided then, compiled by today's faxrouter. Raises Unavailable when it means something else
    now."""
    snapshot = Snapshot(files=texts.files)
    rule_set, _ = compile_home(snapshot)
    if rule_set is None or rule_set.digest != texts.digest:
        found = rule_set.digest[:12] if rule_set is not None else "nothing"
        versions = ", ".join(f"{name} {version}" for name, version in texts.versions.items())
        raise Unavailable(
            f"the archived rule set {texts.digest[:12]} now reads as {found}: it was decided with {versions}"
        )
    return serve(rule_set, snapshot)
