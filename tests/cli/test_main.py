"""Commands answer on stdout, explain bad input in one line on stderr, and return 0, 1 or 2."""

import csv
import io
import json
import subprocess
import sys

import numpy as np
import pytest

from surrogate_app.campaign import read_campaign
from surrogate_app.cli import main as cli
from surrogate_app.electrolyte import Electrolyte, Surrogate, capacitance, sensitivity
from surrogate_app.electrolyte.surrogate.model import MODELS

SYSTEM_I = ["--h", "4.8", "--c", "1.5", "--d-pos", "0.415", "--d-neg", "0.63", "--sigma-s", "-0.02"]


def rows_of(text):
    return list(csv.DictReader(line for line in io.StringIO(text) if not line.startswith("#")))


def test_predict_prints_the_profiles_of_the_python_call(capsys):
    assert cli.main(["predict", *SYSTEM_I]) == cli.DONE
    rows = rows_of(capsys.readouterr().out)
    profile = Surrogate.load().predict(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02))
    assert np.array([float(row["n_pos"]) for row in rows]) == pytest.approx(profile.n_pos)
    assert np.array([float(row["z"]) for row in rows]) == pytest.approx(profile.z)


def test_predict_writes_a_file_and_json_with_the_model_asked_for(capsys, tmp_path):
    path = tmp_path / "out.csv"
    arguments = ["predict", *SYSTEM_I, "--model", "modnn", "--csv", str(path), "--json"]
    assert cli.main(arguments) == cli.DONE
    (curve,) = json.loads(capsys.readouterr().out)["curves"]
    assert curve["model"]["name"] == "modnn"
    assert [float(row["n_neg"]) for row in rows_of(path.read_text())] == curve["n_neg"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--h", "11"], ["h = 11 nm", "2 to 10 nm"]),
        (["--h", "9", "--model", "modnn"], ["h = 9 nm", "4 to 5 nm"]),
        (["--c", "nan"], ["c must be a number", "mol/L"]),
        (["--d-pos", "-0.3"], ["d_pos must be positive", "-0.3 nm"]),
        (["--sigma-s", "0.01"], ["sigma_s must not be positive", "0.01 C/m²"]),
        (["--z-pos", "2", "--model", "modnn"], ["z_pos = 2", "1:1 salts at 298 K"]),
        (["--z-neg", "-3"], ["z_neg must be -1 or -2", "-3"]),
        (["--model", "oracle"], ["no electrolyte model 'oracle'", "modnn"]),
    ],
)
def test_bad_input_is_explained_in_one_line(arguments, words, capsys):
    assert cli.main(["predict", *SYSTEM_I, *arguments]) == cli.BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert all(word in err for word in words)


def test_capacitance_prints_the_curve_of_the_python_call(capsys):
    arguments = ["capacitance", *HIGH_C, "--temperature", "298", "--points", "5", "--json"]
    assert cli.main(arguments) == cli.DONE
    result = json.loads(capsys.readouterr().out)
    found = capacitance(Surrogate.load(), HIGH_C_SYSTEM, points=5)
    assert result["differential_capacitance"] == pytest.approx(found.differential.tolist())
    assert result["units"]["potential_drop"] == "mV"
    assert cli.main([*arguments, "--points", "1"]) == cli.BAD_INPUT
    assert "points must be at least 2, got 1" in capsys.readouterr().err


HIGH_C = ["--h", "4.5", "--c", "1.9", "--d-pos", "0.4", "--d-neg", "0.6", "--sigma-s", "-0.015"]
HIGH_C_SYSTEM = Electrolyte(4.5, 1.9, 0.4, 0.6, -0.015)


def test_sensitivity_prints_the_indices_of_the_python_call(capsys, tmp_path):
    path = tmp_path / "indices.csv"
    spread = ["--spread", "d_pos=0.01", "d-neg=0.015:uniform", "--z", "-2.05", "-1.0"]
    assert cli.main(["sensitivity", *HIGH_C, *spread, "--json", "--csv", str(path)]) == cli.DONE
    out, err = capsys.readouterr()
    result = json.loads(out)
    s = sensitivity(
        Surrogate.load(),
        HIGH_C_SYSTEM,
        {"d_pos": 0.01, "d_neg": 0.015},
        z=[-2.05, -1.0],
        distribution={"d_neg": "uniform"},
    )
    assert err == ""
    assert result["total_d_neg"] == pytest.approx(s.total["d_neg"].tolist())
    assert result["options"]["spread_d_neg"] == "uniform, 0.015 nm"
    rows = rows_of(path.read_text())
    assert [float(row["first_d_pos"]) for row in rows] == result["first_d_pos"]
    assert "interaction_d_pos_x_d_neg" in rows[0]


def test_indices_that_are_not_defined_are_empty_in_csv_and_null_in_json(capsys):
    arguments = ["sensitivity", *HIGH_C, "--spread", "c=0.02", "--z", "-2.25", "0"]
    assert cli.main(arguments) == cli.DONE
    assert [row["first_c"] for row in rows_of(capsys.readouterr().out)] == ["", "1.0"]
    assert cli.main([*arguments, "--json"]) == cli.DONE
    assert json.loads(capsys.readouterr().out)["first_c"] == [None, 1.0]


def test_propagate_prints_bands_and_says_what_leaves_the_domain(capsys):
    arguments = ["propagate", *HIGH_C, "--spread", "d_neg=0.015", "--quantity", "n_neg"]
    arguments += ["--model", "wallnet"]
    assert cli.main([*arguments, "--samples", "256", "--quantiles", "0.1", "0.9"]) == cli.DONE
    out, err = capsys.readouterr()
    rows = rows_of(out)
    assert len(rows) == 502
    for row in rows:
        assert float(row["quantile_0.1"]) <= float(row["quantile_0.9"])
    assert "2.3 % of the systems lie outside the domain by their d_neg" in err


def test_sweep_prints_every_curve(capsys):
    arguments = ["sweep", *HIGH_C, "--input", "c", "--values", "0.3", "1.9"]
    assert cli.main([*arguments, "--quantity", "n_pos"]) == cli.DONE
    rows = rows_of(capsys.readouterr().out)
    assert [float(row["c"]) for row in rows[::502]] == [0.3, 1.9]
    expected = Surrogate.load().predict(HIGH_C_SYSTEM).n_pos
    assert [float(row["n_pos"]) for row in rows[502:]] == pytest.approx(expected, abs=1e-5)


def test_inputs_are_named_as_their_options_or_as_in_python(capsys):
    printed = []
    for name in ("d-pos", "d_pos"):
        arguments = ["sweep", *HIGH_C, "--input", name, "--values", "0.3", "--quantity", "n_pos"]
        assert cli.main(arguments) == cli.DONE
        printed.append(rows_of(capsys.readouterr().out))
    assert printed[0] == printed[1]


def test_spreads_can_be_given_together_or_one_by_one(capsys):
    printed = []
    for spread in (["c=0.02", "d_pos=0.01"], ["c=0.02", "--spread", "d_pos=0.01"]):
        arguments = ["sensitivity", *HIGH_C, "--z", "-1.0", "--spread", *spread]
        assert cli.main(arguments) == cli.DONE
        printed.append(rows_of(capsys.readouterr().out))
    assert printed[0] == printed[1]
    assert "first_c" in printed[0][0]
    assert "first_d_pos" in printed[0][0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["sensitivity", *HIGH_C, "--spread", "c=0.1", "c=0.2"], "c has two spreads"),
        (["propagate", *HIGH_C, "--spread", "d-pos=0.01", "--spread", "d_pos=0.02"], "d_pos has"),
        (["sensitivity", *HIGH_C, "--spread", "d_pos"], "written as d_pos=0.01"),
        (["sensitivity", *HIGH_C, "--spread", "c=0.1:"], "choose normal or uniform"),
        (["sensitivity", *HIGH_C, "--spread", "d_pos=0.3"], "where the model was trained"),
        (["propagate", *HIGH_C, "--spread", "c=0.01", "--samples", "100"], "power of two"),
        (["propagate", *HIGH_C, "--spread", "c=0.01", "--quantiles", "2"], "between 0 and 1"),
        (["sweep", *HIGH_C, "--input", "size", "--values", "1"], "no input 'size'"),
    ],
)
def test_analyses_explain_bad_input_in_one_line(arguments, words, capsys):
    assert cli.main(arguments) == cli.BAD_INPUT
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert words in err


def test_simulate_prints_what_it_simulated(capsys):
    small = ["--h", "4", "--c", "0.5", "--d-pos", "0.3", "--d-neg", "0.3", "--sigma-s", "-0.02"]
    arguments = ["simulate", "electrolyte", *small, "--sweeps", "64", "--seed", "3", "--json"]
    assert cli.main(arguments) == cli.DONE
    (curve,) = json.loads(capsys.readouterr().out)["curves"]
    assert len(curve["n_pos_eps"]) == len(curve["n_neg_eps"]) == 502
    assert curve["model"]["seed"] == 3
    assert curve["model"]["sweeps"] == 64
    assert curve["call"].endswith("sweeps=64, seed=3)")
    assert abs(curve["numbers"]["neutrality_residual"]) < 1e-12


def test_simulated_profiles_have_columns_for_their_uncertainties(capsys):
    small = ["--h", "4", "--c", "0.5", "--d-pos", "0.3", "--d-neg", "0.3", "--sigma-s", "-0.02"]
    arguments = ["simulate", "electrolyte", *small, "--sweeps", "64"]
    assert cli.main(arguments) == cli.DONE
    out = capsys.readouterr().out
    rows = rows_of(out)
    assert all(float(row["n_pos_eps"]) >= 0.0 <= float(row["n_neg_eps"]) for row in rows)
    assert any(float(row["n_pos_eps"]) > 0.0 for row in rows)
    assert "n_neg_eps in mol/L" in out


def test_a_campaign_simulates_the_systems_of_a_csv_file(tmp_path, capsys):
    path = tmp_path / "systems.csv"
    path.write_text("c,h,d_pos,d_neg,sigma_s\n0.5,4,0.3,0.3,-0.02\n1.9,4,0.9,0.9,-0.02\n")
    assert cli.main(["campaign", "electrolyte", "--design", str(path), "--minutes", "5"]) == 0
    err = capsys.readouterr().err
    assert "1 of 2 systems done" in err
    assert "1 failed and will not be tried again:\n  index 1: the ions would fill 0.90" in err
    description, results = read_campaign(tmp_path / "systems")
    assert description["options"]["design"] == "systems.csv"
    assert results["index"].tolist() == [0]  # the second one is too dense to be simulated
    assert results["n"].shape == (1, 2, 251)


def test_a_campaign_of_many_failures_tells_the_first_reasons(tmp_path, capsys):
    path = tmp_path / "systems.csv"
    path.write_text("c,h,d_pos,d_neg,sigma_s\n" + "1.9,4,0.9,0.9,-0.02\n" * 5)
    assert cli.main(["campaign", "electrolyte", "--design", str(path)]) == cli.DONE
    err = capsys.readouterr().err
    assert "0 of 5 systems done" in err
    assert "5 failed" in err
    assert err.count("the ions would fill") == 3
    assert err.endswith("  and 2 more\n")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "line 1; h, c, d_pos, d_neg, sigma_s missing"),
        ("h,c,d_pos,d_neg\n", "sigma_s missing"),
        ("h,c,d_pos,d_neg,sigma_s\n4,1,0.3\n", "line 2: 5 values expected, got 3"),
        ("h,c,d_pos,d_neg,sigma_s\n4,1,0.3,x,-0.01\n", "line 2: d_neg must be a number"),
        ("h,c,d_pos,d_neg,sigma_s\n\n", "holds no systems"),
    ],
)
def test_csv_files_that_hold_no_systems_are_refused_with_the_line(content, words, tmp_path, capsys):
    path = tmp_path / "systems.csv"
    path.write_text(content)
    assert cli.main(["campaign", "electrolyte", "--design", str(path)]) == cli.BAD_INPUT
    assert words in capsys.readouterr().err


def test_an_unknown_design_is_refused_with_the_choice(capsys):
    assert cli.main(["campaign", "electrolyte", "--design", "everything"]) == cli.BAD_INPUT
    assert (
        "sobol, sobol-4, sobol-16, dense, densest, calibration, test, corner-"
        in capsys.readouterr().err
    )


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["study", "nothing"],
            "no study 'nothing'; choose losses or noise or default or hyperparameters",
        ),
        (["train", "electrolyte", "--model", "nothing"], f"choose {' or '.join(MODELS)}"),
        (["train", "liquid", "--model", "nothing"], "choose structure or noise or corresponding"),
    ],
)
def test_what_can_not_be_trained_is_refused_before_tensorflow_is_loaded(arguments, words):
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('tensorflow', 'keras')));"
        "from surrogate_app.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, *arguments]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == cli.BAD_INPUT
    assert words in finished.stderr
    assert finished.stderr.count("\n") == 1


@pytest.mark.parametrize(
    "command",
    [
        "app",
        "predict",
        "sensitivity",
        "sweep",
        "propagate",
        "simulate",
        "campaign",
        "train",
        "study",
        "evaluate",
        "benchmark",
        "report",
    ],
)
def test_every_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([command, "--help"])
    assert stopped.value.code == 0
    assert command in capsys.readouterr().out


def test_the_command_is_installed_and_returns_its_exit_code():
    run = [sys.executable, "-m", "surrogate_app.cli.main", "predict", *SYSTEM_I, "--c", "7"]
    finished = subprocess.run(run, capture_output=True, text=True, check=False)
    assert finished.returncode == cli.BAD_INPUT
    assert finished.stderr.startswith("surrogate-app: c = 7 mol/L is outside")
    assert "Traceback" not in finished.stderr


def test_evaluate_tells_the_figures_of_every_model(capsys):
    assert cli.main(["evaluate", "electrolyte", "--json"]) == cli.DONE
    models = json.loads(capsys.readouterr().out)["models"]
    assert set(models) == set(Surrogate.available())
    for figures in models.values():
        assert figures["midplane_charge"] < 1e-9
        assert figures["relative_median"] <= figures["relative_p95"] <= figures["relative_worst"]
