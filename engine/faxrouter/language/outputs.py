"""What a rule gives to an outcome: workspaces, templates, tasks, classes, values. Knows what is declared, no policy."""

from collections.abc import Collection
from typing import Any

from faxrouter.language.checked_texts import TextReader
from faxrouter.language.durations import read_duration
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.refusal import Refusal, listing
from faxrouter.language.ruleset import FactType, OutcomeDeclaration, Output, Priority, WorkspaceOutput
from faxrouter.language.shapes import as_map, as_text, check_keys
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode
from faxrouter.language.texts import Text
from faxrouter.language.vocabulary import Vocabulary
from faxrouter.model.decision import Policy
from faxrouter.model.fact import DurationUnit
from faxrouter.model.problem import Place

# the key of a `workflow:` map that names what is started; every other one is an attribute of it
MAP = "map"
TASK_KEYS = ("kind", "queue", "workflow", "title", "due", "task_priority", "escalate to")
WORKSPACE_KEYS = ("type", "key", "else")
_SEVERAL = frozenset({Policy.COLLECT, Policy.JOIN})


class OutputReader:
    """Reads the outputs of one file."""

    def __init__(self, vocabulary: Vocabulary, texts: TextReader, findings: Findings) -> None:
        self._vocabulary = vocabulary
        self._texts = texts
        self._findings = findings

    def outcome(self, name: ScalarNode) -> OutcomeDeclaration | None:
        """The declared outcome, or None with R301 noted."""
        outcome = self._vocabulary.outcomes.get(name.text)
        if outcome is None:
            hint = did_you_mean(name.text, self._vocabulary.outcomes) or "; outcomes are declared in facts.yaml"
            self._findings.add("R301", name.place, f"unknown outcome `{name.text}`{hint}")
        return outcome

    def read_map(self, node: MapNode, *, rule: str, known: frozenset[str]) -> dict[str, Output]:
        """Every outcome of `then:` or `otherwise:`. `rule` names the rule, `known` are the facts it makes known."""
        outputs: dict[str, Output] = {}
        for key, value in node.entries:
            outcome = self.outcome(key)
            if outcome is not None:
                output = self.read(outcome, value, place=key.place, rule=rule, known=known)
                if output is not None:
                    outputs.setdefault(outcome.name, output)
        return outputs

    def read(
        self, outcome: OutcomeDeclaration, node: Node, *, place: Place, rule: str, known: frozenset[str]
    ) -> Output | None:
        """The output, or None with the problems noted."""
        if isinstance(node, ListNode) and outcome.policy not in _SEVERAL:
            message = f"`{outcome.name}` takes one value, not a list: its policy is `{outcome.policy}`"
            self._findings.add("R308", node.place, message)
            return None
        nodes = node.items if isinstance(node, ListNode) else (node,)
        if not nodes:
            self._findings.add(
                "R212", node.place, f"the list of `{outcome.name}` is empty; write a value, or remove it"
            )
        values = [self._value(outcome, entry, rule=rule, known=known) for entry in nodes]
        read = tuple(value for value in values if value is not None)
        return Output(outcome=outcome.name, values=read, place=place) if values and len(read) == len(values) else None

    def read_expected(self, outcome: OutcomeDeclaration, node: Node) -> Any:
        """One value as an invariant names it: declared names are checked, everything else stays as written."""
        if outcome.name == "workspace" and isinstance(node, ScalarNode):
            return self._named_workspace(node)
        if outcome.name in ("workspace", "task") or isinstance(node, MapNode):
            return self._json(node, f"`{outcome.name}`", frozenset(self._vocabulary.facts))
        return self._value(outcome, node, rule="", known=frozenset(self._vocabulary.facts))

    def _value(self, outcome: OutcomeDeclaration, node: Node, *, rule: str, known: frozenset[str]) -> Any:
        match outcome.name:
            case "workspace":
                return self._workspace(node)
            case "task":
                return self._task(node, rule=rule, known=known)
            case "metadata":
                return self._declared(outcome, node, self._vocabulary.metadata_templates, "templates/metadata")
            case _ if outcome.policy is Policy.JOIN:
                return self._declared(outcome, node, self._vocabulary.record_classes, "retention.yaml")
            case _ if outcome.order or outcome.values:
                return self._declared(outcome, node, outcome.order or outcome.values, "facts.yaml")
            case _:
                return self._free(outcome, node, known)

    def _declared(self, outcome: OutcomeDeclaration, node: Node, declared: Collection[str], where: str) -> str | None:
        text = as_text(node, f"`{outcome.name}`", findings=self._findings)
        if text is None or text.text in declared:
            return None if text is None else text.text
        hint = did_you_mean(text.text, declared) or (
            f"; it is one of {listing(declared)}" if declared else f"; nothing is declared in {where}"
        )
        self._findings.add("R303", text.place, f"unknown {outcome.name} `{text.text}`{hint}")
        return None

    def _free(self, outcome: OutcomeDeclaration, node: Node, known: frozenset[str]) -> Any:
        """A text, or a map of texts, lists and maps."""
        if isinstance(node, ListNode):
            message = f"`{outcome.name}` takes a value or a map here, not a list in a list"
            self._findings.add("R007", node.place, message)
            return None
        if isinstance(node, ScalarNode) and node.quoted and not node.text.strip():
            self._findings.add("R212", node.place, f"`{outcome.name}` is an empty text; write a value, or remove it")
            return None
        return self._json(node, f"`{outcome.name}`", known)

    def _json(self, node: Node, what: str, known: frozenset[str]) -> Any:
        """The node as texts, lists and dicts; every text with facts in it is checked. None with the problems noted."""
        match node:
            case ScalarNode():
                if node.text == "" and node.quoted:
                    return ""
                text = as_text(node, what, findings=self._findings)
                if text is None:
                    return None
                self._texts(text, known=known)
                return text.text
            case ListNode():
                entries = [self._json(item, what, known) for item in node.items]
                return entries if None not in entries else None
            case MapNode(entries=()):
                self._findings.add("R212", node.place, f"the map of {what} is empty; write a line, or remove it")
                return None
            case MapNode():
                parts = {key.text: self._json(value, f"`{key.text}`", known) for key, value in node.entries}
                return parts if None not in parts.values() else None

    def _workspace(self, node: Node) -> WorkspaceOutput | None:
        if not isinstance(node, MapNode):
            name = as_text(node, "`workspace`", findings=self._findings)
            named = self._named_workspace(name) if name is not None else None
            return WorkspaceOutput(name=named) if named is not None else None
        check_keys(node, "`workspace`", known=WORKSPACE_KEYS, required=WORKSPACE_KEYS, findings=self._findings)
        type_ = as_text(node.get("type"), "`type`", findings=self._findings)
        key = as_text(node.get("key"), "`key`", findings=self._findings)
        otherwise = as_text(node.get("else"), "`else`", findings=self._findings)
        known_type = self._workspace_type(type_) if type_ is not None else None
        known_key = self._key_fact(key) if key is not None else None
        known_name = self._named_workspace(otherwise) if otherwise is not None else None
        if known_type is None or known_key is None or known_name is None:
            return None
        return WorkspaceOutput(type=known_type, key=known_key, otherwise=known_name)

    def _named_workspace(self, name: ScalarNode) -> str | None:
        workspace = self._vocabulary.workspaces.get(name.text)
        if workspace is None:
            types = self._vocabulary.workspace_types
            if name.text in types:
                hint = f": it is a type; write `{{type: {name.text}, key: <fact>, else: <workspace>}}`"
            else:
                hint = did_you_mean(name.text, self._own_workspaces()) or "; workspaces stand in workspaces.yaml"
            self._findings.add("R304", name.place, f"unknown workspace `{name.text}`{hint}")
            return None
        return name.text if self._may_file(name, workspace.department) else None

    def _own_workspaces(self) -> list[str]:
        """Those into which this file may file."""
        own = self._vocabulary.department
        workspaces = self._vocabulary.workspaces.items()
        return [name for name, workspace in workspaces if own is None or workspace.department == own]

    def _workspace_type(self, name: ScalarNode) -> str | None:
        type_ = self._vocabulary.workspace_types.get(name.text)
        if type_ is None:
            hint = did_you_mean(name.text, self._vocabulary.workspace_types) or "; types stand in workspaces.yaml"
            self._findings.add("R304", name.place, f"unknown workspace type `{name.text}`{hint}")
            return None
        return name.text if self._may_file(name, type_.department) else None

    def _may_file(self, name: ScalarNode, owner: str | None) -> bool:
        own = self._vocabulary.department
        if own is None or own == owner:
            return True
        belongs = f"to `{owner}`" if owner else "to the organisation"
        self._findings.add(
            "R305",
            name.place,
            f"`{name.text}` belongs {belongs}; rules of `{own}` file only into workspaces of `{own}`",
        )
        return False

    def _key_fact(self, key: ScalarNode) -> str | None:
        fact = self._vocabulary.facts.get(key.text)
        if fact is None:
            hint = did_you_mean(key.text, self._vocabulary.facts) or "; `key` names a fact of facts.yaml"
            self._findings.add("R201", key.place, f"unknown fact `{key.text}`{hint}")
            return None
        if fact.type in (FactType.SET_OF_IDS, FactType.TEXT_LONG, FactType.MOMENT):
            self._findings.add(
                "R304", key.place, f"`{key.text}` is a `{fact.type}` and cannot be the key of a workspace"
            )
            return None
        return key.text

    def _task(self, node: Node, *, rule: str, known: frozenset[str]) -> dict[str, Any] | None:
        task = as_map(node, "`task`", findings=self._findings)
        if task is None:
            return None
        check_keys(task, "`task`", known=TASK_KEYS, findings=self._findings)
        places = [name for name in ("queue", "workflow") if task.get(name) is not None]
        # a key that is not known has been noted; it may be a misspelt `queue`
        if len(places) > 1 or (not places and all(key.text in TASK_KEYS for key, _ in task.entries)):
            too_many = "a task goes to a queue or starts a workflow; keep one of them"
            self._findings.add("R307", task.place, too_many if places else "a task needs `queue:` or `workflow:`")
        self._check_workflow(task.get("workflow"))
        self._check_queue(task.get("queue"))
        for name in ("kind", "queue", "title"):
            self._check_filled(name, task.get(name))
        self._check_due(task.get("due"))
        self._check_task_priority(task.get("task_priority"))
        values = self._json(task, "`task`", known)
        return None if values is None else {"kind": rule, **values}

    def _check_filled(self, name: str, node: Node | None) -> None:
        text = as_text(node, f"`{name}`", findings=self._findings)
        if text is not None and not text.text.strip():
            self._findings.add("R307", text.place, f"`{name}` is empty; write it, or remove the line")

    def _check_workflow(self, workflow: Node | None) -> None:
        match workflow:
            case ListNode():
                self._findings.add("R007", workflow.place, "`workflow` must be the name of a workflow map, or a map")
            case MapNode() if workflow.get(MAP) is None:
                message = f"`workflow` needs `{MAP}:`, the name of the workflow map to start"
                self._findings.add("R307", workflow.place, message)
            case MapNode():
                self._check_filled(MAP, workflow.get(MAP))
            case _:
                self._check_filled("workflow", workflow)

    def _check_queue(self, node: Node | None) -> None:
        """A queue that is a text with facts is known only when a fax comes."""
        declared = self._vocabulary.queues
        if not declared or not isinstance(node, ScalarNode) or not node.text.strip() or not Text(node.text).is_plain:
            return
        if node.text not in declared:
            hint = did_you_mean(node.text, declared) or "; queues stand in workspaces.yaml"
            self._findings.add("R309", node.place, f"unknown queue `{node.text}`{hint}")

    def _check_due(self, node: Node | None) -> None:
        text = as_text(node, "`due`", findings=self._findings)
        if text is None:
            return
        duration = read_duration(text.text)
        if isinstance(duration, Refusal):
            self._findings.add("R307", text.place, duration.message(text.text))
        elif duration.unit is not DurationUnit.ELAPSED and self._vocabulary.calendar is None:
            self._findings.add(
                "R343", text.place, f"`{text.text}` needs the opening hours of an office; add `calendar:` to this file"
            )

    def _check_task_priority(self, node: Node | None) -> None:
        text = as_text(node, "`task_priority`", findings=self._findings)
        names = [priority.name.lower() for priority in Priority]
        if text is not None and text.text not in names:
            hint = did_you_mean(text.text, names) or f"; use {', '.join(names)}"
            self._findings.add("R307", text.place, f"unknown task priority `{text.text}`{hint}")
