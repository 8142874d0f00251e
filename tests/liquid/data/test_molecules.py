"""The shipped runs of molecules agree with each other and are as precise as they should be."""

import numpy as np
import pytest

from surrogate_app.campaign import read_campaign
from surrogate_app.liquid.data.designs import DESIGNS, data_dir
from surrogate_app.liquid.data.molecules import NAMES, MolecularLiquid, replicas
from surrogate_app.liquid.simulation.molecules import MOLECULES

FORMULAS = [molecule.name for molecule in MOLECULES]


def test_molecules_take_turns_at_the_midpoint_of_table_1():
    rows = replicas(7)
    assert rows.shape == (7, len(NAMES))
    np.testing.assert_array_equal(rows[:, 0], [0, 1, 2, 0, 1, 2, 0])
    np.testing.assert_allclose(rows[:, 1:], [[13.7, 345.0]] * 7)


@pytest.mark.parametrize("name", FORMULAS)
def test_the_average_is_that_of_the_runs(name):
    liquid = MolecularLiquid.load(name)
    assert liquid.number >= 500
    assert liquid.r[-1] > 1.5
    np.testing.assert_allclose(np.diff(liquid.r), 0.005, atol=1e-6)
    np.testing.assert_allclose(liquid.g, liquid.runs.mean(axis=0), atol=1e-12)
    _, results = read_campaign(data_dir("molecules"))
    own = results["parameters"][:, 0] == FORMULAS.index(name)
    assert liquid.length == results["length"][own].sum()
    for key in ("pressure", "energy"):
        values = results[key][own]
        assert getattr(liquid, key) == pytest.approx(values.mean())


@pytest.mark.parametrize("name", FORMULAS)
def test_runs_scatter_as_their_errors_say(name):
    """Errors from blocks within runs against the scatter of independent runs."""
    liquid = MolecularLiquid.load(name)
    seen = liquid.g > 0.01
    scatter = liquid.runs[:, seen].std(axis=0, ddof=1) / np.sqrt(len(liquid.runs))
    ratio = np.sqrt(np.mean(scatter**2) / np.mean(liquid.g_sem[seen] ** 2))
    assert 0.75 < ratio < 1.25


@pytest.mark.parametrize("name", FORMULAS)
def test_liquids_level_at_one_and_are_compressed(name):
    liquid = MolecularLiquid.load(name)
    assert liquid.g[liquid.r < 0.2].max() == 0.0
    assert liquid.g[liquid.r > 1.4].mean() == pytest.approx(1.0, abs=0.003)
    assert liquid.pressure > 500.0
    assert liquid.pressure_sem < 0.01 * liquid.pressure
    assert liquid.energy < 0.0
    assert liquid.energy_sem < 0.005 * abs(liquid.energy)


def test_what_was_simulated_is_recorded():
    description, _ = read_campaign(data_dir("molecules"))
    told = description["options"]
    assert told["molecules"] == [molecule.to_dict() for molecule in MOLECULES]
    assert told["number"] == DESIGNS["molecules"].run["number"] == 512


def test_an_unknown_molecule_is_refused_with_the_choices():
    with pytest.raises(ValueError, match="one of CO, F2, CH4, got N2"):
        MolecularLiquid.load("N2")
