"""What `[connectors.NAME]` of `faxrouter.toml` may say with `use = "xecm"`.

`Guesses` holds everything about the wire that no source confirms ([G] and [U] of `docs/opentext.md`): a site whose
server does otherwise writes it there, and no code changes.
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr

from faxrouter_connectors.opening import OptionsTable, Text
from faxrouter_connectors.xecm.outbound_options import OutboundOptions


class PasswordIdentity(OptionsTable):
    """A user of Content Server, or of Directory Services (`through = "directory"`)."""

    user: Text
    password: SecretStr
    through: Literal["content server", "directory"] = "content server"


class ClientIdentity(OptionsTable):
    """An OAuth client of Directory Services."""

    client_id: Text
    client_secret: SecretStr


class BearerIdentity(OptionsTable):
    """A token that somebody else renews; sent with every call."""

    bearer: SecretStr


Identity = PasswordIdentity | ClientIdentity | BearerIdentity


class TaskAttributes(OptionsTable):
    """Which attribute of a workflow map takes which part of a task; a map without the attribute does without."""

    queue: str = "Queue"
    kind: str = "Kind"
    due: str = "Due"
    priority: str = "Priority"
    rules: str = "Rules"
    escalate_to: str = "Escalate to"


class Guesses(OptionsTable):
    """[G] what is likely, and may be otherwise on a site's server."""

    # of answers that mean "already exists", where their text says so (facts A2)
    duplicate_statuses: tuple[int, ...] = (400, 409, 500)
    # holds of one node; `{node}` is its id (facts A6)
    node_holds: str = "/v1/nodes/{node}/holds"
    # volumes below which the file plan stands, by their type (facts A2)
    file_plan_volumes: tuple[int, ...] = (550, 198)
    # of a classification that is a record class (facts A2)
    record_classification_type: int = 551
    # of the workflow status words of facts A5, those of a process that nobody works on any more
    closed_statuses: tuple[str, ...] = ("completed", "stopped", "archived", "deleted")
    # where a person looks at a node
    node_address: str = "/app/nodes/{node}"
    # what the search calls an attribute of a category; `{key}` is its key, as 12345_2 (facts A7)
    attribute_region: str = "Attr_{key}"
    # what sends on a workflow task that has no actions of its own (facts A5)
    send_on: str = "SendOn"


class XecmOptions(OptionsTable):
    # https://ecm.example.org
    url: Text
    base_path: str = "/cs/cs"
    # of Directory Services, where it is another host
    directory: str | None = None
    # a file of certificates to trust besides the system's own; relative to the home
    authorities: Path | None = None
    proxy: str | None = None
    # seconds
    timeout: float = Field(default=60.0, gt=0, le=600)
    calls_per_second: float = Field(default=100.0, gt=0)
    burst: int = Field(default=100, gt=0)
    # one for everybody, or one a department
    identity: Identity | None = None
    identities: dict[str, Identity] = Field(default_factory=dict)
    # the folder below the Enterprise workspace in which the paths of named workspaces begin
    root: tuple[Text, ...] = ()
    # whether the folders of named workspaces are made where they are missing
    create_folders: bool = False
    # whether a hold that a rule names is made where it is missing
    create_holds: bool = True
    # the folder, below `root`, of the folders in which each department's tasks are kept
    tasks_in: tuple[Text, ...] = ("Fax tasks",)
    # the workflow map for queues that name none
    task_map: Text = "Fax task"
    task_attributes: TaskAttributes = TaskAttributes()
    # the configured type of reminders (facts A5)
    reminder_type: Text = "12"
    # how people mark documents for faxing; without this table nobody is asked
    outbound: OutboundOptions | None = None
    guesses: Guesses = Guesses()
