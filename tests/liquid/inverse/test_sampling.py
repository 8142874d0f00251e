"""A g(r) may hold means over bins or values at points: a fit finds out which, and says so."""

from dataclasses import replace

import numpy as np
import pytest
from support.liquid_samples import fitted, fluid, measured

from surrogate_app.liquid import RDF, InverseSurrogate, LJState
from surrogate_app.liquid.data.examples import load_examples
from surrogate_app.liquid.inverse import sampling

EXAMPLES = load_examples()
NAMES = [example.name for example in EXAMPLES]
ARGON = EXAMPLES[0].state
STEPS = pytest.mark.parametrize("step", [0.005, 0.01, 0.02, 0.04])


@pytest.fixture(scope="module")
def surrogate():
    return InverseSurrogate.load()


def grid(step, end=1.5):
    return np.arange(step, end, step)


def fit_of(surrogate, r, g, state=ARGON, **told):
    return surrogate.fit(RDF(r, np.maximum(g, 0.0), **told), state.density, state.temperature)


def assert_found(fit, state=ARGON):
    for name in ("c12", "c6"):
        value, std, truth = getattr(fit, name), getattr(fit, f"{name}_std"), getattr(state, name)
        assert abs(value - truth) < max(2.0 * std, 0.003 * truth), name
    assert fit.in_domain


def said(fit):
    return any(text.startswith("g(r) was taken as values at points") for text in fit.warnings)


@STEPS
@pytest.mark.parametrize("state", [ARGON, EXAMPLES[1].state], ids=["argon", "methane"])
def test_values_at_points_give_their_parameters_back(surrogate, state, step):
    r = grid(step)
    fit = fit_of(surrogate, r, surrogate.forward.rdf(state, r), state)
    assert_found(fit, state)
    assert fit.sampling == "points"
    assert said(fit)
    np.testing.assert_allclose(fit.g_fit, surrogate.forward.rdf(fit.state, r))


@STEPS
@pytest.mark.parametrize("state", [ARGON, EXAMPLES[1].state], ids=["argon", "methane"])
def test_means_over_bins_give_their_parameters_back(surrogate, state, step):
    r = grid(step)
    fit = fit_of(surrogate, r, surrogate.forward.rdf(state, r, step), state)
    assert_found(fit, state)
    assert (fit.sampling, fit.warnings) == ("centres", ())


@pytest.mark.parametrize("step", [0.01, 0.02, 0.04])
@pytest.mark.parametrize("over_bins", [False, True])
def test_noise_does_not_hide_which_they_are(surrogate, step, over_bins):
    r, rng = grid(step), np.random.default_rng(1)
    g = surrogate.forward.rdf(ARGON, r, step if over_bins else 0.0)
    fit = fit_of(surrogate, r, g + 1e-3 * rng.normal(size=len(r)))
    assert_found(fit)
    assert fit.sampling == ("centres" if over_bins else "points")
    assert said(fit) != over_bins


@pytest.mark.parametrize("number", [40, 80, 200])
@pytest.mark.parametrize("noise", [0.0, 1e-3])
def test_points_at_any_distances_are_taken_as_such(surrogate, number, noise):
    rng = np.random.default_rng(number)
    steps = rng.uniform(0.2, 1.0, number)
    r = 1.5 * np.cumsum(steps) / steps.sum()
    fit = fit_of(surrogate, r, surrogate.forward.rdf(ARGON, r) + noise * rng.normal(size=number))
    assert_found(fit)
    assert said(fit)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_files_of_simulations_are_means_over_bins(surrogate, example):
    fit = fitted(surrogate, example)
    assert fit.sampling == "centres"
    assert not said(fit)
    # the same numbers without a word of where they come from
    again = fitted(surrogate, example, RDF(example.rdf.r, example.rdf.g))
    assert (again.c12, again.c6) == (fit.c12, fit.c6)


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_a_file_of_which_every_fifth_row_was_kept_holds_values_at_points(surrogate, example):
    thin = RDF(example.rdf.r[4::5], example.rdf.g[4::5])
    fit = fitted(surrogate, example, thin)
    assert said(fit)
    assert fit.c12 == pytest.approx(example.state.c12, rel=0.02)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("density", "temperature"), [(0.5, 2.0), (0.8, 1.0)])
def test_noise_of_simulations_is_not_taken_for_points(surrogate, density, temperature, seed):
    state = fluid(density, temperature)
    rdf = measured(state, counts=1e-6, seed=seed)
    fit = surrogate.fit(rdf, state.density, state.temperature)
    assert fit.sampling == "centres"
    certain = surrogate.fit(replace(rdf, sampling="centres"), state.density, state.temperature)
    assert (fit.c12, fit.c6_std, fit.warnings) == (certain.c12, certain.c6_std, certain.warnings)


def test_who_knows_what_the_values_are_can_say_so(surrogate):
    r = grid(0.02)
    g = surrogate.forward.rdf(ARGON, r)
    points, bins = (fit_of(surrogate, r, g, sampling=given) for given in ("points", "centres"))
    assert_found(points)
    assert points.sampling == "points"
    assert not said(points)
    assert bins.sampling == "centres"
    assert not bins.in_domain
    assert bins.c12 > 1.02 * ARGON.c12
    assert abs(bins.c12 - ARGON.c12) > 10.0 * abs(points.c12 - ARGON.c12)
    text = "\n".join(f"{x:.3f} {y:.8f}" for x, y in zip(r, g, strict=True)).encode()
    assert RDF.read(text, sampling="points").sampling == "points"
    assert RDF.read(text).sampling is None


def test_the_papers_network_compares_at_points_when_told(surrogate):
    paper = InverseSurrogate.load("deepilst")
    r = grid(0.01)
    fit = fit_of(paper, r, surrogate.forward.rdf(ARGON, r), sampling="points")
    np.testing.assert_allclose(fit.g_fit, surrogate.forward.rdf(fit.state, r))


def test_a_simulation_is_fitted_only_once(surrogate, monkeypatch):
    """Trying both would take twice the time."""
    fits = []

    def counting(*args, fit_structure=sampling.fit_structure):
        fits.append(args)
        return fit_structure(*args)

    monkeypatch.setattr(sampling, "fit_structure", counting)
    for example in EXAMPLES:
        fitted(surrogate, example)
    assert len(fits) == len(EXAMPLES)


def test_what_no_lennard_jones_fluid_has_stays_means_over_bins(surrogate):
    state = LJState.from_reduced(0.6, 2.0, 0.34, 1.0)
    r = grid(0.02)
    g = np.where(r > 0.3, 1.0 + 2.0 * np.exp(-15.0 * (r - 0.3)) * np.cos(75.0 * (r - 0.3)), 0.0)
    fit = fit_of(surrogate, r, g, state)
    assert fit.sampling == "centres"
    assert not fit.in_domain


EDGES = pytest.mark.parametrize("sampling", ["lower", "upper"])


def printed_at_edges(surrogate, state, step, sampling, noise=0.0, seed=0, end=1.5):
    """What a code prints that counts in bins and writes one of their edges."""
    middle = np.arange(0.5 * step, end, step)
    g = surrogate.forward.rdf(state, middle, step)
    rng = np.random.default_rng(seed)
    g = np.where(g > 0.02, g + noise * rng.normal(size=len(g)), g)
    return middle + (0.5 if sampling == "upper" else -0.5) * step, g


@EDGES
@pytest.mark.parametrize("step", [0.01, 0.02, 0.03])
@pytest.mark.parametrize("noise", [0.0, 2e-3])
@pytest.mark.parametrize("state", [ARGON, EXAMPLES[2].state], ids=["argon", "dense"])
def test_edges_of_bins_are_found_where_data_can_tell(surrogate, state, step, noise, sampling):
    r, g = printed_at_edges(surrogate, state, step, sampling, noise)
    fit = fit_of(surrogate, r, g, state)
    assert fit.sampling == sampling
    told = fit_of(surrogate, r, g, state, sampling=sampling)
    assert fit.c12 == pytest.approx(told.c12, abs=2.0 * told.c12_std)
    assert fit.c6 == pytest.approx(told.c6, abs=2.0 * told.c6_std)
    if not noise:
        assert_found(fit, state)
    assert any(f"with {sampling} edges r" in sentence for sentence in fit.warnings)


@EDGES
def test_edges_can_be_told(surrogate, sampling):
    r, g = printed_at_edges(surrogate, ARGON, 0.02, sampling)
    told = fit_of(surrogate, r, g, sampling=sampling)
    assert told.sampling == sampling
    assert_found(told)
    assert told.warnings == ()
    middle = r + (0.01 if sampling == "lower" else -0.01)
    known = np.isfinite(told.g_fit)
    np.testing.assert_allclose(
        told.g_fit[known], surrogate.forward.rdf(told.state, middle[known], 0.02), atol=1e-6
    )


@EDGES
@pytest.mark.parametrize("seed", range(4))
def test_what_noise_hides_widens_the_uncertainty_and_is_said(surrogate, sampling, seed):
    r, g = printed_at_edges(surrogate, ARGON, 0.004, sampling, noise=0.15, seed=seed, end=0.8)
    fit = fit_of(surrogate, r, g)
    if fit.sampling != sampling:
        assert any("so uncertainties include half a bin" in text for text in fit.warnings)
        told = fit_of(surrogate, r, g, sampling=fit.sampling)
        assert fit.sigma_std > told.sigma_std
    assert abs(fit.sigma - ARGON.sigma) < 3.0 * fit.sigma_std
