"""What is trained on is never tested on."""

from surrogate_app.electrolyte.data.dataset import SHOWN, Dataset, data_dir
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
