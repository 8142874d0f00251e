"""The shipped data are those that their card tells of."""

import hashlib
import re

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


def described(design):
    """The line of the card about a design, and how many of its systems it says are there."""
    (row,) = [
        line
        for line in (CARD / "README.md").read_text().splitlines()
        if line.startswith(f"| `{design}` |")
    ]
    part = re.match(r"\| `[a-z0-9-]+` \| ([0-9,]+) of ([0-9,]+) ", row)
    if part is None:
        return row, DESIGNS[design].number
    there, planned = (int(number.replace(",", "")) for number in part.groups())
    assert planned == DESIGNS[design].number
    return row, there


@pytest.mark.parametrize("design", DESIGNS)
def test_designs_are_as_complete_as_the_card_says(design):
    row, there = described(design)
    plan = DESIGNS[design]
    assert f"| {plan.seed} | {plan.sweeps:,}" in row
    if there == 0:
        assert not data_dir(design).exists()
        return
    dataset = Dataset.load(design)
    assert len(dataset) == there
    options = dataset.description["options"]
    assert options == {"design": design, **plan.length}
    if design.startswith("wide"):
        planned = plan.systems(there)
        np.testing.assert_allclose(np.delete(dataset.parameters - planned, 1, axis=1), 0, atol=1e-9)
        return
    limits = DOMAIN if design in ("test", "corner-test", "grid") else MARGIN
    low, high = np.array([limits[name] for name in PARAMETERS]).T
    assert (dataset.parameters >= low - 4e-3).all()
    assert (dataset.parameters <= high + 4e-3).all()


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
