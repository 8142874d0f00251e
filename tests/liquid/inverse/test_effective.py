"""Fits of simulated fluids of other potentials: effective ones, with what they lack."""

import re

import numpy as np
import pytest
from support.liquid_samples import bins, curve, fluid, scatter

from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid import RDF, InverseSurrogate
from surrogate_app.liquid.data.examples import load_molecules
from surrogate_app.liquid.data.fluctuations import waves
from surrogate_app.liquid.inverse.effective import fit_effective
from surrogate_app.liquid.inverse.fitting import Measurement
from surrogate_app.liquid.inverse.histogram import usable_bins
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.scores import rdf_error

MOLECULES = {example.file.split(".")[0]: example for example in load_molecules()}


@pytest.fixture(scope="module")
def surrogate():
    return InverseSurrogate.load()


def by_noise(surrogate, example):
    """The estimate by the noise of a simulation alone, and the RDF as it sees it."""
    used = usable_bins(example.rdf, example.density, example.temperature)
    measured = Measurement.of(surrogate.forward, surrogate.noise, used.t, used.width, used.g)
    model = MODELS[surrogate.name]
    return measured, model.estimate(surrogate.network, surrogate.card, measured, used)


@pytest.mark.parametrize("name", MOLECULES)
def test_one_particle_for_a_molecule_is_told_with_what_it_leaves(surrogate, name):
    example = MOLECULES[name]
    fit = surrogate.fit(example.rdf, example.density, example.temperature)
    assert not fit.in_domain
    assert fit.origin == "simulated"
    (told,) = [text for text in fit.warnings if "effective potential" in text]
    used = np.isfinite(fit.g_fit) & (fit.rdf.g > 1e-3)
    left = fit.rdf.g[used] - fit.g_fit[used]
    share = 100.0 * np.sqrt(np.sum(left**2) / np.sum((fit.rdf.g[used] - 1.0) ** 2))
    (number,) = re.findall(r"leaves ([\d.]+) %", told)
    assert float(number) == pytest.approx(share, rel=0.1)
    assert not any("longer run, or" in text or "longer run deter" in text for text in fit.warnings)
    open_ = any("does not show whether there is attraction" in text for text in fit.warnings)
    assert open_ == (fit.c6_std > 0.5 * fit.c6)


@pytest.mark.parametrize("name", MOLECULES)
def test_it_describes_the_whole_better_than_a_fit_by_noise(surrogate, name):
    example = MOLECULES[name]
    fit = surrogate.fit(example.rdf, example.density, example.temperature)
    before = by_noise(surrogate, example)[1]
    state = type(fit.state)(before.c12, before.c6, example.density, example.temperature)
    inside = fit.rdf.r <= surrogate.forward.r_max(state)
    r, g = fit.rdf.r[inside], fit.rdf.g[inside]
    theirs = surrogate.forward.unchecked(state, r, np.gradient(r))
    assert fit.rdf_error < 0.8 * float(rdf_error(r, g, theirs))
    assert 0.5 < fit.epsilon / GAS_CONSTANT < 150.0
    # methane, the roundest, is carried best
    assert (fit.epsilon_std < 0.3 * fit.epsilon) == (name == "ch4")


def test_where_the_search_begins_does_not_matter(surrogate):
    example = MOLECULES["co"]
    measured, estimate = by_noise(surrogate, example)
    found = []
    for factor in (1.0, 3.0):
        begun = type(estimate)(**{**vars(estimate), "c6": factor * estimate.c6})
        refined, _ = fit_effective(
            measured, example.rdf, begun, example.density, example.temperature
        )
        found.append([refined.c12, refined.c6])
    np.testing.assert_allclose(found[0], found[1], rtol=2e-3)


def test_a_small_addition_to_the_structure_moves_the_answer_within_its_uncertainty(surrogate):
    state = fluid(0.7, 1.4)
    r = np.arange(0.0025, 1.3, 0.005)
    g = surrogate.forward.rdf(state, r, width=0.005)
    other = g + 0.05 * (g - 1.0) * np.sin(20.0 * r) * (g > 0.01)
    rdf = RDF(r, other, origin="simulated")
    fit = surrogate.fit(rdf, state.density, state.temperature)
    assert not fit.in_domain
    assert abs(fit.sigma - state.sigma) < 3.0 * fit.sigma_std
    assert abs(fit.epsilon - state.epsilon) < 3.0 * fit.epsilon_std
    assert fit.epsilon_std < 0.2 * fit.epsilon


def test_slow_shells_of_a_simulation_are_no_other_potential(surrogate):
    """Waves of four times the usual size leave a misfit, but the answer is that by noise."""
    state = fluid(0.5, 2.0)
    t, width = bins()
    g = curve(state, t, width)
    slow = 6.0 * scatter(state, t, width, np.random.default_rng(2), counts=1e-6)
    over = waves(t, width)
    smooth = over @ np.linalg.lstsq(over, slow / np.sqrt(g + 0.02) * t, rcond=None)[0]
    fine = scatter(state, t, width, np.random.default_rng(3), counts=1e-6)
    rdf = RDF(t * state.density ** (-1.0 / 3.0), g + fine + smooth * np.sqrt(g + 0.02) / t)
    fit = surrogate.fit(rdf, state.density, state.temperature)
    assert fit.misfit > 3.0
    assert not any("effective potential" in text for text in fit.warnings)
    assert any("farthest off" in text for text in fit.warnings)
