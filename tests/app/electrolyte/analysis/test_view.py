"""Messages and controls that the tabs of analysis share."""

import pytest

from surrogate_app.app.electrolyte import Dashboard


@pytest.fixture
def dashboard(monkeypatch):
    monkeypatch.delenv("QUERY_STRING", raising=False)
    made = Dashboard()
    made.state.use_preset("High c")
    return made


def opened(dashboard, name):
    dashboard.state.tab = name
    return dashboard.views[name], dashboard.state.tab_states[name]


def test_what_is_refused_or_doubted_is_said_with_the_symbols_of_the_page(dashboard):
    dashboard.state.change(model="wallnet")
    view, part = opened(dashboard, "sensitivity")
    assert "by their d₋ (0.2 to 0.63 nm)" in view.message.value
    part.analysis.set_spread("d_neg", width=-0.1)
    assert "The spread of d₋ must be a positive number in nm, got −0.1." in view.message.value
    part.analysis.set_spread("d_neg", width=1e-12)
    assert "The spread of d₋ must be at least 4.3×10⁻⁷ nm, got 10⁻¹²" in view.message.value
    for name in ("d_neg", "d_pos"):
        assert name not in view.message.value


@pytest.mark.parametrize("name", ["sensitivity", "uncertainty"])
def test_a_distance_beyond_the_middle_is_refused_once(dashboard, name):
    view, part = opened(dashboard, name)
    view.positions.field.field.value = 9.0
    assert "9 nm from the wall is beyond the middle" in view.positions.field.message.value
    assert view.message.value == ""
    assert part.stale
    view.positions.field.field.value = 0.3
    assert view.positions.field.message.value == ""
    # the field speaks of one place; that another one is looked at, only the tab can say
    assert ("beyond the middle" in view.message.value) == (name == "sensitivity")
    part.change(**({"positions": ("0.3",)} if name == "sensitivity" else {}))
    assert not part.stale
