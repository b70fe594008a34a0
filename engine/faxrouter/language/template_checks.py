"""Whether the metadata templates of a home fit their categories. Knows the declarations, no records system."""

from collections.abc import Mapping
from dataclasses import dataclass

from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.prints import prints
from faxrouter.language.refusal import listing
from faxrouter.language.ruleset import AttributeDeclaration, CategoryDeclaration, FactDeclaration, Lookup
from faxrouter.language.source import MapNode, Node, ScalarNode
from faxrouter.language.text_fits import unfit
from faxrouter.language.texts import parse_text


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateChecks:
    """Checks templates as they are written. A shape that cannot be read is noted where the template is read."""

    categories: Mapping[str, CategoryDeclaration]
    declared: Mapping[str, FactDeclaration]
    lookups: Mapping[str, Lookup]
    findings: Findings

    def check(self, root: MapNode) -> None:
        """Note everything in one template that its category does not take."""
        named = root.get("category")
        category = self._category(named) if isinstance(named, ScalarNode) and named.text else None
        attributes = root.get("attributes")
        if category is None or not isinstance(attributes, MapNode):
            return
        for key, node in attributes.entries:
            attribute = category.attributes.get(key.text)
            if attribute is None:
                self._note_unknown(key, category)
            else:
                self._check_text(attribute, node)
        given = {key.text for key, _ in attributes.entries}
        where = root.key("attributes")
        for attribute in category.attributes.values():
            if attribute.required and attribute.name not in given:
                message = f"`{category.name}` requires the attribute `{attribute.name}`, and it is not given; add it"
                self.findings.add("R412", where.place if where is not None else root.place, message)

    def _category(self, named: ScalarNode) -> CategoryDeclaration | None:
        category = self.categories.get(named.text)
        if category is None:
            hint = did_you_mean(named.text, self.categories) or "; categories stand in templates/categories.yaml"
            self.findings.add("R410", named.place, f"unknown category `{named.text}`{hint}")
        return category

    def _note_unknown(self, key: ScalarNode, category: CategoryDeclaration) -> None:
        hint = did_you_mean(key.text, category.attributes) or f"; it has {listing(category.attributes)}"
        self.findings.add("R411", key.place, f"`{category.name}` has no attribute `{key.text}`{hint}")

    def _check_text(self, attribute: AttributeDeclaration, node: Node) -> None:
        if not isinstance(node, ScalarNode) or (node.text == "" and not node.quoted):
            return
        # a text with a mistake of its own is noted for that
        text, _ = parse_text(node.text, declared=self.declared)
        if text is not None:
            found = prints(node.text, declared=self.declared, lookups=self.lookups)
            for code, message in unfit(attribute, found):
                self.findings.add(code, node.place, message)
