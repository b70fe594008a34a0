"""The workspaces of `workspaces.yaml`: named ones, types with keys, where parked documents wait. Knows no system."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from faxrouter.language.declarations.entries import one_of, refer
from faxrouter.language.declarations.metadata import CheckText
from faxrouter.language.declarations.queues import read_queues
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.ruleset import NamedWorkspaceDeclaration, QueueDeclaration, WorkspaceType
from faxrouter.language.shapes import as_map, as_text, as_texts, as_yes_no, check_keys, check_language, entries_of
from faxrouter.language.source import MapNode, Node, ScalarNode
from faxrouter.language.texts import Text
from faxrouter.model.problem import Place

ORGANISATION = "organisation"
NAMED_KEYS = ("department", "path")
TYPE_KEYS = ("department", "find by", "name", "create", "template", "key from")
FIND_BY_KEYS = ("external system", "object type")
# the evidence that makes a key good enough to create a workspace with
KEY_SOURCES = ("registry", "barcode", "check digit")

_LONGEST_SEGMENT = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspaces:
    """Everything that `workspaces.yaml` declares."""

    named: Mapping[str, NamedWorkspaceDeclaration]
    types: Mapping[str, WorkspaceType]
    # department, or "organisation" → the named workspace for parked documents
    exceptions: Mapping[str, str]
    queues: Mapping[str, QueueDeclaration]


def read_workspaces(
    root: MapNode, *, departments: Collection[str] | None, check_text: CheckText, findings: Findings
) -> Workspaces:
    """`departments` are those with a rules file; None where one of these files could not be read."""
    check_language(root, findings=findings)
    known = ("language", "workspaces", "types", "exceptions", "queues")
    check_keys(root, "workspaces.yaml", known=known, required=("workspaces",), findings=findings)
    reader = _Reader(root, departments, check_text, findings)
    named, types = reader.named(), reader.types()
    exceptions = reader.exceptions(named)
    reader.check_paths(named)
    queues = read_queues(root.get("queues"), findings=findings)
    return Workspaces(named=named, types=types, exceptions=exceptions, queues=queues)


@dataclass(slots=True)
class _Reader:
    """The file on its way from nodes to declarations."""

    root: MapNode
    departments: Collection[str] | None
    check_text: CheckText
    findings: Findings

    def named(self) -> dict[str, NamedWorkspaceDeclaration]:
        declared: dict[str, NamedWorkspaceDeclaration] = {}
        for key, node in entries_of(as_map(self.root.get("workspaces"), "`workspaces`", findings=self.findings)):
            entry = as_map(node, f"the workspace `{key.text}`", findings=self.findings)
            if entry is not None:
                declared.setdefault(key.text, self._named(key, entry))
        return declared

    def check_paths(self, named: Mapping[str, NamedWorkspaceDeclaration]) -> None:
        at_path: dict[tuple[str, ...], NamedWorkspaceDeclaration] = {}
        for workspace in named.values():
            twin = at_path.setdefault(workspace.path, workspace)
            if twin is not workspace:
                message = f"`{workspace.name}` and `{twin.name}` have the same path; give each its own, or keep one"
                self.findings.add("R121", workspace.place, message, others=(twin.place,))

    def _named(self, key: ScalarNode, entry: MapNode) -> NamedWorkspaceDeclaration:
        check_keys(entry, f"the workspace `{key.text}`", known=NAMED_KEYS, findings=self.findings)
        segments = as_texts(entry.get("path"), "`path`", findings=self.findings)
        usable = [segment.text for segment in segments if self._is_usable(segment)]
        if not segments and self._is_usable(key):
            usable = [key.text]
        return NamedWorkspaceDeclaration(
            name=key.text, department=self._department(entry), path=tuple(usable), place=key.place
        )

    def _is_usable(self, segment: ScalarNode) -> bool:
        text = segment.text
        if text.strip() != text or text in (".", "..") or not text or any(c in "/\\" or ord(c) < 32 for c in text):
            message = f"`{text}` cannot be part of a path: no `/`, `\\`, `..` or spaces at its ends"
            self.findings.add("R120", segment.place, message)
            return False
        if len(text) > _LONGEST_SEGMENT:
            self.findings.add(
                "R120", segment.place, f"this part of a path is longer than {_LONGEST_SEGMENT} characters"
            )
            return False
        return True

    def _department(self, entry: MapNode) -> str | None:
        """None: the organisation's own."""
        text = as_text(entry.get("department"), "`department`", findings=self.findings)
        if text is None or text.text == ORGANISATION:
            return None
        self._check_spelling(text)
        return text.text

    def _check_spelling(self, department: ScalarNode) -> None:
        if self.departments is None or department.text in self.departments:
            return
        hint = did_you_mean(department.text, (*self.departments, ORGANISATION))
        if hint:
            message = f"no rules file has the department `{department.text}`{hint}"
            self.findings.add("R126", department.place, message)

    def types(self) -> Mapping[str, WorkspaceType]:
        declared: dict[str, WorkspaceType] = {}
        for key, node in entries_of(as_map(self.root.get("types"), "`types`", findings=self.findings)):
            entry = as_map(node, f"the workspace type `{key.text}`", findings=self.findings)
            if entry is not None:
                declared.setdefault(key.text, self._type(key, entry))
        return declared

    def _type(self, key: ScalarNode, entry: MapNode) -> WorkspaceType:
        what = f"the workspace type `{key.text}`"
        check_keys(entry, what, known=TYPE_KEYS, required=("find by",), findings=self.findings)
        template = as_text(entry.get("template"), "`template`", findings=self.findings)
        create = as_yes_no(entry.get("create"), "`create`", findings=self.findings, default=False)
        sources = [
            one_of(text, "source of keys", known=KEY_SOURCES, findings=self.findings)
            for text in as_texts(entry.get("key from"), "`key from`", findings=self.findings)
        ]
        return WorkspaceType(
            name=key.text,
            department=self._department(entry),
            find_by=self._find_by(entry.get("find by"), entry),
            create=create,
            template=template.text if template else None,
            key_from=frozenset(source for source in sources if source) or frozenset(KEY_SOURCES),
            place=key.place,
        )

    def _find_by(self, node: Node | None, entry: MapNode) -> Mapping[str, str]:
        name = as_text(entry.get("name"), "`name`", findings=self.findings)
        if isinstance(node, ScalarNode):
            if node.text != "name":
                hint = "write `find by: name`, or `find by: {external system: …, object type: …}`"
                self.findings.add("R122", node.place, f"a workspace cannot be found by `{node.text}`; {hint}")
            return self._by_name(name, node.place)
        system = as_map(node, "`find by`", findings=self.findings)
        if system is None:
            return {}
        if name is not None:
            self.findings.add("R122", name.place, "`name` belongs to `find by: name`; remove it")
        check_keys(system, "`find by`", known=FIND_BY_KEYS, required=FIND_BY_KEYS, findings=self.findings)
        texts = {key: as_text(system.get(key), f"`{key}`", findings=self.findings) for key in FIND_BY_KEYS}
        return {key: text.text for key, text in texts.items() if text is not None}

    def _by_name(self, name: ScalarNode | None, place: Place) -> Mapping[str, str]:
        if name is None:
            self.findings.add(
                "R122", place, '`find by: name` needs `name:` with the key in it: `name: "Claim {{ key }}"`'
            )
            return {}
        text = self.check_text(name, extra=frozenset({"key"}))
        if text is not None and _with_key(text, "A1") == _with_key(text, "B2"):
            message = "`name` is the same for every key; write the key into it: `{{ key }}`"
            self.findings.add("R122", name.place, message)
        return {"name": name.text}

    def exceptions(self, named: dict[str, NamedWorkspaceDeclaration]) -> Mapping[str, str]:
        """Who waits where. A workspace that `named` does not have is declared by standing here, and added to it."""
        node = self.root.get("exceptions")
        declared: dict[str, str] = {}
        for key, value in entries_of(as_map(node, "`exceptions`", findings=self.findings)):
            text = as_text(value, f"the exceptions of `{key.text}`", findings=self.findings)
            if key.text != ORGANISATION:
                self._check_spelling(key)
            workspace = self._waiting_place(key, text, named) if text is not None else None
            if text is not None and workspace is not None:
                named[workspace.name] = workspace
                self._check_owner(key, text, workspace)
                declared.setdefault(key.text, workspace.name)
        self._check_complete(node)
        return declared

    def _waiting_place(
        self, key: ScalarNode, text: ScalarNode, named: Mapping[str, NamedWorkspaceDeclaration]
    ) -> NamedWorkspaceDeclaration | None:
        if text.text in named:
            return named[text.text]
        owner = None if key.text == ORGANISATION else key.text
        own = [name for name, workspace in named.items() if workspace.department == owner]
        if did_you_mean(text.text, own):
            refer(text, "workspace", declared=own, where="`workspaces:` above", findings=self.findings)
            return None
        if not self._is_usable(text):
            return None
        return NamedWorkspaceDeclaration(name=text.text, department=owner, path=(text.text,), place=text.place)

    def _check_owner(self, key: ScalarNode, text: ScalarNode, workspace: NamedWorkspaceDeclaration) -> None:
        owner = workspace.department or ORGANISATION
        if owner not in (key.text, ORGANISATION):
            message = f"`{text.text}` belongs to `{owner}`: documents of `{key.text}` must not wait there"
            self.findings.add("R125", text.place, message, others=(workspace.place,))

    def _check_complete(self, node: Node | None) -> None:
        written = {key.text for key, _ in node.entries} if isinstance(node, MapNode) else set()
        place = node.place if node is not None else self.root.place
        if ORGANISATION not in written:
            message = "`exceptions` needs `organisation:`, where a fax of no department waits for a person"
            self.findings.add("R123", place, message)
        for department in sorted(self.departments or ()):
            if department not in written:
                message = f"`exceptions` has no `{department}:`; its parked faxes wait in the organisation's workspace"
                self.findings.add("R124", place, message)


def _with_key(text: Text, key: str) -> str:
    return text.render({}, extra={"key": key}).text
