"""Odd values for every field of every call: the simulated Extended ECM refuses them and never breaks."""

import json
import random
import re
from typing import Any

import pytest

from faxrouter_simulators.xecm.api import ENDPOINTS
from faxrouter_simulators.xecm.endpoints import Endpoint
from opentext.at_work import PDF, XecmAtWork

CALLS = 400
FIELDS = (
    "name", "type", "parent_id", "original_id", "description", "roles", "ids", "names", "permissions", "right_id",
    "apply_to", "permissions_array", "category_id", "categories", "class_id", "hold_id", "rm_metadataToken", "official",
    "essential", "rsi", "action", "custom_action", "values", "assignee", "comment", "workflow_id", "doc_ids", "data",
    "add_assignment", "status", "where", "lookfor", "number_to_keep", "nickname", "template_id", "wksp_type_id",
    "ext_system_id", "bo_type", "rel_bw_id", "rel_type", "id", "member_id", "bw_id", "docNodeId", "document_name",
    "classification_id", "stage", "objectType", "eventType", "name_multilingual", "reserved_user_id", "url", "limit",
    "page", "sort", "fields", "where_type", "where_name", "kind", "wstatus", "task_id", "process_id", "doc_id", "bo_id",
)  # fmt: skip
ODD: tuple[Any, ...] = (
    None, "", 0, -1, "x", [], {}, [1], ["x"], {"a": 1}, True, 1.5, "[1,2]", "{1}", "null", "2026-01-01", "see", ["see"],
    [{}], {"id": 1}, [{"id": 1, "action": "add"}], {"categories": {"1_2": 1, "x": [1]}}, {"categories": []},
    {"classifications": {"id": ["x"]}}, {"subject": 1, "assignees": ["x"]}, [{"right_id": "x"}],
    {"RSTYPE": "12", "RSRULE": "x", "recipients": 5}, {"RSTYPE": "12", "RSRULE": "0", "recipients": ["x"]},
)  # fmt: skip


def written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def some_call(chance: random.Random, endpoint: Endpoint, numbers: list[int]) -> tuple[str, str, dict[str, Any]]:
    """Method, path, and how it is called."""

    def place(match: re.Match[str]) -> str:
        return str(chance.choice(numbers)) if ":int" in match[0] else chance.choice(["x", "owner", "EHR"])

    path = re.sub(r"\{[^}]+\}", place, endpoint.path)
    fields = {name: chance.choice(ODD) for name in chance.sample(FIELDS, chance.randint(0, len(FIELDS)))}
    if endpoint.method == "GET":
        return "GET", path, {"params": {name: written(value) for name, value in fields.items()}}
    plain = {name: written(value) for name, value in fields.items()}
    how: dict[str, Any] = {"data": chance.choice([plain, {"body": json.dumps(fields)}])}
    if chance.random() < 0.3:
        how["files"] = {"file": ("a.pdf", PDF, "application/pdf")}
    return endpoint.method, path, how


@pytest.mark.parametrize("seed", range(3))
def test_nothing_breaks(seed: int, xecm_clinic: XecmAtWork) -> None:
    """Every answer is a success or has words that say why not; a crash would raise here."""
    chance = random.Random(seed)
    admin, fax = xecm_clinic.as_user("Admin"), xecm_clinic.as_user("svc_fax")
    workspace = fax.node_at(141, "Patients", "Ann Ash (4711)")
    numbers = [fax.created("a.pdf"), fax.inbox, workspace, fax.category("Fax"), 2000, 1000, 1005, 1, 99]

    for _ in range(CALLS):
        method, path, how = some_call(chance, chance.choice(ENDPOINTS), numbers)
        answer = chance.choice([admin, fax]).call(method, path, **how)
        assert answer.status_code == 200 or "error" in answer.json()
