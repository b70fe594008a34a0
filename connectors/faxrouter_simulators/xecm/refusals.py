"""Why the simulated Content Server says no: every status and text in one table.

The texts are ours, and the statuses are guesses [G] unless a comment says otherwise: public sources show that the real
server answers 500 for many application errors and that its text decides, not which text and status each error has.
What clients look for is in the texts: "already exists", "does not exist", "do not have permission", "hold".
"""

from dataclasses import dataclass


class Refusal(Exception):
    """An answer that is no success; the transaction it happens in is rolled back."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error


@dataclass(frozen=True, slots=True)
class Text:
    status: int
    words: str

    def refusal(self, **named: object) -> Refusal:
        return Refusal(self.status, self.words.format(**named))


# 401 for a missing, invalid or expired ticket is a fact
NOT_AUTHENTICATED = Text(401, "Authentication required: the ticket is missing or invalid")
SESSION_EXPIRED = Text(401, "The session has expired")
WRONG_CREDENTIALS = Text(401, "Invalid username or password")
# missing and invisible give the same text: a fact
NOT_FOUND = Text(
    404, "The item cannot be accessed: either it does not exist, or you do not have permission to access it"
)
NO_SUCH_MEMBER = Text(404, "The member {id} does not exist")
NO_SUCH_NICKNAME = Text(404, 'No item with the nickname "{name}": it does not exist')
NO_SUCH_VOLUME = Text(500, "A volume of the type {type} does not exist")
# a fact: the server answers so for what its registry of mappings does not hold
NOT_MAPPED = Text(400, "The REST API URL could not be found in the mappings registry")
NOT_PERMITTED = Text(403, "You do not have permission to {what} this item")
ADMINISTRATORS_ONLY = Text(403, "You do not have permission to do that: administrators only")

MISSING_FIELD = Text(400, 'The required field "{name}" is missing')
BAD_FIELD = Text(400, 'The field "{name}" has an invalid value')
BAD_NAME = Text(400, "The name is invalid: {why}")
# its status is a setting; the words "already exists" are a fact
DUPLICATE_NAME = 'An item with the name "{name}" already exists'
LONG_DESCRIPTION = Text(400, "The description must not be longer than 255 characters")
NOT_ADDABLE = Text(400, "Items of the type {type} cannot be added here")
NOT_A_CONTAINER = Text(400, "The parent is not a container")
INTO_ITSELF = Text(400, "An item cannot be moved into itself")
NO_CONTENT = Text(400, "The item is not a document: it has no versions")
MISSING_FILE = Text(400, 'The required field "file" is missing')
NO_SUCH_VERSION = Text(404, "The version {number} does not exist")
LAST_VERSION = Text(400, "The last version cannot be deleted")
RESERVED = Text(500, "The item is reserved by another user")
NICKNAME_TAKEN = Text(500, 'The nickname "{name}" already exists')

NO_SUCH_CATEGORY = Text(500, "The category {category} does not exist")
CATEGORY_ASSIGNED = Text(500, "The category {category} already exists on this item")
CATEGORY_NOT_ASSIGNED = Text(500, "The category {category} does not exist on this item")
NO_SUCH_ATTRIBUTE = Text(500, "The attribute {key} does not exist")
VALUE_MISSING = Text(400, 'The attribute "{name}" requires a value')
VALUE_TOO_LONG = Text(400, 'The value of the attribute "{name}" must not be longer than {length} characters')
VALUE_OF_WRONG_TYPE = Text(400, 'The value of the attribute "{name}" is not valid: {type} expected')
VALUE_NOT_IN_LIST = Text(400, 'The value of the attribute "{name}" is not a valid choice')
NO_LIST_EXPECTED = Text(400, 'The attribute "{name}" must not have several values')
NOT_INHERITABLE = Text(400, "Only containers have an inheritance of categories")

NO_SUCH_WORKSPACE_TYPE = Text(404, "The workspace type {type} does not exist")
TYPE_ID_REQUIRED = Text(400, "The workspace type id is required")
REFERENCE_TAKEN = Text(500, "A workspace for the business object {object_id} already exists")
REFERENCE_UNKNOWN = Text(500, "The business object reference does not exist")
NO_SUCH_OBJECT_TYPE = Text(500, "The business object type {object_type} of {system} does not exist")
ALREADY_RELATED = Text(500, "The relationship already exists")
NOT_RELATED = Text(500, "The relationship does not exist")
NO_SUCH_SYSTEM = Text(404, "The external system {name} does not exist")

NO_SUCH_PROCESS = Text(500, "The workflow {id} does not exist, or you do not have permission to see it")
NOT_A_DRAFT = Text(500, "The draft process {id} does not exist or has already been started")
NOT_AN_ASSIGNEE = Text(403, "You do not have permission to work on this task: it is not assigned to you")
TASK_DONE = Text(500, "The task has already been completed")
UNKNOWN_ACTION = Text(400, 'The action "{action}" is not valid for this task')
ONCE_COMPLETED = Text(500, "A completed reminder must not be changed")
NO_SUCH_REMINDER = Text(404, "The reminder {id} does not exist")

NO_RECORD = Text(500, "The item has no RM classification")
NO_SUCH_CLASSIFICATION = Text(500, "The classification {id} does not exist")
WRONG_TOKEN = Text(400, "The rm_metadataToken is missing or not valid")
UNKNOWN_CODE = Text(400, '"{value}" is not a valid code for {field}')
OFFICIAL_RECORD = Text(500, "The item is an official record and must not be changed")
ON_HOLD = Text(500, 'The item is on hold "{name}" and must not be deleted')
HOLD_EXISTS = Text(500, 'A hold with the name "{name}" already exists')
HOLD_APPLIED = Text(500, 'The hold "{name}" already exists on this item')
NO_SUCH_HOLD = Text(404, "The hold {id} does not exist")
RSI_EXISTS = Text(500, 'An RSI with the name "{name}" already exists')
NO_SUCH_RSI = Text(500, "The RSI {id} does not exist")

BAD_QUERY = Text(400, "The search query is not valid: {why}")
NO_SUCH_REPORT = Text(404, 'The WebReport "{name}" does not exist')
