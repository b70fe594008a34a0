"""[G] How a fax leaves the queue: the only place that knows. The published pages do not show the body."""

import base64
from collections.abc import Callable, Mapping
from urllib.parse import quote

from starlette.responses import JSONResponse, Response

from faxrouter_simulators.cloudfax.queue import QueuedFax
from faxrouter_simulators.store import as_json

_MEDIA_TYPES = {"tiff": "image/tiff", "pdf": "application/pdf"}


def _assumed(fax: QueuedFax, content: bytes) -> Response:
    """The working assumption of `docs/opentext.md`. `index` is simulated only: what a recognition service would add."""
    call = {"dnis": fax.dnis, "ani": fax.ani, "rcsid": fax.rcsid}
    body: dict[str, object] = {
        "document_id": fax.document_id,
        "job_id": fax.job_id,
        "fax": {
            **{key: value for key, value in call.items() if value is not None},
            "pages": fax.pages,
            "received_time": fax.received_time,
        },
        "document": {"name": fax.name, "type": fax.type, "data": base64.b64encode(content).decode("ascii")},
    }
    if fax.index is not None:
        body["index"] = fax.index
    return JSONResponse(body)


def _renamed(fax: QueuedFax, content: bytes) -> Response:
    """The same under other names: flat, the numbers of the call as texts, the document in a list."""
    body: dict[str, object] = {
        "inboundId": fax.document_id,
        "jobId": fax.job_id,
        "calledNumber": fax.dnis,
        "callerNumber": fax.ani or "",
        "remoteId": fax.rcsid or "",
        "pageCount": str(fax.pages),
        "receivedAt": fax.received_time,
        "files": [
            {
                "fileName": fax.name,
                "contentType": _MEDIA_TYPES[fax.type],
                "content": base64.b64encode(content).decode("ascii"),
            }
        ],
    }
    if fax.index is not None:
        body["attributes"] = fax.index
    return JSONResponse(body)


def _bytes(fax: QueuedFax, content: bytes) -> Response:
    """The document itself, and everything else in headers, percent-encoded."""
    headers = {
        "X-MRA-Document-Id": fax.document_id,
        "X-MRA-Job-Id": fax.job_id,
        "X-MRA-Dnis": fax.dnis,
        "X-MRA-Ani": fax.ani,
        "X-MRA-Rcsid": fax.rcsid,
        "X-MRA-Pages": str(fax.pages),
        "X-MRA-Received-Time": fax.received_time,
        "X-MRA-Name": fax.name,
        "X-MRA-Index": None if fax.index is None else as_json(fax.index),
    }
    given = {name: quote(value, safe=" +:") for name, value in headers.items() if value is not None}
    return Response(content, media_type=_MEDIA_TYPES[fax.type], headers=given)


BODIES: Mapping[str, Callable[[QueuedFax, bytes], Response]] = {
    "assumed": _assumed,
    "renamed": _renamed,
    "bytes": _bytes,
}
