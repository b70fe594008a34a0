"""The outcomes of `facts.yaml`: what rules decide, by which policy, with which values. Knows no rule.

Values may come from another file; `Sources` says what those files declare.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from faxrouter.language.declarations.entries import distinct, is_usable_name, one_of, refer, refuse_unsuitable
from faxrouter.language.declarations.facts import check_event
from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import OutcomeDeclaration
from faxrouter.language.shapes import as_map, as_text, as_yes_no, check_keys, entries_of
from faxrouter.language.source import MapNode, ScalarNode
from faxrouter.model.decision import Policy
from faxrouter.model.problem import Place

OUTCOME_KEYS = (
    "policy",
    "required",
    "decided on",
    "order",
    "values",
    "values from",
    "default",
    "when unsure",
    "help",
)
# The outcomes that the router itself acts on, where only one policy makes sense.
SPECIAL_OUTCOMES: Mapping[str, Policy] = {
    "workspace": Policy.FIRST,
    "metadata": Policy.FIRST,
    "task": Policy.COLLECT,
    "retention": Policy.JOIN,
    "hold": Policy.COLLECT,
    "approval": Policy.STRICTEST,
}
# What an approval is worth while nobody can tell: it must be declared, and nothing may be stricter.
BLOCK = "block"

# key → the policies that it suits; a key that is not here suits every policy
SUITABLE: Mapping[str, frozenset[Policy]] = {
    "order": frozenset({Policy.STRICTEST}),
    "values": frozenset({Policy.FIRST, Policy.COLLECT}),
    "default": frozenset({Policy.JOIN}),
    "when unsure": frozenset({Policy.FIRST, Policy.STRICTEST}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The names that other files declare; None where a file could not be read, so that nothing is said about it."""

    record_classes: Collection[str] | None
    approval_paths: Collection[str] | None
    metadata_templates: Collection[str] | None
    workspaces: Collection[str] | None

    def names(self, written: str) -> Collection[str] | None:
        """The names behind `values from: …`."""
        return {
            "retention.yaml": self.record_classes,
            "approvals.yaml": self.approval_paths,
            "templates/metadata": self.metadata_templates,
        }[written]


VALUES_FROM = ("retention.yaml", "approvals.yaml", "templates/metadata")


def read_outcomes(root: MapNode, *, sources: Sources, findings: Findings) -> Mapping[str, OutcomeDeclaration]:
    """Every outcome of `facts.yaml`, in the order of the file; one with a mistake is kept where its policy is known."""
    declared: dict[str, OutcomeDeclaration] = {}
    for key, node in entries_of(as_map(root.get("outcomes"), "`outcomes`", findings=findings)):
        entry = as_map(node, f"the outcome `{key.text}`", findings=findings)
        if entry is None or not is_usable_name(key, "outcome", findings=findings):
            continue
        outcome = _Reader(key, entry, sources, findings).read()
        if outcome is not None:
            declared.setdefault(outcome.name, outcome)
    return declared


@dataclass(slots=True)
class _Reader:
    """One outcome on its way from nodes to its declaration."""

    key: ScalarNode
    entry: MapNode
    sources: Sources
    findings: Findings

    def read(self) -> OutcomeDeclaration | None:
        what = f"the outcome `{self.key.text}`"
        check_keys(self.entry, what, known=OUTCOME_KEYS, required=("policy",), findings=self.findings)
        policy = self._policy()
        if policy is None:
            return None
        self._refuse_unsuitable(policy)
        required = as_yes_no(self.entry.get("required"), "`required`", findings=self.findings, default=False)
        help_ = as_text(self.entry.get("help"), "`help`", findings=self.findings)
        decided_on = distinct(self.entry.get("decided on"), "`decided on`", findings=self.findings)
        order = distinct(self.entry.get("order"), "`order`", findings=self.findings)
        values, closed = self._values(policy, order)
        unsure = self._one_value("when unsure", values, closed=closed)
        default = self._one_value("default", values, closed=closed)
        self._check_policy(policy, order, required=required)
        return OutcomeDeclaration(
            name=self.key.text,
            policy=policy,
            place=self.key.place,
            required=required,
            decided_on=frozenset(event.text for event in decided_on if check_event(event, findings=self.findings)),
            order=tuple(value.text for value in order),
            values=tuple(values),
            when_unsure=unsure.text if unsure else None,
            when_unsure_place=unsure.place if unsure else None,
            default=default.text if default else None,
            default_place=default.place if default else None,
            help=help_.text if help_ else "",
        )

    def _policy(self) -> Policy | None:
        name = one_of(self.entry.get("policy"), "policy", known=[p.value for p in Policy], findings=self.findings)
        special = SPECIAL_OUTCOMES.get(self.key.text)
        if name is None:
            return special
        if special is not None and name != special.value:
            message = (
                f"the outcome `{self.key.text}` is acted on by the router itself and must have `policy: {special}`"
            )
            self.findings.add("R113", self._place("policy"), message)
            return special
        return Policy(name)

    def _refuse_unsuitable(self, policy: Policy) -> None:
        suitable = [name for name in OUTCOME_KEYS if policy in SUITABLE.get(name, frozenset(Policy))]
        present = {name.text: name.place for name, _ in self.entry.entries if name.text in OUTCOME_KEYS}
        refuse_unsuitable(present, suitable=suitable, owner=f"`policy: {policy}`", findings=self.findings)

    def _values(self, policy: Policy, order: tuple[ScalarNode, ...]) -> tuple[Collection[str], bool]:
        """The values an output may have, and whether that list is closed."""
        written = distinct(self.entry.get("values"), "`values`", findings=self.findings)
        node = self.entry.get("values from")
        origin = one_of(node, "source of values", known=VALUES_FROM, findings=self.findings)
        if policy is Policy.STRICTEST:
            if origin is not None:
                self._check_order(order, origin)
            return [value.text for value in order], bool(order)
        if origin is not None:
            if written:
                message = "`values` and `values from` are both given; keep one"
                self.findings.add("R103", self._place("values"), message)
            names = self.sources.names(origin)
            return names or (), names is not None
        return [value.text for value in written], bool(written)

    def _check_order(self, order: tuple[ScalarNode, ...], origin: str) -> None:
        names = self.sources.names(origin)
        for value in order:
            if names is not None and value.text != BLOCK:
                refer(value, "value", declared=names, where=origin, findings=self.findings)

    def _one_value(self, key: str, values: Collection[str], *, closed: bool) -> ScalarNode | None:
        text = as_text(self.entry.get(key), f"`{key}`", findings=self.findings)
        if text is None:
            return None
        declared: Collection[str] | None = values if closed else None
        where = "the values of this outcome"
        if self.key.text == "workspace":
            declared, where = self.sources.workspaces, "workspaces.yaml"
        if declared is not None:
            refer(text, "value", declared=declared, where=where, findings=self.findings)
        return text

    def _check_policy(self, policy: Policy, order: tuple[ScalarNode, ...], *, required: bool) -> None:
        if policy is Policy.STRICTEST and self.entry.get("order") is None:
            self._note_missing("`policy: strictest` needs `order: [...]`, the strictest value first")
        if policy is Policy.JOIN:
            self._check_join()
        if self.key.text == "approval" and order:
            self._check_approval(order)
        if policy is Policy.FIRST and required and self.entry.get("when unsure") is not None:
            message = "`when unsure` is never taken here: a required outcome that is not decided parks the document"
            self.findings.add("R114", self._place("when unsure"), message)

    def _check_join(self) -> None:
        origin = self.entry.get("values from")
        if not (isinstance(origin, ScalarNode) and origin.text == "retention.yaml"):
            self._note_missing("`policy: join` compares record classes; write `values from: retention.yaml`")
        if self.entry.get("default") is None:
            self._note_missing("`policy: join` needs `default:`, the class that stands when nothing is asserted")

    def _check_approval(self, order: tuple[ScalarNode, ...]) -> None:
        if order[0].text != BLOCK:
            message = f"`order` of `approval` must begin with `{BLOCK}`: it stands while an approval is in doubt"
            self.findings.add("R112", order[0].place, message)
        for value in order:
            paths = self.sources.approval_paths
            if paths is not None and value.text != BLOCK and value.text not in paths:
                message = f"`{value.text}` has no path in approvals.yaml, so nobody can give this approval yet"
                self.findings.add("R115", value.place, message)

    def _note_missing(self, message: str) -> None:
        self.findings.add("R112", self.entry.place, message)

    def _place(self, key: str) -> Place:
        node = self.entry.key(key)
        return node.place if node else self.entry.place
