"""What `[connectors.NAME.outbound]` may say: how people mark documents for faxing, and which documents are whose.

Each of the three ways is on when its table is there, be it empty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from faxrouter.model.failure import Unavailable
from faxrouter_connectors.opening import OptionsTable, Text

# stands between quotation marks in a search
Phrase = Annotated[str, StringConstraints(min_length=1, pattern=r'^[^"]+$')]
# of a node (facts A0)
Name = Annotated[str, StringConstraints(min_length=1, max_length=248, pattern=r"^[^:\s](?:[^:]*[^:\s])?$")]
Path = Annotated[tuple[Name, ...], Field(min_length=1)]


class ByCategory(OptionsTable):
    """Documents whose category says so. The attributes by their names, and the words of the first one."""

    state: Text = "State"
    requested: Phrase = "requested"
    sent: Text = "sent"
    refused: Text = "refused"
    # takes words for people
    answer: Text = "Answer"
    # a number: how often the document was answered; nobody but faxrouter writes it
    count: Text = "Times answered"

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if len({self.requested, self.sent, self.refused}) < 3:
            raise ValueError("`requested`, `sent` and `refused` must be three different words")
        if len({self.state, self.answer, self.count}) < 3:
            raise ValueError("`state`, `answer` and `count` must be three different attributes")
        return self


class ByWorkflow(OptionsTable):
    """Documents attached to a process that came to a step of ours. Its actions by their names."""

    step: Text = "Send fax"
    sent: Text = "Sent"
    refused: Text = "Refused"

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.sent == self.refused:
            raise ValueError("`sent` and `refused` must be two different actions")
        return self


class ByFolder(OptionsTable):
    """Documents in certain folders, below `root`, and the folders in these into which they are put away."""

    folders: Annotated[tuple[Path, ...], Field(min_length=1)]
    sent: Name = "Sent"
    refused: Name = "Not sent"

    @model_validator(mode="after")
    def _differ(self) -> Self:
        if self.sent == self.refused:
            raise ValueError("`sent` and `refused` must be two different folders")
        return self


class OutboundOptions(OptionsTable):
    # in which people write whom to fax
    category: Text = "Fax request"
    # fact → the attribute of the category, or of the workflow map, that states it
    attributes: dict[Text, Text] = Field(default_factory=dict)
    # department → the folders, below `root`, in which its documents stand. Without: everything that an identity sees is
    # its department's
    places: dict[Text, tuple[Path, ...]] = Field(default_factory=dict)
    by_category: ByCategory | None = None
    by_workflow: ByWorkflow | None = None
    by_folder: ByFolder | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """Which documents are asked for by one identity."""

    # the only one that the identity works for; None: it works for several
    department: str | None
    # where documents stand, each with its department; empty: everywhere that the identity sees
    places: Mapping[tuple[str, ...], str]
    # in which documents wait, each with its department
    folders: Mapping[tuple[str, ...], str]


def territories(
    connector: str, options: OutboundOptions, identities: Sequence[frozenset[str] | None]
) -> Mapping[frozenset[str] | None, Territory]:
    """What each identity asks for, by the departments that it works for; None: all.

    Raises Unavailable when it stays open whose a document is, or nothing is asked for.
    """
    if options.by_category is None and options.by_workflow is None and options.by_folder is None:
        raise _wrong(connector, "say how documents are marked: `by_category`, `by_workflow` or `by_folder`")
    served = frozenset().union(*(departments or () for departments in identities))
    unknown = sorted(options.places.keys() - served) if None not in identities else []
    if unknown:
        raise _wrong(connector, f"`places` names `{unknown[0]}`, which this connector does not serve")
    owned = [(place, department) for department, places in options.places.items() for place in places]
    for place, owner in owned:
        for other, another in owned:
            if owner != another and place[: len(other)] == other:
                raise _wrong(connector, f"`places`: `{'/'.join(place)}` of `{owner}` is in a folder of `{another}`")
    owners = _owners(connector, options, owned, only=_only(identities[0]) if len(identities) == 1 else None)
    return {departments: _territory(connector, departments, owned, owners) for departments in identities}


def _owners(
    connector: str, options: OutboundOptions, owned: Sequence[tuple[tuple[str, ...], str]], *, only: str | None
) -> Mapping[tuple[str, ...], str]:
    """The folders of `by_folder`, each with its department. `only`: the one that this connector serves."""
    owners: dict[tuple[str, ...], str] = {}
    for folder in options.by_folder.folders if options.by_folder is not None else ():
        owner = next((owner for place, owner in owned if folder[: len(place)] == place), None if owned else only)
        if owner is None:
            raise _wrong(connector, f"`by_folder`: say in `places` whose the folder `{'/'.join(folder)}` is")
        owners[folder] = owner
    return owners


def _territory(
    connector: str,
    departments: frozenset[str] | None,
    owned: Sequence[tuple[tuple[str, ...], str]],
    owners: Mapping[tuple[str, ...], str],
) -> Territory:
    places = {place: owner for place, owner in owned if departments is None or owner in departments}
    only = _only(departments)
    if not places and only is None:
        raise _wrong(connector, "one identity works for several departments: say in `places` whose each folder is")
    folders = {folder: owner for folder, owner in owners.items() if departments is None or owner in departments}
    return Territory(department=only, places=places, folders=folders)


def _only(departments: frozenset[str] | None) -> str | None:
    return next(iter(departments)) if departments is not None and len(departments) == 1 else None


def _wrong(connector: str, mend: str) -> Unavailable:
    return Unavailable(f"connector `{connector}`: `outbound`: {mend}")
