"""The metadata of one document: the decided template with its texts made, and whether its category takes them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from faxrouter.language.attributes import misfit
from faxrouter.language.declarations.categories import LONGEST_TEXT
from faxrouter.language.ruleset import MetadataTemplate, RuleSet
from faxrouter.language.text_filters import one_line
from faxrouter.language.texts import Text
from faxrouter.model.decision import Decision
from faxrouter.planning.rendering import Renderer

METADATA = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is filled in; nothing where no template was decided."""

    category: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    # what the category does not take: attribute, category and what is wrong, never a value
    misfits: tuple[str, ...] = ()
    # the facts in the texts that do not fit
    facts: tuple[str, ...] = ()


def metadata_of(rule_set: RuleSet, decision: Decision, *, renderer: Renderer) -> Metadata:
    """Where no categories are declared nothing is checked: the records system does it when the document is filed."""
    decided = decision.outcomes.get(METADATA)
    contributions = decided.contributions if decided is not None else ()
    template = rule_set.metadata_templates.get(str(contributions[0].value)) if contributions else None
    if template is None:
        return Metadata()
    texts = {
        name: one_line(renderer.text(source, at=template.place, department=decision.department))
        for name, source in template.attributes.items()
    }
    wrong = _misfits(rule_set, template, texts)
    facts = [fact for name in wrong for fact in Text(template.attributes.get(name, "")).facts]
    return Metadata(
        category=template.category,
        attributes={name: text[:LONGEST_TEXT] for name, text in texts.items()},
        misfits=tuple(wrong.values()),
        facts=tuple(dict.fromkeys(facts)),
    )


def _misfits(rule_set: RuleSet, template: MetadataTemplate, texts: Mapping[str, str]) -> Mapping[str, str]:
    """Attribute → what is wrong with its text."""
    category = rule_set.categories.get(template.category)
    found: dict[str, str] = {}
    for attribute in category.attributes.values() if category is not None else ():
        wrong = misfit(attribute, texts.get(attribute.name, ""))
        if wrong is not None:
            found[attribute.name] = f"`{attribute.name}` of the category `{template.category}` {wrong.words}"
    return found
