"""The OpenText connectors under test, each against its simulated system on a real socket, with the hands of the outside
world: a fax arrives, a person closes a task, a lease ends.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from faxrouter.model.transmission import TransmissionState
from faxrouter.ports import Connector, WebhookCall
from faxrouter_connectors import cloudfax, xecm
from faxrouter_simulators.serving import LoopbackServer
from faxrouter_simulators.simulators import Simulators
from faxrouter_simulators.world import (
    Account,
    Attribute,
    Category,
    CloudFax,
    ExtendedEcm,
    Folder,
    RecordClassification,
    Step,
    User,
    WorkflowMap,
    WorkspaceType,
    World,
)
from implementations import SteppedClock, settings_of

INBOUND = {
    "language": "1",
    "document id": "document_id",
    "content": "document.data",
    "name": "document.name",
    "received at": "fax.received_time",
    "facts": {
        "our_number": "fax.dnis",
        "their_number": "fax.ani",
        "sender_station": "fax.rcsid",
        "pages": "fax.pages",
    },
    "more facts": "index",
}
GAMMA_CODES = """code,obstacle,words
0,,sent
2004,invalid number,the number cannot be dialled
5000,cancelled,cancelled
9101,busy,the line is busy
9102,no answer,nobody answers
9103,partial,the line broke in the middle
9104,invalid number,the number is dead
9105,not permitted,the account may not call it
9106,partial,the last page was not confirmed
9107,conversion,the document cannot be converted
"""
# the shortest lease that the service gives
HOLD = 5
SECRET = "a secret path"
DEPARTMENTS = ("clinic", "claims", "legal")


def _text(*names: str, length: int = 254) -> tuple[Attribute, ...]:
    return tuple(Attribute(name=name, length=length) for name in names)


WORLD = World(
    cloudfax=CloudFax(accounts=(Account(name="router", password="fax password"),), pace=0.0),
    xecm=ExtendedEcm(
        users=(
            User(name="admin", password="admin password", administrator=True),
            User(name="svc", password="svc password", groups=DEPARTMENTS),
            User(name="clerk", password="clerk password", groups=("Clerks", *DEPARTMENTS)),
        ),
        groups=("Clerks", "Clinic intake", "clinic-lead", *DEPARTMENTS),
        folders=(
            *(
                Folder(path=path, groups=(owner,))
                for path, owner in (
                    (("Clinic",), "clinic"),
                    (("Clinic", "Nursing"), "clinic"),
                    (("Clinic", "Referrals"), "clinic"),
                    (("Claim",), "claims"),
                    (("Claim", "Nursing"), "claims"),
                    (("Claim=Nursing",), "claims"),
                    (("Workspaces",), "claims"),
                    (("Workspaces", "Claim"), "claims"),
                    (("Workspaces", "Legal claim"), "legal"),
                )
            ),
            Folder(path=("Fax tasks",), groups=DEPARTMENTS),
            *(Folder(path=("Fax tasks", one), groups=(one,)) for one in DEPARTMENTS),
        ),
        categories=(
            Category(
                name="Fax",
                attributes=(
                    *_text("Sender number", length=32),
                    *_text("Patient", "Case"),
                    Attribute(name="Pages", type="whole number"),
                    Attribute(name="Kind", type="choice", values=("Referral", "Consent")),
                ),
            ),
        ),
        workspace_types=(
            WorkspaceType(
                name="Claim", template="Claim template", location=("Workspaces", "Claim"), groups=("claims",)
            ),
            WorkspaceType(
                name="Legal claim",
                template="Claim template",
                location=("Workspaces", "Legal claim"),
                groups=("legal",),
            ),
        ),
        workflow_maps=(
            WorkflowMap(
                name="Fax task",
                steps=(Step(name="Do it", group="Clerks"),),
                attributes=_text("Queue", "Kind", "Due", "Priority", "Rules", "Escalate to"),
            ),
            WorkflowMap(
                name="Critical result",
                steps=(Step(name="Call", group="Clerks"),),
                attributes=_text("Queue", "Kind", "step"),
            ),
        ),
        record_classifications=tuple(
            RecordClassification(name=name, rsi=name) for name in ("years_10", "case_7", "FAX-10Y")
        ),
    ),
)


@dataclass(slots=True)
class Simulated:
    """Simulators at work in a folder."""

    home: Path
    world: World = WORLD
    simulators: Simulators = field(init=False)
    server: LoopbackServer = field(init=False)
    address: str = field(init=False)

    def __post_init__(self) -> None:
        self.simulators = Simulators(self.home / "simulated", self.world)
        self.server = self.simulators.serve()
        self.address = self.server.start()

    def close(self) -> None:
        self.server.close()
        self.simulators.close()


@contextmanager
def acting_as(name: str, simulated: Simulated) -> Iterator[httpx.Client]:
    """A person's own session in Extended ECM."""
    api = f"{simulated.address}/cs/cs/api"
    login = httpx.post(f"{api}/v1/auth", data={"username": name, "password": f"{name} password"}, trust_env=False)
    ticket: dict[str, Any] = login.json()
    with httpx.Client(base_url=api, headers={"OTCSTicket": ticket["ticket"]}, trust_env=False) as client:
        yield client


@dataclass(slots=True)
class CloudFaxImplementation:
    """Cloud Fax as fax service and fax sender."""

    home: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    knows_strangers: bool = False
    longest_name: int | None = None
    simulated: Simulated = field(init=False)
    connector: Connector = field(init=False)
    hands: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.simulated = Simulated(self.home)
        self.hands = httpx.Client(base_url=self.simulated.address, trust_env=False)
        (self.home / "codes.csv").write_text(GAMMA_CODES)
        self.connector = self._open()

    def close(self) -> None:
        self.connector.close()
        self.hands.close()
        self.simulated.close()

    def drop(self, content: bytes, *, name: str, received_at: datetime) -> None:
        answer = self.hands.post(
            "/_sim/cloudfax/faxes",
            files={"file": (name, content)},
            data={"to": "+14155550101", "name": name, "received_at": received_at.isoformat()},
        )
        assert answer.status_code == 201, answer.text

    def restart(self) -> None:
        self.connector.close()
        self.connector = self._open()

    def leases_end(self) -> None:
        """On both sides: the service hands out again what nobody deleted."""
        self.clock.pass_by(HOLD + 1)
        self.simulated.simulators.clock.advance(HOLD + 1)

    def number_that(self, state: TransmissionState) -> str:
        numbers = {
            TransmissionState.DELIVERED: "+15559990100",
            TransmissionState.FAILED: "+15559999905",
        }
        return numbers[state]

    def let_it_transmit(self, _reference: str, _state: TransmissionState) -> None:
        assert self.hands.post("/_sim/cloudfax/settle").status_code == 200

    def webhook(self, reference: str, *, secret: str | None = None, body: bytes | None = None) -> WebhookCall:
        told = f'{{"job_id": "{reference}", "job_state": ["Complete", "Posted"]}}'.encode()
        return WebhookCall(
            secret=SECRET if secret is None else secret,
            remote_address="127.0.0.1",
            headers={},
            body=told if body is None else body,
        )

    def _open(self) -> Connector:
        options: dict[str, object] = {
            "url": self.simulated.address,
            "login": {"user": "router", "password": SecretStr("fax password")},
            "inbound": INBOUND,
            "hold_sec": HOLD,
            "gamma_codes": "codes.csv",
            "webhook": {"secret": SecretStr(SECRET), "allow": ["127.0.0.0/8"]},
        }
        return cloudfax.open_connector(settings_of(self.home, self.clock, options))


@dataclass(slots=True)
class XecmImplementation:
    """Extended ECM as filing, tasks and records, with one identity for three departments."""

    home: Path
    clock: SteppedClock = field(default_factory=SteppedClock)
    longest_name: int | None = 248
    simulated: Simulated = field(init=False)
    connector: Connector = field(init=False)

    def __post_init__(self) -> None:
        self.simulated = Simulated(self.home)
        self.connector = self._open()

    def close(self) -> None:
        self.connector.close()
        self.simulated.close()

    def restart(self) -> None:
        self.connector.close()
        self.connector = self._open()

    def close_task(self, reference: str) -> None:
        """A clerk does the step of its process, which here has the number of its draft, or completes the reminder."""
        with acting_as("clerk", self.simulated) as person:
            node = person.get(f"/v2/nodes/{reference}").json()["results"]["data"]["properties"]
            found = re.search(r"\((draft|process|reminder) (\d+)", node["description"])
            assert found is not None, node
            what, number = found.groups()
            if what == "reminder":
                done = person.put(f"/v2/nodes/{reference}/followups/{number}", data={"status": "2"})
            else:
                path = f"/v2/processes/{number}/subprocesses/{number}/tasks/1"
                done = person.put(path, data={"body": '{"action": "SendOn"}'})
            assert done.is_success, done.text

    def _open(self) -> Connector:
        options: dict[str, object] = {
            "url": self.simulated.address,
            "identity": {"user": "svc", "password": SecretStr("svc password")},
        }
        return xecm.open_connector(settings_of(self.home, self.clock, options))
