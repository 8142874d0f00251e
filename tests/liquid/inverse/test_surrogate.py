"""From g(r) to the potential: right within the stated error, and doubtful where it should be."""

import json
import math
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from support.liquid_samples import fitted, fluid, measured, pulls

from surrogate_app.liquid import RDF, Fit, ForwardSurrogate, InverseSurrogate, LJState
from surrogate_app.liquid.data.dataset import Structures, split
from surrogate_app.liquid.data.examples import load_examples
from surrogate_app.liquid.forward.surrogate import model_dir
from surrogate_app.liquid.inverse.models.deepilst import scaled, unscaled
from surrogate_app.liquid.rdf.sampling import bin_edges
from surrogate_app.liquid.simulation.bins import distances
from surrogate_app.liquid.state import TABLE_1, to_reduced

EXAMPLES = load_examples()
NAMES = [example.name for example in EXAMPLES]
NUMBERS = (
    *("c12", "c6", "c12_std", "c6_std", "correlation", "sigma", "epsilon"),
    *("sigma_std", "epsilon_std", "noise", "misfit", "rdf_error"),
)
MODELS = InverseSurrogate.available()
ALL_MODELS = pytest.mark.parametrize("model", MODELS)


@pytest.fixture(scope="module")
def surrogate():
    return InverseSurrogate.load()


def numbers(fit):
    return {name: getattr(fit, name) for name in NUMBERS}


def coarser(rdf, times):
    """What bins so many times as wide would have counted."""
    whole = len(rdf.r) // times * times
    r, g = (values[:whole].reshape(-1, times) for values in (rdf.r, rdf.g))
    return RDF(r.mean(axis=1), (g * r**2).sum(axis=1) / (r**2).sum(axis=1))


# ---------------------------------------------------------------- known potentials


def test_both_models_are_shipped_and_the_default_comes_first():
    assert MODELS == ("corresponding", "deepilst")
    assert InverseSurrogate.load().name == "corresponding"
    assert InverseSurrogate.load("deepilst").name == "deepilst"


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_shipped_files_are_fitted_within_their_error(surrogate, example):
    fit = fitted(surrogate, example)
    assert fit.in_domain
    assert fit.warnings == ()
    assert fit.c12 == pytest.approx(example.state.c12, rel=0.015)
    assert fit.c6 == pytest.approx(example.state.c6, rel=0.015)
    assert np.abs(pulls(fit, example.state)).max() < 3.0
    assert fit.c12_std < 0.02 * fit.c12
    assert fit.c6_std < 0.03 * fit.c6
    assert fit.rdf_error < 0.005
    assert 0.2 < fit.misfit < 2.0
    assert fit.state == LJState(fit.c12, fit.c6, example.state.density, example.state.temperature)


def test_the_papers_network_finds_argon_to_a_few_per_cent_of_its_ranges():
    fit = fitted(InverseSurrogate.load("deepilst"), EXAMPLES[0])
    truth = EXAMPLES[0].state
    error = scaled(np.array([[fit.c12, fit.c6]])) - scaled(np.array([[truth.c12, truth.c6]]))
    assert np.abs(error).max() < 0.06
    assert fit.model == "deepilst"


def test_simulations_that_no_training_saw_are_fitted_as_well_as_stated(surrogate):
    """Half to nine tenths of the deviations are within 1 σ, nearly all within 3."""
    states = Structures.load("states")
    part = states.take(split(len(states))[2])
    found = []
    for g, (density, temperature) in zip(part.g[:50], part.parameters[:50].tolist(), strict=True):
        state = fluid(density, temperature)
        rdf = RDF((np.arange(400) + 0.5) * 0.01 * state.density ** (-1 / 3), g)
        found.append(pulls(surrogate.fit(rdf, state.density, state.temperature), state))
    inside = [np.mean(np.abs(found) < times, axis=0) for times in (1.0, 3.0)]
    assert ((inside[0] > 0.5) & (inside[0] < 0.93)).all()
    assert (inside[1] > 0.93).all()


@pytest.mark.parametrize(("density", "temperature"), [(0.3, 1.7), (0.54, 2.88), (0.8, 1.6)])
def test_errors_of_sigma_and_epsilon_follow_from_those_of_c12_and_c6(
    surrogate, density, temperature
):
    fit = surrogate.fit(
        measured(fluid(density, temperature)), *density_and_temperature(density, temperature)
    )
    assert -1.0 < fit.correlation < 1.0
    variance = np.array(
        [
            [fit.c12_std**2, fit.correlation * fit.c12_std * fit.c6_std],
            [fit.correlation * fit.c12_std * fit.c6_std, fit.c6_std**2],
        ]
    )
    draws = np.random.default_rng(1).multivariate_normal([fit.c12, fit.c6], variance, 4000)
    states = [LJState(c12, c6, fit.density, fit.temperature) for c12, c6 in draws.tolist()]
    assert fit.sigma_std == pytest.approx(np.std([s.sigma for s in states]), rel=0.06)
    assert fit.epsilon_std == pytest.approx(np.std([s.epsilon for s in states]), rel=0.06)


def density_and_temperature(density, temperature):
    state = fluid(density, temperature)
    return state.density, state.temperature


# ---------------------------------------------------------------- the same data, told otherwise


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
def test_the_unit_of_a_file_does_not_matter(surrogate, example):
    rows = zip(example.rdf.r, example.rdf.g, strict=True)
    text = "\n".join(f"{10.0 * r:.12g} {g:.12g}" for r, g in rows).encode()
    inverse_angstrom = RDF.read(text, length_unit="Å")
    assert numbers(fitted(surrogate, example, inverse_angstrom)) == pytest.approx(
        numbers(fitted(surrogate, example)), rel=1e-4
    )


@pytest.mark.parametrize("example", EXAMPLES, ids=NAMES)
@pytest.mark.parametrize("times", [2, 4])
def test_wider_bins_give_the_same_answer_within_the_stated_error(surrogate, example, times):
    fine = fitted(surrogate, example)
    wide = fitted(surrogate, example, coarser(example.rdf, times))
    assert wide.c12 == pytest.approx(fine.c12, abs=fine.c12_std)
    assert wide.c6 == pytest.approx(fine.c6, abs=fine.c6_std)
    assert wide.c12_std == pytest.approx(fine.c12_std, rel=0.5)
    assert wide.in_domain


@pytest.mark.parametrize("width", [0.001, 0.004, 0.02])
def test_curves_of_the_forward_surrogate_are_inverted_at_any_resolution(surrogate, width):
    state = fluid(0.7, 1.5)
    r = (np.arange(int(1.3 / width)) + 0.5) * width
    fit = surrogate.fit(
        RDF(r, surrogate.forward.rdf(state, r, width)), state.density, state.temperature
    )
    assert fit.c12 == pytest.approx(state.c12, rel=2e-3)
    assert fit.c6 == pytest.approx(state.c6, rel=3e-3)


@given(size=st.floats(0.3, 3.0), t_star=st.floats(0.2, 5.0), number=st.integers(0, 3))
@settings(derandomize=True, deadline=None, max_examples=25)
def test_lengths_and_energies_only_set_the_scale(size, t_star, number):
    """The law of corresponding states, exact: λ in all lengths is λ in σ, λ in kT is λ in ε."""
    surrogate, example = InverseSurrogate.load(), EXAMPLES[number]
    state = example.state
    fit = fitted(surrogate, example)
    scaled_rdf = RDF(size * example.rdf.r, example.rdf.g)
    other = surrogate.fit(scaled_rdf, state.density / size**3, t_star * state.temperature)
    assert other.sigma == pytest.approx(size * fit.sigma, rel=1e-5)
    assert other.epsilon == pytest.approx(t_star * fit.epsilon, rel=1e-4)
    assert other.c12 == pytest.approx(t_star * size**12 * fit.c12, rel=1e-4)
    assert other.sigma_std / other.sigma == pytest.approx(fit.sigma_std / fit.sigma, rel=0.01)
    assert other.misfit == pytest.approx(fit.misfit, rel=0.01)


@pytest.mark.parametrize("level", [0.98, 0.995, 1.005, 1.02])
def test_a_wrong_normalisation_of_the_file_does_no_harm(surrogate, level):
    state = fluid(0.5, 2.0)
    fits = [
        surrogate.fit(measured(state, level=x, seed=3), state.density, state.temperature)
        for x in (1.0, level)
    ]
    assert fits[1].c12 == pytest.approx(fits[0].c12, abs=0.1 * fits[0].c12_std)
    assert fits[1].c6 == pytest.approx(fits[0].c6, abs=0.1 * fits[0].c6_std)


@ALL_MODELS
def test_the_fitted_curve_is_that_of_the_forward_surrogate_where_it_reaches(model):
    state = EXAMPLES[0].state
    r = np.append(EXAMPLES[0].rdf.r, [3.0, 40.0, 9e5])
    rdf = RDF(r, np.append(EXAMPLES[0].rdf.g, [1.0, 1.0, 1.0]))
    fit = InverseSurrogate.load(model).fit(rdf, state.density, state.temperature)
    known = np.isfinite(fit.g_fit)
    width = np.diff(bin_edges(r))[known]
    expected = ForwardSurrogate.load().rdf(fit.state, r[known], width)
    assert fit.g_fit.shape == r.shape
    assert fit.g_fit[known] == pytest.approx(expected)
    assert known[:390].all()
    assert not known[-3:].any()
    assert math.isfinite(fit.rdf_error)


def test_the_errors_of_the_papers_network_are_those_on_its_validation_systems():
    """Of its outputs, C12 and C6 scaled to Table 1: small parameters are known less well."""
    fit = fitted(InverseSurrogate.load("deepilst"), EXAMPLES[0])
    covariance = np.array(fit.metadata["covariance"])
    low, high = np.array([TABLE_1["c12"], TABLE_1["c6"]]).T
    of_outputs = np.array([fit.c12_std, fit.c6_std]) / (high - low)
    assert of_outputs == pytest.approx(np.sqrt(np.diag(covariance)))
    assert fit.correlation == pytest.approx(covariance[0, 1] / np.prod(of_outputs))


def test_the_papers_network_does_not_blame_the_file_for_its_own_error():
    for example in EXAMPLES:
        fit = fitted(InverseSurrogate.load("deepilst"), example)
        told = " ".join(fit.warnings)
        assert "any Lennard-Jones fluid" not in told
        assert "longer run" not in told
        beyond = example.state.density < TABLE_1["density"][0] or (
            example.state.temperature < TABLE_1["temperature"][0]
        )
        assert ("The network was trained on" in told) == beyond
        if fit.misfit > 3.0:
            assert "a fit by the default model shows" in told
            assert not fit.in_domain


def test_short_files_are_fitted_within_their_stated_errors(surrogate):
    """Simulated argon up to 1.9 ρ^(−1/3), just beyond the second shell."""
    argon = Structures.load("argon")
    near = distances() < 1.9
    pulls_ = []
    for row, g in zip(argon.parameters[::3], argon.g[::3], strict=True):
        state = LJState(*row)
        rdf = RDF(distances()[near] * state.density ** (-1.0 / 3.0), g[near])
        pulls_.append(pulls(surrogate.fit(rdf, state.density, state.temperature), state))
    pull = np.abs(pulls_)
    assert np.sqrt(np.mean(pull**2, axis=0)) == pytest.approx([1.0, 1.0], abs=0.3)
    assert np.all(np.mean(pull < 2.0, axis=0) > 0.88)


def test_scaled_parameters_fill_zero_to_one_over_table_1():
    corners = np.array([[5e-6, 2e-3], [1e-4, 2.5e-2]])
    assert scaled(corners) == pytest.approx(np.array([[0.0, 0.0], [1.0, 1.0]]))
    assert unscaled(scaled(corners * 0.7)) == pytest.approx(corners * 0.7)


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, "dense", None, 1e9, 1e-9])
@pytest.mark.parametrize("name", ["density", "temperature"])
def test_impossible_conditions_are_refused_by_name(surrogate, name, value):
    conditions = {"density": 13.7, "temperature": 345.0, name: value}
    with pytest.raises(ValueError, match=rf"^{name} must .* got") as told:
        surrogate.fit(EXAMPLES[0].rdf, **conditions)
    assert "\n" not in str(told.value)


def test_an_rdf_far_from_where_the_neighbours_are_is_refused(surrogate):
    with pytest.raises(ValueError, match=r"has 0 points between 13.* and .* nm"):
        surrogate.fit(EXAMPLES[0].rdf, 3e-6, 345.0)
    with pytest.raises(ValueError, match=r"about zero between .* check density and length unit"):
        surrogate.fit(EXAMPLES[0].rdf, 13_700.0, 345.0)


def test_the_papers_network_needs_a_longer_rdf():
    rdf = EXAMPLES[0].rdf
    short = RDF(rdf.r[rdf.r < 1.15], rdf.g[rdf.r < 1.15])
    with pytest.raises(
        ValueError, match=r"needs g\(r\) up to 1.2 nm, this RDF ends at 1.1"
    ) as told:
        InverseSurrogate.load("deepilst").fit(short, 13.7, 345.0)
    assert "\n" not in str(told.value)
    assert InverseSurrogate.load().fit(short, 13.7, 345.0).in_domain


def test_the_papers_network_blames_the_density_where_that_is_what_cuts_the_rdf():
    """Four distances of atoms, up to which RDFs are known, are less than 1.2 nm at 50 nm⁻³."""
    with pytest.raises(ValueError, match=r"at a density of 50 nm⁻³ only what lies below 1.09 nm"):
        InverseSurrogate.load("deepilst").fit(EXAMPLES[0].rdf, 50.0, 345.0)


def test_a_wrong_length_unit_is_named_where_it_leaves_too_few_points(surrogate):
    """A header that says nm over distances in ångström."""
    rdf = EXAMPLES[0].rdf
    text = "r (nm),g\n" + "\n".join(
        f"{10.0 * r:.4f},{g:.6f}" for r, g in zip(rdf.r, rdf.g, strict=True)
    )
    with pytest.raises(
        ValueError, match=r"^the first peak at 3\.\d+ nm is unusual, check the"
    ) as told:
        surrogate.fit(RDF.read(text.encode()), 13.7, 345.0)
    assert "\n" not in str(told.value)


def test_unknown_models_are_refused_with_the_choice():
    with pytest.raises(ValueError, match="no liquid model 'oracle'; choose corresponding or"):
        InverseSurrogate.load("oracle")


def test_weights_that_differ_from_their_metadata_are_refused(tmp_path):
    for path in model_dir().glob("*.*"):
        shutil.copy(path, tmp_path)
    with (tmp_path / "corresponding.keras").open("ab") as file:
        file.write(b"\0")
    assert ForwardSurrogate.load(tmp_path).r_max(EXAMPLES[0].state) > 1.6
    with pytest.raises(ValueError, match=r"corresponding\.keras is not the file that"):
        InverseSurrogate.load(folder=tmp_path)


def test_available_models_are_those_in_the_folder(tmp_path):
    shutil.copy(model_dir() / "corresponding.keras", tmp_path)
    assert InverseSurrogate.available(tmp_path) == ("corresponding",)


# ---------------------------------------------------------------- anything at all


def shapes(x):
    """Curves that may or may not be of a fluid, over distances in units of some size."""
    return st.sampled_from(
        [
            np.where(x > 1.0, 1.0, 0.0),
            np.where(x > 1.0, 1.0 + 2.0 * np.exp(1.0 - x) * np.cos(7.0 * (x - 1.0)), 0.0),
            np.exp(-np.minimum(x, 50.0)),
            np.where(np.abs(x - 1.0) < 0.1, 1e6, 0.0),
            np.where(x > 3.0, 1.0, 0.0),
            np.linspace(0.0, 3.0, len(x)),
            np.full_like(x, 0.01),
        ]
    )


@st.composite
def rdfs(draw):
    number = draw(st.integers(20, 120))
    end = 10.0 ** draw(st.floats(-2.0, 2.0))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    steps = rng.uniform(0.01, 1.0, number) if draw(st.booleans()) else np.ones(number)
    r = np.cumsum(steps) * end / steps.sum()
    g = draw(shapes(r / (end * draw(st.floats(0.02, 0.9)))))
    g = g + draw(st.sampled_from([0.0, 1e-9, 1e-3, 0.3])) * rng.uniform(0.0, 1.0, number)
    if draw(st.booleans()):
        r, g = np.append(r, [50.0 * end, 1e4 * end]), np.append(g, [1.0, 0.0])
    g[draw(st.integers(0, number - 1))] += draw(st.sampled_from([0.0, 1e-3, 1e5]))
    assume(np.ptp(g) > 1e-6)
    return RDF(r, np.clip(g, 0.0, 1e6)), number / end


@ALL_MODELS
@given(
    case=rdfs(),
    spacing=st.floats(0.05, 1.5),
    temperature=st.one_of(st.floats(1.0, 1e4), st.floats(allow_nan=True)),
    odd=st.one_of(st.none(), st.floats()),
)
@settings(derandomize=True, deadline=None, max_examples=80)
def test_anything_is_answered_in_finite_numbers_or_refused_in_a_sentence(
    model, case, spacing, temperature, odd
):
    rdf, per_length = case
    density = (0.2 * per_length * spacing) ** 3 if odd is None else odd
    try:
        fit = InverseSurrogate.load(model).fit(rdf, density, temperature)
    except ValueError as refusal:
        text = str(refusal)
        assert 20 < len(text) < 300
        assert "\n" not in text
        assert "nan must" not in text
        assert not text.startswith(("math domain", "array", "cannot"))
        return
    assert isinstance(fit, Fit)
    assert all(math.isfinite(value) for value in numbers(fit).values())
    assert min(fit.c12, fit.c6, fit.c12_std, fit.c6_std, fit.misfit) > 0.0
    assert -1.0 <= fit.correlation <= 1.0
    assert np.isfinite(fit.g_fit).any()
    assert fit.in_domain or fit.warnings
    assert all(text.endswith(".") and "nan" not in text for text in fit.warnings)


def test_a_fit_is_a_value_that_is_not_changed(surrogate):
    fit = fitted(surrogate, EXAMPLES[0])
    with pytest.raises(AttributeError):
        fit.c12 = 1.0
    assert replace(fit, c12_std=0.0, c6_std=0.0).sigma_std == 0.0
    assert json.dumps(dict(fit.metadata))


def test_fits_of_held_out_states_cover_the_map_of_phases():
    """The numbers above rest on cold and hot, dilute and dense states."""
    states = Structures.load("states")
    coupling, attraction = (getattr(states, name) for name in ("coupling", "attraction"))
    density, temperature = to_reduced(coupling, attraction)
    assert temperature.min() < 0.8
    assert temperature.max() > 100.0
    assert density.min() < 0.1
    assert density.max() > 1.5


def test_distances_in_a_wrong_unit_give_an_answer_that_is_not_trusted(surrogate):
    state = LJState.from_sigma_epsilon(0.365, 1.36, density=15.0, temperature=260.0)
    r = np.arange(0.0025, 1.5, 0.005)
    g = ForwardSurrogate.load().rdf(state, r)
    fit = surrogate.fit(RDF(0.1 * r, g), density=15.0, temperature=260.0)
    assert np.isfinite([fit.c12, fit.c6, fit.c12_std, fit.c6_std]).all()
    assert fit.warnings
    assert fit.misfit > 3.0
