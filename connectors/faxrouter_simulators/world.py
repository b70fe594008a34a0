"""The world that the simulators start with: what administrators and other systems have set up before a router comes.

One JSON object with two parts, `xecm` and `cloudfax`. Applied again, it adds what is missing and takes nothing away.
"""

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class User(_Part):
    """Somebody who may log in. An administrator may do everything."""

    name: str
    password: str
    groups: tuple[str, ...] = ()
    administrator: bool = False


class OAuthClient(_Part):
    """A service that logs in with an id and a secret, and acts as `user`."""

    id: str
    secret: str
    user: str


class Folder(_Part):
    """A folder below the Enterprise workspace. Only `groups`, and administrators, see it and what is in it."""

    path: tuple[str, ...]
    groups: tuple[str, ...] = ()


class Attribute(_Part):
    """One attribute of a category, or of a workflow map."""

    name: str
    type: Literal["text", "whole number", "number", "date", "moment", "yes/no", "choice", "set"] = "text"
    # characters
    length: int = 254
    required: bool = False
    # takes a list of values
    several: bool = False
    values: tuple[str, ...] = ()
    # of a set: the attributes of each of its rows
    attributes: "tuple[Attribute, ...]" = ()


class Category(_Part):
    name: str
    attributes: tuple[Attribute, ...] = ()


class WorkspaceType(_Part):
    """A workspace type with its template. Workspaces of it are made in the folder `location`."""

    name: str
    template: str
    location: tuple[str, ...]
    groups: tuple[str, ...] = ()
    # names of categories that every workspace of it has
    categories: tuple[str, ...] = ()
    external_system: str = ""
    object_type: str = ""


class Workspace(_Part):
    """A workspace that another system has made."""

    type: str
    name: str
    external_system: str = ""
    object_type: str = ""
    object_id: str = ""


class Step(_Part):
    """One step of a workflow map, for the members of a group."""

    name: str
    group: str
    # words of the buttons beside "Send on"
    custom_actions: tuple[str, ...] = ()


class WorkflowMap(_Part):
    name: str
    steps: tuple[Step, ...] = Field(min_length=1)
    attributes: tuple[Attribute, ...] = ()


class RecordClassification(_Part):
    """An entry of the file plan."""

    name: str
    rsi: str = ""


class Hold(_Part):
    name: str
    type: str = "Legal"
    comment: str = ""


class ExtendedEcm(_Part):
    """Extended ECM as its administrators left it."""

    version: str = "25.4"
    # answers to a duplicate name: 500 as OpenText's own client expects, or 400 as practitioners report
    duplicate_status: Literal[400, 409, 500] = 500
    # seconds
    session_timeout: float = 7200.0
    # seconds until the search index knows of a change
    index_lag: float = 2.0
    users: tuple[User, ...] = ()
    groups: tuple[str, ...] = ()
    oauth_clients: tuple[OAuthClient, ...] = ()
    folders: tuple[Folder, ...] = ()
    categories: tuple[Category, ...] = ()
    workspace_types: tuple[WorkspaceType, ...] = ()
    workspaces: tuple[Workspace, ...] = ()
    workflow_maps: tuple[WorkflowMap, ...] = ()
    record_classifications: tuple[RecordClassification, ...] = ()
    holds: tuple[Hold, ...] = ()


class Account(_Part):
    """A Cloud Fax account."""

    name: str
    password: str


class Tenant(_Part):
    """A tenant of the OpenText Cloud Platform, whose client may use the account `account`."""

    id: str
    client_id: str
    client_secret: str
    account: str


class CloudFax(_Part):
    """Cloud Fax as the customer was set up in it."""

    accounts: tuple[Account, ...] = ()
    tenants: tuple[Tenant, ...] = ()
    # days after which a finished job is forgotten
    purge_after: float = 3.0
    # seconds between the steps of a delivery
    pace: float = 0.2


class World(_Part):
    xecm: ExtendedEcm = ExtendedEcm()
    cloudfax: CloudFax = CloudFax()


def read_world(path: Path) -> World:
    """Raises OSError, and pydantic's ValidationError."""
    return World.model_validate_json(path.read_bytes())
