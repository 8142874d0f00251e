"""What the tabs of analysis show and hide, and how they say what they cannot do."""

import pytest

from surrogate_app.app.electrolyte import Dashboard
from surrogate_app.app.electrolyte.inputs import told
from surrogate_app.app.numbers import ranged


@pytest.fixture
def dashboard(monkeypatch):
    monkeypatch.delenv("QUERY_STRING", raising=False)
    made = Dashboard()
    made.state.use_preset("High c")
    return made


def opened(dashboard, name):
    dashboard.state.tab = name
    return dashboard.views[name], dashboard.state.parts[name]


def hidden(widget):
    return "sa-hidden" in widget._dom_classes


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
    assert told(text) == shown


def test_what_is_refused_or_doubted_is_said_with_the_symbols_of_the_page(dashboard):
    view, part = opened(dashboard, "sensitivity")
    assert "by their d₋ (0.2 to 0.63 nm)" in view.message.value
    part.question.set_spread("d_neg", width=-0.1)
    assert "The spread of d₋ must be a positive number in nm, got −0.1." in view.message.value
    part.question.set_spread("d_neg", width=1e-12)
    assert "The spread of d₋ must be at least 4.3×10⁻⁷ nm, got 10⁻¹²" in view.message.value
    for name in ("d_neg", "d_pos"):
        assert name not in view.message.value


@pytest.mark.parametrize("name", ["sensitivity", "uncertainty"])
def test_a_distance_beyond_the_middle_is_refused_once(dashboard, name):
    view, part = opened(dashboard, name)
    view.places.field.field.value = 9.0
    assert "9 nm from the wall is beyond the middle" in view.places.field.message.value
    assert view.message.value == ""
    assert part.stale
    view.places.field.field.value = 0.3
    assert view.places.field.message.value == ""
    # the field speaks of one place; that another one is looked at, only the tab can say
    assert ("beyond the middle" in view.message.value) == (name == "sensitivity")
    part.change(**({"places": ("0.3",)} if name == "sensitivity" else {}))
    assert not part.stale


def test_without_a_place_there_is_nothing_to_choose_or_to_save_of_it(dashboard):
    view, part = opened(dashboard, "sensitivity")
    surfaces = view.surfaces
    assert not hidden(view._pies_box)
    part.change(places=())
    assert hidden(view._pies_box)
    assert hidden(surfaces.place)
    assert all(hidden(one) for one in surfaces.widget.children[1:])
    assert "choose a place" in surfaces.message.value
    part.add("middle")
    assert not hidden(view._pies_box)
    assert not hidden(surfaces.place)
    assert not any(hidden(one) for one in surfaces.widget.children)


def test_a_single_input_acts_with_no_other(dashboard):
    view, part = opened(dashboard, "sensitivity")
    assert view.pies.data[0].labels == ("d₊", "d₋", "together")
    part.question.vary(("d_neg",))
    assert view.pies.data[0].labels == ("d₋",)
    surfaces = view.surfaces
    assert hidden(surfaces.first)
    assert hidden(surfaces.second)
    assert not hidden(surfaces.place)  # the answer above is for this place


def test_both_axes_of_the_indices_are_named_in_one_size(dashboard):
    view, _ = opened(dashboard, "sensitivity")
    above, below = view.across.layout.yaxis.title, view.across.layout.yaxis2.title
    assert below.text.startswith("std of")
    assert (below.font.size, below.standoff) == (above.font.size, above.standoff)


def test_while_few_systems_are_shown_the_page_says_that_more_are_computed(dashboard):
    waiting = []
    dashboard.state.later = waiting.append
    view, part = opened(dashboard, "uncertainty")
    assert "256 so far, computing" in view.progress.value
    assert not part.stale
    waiting[-1]()
    assert "computing" not in view.progress.value
    assert len(part.result.at_place.samples) == 1024


def test_a_quantity_that_does_not_vary_has_no_histogram(dashboard):
    view, part = opened(dashboard, "uncertainty")
    assert not hidden(view._histogram_box)
    part.question.change(quantity="integrated_charge")
    part.change(place="0.0")
    assert hidden(view._histogram_box)
    assert "does not vary here" in view.numbers.value
    assert "lie in" not in view.numbers.value
    part.change(place="middle")
    part.question.change(quantity="n_pos")
    assert not hidden(view._histogram_box)
    assert "68 % lie in" in view.numbers.value


def test_both_ends_of_a_range_are_written_alike():
    assert ranged(7.38e-3, 0.0104) == "0.0074 to 0.0104"
    assert ranged(-0.02, -0.0199) == "−0.02000 to −0.01990"
    assert ranged(-3e-4, 2e-4) == "(−3.00 to 2.00)×10⁻⁴"
