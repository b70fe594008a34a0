"""Lists and lookups: those of a rules file, of the shared files it includes, and whose they are. Reads no rule."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from faxrouter.language.declarations.lookups import read_lookup
from faxrouter.language.findings import Findings, did_you_mean
from faxrouter.language.ruleset import FactDeclaration, Lookup
from faxrouter.language.shapes import as_map, as_texts, check_keys, check_language, entries_of
from faxrouter.language.source import ListNode, MapNode, Node, ScalarNode
from faxrouter.language.when import is_reference
from faxrouter.model.problem import Place

SHARED_KEYS = ("language", "description", "lists", "lookups")
# what people put there by mistake
_NOT_SHARED = ("include", "rules", "tables", "otherwise", "tests")
_SHARED = "rules/shared/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The lists and lookups of one file, each with its place."""

    lists: Mapping[str, tuple[ScalarNode, ...]] = field(default_factory=dict)
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)


def read_words(
    root: MapNode,
    findings: Findings,
    *,
    is_shared: bool,
    facts: Mapping[str, FactDeclaration],
    files: Mapping[str, bytes],
    phone_region: str | None,
) -> Words:
    """`lists:` and `lookups:` of a file. `files` are those of the snapshot, where lookups find their CSV."""
    if is_shared:
        _check_shared(root, findings)
    lists: dict[str, tuple[ScalarNode, ...]] = {}
    lookups: dict[str, Lookup] = {}
    places: dict[str, Place] = {}
    for key, node in entries_of(as_map(root.get("lists"), "`lists`", findings=findings)):
        lists.setdefault(key.text, _read_list(key, node, findings))
        places.setdefault(f"${key.text}", key.place)
    for key, node in entries_of(as_map(root.get("lookups"), "`lookups`", findings=findings)):
        entry = as_map(node, f"the lookup `{key.text}`", findings=findings)
        if entry is None:
            continue
        lookup = read_lookup(key, entry, facts=facts, files=files, phone_region=phone_region, findings=findings)
        if lookup is not None:
            lookups.setdefault(lookup.name, lookup)
            places.setdefault(lookup.name, key.place)
    return Words(lists=lists, lookups=lookups, places=places)


def _check_shared(root: MapNode, findings: Findings) -> None:
    """A file under `rules/shared/` holds lists and lookups only."""
    check_language(root, findings=findings)
    for name in _NOT_SHARED:
        key = root.key(name)
        if key is not None:
            message = f"a shared file holds `lists:` and `lookups:` only; move `{name}` to a rules file"
            findings.add("R330", key.place, message)
    check_keys(root, "a shared file", known=(*SHARED_KEYS, *_NOT_SHARED), findings=findings)


def _read_list(key: ScalarNode, node: Node, findings: Findings) -> tuple[ScalarNode, ...]:
    if not isinstance(node, ListNode):
        message = f"the list `{key.text}` must be a list (`- …` lines or `[a, b]`)"
        findings.add("R007", node.place, message)
        return ()
    if not node.items:
        findings.add("R212", node.place, f"the list `{key.text}` is empty; write a value, or remove it")
    values = as_texts(node, f"the list `{key.text}`", findings=findings)
    for value in values:
        if is_reference(value.text):
            message = f"`{value.text}`: a list holds values, not other lists; name both where they are used: `[$a, $b]`"
            findings.add("R332", value.place, message)
    return values


def check_owners(words: Mapping[str, Words], *, findings: Findings) -> None:
    """A lookup's name belongs to one file of the whole home, since facts are named after it; R331 noted otherwise."""
    owners: dict[str, Place] = {}
    for of_file in words.values():
        for name in of_file.lookups:
            place = of_file.places[name]
            first = owners.setdefault(name, place)
            if first is not place:
                message = (
                    f"the lookup `{name}` stands in {first.file} as well; give one another name, "
                    "or move it to a file under rules/shared/ and include it in both"
                )
                findings.add("R331", place, message, others=(first,))


def included(node: Node | None, *, shared: Collection[str], findings: Findings) -> Mapping[str, Place]:
    """The home-relative paths of `include:`, each with the place of its line; what cannot be included is noted."""
    paths: dict[str, Place] = {}
    for text in as_texts(node, "`include`", findings=findings):
        path = str(PurePosixPath("rules", text.text))
        if path in paths:
            findings.add("R330", text.place, f"`{text.text}` is included twice; keep one", others=(paths[path],))
        elif not path.startswith(_SHARED) or ".." in PurePosixPath(path).parts:
            message = (
                f"`{text.text}` cannot be included: only files under rules/shared/ can, written `shared/NAME.yaml`"
            )
            findings.add("R330", text.place, message)
        elif path not in shared:
            hint = did_you_mean(text.text, [name.removeprefix("rules/") for name in shared])
            findings.add("R015", text.place, f"there is no file `{text.text}` under rules/{hint}")
        else:
            paths[path] = text.place
    return paths


def merge(own: Words, others: Mapping[str, Words], *, included_at: Mapping[str, Place], findings: Findings) -> Words:
    """The words of a file and of those it includes; R331 where two of them give one name. The file's own wins."""
    lists, lookups, places = dict(own.lists), dict(own.lookups), dict(own.places)
    for path, words in others.items():
        for name, place in words.places.items():
            first = places.setdefault(name, place)
            if first is not place:
                kind, bare = ("list", name[1:]) if name.startswith("$") else ("lookup", name)
                where = "this file" if name in own.places else first.file
                message = f"{path} and {where} both have a {kind} `{bare}`; rename one of them"
                findings.add("R331", included_at[path], message, others=(first, place))
        for list_name, values in words.lists.items():
            lists.setdefault(list_name, values)
        for lookup_name, lookup in words.lookups.items():
            lookups.setdefault(lookup_name, lookup)
    return Words(lists=lists, lookups=lookups, places=places)
