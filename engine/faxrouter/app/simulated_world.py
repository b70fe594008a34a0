"""The world in which simulated systems begin: what administrators and other systems would have set up for this home.

Made from the home's own rules and settings, so that a new workspace type, category or queue is there at the next
start and nobody keeps a second list. What the real systems need to be told stands in `docs/opentext.md`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import SecretStr

from faxrouter.language.ruleset import CategoryDeclaration, RuleSet, WorkspaceType
from faxrouter.model.failure import Unavailable
from faxrouter.planning.rendering import ORGANISATION
from faxrouter.settings import ConnectorEntry, Settings, SimulatorSettings

# the workflow map's attributes into which the parts of a task go
_TASK_ATTRIBUTES = ("Queue", "Kind", "Due", "Priority", "Rules", "Escalate to")
_DEFAULT_MAP = "Fax task"
_TASKS_IN = "Fax tasks"
_WORKSPACES_IN = "Workspaces"
# who does the steps of every map
_CLERKS = "Fax clerks"
_LONGEST = 254


def world_of(rule_set: RuleSet, settings: Settings, *, administrator: str) -> dict[str, Any]:
    """The JSON object that the simulators read. `administrator` is the password of the user `admin`.

    Raises Unavailable when the settings name no simulators, or a workspace that no rule file declares.
    """
    simulators = settings.simulators
    if simulators is None:
        raise Unavailable("faxrouter.toml has no table `[simulators]`; the starter home (`faxrouter init`) shows one")
    entries = [entry for entry in settings.connectors if _is_simulated(entry, simulators)]
    identities = [each for entry in entries for each in _identities(entry)]
    departments = sorted({department for department, _ in identities})
    folders = list(_folders(rule_set, departments))
    # also those for which nobody works in the simulated system
    owners = {group for folder in folders for group in folder["groups"]}
    return {
        "xecm": {
            "users": [
                {"name": "admin", "password": administrator, "administrator": True},
                *(
                    {"name": who["user"], "password": who["password"], "groups": [department]}
                    for department, who in identities
                ),
            ],
            "groups": sorted({*departments, *owners, _CLERKS, *_people(rule_set)}),
            "folders": folders,
            "categories": [_category(one) for one in rule_set.categories.values()],
            "workspace_types": [_workspace_type(one) for one in rule_set.workspace_types.values()],
            "workspaces": [_workspace(rule_set, reference) for reference in simulators.existing],
            "workflow_maps": list(_maps(rule_set)),
            "record_classifications": [
                {"name": rsi, "rsi": rsi} for rsi in sorted({one.rsi for one in rule_set.record_classes.values()})
            ],
        },
        "cloudfax": {"accounts": [account for entry in entries if (account := _account(entry)) is not None]},
    }


def _is_simulated(entry: ConnectorEntry, simulators: SimulatorSettings) -> bool:
    return str(entry.options.get("url", "")).rstrip("/") == simulators.address


def _identities(entry: ConnectorEntry) -> Iterator[tuple[str, dict[str, str]]]:
    """Department → user and password, of a records system."""
    identities = entry.options.get("identities")
    for department, identity in identities.items() if isinstance(identities, dict) else ():
        if isinstance(identity, dict) and "user" in identity:
            yield department, {"user": str(identity["user"]), "password": _open(identity.get("password"))}


def _account(entry: ConnectorEntry) -> dict[str, str] | None:
    login = entry.options.get("login")
    if not isinstance(login, dict) or "user" not in login:
        return None
    return {"name": str(login["user"]), "password": _open(login.get("password"))}


def _open(secret: object) -> str:
    return secret.get_secret_value() if isinstance(secret, SecretStr) else str(secret or "")


def _folders(rule_set: RuleSet, departments: list[str]) -> Iterator[dict[str, Any]]:
    """Each with the groups that may see it; those above it are seen by everybody who sees something in them."""
    owners: dict[tuple[str, ...], set[str]] = {}
    wanted = [(workspace.path, workspace.department or ORGANISATION) for workspace in rule_set.workspaces.values()]
    wanted += [((_TASKS_IN, department), department) for department in departments]
    wanted += [(_location(one), one.department or ORGANISATION) for one in rule_set.workspace_types.values()]
    for path, owner in wanted:
        for depth in range(1, len(path) + 1):
            owners.setdefault(path[:depth], set()).add(owner)
    for path in sorted(owners):
        yield {"path": list(path), "groups": sorted(owners[path])}


def _category(category: CategoryDeclaration) -> dict[str, Any]:
    return {
        "name": category.name,
        "attributes": [
            {
                "name": one.name,
                "type": one.type.value,
                "length": one.length or _LONGEST,
                "required": one.required,
                "several": one.several,
                "values": list(one.values),
            }
            for one in category.attributes.values()
        ],
    }


def _location(kind: WorkspaceType) -> tuple[str, ...]:
    return (_WORKSPACES_IN, kind.department or ORGANISATION, kind.name)


def _workspace_type(kind: WorkspaceType) -> dict[str, Any]:
    return {
        "name": kind.name,
        "template": kind.template or f"{kind.name} template",
        "location": list(_location(kind)),
        "groups": [kind.department or ORGANISATION],
        "external_system": kind.find_by.get("external system", ""),
        "object_type": kind.find_by.get("object type", ""),
    }


def _workspace(rule_set: RuleSet, reference: str) -> dict[str, Any]:
    """`clinic/Patient=MRN-1000017`"""
    _, _, of_type = reference.partition("/")
    name, _, key = of_type.partition("=")
    kind = rule_set.workspace_types.get(name)
    if kind is None or not key:
        raise Unavailable(f"`[simulators] existing`: `{reference}` must be DEPARTMENT/TYPE=KEY with a declared type")
    return {
        "type": name,
        "name": f"{name} {key}",
        "external_system": kind.find_by.get("external system", ""),
        "object_type": kind.find_by.get("object type", ""),
        "object_id": key if "external system" in kind.find_by else "",
    }


def _maps(rule_set: RuleSet) -> Iterator[dict[str, Any]]:
    """Every workflow map that a queue or a rule names, with the attributes that rules fill in."""
    attributes: dict[str, set[str]] = {_DEFAULT_MAP: set()}
    for queue in rule_set.queues.values():
        if queue.workflow is not None:
            attributes.setdefault(queue.workflow, set())
    for task in _tasks(rule_set):
        workflow = task.get("workflow")
        written = {"map": workflow} if isinstance(workflow, str) else workflow
        if isinstance(written, Mapping):
            attributes.setdefault(str(written.get("map")), set()).update(key for key in written if key != "map")
    for name in sorted(attributes):
        own = [*_TASK_ATTRIBUTES, *sorted(attributes[name])]
        yield {
            "name": name,
            "attributes": [{"name": attribute} for attribute in own],
            "steps": [{"name": "Do the task", "group": _CLERKS}],
        }


def _people(rule_set: RuleSet) -> set[str]:
    """Groups that get reminders, or to which tasks escalate."""
    named = {assignee for queue in rule_set.queues.values() for assignee in queue.assignees}
    return named | {str(task["escalate to"]) for task in _tasks(rule_set) if "escalate to" in task}


def _tasks(rule_set: RuleSet) -> Iterator[Mapping[str, Any]]:
    for file in rule_set.files:
        outputs = [rule.outputs for rule in file.rules]
        outputs += [file.otherwise.outputs] if file.otherwise is not None else []
        for output in (one["task"] for one in outputs if "task" in one):
            yield from (value for value in output.values if isinstance(value, Mapping))
