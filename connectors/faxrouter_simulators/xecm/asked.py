"""One call to the simulated Content Server, read and laid out: place, query, form, the JSON in it, file, caller.

The real server reads form fields and never a JSON body; a call with a JSON body looks to it like one without fields.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from faxrouter_simulators.xecm.refusals import BAD_FIELD, MISSING_FIELD

Json = dict[str, Any]

# bytes; Starlette's own limit would refuse a `body` of more than one MiB
_LARGEST_PART = 64 * 1024 * 1024
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks. `members` are the caller and every group that the caller is in, directly or not."""

    id: int
    name: str
    administrator: bool
    members: frozenset[int]


NOBODY = Caller(id=0, name="", administrator=False, members=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    # from /api on
    path: str
    place: Mapping[str, Any]
    query: Mapping[str, list[str]]
    # plain fields; a field that is sent again is a list
    form: Mapping[str, Any]
    # what the field `body` holds
    body: Json | None
    file: Upload | None
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    caller: Caller = NOBODY

    @property
    def fields(self) -> Mapping[str, Any]:
        """The fields of the call, whichever way they came."""
        return self.form if self.body is None else {**self.form, **self.body}

    def option(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        values = self.query.get(name)
        return values[0] if values else default

    def options(self, name: str) -> list[str]:
        """Every value of a query parameter: repeated, as `[1,2]`, or as `{1,2}`."""
        return [one for value in self.query.get(name, []) for one in listed(value)]

    def text(self, name: str) -> str:
        """A field that must be there. Raises Refusal."""
        value = self.fields.get(name)
        if value is None or value == "":
            raise MISSING_FIELD.refusal(name=name)
        return str(value)

    def needs(self, *names: str) -> None:
        """Raises Refusal when none of the fields came: so does a call whose body is JSON."""
        if not any(name in self.fields for name in names):
            raise MISSING_FIELD.refusal(name=names[0])

    def number(self, name: str) -> int:
        """Raises Refusal when it is missing or no whole number."""
        return whole(self.text(name), name)

    def maybe(self, name: str) -> int | None:
        """A number that may be missing."""
        value = self.fields.get(name)
        return None if value is None or value == "" else whole(value, name)

    def numbers(self, name: str) -> list[int]:
        """Numbers that came as a list, as repeated fields, or as text with commas."""
        value = self.fields.get(name)
        values = value if isinstance(value, list) else [] if value is None else listed(str(value))
        return [whole(one, name) for one in values]

    def inner(self, name: str) -> Any:
        """A field that holds JSON: within `body`, or as text of its own. None when missing. Raises Refusal."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError as err:
            raise BAD_FIELD.refusal(name=name) from err

    def inner_object(self, name: str) -> Json:
        """A field that holds an object; empty when it is missing. Raises Refusal."""
        return object_in(self.inner(name), name)

    def inner_list(self, name: str) -> list[Any]:
        """A field that holds a list; empty when it is missing. Raises Refusal."""
        value = self.inner(name)
        if not isinstance(value, list | None):
            raise BAD_FIELD.refusal(name=name)
        return value or []


def object_in(value: object, name: str) -> Json:
    """Raises Refusal for what is neither an object nor missing."""
    if not isinstance(value, dict | None):
        raise BAD_FIELD.refusal(name=name)
    return value or {}


def whole(value: object, name: str) -> int:
    """Raises Refusal for what is no whole number."""
    try:
        return int(str(value).strip())
    except ValueError as err:
        raise BAD_FIELD.refusal(name=name) from err


def true(value: object) -> bool:
    """`True`, `true` and `1`: clients in Python send the first."""
    return str(value).lower() in ("true", "1")


def listed(text: str) -> list[str]:
    """`a`, `a,b`, `[a,b]`, `{a,b}` and `{'a','b'}`: the spellings of a list that are in use."""
    stripped = text.strip().strip("[]{}")
    return [one.strip().strip("'\"") for one in re.split(",", stripped) if one.strip()]


async def read_asked(request: Request, *, prefix: str) -> Asked:
    """Raises Refusal for a `body` that is no JSON object."""
    query: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        query.setdefault(name, []).append(value)
    form: dict[str, Any] = {}
    file: Upload | None = None
    if request.method != "GET" and request.headers.get("content-type", "").startswith(_FORMS):
        parts = await request.form(max_part_size=_LARGEST_PART)
        for name, part in parts.multi_items():
            if isinstance(part, UploadFile):
                media_type = part.content_type or "application/octet-stream"
                file = Upload(name=part.filename or "", media_type=media_type, content=await part.read())
            elif name not in form:
                form[name] = part
            else:
                form[name] = [*(form[name] if isinstance(form[name], list) else [form[name]]), part]
    return Asked(
        path=request.url.path.removeprefix(prefix),
        place=request.path_params,
        query=query,
        form={name: value for name, value in form.items() if name != "body"},
        body=_object(form["body"]) if "body" in form else None,
        file=file,
        headers=request.headers,
        cookies=request.cookies,
    )


def _object(text: str) -> Json:
    try:
        value = json.loads(text)
    except (TypeError, ValueError) as err:
        raise BAD_FIELD.refusal(name="body") from err
    if not isinstance(value, dict):
        raise BAD_FIELD.refusal(name="body")
    return value
