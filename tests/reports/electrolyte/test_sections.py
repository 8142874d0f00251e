"""The report on electrolytes says what the stored results say, however many there are."""

import re

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the report draws with matplotlib: extra 'report'")

from surrogate_app.electrolyte.data.dataset import SHOWN, Dataset
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.training.studies import CURVE, STUDIES, Result, Trial
from surrogate_app.reports.electrolyte import losses as report_losses
from surrogate_app.reports.electrolyte import profiles as report_profiles
from surrogate_app.reports.electrolyte import sections as report
from surrogate_app.reports.electrolyte import studies as report_studies
from surrogate_app.reports.electrolyte.models import models_on_unseen_systems

FIGURES = {
    "mse": 1e-3,
    "mse_walls": 4e-3,
    "mse_bulk": 1e-4,
    "rmse_bin_pos": 0.02,
    "rmse_bin_neg": 0.01,
    "relative_median": 0.02,
    "relative_p95": 0.04,
    "relative_worst": 0.1,
}


@pytest.fixture
def docs(tmp_path):
    (tmp_path / "images").mkdir()
    return tmp_path


def finding(trial, factor=1.0):
    """Return what a trial might have found, its mean square errors multiplied by a factor."""
    own = {**FIGURES, "mse": FIGURES["mse"] * factor, "relative_median": 0.02 * factor}
    both = {"raw": own, "constrained": own}
    record = {
        **{"training": 2916, "validation": 324, "tested": 810, "test_systems": 256},
        **{"epoch": 8000.0, "last_epoch": 9500.0},
        **{"training_loss": 1e-3, "validation_loss": 1e-3 * factor},
        **{"off_grid": both, "on_grid": both, "rmse_per_bin": np.full((2, 502), 0.01).tolist()},
        "shown": {
            name: {"rmse_pos": 0.1, "rmse_neg": 0.2, "success": 0.5, "relative": 0.03}
            for name in SHOWN
        },
    }
    epochs = np.arange(20.0, 9_501.0, 20.0)
    curve = np.column_stack([epochs, *[factor / epochs] * (len(CURVE) - 1)])
    return Result(trial, record, curve)


def table(text, first):
    """Cells of the row that begins so."""
    (line,) = [line for line in text.splitlines() if line.startswith(f"| {first}")]
    return [cell.strip() for cell in line.split("|")[2:-1]]


def said(text):
    """Return a text without its line breaks."""
    return " ".join(text.split())


def images(text, docs):
    """Sizes of the images that a section shows."""
    return [(docs / name).stat().st_size for name in re.findall(r"\]\((images/[^)]+)\)", text)]


@pytest.mark.parametrize(
    ("modnn", "verdict"),
    [
        ([0.30, 0.31, 0.29], "ModNN beats BaseNN"),
        ([2.9, 3.0, 3.1], "ModNN is worse than BaseNN"),
        ([0.9, 1.3, 1.0], "ModNN and BaseNN can not be told apart"),
    ],
)
def test_the_verdict_on_soft_labels_follows_from_the_seeds(modnn, verdict, docs, monkeypatch):
    factors = {"basenn": [0.98, 1.0, 1.02], "modnn": modnn, "weighted": [1.0, 1.0, 1.1]}
    found = [finding(t, factors[t.model][t.seed - 1]) for t in STUDIES["losses"]]
    monkeypatch.setattr(report_losses, "results", lambda study: found)
    text = report_losses.losses(docs)
    assert f"On the grid's last fifth, ModNN's mean square error is {np.mean(modnn):.2f}" in text
    assert said(text).count(verdict) == 2
    assert "9 of 9 trainings are finished (BaseNN 3, ModNN 3, weighted 3 seeds)" in said(text)
    base, _, _, paper = table(text, "test loss")
    assert (base, paper) == ("1.000 ± 0.020", "0.42")
    assert min(images(text, docs)) > 10_000


def test_one_seed_settles_nothing(docs, monkeypatch):
    found = [finding(trial, 0.1 + index) for index, trial in enumerate(STUDIES["losses"][:2])]
    monkeypatch.setattr(report_losses, "results", lambda study: found)
    text = report_losses.losses(docs)
    assert "2 of 9 trainings are finished" in said(text)
    assert said(text).count("does not tell this from chance") == 2
    assert "beats" not in text


def test_sections_without_results_are_left_out(docs, monkeypatch):
    for module in (report_losses, report_studies):
        monkeypatch.setattr(module, "results", lambda study: [])
    assert report_losses.losses(docs) == ""
    assert report_studies.search(docs) == report_studies.learning_curves(docs) == ""


def test_the_papers_systems_are_shown_beside_its_numbers(docs, monkeypatch):
    found = [finding(trial) for trial in STUDIES["losses"]]
    monkeypatch.setattr(report_profiles, "results", lambda study: found)
    text = report_profiles.profiles(docs)
    assert table(text, "ModNN, paper: success rate") == ["0.975", "0.93", "0.98", "0.978"]
    assert table(text, "BaseNN: success rate") == ["0.500"] * 4
    relative = [float(cell.rstrip("%")) for cell in table(text, "wallnet: relative RMSE")]
    assert all(0.0 <= value < 1.5 for value in relative)
    assert len(Dataset.load("shown")) == 4
    assert len(images(text, docs)) == 3 and min(images(text, docs)) > 20_000
    lengths = re.search(r"in this order: ([\d., ]+)\.\*", said(text))[1].split(", ")
    assert len(lengths) == 9 and float(lengths[0]) > float(lengths[4])


def test_the_grid_search_is_sorted_by_validation_and_names_the_papers_choice(docs, monkeypatch):
    trials = STUDIES["hyperparameters"]
    own = next(i for i, t in enumerate(trials) if (t.units, t.batch) == ((256, 512), 32))
    found = [finding(t, 0.5 if i == own else 1.0 + i) for i, t in enumerate(trials)]
    monkeypatch.setattr(report_studies, "results", lambda study: found)
    text = report_studies.search(docs)
    assert "comes out in place 1." in said(text) and "18 of 18" in said(text)
    losses = [
        float(row.split("|")[4]) for row in text.splitlines() if row[:3].strip("| ").isdigit()
    ]
    assert losses == sorted(losses)


def test_the_slope_of_the_learning_curve_is_that_of_its_points(docs, monkeypatch):
    def found(study):
        return [finding(t, 128.0 / (t.systems or 1)) for t in STUDIES[study]]

    monkeypatch.setattr(report_studies, "results", found)
    text = report_studies.learning_curves(docs)
    assert said(text).count("the power of -1.00: twice as many change it by a factor of 0.50") == 2
    assert images(text, docs)[0] > 10_000


def test_every_shipped_model_is_reported_with_what_it_learnt_from(docs):
    text = models_on_unseen_systems(docs)
    for name in Surrogate.available():
        data = Surrogate.load(name).metadata["data"]
        assert table(text, name)[1:] == [f"{data['training']:,}", f"{data['validation']:,}"]


def test_twelve_systems_of_molecular_dynamics_are_compared(docs):
    text = report.simulator_against_md(docs)
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    assert [row[0].strip() for row in rows[2:]] == [*map(str, range(1, 13)), "median"]
    assert {len(row) for row in rows} == {11}
    assert float(rows[-1][6]) >= 0.98
    assert 30_000 < images(text, docs)[0] <= 300_000


def test_trials_of_a_study_have_names_of_their_own():
    for trials in STUDIES.values():
        assert len({trial.name for trial in trials}) == len(trials)
    assert Trial("basenn", "sobol", 2, 9_500, systems=128).name == "basenn-sobol-128-2"
    # a shorter training is another one, which must not take up the state of the full one
    assert Trial("basenn", "grid", 1, 1_200).name == "basenn-grid-e1200-1"
