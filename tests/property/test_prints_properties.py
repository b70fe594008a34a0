"""What is said of a text before a fax comes is what it prints when one comes."""

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from faxrouter.language.attributes import misfit
from faxrouter.language.fact_values import Known
from faxrouter.language.prints import Print, prints
from faxrouter.language.ruleset import AttributeDeclaration, AttributeType, FactType, Lookup
from faxrouter.language.text_filters import one_line, show
from faxrouter.language.text_fits import unfit
from faxrouter.language.texts import Text, TextFaultKind
from faxrouter.model.fact import Amount, Duration, DurationUnit, Fact, Value, known
from small_rules import HERE, declare, declared

ZONE = "America/Los_Angeles"
KINDS = ("referral", "police_report", "Consent")
FACTS = declared(
    declare("kind", "choice", values=KINDS),
    declare("event", "choice", values=("received", "corrected"), always=True),
    declare("signed", "yes_no"),
    declare("stars", "whole_number", minimum=0, maximum=3),
    declare("pages", "whole_number", minimum=0, maximum=2000),
    declare("desks.desk", "choice", lookup="desks"),
    declare("desks.until", "date", lookup="desks"),
    declare("subject", "text_short"),
    declare("number", "phone"),
    declare("share", "percent"),
    declare("total", "amount"),
    declare("due", "date"),
    declare("at", "moment"),
    declare("case", "id", mask="@#-*"),
    declare("cases", "set_of_ids", mask="C-#"),
    declare("wait", "duration"),
)
DESKS = Lookup(
    name="desks",
    key="number",
    gives={"desk": FactType.CHOICE, "until": FactType.DATE},
    rows={"+14155550100": {"desk": "front", "until": date(2026, 1, 1)}, "+14155550101": {"desk": "back desk"}},
    place=HERE,
)
LOOKUPS = {"desks": DESKS}
VALUES: Mapping[str, st.SearchStrategy[Value]] = {
    "kind": st.sampled_from(KINDS),
    "event": st.sampled_from(("received", "corrected")),
    "signed": st.booleans(),
    "stars": st.integers(0, 3),
    "pages": st.integers(0, 2000),
    # a text of nothing but blanks is a value that nobody reads from a page
    "subject": st.text(min_size=1, max_size=30).filter(lambda text: one_line(text) != ""),
    "number": st.sampled_from(("+14155550100", "+4930123456")),
    "share": st.sampled_from([Decimal(text) for text in ("0", "0.4", "12.5", "100")]),
    "total": st.builds(Amount, st.sampled_from([Decimal("0"), Decimal("12.00")]), st.just("USD")),
    "due": st.dates(date(1000, 1, 1)),
    "at": st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1)).map(lambda at: at.replace(tzinfo=UTC)),  # noqa: DTZ001  # the zone comes behind it
    "case": st.from_regex("[A-Za-z][0-9]-[A-Za-z0-9]", fullmatch=True),
    "cases": st.frozensets(st.from_regex("C-[0-9]", fullmatch=True), max_size=4),
    "wait": st.builds(Duration, st.integers(1, 99), st.sampled_from(DurationUnit)),
}

literals = st.sampled_from(["''", "'unknown'", "'Referral'", "'a  b'", "0", "7", "none", "true", "['a', 'C-1']"])
names = st.sampled_from(list(FACTS))
operators = st.sampled_from(["==", "!=", "<", ">=", "in", "not in"])
filters = st.sampled_from(
    (
        *("upper", "lower", "title", "trim", "truncate(3)", "truncate(40)", "default('x')", "length"),
        *("round", "join('+')", "date", "date('%d.%m.%Y')", "date('day')", "time"),
    )
)


def _expressions() -> st.SearchStrategy[str]:
    return st.recursive(
        names | names | literals,
        lambda inner: st.one_of(
            st.builds("({} or {})".format, inner, inner),
            st.builds("({} and {})".format, inner, inner),
            st.builds("({} {} {})".format, inner, operators, inner),
            st.builds("({} | {})".format, inner, filters),
            st.builds("({} if {} else {})".format, inner, inner, inner),
            st.builds("(not {})".format, inner),
            st.builds("({} is none)".format, inner),
            st.builds("({} + 1)".format, inner),
        ),
        max_leaves=5,
    )


pieces = st.sampled_from(["Case ", "x", " ", "\n"]) | _expressions().map("{{{{ {} }}}}".format)
bodies = st.lists(pieces, min_size=1, max_size=3).map("".join)
sources = bodies | st.builds(
    "{{% if {} %}}{}{{% elif {} %}}{}{{% else %}}{}{{% endif %}}".format,
    _expressions(),
    bodies,
    _expressions(),
    bodies,
    bodies,
)
optional = {name: value for name, value in VALUES.items() if name != "event"}
rows = st.sampled_from(
    [{}, *({f"desks.{column}": cell for column, cell in row.items()} for row in DESKS.rows.values())]
)
stated = st.builds(
    lambda values, row: {name: known(value) for name, value in {**values, **row}.items()},
    st.fixed_dictionaries({"event": VALUES["event"]}, optional=optional),
    rows,
)


def _speaks_of(one: Print, source: str, facts: Mapping[str, Fact]) -> bool:
    """Whether these facts are the combination that the print speaks of. One of very many values counts as true."""
    values = {name: _value(facts, name) for name in Text(source).facts}
    return all(
        bool(value) if name not in one.when else one.when[name] == (None if value is None else show(value, zone="UTC"))
        for name, value in values.items()
    )


def _value(facts: Mapping[str, Fact], name: str) -> object:
    value = facts[name].value if name in facts else None
    return sorted(value) if isinstance(value, frozenset) else value


@given(sources, stated)
def test_a_text_prints_what_was_said_of_it(source: str, facts: dict[str, Fact]) -> None:
    """What is said of these facts is what rendering writes; and where everything was said, they are spoken of."""
    found = prints(source, declared=FACTS, lookups=LOOKUPS)
    rendered = Text(source).render(facts, zone=ZONE)
    said = [one for one in found.each if _speaks_of(one, source, facts)]
    written = [
        "".join(re.escape(str(piece.value)) if isinstance(piece, Known) else ".*" for piece in one.pieces)
        for one in said
    ]

    assert len(said) <= 1
    assert all(re.fullmatch(pattern, rendered.text, re.DOTALL) for pattern in written)
    assert said or not found.complete
    assert not said or all(fault.kind is TextFaultKind.PRINTED_NONE for fault in rendered.faults)


attributes = st.sampled_from(
    [
        AttributeDeclaration(
            name="A", place=HERE, type=AttributeType.CHOICE, values=(*KINDS, "yes", "2026-01-01", "C-1")
        ),
        *(
            AttributeDeclaration(name="A", place=HERE, type=type_, required=required, several=several)
            for type_ in AttributeType
            if type_ not in (AttributeType.CHOICE, AttributeType.TEXT)
            for required in (True, False)
            for several in (True, False)
        ),
        *(AttributeDeclaration(name="A", place=HERE, type=AttributeType.TEXT, length=length) for length in (1, 8, 30)),
    ]
)


@given(sources, stated, attributes)
def test_what_nothing_is_said_against_fits(
    source: str, facts: dict[str, Fact], attribute: AttributeDeclaration
) -> None:
    """Where every text is known beforehand, a fax cannot be parked by one that nobody was warned of."""
    found = prints(source, declared=FACTS, lookups=LOOKUPS)
    is_known = found.complete and all(one.text is not None for one in found.each)
    written = one_line(Text(source).render(facts, zone=ZONE).text)

    assert not is_known or any(unfit(attribute, found)) or misfit(attribute, written) is None


free = {FactType.TEXT_SHORT, FactType.TEXT_LONG}
alone = st.builds(
    lambda name, chain: f"{{{{ {' | '.join((name, *chain))} }}}}",
    st.sampled_from([name for name, fact in FACTS.items() if fact.type not in free]),
    # what stands behind a `default` is no value of the fact
    st.lists(filters.filter(lambda written: not written.startswith("default")), max_size=2),
)


@given(alone, stated, attributes)
def test_an_error_about_a_fact_is_true_of_each_of_its_values(
    source: str, facts: dict[str, Fact], attribute: AttributeDeclaration
) -> None:
    """Exact or silent: what is refused when the file is saved would be refused for every fax."""
    found = prints(source, declared=FACTS, lookups=LOOKUPS)
    (name,) = Text(source).facts
    is_refused = found.complete and "R413" in {code for code, _ in unfit(attribute, found)}
    written = one_line(Text(source).render(facts, zone=ZONE).text)

    assert not is_refused or not _value(facts, name) or not written or misfit(attribute, written) is not None
