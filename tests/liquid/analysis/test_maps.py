"""Error maps: consistent with thermodynamics, and blank where there is no single fluid."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid import RDF, ForwardSurrogate, LJState, error_map
from surrogate_app.liquid.analysis.maps import REASONS, integrated

FORWARD = ForwardSurrogate.load()
ARGON = LJState(9.847e-6, 6.2647e-3, 13.7, 345.0)


def exact(state, width=0.0035):
    r = (np.arange(int(FORWARD.r_max(state) / width)) + 0.5) * width
    return RDF(r, FORWARD.rdf(state, r, width), sampling="centres")


def around(value, n, half=0.1):
    return value * np.linspace(1.0 - half, 1.0 + half, n)


@pytest.mark.parametrize("quantity", ["rdf", "kl"])
def test_the_least_error_lies_at_the_truth(quantity):
    found = error_map(exact(ARGON), 13.7, 345.0, quantity)
    assert found.values.shape == (150, 150)
    c12, c6 = found.minimum
    assert c12 == pytest.approx(ARGON.c12, rel=0.005)
    assert c6 == pytest.approx(ARGON.c6, rel=0.005)


def test_relative_entropy_does_not_depend_on_the_path():
    """A conservative field is found exactly; around a loop, the surrogate's closes to 0.1 %."""
    x, y = np.linspace(0.0, 1.0, 30), np.linspace(0.0, 2.0, 20)
    slopes = np.stack(np.broadcast_arrays(2.0 * x[None, :] + y[:, None], x[None, :] - 1.0), -1)
    truth = x[None, :] ** 2 + x[None, :] * y[:, None] - y[:, None]
    found = integrated(slopes.copy(), x, y, (0, 0))
    assert np.allclose(found, truth, atol=1e-12)

    state, n = ARGON, 41
    axes = around(state.c12, n), around(state.c6, n)
    whole = error_map(exact(state), 13.7, 345.0, "kl", *axes)
    # two maps that share corners reach the same difference on different points
    half = error_map(exact(state), 13.7, 345.0, "kl", axes[0][::2], axes[1][::4])
    coarse = half.values - half.values[0, 0]
    fine = whole.values[::4, ::2] - whole.values[0, 0]
    assert np.abs(coarse - fine).max() < 2e-3 * np.ptp(whole.values)


def test_relative_entropy_agrees_with_the_free_energy_of_the_equation_of_state():
    teqp = pytest.importorskip("teqp")
    model = teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}})
    fractions = np.array([1.0])

    def helmholtz(state):
        return model.get_Ar00(state.reduced_temperature, state.reduced_density, fractions)

    def at(c12, c6):
        return LJState(c12, c6, 13.7, 345.0)

    # averages of r⁻¹² and r⁻⁶ are derivatives of the free energy by C12 and C6
    h = 1e-4
    by_c12 = (helmholtz(at(ARGON.c12 * (1 + h), ARGON.c6))
              - helmholtz(at(ARGON.c12 * (1 - h), ARGON.c6))) / (2 * h * ARGON.c12)  # fmt: skip
    by_c6 = (helmholtz(at(ARGON.c12, ARGON.c6 * (1 + h)))
             - helmholtz(at(ARGON.c12, ARGON.c6 * (1 - h)))) / (2 * h * ARGON.c6)  # fmt: skip
    axes = around(ARGON.c12, 31, 0.2), around(ARGON.c6, 31, 0.2)
    found = error_map(exact(ARGON), 13.7, 345.0, "kl", *axes)
    values = found.values - found.values[15, 15]
    for row, column in ((0, 0), (0, 30), (30, 30), (15, 0), (30, 15)):
        if not found.mask[row, column]:
            continue
        c12, c6 = axes[0][column], axes[1][row]
        energy = by_c12 * (c12 - ARGON.c12) + by_c6 * (c6 - ARGON.c6)
        expected = energy - (helmholtz(at(c12, c6)) - helmholtz(ARGON))
        assert values[row, column] == pytest.approx(expected, rel=0.03, abs=2e-4)


def test_states_without_a_single_fluid_are_blank_with_the_reason():
    state = LJState.from_reduced(0.8, 1.0, sigma=0.34, epsilon=1.0)
    asked = exact(state), state.density, state.temperature
    found = error_map(*asked, c12=(0.3 * state.c12, 3.0 * state.c12))
    assert np.array_equal(found.mask, np.isfinite(found.values))
    assert np.array_equal(found.mask, found.reason == 0)
    assert {REASONS[i] for i in np.unique(found.reason)} >= {
        "liquid and vapour separate",
        "the fluid freezes",
    }
    assert any("blank" in sentence for sentence in found.warnings)
    for row, column in np.argwhere(found.reason == 2)[::500]:
        frozen = LJState(found.c12[column], found.c6[row], state.density, state.temperature)
        assert frozen.thermal_energy == GAS_CONSTANT * state.temperature
        assert frozen.reduced_density > 0.8


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(), max_size=4))
def test_any_axis_gives_a_map_or_one_clear_sentence(axis):
    try:
        found = error_map(exact(ARGON, 0.01), 13.7, 345.0, c12=axis, c6=(6e-3, 6.5e-3))
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert found.mask.any()
