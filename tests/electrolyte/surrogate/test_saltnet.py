"""The model of all salts: exact constraints, limits that theory knows, and the seam at the box."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2
from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.analysis.poisson_boltzmann import poisson_boltzmann
from surrogate_app.electrolyte.data.designs import wide
from surrogate_app.electrolyte.domain import SALTS, WIDE
from surrogate_app.electrolyte.surrogate.seam import share_of_box
from surrogate_app.electrolyte.system import DOMAIN, MARGIN, N_BINS, PARAMETERS

CALCIUM = Electrolyte(h=4.0, c=0.2, d_pos=0.4, d_neg=0.4, sigma_s=-0.05, z_pos=2)


def inside(salt):
    ranges = {name: st.floats(*ends) for name, ends in WIDE.ranges.items()}
    ranges["sigma_s"] = ranges["sigma_s"].map(lambda sigma_s: round(sigma_s, 6))
    systems = st.builds(Electrolyte, z_pos=st.just(salt[0]), z_neg=st.just(salt[1]), **ranges)
    return systems.filter(lambda system: not WIDE.outside(system))


@pytest.fixture(scope="module")
def surrogate():
    return Surrogate.load("saltnet")


@pytest.mark.parametrize("salt", SALTS)
@settings(max_examples=25, deadline=None, derandomize=True)
@given(data=st.data())
def test_profiles_of_every_salt_obey_the_exact_constraints(surrogate, salt, data):
    system = data.draw(inside(salt))
    profile = surrogate.predict(system)
    width = system.h / N_BINS
    assert min(profile.n_pos.min(), profile.n_neg.min()) >= 0.0
    assert np.isfinite(profile.n_pos_std).all()
    assert np.array_equal(profile.n_pos, profile.n_pos[::-1])
    assert np.array_equal(profile.n_neg, profile.n_neg[::-1])
    anions = system.stoichiometry[1] * system.c * system.h
    assert profile.n_neg.sum() * width == pytest.approx(anions, rel=1e-9)
    charge = profile.charge_density.sum() * width * MOLAR_NM_TO_C_PER_M2
    assert charge == pytest.approx(2 * abs(system.sigma_s), rel=1e-7, abs=1e-12)
    assert abs(profile.integrated_charge[-1]) < 1e-9


def test_many_systems_at_once_equal_one_by_one(surrogate):
    rows = wide(20, seed=9, limits=WIDE)
    rows[3] = [4.5, 1.0, 0.4, 0.5, -0.015, 1, -1, 298, 80]
    n = surrogate.predict_many(rows)[1]
    charge = surrogate.response(rows, "charge_density")
    cations = surrogate.response(rows, "n_pos")
    ((part, chunk),) = surrogate.predict_chunks(rows)
    assert part == slice(0, 20)
    for row, n_row, one, charge_row, cation_row in zip(
        rows, n, chunk, charge, cations, strict=True
    ):
        profile = surrogate.predict(Electrolyte.from_array(row))
        scale = profile.n_pos.max()
        for many in (n_row, one):
            assert many[0] == pytest.approx(profile.n_pos, rel=2e-4, abs=1e-6 * scale)
            assert many[1] == pytest.approx(profile.n_neg, rel=2e-4, abs=1e-6 * scale)
        half = slice(0, N_BINS // 2)
        assert charge_row == pytest.approx(profile.charge_density[half], abs=1e-4 * scale)
        assert cation_row == pytest.approx(profile.n_pos[half], rel=2e-4, abs=1e-6 * scale)


def test_five_inputs_mean_the_papers_environment(surrogate):
    row = [3.0, 0.5, 0.3, 0.4, -0.05]
    nine = surrogate.predict_many([[*row, 1, -1, 298, 80]])[1]
    assert np.array_equal(surrogate.predict_many([row])[1], nine)


def test_in_the_papers_box_the_answers_are_those_of_its_own_model(surrogate):
    low, high = np.array([DOMAIN[name] for name in PARAMETERS]).T
    rows = np.random.default_rng(1).uniform(low, high, (9, 5))
    wallnet = Surrogate.load("wallnet")
    assert np.array_equal(surrogate.predict_many(rows)[1], wallnet.predict_many(rows)[1])
    for row in (*rows[:2], low, high):
        mine, its = (each.predict(Electrolyte(*row)) for each in (surrogate, wallnet))
        assert np.array_equal(mine.n_pos, its.n_pos)
        assert np.array_equal(mine.n_neg_std, its.n_neg_std)


@pytest.mark.parametrize("name", [*PARAMETERS, "temperature"])
def test_answers_are_continuous_across_the_seam(surrogate, name):
    middle = Electrolyte(4.5, 0.5, 0.4, 0.4, -0.015)
    if name == "temperature":
        edge, end = 298.0, 308.0
    else:  # the side on which the wide domain goes on
        side = 0 if name in ("c", "sigma_s") else 1
        edge, end = DOMAIN[name][side], MARGIN[name][side]
    step = 1e-4 * (end - edge)
    for value in (edge, end):
        near = [middle.replace(**{name: value + side * step}) for side in (-1.0, 1.0)]
        first, second = (surrogate.predict(system).n_pos for system in near)
        assert np.abs(first - second).max() < 3e-3 * first.mean()


def test_the_share_of_the_box_is_smooth_between_one_and_zero():
    rows = np.tile([4.5, 1.0, 0.4, 0.4, -0.015, 1, -1, 298, 80], (101, 1)).astype(float)
    rows[:, 0] = np.linspace(5.0, 5.1, 101)
    share = share_of_box(rows)
    assert share[0] == 1.0
    assert share[-1] < 1e-9
    assert (np.diff(share) <= 0.0).all()
    assert abs(np.diff(share)).max() < 0.016
    rows[:, 5] = 2
    assert not share_of_box(rows).any()


@pytest.mark.parametrize("salt", [(1, -1), (2, -1), (1, -2)])
def test_weak_coupling_and_small_dilute_ions_follow_poisson_boltzmann(surrogate, salt):
    system = Electrolyte(6.0, 0.03, 0.25, 0.25, -0.01, *salt, temperature=370.0, permittivity=88.0)
    theory = poisson_boltzmann(system)
    profile = surrogate.predict(system)
    away = np.abs(system.z) < system.h / 2 - 0.2
    for species, n in enumerate((profile.n_pos, profile.n_neg)):
        expected = theory.density(species, system.z)[away] / 0.602214
        assert np.sqrt(np.mean((n[away] - expected) ** 2)) < 0.05 * expected.mean()


@pytest.mark.parametrize("salt", [(1, -1), (2, -1), (1, -2), (2, -2)])
def test_uncharged_walls_do_not_tell_cations_from_anions(surrogate, salt):
    """Charge conjugation: exchanging diameters and absolute valencies exchanges the profiles."""
    system = Electrolyte(4.0, 0.3, 0.36, 0.55, 0.0, *salt, temperature=310.0)
    conjugate = system.replace(d_pos=0.55, d_neg=0.36, z_pos=-salt[1], z_neg=-salt[0])
    mine, its = surrogate.predict(system), surrogate.predict(conjugate)
    assert mine.n_pos == pytest.approx(its.n_neg, rel=1e-5, abs=1e-9)
    assert mine.n_neg == pytest.approx(its.n_pos, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("valency", [1, 2])
def test_equal_ions_between_uncharged_walls_have_equal_profiles(surrogate, valency):
    system = Electrolyte(5.0, 0.4, 0.5, 0.5, 0.0, z_pos=valency, z_neg=-valency)
    profile = surrogate.predict(system)
    assert profile.n_pos == pytest.approx(profile.n_neg, rel=1e-5, abs=1e-9)
    assert abs(profile.potential_drop) < 1e-3  # mV
    only = surrogate.response([system.to_array()], "n_neg")[0]
    assert only == pytest.approx(profile.n_neg[: N_BINS // 2], rel=1e-5, abs=1e-9)


def test_profiles_are_continuous_as_walls_lose_their_charge(surrogate):
    system = Electrolyte(4.0, 0.3, 0.36, 0.55, 0.0, z_pos=2)
    charges = (0.0, -1e-6, -0.005 + 1e-6, -0.005 - 1e-6)
    none, little, less, more = (
        surrogate.predict(system.replace(sigma_s=sigma_s)).n_pos for sigma_s in charges
    )
    assert np.abs(little - none).max() < 1e-4 * none.max()
    assert np.abs(less - more).max() < 1e-4 * more.max()


def test_trivalent_ions_overcharge_the_wall(surrogate):
    system = Electrolyte(5.0, 0.3, 0.4, 0.4, -0.1, z_pos=3, permittivity=78.4)
    peak = surrogate.predict(system).integrated_charge.max()
    assert 0.02 < peak / 0.1 < 0.4
    monovalent = surrogate.predict(system.replace(z_pos=1))
    assert monovalent.integrated_charge.max() < 0.02 * 0.1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"h": 1.0}, "h = 1 nm is outside 2 to 10 nm"),
        ({"permittivity": 24.0}, "permittivity = 24 is outside 40 to 90"),
        ({"d_pos": 0.2, "d_neg": 0.2}, "the coupling of cation and anion is 7.01, more than 6"),
    ],
)
def test_systems_outside_are_told_which_limit_they_break(surrogate, change, said):
    system = CALCIUM.replace(**change)
    with pytest.raises(ValueError, match=said):
        surrogate.predict(system)
    with pytest.raises(ValueError, match=r"1 of 2 systems lie outside the domain, first row 1: "):
        surrogate.predict_many([CALCIUM.to_array(), system.to_array()])
