"""A fax job as a client asks for it. Fields that are not named here are accepted and have no effect, as `reports`."""

import base64
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError


def _decoded(text: object) -> bytes:
    if not isinstance(text, str) or not text:
        raise ValueError("base64 text is missing")
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        raise ValueError("it is not base64") from None


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class Destination(_Part):
    fax: str = Field(min_length=1)
    ref: str = ""


class Document(_Part):
    name: str = Field(min_length=1)
    # `text` is seen in a published sample; the other two are [G]
    type: Literal["text", "pdf", "tiff"]
    data: Annotated[bytes, BeforeValidator(_decoded)]


class CoverSheet(_Part):
    """Adds a page."""

    enabled: bool = True
    name: str = ""
    sender: str = Field(default="", alias="from")
    subject: str = ""


class TranslationOptions(_Part):
    # `fine` is seen; `standard` is [G]
    fax_mode: Literal["standard", "fine"] = "standard"
    page_orientation: str = ""


class Options(_Part):
    # at most as long as in the SOAP twin
    message_id: str | None = Field(default=None, max_length=80)
    billing_code: str = ""
    customer_reference: str = ""
    # an attempt that has not begun by then never does
    end_time: AwareDatetime | None = None
    coversheet: CoverSheet | None = None
    translation_options: TranslationOptions | None = None


class Submission(_Part):
    destinations: tuple[Destination, ...] = Field(min_length=1)
    documents: tuple[Document, ...] = Field(min_length=1)
    options: Options = Options()


def read_submission(body: bytes) -> Submission | str:
    """The submission, or what is wrong with it: the fields and why, never their content."""
    try:
        return Submission.model_validate_json(body)
    except ValidationError as err:
        found = err.errors(include_input=False, include_url=False, include_context=False)
        return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'body'}: {one['msg']}" for one in found)
