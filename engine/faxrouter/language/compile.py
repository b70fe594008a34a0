"""From a snapshot of files to one typed rule set, or to every problem of every file at once. Decides nothing."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from faxrouter.home.snapshot import Snapshot
from faxrouter.language.checked_texts import TextReader
from faxrouter.language.consequences import broken_words, without_consequences
from faxrouter.language.declarations.approvals import read_approval_paths
from faxrouter.language.declarations.calendars import read_calendars
from faxrouter.language.declarations.categories import read_categories
from faxrouter.language.declarations.facts import read_facts, read_phone_region, with_own_facts
from faxrouter.language.declarations.lookups import lookup_facts
from faxrouter.language.declarations.metadata import read_metadata_template, template_name
from faxrouter.language.declarations.outcomes import Sources, read_outcomes
from faxrouter.language.declarations.retention import read_record_classes
from faxrouter.language.declarations.workspaces import Workspaces, read_workspaces
from faxrouter.language.digest import digest, file_digest
from faxrouter.language.files import APPROVALS, CALENDARS, CATEGORIES, FACTS, RETENTION, WORKSPACES, HomeFiles, classify
from faxrouter.language.findings import Findings, TooManyProblems, too_many
from faxrouter.language.home_checks import check_home
from faxrouter.language.includes import Words, check_owners, included, merge, read_words
from faxrouter.language.rule_count import check_count
from faxrouter.language.rule_files import ORGANISATION_FILE, ReadFile, department_of, read_head, read_rule_file
from faxrouter.language.ruleset import (
    CategoryDeclaration,
    FactDeclaration,
    Lookup,
    MetadataTemplate,
    RuleFile,
    RuleSet,
)
from faxrouter.language.shapes import LANGUAGE_VERSION, as_map
from faxrouter.language.source import MapNode, read_yaml
from faxrouter.language.source_cache import SourceCache
from faxrouter.language.template_checks import TemplateChecks
from faxrouter.language.versions import versions
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.model.problem import Place, Problem

__all__ = ["SourceCache", "compile_home"]

_Names = TypeVar("_Names")
_Declared = TypeVar("_Declared")


def compile_home(snapshot: Snapshot, *, cache: SourceCache | None = None) -> tuple[RuleSet | None, list[Problem]]:
    """The rule set, and every problem sorted by place. There is no rule set where any problem is an error.

    `cache` keeps what was read of unchanged files from one compilation to the next.
    """
    findings = Findings()
    cache = cache or SourceCache()
    cache.begin()
    rule_set: RuleSet | None = None
    unread: list[str] = []
    broken: set[str] = set()
    try:
        hashes = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(snapshot.files.items())}
        files = classify(snapshot.files, findings=findings)
        roots = {path: _read_root(path, snapshot.files[path], hashes[path], cache, findings) for path in files.yaml}
        unread = [path for path, root in roots.items() if root is None]
        facts_root = roots.get(FACTS)
        if facts_root is not None:
            rule_set = _Compilation(snapshot.files, hashes, files, roots, cache, findings, broken).compile(facts_root)
        elif FACTS not in roots:
            findings.add(
                "R015", Place(file=FACTS), "the home has no rules/facts.yaml; write it, or run `faxrouter init`"
            )
    except TooManyProblems as stop:
        findings.problems.append(too_many(stop))
    problems = without_consequences(findings.sorted(), unread=unread, words=broken)
    return (None if findings.has_errors else rule_set), problems


def _read_root(path: str, content: bytes, hash_: str, cache: SourceCache, findings: Findings) -> MapNode | None:
    def read(own: Findings) -> MapNode | None:
        return as_map(read_yaml(path, content, findings=own), "the file", findings=own)

    return cache.remembered("yaml", path, hash_, make=read, findings=findings)


@dataclass(frozen=True, slots=True)
class _Compilation:
    """One run over the files of one snapshot: what they declare first, then the rules."""

    contents: Mapping[str, bytes]
    # file → sha256 of its bytes
    hashes: Mapping[str, str]
    files: HomeFiles
    roots: Mapping[str, MapNode | None]
    cache: SourceCache
    findings: Findings
    # words whose declaration has a mistake, so that rules which use them are not told that they are unknown
    broken: set[str]

    def compile(self, facts_root: MapNode) -> RuleSet | None:
        """The rule set, which means nothing where there are errors; None where facts.yaml declares no words at all."""
        findings = self.findings
        phone_region = read_phone_region(facts_root, findings=findings)
        declared = read_facts(facts_root, phone_region=phone_region, findings=findings)
        if not declared:
            return None
        facts = with_own_facts(declared, facts_root)
        always = frozenset(fact.name for fact in facts.values() if fact.always)
        words = self._read_words(facts, phone_region)
        lookups = {name: lookup for of_file in words.values() for name, lookup in of_file.lookups.items()}
        all_facts = {**facts, **_facts_of(lookups)}
        texts = TextReader(all_facts, always=always, findings=findings)
        classes = self._declared(RETENTION, read_record_classes)
        paths = self._declared(APPROVALS, read_approval_paths)
        calendars = self._declared(CALENDARS, read_calendars)
        categories = self._declared(CATEGORIES, read_categories)
        templates = self._read_templates(texts)
        self._check_templates(categories, all_facts, lookups)
        workspaces = self._read_workspaces(texts)
        sources = Sources(
            record_classes=self._unless_unread(RETENTION, classes),
            approval_paths=self._unless_unread(APPROVALS, paths),
            metadata_templates=templates,
            workspaces=self._unless_unread(WORKSPACES, workspaces.named),
        )
        outcomes = read_outcomes(facts_root, sources=sources, findings=findings)
        self._note_broken(
            (facts_root, "facts", facts),
            (facts_root, "outcomes", outcomes),
            (self.roots.get(RETENTION), "classes", classes),
            (self.roots.get(CALENDARS), "calendars", calendars),
            (self.roots.get(WORKSPACES), "workspaces", workspaces.named),
            (self.roots.get(WORKSPACES), "types", workspaces.types),
            (self.roots.get(WORKSPACES), "queues", workspaces.queues),
            (self.roots.get(CATEGORIES), "categories", categories),
            *((self.roots[path], "lists", of_file.lists) for path, of_file in words.items()),
            *((self.roots[path], "lookups", of_file.lookups) for path, of_file in words.items()),
        )
        if not outcomes:
            return None
        vocabulary = Vocabulary(
            facts=facts,
            outcomes=outcomes,
            lists={},
            lookups={},
            calendars=calendars,
            workspaces=workspaces.named,
            workspace_types=workspaces.types,
            record_classes=classes,
            metadata_templates=templates,
            queues=workspaces.queues,
            phone_region=phone_region,
            zone="UTC",
            calendar=None,
            department=None,
            always=always,
        )
        rules = [root for root in map(self.roots.__getitem__, self.files.rules) if root is not None]
        if not check_count(rules, self.contents, findings=findings):
            return None
        read = self._read_rule_files(words, vocabulary)
        check_home(read, outcomes, findings=findings)
        rule_set = RuleSet(
            digest="",
            language=LANGUAGE_VERSION,
            phone_region=phone_region,
            facts=all_facts,
            outcomes=outcomes,
            workspaces=workspaces.named,
            workspace_types=workspaces.types,
            exceptions=workspaces.exceptions,
            record_classes=classes,
            approval_paths=paths,
            calendars=calendars,
            lookups=lookups,
            metadata_templates=templates,
            files=tuple(of_file.file for of_file in read),
            categories=categories,
            queues=workspaces.queues,
            text_hashes=self.hashes,
            versions=versions(),
        )
        if findings.has_errors:
            return rule_set
        file_digests = {of_file.file.path: self._file_digest(of_file.file) for of_file in read}
        return replace(rule_set, digest=digest(rule_set, file_digests=file_digests))

    def _note_broken(self, *sections: tuple[MapNode | None, str, Collection[str]]) -> None:
        for root, section, read in sections:
            self.broken.update(broken_words(root, section, read=read))

    @property
    def _context(self) -> str:
        """A hash of everything that a rules file depends on beside itself."""
        others = (f"{path}:{hash_}" for path, hash_ in self.hashes.items() if path not in self.files.rules)
        return hashlib.sha256("\n".join(others).encode()).hexdigest()

    def _unless_unread(self, path: str, names: _Names) -> _Names | None:
        return None if path in self.roots and self.roots[path] is None else names

    def _declared(self, path: str, read: Callable[..., Mapping[str, _Declared]]) -> Mapping[str, _Declared]:
        """What a file of declarations declares; nothing where the home does not have it."""
        root = self.roots.get(path)
        return read(root, findings=self.findings) if root is not None else {}

    def _read_words(self, facts: Mapping[str, FactDeclaration], phone_region: str | None) -> Mapping[str, Words]:
        """The lists and lookups of every shared file and every rules file, by file."""
        context = self._context
        words: dict[str, Words] = {}
        for path in (*self.files.shared, *self.files.rules):
            root = self.roots[path]
            if root is not None:
                make = partial(
                    read_words,
                    root,
                    facts=facts,
                    files=self.contents,
                    phone_region=phone_region,
                    is_shared=path in self.files.shared,
                )
                words[path] = self.cache.remembered(
                    "words", path, self.hashes[path] + context, make=make, findings=self.findings
                )
        check_owners(words, findings=self.findings)
        return words

    def _read_templates(self, texts: TextReader) -> Mapping[str, MetadataTemplate]:
        templates: dict[str, MetadataTemplate] = {}
        for path in self.files.metadata:
            name, root = template_name(path), self.roots[path]
            if name is None or root is None:
                continue
            template = read_metadata_template(name, root, check_text=texts, findings=self.findings)
            if template is not None:
                templates[name] = template
        return templates

    def _check_templates(
        self,
        categories: Mapping[str, CategoryDeclaration],
        facts: Mapping[str, FactDeclaration],
        lookups: Mapping[str, Lookup],
    ) -> None:
        """Against what their categories take, where that is declared."""
        checks = TemplateChecks(categories=categories, declared=facts, lookups=lookups, findings=self.findings)
        for root in (self.roots[path] for path in self.files.metadata):
            if categories and root is not None:
                checks.check(root)

    def _read_workspaces(self, texts: TextReader) -> Workspaces:
        root = self.roots.get(WORKSPACES)
        if root is None:
            return Workspaces(named={}, types={}, exceptions={}, queues={})
        rules = [self.roots[path] for path in self.files.rules if path != ORGANISATION_FILE]
        known = [department_of(rule_root) for rule_root in rules if rule_root is not None]
        departments = {name for name in known if name is not None} if None not in rules else None
        return read_workspaces(root, departments=departments, check_text=texts, findings=self.findings)

    def _read_rule_files(self, words: Mapping[str, Words], vocabulary: Vocabulary) -> list[ReadFile]:
        context = self._context
        read: list[ReadFile] = []
        for path in self.files.rules:
            root = self.roots[path]
            if root is not None:
                make = partial(self._read_rule_file, path, root, words, vocabulary)
                read.append(
                    self.cache.remembered("rules", path, self.hashes[path] + context, make=make, findings=self.findings)
                )
        return read

    def _read_rule_file(
        self, path: str, root: MapNode, words: Mapping[str, Words], vocabulary: Vocabulary, findings: Findings
    ) -> ReadFile:
        zones = {calendar.name: calendar.time_zone for calendar in vocabulary.calendars.values()}
        head = read_head(path, root, zones=zones, findings=findings)
        paths = included(root.get("include"), shared=self.files.shared, findings=findings)
        theirs = {name: words[name] for name in paths if name in words}
        own = merge(words[path], theirs, included_at=paths, findings=findings)
        elsewhere = {name: file for file, others in words.items() for name in others.places if name not in own.places}
        facts = {**vocabulary.facts, **_facts_of(own.lookups)}
        mine = replace(
            vocabulary,
            facts=facts,
            lists=own.lists,
            lookups=own.lookups,
            zone=head.zone,
            calendar=head.calendar,
            department=head.department,
            elsewhere=elsewhere,
        )
        texts = TextReader(facts, always=mine.always, findings=findings)
        return read_rule_file(path, root, head, vocabulary=mine, texts=texts, files=self.contents, findings=findings)

    def _file_digest(self, file: RuleFile) -> str:
        key = self.hashes[file.path] + self._context
        return self.cache.remembered("digest", file.path, key, make=lambda _: file_digest(file), findings=self.findings)


def _facts_of(lookups: Mapping[str, Lookup]) -> dict[str, FactDeclaration]:
    return {name: fact for lookup in lookups.values() for name, fact in lookup_facts(lookup).items()}
