"""The section on molecules: its beads are those of the methods, simulated again."""

import numpy as np
import pytest

from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.analysis.method import METHODS
from surrogate_app.liquid.evaluation import beads
from surrogate_app.reports.liquid import molecules


@pytest.fixture(scope="module")
def simulated():
    return molecules.simulated_beads()


def test_every_molecule_has_the_beads_that_are_drawn(simulated):
    for found in simulated.values():
        assert set(molecules.DRAWN) <= set(found) <= set(METHODS)
        for bead in found.values():
            assert 0.0 < bead.rdf_error < 0.01
            assert bead.pressure_sem < 0.01 * bead.pressure


def test_weighing_all_of_g_alike_comes_closer_to_the_gas(simulated):
    for name, found in simulated.items():
        kelvin = molecules.GAS[name][1]
        simplex, default = (
            abs(np.log(found[method].state.epsilon / GAS_CONSTANT / kelvin))
            for method in ("simplex", "corresponding")
        )
        assert simplex < default
        assert found["simplex"].rdf_error == min(bead.rdf_error for bead in found.values())


def test_one_molecule_is_compared_mapped_and_described(simulated):
    found = molecules.find("CH4", simulated["CH4"])
    surrogate, again = found.comparison["simplex"].rdf_error, found.beads["simplex"].rdf_error
    assert again == pytest.approx(surrogate, abs=5e-4)
    for method, quantity in (("simplex", "rdf"), ("relative_entropy", "kl")):
        row = found.comparison[method]
        assert molecules.above_minimum(found, row)[quantity] < molecules.BELOW
    told = molecules.miss("CH₄", found, found.beads["simplex"])
    assert "times the molecule's" in told
    figures = molecules.draw_beads({"CH4": found}), molecules.draw_maps({"CH4": found})
    assert all(ax.lines or ax.collections for figure in figures for ax in figure.axes)


def test_the_design_lists_each_method_once_a_molecule():
    names, rows = beads.beads()
    assert len(set(names)) == len(names) == len(rows)
    assert np.all(rows > 0.0)
    with pytest.raises(ValueError, match="design must be one of"):
        beads.campaign("pearls")
