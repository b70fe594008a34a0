"""The form with the values of a workflow, in a draft and in every task of it."""

from faxrouter_simulators.xecm.asked import Json
from faxrouter_simulators.xecm.definitions import definitions
from faxrouter_simulators.xecm.maps import FORM, form_id
from faxrouter_simulators.xecm.processes import Process
from faxrouter_simulators.xecm.server import ContentServer
from faxrouter_simulators.xecm.values import shown

_TYPES = {"whole number": "integer", "number": "number", "yes/no": "boolean"}


def values_form(server: ContentServer, found: Process) -> Json:
    """Title and due date first, then the attributes under the names that `formUpdate` takes."""
    defined = [one for one in definitions(server, found.map) if one.type != "set"]
    values = shown(defined, found.filled)
    data: Json = {f"{FORM}_Title": found.title, f"{FORM}_WorkflowDueDate": found.due_date}
    properties: Json = {
        f"{FORM}_Title": {"maxLength": 248, "readonly": False, "required": True, "title": "Title", "type": "string"},
        f"{FORM}_WorkflowDueDate": {"format": "date", "required": False, "title": "Due date", "type": "string"},
    }
    for definition in defined:
        key = form_id(definition)
        data[key] = values.get(definition.key.replace("_x_", "_1_"))
        properties[key] = {
            "readonly": False,
            "required": definition.required,
            "title": definition.name,
            "type": "array" if definition.several else _TYPES.get(definition.type, "string"),
            **({"enum": list(definition.choices)} if definition.choices else {}),
        }
    return {"data": data, "options": {"fields": {}}, "schema": {"properties": properties, "type": "object"}}
