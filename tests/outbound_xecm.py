"""Extended ECM in which people mark documents for faxing, with their hands: mark, mark anew, add a version, delete; and
with what they are told.
"""

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import httpx
from pydantic import SecretStr

from faxrouter.ports import Connector, MarkOutcome
from faxrouter_connectors import xecm
from faxrouter_simulators.faults import FaultKind
from faxrouter_simulators.world import Attribute, Category, ExtendedEcm, Folder, Step, User, WorkflowMap, World
from implementations import SteppedClock, settings_of
from opentext_implementations import Simulated, acting_as
from outbound_implementations import FACTS, PEOPLE

LETTERS, OUTGOING = "Letters", "Outgoing"
# seconds until the connector gives an answer up, and by how much a late one is later
TIMEOUT, LATE = 1.0, 0.5


def _fields() -> tuple[Attribute, ...]:
    return (
        Attribute(name="Fax number", length=32),
        Attribute(name="Recipient"),
        Attribute(name="Subject"),
        Attribute(name="Urgent", type="yes/no"),
    )


WORLD = World(
    xecm=ExtendedEcm(
        index_lag=0.0,
        groups=("claims", "clinic", "claims faxing", "clinic faxing"),
        users=(
            User(name="admin", password="admin password", administrator=True),
            *(User(name=f"fax-{one}", password=f"fax-{one} password", groups=(one, f"{one} faxing")) for one in PEOPLE),
            *(User(name=name, password=f"{name} password", groups=(one,)) for one, name in PEOPLE.items()),
        ),
        folders=tuple(
            Folder(path=path, groups=(one,)) for one in PEOPLE for path in ((one,), (one, LETTERS), (one, OUTGOING))
        ),
        categories=(
            Category(
                name="Fax request",
                attributes=(
                    Attribute(name="State", type="choice", values=("requested", "sent", "refused", "withdrawn")),
                    Attribute(name="Answer", length=60),
                    Attribute(name="Times answered", type="whole number"),
                    *_fields(),
                ),
            ),
        ),
        workflow_maps=tuple(
            WorkflowMap(
                name=f"Fax for {one}",
                steps=(Step(name="Send fax", group=f"{one} faxing", custom_actions=("Sent", "Refused")),),
                attributes=_fields(),
            )
            for one in PEOPLE
        ),
    ),
)


@dataclass(slots=True, kw_only=True)
class XecmOutbound:
    """Extended ECM with an identity for each department; people mark in one way. Its own are the hands of everybody."""

    home: Path
    # what a test adds to the options of `outbound`, and to those of the connector
    more: Mapping[str, Any] = field(default_factory=dict)
    around: Mapping[str, Any] = field(default_factory=dict)
    world: World = WORLD
    clock: SteppedClock = field(default_factory=SteppedClock)
    longest_name: int | None = 248
    simulated: Simulated = field(init=False)
    connector: Connector = field(init=False)
    _opened: Connector = field(init=False)

    # of the call that answers
    changing: str = ""
    # what the ledger calls it
    effect: str = ""

    def __post_init__(self) -> None:
        self.simulated = Simulated(self.home, self.world)
        self._open()

    def restart(self) -> None:
        self._opened.close()
        self._open()

    def close(self) -> None:
        self._opened.close()
        self.simulated.close()

    def _open(self) -> None:
        identities = {one: {"user": f"fax-{one}", "password": SecretStr(f"fax-{one} password")} for one in PEOPLE}
        options: dict[str, object] = {
            "url": self.simulated.address,
            "timeout": TIMEOUT,
            "calls_per_second": 100_000,
            "burst": 100_000,
            "identities": identities,
            "outbound": {"attributes": FACTS, "places": {one: [[one]] for one in PEOPLE}, **self._way(), **self.more},
            **self.around,
        }
        self._opened = xecm.open_connector(settings_of(self.home, self.clock, options))
        self.connector = self._opened.by_department.get("claims", self._opened)

    def _way(self) -> Mapping[str, Any]:
        return {}

    def add_version(self, document: str, content: bytes) -> None:
        with self.person() as person:
            sent = {"file": ("letter.pdf", content, "application/pdf")}
            done(person.post(f"/v2/nodes/{document}/versions", data={"description": ""}, files=sent))

    def vanish(self, document: str) -> None:
        with self.person("admin") as person:
            done(person.delete(f"/v2/nodes/{document}"))

    def break_answers(self, how: FaultKind) -> None:
        seconds = TIMEOUT + LATE if how is FaultKind.LATE_ANSWER else 0.0
        fault = {"kind": how.value, "method": "PUT", "path": self.changing, "seconds": seconds}
        self.simulated.simulators.plan.order([fault])

    def changes(self) -> int:
        effects = self.simulated.simulators.xecm.store.effects(effect=self.effect)
        return sum(effect["actor"] == "fax-claims" for effect in effects)

    def person(self, name: str = "carla") -> AbstractContextManager[httpx.Client]:
        return acting_as(name, self.simulated)

    def node_at(self, person: httpx.Client, *path: str, volume: int = 141) -> int:
        """Below a volume, by its names."""
        number = int(properties_in(person.get(f"/v2/volumes/{volume}"))["id"])
        for name in path:
            listed = done(person.get(f"/v2/nodes/{number}/nodes", params={"where_name": name, "limit": 100}))
            found = [one["data"]["properties"] for one in listed["results"]]
            number = next(int(one["id"]) for one in found if one["name"] == name)
        return number

    def create(
        self, person: httpx.Client, parent: int, content: bytes, *, name: str = "", values: Mapping[str, object] = {}
    ) -> int:
        """A document, with values of the category where there are some."""
        self.simulated.simulators.clock.advance(1)
        body = {"type": 144, "parent_id": parent, "name": name or self.fresh_name()}
        if values:
            body["roles"] = {"categories": self.wired(person, values)}
        sent = {"file": ("letter.pdf", content, "application/pdf")}
        return int(properties_in(person.post("/v2/nodes", data={"body": json.dumps(body)}, files=sent))["id"])

    def fresh_name(self) -> str:
        calls = len(self.simulated.simulators.plan.calls)
        return f"letter {calls}.pdf"

    def wired(self, person: httpx.Client, values: Mapping[str, object]) -> dict[str, object]:
        """Values of the category under its keys."""
        category = self.node_at(person, "Fax request", volume=133)
        names = [one.name for one in self.world.xecm.categories[0].attributes]
        return {f"{category}_{names.index(name) + 2}": value for name, value in values.items()}

    def values(self, document: str) -> dict[str, Any]:
        """Attribute → value."""
        with self.person("admin") as person:
            category = self.node_at(person, "Fax request", volume=133)
            found = done(person.get(f"/v2/nodes/{document}/categories/{category}"))["results"]["data"]["categories"]
        names = [one.name for one in self.world.xecm.categories[0].attributes]
        return {name: found[f"{category}_{number}"] for number, name in enumerate(names, start=2)}

    def set_values(self, document: str, values: Mapping[str, object]) -> None:
        """Somebody fills in the category that is on the document."""
        self.simulated.simulators.clock.advance(1)
        with self.person() as person:
            category = self.node_at(person, "Fax request", volume=133)
            done(person.put(f"/v2/nodes/{document}/categories/{category}", data=self.wired(person, values)))


@dataclass(slots=True, kw_only=True)
class XecmByCategory(XecmOutbound):
    changing: str = "/categories/"
    effect: str = "category updated"

    def _way(self) -> Mapping[str, Any]:
        return {"by_category": {}}

    def mark(self, content: bytes, written: Mapping[str, object] = {}, *, department: str = "claims") -> str:
        with self.person(PEOPLE[department]) as person:
            folder = self.node_at(person, department, LETTERS)
            return str(self.create(person, folder, content, values={"State": "requested", **written}))

    def mark_again(self, document: str) -> None:
        self.set_values(document, {"State": "requested"})

    def told(self, document: str) -> tuple[MarkOutcome, str]:
        values = self.values(document)
        return MarkOutcome(values["State"]), values["Answer"]


@dataclass(slots=True, kw_only=True)
class XecmByWorkflow(XecmOutbound):
    changing: str = "/tasks/"
    effect: str = "task done"
    # document → its process
    processes: dict[str, int] = field(default_factory=dict)

    def _way(self) -> Mapping[str, Any]:
        return {"by_workflow": {}}

    def mark(self, content: bytes, written: Mapping[str, object] = {}, *, department: str = "claims") -> str:
        with self.person(PEOPLE[department]) as person:
            document = str(self.create(person, self.node_at(person, department, LETTERS), content))
            self.processes[document] = self.start(person, f"Fax for {department}", document, written=written)
        return document

    def start(self, person: httpx.Client, map_name: str, *documents: str, written: Mapping[str, object] = {}) -> int:
        """Somebody starts the workflow with documents attached; the process."""
        maps = done(person.get("/v2/docworkflows"))["results"]["data"]
        number = next(one["DataID"] for one in maps if one["Name"] == map_name)
        flow = next(one for one in self.world.xecm.workflow_maps if one.name == map_name)
        names = [one.name for one in flow.attributes]
        fields = {f"WorkflowForm_{names.index(name) + 2}": value for name, value in written.items()}
        body = {"workflow_id": number, "doc_ids": ",".join(documents), "AttachDocuments": "true"}
        draft = done(person.post("/v2/draftprocesses", data=as_body(body)))["results"]["draftprocess_id"]
        for step in ({"action": "formUpdate", "values": fields}, {"action": "Initiate", "comment": ""}):
            done(person.put(f"/v2/draftprocesses/{draft}", data=as_body(step)))
        return int(draft)

    def mark_again(self, document: str) -> None:
        self.simulated.simulators.clock.advance(1)
        with self.person() as person:
            self.processes[document] = self.start(person, "Fax for claims", document)

    def told(self, document: str) -> tuple[MarkOutcome, str]:
        process = self.processes[document]
        acts = self.simulated.simulators.xecm.store.effects(effect="task done")
        action = next(one["details"]["action"] for one in acts if one["subject"] == str(process))
        with self.person() as person:
            params = {"process_id": process, "subprocess_id": process, "task_id": 1}
            form = done(person.get("/v1/forms/processes/tasks/update", params=params))
        comments = form["data"]["data_packages"][1]["data"]["comments"]
        return MarkOutcome(action.lower()), comments[-1]["comment"]


@dataclass(slots=True, kw_only=True)
class XecmByFolder(XecmOutbound):
    changing: str = r"/v2/nodes/\d+$"
    effect: str = "node moved"

    def _way(self) -> Mapping[str, Any]:
        return {"by_folder": {"folders": [[one, OUTGOING] for one in PEOPLE]}}

    def mark(self, content: bytes, written: Mapping[str, object] = {}, *, department: str = "claims") -> str:
        with self.person(PEOPLE[department]) as person:
            folder = self.node_at(person, department, OUTGOING)
            return str(self.create(person, folder, content, values=written))

    def mark_again(self, document: str) -> None:
        self.simulated.simulators.clock.advance(1)
        with self.person() as person:
            folder = self.node_at(person, "claims", OUTGOING)
            done(person.put(f"/v2/nodes/{document}", data=as_body({"parent_id": folder})))

    def told(self, document: str) -> tuple[MarkOutcome, str]:
        with self.person() as person:
            node = self.properties(person, document)
            folder = self.properties(person, node["parent_id"])["name"]
        outcome = {"Sent": MarkOutcome.SENT, "Not sent": MarkOutcome.REFUSED}[folder]
        _, _, words = node["description"].rpartition(f": {outcome.value}: ")
        return outcome, words.removesuffix("]")

    def properties(self, person: httpx.Client, node: object) -> Mapping[str, Any]:
        return properties_in(person.get(f"/v2/nodes/{node}"))


Way = TypeVar("Way", bound=XecmOutbound)


class Opening:
    """Opens one way of marking in a test's own folder; whoever made it closes what was opened."""

    def __init__(self, folder: Path, opened: ExitStack) -> None:
        self._folder = folder
        self._opened = opened

    def __call__(self, way: type[Way], **how: Any) -> Way:
        return self._opened.enter_context(closing(way(home=self._folder, **how)))


def as_body(value: Mapping[str, object]) -> dict[str, str]:
    return {"body": json.dumps(value)}


def done(answer: httpx.Response) -> dict[str, Any]:
    """What a call that must succeed answers."""
    assert answer.is_success, answer.text
    said: dict[str, Any] = answer.json()
    return said


def properties_in(answer: httpx.Response) -> Mapping[str, Any]:
    found: Mapping[str, Any] = done(answer)["results"]["data"]["properties"]
    return found
