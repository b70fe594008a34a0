"""Which file of a home holds what, by its name alone. Reads none of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from faxrouter.language.declarations.metadata import DIRECTORY, template_name
from faxrouter.language.findings import Findings
from faxrouter.language.refusal import closest
from faxrouter.language.rule_files import ORGANISATION_FILE
from faxrouter.model.problem import Place

FACTS = "rules/facts.yaml"
WORKSPACES = "rules/workspaces.yaml"
RETENTION = "rules/retention.yaml"
APPROVALS = "rules/approvals.yaml"
CALENDARS = "rules/calendars.yaml"
CATEGORIES = "templates/categories.yaml"
DECLARATIONS = (FACTS, WORKSPACES, RETENTION, APPROVALS, CALENDARS, CATEGORIES)
_NOT_READ_YET = "rules/documents.yaml"
# beside the rules for people; nobody takes them for rules
_FOR_PEOPLE = frozenset({".md", ".txt", ".rst", ".json"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeFiles:
    """The YAML files of a home by what they hold, each kind in the order in which it is read."""

    declarations: tuple[str, ...]
    # the organisation's first, then departments by path
    rules: tuple[str, ...]
    shared: tuple[str, ...]
    metadata: tuple[str, ...]

    @property
    def yaml(self) -> tuple[str, ...]:
        return (*self.declarations, *self.shared, *self.metadata, *self.rules)


def classify(paths: Iterable[str], *, findings: Findings) -> HomeFiles:
    """Every file under `rules/` and `templates/` by its name; one in no known place is noted."""
    declarations: list[str] = []
    rules: list[str] = []
    shared: list[str] = []
    metadata: list[str] = []
    for path in sorted(paths):
        pure = PurePosixPath(path)
        if path in DECLARATIONS:
            declarations.append(path)
        elif str(pure.parent) == "rules" and path.endswith(".rules.yaml"):
            rules.append(path)
        elif str(pure.parent) == "rules/shared" and pure.suffix == ".yaml" and not path.endswith(".rules.yaml"):
            shared.append(path)
        elif template_name(path) is not None:
            metadata.append(path)
        elif not (pure.suffix == ".csv" and path.startswith("rules/")) and pure.suffix not in _FOR_PEOPLE:
            findings.add("R011", Place(file=path), f"no part of the language reads this file{_hint(pure)}")
    rules.sort(key=lambda path: (path != ORGANISATION_FILE, path))
    return HomeFiles(
        declarations=tuple(declarations), rules=tuple(rules), shared=tuple(shared), metadata=tuple(metadata)
    )


def _hint(path: PurePosixPath) -> str:
    if str(path) == _NOT_READ_YET:
        return " yet; declare document types and ids in facts.yaml"
    if path.suffix in (".xlsx", ".xls", ".ods", ".tsv"):
        return "; save the table as a CSV file"
    is_rules_file = str(path.parent) == "rules" and str(path.with_suffix(".yaml")) not in DECLARATIONS
    if path.suffix == ".yml" and not (is_rules_file and not path.stem.endswith(".rules")):
        return f'; did you mean "{path.stem}.yaml"?'
    if path.name.endswith(".rules.yaml"):
        return f"; rules files stand in rules/ itself: move it to rules/{path.name}"
    if path.parts[0] == "templates":
        meant = closest(path.name, [PurePosixPath(CATEGORIES).name])
        return f'; did you mean "{CATEGORIES}"?' if meant else f"; metadata templates are called {DIRECTORY}NAME.yaml"
    meant = closest(path.name, [name.removeprefix("rules/") for name in DECLARATIONS])
    return f'; did you mean "{meant or path.name.split(".")[0] + ".rules.yaml"}"?'
