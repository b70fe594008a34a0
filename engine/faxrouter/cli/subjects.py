"""What can be explained: a fax file, stated facts, or a decision of the past. Each becomes facts with the rules to
decide them by; the journal is only read.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import typer

from faxrouter.app.routing import inspected_readings, stated_reading
from faxrouter.app.sidecars import sidecars_of
from faxrouter.app.state import journal_to_read
from faxrouter.cli.decide import served_rules
from faxrouter.cli.fact_lines import BadLine, StatedFacts, read_fact_lines
from faxrouter.cli.home_option import settings_of
from faxrouter.documents import inspect
from faxrouter.facts.gather import STATED, gather
from faxrouter.home.snapshot import Snapshot
from faxrouter.journal import decisions, faxes, history, rule_sets
from faxrouter.journal.decisions import DecidedDocument
from faxrouter.journal.journal import Journal
from faxrouter.language.compile import compile_home
from faxrouter.model.fact import Facts
from faxrouter.model.failure import Unavailable
from faxrouter.model.fax import Direction, Document, Fax
from faxrouter.model.stated import read_stated
from faxrouter.reload.gates import serve
from faxrouter.reload.live import ServedRules

_DRY_RUN = "dry-run"
# `F-0123456789abcdef-1`, or with the event before it: `received:F-0123456789abcdef:F-0123456789abcdef-1`
_DECISION = re.compile(r"(?:[a-z_]+:F-[0-9a-f]+:)?((F-[0-9a-f]+)-\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """One document, or one line of facts."""

    title: str
    # the same without the name of a file
    public_title: str
    # what a line of facts calls it
    called: str
    served: ServedRules
    facts: Facts
    fax: Fax
    document: Document
    notices: tuple[str, ...] = ()
    # what was decided then; None for a dry run
    decided: DecidedDocument | None = None
    # of a past decision: what else is worth saying
    history: Mapping[str, str] = field(default_factory=dict)


def of_facts(source: BinaryIO, *, name: str, home: Path | None, at: datetime | None) -> list[Subject]:
    """Every line of facts. A bad line is a mistake of usage."""
    served = served_rules(home)
    subjects: list[Subject] = []
    for number, stated in read_fact_lines(source):
        if isinstance(stated, BadLine):
            raise typer.BadParameter(f"{name}, line {number}: {stated.reason}")
        subjects.append(_of_line(stated, served, title=name if number == 1 else f"{name}, line {number}", at=at))
    if not subjects:
        raise typer.BadParameter(f"{name} holds no facts")
    return subjects


def _of_line(stated: StatedFacts, served: ServedRules, *, title: str, at: datetime | None) -> Subject:
    gathered = gather(served.rule_set, [(STATED, stated.facts)], at=at)
    called = title if stated.fax_id is None else str(stated.fax_id)
    document = Document(document_id=f"{_DRY_RUN}-1", sha256="", media_type="", size=0, pages=None)
    return Subject(
        title=title,
        public_title="stated facts",
        called=called,
        served=served,
        facts=gathered.facts,
        fax=_dry_fax(document, _received_at(gathered.facts, at or datetime.now(UTC))),
        document=document,
        notices=gathered.notices,
    )


def of_fax_file(path: Path, *, home: Path | None, at: datetime | None) -> list[Subject]:
    """The fax as the drop folder would deliver it: with its sidecar, received when its file was last changed."""
    served = served_rules(home)
    try:
        seen, beside, status = inspect(path), sidecars_of(path), path.stat()
        sidecars = [(file, file.read_bytes()) for file in beside.files[:1] if not beside.defects]
    except OSError as error:
        raise typer.BadParameter(f"cannot read `{path}`: {error.strerror}") from error
    readings = inspected_readings(served.rule_set, seen.facts, seen.evidence)
    defects = [*beside.defects, *seen.defects]
    for file, content in sidecars:
        stated = read_stated(file.suffix, content)
        readings.insert(0, stated_reading(f"sidecar {file.name}", stated.facts))
        defects += stated.defects
    changed = at or datetime.fromtimestamp(status.st_mtime, UTC)
    gathered = gather(served.rule_set, readings, at=changed)
    document = Document(
        document_id=f"{_DRY_RUN}-1",
        sha256="",
        media_type=seen.media_type,
        size=status.st_size,
        pages=seen.pages,
        defects=tuple(defects),
        name=path.name,
    )
    return [
        Subject(
            title=path.name,
            public_title="a fax file",
            called=path.name,
            served=served,
            facts=gathered.facts,
            fax=_dry_fax(document, _received_at(gathered.facts, changed)),
            document=document,
            notices=gathered.notices,
        )
    ]


def of_past(what: str, *, home: Path | None) -> list[Subject]:
    """Every document of a fax as it was decided, or the one that was named: stored facts, archived rule set."""
    with journal_to_read(settings_of(home)) as journal:
        named = _DECISION.fullmatch(what)
        fax_id = history.find_fax(journal, named[2] if named else what)
        fax = faxes.load_fax(journal, fax_id)
        decided = decisions.load_decisions(journal, fax_id)
        if named:
            decided = [one for one in decided if one.document_id == named[1]]
        if not decided:
            raise Unavailable(f"nothing is decided about `{what}` yet; `faxrouter history {fax_id}` says how far it is")
        return [_of_decision(journal, fax, one) for one in decided]


def _of_decision(journal: Journal, fax: Fax, decided: DecidedDocument) -> Subject:
    document = next(one for one in fax.documents if one.document_id == decided.document_id)
    served = _archived(journal, decided.decision.rule_set)
    notices = decided.notices
    if served.decide(decided.facts) != decided.decision:
        notices = (*notices, "this faxrouter would decide these facts differently today: `why` below speaks of today")
    title = f"fax {fax.fax_id}, document {decided.document_id}"
    return Subject(
        title=title,
        public_title=title,
        called=fax.fax_id,
        served=served,
        facts=decided.facts,
        fax=fax,
        document=document,
        notices=notices,
        decided=decided,
        history={"received": fax.received_at.isoformat()},
    )


def _archived(journal: Journal, digest: str) -> ServedRules:
    """The rule set that decided then. Raises Unavailable when today's faxrouter reads it as another one."""
    texts = rule_sets.load(journal, digest)
    if texts is None:
        raise Unavailable(f"the rule set {digest[:12]} of this decision is not archived")
    snapshot = Snapshot(files=texts.files)
    rule_set, problems = compile_home(snapshot)
    if rule_set is None or rule_set.digest != digest:
        found = f"reads it as {rule_set.digest[:12]}" if rule_set is not None else f"refuses it: {problems[0]}"
        versions = ", ".join(f"{name} {version}" for name, version in texts.versions.items())
        raise Unavailable(
            f"the rule set {digest[:12]} that decided is archived, but this faxrouter {found}; "
            f"explain it with what decided: {versions}"
        )
    return serve(rule_set, snapshot)


def _received_at(facts: Facts, otherwise: datetime) -> datetime:
    stated = facts["received_at"].value
    return stated if isinstance(stated, datetime) else otherwise


def _dry_fax(document: Document, received_at: datetime) -> Fax:
    return Fax(
        fax_id=_DRY_RUN,
        direction=Direction.INBOUND,
        service=_DRY_RUN,
        reference=document.name,
        received_at=received_at,
        documents=(document,),
    )
