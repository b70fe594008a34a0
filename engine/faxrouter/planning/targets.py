"""Where a document is filed: the workspace that was decided, as the records system can find it. Knows no system.

A key that cannot be used files the document under the rule's `else` and says why, for the exception queue.
"""

from dataclasses import dataclass

from faxrouter.language.ids import has_valid_check_digit
from faxrouter.language.ruleset import RuleSet, WorkspaceOutput, WorkspaceType
from faxrouter.language.text_filters import show
from faxrouter.model.decision import Contribution, Decision, KeyedWorkspace, NamedWorkspace
from faxrouter.model.fact import Fact, Facts, FactState
from faxrouter.model.plan import WorkspaceTarget
from faxrouter.planning.naming import is_workspace_name
from faxrouter.planning.rendering import ORGANISATION, Renderer

WORKSPACE = "workspace"
CHECK_DIGIT = "check digit"
# where even the organisation has no exception workspace
_LAST_RESORT = "Fax exceptions"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """The target, the case it stands for (None: the fax is its own case), and what a person must know about the key."""

    target: WorkspaceTarget
    case: str | None = None
    # why the key could not be used, and the fact it is about
    unusable: str | None = None
    key_fact: str | None = None


def destination(rule_set: RuleSet, decision: Decision, facts: Facts, *, renderer: Renderer) -> Destination | None:
    """None where no workspace was decided."""
    decided = decision.outcomes.get(WORKSPACE)
    if decided is None or not decided.contributions:
        return None
    contribution = decided.contributions[0]
    match contribution.value:
        case KeyedWorkspace() as keyed:
            return _keyed(rule_set, keyed, contribution, facts, renderer)
        case NamedWorkspace(name=name):
            key = _key_asked_for(rule_set, contribution)
            unusable = _why_not_known(key, facts[key]) if key is not None else None
            return Destination(target=named_target(rule_set, name), unusable=unusable, key_fact=key)
        case _:
            return None


def exceptions_target(rule_set: RuleSet, department: str | None) -> WorkspaceTarget:
    """The exception workspace of the department; in no scope, or where it has none, the organisation's."""
    name = rule_set.exceptions.get(department or ORGANISATION) or rule_set.exceptions.get(ORGANISATION)
    return named_target(rule_set, name or _LAST_RESORT)


def named_target(rule_set: RuleSet, name: str) -> WorkspaceTarget:
    declared = rule_set.workspaces.get(name)
    if declared is None:
        return WorkspaceTarget(name=name, department=ORGANISATION, path=(name,))
    return WorkspaceTarget(name=name, department=declared.department or ORGANISATION, path=declared.path)


def case_of(keyed: KeyedWorkspace) -> str:
    """`Patient:MRN-1042`: one text for everything that belongs to one case."""
    return f"{keyed.type}:{_key_text(keyed)}"


def _keyed(
    rule_set: RuleSet, keyed: KeyedWorkspace, contribution: Contribution, facts: Facts, renderer: Renderer
) -> Destination:
    otherwise = named_target(rule_set, keyed.otherwise)
    declared = rule_set.workspace_types.get(keyed.type)
    if declared is None:
        unusable = f"there is no workspace type `{keyed.type}`"
        return Destination(target=otherwise, unusable=unusable, key_fact=keyed.key_fact)
    key = _key_text(keyed)
    find_by = dict(declared.find_by)
    name = f"{keyed.type} {key}"
    if "name" in find_by:
        faults_before = len(renderer.problems)
        name = renderer.text(find_by["name"], at=declared.place, department=declared.department, extra={"key": key})
        if len(renderer.problems) > faults_before or not is_workspace_name(name):
            unusable = f"the name that `{keyed.type}` makes of `{keyed.key_fact}` cannot be used"
            return Destination(target=otherwise, unusable=unusable, key_fact=keyed.key_fact)
        find_by["name"] = name
    why_not = why_not_created(rule_set, declared, keyed.key_fact, facts[keyed.key_fact])
    target = WorkspaceTarget(
        name=name,
        department=declared.department or ORGANISATION,
        type_name=keyed.type,
        key=key,
        find_by=find_by,
        may_create=not why_not,
        why_not_created=why_not,
        template=declared.template,
        otherwise=otherwise,
    )
    return Destination(target=target, case=case_of(keyed))


def why_not_created(rule_set: RuleSet, declared: WorkspaceType, key_fact: str, key: Fact) -> str:
    """Why a workspace of this type may not be made for this key; empty where it may.

    Only where the type says so and the key came from a source that it trusts: no ghost patients out of OCR.
    """
    if not declared.create:
        return f"`{declared.name}` says `create: no`"
    sources = {evidence.source for evidence in key.evidence}
    scheme = rule_set.facts[key_fact].check_digit
    if scheme is not None and isinstance(key.value, str) and has_valid_check_digit(key.value, scheme=scheme):
        sources.add(CHECK_DIGIT)
    if sources & declared.key_from:
        return ""
    trusted = ", ".join(sorted(declared.key_from))
    return f"`{declared.name}` is created only for a key from {trusted}, and `{key_fact}` came from elsewhere"


def _key_text(keyed: KeyedWorkspace) -> str:
    return show(keyed.key, zone="UTC")


def _key_asked_for(rule_set: RuleSet, contribution: Contribution) -> str | None:
    """The key of the typed workspace that the rule wrote, where `else` stands in for it; None for a named workspace."""
    for file in rule_set.files:
        if file.department != contribution.department:
            continue
        outputs = [rule.outputs for rule in file.rules if rule.name == contribution.rule]
        if file.otherwise is not None and file.otherwise.rule_name == contribution.rule:
            outputs.append(file.otherwise.outputs)
        for output in (one[WORKSPACE] for one in outputs if WORKSPACE in one):
            written = output.values[0]
            return written.key if isinstance(written, WorkspaceOutput) and written.type is not None else None
    return None


def _why_not_known(name: str, fact: Fact) -> str | None:
    if fact.state in {FactState.ABSENT, FactState.KNOWN}:
        return None
    words = {
        FactState.UNCERTAIN: "was read, but not surely enough",
        FactState.CONFLICT: "was read twice with two answers",
        FactState.NOT_EVALUATED: "was not read",
        FactState.ERROR: "was read as something that it cannot be",
    }
    return f"the key `{name}` {words[fact.state]}"
