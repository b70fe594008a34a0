"""The JSON of `decide`."""

import json

from faxrouter.model.decision import Undecided
from faxrouter.model.fact import Facts, known
from faxrouter.planning.outcomes import outcomes_as_json
from small_plans import FACTS, RULES, decided, decision, given_by, task, to, to_case

SOME = Facts({**FACTS, "patient_id": known("P-1")})


def test_a_decision_is_one_json_object() -> None:
    """Value, rule, place and policy of every outcome; for collect and join lists in the same order."""

    made = decision(
        to_case("Patient", "patient_id", "P-1"),
        decided(
            "retention", given_by("years_7", rule="a", line=3), given_by("years_30", rule="b", line=9, department=None)
        ),
        decided("task", task("review", title="For {{ patient_id or '?' }}", due="30 minutes")),
        decided("urgency", given_by("now", rule="c")),
    )
    expected = {
        "rule_set": "sha256:test",
        "outcomes": {
            "workspace": {
                "value": {"type": "Patient", "key": "P-1", "else": "Nursing"},
                "rule": "some-rule",
                "at": "rules/clinic.rules.yaml:7",
                "policy": "first",
            },
            "retention": {
                "value": ["years_7", "years_30"],
                "rule": ["a", "b"],
                "at": ["rules/clinic.rules.yaml:3", "rules/organisation.rules.yaml:9"],
                "policy": "join",
            },
            "task": {
                "value": [{"kind": "review", "queue": "desk", "title": "For P-1", "due": "30 minutes"}],
                "rule": ["review"],
                "at": ["rules/clinic.rules.yaml:7"],
                "policy": "collect",
            },
            "urgency": {"value": "now", "rule": "c", "at": "rules/clinic.rules.yaml:7", "policy": "strictest"},
        },
        "parked": None,
    }

    assert expected == outcomes_as_json(RULES, made, SOME)
    assert expected == json.loads(json.dumps(outcomes_as_json(RULES, made, SOME)))


def test_a_parked_decision_shows_why_and_what_was_decided_all_the_same() -> None:
    """Decided outcomes, holds and retention appear also when parked."""

    hangs = Undecided(outcome="workspace", facts=("document_type",), reason="hangs on `document_type`")
    answer = outcomes_as_json(RULES, decision(decided("hold", given_by("matter-1")), parked=(hangs,)), SOME)

    assert [{"outcome": "workspace", "facts": ["document_type"], "reason": "hangs on `document_type`"}] == answer[
        "parked"
    ]
    assert ["matter-1"] == answer["outcomes"]["hold"]["value"]


def test_an_outcome_without_a_value_is_left_out() -> None:
    """Members that are only possible are no value."""

    made = decision(to("Nursing"), decided("notify", possible=(given_by("x"),)))

    assert {"workspace"} == set(outcomes_as_json(RULES, made, SOME)["outcomes"])
    assert "Nursing" == outcomes_as_json(RULES, made, SOME)["outcomes"]["workspace"]["value"]


def test_texts_in_maps_and_lists_are_rendered_and_their_keys_are_not() -> None:
    """Texts are rendered; a key is the author's own word."""

    value = {"{{ x }}": ["{{ patient_id or '?' }}", {"to": "{{ patient_id or '?' }}"}], "count": 3}
    answer = outcomes_as_json(RULES, decision(decided("send", given_by(value))), SOME)

    assert {"{{ x }}": ["P-1", {"to": "P-1"}], "count": 3} == answer["outcomes"]["send"]["value"]
