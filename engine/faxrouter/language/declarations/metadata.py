"""The metadata templates `templates/metadata/NAME.yaml`: a category, attributes as texts. Knows no records system."""

from pathlib import PurePosixPath
from typing import Protocol

from faxrouter.language.findings import Findings
from faxrouter.language.ruleset import MetadataTemplate
from faxrouter.language.shapes import as_map, as_text, check_keys, check_language, entries_of
from faxrouter.language.source import MapNode, ScalarNode
from faxrouter.language.texts import Text

TEMPLATE_KEYS = ("language", "category", "attributes")
DIRECTORY = "templates/metadata/"


class CheckText(Protocol):
    """Notes every fault of a text with facts in it; None when it cannot be rendered.

    `extra` are further names that have a value there.
    """

    def __call__(self, text: ScalarNode, *, extra: frozenset[str] = frozenset()) -> Text | None: ...


def template_name(file: str) -> str | None:
    """The name that rules use for `templates/metadata/NAME.yaml`; None for any other path."""
    path = PurePosixPath(file)
    return path.stem if str(path.parent) == DIRECTORY.rstrip("/") and path.suffix == ".yaml" else None


def read_metadata_template(
    name: str, root: MapNode, *, check_text: CheckText, findings: Findings
) -> MetadataTemplate | None:
    """The template, or None without a category. An attribute may be empty."""
    check_language(root, findings=findings)
    what = f"the metadata template `{name}`"
    check_keys(root, what, known=TEMPLATE_KEYS, required=("category", "attributes"), findings=findings)
    category = as_text(root.get("category"), "`category`", findings=findings)
    attributes: dict[str, str] = {}
    for key, node in entries_of(as_map(root.get("attributes"), "`attributes`", findings=findings)):
        if isinstance(node, ScalarNode) and node.text == "" and node.quoted:
            attributes[key.text] = ""
            continue
        text = as_text(node, f"the attribute `{key.text}`", findings=findings)
        if text is not None:
            check_text(text)
            attributes[key.text] = text.text
    if category is None:
        return None
    return MetadataTemplate(name=name, category=category.text, attributes=attributes, place=root.place)
