"""Sentences of the library as the pages write them."""

import pytest

from surrogate_app.app.electrolyte.inputs import phrase


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("there is no input, got -0.5", "There is no input, got −0.5."),
        ("12.5% of d_neg lie outside", "12.5 % of d₋ lie outside."),
        ("the range is 1e-06 to 2.5e+09 nm", "The range is 10⁻⁶ to 2.5×10⁹ nm."),
        ("h = 9 nm is outside", "h = 9 nm is outside."),
        ("a link's “d_pos:-1e-3” was not understood", "A link's “d_pos:-1e-3” was not understood."),
        ("wallnet-2.json is of 2026-11-21.", "wallnet-2.json is of 2026-11-21."),
        ("", ""),
    ],
)
def test_sentences_of_the_library_are_written_as_the_page_writes(text, shown):
    assert phrase(text) == shown
