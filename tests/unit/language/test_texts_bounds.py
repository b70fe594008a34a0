"""Hostile texts end soon and small."""

import tracemalloc
from collections.abc import Iterator

import pytest

from faxrouter.language.texts import LONGEST_OUTPUT, MOST_MEMBERS, Text, TextFaultKind, parse_text
from faxrouter.model.fact import known
from small_rules import declare, declared

FACTS = declared(declare("text", "text_long"), declare("case_ids", "set_of_ids"))
MEGABYTE = 2**20

HOSTILE = {
    "200 MB of letters": "{{ 'a' * 209715200 }}",
    "repetition in a test": "{% if 'a' * 209715200 %}x{% endif %}",
    "repetition of a list": "{{ ['a'] * 209715200 }}",
    "a power": "{{ 9 ** 9 ** 9 }}",
    "a format": "{{ '%0209715200d' % 1 }}",
    "a number with too many digits": "{{ " + "9" * 5000 + " }}",
    "a number without end": "{{ 1e99999 }}",
    "brackets": "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}",
    "lists in lists": "{{ " + "[" * 3000 + "]" * 3000 + " }}",
    "negations": "{{ " + "not " * 2000 + "1 }}",
    "a long chain": "{{ " + "text or " * 900 + "'' }}",
    "blocks in blocks": "{% if text %}" * 400 + "{% endif %}" * 400,
    "loops in loops": "{% for a in [1] %}" * 100 + "{% endfor %}" * 100,
    "a source without end": "{{ text or '' }}" * 100_000,
    "unfinished": "{{" * 4000,
}


@pytest.fixture
def memory() -> Iterator[None]:
    """Fails when more than 32 MB were taken at any moment."""
    tracemalloc.start()
    yield
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 32 * MEGABYTE


@pytest.mark.usefixtures("memory")
@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_text_is_refused(name: str) -> None:
    """Refused at load, before anything of it runs, in bounded time and memory; and rendering it does no harm."""

    text, faults = parse_text(HOSTILE[name], declared=FACTS)

    assert text is None
    assert faults
    assert "" == Text(HOSTILE[name]).render({}).text


@pytest.mark.usefixtures("memory")
def test_a_long_output_is_cut() -> None:
    """The output of any text is bounded, and the fault says so."""

    facts = {"text": known("x" * MEGABYTE)}
    rendered = Text("{{ text }}" * 100).render(facts)

    assert LONGEST_OUTPUT == len(rendered.text)
    assert [TextFaultKind.TOO_LONG] == [fault.kind for fault in rendered.faults]


@pytest.mark.usefixtures("memory")
def test_loops_over_many_members_are_bounded() -> None:
    """Two nested loops over the largest set are the most that can be asked."""

    facts = {"case_ids": known(frozenset(f"C-{number}" for number in range(10_000)))}
    source = "{% for a in case_ids %}{% for b in case_ids %}{% if a == b %}.{% endif %}{% endfor %}{% endfor %}"

    assert MOST_MEMBERS == len(Text(source).render(facts).text)


def test_the_sandbox_has_no_global_names() -> None:
    """Nothing but facts can be named: `range`, `cycler` and `lipsum` of the template engine are not there."""

    for name in ("range", "dict", "lipsum", "cycler", "joiner", "namespace", "self", "context"):
        assert "[]" == Text(f"[{{{{ {name} }}}}]").render({}).text


def test_a_fact_with_template_words_in_it_is_only_text() -> None:
    """What a sender writes is never run."""

    assert "{{ 7 + 7 }}" == Text("{{ text }}").render({"text": known("{{ 7 + 7 }}")}).text
