"""The compiled kernels against plain double-precision arithmetic over all pairs."""

import math

import numpy as np
import pytest

from surrogate_app.electrolyte.simulation import kernel as montecarlo
from surrogate_app.electrolyte.simulation.coulomb import sheet_modes, sheet_potential

H, LENGTH, BJERRUM = 4.0, 6.0, 0.7009
DIAMETERS = np.array([0.4, 0.55])
N_POS, N = 17, 29
CHARGE = np.where(np.arange(N) < N_POS, 1.0, -1.0)
DIAMETER = np.where(np.arange(N) < N_POS, *DIAMETERS)
UNIT = LENGTH / 2.0**32


def start(seed, closest=0.3):
    """Random places, none closer to another than `closest`, in integers and nm."""
    rng = np.random.default_rng(seed)
    places = []
    while len(places) < N:
        trial = rng.integers(-(2**31), 2**31, 2)
        z = np.float32((rng.random() - 0.5) * (H - 0.6))
        trial = (np.int32(trial[0]), np.int32(trial[1]), z)
        if all(distance(trial, other) > closest for other in places):
            places.append(trial)
    x, y, z = zip(*places, strict=True)
    return np.array(x, np.int32), np.array(y, np.int32), np.array(z, np.float32)


def separation(a, b):
    """Vector between two places in nm, laterally by the nearest image, in double precision."""
    lateral = [(int(a[k]) - int(b[k]) + 2**31) % 2**32 - 2**31 for k in (0, 1)]
    return np.array([lateral[0] * UNIT, lateral[1] * UNIT, float(a[2]) - float(b[2])])


def distance(a, b):
    return float(np.linalg.norm(separation(a, b)))


def wca(r, size):
    """4[(σ/r)¹² − (σ/r)⁶] + 1 within the minimum, in k_BT."""
    if r >= 2 ** (1 / 6) * size:
        return 0.0
    return 4 * ((size / r) ** 12 - (size / r) ** 6) + 1


def total_energy(x, y, z):
    """Energy of all pairs and walls in k_BT, with the sheets' potential in closed form."""
    energy = 0.0
    for i in range(N):
        for edge in (H / 2 + float(z[i]), H / 2 - float(z[i])):
            if edge <= 0.0:
                return math.inf
            energy += wca(edge, DIAMETER[i] / 2)
        for j in range(i):
            apart = separation((x[i], y[i], z[i]), (x[j], y[j], z[j]))
            r = float(np.linalg.norm(apart))
            coulomb = 1.0 / r + float(sheet_potential(apart[2], LENGTH))
            energy += BJERRUM * CHARGE[i] * CHARGE[j] * coulomb
            energy += wca(r, (DIAMETER[i] + DIAMETER[j]) / 2)
    return energy


def run(x, y, z, rng, sweeps, steps, relocation, bins=502):
    counts, forces, squares = np.zeros((3, 2, bins))
    moves = np.zeros((2, 4))
    montecarlo.run_sweeps(
        rng, sweeps, x, y, z, N_POS, H, LENGTH, DIAMETERS, BJERRUM, *sheet_modes(H, LENGTH),
        np.array(steps), relocation, counts, forces, squares, moves,
    )  # fmt: skip
    return counts, forces, squares, moves


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pair_sums_agree_with_a_double_precision_loop_over_nearest_images(seed):
    x, y, z = start(seed)
    edge = np.int32(2**31 - 1000)  # next to the cell's edge: partners lie across it
    old = (edge, np.int32(-edge), np.float32(0.3))
    new = (np.int32(x[4] + 2**27), y[4], np.float32(z[4] + 0.1))
    size = 0.5
    sums = montecarlo.pair_sums(x, y, z, *old, *new, np.float32(UNIT), np.float32(size**2))
    expected = np.zeros(6)
    for j in range(N):
        for place, (coulomb, overlap) in ((old, (0, 1)), (new, (4, 5))):
            apart = separation(place, (x[j], y[j], z[j]))
            r = float(np.linalg.norm(apart))
            expected[coulomb] += 1 / r
            expected[overlap] += wca(r, size)
            if place is old:
                expected[2] += apart[2] / r**3
                step = 1e-6
                shifted = float(np.linalg.norm(apart + np.array([0.0, 0.0, step])))
                expected[3] -= (wca(shifted, size) - wca(r, size)) / step / 12.0
    np.testing.assert_allclose(sums, expected, rtol=2e-5, atol=2e-4)


def test_ions_across_the_cell_edge_are_neighbours():
    x, y = np.array([[-(2**31) + 5_000_000], [0]], np.int32)
    z = np.zeros(1, np.float32)
    place = (np.int32(2**31 - 5_000_000), np.int32(0), np.float32(0.0))
    sums = montecarlo.pair_sums(x, y, z, *place, *place, np.float32(UNIT), np.float32(1e-9))
    assert sums[0] == pytest.approx(1.0 / (1e7 * UNIT), rel=1e-4)


@pytest.mark.parametrize("diameter", [0.2, 0.63])
def test_walls_repel_like_wca_spheres_of_half_the_diameter(diameter):
    for z in np.linspace(-1.999, 1.999, 57):
        expected = wca(2.0 + z, diameter / 2) + wca(2.0 - z, diameter / 2)
        assert montecarlo.wall_energy(z, 4.0, diameter) == pytest.approx(expected, rel=1e-9)
    assert montecarlo.wall_energy(0.0, 4.0, diameter) == 0.0


@pytest.mark.parametrize("z", [-2.0, 2.0, 2.5, -7.0])
def test_no_ion_gets_behind_a_wall(z):
    assert montecarlo.wall_energy(z, 4.0, 0.3) == math.inf


@pytest.mark.parametrize("seed", [4, 5])
def test_force_on_an_ion_is_minus_the_slope_of_the_energy_of_all_pairs(seed):
    x, y, z = start(seed)
    bins = 40_000  # so fine that every ion has a bin of its own
    counts, forces, squares, _ = run(
        *(a.copy() for a in (x, y, z)), np.random.default_rng(1), 1, [0.0, 0.0], 0.0, bins
    )
    for i in range(N):
        species, bin_ = int(i >= N_POS), int((float(z[i]) / H + 0.5) * bins)
        assert counts[species, bin_] == 1.0
        up, down = z.astype(float), z.astype(float)
        up[i] += 1e-5
        down[i] -= 1e-5
        slope = (total_energy(x, y, up) - total_energy(x, y, down)) / 2e-5
        walls = [wall_energy_slope(float(z[i]), DIAMETER[i])]
        assert forces[species, bin_] == pytest.approx(-(slope - sum(walls)), rel=1e-3, abs=2e-3)
        assert squares[species, bin_] == pytest.approx(forces[species, bin_] ** 2)
    assert counts.sum() == N


def wall_energy_slope(z, diameter, step=1e-5):
    energies = [montecarlo.wall_energy(z + s, H, diameter) for s in (step, -step)]
    return (energies[0] - energies[1]) / (2 * step)


@pytest.mark.parametrize(
    ("seed", "relocation", "steps"), [(6, 0.5, (0.3, 0.5)), (7, 0.0, (0.5, 0.3))]
)
def test_every_decision_equals_that_of_a_plain_simulation_with_energies_of_all_pairs(
    seed, relocation, steps
):
    """Same random numbers, same trial moves: each is accepted by exp(−ΔE) of the brute force."""
    sweeps = 8
    fast = start(seed)
    run(*fast, np.random.default_rng(99), sweeps, steps, relocation)

    x, y, z = (a.copy() for a in start(seed))
    rng = np.random.default_rng(99)
    energy, accepted = total_energy(x, y, z), 0
    for _ in range(sweeps):
        for i in range(N):
            old = x[i], y[i], z[i]
            step = 2 * steps[int(i >= N_POS)]
            relocate = rng.random() < relocation
            u = [rng.random() - 0.5 for _ in range(3)]
            if relocate:
                x[i], y[i] = (np.int32(np.int64(u[k] * 2.0**32)) for k in (0, 1))
                z[i] = np.float32(u[2] * H)
            else:
                x[i], y[i] = (
                    (int(old[k]) + int(u[k] * step / UNIT) + 2**31) % 2**32 - 2**31 for k in (0, 1)
                )
                z[i] = np.float32(float(old[2]) + u[2] * step)
            if abs(z[i]) >= H / 2:
                x[i], y[i], z[i] = old
                continue
            trial = total_energy(x, y, z)
            if trial <= energy or rng.random() < math.exp(energy - trial):
                energy = trial
                accepted += 1
            else:
                x[i], y[i], z[i] = old
    assert 0.1 * sweeps * N < accepted < 0.9 * sweeps * N
    np.testing.assert_array_equal(fast[0], x)
    np.testing.assert_array_equal(fast[1], y)
    np.testing.assert_allclose(fast[2], z, atol=1e-6)


def test_every_ion_is_visited_once_a_sweep_and_moves_are_counted_by_kind():
    x, y, z = start(8)
    counts, _, _, moves = run(x, y, z, np.random.default_rng(3), 50, [0.2, 0.2], 0.25)
    np.testing.assert_array_equal(counts.sum(axis=1), [50 * N_POS, 50 * (N - N_POS)])
    np.testing.assert_array_equal(moves[:, [0, 2]].sum(axis=1), counts.sum(axis=1))
    assert moves[:, 2].sum() / moves[:, [0, 2]].sum() == pytest.approx(0.25, abs=0.03)
    assert (moves[:, 1] <= moves[:, 0]).all() and (moves[:, 3] <= moves[:, 2]).all()
