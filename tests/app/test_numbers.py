"""Numbers as the pages write them."""

import pytest

from surrogate_app.app.numbers import ranged, uncertain


def test_both_ends_of_a_range_are_written_alike():
    assert ranged(7.38e-3, 0.0104) == "0.0074 to 0.0104"
    assert ranged(-0.02, -0.0199) == "−0.02000 to −0.01990"
    assert ranged(-3e-4, 2e-4) == "(−3.00 to 2.00)×10⁻⁴"


@pytest.mark.parametrize(
    ("value", "std", "text"),
    [
        (12345.0, 678.0, "12340 ± 680"),
        (345.0, 123.0, "340 ± 120"),
        (345.0, 12.0, "345 ± 12"),
        (-2345.0, 99.7, "−2345 ± 100"),
        (1234567.0, 4321.0, "(1.2346 ± 0.0043)×10⁶"),
    ],
)
def test_large_deviations_are_written_to_two_digits(value, std, text):
    assert uncertain(value, std) == text
