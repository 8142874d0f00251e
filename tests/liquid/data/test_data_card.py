"""The shipped simulations of liquids are those that their card tells of."""

import hashlib

import numpy as np
import pytest

from surrogate_app.campaign import read_campaign
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.designs import DESIGNS, data_dir

CARD = data_dir("states").parent


def test_every_file_has_the_hash_that_is_listed():
    lines = (CARD / "SHA256SUMS").read_text().splitlines()
    listed = {name: digest for digest, name in (line.split("  ") for line in lines)}
    present = {path.relative_to(CARD).as_posix() for path in CARD.rglob("*.npz")}
    assert present == set(listed)
    for name, digest in listed.items():
        assert hashlib.sha256((CARD / name).read_bytes()).hexdigest() == digest, name


@pytest.mark.parametrize("design", DESIGNS)
def test_designs_are_complete_and_as_the_card_says(design):
    description, results = read_campaign(data_dir(design))
    plan = DESIGNS[design]
    assert len(results["index"]) == plan.number
    assert description["options"] == {"design": design, **plan.run, **plan.inputs}
    assert description["seed"] == plan.seed
    length = plan.run.get("steps") or plan.run["sweeps"]
    assert (results["length"] == length).all()
    (row,) = [
        line
        for line in (CARD / "README.md").read_text(encoding="utf-8").splitlines()
        if line.startswith(f"| `{design}` |")
    ]
    assert str(plan.number) in row
    by_lammps = plan.run.get("engine") == "lammps" or "steps" in plan.run
    assert f"| {plan.seed} | {length:,} {'time steps' if by_lammps else 'sweeps'} |" in row


def test_every_run_has_its_own_seed():
    seeds = [read_campaign(data_dir(design))[1]["seed"] for design in DESIGNS]
    together = np.concatenate(seeds)
    assert len(np.unique(together)) == len(together)


def test_no_state_that_judges_is_one_of_the_training():
    training = Structures.load("states")
    for design in ("test", "direct"):
        judging = Structures.load(design)
        apart = np.hypot(
            judging.coupling[:, None] - training.coupling,
            judging.attraction[:, None] - training.attraction,
        )
        assert apart.min() > 1e-5
