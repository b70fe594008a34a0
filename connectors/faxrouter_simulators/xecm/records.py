"""Records management on nodes: RM classifications that add up, record details under a token, security clearances."""

import json
import secrets
from sqlite3 import Row

from faxrouter_simulators.store import as_json
from faxrouter_simulators.xecm import envelopes
from faxrouter_simulators.xecm.asked import Asked, Json, true
from faxrouter_simulators.xecm.chronicle import RECORD_CLASSIFIED, record
from faxrouter_simulators.xecm.endpoints import Endpoint
from faxrouter_simulators.xecm.locks import refuse_official
from faxrouter_simulators.xecm.nodes import Node, below, node, volume
from faxrouter_simulators.xecm.refusals import NO_RECORD, NO_SUCH_CLASSIFICATION, UNKNOWN_CODE, WRONG_TOKEN
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.subtypes import RECORDS_VOLUME

# the codes of a fresh installation; ACTIVE, NR and EL are facts, the others [G]
CODES = {
    "file_status": {"ACTIVE": "Active", "CLOSED": "Closed", "INACTIVE": "Inactive"},
    "essential": {"NR": "Not required", "VR": "Vital record"},
    "storage": {"EL": "Electronic", "PA": "Paper"},
}
_UNUSED = (
    "accession", "addressee", "cycle_period", "establishment", "last_review_date", "next_review_date", "originator",
    "received_date", "sent_to", "subject",
)  # fmt: skip


def read_details(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    details = _details(server, found.id)
    filed = volume(server, RECORDS_VOLUME)
    data = [_data(server, found.id, details)] if details is not None else []
    return {
        "canBeUnclassified": details is not None,
        "canFinalize": details is not None and not details["official"],
        "canRMClassify": True,
        "canRemoveClass": details is not None,
        "classVolumeID": None if filed is None else filed.id,
        "data": data,
        "definitions": {},
        "fields_order": list(data[0]) if data else [],
        "haveFAtoClassify": True,
        "inherit_from": False,
        "multiClass": True,
        "rm_metadataToken": "" if details is None else details["token"],
        "showTab": True,
        "updateRSIWithRecordType": 0,
        "vitalRecordCodes": [],
    }


def _data(server: ContentServer, number: int, details: Row) -> Json:
    classes = [
        row["class"]
        for row in server.store.rows("SELECT class FROM record_classes WHERE node = ? ORDER BY number", number)
    ]
    primary = server.store.row("SELECT file_number FROM record_classifications WHERE node = ?", classes[0])
    return {
        "inherited_rmclassification_id": None,
        "default_rmclassification_id": None,
        "multiple_classifications": classes,
        "rmclassification_id": classes[0],
        "file_number": "" if primary is None else primary["file_number"],
        "rsi": details["rsi"] or None,
        "record_date": details["record_date"],
        "file_status": details["file_status"],
        "status_date": details["status_date"],
        "essential": details["essential"],
        "official": bool(details["official"]),
        "storage": details["storage"],
        **dict.fromkeys(_UNUSED),
    }


def _details(server: ContentServer, number: int) -> Row | None:
    return server.store.row("SELECT * FROM record_details WHERE node = ?", number)


def apply_classification(server: ContentServer, asked: Asked) -> Json:
    """One more class, where it is not there yet; with a token, another one in place of the primary class."""
    found = node(server, asked.caller, asked.place["node"], to="edit_attributes")
    number = asked.number("class_id")
    known = server.store.row("SELECT * FROM record_classifications WHERE node = ?", number)
    if known is None:
        raise NO_SUCH_CLASSIFICATION.refusal(id=number)
    token = asked.fields.get("rm_metadataToken")
    inner = below(server, found.id) if true(asked.fields.get("apply_to_sub_items", False)) else []
    for one in (found, *inner):
        _classify(server, asked, one, known, token=str(token) if token and one is found else None)
    return {}


def _classify(server: ContentServer, asked: Asked, found: Node, known: Row, *, token: str | None) -> None:
    refuse_official(server, found)
    details = _details(server, found.id)
    if token is not None:
        _check_token(details, token)
        server.store.execute(
            "DELETE FROM record_classes WHERE node = ? AND (number = 1 OR class = ?)", found.id, known["node"]
        )
    taken = server.store.rows("SELECT number, class FROM record_classes WHERE node = ?", found.id)
    if known["node"] in [row["class"] for row in taken]:
        return
    place = 1 if token is not None else 1 + max((row["number"] for row in taken), default=0)
    server.store.insert("record_classes", node=found.id, number=place, **{"class": known["node"]})
    if details is None:
        today = f"{server.now():%Y-%m-%d}T00:00:00"
        server.store.insert(
            "record_details",
            node=found.id,
            token=secrets.token_hex(16),
            rsi=known["rsi"],
            record_date=today,
            file_status="ACTIVE",
            status_date=today,
            essential="NR",
            storage="EL",
        )
    elif token is not None:
        _change(server, found.id, {"rsi": known["rsi"]})
    effect = "record reclassified" if token is not None else "record classified"
    record(server, asked.caller, effect, found.id, event=RECORD_CLASSIFIED, classification=known["node"])


def update_details(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"], to="edit_attributes")
    details = _details(server, found.id)
    if details is None:
        raise NO_RECORD.refusal()
    _check_token(details, str(asked.fields.get("rm_metadataToken") or ""))
    changes: Json = {}
    for name, codes in CODES.items():
        value = asked.fields.get(name)
        if value is not None:
            if value not in codes:
                raise UNKNOWN_CODE.refusal(value=value, field=name)
            changes[name] = value
    rsi = asked.fields.get("rsi")
    if rsi is not None:
        if rsi and server.store.row("SELECT 1 FROM rsis WHERE name = ?", rsi) is None:
            raise UNKNOWN_CODE.refusal(value=rsi, field="rsi")
        changes["rsi"] = rsi
    if asked.fields.get("official") is not None:
        changes["official"] = true(asked.fields["official"])
    elif details["official"]:
        refuse_official(server, found)
    _change(server, found.id, changes)
    record(server, asked.caller, "record updated", found.id, changes=changes)
    return {}


def _check_token(details: Row | None, token: str) -> None:
    if details is None or details["token"] != token:
        raise WRONG_TOKEN.refusal()


def _change(server: ContentServer, number: int, changes: Json) -> None:
    """Every change makes a new token."""
    values = {**changes, "token": secrets.token_hex(16)}
    if "file_status" in changes:
        values["status_date"] = f"{server.now():%Y-%m-%d}T00:00:00"
    names = ", ".join(f"{name} = ?" for name in values)
    server.store.execute(f"UPDATE record_details SET {names} WHERE node = ?", *values.values(), number)


def read_codes(_server: ContentServer, asked: Asked) -> Json:
    codes = {
        kind: [{"code": code, "description": description} for code, description in known.items()]
        for kind, known in CODES.items()
    }
    return envelopes.one(asked, {"data": codes})


def read_clearance(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"])
    row = server.store.row("SELECT * FROM clearances WHERE node = ?", found.id)
    level, markings = (None, "[]") if row is None else (row["level"], row["markings"])
    return {"data": {"clearance_level": level, "supplemental_markings": json.loads(markings)}}


def set_clearance(server: ContentServer, asked: Asked) -> Json:
    found = node(server, asked.caller, asked.place["node"], to="edit_attributes")
    markings = as_json(asked.fields.get("supplemental_markings") or [])
    server.store.execute(
        "INSERT OR REPLACE INTO clearances VALUES (?, ?, ?)", found.id, asked.maybe("clearance_level"), markings
    )
    record(server, asked.caller, "security clearance set", found.id)
    return {}


def import_settings(server: ContentServer, asked: Asked) -> Json:
    """Taken and written down; what is in the file has no effect here."""
    name = "" if asked.file is None else asked.file.name
    sha256 = "" if asked.file is None else server.store.keep(asked.file.content)
    kind = asked.path.rsplit("/", 2)
    server.store.effect("settings imported", "/".join(kind[1:]), actor=asked.caller.name, file=name, sha256=sha256)
    return {}


ENDPOINTS = (
    Endpoint("GET", "/v1/nodes/{node:int}/rmclassifications", read_details),
    Endpoint("POST", "/v1/nodes/{node:int}/rmclassifications", apply_classification),
    Endpoint("PUT", "/v1/nodes/{node:int}/rmclassifications", update_details),
    Endpoint("GET", "/v1/nodes/{node:int}/securityclearances", read_clearance),
    Endpoint("POST", "/v1/nodes/{node:int}/securityclearances", set_clearance),
    Endpoint("PUT", "/v1/nodes/{node:int}/securityclearances", set_clearance),
    Endpoint("GET", "/v2/recordsmanagement/rmcodes", read_codes),
    Endpoint("POST", "/v1/recordsmanagement/importSettings", import_settings),
    Endpoint("POST", "/v1/recordsmanagement/importCodes", import_settings),
    Endpoint("POST", "/v1/recordsmanagement/importRSIs", import_settings),
    Endpoint("POST", "/v1/physicalobjects/importSettings", import_settings),
    Endpoint("POST", "/v1/physicalobjects/importCodes", import_settings),
    Endpoint("POST", "/v1/physicalobjects/importLocators", import_settings),
    Endpoint("POST", "/v1/securityclearances/importCodes", import_settings),
)
