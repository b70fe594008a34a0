"""Problems of `facts.yaml`: facts and outcomes, and of every value that a declaration gives (R101–R119)."""

from faxrouter.language.catalogue.check import Check
from faxrouter.model.problem import Severity

# the lines of the base home's facts.yaml (tests/golden/base_home); a test compares them
_FACTS = (
    "event: {type: choice, values: [received, send_requested, delivered, corrected, migrated], always: yes}",
    "received_at: {type: moment}",
    "our_number: {type: phone}",
    "their_number: {type: phone}",
    "sender_station: {type: text_short}",
    "document_type: {type: choice, values: [referral, lab_result, consent, other], floor: medium}",
    "text: {type: text_long}",
    "pages: {type: whole_number, min: 0, max: 2000}",
    "amount: {type: amount, currency: USD}",
    "due_on: {type: date}",
    "signed: {type: yes_no}",
    'patient_id: {type: id, mask: "MRN-####", floor: high}',
    'claim_ids: {type: set_of_ids, mask: "C-####"}',
)
_WORKSPACE = "workspace: {policy: first, required: yes, decided on: [received, corrected, migrated]}"
_METADATA = "metadata: {policy: first, when unsure: unsorted, values from: templates/metadata}"
_RETENTION = "retention: {policy: join, required: yes, values from: retention.yaml, default: years_10}"
_TASK = "task: {policy: collect}"
_HOLD = "hold: {policy: collect}"
_URGENCY = "urgency: {policy: strictest, order: [now, today, normal]}"
_APPROVAL = "approval: {policy: strictest, order: [block, release], required: yes, decided on: [send_requested]}"
_OUTCOMES = (_WORKSPACE, _METADATA, _RETENTION, _TASK, _HOLD, _URGENCY, _APPROVAL)


def _facts(*more_facts: str, outcomes: tuple[str, ...] = _OUTCOMES, received_at: str = "moment") -> str:
    """A `facts.yaml` that fits the base home, with lines added or exchanged."""
    lines = ["language: 1", "phone region: US", "facts:"]
    lines += [f"  {line}" for line in (*_FACTS, *more_facts)]
    lines += ["outcomes:", *(f"  {line}" for line in outcomes)]
    return "\n".join(lines).replace("received_at: {type: moment}", f"received_at: {{type: {received_at}}}") + "\n"


def _outcome(*more: str) -> str:
    return _facts(outcomes=(*_OUTCOMES, *more))


def _instead(outcome: str, other: str) -> str:
    """One outcome's line exchanged for another."""
    return _facts(outcomes=tuple(other if line == outcome else line for line in _OUTCOMES))


DECLARATIONS: tuple[Check, ...] = (
    Check(
        code="R101",
        severity=Severity.ERROR,
        title="unusable name",
        what="a fact, an outcome, a lookup or one of its columns has a name that rules and texts could not write",
        why="a condition begins with the name of a fact, and `{{ … }}` takes it as one word",
        instead="use letters, digits and `_`, begin with a letter, and leave words such as `any` and `not` alone",
        bad={"rules/facts.yaml": _facts("fax-line: {type: text_short}")},
        good={"rules/facts.yaml": _facts("fax_line: {type: text_short}")},
    ),
    Check(
        code="R102",
        severity=Severity.ERROR,
        title="unknown fact type",
        what="`type:`, or the type of a lookup's column, is none of the language's",
        why="without its type no value can be compared",
        instead="use one of the types in the language reference",
        bad={"rules/facts.yaml": _facts("sheets: {type: whole_numbr}")},
        good={"rules/facts.yaml": _facts("sheets: {type: whole_number}")},
    ),
    Check(
        code="R103",
        severity=Severity.ERROR,
        title="key that means nothing here",
        what="a key is given that belongs to another type of fact or another policy",
        why="whoever wrote it expects an effect that it would not have",
        instead="remove the key, or choose the type or policy that it belongs to",
        bad={"rules/facts.yaml": _facts("subject: {type: text_short, min: 3}")},
        good={"rules/facts.yaml": _facts("subject: {type: text_short}")},
    ),
    Check(
        code="R104",
        severity=Severity.ERROR,
        title="the same value twice",
        what="one value stands twice in a list that names each value once",
        why="one of the two was probably meant to be another value",
        instead="remove or mend one of them",
        bad={"rules/facts.yaml": _facts("tongue: {type: choice, values: [english, spanish, english]}")},
        good={"rules/facts.yaml": _facts("tongue: {type: choice, values: [english, spanish]}")},
    ),
    Check(
        code="R105",
        severity=Severity.ERROR,
        title="value that cannot be read",
        what="a date, number, period, duration, time, zone, mask or cell is not written as its kind is",
        why="a value that is guessed would be compared wrongly and silently",
        instead="write it as the message shows",
        bad={"rules/facts.yaml": _facts("sheets: {type: whole_number, max: many}")},
        good={"rules/facts.yaml": _facts("sheets: {type: whole_number, max: 200}")},
    ),
    Check(
        code="R106",
        severity=Severity.ERROR,
        title="unknown word",
        what="a word is not one of the few that this place knows: a policy, a confidence, a disposition, a source",
        why="the meaning cannot be guessed",
        instead="use the word that is suggested, or one of those that are listed",
        bad={"rules/facts.yaml": _facts("subject: {type: text_short, floor: middle}")},
        good={"rules/facts.yaml": _facts("subject: {type: text_short, floor: medium}")},
    ),
    Check(
        code="R107",
        severity=Severity.ERROR,
        title="not declared",
        what="a name is used that no file declares: a record class, a workspace, a value, a fact",
        why="whatever depends on it could never happen",
        instead="mend the name, or declare it in the file that the message names",
        bad={"rules/facts.yaml": _instead(_RETENTION, _RETENTION.replace("years_10", "year_10"))},
        good={"rules/facts.yaml": _facts()},
    ),
    Check(
        code="R108",
        severity=Severity.ERROR,
        title="documents.yaml is not read yet",
        what="a fact takes its values from `documents.yaml`, which this version of faxrouter does not read",
        why="without its values every word would be accepted, also a mistyped one",
        instead="list a choice's `values:` in facts.yaml, and give an id its `mask:` and `check digit:` there",
        bad={"rules/facts.yaml": _facts("cover_type: {type: choice, values from: documents.yaml}")},
        good={"rules/facts.yaml": _facts("cover_type: {type: choice, values: [plain, confidential]}")},
    ),
    Check(
        code="R109",
        severity=Severity.ERROR,
        title="smallest above largest",
        what="`min` of a fact is above its `max`",
        why="every value would be refused, and every rule about the fact would be uncertain",
        instead="exchange or mend the two",
        bad={"rules/facts.yaml": _facts("sheets: {type: whole_number, min: 20, max: 1}")},
        good={"rules/facts.yaml": _facts("sheets: {type: whole_number, min: 1, max: 20}")},
    ),
    Check(
        code="R110",
        severity=Severity.ERROR,
        title="special fact with another type",
        what="`event`, `our_number`, `their_number`, `received_at` or `requested_at` is declared with another type",
        why="the router reads these facts itself: scopes, events and times would silently fail",
        instead="give it the type that the message names",
        bad={"rules/facts.yaml": _facts(received_at="date")},
        good={"rules/facts.yaml": _facts()},
    ),
    Check(
        code="R111",
        severity=Severity.ERROR,
        title="unknown event",
        what="an event is named that the router does not know",
        why="an outcome that waits for an event that never comes is never decided",
        instead="use one of the events that the message names",
        bad={"rules/facts.yaml": _outcome("reply: {policy: collect, decided on: [recieved]}")},
        good={"rules/facts.yaml": _outcome("reply: {policy: collect, decided on: [received]}")},
    ),
    Check(
        code="R112",
        severity=Severity.ERROR,
        title="policy without what it needs",
        what="`strictest` has no `order`, `join` has no `default`, or `approval` does not begin with `block`",
        why="the policy could not decide, or would decide for the milder value in doubt",
        instead="add the key that the message names",
        bad={"rules/facts.yaml": _instead(_URGENCY, "urgency: {policy: strictest}")},
        good={"rules/facts.yaml": _facts()},
    ),
    Check(
        code="R113",
        severity=Severity.ERROR,
        title="policy that the outcome cannot have",
        what="an outcome on which the router itself acts has a policy that does not fit what it does",
        why="a hold that only the first rule places is a hold that is lost",
        instead="use the policy that the message names, or give your own outcome another name",
        bad={"rules/facts.yaml": _instead(_HOLD, "hold: {policy: first}")},
        good={"rules/facts.yaml": _facts()},
    ),
    Check(
        code="R114",
        severity=Severity.WARNING,
        title="when unsure that is never taken",
        what="a required outcome of policy `first` has a `when unsure`",
        why="a required outcome that is not decided parks the document; the value would never be used",
        instead="remove `when unsure`, or `required: yes`",
        bad={"rules/facts.yaml": _instead(_WORKSPACE, _WORKSPACE.replace("first,", "first, when unsure: Nursing,"))},
        good={"rules/facts.yaml": _facts()},
    ),
    Check(
        code="R115",
        severity=Severity.NOTE,
        title="approval without a path",
        what="a value of `approval` has no path in `approvals.yaml`",
        why="a rule may ask for this approval, but nobody is named who could give it",
        instead="add the path, or remove the value",
        bad={"rules/facts.yaml": _instead(_APPROVAL, _APPROVAL.replace("release]", "supervisor, release]"))},
        good={"rules/facts.yaml": _facts()},
    ),
)
