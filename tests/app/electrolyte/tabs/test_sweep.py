"""The tab Sweep, without a browser."""

import numpy as np
import pytest

from surrogate_app.app.electrolyte.presets import PRESETS
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.electrolyte import (
    Surrogate,
    sweep,
)

HIGH_C = PRESETS["High c"]


@pytest.fixture
def state():
    made = ElectrolyteState()
    made.use_preset("High c")
    return made


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load()


def opened(state, name):
    state.tab = name
    return state.tab_states[name]


def test_a_sweep_is_that_of_the_library(state, surrogate):
    part = opened(state, "sweep")
    expected = sweep(surrogate, HIGH_C, "c", np.linspace(0.3, 1.9, 17))
    np.testing.assert_array_equal(part.result.curves, expected.curves)
    part.sweep_over("h")
    assert part.result.values[[0, -1]].tolist() == list(surrogate.domain.ranges["h"])
    z, curves = part.result.on_one_grid()
    assert z[-1] == pytest.approx(5.0, abs=0.02)
    assert np.isnan(curves[0, 0])  # the narrowest slit ends before the widest one
    assert np.isfinite(curves[-1]).all()


def test_the_papers_series_is_set_at_once(state):
    part = opened(state, "sweep")
    revision = part.revision
    part.show_series("integrated_charge", state.use_preset)
    assert part.revision == revision + 1
    assert part.result.quantity == "integrated_charge"
    assert part.result.values[[0, -1]].tolist() == [0.3, 1.9]
    assert part.result.system == PRESETS["Series in c"]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"low": 0.01}, "0.01 mol/L is outside 0."),
        ({"low": 1.9, "high": 0.3}, "must begin below its end"),
        ({"number": 1}, "2 to 25 curves"),
        ({"number": 1000}, "2 to 25 curves"),
    ],
)
def test_a_sweep_that_cannot_be_is_refused_in_a_sentence_and_the_last_stays(state, settings, words):
    part = opened(state, "sweep")
    before = part.result
    part.change(**settings)
    assert words in part.refusal
    assert part.stale
    assert part.result is before
    part.sweep_series()
    assert not part.stale
