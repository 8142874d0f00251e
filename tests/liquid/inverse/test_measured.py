"""Fits of g(r) as diffraction measures it."""

from dataclasses import replace

import numpy as np
import pytest
from support.diffraction import transformed
from support.liquid_samples import fluid

from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid import RDF, InverseSurrogate, LJState
from surrogate_app.liquid.phases import saturated_liquid_density
from surrogate_app.liquid.rdf.origin import core_ripples, resolved_to


@pytest.fixture(scope="module")
def surrogate():
    return InverseSurrogate.load()


@pytest.mark.parametrize("q_max", [90.0, 140.0])
def test_ripples_tell_how_far_s_of_q_was_measured(q_max):
    rdf = transformed(fluid(0.8, 0.9), q_max, 0.02, seed=1)
    assert core_ripples(rdf.r, rdf.g) > 0.0
    assert resolved_to(rdf.r, rdf.g) == pytest.approx(q_max, rel=0.12)


def test_counts_of_pairs_have_no_ripples_in_the_core(surrogate):
    state = fluid(0.8, 0.9)
    r = np.arange(0.005, 1.3, 0.01)
    rdf = RDF(r, surrogate.forward.rdf(state, r))
    assert core_ripples(rdf.r, rdf.g) == 0.0
    assert surrogate.fit(rdf, state.density, state.temperature).origin == "simulated"


@pytest.mark.parametrize(("density", "temperature"), [(0.82, 0.8), (0.75, 1.1)])
@pytest.mark.parametrize("seed", range(3))
def test_measured_liquids_are_found_within_their_uncertainty(surrogate, density, temperature, seed):
    state = fluid(density, temperature)
    rdf = transformed(state, 110.0, 0.03, seed)
    fit = surrogate.fit(rdf, state.density, state.temperature)
    assert fit.origin == "measured"
    assert fit.in_domain
    assert fit.sigma == pytest.approx(state.sigma, rel=0.01)
    assert abs(fit.epsilon - state.epsilon) < 3.0 * fit.epsilon_std
    assert fit.epsilon_std < 0.15 * state.epsilon
    assert any("Measured g(r)" in sentence for sentence in fit.warnings)


LIQUIDS = {
    "argon": (0.3405, 119.8, 21.25, 85.0),
    "krypton": (0.3636, 163.0, 17.6, 120.0),
    "warmer krypton": (0.3636, 163.0, 13.6, 180.0),
    "xenon": (0.396, 222.0, 13.65, 165.0),
}
"""σ in nm, ε/k_B in K, density in nm⁻³ and temperature in K of measured liquids."""


@pytest.mark.parametrize("name", LIQUIDS)
@pytest.mark.parametrize(("q_max", "noise"), [(80.0, 0.02), (250.0, 0.02)])
def test_noble_liquids_near_their_triple_points_are_accepted(surrogate, name, q_max, noise):
    sigma, kelvin, density, temperature = LIQUIDS[name]
    state = LJState.from_sigma_epsilon(sigma, kelvin * GAS_CONSTANT, density, temperature)
    rdf = transformed(state, q_max, noise, 1, np.arange(0.02, 1.3, 0.01) * sigma / 0.34)
    fit = surrogate.fit(rdf, density, temperature)
    assert (fit.origin, fit.in_domain) == ("measured", True)
    assert abs(fit.sigma - sigma) < 2.0 * fit.sigma_std
    assert abs(fit.epsilon - state.epsilon) < 2.5 * fit.epsilon_std
    assert fit.sigma_std < 0.01 * sigma
    assert fit.epsilon_std < 0.15 * state.epsilon


@pytest.mark.parametrize(("density", "temperature"), [(38.13, 27.0), (32.6, 36.0)])
def test_neon_at_saturation_is_found(surrogate, density, temperature):
    state = LJState.from_sigma_epsilon(0.2782, 36.0 * GAS_CONSTANT, density, temperature)
    rdf = transformed(state, 110.0, 0.02, 1, np.arange(0.02, 1.06, 0.01))
    fit = surrogate.fit(rdf, density, temperature)
    assert (fit.origin, fit.in_domain) == ("measured", True)
    assert abs(fit.sigma - state.sigma) < 2.0 * fit.sigma_std
    assert abs(fit.epsilon - state.epsilon) < 2.0 * fit.epsilon_std
    assert fit.epsilon_std < 0.15 * state.epsilon


@pytest.mark.parametrize("t_star", [0.75, 1.0])
def test_a_liquid_a_little_thinner_than_a_stable_one_is_less_certain(surrogate, t_star):
    """Real liquids need not be saturated where those of a 12-6 potential are."""
    saturated = float(saturated_liquid_density(t_star))
    stds = []
    for share in (1.0, 0.985):
        state = fluid(share * saturated, t_star)
        fit = surrogate.fit(transformed(state, 110.0, 0.02, 2), state.density, state.temperature)
        assert fit.in_domain
        assert abs(fit.epsilon - state.epsilon) < 2.5 * fit.epsilon_std
        stds.append(fit.epsilon_std / fit.epsilon)
    assert min(stds) > 0.01


@pytest.mark.parametrize("seed", range(2))
def test_an_error_of_the_density_lies_within_the_uncertainty(surrogate, seed):
    state = fluid(0.83, 0.75)
    rdf = transformed(state, 110.0, 0.02, seed)
    fit = surrogate.fit(rdf, 1.01 * state.density, state.temperature)
    assert fit.in_domain
    assert abs(fit.sigma - state.sigma) < 2.5 * fit.sigma_std
    assert abs(fit.epsilon - state.epsilon) < 2.5 * fit.epsilon_std


def test_ripples_are_seen_where_little_of_the_core_is_given(surrogate):
    state = fluid(0.83, 0.75)
    rdf = transformed(state, 110.0, 0.02, seed=3)
    kept = rdf.r > 0.75 * state.sigma
    fit = surrogate.fit(RDF(rdf.r[kept], rdf.g[kept]), state.density, state.temperature)
    assert (fit.origin, fit.in_domain) == ("measured", True)
    assert abs(fit.epsilon - state.epsilon) < 2.0 * fit.epsilon_std


def test_who_knows_the_origin_can_say_so(surrogate):
    state = fluid(0.8, 0.9)
    rdf = transformed(state, 110.0, 0.03, seed=4)
    fit = surrogate.fit(replace(rdf, origin="simulated"), state.density, state.temperature)
    assert fit.origin == "simulated"
    assert not any("Measured g(r)" in sentence for sentence in fit.warnings)
    with pytest.raises(ValueError, match="origin must be one of simulated, measured"):
        replace(rdf, origin="dreamt")


def test_words_and_ripples_of_a_file_tell_its_origin():
    rdf = transformed(fluid(0.8, 0.9), 110.0, 0.03, seed=5)
    rows = "\n".join(f"{10.0 * r:.3f} {g:.5f}" for r, g in zip(rdf.r, rdf.g, strict=True))
    read = RDF.read(f"# r (A) g(r)\n{rows}".encode())
    assert read.origin == "measured"
    assert any("oscillates" in sentence for sentence in read.assumptions)
    assert RDF.read(rows.encode(), length_unit="Å", origin="simulated").origin == "simulated"
    clean = "\n".join(
        f"{10.0 * r:.3f} {max(g, 0.0) if r > 0.3 else 0.0:.5f}"
        for r, g in zip(rdf.r, rdf.g, strict=True)
    )
    said = RDF.read(f"# g(r) by neutron diffraction, r in A\n{clean}".encode())
    assert said.origin == "measured"
    assert RDF.read(f"# r (A), g(r)\n{clean}".encode()).origin is None


def test_a_curve_that_no_12_6_potential_has_is_said_to_be_so(surrogate):
    state = fluid(0.8, 0.9)
    rdf = transformed(state, 110.0, 0.02, seed=6)
    other = 1.0 + (rdf.g - 1.0) * (1.0 + 0.5 * np.sin(25.0 * rdf.r) * (rdf.r > 0.4))
    fit = surrogate.fit(RDF(rdf.r, other, origin="measured"), state.density, state.temperature)
    assert not fit.in_domain
    assert any("of another form" in sentence for sentence in fit.warnings)
    assert not any("any Lennard-Jones fluid" in sentence for sentence in fit.warnings)
