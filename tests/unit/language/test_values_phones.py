"""Phone numbers, their prefixes and ranges."""

import pytest

from faxrouter.language.phones import read_phone, read_phone_prefix, read_phone_range
from faxrouter.language.refusal import Refusal

NUMBERS: list[tuple[str, str | None, str]] = [
    ("+1 555-0100", None, "+15550100"),
    ("+15551234567", None, "+15551234567"),
    ("+1 415 555 0100", "US", "+14155550100"),
    ("1-415-555-0100", "US", "+14155550100"),
    ("4155550100", "US", "+14155550100"),
    ("+44 20 7946 0000", "US", "+442079460000"),
    ("020 7946 0000", "GB", "+442079460000"),
    ("06 1234567", "IT", "+39061234567"),
    ("tel:+1-415-555-0100", None, "+14155550100"),
    ("+１ 415 555 0100", None, "+14155550100"),
]

REFUSED: list[tuple[str, str | None, str]] = [
    ("04155550101", "US", "leading 0 is a trunk prefix"),
    ("+1 04155550101", "US", "leading 0 is a trunk prefix"),
    ("415 555 0100", None, "has no country code"),
    ("555-0100", "US", "has no area code"),
    ("411", "US", "too few digits"),
    ("+1 415 555 01000000", "US", "too many digits"),
    ("+0 415", "US", "no country has this code"),
    ("anonymous", "US", "write digits"),
    ("415-FLOWERS", "US", "write digits"),
    ("+1 415 555 0100 ext 3", "US", "write digits"),
    ("4155550100.5+", "US", "write digits"),
    ("", "US", "write digits"),
    ("+", "US", "write digits"),
    ("1" * 5000, "US", "too many digits"),
]


@pytest.mark.parametrize(("written", "region", "number"), NUMBERS)
def test_a_possible_number_becomes_e164(written: str, region: str | None, number: str) -> None:
    """Possible is enough: 555-01xx is nobody's number, and every sample uses it."""

    assert number == read_phone(written, region=region)


@pytest.mark.parametrize(("written", "region", "words"), REFUSED)
def test_what_is_no_number_is_refused(written: str, region: str | None, words: str) -> None:
    """A fax number has digits only, a country and an area."""

    refusal = read_phone(written, region=region)

    assert isinstance(refusal, Refusal)
    assert words in refusal.reason


@pytest.mark.parametrize(
    ("written", "region", "prefix"),
    [("+1 415", None, "+1415"), ("415", "US", "+1415"), ("+44 (20)", "US", "+4420"), ("20", "GB", "+4420")],
)
def test_a_prefix_is_the_beginning_of_e164(written: str, region: str | None, prefix: str) -> None:
    """Without `+` a prefix begins after the region's country code."""

    assert prefix == read_phone_prefix(written, region=region)


@pytest.mark.parametrize(
    ("written", "region"), [("0415", "US"), ("415", None), ("x", "US"), ("+", "US"), ("+1234567890123456", "US")]
)
def test_what_no_number_begins_with_is_no_prefix(written: str, region: str | None) -> None:
    """A prefix that can never match is a mistake, not a condition that is always false."""

    assert isinstance(read_phone_prefix(written, region=region), Refusal)


def test_a_range_has_both_its_ends() -> None:
    """Ranges of one length are intervals."""

    expected = ("+14155550100", "+14155550149")

    assert expected == read_phone_range("+1 415 555 0100 .. +1 415 555 0149", region=None)
    assert expected == read_phone_range("415 555 0100..415 555 0149", region="US")


def test_a_single_number_is_no_range() -> None:
    """The caller reads it as a number then."""

    assert read_phone_range("+1 415 555 0100", region=None) is None


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("+1 415 555 0149 .. +1 415 555 0100", "empty range"),
        ("+1 415 555 0100 .. +44 20 7946 0000", "same number of digits"),
        ("04155550100 .. +1 415 555 0149", "the first end"),
        ("+1 415 555 0100 .. x", "the second end"),
    ],
)
def test_a_range_that_holds_no_number_is_refused(written: str, words: str) -> None:
    """Both ends are numbers of one length, in order."""

    refusal = read_phone_range(written, region="US")

    assert isinstance(refusal, Refusal)
    assert words in refusal.reason
