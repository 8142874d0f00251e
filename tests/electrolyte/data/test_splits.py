"""What is trained on is never tested on."""

import numpy as np
import pytest

from surrogate_app.electrolyte.data.dataset import DESIGNS, GRID, SHOWN, Dataset, data_dir
from surrogate_app.electrolyte.data.splits import find, split, split_grid, training_systems


def test_validation_systems_are_not_trained_on():
    trained, held_out = split(1000, seed=1)
    assert len(held_out) == 100
    assert not set(trained) & set(held_out)
    assert set(trained) | set(held_out) == set(range(1000))


def test_a_fifth_of_the_grid_is_tested_only_and_has_the_papers_systems():
    grid = Dataset.load("grid")
    trained, tested = split_grid(grid)
    assert len(tested) == round(0.2 * len(grid))
    assert len(trained) + len(tested) == len(grid)
    assert not set(trained) & set(tested)
    assert {find(grid, system) for system in SHOWN.values()} <= set(tested)
    assert len(training_systems("grid")) == len(trained)
    assert len(training_systems(data_dir("grid"))) == len(trained)


def test_half_of_the_grid_is_a_neighbour_of_the_other_half_in_every_input():
    """The half has every level of every input, and no two systems that differ by one level."""
    half = DESIGNS["grid-histogram"].systems(2_025)
    places = np.stack([np.searchsorted(levels, column) for levels, column in levels_of(half)])
    assert (places.sum(axis=0) % 2 == 0).all()
    assert [len(np.unique(column)) for column in places] == [len(GRID[name]) for name in GRID]


def levels_of(rows):
    return [(np.sort(GRID[name]), column) for name, column in zip(GRID, rows.T, strict=True)]


def test_of_half_of_the_grid_the_same_fifth_is_tested_only():
    grid = Dataset.load("grid")
    half = training_systems("grid-half")
    tested = grid.parameters[split_grid(grid)[1]]
    assert abs(len(half) - 0.8 * 2_025) < 40
    assert not (half.parameters[:, None] == tested[None]).all(axis=2).any()


def test_labels_of_an_unfinished_campaign_of_half_of_the_grid_are_refused(monkeypatch):
    grid = Dataset.load("grid")
    few = grid.take(np.arange(16))
    monkeypatch.setattr(
        Dataset, "load", classmethod(lambda cls, design: grid if design == "grid" else few)
    )
    with pytest.raises(ValueError, match="16 of the 2,025 systems of grid-histogram are simulated"):
        training_systems("grid-histogram")


def test_noisy_labels_scatter_about_the_exact_ones_as_they_say():
    noisy, exact = training_systems("grid-histogram"), training_systems("grid-half")
    apart = np.abs(noisy.parameters - exact.parameters).max(axis=0)
    assert (apart <= [0.0, 0.01, 0.0, 0.0, 0.0]).all()  # c is realised with whole ions
    filled = exact.n > 0.3 * exact.n.mean(axis=(1, 2), keepdims=True)
    deviation, n = (noisy.n - exact.n)[filled], exact.n[filled]
    assert abs(np.mean(deviation / n)) < 1e-3
    assert np.mean(deviation**2 / (noisy.sem**2 + exact.sem**2)[filled]) == pytest.approx(
        1, abs=0.1
    )
    assert 0.025 < np.median(noisy.eps[filled] / n) < 0.06  # the paper's
