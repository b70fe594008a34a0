"""What the answers of the Messaging REST API have in common: how they tell time, give back text, and refuse."""

import base64
from datetime import UTC, datetime

from starlette.responses import JSONResponse

# the only code that is known: there is nothing about this job (EasyLink's SOAP twin)
NO_SUCH_JOB = 2060


def wire_time(moment: datetime) -> str:
    """`2026-11-20T10:50:51.000Z`, as in the published samples. These texts sort like the moments that they name."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def encoded(text: str) -> str:
    """A client's own text comes back in base64."""
    return base64.b64encode(text.encode()).decode("ascii")


def error_body(message: str, *, code: int | None = None) -> dict[str, object]:
    """[G] Published is only that an error is JSON with a message of its own."""
    return {"error": {"message": message} if code is None else {"code": code, "message": message}}


def refusal(status: int, message: str, *, code: int | None = None) -> JSONResponse:
    return JSONResponse(error_body(message, code=code), status_code=status)
