"""Millions of systems are predicted in bounded memory, with the values of each by itself."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from surrogate_app.common.timing import resident
from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.quantities import BOTH, QUANTITIES, grid
from surrogate_app.electrolyte.surrogate import points
from surrogate_app.electrolyte.surrogate.constraints import constrain
from surrogate_app.electrolyte.surrogate.surrogate import CHUNK, TILE
from surrogate_app.electrolyte.system import DOMAIN, N_BINS
from surrogate_app.electrolyte.walls import wall_factor

LOW, HIGH = np.array(list(DOMAIN.values())).T
CORNERS = [
    [5.0, 2.0, 0.63, 0.63, -0.02],
    [5.0, 0.1, 0.2, 0.2, -0.02],
    [5.0, 2.0, 0.2, 0.63, -0.02],
    [4.0, 2.0, 0.63, 0.2, -0.01],
]


def systems(number, seed=1):
    return np.random.default_rng(seed).uniform(LOW, HIGH, (number, 5))


@pytest.fixture(scope="module", params=Surrogate.available())
def surrogate(request):
    return Surrogate.load(request.param)


def test_nodes_and_splines_give_what_the_network_says_in_every_bin():
    network = Surrogate.load("wallnet").network
    rows = np.vstack((systems(60), CORNERS))
    r = np.broadcast_to(points.bin_distances(rows), (len(rows), 2, N_BINS // 2))
    features = points.point_features(rows, r)
    f = network.predict(features.reshape(-1, features.shape[-1])).reshape(r.shape).astype(float)
    factor = wall_factor(rows[:, :1], rows[:, 2:4], N_BINS)[..., : N_BINS // 2]
    got = points.half_densities(network, rows).T / rows[:, 1, None, None]
    error = np.abs(got - factor * np.exp(f))
    assert error.max() < 6e-3
    assert np.sqrt((error**2).mean()) < 4e-4
    assert np.median(error.max(axis=(1, 2))) < 1e-3


def test_beyond_contact_the_interpolation_is_a_cubic_spline():
    rows = systems(3)
    r = points.node_distances(rows)[points.INNER :]
    diameter, span = rows[:, 2:4].T, 0.5 * (rows[:, 0] - rows[:, 2:4].T)
    values = np.zeros((points.NODES, 2, 3), np.float32)
    values[points.INNER :] = np.sin(4.0 * r)
    got = points.interpolate(values, rows)
    width = points.CROWDING / (len(r) - 1)
    for species, system in np.ndindex(2, 3):
        x = points.bin_distances(rows)[system, 0] - 0.5 * diameter[species, system]
        place = np.log1p(x[x >= 0.0] * np.expm1(points.CROWDING) / span[species, system]) / width
        spline = CubicSpline(np.arange(len(r)), values[points.INNER :, species, system])
        assert got[x >= 0.0, species, system] == pytest.approx(spline(place), abs=1e-4)


def test_chunks_are_the_profiles_of_all_systems_in_turn(surrogate, monkeypatch):
    monkeypatch.setattr("surrogate_app.electrolyte.surrogate.surrogate.CHUNK", 200)
    rows = systems(500)
    _, expected = surrogate.predict_many(rows)
    steps = []
    parts = [(p, n.copy()) for p, n in surrogate.predict_chunks(rows, steps.append)]
    assert [(p.start, p.stop) for p, _ in parts] == [(0, 200), (200, 400), (400, 500)]
    together = np.concatenate([n for _, n in parts])
    assert together.dtype == np.float32
    assert np.abs(together - expected).max() < 1e-5 * expected.max()
    assert steps == sorted(steps)
    assert steps[-1] == 1.0


def test_constraints_hold_in_single_precision(surrogate):
    rows = systems(TILE + 3)
    for part, n in surrogate.predict_chunks(rows):
        h, c = rows[part, 0], rows[part, 1]
        assert n[:, 1].sum(axis=-1, dtype=float) * h / N_BINS == pytest.approx(c * h, rel=1e-6)
        assert (n == n[..., ::-1]).all()
        assert n.min() >= 0.0


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_response_is_the_quantity_of_the_profile(surrogate, quantity):
    rows = systems(5)
    values = surrogate.response(rows, quantity)
    assert values.shape == (5, N_BINS // 2)
    for row, value in zip(rows, values, strict=True):
        profile = surrogate.predict(Electrolyte.from_array(row))
        expected = getattr(profile, quantity)[: N_BINS // 2]
        assert value == pytest.approx(expected, abs=1e-5 * np.abs(expected).max())


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_a_response_at_the_bins_distances_is_that_at_the_bins(quantity):
    surrogate = Surrogate.load()
    rows = systems(4)
    rows[:, 0] = 4.4
    here = surrogate.response(rows, quantity, grid(quantity, 4.4))
    bins = surrogate.response(rows, quantity)
    assert np.abs(here - bins).max() < 2e-5 * np.abs(bins).max()


def test_a_response_is_symmetric_about_the_middle():
    surrogate, row = Surrogate.load(), [[4.6, 1.0, 0.3, 0.5, -0.015]]
    r = np.array([0.3, 1.1, 2.3])
    for quantity, sign in (("charge_density", 1.0), ("integrated_charge", -1.0)):
        near, far = (surrogate.response(row, quantity, where) for where in (r, 4.6 - r))
        assert near == pytest.approx(sign * far, abs=1e-6)
    assert surrogate.response(row, "integrated_charge", [0.0]) == pytest.approx(-0.015)


def test_only_the_species_that_are_asked_for_are_computed(monkeypatch):
    surrogate = Surrogate.load()
    computed = []
    original = points.node_distances

    def recorded(parameters, species=BOTH):
        computed.append(species)
        return original(parameters, species)

    monkeypatch.setattr(points, "node_distances", recorded)
    surrogate.response(CORNERS, "n_neg")
    surrogate.response(CORNERS, "charge_density")
    assert computed == [(1,), (0, 1)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"quantity": "pressure"}, "no quantity 'pressure'; choose n_pos"),
        ({"r": [-0.1]}, "-0.1 nm from the left wall is not between the walls"),
        ({"r": [4.2]}, "which are 4 nm apart"),
        ({"r": [[1.0]]}, "one after the other"),
    ],
)
def test_responses_that_do_not_exist_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        Surrogate.load().response(CORNERS, **options)


def test_more_than_fits_in_memory_is_refused_with_a_way_out():
    rows = np.broadcast_to(CORNERS[0], (1_000_000, 5))
    with pytest.raises(ValueError, match=r"11\.2 GiB.*predict_chunks.*response"):
        Surrogate.load().predict_many(rows)


def test_chunks_refuse_systems_outside_the_domain_before_anything_is_computed():
    with pytest.raises(ValueError, match="1 of 1 systems lie outside"):
        Surrogate.load().predict_chunks([[4.5, 3.0, 0.4, 0.4, -0.01]])


def test_an_interrupted_prediction_stops():
    def stop(fraction):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Surrogate.load("modnn").response(systems(20 * TILE), progress=stop)


def peak_of(number):
    """Largest memory in MiB of a process that predicts so many systems."""
    return resident(
        "from surrogate_app.electrolyte import Surrogate\n"
        "from surrogate_app.electrolyte.evaluation.benchmark import systems\n"
        f"for part, n in Surrogate.load('modnn').predict_chunks(systems({number})):\n"
        "    pass",
        largest=True,
    )


def test_memory_does_not_grow_with_the_number_of_systems():
    profiles = CHUNK * 2 * N_BINS * 4 / 2**20  # MiB
    assert peak_of(5 * CHUNK) - peak_of(CHUNK) < profiles


@pytest.mark.slow
def test_a_million_systems_need_less_than_a_gibibyte():
    assert peak_of(1_000_000) < 1024.0


def test_halves_of_whole_profiles_are_constrained_alike(surrogate):
    rows = systems(3)
    n, _ = constrain(surrogate.raw(rows), rows)
    assert surrogate.predict_many(rows)[1] == pytest.approx(n, rel=1e-5, abs=1e-6)
