"""The report on liquids says what was simulated and measured, and what it stands beside."""

import re

import numpy as np
import pytest

from surrogate_app.liquid.data import nist
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.designs import DESIGNS, campaign
from surrogate_app.liquid.evaluation.evaluate import SETS, name_of_set
from surrogate_app.liquid.simulation.bins import distances
from surrogate_app.liquid.simulation.run import simulate
from surrogate_app.liquid.state import TABLE_1, LJState, from_reduced
from surrogate_app.reports import drawing, report
from surrogate_app.reports.documents import render, stored_evaluation
from surrogate_app.reports.liquid import fits as report_fits
from surrogate_app.reports.liquid import noise as report_noise
from surrogate_app.reports.liquid import simulator as report_simulator
from surrogate_app.reports.liquid import states as report_data
from surrogate_app.reports.liquid.fits import (
    PAPER_MAPE,
    Fits,
    beside,
    line_distance,
    percent,
    verdict,
)
from surrogate_app.reports.liquid.sections import sections
from surrogate_app.reports.liquid.simulator import Comparison


def comparison(pressure, expected, sem=0.0):
    pressure, expected = np.array(pressure), np.array(expected)
    rest = np.full(len(pressure), sem)
    return Comparison(np.full(len(pressure), 2.0), pressure, expected, rest, rest, left_out=0)


def structures(density, t_star, **results):
    coupling, attraction = from_reduced(density, t_star)
    g = np.ones((len(coupling), len(distances())))
    return Structures(
        coupling, attraction, g, 0.01 * g, results, np.stack((density, t_star), axis=1)
    )


def table_rows(text):
    return [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines()]


# ---------------------------------------------------------------- simulator


def test_nists_design_repeats_its_states_atoms_and_cut_off():
    plan = campaign("nist")
    assert len(plan.parameters) == len(nist.TABLE) == 10
    assert plan.options["cut"] == 3.0
    assert plan.options["atoms"] == 500
    assert plan.parameters[3].tolist() == [0.86, 0.85]
    assert plan.seed not in {design.seed for name, design in DESIGNS.items() if name != "nist"}


def test_where_the_potential_is_cut_changes_the_energy_of_a_liquid():
    liquid = LJState.from_reduced(0.78, 0.85, sigma=1.0, epsilon=1.0)
    runs = [simulate(liquid, sweeps=64, seed=1, cut=cut, equilibration=25) for cut in (2.0, 3.0)]
    assert runs[0].energy != runs[1].energy
    with pytest.raises(ValueError, match="cut must be a positive number in σ, got -1"):
        simulate(liquid, sweeps=64, cut=-1.0)


def test_energies_and_pressures_stand_beside_nists_in_units_of_their_errors():
    simulated = structures(
        np.array([0.86, 0.776]),
        np.array([0.85, 0.90]),
        energy=np.array([-6.0285, -5.4709]),
        energy_sem=np.array([0.001, 0.001]),
        pressure=np.array([1.256, 0.24056]),
        pressure_sem=np.array([0.01, 0.01]),
    )
    header, _, *rows = table_rows(report_simulator.nist_table(simulated))
    assert len(rows) == len(nist.TABLE)
    assert {len(row) for row in rows} == {len(header)}
    assert rows[3][:5] == ["0.860", "0.85", "−6.0305", "−6.0285 ± 0.0010", "2.0"]
    assert rows[3][-1] == "−1.0"
    assert rows[0][3] == "–"  # not simulated here


def test_pressures_may_differ_by_a_percent_above_one_and_by_two_hundredths_below():
    compared = comparison([2.019, 2.021, 0.119, 0.121], [2.0, 2.0, 0.1, 0.1])
    assert compared.within().tolist() == [True, False, True, False]
    assert comparison([2.021, 0.13], [2.0, 0.1], sem=0.001).within(errors=3.0).tolist() == [
        True,
        False,
    ]


def test_the_equation_of_state_agrees_with_nist_to_a_hundredth():
    pytest.importorskip("teqp")
    density, t_star, energy, pressure = np.array(nist.TABLE).T
    found = report_simulator.equation_of_state(density, t_star)
    np.testing.assert_allclose(found[0], pressure, atol=0.01)
    np.testing.assert_allclose(found[1], energy, atol=0.01)


def test_a_dilute_gas_of_the_equation_of_state_is_ideal():
    pytest.importorskip("teqp")
    pressure, energy = report_simulator.equation_of_state([1e-6], [3.0])
    assert pressure[0] == pytest.approx(3e-6, rel=1e-5)
    assert abs(energy[0]) < 1e-4


# ---------------------------------------------------------------- data


def test_about_seven_in_ten_uniform_draws_are_fluid():
    assert 0.65 < report_data.fluid_share(TABLE_1) < 0.75


def test_no_draw_is_fluid_in_a_box_of_solids():
    box = {**TABLE_1, "density": (60.0, 70.0)}
    assert report_data.fluid_share(box) == 0.0


# ---------------------------------------------------------------- fits


def test_accuracy_lines_hold_all_but_outliers():
    rng = np.random.default_rng(1)
    low, high = np.array([TABLE_1["c12"], TABLE_1["c6"]]).T
    truth = rng.uniform(low, high, (4_000, 2))
    fits = Fits(truth, truth + 0.01 * (high - low) * rng.normal(size=truth.shape))
    assert fits.loss == pytest.approx(1e-4, rel=0.1)
    distance = line_distance({"training": fits})
    assert distance == pytest.approx(0.04, rel=0.05)
    assert np.all(fits.between(distance) > 0.999)
    assert np.all(fits.between(0.25 * distance) == pytest.approx(0.683, abs=0.03))


def test_the_verdict_names_every_error_of_the_paper_once():
    errors = {key: (1.7, 4.2) for key in PAPER_MAPE}
    argon = {"c12_error": -1.0, "c6_error": 3.0, "pressure_error": 15.0}
    alike, smaller, larger = " ".join(verdict(errors, argon).split()).split(" - ")
    assert "C12 in training" in alike
    assert "pressure of argon" in alike
    assert "C6 in transferability" in smaller
    assert "C12 of argon (1.00" in smaller
    assert "Not reproduced" in larger
    assert "C6 of argon (3.00" in larger
    assert sum(part.count("paper ") for part in (alike, smaller, larger)) == 2 * 4 + 2 + 1


@pytest.mark.parametrize(
    ("ours", "word"), [(1.0, "alike"), (1.4, "alike"), (0.6, "smaller"), (1.6, "larger")]
)
def test_errors_are_alike_up_to_half_as_much_again(ours, word):
    assert beside(ours, 1.0) == word


@pytest.mark.parametrize("less_truth", [False, True])
def test_the_points_of_a_panel_are_the_systems(less_truth):
    pytest.importorskip("matplotlib", reason="the report draws with matplotlib: extra 'report'")
    from matplotlib.colors import to_hex

    rng = np.random.default_rng(1)
    low, high = np.array([TABLE_1["c12"], TABLE_1["c6"]]).T
    sets = {}
    for key in report_fits.SIDES:
        truth = rng.uniform(low, high, (30, 2))
        sets[key] = Fits(truth, truth * rng.uniform(0.9, 1.1, truth.shape))
    errors = dict.fromkeys(report_fits.SIDES, (1.7, 4.2))
    figure = report_fits.draw_fits(sets, errors, "#123456", less_truth)
    panels = np.reshape(figure.axes, (2, len(report_fits.SIDES)))
    for row, scale in enumerate((1e6, 1e3)):
        for ax, fits in zip(panels[row], sets.values(), strict=True):
            found = fits.found - fits.truth if less_truth else fits.found
            expected = scale * np.stack((fits.truth[:, row], found[:, row]), axis=1)
            (points,) = ax.collections
            assert np.asarray(points.get_offsets()) == pytest.approx(expected)
            assert to_hex(points.get_facecolor()[0]) == "#123456"
            assert ["MAPE 1.70 %", "MAPE 4.20 %"][row] in ax.texts[0].get_text()


def test_maps_of_argon_show_its_pressures_and_their_errors():
    pytest.importorskip("matplotlib", reason="the report draws with matplotlib: extra 'report'")
    simulated = np.array([10.0, 20.0, 40.0])
    maps = report_fits.ArgonPressures(
        *(np.array([10.0, 11.0, 12.0]), np.array([300.0, 310.0, 320.0]), simulated),
        of_fits={"deepilst": 1.1 * simulated},
        of_truth=simulated,
    )
    figure = report_fits.draw_argon(maps)
    shown = [np.asarray(c.get_array()) for ax in figure.axes[:2] for c in ax.collections]
    assert shown[0] == pytest.approx(simulated)
    assert shown[1] == pytest.approx(10.0)
    assert "deepilst: 10.0 % off" in figure.axes[1].get_title()


def test_every_evaluated_model_is_shown():
    """One more needs no edit of the report."""
    texts = dict.fromkeys(("fits", "verdict", "lines", "argon"), "")
    models = ["corresponding", "deepilst", "hypernetted"]
    numbers = {"points": 40, "alike": 1.5, "place": 9.0}
    text = render("liquid/fits.md.j2", models=models, paper="deepilst", **texts, **numbers)
    shown = re.findall(r"images/liquid_fits_(\w+)\.png", text)
    assert sorted(shown) == models
    assert "*corresponding*, the default" in text


# ---------------------------------------------------------------- noise


@pytest.mark.parametrize(("scatter", "missed"), [(1.0, False), (1.05, False), (1.3, True)])
def test_slow_noise_is_blamed_only_where_runs_scatter_more_than_their_blocks(scatter, missed):
    told = report_noise.about_slow_noise(scatter)
    assert f"{scatter:.2f} times as much as their blocks let expect" in told
    assert ("Part of this is noise" in told) == missed


def test_chance_is_told_of_systems_that_do_not_share_noise():
    figures = {f"coverage_{n}_{c}": 0.7 for n in (1, 2) for c in ("c12", "c6")}
    results = {
        "models": {"corresponding": dict.fromkeys(SETS, figures)},
        "systems": dict.fromkeys(SETS, 3_204),
        "runs": dict.fromkeys(SETS, 63),
        "independent": dict.fromkeys(SETS, 33.0),
    }
    text = " ".join(report_noise.coverage(results).split())
    assert "drawn from 63 runs, Table 1, test side | 3,204 | 33 | corresponding |" in text
    assert "Shares of 33 independent systems scatter by 8 % by chance" in text


# ---------------------------------------------------------------- the whole


def test_a_missing_evaluation_is_told_with_the_command_that_makes_it(tmp_path):
    with pytest.raises(ValueError, match="run surrogate-app evaluate liquid --write first"):
        stored_evaluation("liquid", tmp_path)


def test_a_missing_campaign_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr("surrogate_app.liquid.data.dataset.data_dir", lambda name: tmp_path / name)
    with pytest.raises(ValueError, match="nist holds no finished simulations; run a campaign"):
        report_simulator.simulator_against_others(tmp_path)


def test_the_report_holds_both_halves(monkeypatch, tmp_path):
    for half, parts in (("electrolyte", ["### One"]), ("liquid", ["### Two", "### Three"])):
        monkeypatch.setattr(
            f"surrogate_app.reports.{half}.sections.sections", lambda _docs, parts=parts: parts
        )
    report.write_report(tmp_path)
    text = (tmp_path / "reproduction.md").read_text(encoding="utf-8")
    titles = [line for line in text.splitlines() if line.startswith("#")]
    assert titles == [
        "# Reproduction",
        "## Confined electrolytes",
        "### One",
        "## Lennard-Jones fluids",
        "### Two",
        "### Three",
    ]


@pytest.mark.slow
def test_the_report_shows_every_figure_and_table_of_the_paper(monkeypatch, tmp_path):
    """Its quick twins look at the drawn points, at the texts and at the lists of models alone."""
    pytest.importorskip("matplotlib", reason="the report draws with matplotlib: extra 'report'")
    pytest.importorskip("teqp", reason="the report needs an equation of state: extra 'report'")
    monkeypatch.setattr(report_fits, "POINTS", 40)
    figures = {}
    monkeypatch.setattr(drawing, "save", lambda figure, _docs, name: figures.update({name: figure}))
    text = "\n\n".join(sections(tmp_path))
    assert set(re.findall(r"\]\(images/([^)]+)\.png\)", text)) == set(figures)
    assert len(figures) == 9
    for name, figure in figures.items():
        assert all(ax.lines or ax.collections or ax.images for ax in figure.axes), name
    results = stored_evaluation("liquid")
    for key in SETS:
        assert name_of_set(key, results) in text
    for model in results["models"].values():
        c12, c6 = (percent(model["test"][f"mape_{name}"]) for name in ("c12", "c6"))
        assert f"| {c12}, {c6} |" in text
        assert f"| {abs(model['argon']['c12_error']):.2f} |" in text


@pytest.mark.data
def test_the_document_shows_the_stored_evaluation(root):
    text = (root / "docs" / "reproduction.md").read_text(encoding="utf-8")
    for model in stored_evaluation("liquid")["models"].values():
        for key in ("c12", "c6"):
            for error in model["argon"][f"{key}_error"], model["argon"][f"mape_{key}"]:
                assert f"| {abs(error):.2f} |" in text
