"""The compiled kernels against plain double-precision arithmetic over all pairs."""

import math

import numpy as np
import pytest

from surrogate_app.electrolyte.simulation import kernel
from surrogate_app.electrolyte.simulation.coulomb import sheet_modes, sheet_potential

H, LENGTH, BJERRUM = 4.0, 6.0, 0.7009
DIAMETERS = np.array([0.4, 0.55])
N_POS, N = 17, 29
SALTS = [(1, -1), (2, -1), (3, -1), (1, -2), (2, -2)]
DIAMETER = np.where(np.arange(N) < N_POS, *DIAMETERS)
UNIT = LENGTH / 2.0**32
SHELL = 0.4, 0.8


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


def total_energy(x, y, z, salt=(1, -1)):
    """Energy of all pairs and walls in k_BT, with the sheets' potential in closed form."""
    energy = 0.0
    charge = np.where(np.arange(N) < N_POS, *salt).astype(float)
    for i in range(N):
        for edge in (H / 2 + float(z[i]), H / 2 - float(z[i])):
            if edge <= 0.0:
                return math.inf
            energy += wca(edge, DIAMETER[i] / 2)
        for j in range(i):
            apart = separation((x[i], y[i], z[i]), (x[j], y[j], z[j]))
            r = float(np.linalg.norm(apart))
            coulomb = 1.0 / r + float(sheet_potential(apart[2], LENGTH))
            energy += BJERRUM * charge[i] * charge[j] * coulomb
            energy += wca(r, (DIAMETER[i] + DIAMETER[j]) / 2)
    return energy


def model(salt=(1, -1)):
    return kernel.Model(
        N_POS, N - N_POS, H, LENGTH, DIAMETERS, np.array(salt, np.float32), BJERRUM,
        *sheet_modes(H, LENGTH),
    )  # fmt: skip


def ways(steps, relocation, aimed=0.0, clusters=0.0, step=0.2, repeats=(1, 1)):
    return kernel.Moves(
        np.array(steps), relocation, aimed, *SHELL, clusters, step, np.array(repeats)
    )


def run(x, y, z, rng, sweeps, moves, bins=502, salt=(1, -1)):
    tally = kernel.Tally(*np.zeros((3, 2, bins)), np.zeros((2, 6)))
    kernel.run_sweeps(rng, sweeps, kernel.Ions(x, y, z), model(salt), moves, tally)
    return tally


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_pair_sums_agree_with_a_double_precision_loop_over_nearest_images(seed):
    x, y, z = start(seed)
    edge = np.int32(2**31 - 1000)  # next to the cell's edge: partners lie across it
    old = (edge, np.int32(-edge), np.float32(0.3))
    new = (np.int32(x[4] + 2**27), y[4], np.float32(z[4] + 0.1))
    size = 0.5
    sums = kernel.pair_sums(kernel.Ions(x, y, z), old, new, np.float32(UNIT), np.float32(size**2))
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
    sums = kernel.pair_sums(kernel.Ions(x, y, z), place, place, np.float32(UNIT), np.float32(1e-9))
    assert sums[0] == pytest.approx(1.0 / (1e7 * UNIT), rel=1e-4)


@pytest.mark.parametrize("diameter", [0.2, 0.63])
def test_walls_repel_like_wca_spheres_of_half_the_diameter(diameter):
    for z in np.linspace(-1.999, 1.999, 57):
        expected = wca(2.0 + z, diameter / 2) + wca(2.0 - z, diameter / 2)
        assert kernel.wall_energy(z, 4.0, diameter) == pytest.approx(expected, rel=1e-9)
    assert kernel.wall_energy(0.0, 4.0, diameter) == 0.0


@pytest.mark.parametrize("z", [-2.0, 2.0, 2.5, -7.0])
def test_no_ion_gets_behind_a_wall(z):
    assert kernel.wall_energy(z, 4.0, 0.3) == math.inf


@pytest.mark.parametrize("salt", SALTS)
def test_force_on_an_ion_is_minus_the_slope_of_the_energy_of_all_pairs(salt):
    x, y, z = start(4)
    bins = 40_000  # so fine that every ion has a bin of its own
    still = ways([0.0, 0.0], 0.0)
    tally = run(*(a.copy() for a in (x, y, z)), np.random.default_rng(1), 1, still, bins, salt)
    for i in range(N):
        species, bin_ = int(i >= N_POS), int((float(z[i]) / H + 0.5) * bins)
        assert tally.counts[species, bin_] == 1.0
        up, down = z.astype(float), z.astype(float)
        up[i] += 1e-5
        down[i] -= 1e-5
        slope = (total_energy(x, y, up, salt) - total_energy(x, y, down, salt)) / 2e-5
        force = wall_energy_slope(float(z[i]), DIAMETER[i]) - slope
        assert tally.forces[species, bin_] == pytest.approx(force, rel=1e-3, abs=5e-3)
        square = tally.forces[species, bin_] ** 2
        assert tally.squares[species, bin_] == pytest.approx(square)
    assert tally.counts.sum() == N


def wall_energy_slope(z, diameter, step=1e-5):
    energies = [kernel.wall_energy(z + s, H, diameter) for s in (step, -step)]
    return (energies[0] - energies[1]) / (2 * step)


class Plain:
    """The same simulation move by move, with the energy of all pairs in double precision."""

    def __init__(self, seed, salt, moves):
        self.x, self.y, self.z = start(seed)
        self.rng = np.random.default_rng(99)
        self.salt, self.moves = salt, moves
        self.energy = total_energy(self.x, self.y, self.z, salt)
        self.accepted = np.zeros(3, int)  # displacements, relocations, clusters

    def sweep(self):
        for i in range(N):
            old = self.place(i)
            if self.rng.random() >= self.moves.relocation:
                step = 2 * self.moves.steps[int(i >= N_POS)]
                self.attempt([i], [self.displaced(old, step)], 0)
                continue
            aimed = self.moves.aimed > 0 and self.rng.random() < self.moves.aimed
            new = self.beside(i) if aimed else self.anywhere()
            self.attempt([i], [new], 1, self.proposal(i, new) / self.proposal(i, old))
        for _ in range(int(self.moves.clusters * N)):
            centre = int(self.rng.random() * N)
            others = [j for j in self.counterions(centre) if self.apart(centre, j) < SHELL[1]]
            if not others or len(others) > 8:
                continue
            members = [centre, *others]
            aim = self.displaced(self.place(centre), 2 * self.moves.cluster_step)
            shift = [int(a) - int(b) for a, b in zip(aim[:2], self.place(centre)[:2], strict=True)]
            dz = aim[2] - self.z[centre]
            new = [
                (
                    wrapped(int(self.x[i]) + shift[0]),
                    wrapped(int(self.y[i]) + shift[1]),
                    self.z[i] + dz,
                )
                for i in members
            ]
            strangers = [j for j in self.counterions(centre) if j not in others]
            if all(distance(aim, self.place(j)) >= SHELL[1] for j in strangers):
                self.attempt(members, new, 2)

    def place(self, i):
        return self.x[i], self.y[i], self.z[i]

    def counterions(self, i):
        return range(N_POS, N) if i < N_POS else range(N_POS)

    def apart(self, i, j):
        return distance(self.place(i), self.place(j))

    def displaced(self, old, side):
        u = [self.rng.random() - 0.5 for _ in range(3)]
        lateral = [wrapped(int(old[k]) + int(u[k] * side / UNIT)) for k in (0, 1)]
        return (*lateral, np.float32(float(old[2]) + u[2] * side))

    def anywhere(self):
        u = [self.rng.random() - 0.5 for _ in range(3)]
        return (*(wrapped(int(u[k] * 2.0**32)) for k in (0, 1)), np.float32(u[2] * H))

    def beside(self, i):
        others = self.counterions(i)
        j = others[int(self.rng.random() * len(others))]
        inner3, outer3 = (r**3 for r in SHELL)
        r = (inner3 + self.rng.random() * (outer3 - inner3)) ** (1 / 3)
        cosine = 2 * self.rng.random() - 1
        angle = 2 * math.pi * self.rng.random()
        lateral = r * math.sqrt(1 - cosine**2) / UNIT
        x = wrapped(int(self.x[j]) + int(lateral * math.cos(angle)))
        y = wrapped(int(self.y[j]) + int(lateral * math.sin(angle)))
        return x, y, np.float32(self.z[j] + r * cosine)

    def proposal(self, i, place):
        """Density of relocations times volume; 1 where all are drawn evenly."""
        others = self.counterions(i)
        near = sum(SHELL[0] <= distance(place, self.place(j)) < SHELL[1] for j in others)
        shell = 4 / 3 * math.pi * (SHELL[1] ** 3 - SHELL[0] ** 3)
        share = near / len(others) * LENGTH**2 * H / shell
        return 1 - self.moves.aimed + self.moves.aimed * share

    def attempt(self, members, new, kind, weight=1.0):
        old = [self.place(i) for i in members]
        if any(abs(place[2]) >= H / 2 for place in new):
            return
        self.put(members, new)
        trial = total_energy(self.x, self.y, self.z, self.salt)
        change = trial - self.energy + math.log(weight)
        if change <= 0 or self.rng.random() < math.exp(-change):
            self.energy = trial
            self.accepted[kind] += 1
        else:
            self.put(members, old)

    def put(self, members, places):
        for i, place in zip(members, places, strict=True):
            self.x[i], self.y[i], self.z[i] = place


def wrapped(integer):
    return (int(integer) + 2**31) % 2**32 - 2**31


@pytest.mark.parametrize(
    ("seed", "salt", "moves"),
    [
        (6, (1, -1), ways((0.3, 0.5), 0.5)),
        (7, (1, -1), ways((0.5, 0.3), 0.0)),
        (8, (3, -1), ways((0.3, 0.3), 0.3)),
        (9, (2, -2), ways((0.3, 0.3), 0.5, aimed=0.5)),
        (10, (2, -1), ways((0.3, 0.3), 0.1, clusters=1.5)),
        (11, (3, -1), ways((0.2, 0.2), 0.4, aimed=0.7, clusters=1.0)),
    ],
)
def test_every_decision_equals_that_of_a_plain_simulation_with_energies_of_all_pairs(
    seed, salt, moves
):
    """Same random numbers, same trial moves: each is accepted by exp(−ΔE) of the brute force."""
    sweeps = 8
    fast = start(seed)
    tally = run(*fast, np.random.default_rng(99), sweeps, moves, salt=salt)
    plain = Plain(seed, salt, moves)
    for _ in range(sweeps):
        plain.sweep()
    assert 0.1 * sweeps * N < plain.accepted.sum() < 1.5 * sweeps * N
    np.testing.assert_array_equal(tally.moves.sum(axis=0)[1::2], plain.accepted)
    np.testing.assert_array_equal(fast[0], plain.x)
    np.testing.assert_array_equal(fast[1], plain.y)
    np.testing.assert_allclose(fast[2], plain.z, atol=1e-6)
    assert (plain.accepted > 0).tolist() == [True, moves.relocation > 0, moves.clusters > 0]


def test_every_ion_is_visited_once_a_sweep_and_moves_are_counted_by_kind():
    tally = run(*start(8), np.random.default_rng(3), 50, ways([0.2, 0.2], 0.25))
    np.testing.assert_array_equal(tally.counts.sum(axis=1), [50 * N_POS, 50 * (N - N_POS)])
    tried, accepted = tally.moves[:, ::2], tally.moves[:, 1::2]
    np.testing.assert_array_equal(tried.sum(axis=1), tally.counts.sum(axis=1))
    assert tried[:, 1].sum() / tried.sum() == pytest.approx(0.25, abs=0.03)
    assert (accepted <= tried).all()
    assert not tried[:, 2].any()


def test_ions_of_a_rare_species_are_visited_as_often_as_asked_for():
    tally = run(*start(8), np.random.default_rng(3), 5, ways([0.2, 0.2], 0.2, repeats=(1, 4)))
    np.testing.assert_array_equal(tally.counts.sum(axis=1), [5 * N_POS, 20 * (N - N_POS)])


@pytest.mark.parametrize("moves", [{}, {"aimed": 0.6}, {"clusters": 1.0}])
def test_pairs_form_as_often_with_any_moves(moves):
    """One ion of each kind in a small cell: the share of pairs is that of the Boltzmann factor."""
    length, h, diameter, bjerrum = 4.0, 3.0, 0.4, 2.0
    system = kernel.Model(
        1, 1, h, length, np.full(2, diameter), np.array([1, -1], np.float32), bjerrum,
        *sheet_modes(h, length),
    )  # fmt: skip
    way = kernel.Moves(
        steps=np.full(2, 0.4), relocation=0.3, aimed=0.0, inner=0.4, outer=0.7, clusters=0.0,
        cluster_step=0.4, repeats=np.array([1, 1]),
    )._replace(**moves)  # fmt: skip
    rng = np.random.default_rng(11)
    ions = kernel.Ions(*np.zeros((2, 2), np.int32), np.array([0.3, -0.3], np.float32))
    samples = 24_000
    paired = np.zeros(samples)
    tally = kernel.Tally(*np.zeros((3, 2, 10)), np.zeros((2, 6)))
    for k in range(samples):
        kernel.run_sweeps(rng, 1, ions, system, way, tally)
        lateral = [wrapped(int(u[0]) - int(u[1])) * length / 2**32 for u in (ions.x, ions.y)]
        apart = np.array([*lateral, ions.z[0] - ions.z[1]])
        paired[k] = np.linalg.norm(apart) < 0.7
    points = (rng.random((400_000, 4)) - 0.5) * (length, length, h, h)
    dz = points[:, 2] - points[:, 3]
    r = np.sqrt(points[:, 0] ** 2 + points[:, 1] ** 2 + dz**2)
    energy = -bjerrum * (1 / r + sheet_potential(dz, length))
    energy += np.maximum(2 * (diameter / np.maximum(r, 0.1)) ** 6 - 1, 0) ** 2
    for edge in (h / 2 - np.abs(points[:, 2]), h / 2 - np.abs(points[:, 3])):
        energy += np.maximum(2 * (diameter / 2 / np.maximum(edge, 0.01)) ** 6 - 1, 0) ** 2
    weight = np.exp(-energy)
    expected = weight[r < 0.7].sum() / weight.sum()
    error = paired.reshape(24, -1).mean(axis=1).std(ddof=1) / math.sqrt(24)
    assert 0.1 < expected < 0.9
    assert error < 0.02
    assert paired.mean() == pytest.approx(expected, abs=4 * error + 0.01)
