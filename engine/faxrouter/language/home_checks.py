"""What only shows when all rules files are read: the same id twice, rules that tests name, gaps in `otherwise`."""

from collections.abc import Iterator, Mapping, Sequence

from faxrouter.language.conditions import AllOf
from faxrouter.language.declarations.workspaces import ORGANISATION
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.rule_files import ReadFile
from faxrouter.language.ruleset import OutcomeDeclaration, Rule, RuleFile
from faxrouter.model.problem import Place

_MOST_HINTS = 20
# rule names that the language itself gives (rule-language sections 10 and 11)
_GIVEN = frozenset({"facts.when_unsure", "facts.default"})


def check_home(read: Sequence[ReadFile], outcomes: Mapping[str, OutcomeDeclaration], *, findings: Findings) -> None:
    """Note everything that is wrong between the files."""
    files = [of_file.file for of_file in read]
    _check_departments(read, findings)
    _check_ids(files, findings)
    _check_named_rules(read, files, findings)
    _check_required(read, outcomes, findings)


def _check_departments(read: Sequence[ReadFile], findings: Findings) -> None:
    first: dict[str, Place] = {}
    for of_file in read:
        department, place = of_file.file.department, of_file.department_place
        if department is None:
            continue
        if department == ORGANISATION:
            findings.add(
                "R312", place, f"`{ORGANISATION}` is the whole organisation, not a department; take another name"
            )
        before = first.setdefault(department, place)
        if before is not place:
            message = f"the department `{department}` has a file already: {before.file}; put both into one file"
            findings.add("R312", place, message, others=(before,))


def _check_ids(files: Sequence[RuleFile], findings: Findings) -> None:
    first: dict[str, Place] = {}
    for id_, place in _ids(files):
        before = first.setdefault(id_, place)
        if before is not place:
            where = f"on line {before.line}" if before.file == place.file else f"at {before.line_reference}"
            message = f"the id `{id_}` stands twice: here and {where}; ids are unique over all files"
            findings.add("R311", place, message, others=(before,))


def _ids(files: Sequence[RuleFile]) -> Iterator[tuple[str, Place]]:
    for file in files:
        yield from ((rule.name, rule.place) for rule in file.rules if rule.table is None)
        yield from ((table.id, table.place) for table in file.tables.values())


def _check_named_rules(read: Sequence[ReadFile], files: Sequence[RuleFile], findings: Findings) -> None:
    names = {rule.name for file in files for rule in file.rules} | _GIVEN
    names |= {file.otherwise.rule_name for file in files if file.otherwise is not None}
    # a rule or table with a mistake of its own is there all the same, and so are its rows
    faulty = {id_ for of_file in read for id_ in of_file.ids} - {id_ for id_, _ in _ids(files)}
    unknown = [
        named
        for of_file in read
        for named in of_file.named_rules
        if named.name not in names and named.name.partition("[")[0] not in faulty
    ]
    for number, named in enumerate(unknown):
        # comparing with thousands of names takes a while; nobody reads hundreds of hints
        close = did_you_mean(named.name, names) if number < _MOST_HINTS else ""
        findings.add("R362", named.place, f"there is no rule `{named.name}`{close or '; its test will fail'}")


def _check_required(read: Sequence[ReadFile], outcomes: Mapping[str, OutcomeDeclaration], findings: Findings) -> None:
    """A required outcome needs a value for every fax, or the fax is parked."""
    files = [of_file.file for of_file in read]
    everywhere = {outcome for file in files if file.department is None for outcome in _always_given(file)}
    required = [outcome for outcome in outcomes.values() if outcome.required and outcome.name not in everywhere]
    for of_file in read:
        file = of_file.file
        given = _always_given(file) | of_file.otherwise
        place = file.otherwise.place if file.otherwise is not None else file.place
        missing = sorted(f"`{outcome.name}`" for outcome in required if outcome.name not in given)
        if missing:
            what = (
                f"{missing[0]} is required and has"
                if len(missing) == 1
                else f"{', '.join(missing)} are required and have"
            )
            where = "here" if file.otherwise is not None else "in a file without `otherwise:`"
            findings.add("R341", place, f"{what} no value {where}; a fax that no rule fits is parked")
    if required and not any(file.department is None for file in files):
        names = ", ".join(f"`{outcome.name}`" for outcome in required)
        message = f"no organisation.rules.yaml says what faxes in no scope get for {names}; they are parked"
        findings.add("R341", required[0].place, message)


def _always_given(file: RuleFile) -> set[str]:
    """The outcomes that a rule of the file gives whatever the fax."""
    return {outcome for rule in file.rules if _is_unconditional(rule) for outcome in rule.outputs}


def _is_unconditional(rule: Rule) -> bool:
    return rule.valid is None and isinstance(rule.when, AllOf) and not rule.when.children
