"""The forward surrogate's g(r) is that of statistical mechanics where that has exact answers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from support.liquid_samples import bins, curve, expansion, fluid

from surrogate_app.liquid import RDF, ForwardSurrogate, InverseSurrogate, LJState
from surrogate_app.liquid.analysis.thermodynamics import pressure
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.forward.splines import FIRST, LAST, knots, spline_matrix
from surrogate_app.liquid.forward.structure import FINEST, boltzmann_factor, structure
from surrogate_app.liquid.inverse.histogram import cell_means
from surrogate_app.liquid.phases import freezing_density, is_fluid, simulated_freezing_density
from surrogate_app.liquid.scores import rdf_error
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.state import CORE_DENSITY, CUTOFF, from_reduced

ARGON = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
fluids = st.builds(fluid, st.floats(0.3, 0.75), st.floats(1.4, 9.0))


@pytest.fixture(scope="module")
def surrogate():
    return ForwardSurrogate.load()


def first_order(x, attraction):
    """ρ⁻¹ ln of the cavity function of a gas, ∫ f(r₁₃) f(r₃₂) d³r₃, at x in core lengths."""
    r = np.linspace(1e-3, 12.0, 12_001)
    step = r[1] - r[0]
    inverse6 = np.minimum(r**-6, 30.0)
    energy = np.where(r < CUTOFF * attraction ** (-1 / 6), inverse6 * (inverse6 - attraction), 0.0)
    moment = r * np.expm1(-energy)
    inner = np.concatenate(([0.0], np.cumsum(0.5 * (moment[1:] + moment[:-1]) * step)))
    between = [np.interp(y + r, r, inner) - np.interp(abs(y - r), r, inner) for y in x]
    return 2.0 * np.pi / x * (np.array(between) @ moment) * step


# ---------------------------------------------------------------- what models are made of


def test_splines_add_up_to_one_and_reproduce_straight_lines():
    t = np.linspace(FIRST, LAST - 1e-6, 301)
    matrix = spline_matrix(t)
    assert matrix.sum(axis=1) == pytest.approx(np.ones(301))
    greville = np.array([knots()[i + 1 : i + 4].mean() for i in range(matrix.shape[1])])
    assert matrix @ greville == pytest.approx(t)


@pytest.mark.parametrize(("density", "temperature"), [(0.8, 1.0), (0.5, 2.0), (1.2, 30.0)])
def test_a_bin_holds_the_mean_of_the_boltzmann_factor_over_its_shell(density, temperature):
    state = fluid(density, temperature)
    scale = state.density ** (-1 / 3)
    end = CUTOFF * state.sigma / scale
    t = np.array([0.5, 0.75, 0.9, 1.0, 1.1, 1.8])
    assert np.abs(t - end).min() > 0.05  # one that holds the cut-off has a step inside
    found = boltzmann_factor(
        t, 0.02, *(np.array([[x]]) for x in (state.coupling, state.attraction))
    )
    for place, factor in zip(t, found[0], strict=True):

        def mass(x):
            near = x < end
            return x**2 * np.exp(-state.potential(x * scale) / state.thermal_energy * near)

        total, _ = quad(mass, place - 0.01, place + 0.01)
        volume = ((place + 0.01) ** 3 - (place - 0.01) ** 3) / 3.0
        assert factor == pytest.approx(total / volume, rel=2e-4, abs=1e-6)


def test_structures_change_smoothly_where_the_potential_is_cut():
    """A jump there would spoil the derivatives that fits rest on."""
    t, width = bins()
    attraction = fluid(0.8, 1.0).attraction + np.linspace(-2e-3, 2e-3, 81)
    coupling = np.full(81, fluid(0.8, 1.0).coupling)
    g = structure(expansion(), t, width, coupling, attraction)
    change = np.diff(g, axis=0)
    assert np.abs(np.diff(change, axis=0)).max() < 0.3 * np.abs(change).max()


def test_beyond_the_cut_off_pairs_do_not_attract():
    far = np.array([[1e-3]]), np.array([[1.0]])
    assert (boltzmann_factor(np.array([1.0, 3.0]), 0.01, *far) == 1.0).all()


@pytest.mark.parametrize("width", [0.3 * FINEST, 2.0 * FINEST, 5.5 * FINEST])
def test_a_wide_bin_holds_the_mean_of_the_narrow_ones_inside(width):
    state = fluid(0.8, 1.0)
    t = np.array([0.9, 1.1, 2.3])
    fine = t[:, None] + width * ((np.arange(200) + 0.5) / 200 - 0.5)
    means = [np.average(curve(state, row, width / 200), weights=row**2) for row in fine]
    assert curve(state, t, width) == pytest.approx(np.array(means), rel=5e-3)


def test_one_wide_bin_among_narrow_ones_changes_none_of_them():
    state = fluid(0.5, 2.0)
    t, width = bins()
    wide = width.copy()
    wide[200] = 0.4
    whole, plain = curve(state, t, wide), curve(state, t, width)
    others = np.arange(len(t)) != 200
    assert whole[others] == pytest.approx(plain[others], rel=1e-6)
    assert whole[200] == pytest.approx(curve(state, t[200:201], 0.4)[0], rel=1e-6)


@given(
    g=st.lists(st.floats(0.0, 9.0), min_size=8, max_size=8),
    cut=st.floats(0.05, 0.75),
)
@settings(derandomize=True, deadline=None, max_examples=40)
def test_cells_share_out_the_whole_of_a_histogram(g, cut):
    edges = np.linspace(0.0, 1.0, 9)
    means, covered = cell_means(np.array([0.0, cut, 1.0]), edges, np.array(g))
    assert covered.all()
    assert means @ [cut, 1.0 - cut] == pytest.approx(np.mean(g))


# ---------------------------------------------------------------- physics


@pytest.mark.parametrize("temperature", [2.0, 4.0, 20.0, 100.0])
def test_a_gas_has_the_boltzmann_factor_and_what_the_first_neighbours_add(temperature):
    attraction = 2.0 / np.sqrt(temperature)
    x = np.array([1.0, 1.1, 1.3, 1.6, 2.0, 2.5, 3.0])
    expected = first_order(x, attraction)
    for density in (0.06, 0.1):  # in core lengths
        place = np.array([density / CORE_DENSITY]), np.array([attraction])
        t = x * density ** (1 / 3)
        factor = boltzmann_factor(t, 0.0, *(value[:, None] for value in place))
        cavity = np.log(structure(expansion(), t, 0.0, *place) / factor)[0]
        # what second neighbours add is of second order
        assert cavity == pytest.approx(density * expected, abs=0.015 + 2.0 * density**2)
        assert np.abs(cavity).max() < 2.0 * density


@pytest.mark.parametrize(
    ("density", "temperature"), [(0.1, 2.0), (0.35, 1.4), (0.8, 1.0), (1.2, 10)]
)
def test_far_apart_pairs_do_not_know_each_other(surrogate, density, temperature):
    state = fluid(density, temperature)
    r = np.linspace(0.85, 1.0, 60) * surrogate.r_max(state)
    g = surrogate.rdf(state, r)
    assert abs(g.mean() - 1.0) < 0.015
    assert np.abs(g - 1.0).max() < 0.05


def test_no_pair_is_found_inside_the_core(surrogate):
    r = np.linspace(0.0, 0.75 * ARGON.sigma, 50)
    assert surrogate.rdf(ARGON, r).max() < 1e-3
    assert surrogate.rdf(ARGON, 0.0).shape == (1,)


@given(state=fluids, size=st.floats(0.2, 5.0), t_star=st.floats(0.3, 4.0))
@settings(derandomize=True, deadline=None, max_examples=40)
def test_states_of_equal_coupling_and_attraction_have_the_same_structure(state, size, t_star):
    """The law of corresponding states, exact: lengths and energies only set the scale."""
    surrogate = ForwardSurrogate.load()
    other = LJState(
        state.c12 * t_star * size**12,
        state.c6 * t_star * size**6,
        state.density / size**3,
        state.temperature * t_star,
    )
    assert (other.coupling, other.attraction) == pytest.approx((state.coupling, state.attraction))
    r = np.linspace(0.1, 0.999, 80) * surrogate.r_max(state)
    assert surrogate.rdf(other, size * r) == pytest.approx(surrogate.rdf(state, r), rel=1e-4)


@given(state=fluids)
@settings(derandomize=True, deadline=None, max_examples=40)
def test_neighbours_sit_near_the_minimum_of_the_potential(state):
    surrogate = ForwardSurrogate.load()
    r = np.linspace(0.8, 2.0, 400) * state.sigma
    g = surrogate.rdf(state, r)
    assert 1.0 < r[np.argmax(g)] / state.sigma < 1.15
    assert np.isfinite(g).all()
    assert g.min() >= 0.0


def test_compression_at_fixed_temperature_orders_the_second_shell(surrogate):
    heights = []
    for density in (0.3, 0.45, 0.6, 0.75, 0.9):
        state = fluid(density, 2.0)
        heights.append(surrogate.rdf(state, np.linspace(1.8, 2.4, 100) * state.sigma).max())
    assert (np.diff(heights) > 0.0).all()


# ---------------------------------------------------------------- structure factors


def structure_factor(density, temperature, k):
    """S(k) by Fourier transform of the surrogate's g; distances in ρ^(−1/3)."""
    t = (np.arange(200) + 0.5) * 0.02
    place = from_reduced(density, temperature)
    g = structure(expansion(), t, 0.0, *(np.array([float(x)]) for x in place))[0]
    sines = 4.0 * math.pi * 0.02 * np.sin(np.outer(k, t)) * t / np.asarray(k)[:, None]
    return 1.0 + sines @ (g - 1.0)


def test_a_hot_gas_scatters_as_an_ideal_gas():
    assert structure_factor(0.15, 400.0, np.linspace(3.0, 9.0, 30)) == pytest.approx(1.0, abs=0.25)
    assert structure_factor(0.15, 400.0, np.linspace(9.0, 25.0, 30)) == pytest.approx(1.0, abs=0.08)


@pytest.mark.parametrize("temperature", [0.8, 1.0, 2.0, 5.0])
def test_close_to_freezing_the_main_peak_is_that_of_hansen_and_verlet(temperature):
    """They found 2.85 for the liquid that freezes (Phys. Rev. 184, 151 (1969))."""
    density = 0.97 * float(simulated_freezing_density(temperature))
    k = np.linspace(5.0, 9.0, 400)
    s = structure_factor(density, temperature, k)
    assert 2.3 < s.max() < 2.95
    assert k[np.argmax(s)] == pytest.approx(7.1, abs=0.15)  # 2π over the distance of layers


def test_long_waves_of_a_liquid_are_as_weak_as_it_is_hard_to_compress():
    teqp = pytest.importorskip("teqp")
    model = teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}})
    pure = np.array([1.0])
    for density, temperature in ((0.8, 1.0), (0.5, 2.0)):
        first, second = (
            slope(temperature, density, pure) for slope in (model.get_Ar01, model.get_Ar02)
        )
        compressibility = 1.0 / (1.0 + 2.0 * first + second)
        found = structure_factor(density, temperature, np.array([2.0 * math.pi / 4.0]))
        assert found[0] == pytest.approx(compressibility, abs=0.15)
    assert compressibility == pytest.approx(0.405, abs=0.01)


def test_near_the_critical_point_long_waves_are_strong():
    long, short = structure_factor(0.3, 1.4, np.array([1.0, 4.0]))
    assert long > 1.2 > 0.9 > short


# ---------------------------------------------------------------- against simulations


def test_structures_of_other_simulations_are_met_within_their_noise():
    test = Structures.load("test")
    g = structure(expansion(), distances(), WIDTH, test.coupling, test.attraction)
    error = rdf_error(distances(), test.g, g)
    assert len(test) >= 30
    assert np.median(error) <= 0.005
    assert error.max() < 0.02
    seen = test.g > 0.02
    deviation = (g - test.g) / np.maximum(test.g_sem, 1e-9)
    scatter = [np.sqrt(np.mean(row[mask] ** 2)) for row, mask in zip(deviation, seen, strict=True)]
    assert np.median(scatter) < 1.4


def test_test_states_are_none_of_those_that_the_model_was_trained_on(surrogate):
    trained = np.stack(from_reduced(*surrogate.states.T), axis=1)
    test = Structures.load("test")
    places = np.stack((test.coupling, test.attraction), axis=1)
    assert np.abs(places[:, None] - trained).max(axis=-1).min() > 1e-4
    assert surrogate.states.shape == (surrogate.card.data["training"], 2)


# ---------------------------------------------------------------- what is refused or doubted


@pytest.mark.parametrize("r", [-0.1, 1e9, np.nan, np.inf])
def test_distances_that_no_answer_is_known_for_are_refused(surrogate, r):
    with pytest.raises(ValueError, match=r"distances must lie between 0 and .* nm .*, got") as told:
        surrogate.rdf(ARGON, [0.4, r])
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("r", "width", "words"),
    [
        ([], 0.0, "r must be one or more numbers in nm in a row"),
        ([[0.3, 0.4]], 0.0, "r must be one or more numbers in nm in a row"),
        ("near", 0.0, "r must be numbers in nm"),
        ([0.3, 0.4], np.nan, "width must lie between 0 and"),
        ([0.3, 0.4], -0.01, "width must lie between 0 and"),
        ([0.3, 0.4], 1e6, "width must lie between 0 and"),
        ([0.3, 0.4], [0.01, 0.01, 0.01], "width must be one number or one for each of the 2"),
    ],
)
def test_what_is_no_row_of_distances_is_refused(surrogate, r, width, words):
    with pytest.raises(ValueError, match=words) as told:
        surrogate.rdf(ARGON, r, width)
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("call", ["rdf", "pressure"])
@pytest.mark.parametrize(
    ("density", "temperature", "words"),
    [(0.3, 1.0, "separates into liquid"), (1.0, 1.0, "freezes"), (0.02, 2.0, "more dilute")],
)
def test_doubtful_states_are_answered_with_a_warning(surrogate, call, density, temperature, words):
    state = fluid(density, temperature)
    with pytest.warns(UserWarning, match=words) as told:
        surrogate.rdf(state, [0.4, 0.5]) if call == "rdf" else pressure(surrogate, state)
    assert [each.filename for each in told] == [__file__]


@pytest.mark.parametrize(("density", "temperature"), [(0.005, 0.9), (0.02, 1.1), (0.8, 0.3)])
def test_structures_that_nothing_has_are_refused(surrogate, density, temperature):
    state = fluid(density, temperature)
    r = np.linspace(0.25, 1.0, 200)
    with pytest.raises(ValueError, match=r"knows no g\(r\) of this state, it would reach") as told:
        surrogate.rdf(state, r)
    assert "\n" not in str(told.value)


def test_known_fluids_and_fits_are_silent(surrogate, recwarn):
    surrogate.rdf(ARGON, [0.4, 0.5])
    pressure(surrogate, ARGON)
    r = np.arange(0.01, 1.3, 0.01)
    InverseSurrogate.load().fit(RDF(r, surrogate.rdf(ARGON, r)), 30.0, 345.0)
    assert not recwarn.list


def test_the_reach_goes_with_the_spacing_of_the_atoms(surrogate):
    assert surrogate.r_max(ARGON) == pytest.approx(4.0 * ARGON.density ** (-1 / 3))
    assert np.isfinite(surrogate.rdf(ARGON, surrogate.r_max(ARGON))).all()


@pytest.mark.parametrize(
    ("density", "temperature", "words"),
    [
        (0.3, 1.0, "separates into liquid"),
        (0.01, 1.0, "is a vapour"),
        (1.0, 1.0, "freezes"),
        (0.855, 0.65, "colder than those that were simulated"),
        (0.6, 600.0, "hotter"),
        (0.02, 2.0, "more dilute"),
    ],
)
def test_states_that_are_not_known_are_told(surrogate, density, temperature, words):
    (sentence,) = surrogate.domain_warnings(fluid(density, temperature))
    assert words in sentence
    assert f"ρ* = {density:.3g}, T* = {temperature:.3g}" in sentence
    assert sentence.endswith(".")


@pytest.mark.parametrize(
    ("density", "temperature"), [(0.8, 0.85), (0.1, 1.4), (0.31, 1.35), (0.95, 3.0), (1.5, 100.0)]
)
def test_one_phase_fluids_raise_no_doubts(surrogate, density, temperature):
    assert surrogate.domain_warnings(fluid(density, temperature)) == ()


def test_no_stable_fluid_is_said_to_be_none(surrogate):
    """Down to the triple point; what lies beyond the simulated states is said to do so."""
    rng = np.random.default_rng(3)
    t_star = np.exp(rng.uniform(np.log(0.694), np.log(700.0), 2_000))
    rho = rng.uniform(0.0, 1.0, 2_000) * freezing_density(t_star)
    stable = is_fluid(rho, t_star)
    told = [
        surrogate.domain_warnings(fluid(*state))
        for state in zip(rho[stable].tolist(), t_star[stable].tolist(), strict=True)
    ]
    assert np.mean([not sentences for sentences in told]) > 0.5
    for sentence in {sentence for sentences in told for sentence in sentences}:
        assert "than those that the surrogate was trained on" in sentence


def test_all_states_of_the_campaign_surround_what_raises_no_doubts(surrogate):
    coupling, attraction = from_reduced(*surrogate.states.T)
    assert coupling.min() < 0.046
    assert attraction.min() < 0.1
    assert surrogate.states[:, 1].min() < 0.67
