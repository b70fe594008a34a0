"""Archived rule sets: the text of every file of every set that ever decided, by digest; and how each reload ended."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from faxrouter.journal.forms import moment_text
from faxrouter.journal.journal import Entry, Journal, Writing
from faxrouter.journal.tables import entries, texts
from faxrouter.model.problem import Problem, Severity

_ARCHIVED = sa.select(entries.c.number).where(entries.c.kind == "rule_set", entries.c.key == sa.bindparam("digest"))


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSetTexts:
    """A rule set as it is archived: its files by their path relative to the home, as bytes."""

    digest: str
    files: Mapping[str, bytes]
    # of faxrouter, Python, tzdata, phonenumbers, re2
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reload:
    """How one reload ended."""

    # aware UTC
    at: datetime
    # the set that was to go live; None when it could not even be read
    digest: str | None
    live: bool
    errors: int
    # the first problems, errors before the others, as people read them
    problems: tuple[str, ...]
    milliseconds: int


def archive(writing: Writing, rule_set: RuleSetTexts) -> bool:
    """False when it was archived before."""
    if writing.lists.execute(_ARCHIVED, {"digest": rule_set.digest}).first():
        # asked first: hashing every file for every fax would cost more than deciding
        return False
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in rule_set.files.items()}
    body = {"files": hashes, "versions": dict(rule_set.versions)}
    if not writing.append(Entry(kind="rule_set", key=rule_set.digest, body=body)):
        return False
    for path, content in rule_set.files.items():
        writing.insert_once(texts, {"sha256": hashes[path], "text": content})
    return True


def load(journal: Journal, digest: str) -> RuleSetTexts | None:
    """The rule set as it was; None when it never decided."""
    entry = journal.entry("rule_set", digest)
    if entry is None:
        return None
    hashes: Mapping[str, str] = entry.body["files"]
    with journal.read() as connection:
        chosen = sa.select(texts.c.sha256, texts.c.text).where(texts.c.sha256.in_(set(hashes.values())))
        stored = {row.sha256: bytes(row.text) for row in connection.execute(chosen)}
    return RuleSetTexts(
        digest=digest,
        files={path: stored[sha256] for path, sha256 in hashes.items()},
        versions=entry.body["versions"],
    )


def record_reload(
    journal: Journal,
    *,
    digest: str | None,
    live: bool,
    problems: Sequence[Problem],
    milliseconds: int,
    failures: Sequence[str] = (),
) -> None:
    """Journal the result of a reload, good or bad. `failures`: what else kept it from going live, such as a test."""
    errors = [str(problem) for problem in problems if problem.severity is Severity.ERROR] + list(failures)
    others = [str(problem) for problem in problems if problem.severity is not Severity.ERROR]
    with journal.write() as writing:
        writing.append(
            Entry(
                kind="reload",
                key=f"{moment_text(writing.now)}:{secrets.token_hex(4)}",
                body={
                    "digest": digest,
                    "live": live,
                    "errors": len(errors),
                    "problems": [*errors, *others][:20],
                    "milliseconds": milliseconds,
                },
            )
        )


def reloads(journal: Journal, *, limit: int = 20) -> Sequence[Reload]:
    """The newest reloads, newest first."""
    found = journal.entries("reload", newest_first=True, limit=limit)
    return [
        Reload(
            at=entry.at,
            digest=entry.body["digest"],
            live=entry.body["live"],
            errors=entry.body["errors"],
            problems=tuple(entry.body["problems"]),
            milliseconds=entry.body["milliseconds"],
        )
        for entry in found
    ]
