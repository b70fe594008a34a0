"""What holds for every value and every text."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from faxrouter.language.durations import read_duration, write_duration
from faxrouter.language.phones import read_phone, read_phone_prefix, read_phone_range
from faxrouter.language.refusal import Refusal, closest
from faxrouter.language.ruleset import FactType
from faxrouter.language.texts import LONGEST_OUTPUT, Text, parse_text
from faxrouter.language.values import read_json_value, read_value, write_json_value
from faxrouter.model.fact import Duration, DurationUnit, known
from small_rules import declare, declared

DECLARATIONS = {
    kind: declare(kind.value, kind.value, **({"mask": "@@-##"} if kind is FactType.ID else {})) for kind in FactType
}
TEXTS = (
    st.text(max_size=30)
    | st.from_regex(r"[+(]?[0-9 ().-]{1,20}", fullmatch=True)
    | st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3})?( ?%| USD| days)?", fullmatch=True)
    | st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(Z|[+-][0-9]{2}:[0-9]{2})?)?", fullmatch=True)
)


@pytest.mark.parametrize("kind", list(FactType))
@given(text=TEXTS)
def test_a_text_is_read_or_refused_and_what_was_read_survives_json(kind: FactType, text: str) -> None:
    """Reading is total, and load(dump(x)) == x."""

    value = read_value(DECLARATIONS[kind], text, phone_region="US", zone="America/New_York")

    if not isinstance(value, Refusal):
        again = read_json_value(DECLARATIONS[kind], write_json_value(value), phone_region="US")
        assert value == again


@given(st.text(max_size=40), st.sampled_from(["US", "GB", "IT", None]))
def test_reading_phones_is_total_and_e164_stays_itself(text: str, region: str | None) -> None:
    """A number that was read is read again as itself, whatever the region."""

    read_phone_prefix(text, region=region)
    read_phone_range(text, region=region)
    number = read_phone(text, region=region)

    if isinstance(number, str):
        assert number == read_phone(number, region=None)


@given(st.integers(0, 2600), st.sampled_from(DurationUnit))
def test_durations_survive_writing(length: int, unit: DurationUnit) -> None:
    """load(dump(x)) == x."""

    assert Duration(length, unit) == read_duration(write_duration(Duration(length, unit)))


@given(st.text(max_size=20), st.lists(st.text(max_size=8), max_size=5))
def test_a_suggestion_is_one_of_the_known_words(word: str, known_words: list[str]) -> None:
    """Nothing is invented."""

    assert closest(word, known_words) in {None, *known_words}


FACTS = declared(declare("a", "text_short"), declare("b", "whole_number"), declare("c", "set_of_ids"))
pieces = st.sampled_from(
    [
        *("{{", "}}", "{%", "%}", "{#", "#}", "a", "b", "c", "x", "'x'", "1", "none", "(", ")", "[", "]", ".", "|"),
        *("if", "else", "endif", "for x in", "endfor", "or", "and", "not", "in", "+", "*", "~", "==", ">"),
        *("upper", "default('-')"),
    ]
)


@given(st.lists(pieces, max_size=14).map(" ".join) | st.text(max_size=40))
def test_parsing_and_rendering_are_total(source: str) -> None:
    """Any text is a Text or faults, and what was accepted renders within bounds."""

    text, faults = parse_text(source, declared=FACTS)
    rendered = Text(source).render({"a": known("<" * 10_000), "b": known(3), "c": known(frozenset({"1", "2"}))})

    assert text is not None or faults
    assert len(rendered.text) <= max(LONGEST_OUTPUT, len(source))


expressions = st.recursive(
    st.sampled_from(["a", "b", "c", "'x'", "1", "none"]),
    lambda inner: (
        st.builds("({} or {})".format, inner, inner)
        | st.builds("({} and {})".format, inner, inner)
        | st.builds("(not {})".format, inner)
        | st.builds("({} if {} else {})".format, inner, inner, inner)
        | st.builds("({} | default({}))".format, inner, inner)
        | st.builds("({} == {})".format, inner, inner)
        | st.builds("({} is none)".format, inner)
        | st.builds("({} | upper)".format, inner)
    ),
    max_leaves=6,
)
some_facts: dict[str, Any] = {"a": known("text"), "b": known(3), "c": known(frozenset({"1"}))}


@given(expressions, st.sets(st.sampled_from(["a", "b", "c"])))
def test_a_text_without_faults_never_prints_none(expression: str, present: set[str]) -> None:
    """The check at load is sound: what passes it prints something, whichever facts are known."""

    for source in (
        f"{{{{ {expression} }}}}",
        f"{{% if {expression} %}}{{{{ a }}}}{{% else %}}{{{{ b }}}}{{% endif %}}",
    ):
        text, faults = parse_text(source, declared=FACTS)
        if text is not None and not faults:
            assert () == text.render({name: some_facts[name] for name in present}).faults


def test_moments_are_always_utc() -> None:
    """Aware UTC inside, whatever offset was written."""

    assert datetime(2026, 3, 1, 12, tzinfo=UTC) == read_value(
        DECLARATIONS[FactType.MOMENT], "2026-03-01T14:00+02:00", phone_region=None
    )
