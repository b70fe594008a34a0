"""What `[connectors.NAME]` of `faxrouter.toml` may say with `use = "cloudfax"`.

`Guesses` holds what no source confirms of the wire ([G] and [U] of `docs/opentext.md`); the inbound body, of which
nothing is confirmed at all, is a file of its own (`inbound`), so that a site corrects it without code.
"""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from faxrouter_connectors.cloudfax.mapping import InboundMapping

Text = Annotated[str, StringConstraints(min_length=1)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AccountLogin(_Table):
    """A Fax2Mail or EasyLink account, with every call."""

    user: Text
    password: SecretStr


class TenantLogin(_Table):
    """A client of a tenant of the OpenText Cloud Platform."""

    tenant: Text
    client_id: Text
    client_secret: SecretStr
    # where its tokens come from
    token_url: Text = "https://us.api.opentext.com"


class Guesses(_Table):
    """[G] what is likely, and may be otherwise."""

    # `{document}` is the inbound document's id
    acknowledge: str = "/mra/v1/inbound/documents/{document}"
    # `{job}` is the outbound job's id
    cancel: str = "/mra/v1/outbound/faxes/{job}"
    # the service takes a second submit with one `message_id` for the first one, as its SOAP twin does
    message_id_is_unique: bool = True
    # media type → the service's word for the type of a document
    document_types: dict[str, str] = Field(default_factory=lambda: {"application/pdf": "pdf", "image/tiff": "tiff"})


class WebhookOptions(_Table):
    """Who may tell us that a job changed."""

    # the last part of the address; only the service knows it
    secret: SecretStr
    # networks from which calls are taken
    allow: tuple[IPv4Network | IPv6Network, ...] = Field(min_length=1)


class CloudFaxOptions(_Table):
    # https://api.us.cloudmessaging.opentext.com
    url: Text
    login: AccountLogin | TenantLogin
    # what the body of an inbound fax means; written as {yaml = "cloudfax-inbound.yaml"}
    inbound: InboundMapping | None = None
    # seconds for which a fax that was fetched stays hidden: more than the worst case of filing it
    hold_sec: int = Field(default=3600, ge=5, le=3600)
    # of an administrator who fetches for a group, or for every user of the customer
    group_no: str | None = None
    customer: bool = False
    domain: str | None = None
    # a table of disposition codes to use instead of the shipped one; relative to the home
    gamma_codes: Path | None = None
    # a file of certificates to trust besides the system's own; relative to the home
    authorities: Path | None = None
    proxy: str | None = None
    # seconds
    timeout: float = Field(default=120.0, gt=0, le=600)
    calls_per_second: float = Field(default=50.0, gt=0)
    burst: int = Field(default=50, gt=0)
    webhook: WebhookOptions | None = None
    guesses: Guesses = Guesses()
