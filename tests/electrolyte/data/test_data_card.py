"""The shipped data are those that their card tells of."""

import hashlib

import numpy as np
import pytest

from surrogate_app.electrolyte.data.dataset import DESIGNS, Dataset, data_dir, mirror
from surrogate_app.electrolyte.system import DOMAIN, MARGIN, PARAMETERS

CARD = data_dir("sobol").parent


def test_every_file_has_the_hash_that_is_listed():
    lines = (CARD / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    present = {str(path.relative_to(CARD)) for path in CARD.rglob("*.npz")}
    assert present == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((CARD / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("design", DESIGNS)
def test_designs_are_complete_and_as_the_card_says(design):
    dataset, plan = Dataset.load(design), DESIGNS[design]
    assert len(dataset) == plan.number
    options = dataset.description["options"]
    assert (options["sweeps"], options["precision"]) == (plan.sweeps, plan.precision)
    (row,) = [
        line
        for line in (CARD / "README.md").read_text().splitlines()
        if line.startswith(f"| `{design}` |")
    ]
    assert f"| {plan.seed} | {plan.sweeps:,}" in row
    limits = DOMAIN if design in ("test", "corner-test", "grid") else MARGIN
    low, high = np.array([limits[name] for name in PARAMETERS]).T
    assert (dataset.parameters >= low - 4e-3).all() and (dataset.parameters <= high + 4e-3).all()


def test_bins_of_the_test_systems_are_known_to_less_than_a_percent():
    """0.8 % of the density, in bins that are not nearly empty."""
    test = Dataset.load("test")
    n, sem = mirror(test.n), mirror(test.sem)
    filled = n > 0.05 * n.mean(axis=2, keepdims=True)
    assert np.quantile(sem[filled] / n[filled], 0.99) < 0.008


def test_no_test_system_is_a_training_system():
    test = Dataset.load("test").parameters
    for design in ("sobol", "dense", "densest", "grid", "calibration", "corner-calibration"):
        taught = Dataset.load(design).parameters
        assert np.abs(test[:, None] - taught[None]).max(axis=2).min() > 1e-6
