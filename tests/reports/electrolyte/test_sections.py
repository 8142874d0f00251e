"""The report on electrolytes says what the stored results say, however many there are."""

import re

import numpy as np
import pytest

pytest.importorskip("matplotlib", reason="the report draws with matplotlib: extra 'report'")

from surrogate_app.electrolyte.data.dataset import SHOWN, Dataset, mirror
from surrogate_app.electrolyte.data.reference import load_reference
from surrogate_app.electrolyte.evaluation import evaluate as evaluation
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.training.studies import CURVE, STUDIES, Result, Trial
from surrogate_app.reports import drawing
from surrogate_app.reports.electrolyte import losses as report_losses
from surrogate_app.reports.electrolyte import noise as report_noise
from surrogate_app.reports.electrolyte import profiles as report_profiles
from surrogate_app.reports.electrolyte import studies as report_studies
from surrogate_app.reports.electrolyte.models import models_on_unseen_systems
from surrogate_app.reports.electrolyte.simulator import simulator_against_md

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
def figures(monkeypatch):
    """Return the figures that sections would write, by name."""
    found = {}
    monkeypatch.setattr(drawing, "save", lambda figure, _docs, name: found.update({name: figure}))
    return found


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


def lines(ax):
    """Values of all lines of a panel."""
    return [np.asarray(line.get_ydata(), float) for line in ax.lines if len(line.get_ydata())]


def shown(text):
    """Names of the images that a section shows."""
    return re.findall(r"\]\(images/([^)]+)\.png\)", text)


@pytest.mark.parametrize(
    ("modnn", "verdict"),
    [
        ([0.30, 0.31, 0.29], "ModNN beats BaseNN"),
        ([2.9, 3.0, 3.1], "ModNN is worse than BaseNN"),
        ([0.9, 1.3, 1.0], "ModNN and BaseNN can not be distinguished"),
    ],
)
def test_the_verdict_on_soft_labels_follows_from_the_seeds(
    modnn, verdict, figures, tmp_path, monkeypatch
):
    factors = {"basenn": [0.98, 1.0, 1.02], "modnn": modnn, "weighted": [1.0, 1.0, 1.1]}
    found = [finding(t, factors[t.model][t.seed - 1]) for t in STUDIES["losses"]]
    monkeypatch.setattr(report_losses, "results", lambda _study: found)
    text = report_losses.losses(tmp_path)
    assert f"On the grid's last fifth, ModNN's mean square error is {np.mean(modnn):.2f}" in text
    assert said(text).count(verdict) == 2
    assert "9 of 9 trainings are finished (BaseNN 3, ModNN 3, weighted 3 seeds)" in said(text)
    base, _, _, paper = table(text, "test loss")
    assert (base, paper) == ("1.000 ± 0.020", "0.42")
    assert shown(text) == list(figures) == ["figure_3", "figure_4"]
    whole, parts = figures["figure_3"].axes
    drawn = [*lines(whole), *lines(parts)]
    for each in found:  # test and training loss of every seed, walls and bulk of the first
        assert sum(np.array_equal(line, each.curve[:, 1]) for line in drawn) >= 2
    assert len(lines(whole)) == 2 * 9
    assert len(lines(parts)) == 2 * 3
    for ax in figures["figure_4"].axes:
        assert [line == pytest.approx(0.01) for line in lines(ax)] == [True] * 3


@pytest.mark.usefixtures("figures")
def test_one_seed_settles_nothing(tmp_path, monkeypatch):
    found = [finding(trial, 0.1 + index) for index, trial in enumerate(STUDIES["losses"][:2])]
    monkeypatch.setattr(report_losses, "results", lambda _study: found)
    text = report_losses.losses(tmp_path)
    assert "2 of 9 trainings are finished" in said(text)
    assert said(text).count("can not distinguish this from chance") == 2
    assert "beats" not in text


EPSILON = {"grid-half": 0.014, "grid-histogram": 0.05, "grid-histogram-16": 0.2}


def noisy(trial, modnn):
    """Return what a trial might have found, the errors of ModNN times a factor."""
    factor = 1.0 + 0.01 * trial.seed
    if trial.model == "modnn":
        factor *= modnn.get(trial.data, 1.0)
    found = finding(trial, factor)
    found.record["label_epsilon"] = EPSILON[trial.data]
    return found


@pytest.mark.parametrize(
    ("modnn", "answer"),
    [
        ({}, "Soft labels pay at none of these levels, up to an ε of 20.0%"),
        ({"grid-histogram-16": 0.5}, "Soft labels pay at an ε of 20.0%."),
        ({"grid-histogram": 0.5, "grid-histogram-16": 0.5}, "pay at an ε of 5.0%, 20.0%."),
    ],
)
def test_the_noise_from_which_soft_labels_pay_follows_from_the_seeds(
    modnn, answer, figures, tmp_path, monkeypatch
):
    trials = [noisy(trial, modnn) for trial in STUDIES["noise"]]
    monkeypatch.setattr(report_noise, "results", lambda _study: trials)
    text = report_noise.noise(tmp_path)
    assert answer in said(text)
    assert "27 of 27 trainings are finished" in said(text)
    assert shown(text) == list(figures) == ["label_noise"]
    levels = [line.split("|")[2].strip() for line in text.splitlines() if "test loss" in line]
    assert levels == ["1.4%", "5.0%", "20.0%"]  # the least noise first
    (ax,) = figures["label_noise"].axes
    means = [line for line in ax.lines if line.get_label() in report_losses.TITLES.values()]
    assert len(means) == 3
    assert all(line.get_xdata() == pytest.approx([1.4, 5.0, 20.0]) for line in means)


def test_sections_without_results_are_left_out(tmp_path, monkeypatch):
    for module in (report_losses, report_noise, report_studies):
        monkeypatch.setattr(module, "results", lambda _study: [])
    assert report_losses.losses(tmp_path) == report_noise.noise(tmp_path) == ""
    assert report_studies.search() == report_studies.choice() == ""
    assert report_studies.learning_curves(tmp_path) == ""


def test_the_papers_systems_are_shown_beside_its_numbers(figures, tmp_path, monkeypatch):
    found = [finding(trial) for trial in STUDIES["losses"]]
    monkeypatch.setattr(report_profiles, "results", lambda _study: found)
    text = report_profiles.profiles(tmp_path)
    assert table(text, "ModNN, paper: success rate") == ["0.975", "0.93", "0.98", "0.978"]
    assert table(text, "BaseNN: success rate") == ["0.500"] * 4
    relative = [
        float(cell.rstrip("%"))
        for cell in table(text, f"{Surrogate.default_name()}: relative RMSE")
    ]
    assert all(0.0 <= value < 1.5 for value in relative)
    assert shown(text) == list(figures) == ["figure_5", "figure_6", "figure_7"]
    systems = Dataset.load("shown")
    predicted = evaluation.predict(Surrogate.load(), systems)
    assert len(figures["figure_5"].axes) == len(systems) == 4
    for ax, densities, simulated in zip(
        figures["figure_5"].axes, predicted, mirror(systems.n), strict=True
    ):
        for n in densities:
            assert any(np.array_equal(line, n) for line in lines(ax))
        for n in simulated:
            assert any(len(line) < len(n) and np.isin(line, n).all() for line in lines(ax))
    drawn = lines(figures["figure_7"].axes[0])
    for c in report_profiles.CONCENTRATIONS:
        charge = Surrogate.load().predict(report_profiles.SCREENED.replace(c=c)).charge_density
        assert any(np.array_equal(line, charge[: len(line)]) for line in drawn)
    lengths = re.search(r"in this order: ([\d., ]+)\.\*", said(text))[1].split(", ")
    assert len(lengths) == 9
    assert float(lengths[0]) > float(lengths[4])


def test_the_grid_search_is_sorted_by_validation_and_names_the_papers_choice(monkeypatch):
    trials = STUDIES["hyperparameters"]
    own = next(i for i, t in enumerate(trials) if (t.units, t.batch) == ((256, 512), 32))
    found = [finding(t, 0.5 if i == own else 1.0 + i) for i, t in enumerate(trials)]
    monkeypatch.setattr(report_studies, "results", lambda _study: found)
    text = report_studies.search()
    assert "comes out in place 1." in said(text)
    assert "18 of 18" in said(text)
    losses = [
        float(row.split("|")[4]) for row in text.splitlines() if row[:3].strip("| ").isdigit()
    ]
    assert losses == sorted(losses)


def test_the_slope_of_the_learning_curve_is_that_of_its_points(figures, tmp_path, monkeypatch):
    def found(study):
        return [finding(t, 128.0 / (t.systems or 1)) for t in STUDIES[study]]

    monkeypatch.setattr(report_studies, "results", found)
    text = report_studies.learning_curves(tmp_path)
    assert said(text).count("the power of -1.00: twice as many change it by a factor of 0.50") == 2
    number, _ = figures["learning_curves"].axes
    medians = [0.02 * 128.0 / systems for systems in (128, 256, 512, 1_024, 2_048)]
    drawn = [line for line in lines(number) if line == pytest.approx(medians)]
    assert len(drawn) == 2  # one for each model


def test_every_shipped_model_is_reported_with_what_it_was_trained_on():
    text = models_on_unseen_systems()
    for name in Surrogate.available():
        data = Surrogate.load(name).metadata["data"]
        assert table(text, f"{name} |")[1:] == [f"{data['training']:,}", f"{data['validation']:,}"]


def test_twelve_systems_of_molecular_dynamics_are_compared(figures, tmp_path):
    text = simulator_against_md(tmp_path)
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("|")]
    assert [row[0].strip() for row in rows[2:]] == [*map(str, range(1, 13)), "median"]
    assert {len(row) for row in rows} == {11}
    assert float(rows[-1][6]) >= 0.98
    simulated, reference = mirror(Dataset.load("reference").n), load_reference()
    for ax, ours, theirs in zip(
        figures["reference_systems"].axes, simulated, reference.n, strict=True
    ):
        drawn = lines(ax)
        for species in (0, 1):
            assert any(np.array_equal(line, ours[species]) for line in drawn)
            assert any(
                len(line) < len(theirs[species]) and np.isin(line, theirs[species]).all()
                for line in drawn
            )


def test_trials_of_a_study_have_names_of_their_own():
    for trials in STUDIES.values():
        assert len({trial.name for trial in trials}) == len(trials)
    assert Trial("basenn", "sobol", 2, 9_500, systems=128).name == "basenn-sobol-128-2"
    # a shorter training is another one, which must not take up the state of the full one
    assert Trial("basenn", "grid", 1, 1_200).name == "basenn-grid-e1200-1"
