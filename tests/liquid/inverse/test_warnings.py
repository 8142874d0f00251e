"""What makes a fit doubtful is said: other potentials, wrong states, noise, short curves."""

import math
from dataclasses import replace

import numpy as np
import pytest
from support.liquid_samples import fitted, fluid, hypernetted_chain, measured, pulls

from surrogate_app.liquid import RDF, InverseSurrogate
from surrogate_app.liquid.data.examples import load_examples
from surrogate_app.liquid.inverse.fitting import FitSettings
from surrogate_app.liquid.phases import is_fluid

EXAMPLES = load_examples()
NAMES = [example.name for example in EXAMPLES]


@pytest.fixture(scope="module")
def surrogate():
    return InverseSurrogate.load()


OTHER_POTENTIALS = {
    "hard spheres": (lambda r: np.where(r < 1.0, 60.0, 0.0), 0.6),
    "a Yukawa repulsion": (lambda r: 5.0 * np.exp(-8.0 * (r - 1.0)) / r, 0.5),
    "a long-ranged repulsion": (lambda r: 3.0 * np.maximum(r, 0.1) ** -4, 0.3),
    "a shoulder beyond the well": (
        lambda r: (
            2.0 * (np.maximum(r, 0.5) ** -12 - np.maximum(r, 0.5) ** -6)
            + 0.6 * np.exp(-50.0 * (r - 1.6) ** 2)
        ),
        0.5,
    ),
}


@pytest.mark.parametrize("name", OTHER_POTENTIALS)
def test_other_potentials_are_told_from_lennard_jones(surrogate, name):
    potential, density = OTHER_POTENTIALS[name]
    fit = surrogate.fit(hypernetted_chain(potential, density), density / 0.34**3, 300.0)
    assert not fit.in_domain
    assert fit.misfit > 3.0
    assert any("differs from that of any Lennard-Jones fluid" in text for text in fit.warnings)


@pytest.mark.parametrize("example", EXAMPLES[:3], ids=NAMES[:3])
@pytest.mark.parametrize("density", [0.7, 1.3])
def test_a_density_typed_wrong_is_noticed(surrogate, example, density):
    fit = fitted(surrogate, example, density=density)
    assert not fit.in_domain
    assert any("Check density" in text for text in fit.warnings)


def test_a_solid_is_no_fluid(surrogate):
    """Sharp shells of a crystal: face-centred cubic neighbours, blurred a little."""
    shells = np.sqrt(np.arange(1, 16))
    weights = np.array([12, 6, 24, 12, 24, 8, 48, 6, 36, 24, 24, 24, 72, 0, 48])
    a = (math.sqrt(2.0) / 27.0) ** (1 / 3)  # nearest neighbours at a density of 27 nm⁻³
    r = np.arange(0.002, 1.1, 0.004)
    peaks = np.exp(-0.5 * ((r[:, None] - a * shells) / 0.018) ** 2) / (0.018 * math.sqrt(2 * np.pi))
    g = peaks @ weights / (4.0 * np.pi * r**2 * 27.0)
    fit = surrogate.fit(RDF(r, g), 27.0, 90.0)
    assert not fit.in_domain


def test_a_noisy_rdf_of_a_hot_gas_hardly_fixes_c6(surrogate):
    state = fluid(0.1, 8.0)
    long, short = (
        surrogate.fit(measured(state, counts=c, seed=3), state.density, state.temperature)
        for c in (1e-7, 3e-5)
    )
    assert not any("hardly determines C6" in text for text in long.warnings)
    (sentence,) = (text for text in short.warnings if "hardly determines C6" in text)
    assert f"{100.0 * short.c6_std / short.c6:.0f} %" in sentence
    assert short.c6_std > 3.0 * long.c6_std
    assert short.in_domain  # nothing is wrong with it, it only tells little


def test_a_fit_that_does_not_converge_is_reported(surrogate):
    state = fluid(0.8, 1.0)
    rdf = measured(state, counts=1e-6, seed=3)
    told = []
    for settings in (FitSettings(), FitSettings(iterations=1)):
        hasty = replace(surrogate, settings=settings)
        warnings = hasty.fit(rdf, state.density, state.temperature).warnings
        told.append(any("did not converge" in text for text in warnings))
    assert told == [False, True]


def test_the_noise_of_the_file_is_told(surrogate):
    state = fluid(0.5, 2.0)
    noises = [
        surrogate.fit(measured(state, counts=c, seed=4), state.density, state.temperature).noise
        for c in (1e-6, 1e-4)
    ]
    # at t = 3.5, in bins of 0.01
    expected = math.sqrt(1e-4 * 1.02 / (3.5**2 * 0.01))
    assert noises[1] == pytest.approx(expected, rel=0.25)
    assert noises[1] / noises[0] == pytest.approx(10.0, rel=0.25)


def test_an_rdf_without_the_second_shell_is_less_certain_and_says_so(surrogate):
    state = fluid(0.8, 1.0)
    where = state.density, state.temperature
    short = surrogate.fit(measured(state, end=1.3, seed=3), *where)
    long = surrogate.fit(measured(state, seed=3), *where)
    assert any("before the second shell" in text for text in short.warnings)
    assert not any("before the second shell" in text for text in long.warnings)
    assert np.abs(pulls(short, state)).max() < 4.0


@pytest.mark.parametrize(("density", "temperature"), [(0.97, 1.0), (0.5, 1.1), (0.8, 0.72)])
def test_states_that_are_no_fluid_are_out_of_the_domain(surrogate, density, temperature):
    assert not is_fluid(density, temperature)
    state = fluid(density, temperature)
    fit = surrogate.fit(measured(state, counts=0.0), state.density, state.temperature)
    assert not fit.in_domain
    assert fit.warnings[0].startswith(("At the state", "The best parameters lie at the edge"))
