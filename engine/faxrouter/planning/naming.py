"""Names and keys that planning makes: document names, idempotency keys, keys of cases and tasks. Deterministic."""

import hashlib
import json
import re
from datetime import datetime
from zoneinfo import ZoneInfo

from faxrouter.language.text_filters import one_line
from faxrouter.model.fax import Document, Fax

# Extended ECM: at most 248 characters and no colon; file systems: no slash
LONGEST_NAME = 248
_FORBIDDEN = re.compile(r'[:/\\<>"|?*]')
_PLAIN_MEMBER = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_LONGEST_ID = 100
_EXTENSIONS = {"image/tiff": ".tif", "application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


def action_key(fax: Fax, document: Document, operation: str, member: str = "") -> str:
    """`fax:document:operation[:member]`: the same for the same plan, another for every other action of the fax.

    A member that is not a plain word is written as a hash, so that a key shows no rule text and no content.
    """
    key = f"{fax.fax_id}:{document.document_id}:{operation}"
    if not member:
        return key
    return f"{key}:{member if _PLAIN_MEMBER.fullmatch(member) else '~' + short_hash(member)}"


def short_hash(value: object) -> str:
    """64 bits of the sha256 of a JSON value, in hex."""
    written = json.dumps(value, sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.sha256(written.encode()).hexdigest()[:16]


def document_name(fax: Fax, document: Document, *, zone: str) -> str:
    """`Fax 2026-03-01 09.30 FAX-17-1.tif`: the local time of receipt, and the document's id, which makes it unique."""
    received = fax.received_at.astimezone(ZoneInfo(zone))
    own = document.document_id
    identity = own if own.startswith(fax.fax_id) else f"{fax.fax_id} {own}"
    safe = _FORBIDDEN.sub("-", one_line(identity)).strip(". ")
    if safe != identity or len(safe) > _LONGEST_ID:
        # what was changed for the sake of the name may not make two documents alike
        safe = f"{safe[:_LONGEST_ID]} {short_hash(identity)}".strip()
    return f"Fax {_stamp(received)} {safe}{_EXTENSIONS.get(document.media_type, '')}"


def is_workspace_name(name: str) -> bool:
    """Whether a records system can hold it as it stands; a name is never bent, or two cases could share a workspace."""
    return bool(name) and len(name) <= LONGEST_NAME and ":" not in name and one_line(name) == name


def _stamp(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H.%M}"
