"""Check digits against published examples, and masks."""

import pytest

from faxrouter.language.ids import CHECK_DIGITS, has_valid_check_digit, read_id
from faxrouter.language.refusal import Refusal

# scheme → an id that is published as valid
VALID = {
    "luhn": "79927398713",
    "npi": "1234567893",
    "ean": "4006381333931",
    "mod 11": "0-306-40615-2",
    "mod 97": "WEST12345698765432GB82",
    "mod 11,10": "07945",
    "mod 37,36": "A12425GABC1234002M",
    "damm": "5724",
}


def test_every_scheme_has_an_example() -> None:
    """A scheme that nothing proves is no scheme."""

    assert set(CHECK_DIGITS) == set(VALID)


@pytest.mark.parametrize("scheme", sorted(VALID))
def test_a_published_id_is_valid(scheme: str) -> None:
    """The examples come from the standards and their textbooks."""

    assert has_valid_check_digit(VALID[scheme], scheme=scheme)


@pytest.mark.parametrize("scheme", sorted(VALID))
def test_one_wrong_digit_is_always_noticed(scheme: str) -> None:
    """Every scheme detects every single wrong digit: the commonest mistake of a reader."""

    valid = VALID[scheme]
    wrong = [
        valid[:at] + digit + valid[at + 1 :]
        for at, right in enumerate(valid)
        if right.isdigit()
        for digit in "0123456789"
        if digit != right
    ]

    assert wrong
    assert not [one for one in wrong if has_valid_check_digit(one, scheme=scheme)]


@pytest.mark.parametrize("scheme", sorted(VALID))
@pytest.mark.parametrize("text", ["", "0", "-", "X"])
def test_a_text_without_room_for_a_check_digit_is_not_valid(scheme: str, text: str) -> None:
    """An empty sum is divisible by everything, and proves nothing."""

    assert not has_valid_check_digit(text, scheme=scheme)


def test_the_letters_of_a_prefix_take_no_part_in_a_scheme_of_digits() -> None:
    """`MRN-` is not computed."""

    assert "MRN-79927398713" == read_id("MRN-79927398713", mask="MRN-###########", check_digit="luhn")


def test_a_final_x_counts_ten_in_mod_11() -> None:
    """As in ISBN-10."""

    assert has_valid_check_digit("0-8044-2957-X", scheme="mod 11")


@pytest.mark.parametrize(
    ("mask", "text", "fits"),
    [
        ("##", "12", True),
        ("##", "1２", False),
        ("@#", "é1", False),
        ("*.*", "a.1", True),
        ("*.*", "ab1", False),
        ("C-####", "C-12345", False),
    ],
)
def test_a_mask_fits_whole_ids_of_ascii_letters_and_digits(mask: str, text: str, fits: bool) -> None:
    """`#` a digit, `@` a letter, `*` either, anything else itself."""

    assert fits is not isinstance(read_id(text, mask=mask, check_digit=None), Refusal)
