"""What surrogates show obeys physics exactly, and nothing is answered outside their domain."""

import json
import shutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from surrogate_app.common.units import MOLAR_NM_TO_C_PER_M2
from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.surrogate.constraints import constrain
from surrogate_app.electrolyte.surrogate.surrogate import model_dir
from surrogate_app.electrolyte.system import DOMAIN, N_BINS, PARAMETERS

inside = st.builds(
    Electrolyte, **{name: st.floats(low, high) for name, (low, high) in DOMAIN.items()}
)


@pytest.fixture(scope="module", params=Surrogate.available())
def surrogate(request):
    return Surrogate.load(request.param)


def test_the_papers_networks_and_the_default_are_shipped():
    assert {"basenn", "modnn", Surrogate.default_name()} <= set(Surrogate.available())
    assert Surrogate.load().name == Surrogate.default_name() == Surrogate.available()[0]


@settings(max_examples=60, deadline=None)
@given(system=inside)
def test_profiles_obey_the_exact_constraints_everywhere_in_the_domain(surrogate, system):
    profile = surrogate.predict(system)
    width = system.h / N_BINS
    assert profile.n_pos.min() >= 0.0
    assert profile.n_neg.min() >= 0.0
    assert np.array_equal(profile.n_pos, profile.n_pos[::-1])
    assert profile.n_neg.sum() * width == pytest.approx(system.c * system.h, rel=1e-9)
    charge = profile.charge_density.sum() * width * MOLAR_NM_TO_C_PER_M2
    assert charge == pytest.approx(2 * abs(system.sigma_s), rel=1e-7)
    assert abs(profile.integrated_charge[-1]) < 1e-9
    assert 0.0 < profile.screening_length <= system.h / 2
    assert (profile.n_pos_std >= 0.0).all()
    assert profile.n_pos_std.max() > 0.0


def test_many_systems_at_once_equal_one_by_one(surrogate):
    low, high = np.array(list(DOMAIN.values())).T
    rows = np.random.default_rng(3).uniform(low, high, (12, 5))
    z, n = surrogate.predict_many(rows)
    assert z.shape == (12, 502)
    assert n.shape == (12, 2, 502)
    for row, z_row, n_row in zip(rows, z, n, strict=True):
        profile = surrogate.predict(Electrolyte.from_array(row))
        assert z_row == pytest.approx(profile.z)
        assert n_row[0] == pytest.approx(profile.n_pos, rel=1e-4, abs=1e-6)
        assert n_row[1] == pytest.approx(profile.n_neg, rel=1e-4, abs=1e-6)


@pytest.mark.parametrize("name", PARAMETERS)
def test_systems_outside_the_domain_are_refused_by_name(surrogate, name):
    system = Electrolyte(4.5, 1.0, 0.4, 0.4, -0.015)
    low, high = surrogate.domain.ranges[name]
    beyond = max(0.5 * low, low - 0.05 * (high - low)) if low > 0.0 else low - 0.05 * (high - low)
    outside = system.replace(**{name: beyond})
    with pytest.raises(ValueError, match=rf"{name} = .* is outside {low:g} to {high:g}"):
        surrogate.predict(outside)
    with pytest.raises(ValueError, match=rf"1 of 2 systems .* row 1: {name} ="):
        surrogate.predict_many([system.to_array(), outside.to_array()])


def test_arrays_of_another_shape_are_refused(surrogate):
    with pytest.raises(ValueError, match=r"shape \(N, 5\).*got \(5,\)"):
        surrogate.predict_many([4.5, 1.0, 0.4, 0.4, -0.015])


@pytest.mark.parametrize("systems", ["abc", [[1.0, 2.0], [3.0]], [{"h": 4.0}]])
def test_what_is_no_array_of_numbers_is_refused(surrogate, systems):
    with pytest.raises(ValueError, match=r"array of numbers, \(N, 5\).* in the order h, c, d_pos"):
        surrogate.predict_many(systems)


def test_no_systems_have_no_profiles(surrogate):
    none = np.empty((0, 5))
    assert surrogate.predict_many(none)[1].shape == (0, 2, 502)
    assert surrogate.response(none).shape == (0, 251)


def test_the_ends_of_the_domain_belong_to_it_in_single_precision_too(surrogate):
    ends = np.array(list(DOMAIN.values()), np.float32).T
    assert surrogate.predict_many(ends)[1].shape == (2, 2, 502)
    for end in ends:
        assert surrogate.predict(Electrolyte(*end)).n_pos.sum() > 0.0
    low, high = surrogate.domain.ranges["h"]
    beyond = high + 1e-5 * (high - low)
    with pytest.raises(ValueError, match=rf"h = {beyond:.9g} nm is outside {low:g} to {high:g} nm"):
        surrogate.predict(Electrolyte(beyond, 1.0, 0.3, 0.3, -0.015))


def test_two_predictions_can_be_compared_and_kept_in_a_set(surrogate):
    first, second = (surrogate.predict(Electrolyte(4.5, c, 0.3, 0.3, -0.015)) for c in (1.0, 1.5))
    assert first != second
    assert len({first, second, first}) == 2


def test_unknown_models_are_refused_with_the_choice():
    with pytest.raises(ValueError, match=r"no electrolyte model 'oracle'; choose .*modnn"):
        Surrogate.load("oracle")


def test_weights_that_differ_from_their_metadata_are_refused(tmp_path):
    for suffix in (".keras", ".json"):
        shutil.copy(model_dir() / f"modnn{suffix}", tmp_path)
    with (tmp_path / "modnn.keras").open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ValueError, match=r"modnn\.keras is not the file"):
        Surrogate.load("modnn", tmp_path)


def test_metadata_of_another_version_are_refused_by_name(tmp_path):
    for suffix in (".keras", ".json"):
        shutil.copy(model_dir() / f"modnn{suffix}", tmp_path)
    path = tmp_path / "modnn.json"
    metadata = json.loads(path.read_text(encoding="utf-8"))
    metadata["uncertainty"]["scale"].pop()
    path.write_text(json.dumps(metadata), encoding="utf-8")
    with pytest.raises(ValueError, match=r"modnn\.json is of another version of surrogate-app"):
        Surrogate.load("modnn", tmp_path)


def test_the_correction_is_the_relative_change_of_each_total():
    system = np.array([[4.0, 1.0, 0.4, 0.4, -0.01]])
    n = np.ones((1, 2, N_BINS))
    corrected, correction = constrain(n, system)
    counterions = 2 * 0.01 / MOLAR_NM_TO_C_PER_M2 / 4.0
    assert correction[0] == pytest.approx([counterions, 0.0], abs=1e-12)
    assert corrected[0, 0] == pytest.approx(np.full(N_BINS, 1.0 + counterions))


def test_the_default_moves_contact_edges_with_the_diameter():
    surrogate = Surrogate.load()
    small = surrogate.predict(Electrolyte(4.5, 1.0, 0.40, 0.5, -0.015))
    large = surrogate.predict(Electrolyte(4.5, 1.0, 0.45, 0.5, -0.015))

    def edge(profile):
        half = profile.n_pos[: N_BINS // 2]
        return np.interp(0.5 * half.max(), half[: half.argmax()], profile.z[: half.argmax()])

    assert edge(large) - edge(small) == pytest.approx(0.025, abs=0.002)
