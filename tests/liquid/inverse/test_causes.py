"""Cut-offs and small boxes are named where they explain a misfit, and only there."""

import re

import numpy as np
import pytest
from support.liquid_samples import (
    ATOMS,
    bins,
    curve,
    expansion,
    fluid,
    hypernetted_chain,
    scatter,
)

from surrogate_app.liquid import RDF, InverseSurrogate, LJState
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.fluctuations import count_shape, waves
from surrogate_app.liquid.forward.finite_size import FiniteSizeCorrection
from surrogate_app.liquid.forward.truncation import truncated
from surrogate_app.liquid.inverse.causes import cause_of_misfit
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import usable_bins
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.simulation.bins import REACH, distances


@pytest.fixture(scope="module")
def surrogate():
    return InverseSurrogate.load()


def run(state, counts, seed=1, cut=None, shifted=True, atoms=ATOMS, end=REACH):
    """RDF that a run with a cut-off in σ, or of a number of atoms, would measure."""
    t, width = bins(end=end)
    place = state.coupling, state.attraction
    g = curve(state, t, width) + scatter(state, t, width, np.random.default_rng(seed), counts)
    if cut is not None:
        g = g + truncated(expansion(), *place, t, [(cut, shifted)])[0]
    lack = FiniteSizeCorrection.over(t, width).of(expansion(), *np.array(place)[:, None])[0]
    g = g - (1.0 / atoms - 1.0 / ATOMS) * lack
    return RDF(t * state.density ** (-1.0 / 3.0), g)


def causes(fit):
    return [text for text in fit.warnings if "misfit is explained by" in text]


@pytest.mark.parametrize(
    ("place", "counts", "cut", "shifted"),
    [
        ((0.8, 1.0), 1e-8, 2.5, True),
        ((0.5, 1.6), 1e-7, 2.5, False),
        ((0.3, 1.7), 1e-7, 2.5, True),
        ((0.3, 1.7), 1e-8, 3.0, True),
        ((0.8, 2.0), 1e-8, 3.0, False),
    ],
)
def test_a_cut_off_is_named_with_what_it_changes(surrogate, place, counts, cut, shifted):
    state = fluid(*place)
    rdf = run(state, counts, cut=cut, shifted=shifted)
    fit = surrogate.fit(rdf, state.density, state.temperature)
    (told,) = causes(fit)
    kind = "and shifted there" if shifted else "without a shift"
    assert f"cut off at {cut:g}σ {kind}" in told
    numbers = r"from ([\d.]+) to ([\d.]+), .* σ = ([\d.]+) nm and ε = ([\d.]+) kJ"
    before, after, sigma, epsilon = map(float, re.search(numbers, told).groups())
    assert before == pytest.approx(fit.misfit, abs=0.06)
    assert after < 1.5
    assert sigma == pytest.approx(state.sigma, rel=1e-3)
    assert epsilon == pytest.approx(state.epsilon, rel=0.01)
    assert not any("effective potential" in text for text in fit.warnings)


@pytest.mark.parametrize("place", [(0.8, 1.0), (0.5, 1.6), (0.3, 1.7)])
def test_fluids_without_a_cut_off_have_none_named(surrogate, place):
    """Slow shells, larger than their noise lets expect, leave a misfit that nothing explains."""
    state, named, misfits = fluid(*place), 0, []
    t, width = bins()
    std = np.sqrt(1e-7 * count_shape(t, width, curve(state, t, width)))
    rng = np.random.default_rng(5)
    for seed in range(40):
        rdf = run(state, 1e-7, seed=seed)
        slow = std * (waves(t, width) @ rng.normal(scale=8.0, size=waves(t, width).shape[1]))
        fit = surrogate.fit(RDF(rdf.r, rdf.g + slow), state.density, state.temperature)
        misfits.append(fit.misfit)
        named += bool(causes(fit))
    assert np.median(misfits) > 1.5
    assert named <= 2


@pytest.mark.parametrize("design", ["test", "direct"])
def test_simulations_with_long_cut_offs_have_none_named(surrogate, design):
    states = Structures.load(design)
    for row, g in zip(states.parameters.tolist()[:60], states.g, strict=False):
        state = fluid(*row) if len(row) == 2 else LJState(*row)
        rdf = RDF(distances() * state.density ** (-1.0 / 3.0), g.astype(float))
        assert causes(surrogate.fit(rdf, state.density, state.temperature)) == []


@pytest.mark.parametrize("height", [3.0, 5.0])
def test_another_potential_is_no_cut_off(surrogate, height):
    rdf = hypernetted_chain(lambda r: height * np.exp(-8.0 * (r - 1.0)) / r, 0.5)
    fit = surrogate.fit(rdf, 0.5 / 0.34**3, 300.0)
    assert fit.misfit > 3.0
    assert causes(fit) == []


@pytest.mark.parametrize("factor", [0.95, 1.05])
def test_a_wrong_density_is_no_cut_off(surrogate, factor):
    state = fluid(0.8, 1.0)
    fit = surrogate.fit(run(state, 1e-7), factor * state.density, state.temperature)
    assert fit.misfit > 3.0
    assert causes(fit) == []


@pytest.mark.parametrize("atoms", [108, 200])
def test_a_small_box_is_named_by_its_number_of_atoms(surrogate, atoms):
    state = fluid(0.3, 1.45)
    rdf = run(state, 1e-8, atoms=atoms, end=min(REACH, 0.5 * atoms ** (1.0 / 3.0)))
    fit = surrogate.fit(rdf, state.density, state.temperature)
    (told,) = causes(fit)
    (number,) = re.findall(r"small box, of about (\d+) atoms", told)
    assert float(number) == pytest.approx(atoms, rel=0.1)


def test_half_the_box_is_a_cut_off_where_it_is_known(surrogate):
    state, half = fluid(0.3, 1.7), 2.1
    rdf = run(state, 1e-8, cut=half)
    used = usable_bins(rdf, state.density, state.temperature)
    measured = Measurement.of(surrogate.forward, surrogate.noise, used.t, used.width, used.g)
    model = MODELS[surrogate.name]
    estimate = model.estimate(surrogate.network, surrogate.card, measured, used)
    (told,) = cause_of_misfit(measured, used, estimate, half * state.sigma)
    assert "at half the box (2.10σ) and shifted there" in told
