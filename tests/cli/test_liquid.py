"""Commands for liquids answer as Python does, and explain bad input in one line on stderr."""

import csv
import io
import json
import subprocess
import sys
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from surrogate_app import __version__
from surrogate_app.cli import main as cli
from surrogate_app.liquid import RDF, ForwardSurrogate, InverseSurrogate, LJState
from surrogate_app.liquid.data.designs import DESIGNS
from surrogate_app.liquid.data.examples import examples_dir
from surrogate_app.liquid.export import fit as export

ARGON = ["--density", "13.7", "--temperature", "345"]
POTENTIAL = ["--c12", "9.847e-6", "--c6", "6.2647e-3"]
FILES = sorted(path for path in examples_dir().iterdir() if path.suffix != ".json")


@pytest.fixture
def argon():
    return examples_dir() / "argon.xvg"


@pytest.fixture(scope="module")
def fit():
    rdf = RDF.read(examples_dir() / "argon.xvg")
    return InverseSurrogate.load().fit(rdf, density=13.7, temperature=345.0)


def run(capsys, *arguments):
    """Exit code and output of a command."""
    code = cli.main([str(part) for part in arguments])
    return code, *capsys.readouterr()


# ---------------------------------------------------------------- fit


def test_fit_prints_the_parameters_of_the_python_call(capsys, argon, fit):
    code, out, err = run(capsys, "fit", argon, *ARGON)
    assert code == cli.DONE
    for name, number, std, unit in (
        ("C12", fit.c12, fit.c12_std, "kJ/mol nm¹²"),
        ("C6", fit.c6, fit.c6_std, "kJ/mol nm⁶"),
        ("sigma", fit.sigma, fit.sigma_std, "nm"),
        ("epsilon", fit.epsilon, fit.epsilon_std, "kJ/mol"),
    ):
        assert f"{name:8}{number:.5g} ± {std:.2g} {unit}" in out
    assert out.startswith("argon.xvg (corresponding):")
    assert err == "argon.xvg: Distances are in nm, as the file says.\n"


def test_json_equals_the_python_call(capsys, argon, fit):
    code, out, _ = run(capsys, "fit", argon, *ARGON, "--json")
    assert code == cli.DONE
    (found,) = json.loads(out)["fits"]
    assert found == json.loads(export.table(fit).to_json())["fits"][0]
    assert found["numbers"]["c12"] == fit.c12
    assert found["numbers"]["c6_std"] == fit.c6_std
    assert found["inputs"] == {"density": 13.7, "temperature": 345.0}


def test_many_files_are_fitted_in_their_order(capsys):
    code, out, err = run(capsys, "fit", *FILES, *ARGON, "--json")
    assert code == cli.DONE
    names = [found["rdf"]["name"] for found in json.loads(out)["fits"]]
    assert names == [path.name for path in FILES]
    assert len(set(names)) == len(names) >= 4
    # most of them are of other densities, which is told file by file
    assert {line.split(":")[0] for line in err.splitlines()} == set(names)
    assert "dilute.csv: The RDF differs" in err


def test_csv_goes_to_a_file_beside_the_printed_answer(capsys, argon, fit, tmp_path):
    path = tmp_path / "fit.csv"
    code, out, _ = run(capsys, "fit", argon, *ARGON, "--csv", path)
    assert code == cli.DONE
    assert "C12" in out
    rows = list(csv.DictReader(x for x in io.StringIO(path.read_text()) if not x.startswith("#")))
    assert [float(row["g_fit"] or "nan") for row in rows] == pytest.approx(
        fit.g_fit.tolist(), nan_ok=True
    )


@pytest.mark.parametrize(
    "form", ["gromacs", "lammps-real", "lammps-lj", "openmm", "votca", "relentless"]
)
def test_the_potential_is_printed_for_simulation_programs(capsys, argon, fit, form):
    texts = {
        "gromacs": export.gromacs_itp(fit),
        "lammps-real": export.lammps_lines(fit, "real"),
        "lammps-lj": export.lammps_lines(fit, "lj"),
        "openmm": export.openmm_xml(fit),
        "votca": export.votca_table(fit),
        "relentless": export.relentless_script(fit),
    }
    code, out, _ = run(capsys, "fit", argon, *ARGON, "--format", form)
    assert code == cli.DONE
    assert out.rstrip() == texts[form].rstrip()
    if form == "openmm":
        atom = ElementTree.fromstring(out).find("NonbondedForce/Atom")
        assert float(atom.get("sigma")) == pytest.approx(fit.sigma, rel=1e-6)
    if form == "gromacs":
        assert "[ atomtypes ]" in out
        assert f"{fit.c12:.9g}" in out


def test_the_model_unit_and_column_can_be_chosen(capsys, tmp_path, fit):
    path = tmp_path / "two.csv"
    rows = zip(fit.rdf.r, fit.rdf.g, strict=True)
    lines = [f"{r / fit.sigma:.9g},{0.5 + 0.25 * g:.9g},{g:.9g}" for r, g in rows]
    path.write_text("\n".join(["r,first,second", *lines]) + "\n")
    choices = ["--unit", "sigma", "--sigma", f"{fit.sigma:.12g}", "--column", "1"]
    code, out, _ = run(capsys, "fit", path, *ARGON, *choices, "--json")
    assert code == cli.DONE
    (found,) = json.loads(out)["fits"]
    assert found["rdf"]["length_unit"] == "σ"
    assert found["rdf"]["column"] == 1
    assert found["numbers"]["c12"] == pytest.approx(fit.c12, rel=1e-3)
    code, out, _ = run(capsys, "fit", path, *ARGON, *choices, "--model", "deepilst", "--json")
    assert json.loads(out)["fits"][0]["model"]["name"] == "deepilst"


def test_a_tail_is_normalised_when_asked_for(capsys, tmp_path, fit):
    path = tmp_path / "low.dat"
    rows = zip(fit.rdf.r, fit.rdf.g, strict=True)
    path.write_text("".join(f"{r:.9g} {0.9 * g:.9g}\n" for r, g in rows))
    code, out, err = run(capsys, "fit", path, *ARGON, "--normalise", "--json")
    assert code == cli.DONE
    assert "level of its tail" in err
    assert json.loads(out)["fits"][0]["numbers"]["c12"] == pytest.approx(fit.c12, rel=0.002)


def test_numbers_that_can_not_be_relied_on_are_marked_where_they_stand(capsys, argon):
    code, out, _ = run(capsys, "fit", argon, "--density", "5", "--temperature", "345")
    assert code == cli.DONE
    assert "  in domain: no" in out
    assert "  warning: The RDF differs from that of any Lennard-Jones fluid" in out
    assert "in domain" not in run(capsys, "fit", argon, *ARGON)[1]


def test_files_of_one_name_are_told_apart(capsys, argon, tmp_path):
    other, third = tmp_path / "argon.xvg", tmp_path / "third.xvg"
    for path in (other, third):
        path.write_bytes(argon.read_bytes())
    code, out, err = run(capsys, "fit", argon, other, third, *ARGON)
    assert code == cli.DONE
    for name in (argon, other, "third.xvg"):
        assert f"{name} (corresponding):\n" in out
        assert f"{name}: Distances" in err


@pytest.mark.parametrize("form", ["gromacs", "lammps-real", "lammps-lj", "openmm"])
def test_potentials_are_written_one_at_a_time(capsys, argon, form):
    for arguments, words in (([argon, argon], "got 2 files"), ([argon, "--json"], "and --json")):
        code, out, err = run(capsys, "fit", *arguments, *ARGON, "--format", form)
        assert code == cli.BAD_INPUT
        assert out == ""
        assert err.count("\n") == 1
        assert f"--format {form}" in err
        assert words in err


def test_a_sigma_that_is_not_needed_is_told(capsys, argon):
    code, out, err = run(capsys, "fit", argon, *ARGON, "--sigma", "0.34", "--json")
    sentence = "sigma = 0.34 nm was not used, as distances are in nm."
    assert code == cli.DONE
    assert sentence in err
    assert sentence in json.loads(out)["fits"][0]["rdf"]["assumptions"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([*ARGON, "--sigma", "-1"], ["sigma must be a positive number in nm", "-1"]),
        ([*ARGON, "--sigma", "nan"], ["sigma must be a positive number in nm", "nan"]),
        (["--density", "-2", "--temperature", "345"], ["density must be a positive number", "-2"]),
        (["--density", "13.7", "--temperature", "nan"], ["temperature must be", "nan"]),
        (["--density", "0.001", "--temperature", "345"], ["points between", "0.001 nm⁻³"]),
        ([*ARGON, "--unit", "furlong"], ["length_unit must be nm, Å, σ, pm"]),
        ([*ARGON, "--unit", "σ"], ["units of σ", "give sigma in nm"]),
        ([*ARGON, "--column", "3"], ["column must be an integer", "3"]),
        ([*ARGON, "--model", "oracle"], ["no liquid model 'oracle'", "deepilst"]),
    ],
)
def test_bad_input_is_explained_in_one_line(capsys, argon, arguments, words):
    code, out, err = run(capsys, "fit", argon, *arguments)
    assert code == cli.BAD_INPUT
    assert out == ""
    assert err.count("\n") == 1
    assert err.startswith("surrogate-app: ")
    assert all(word in err for word in words)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG image"),
        (b"0.1 0\n0.2 zero\n", "2"),
        (b"hello\n", "no line holds a distance"),
        (b"0.1 0\n0.2 1\n0.3 1\n", "at least 20"),
    ],
)
def test_a_bad_file_among_good_ones_is_named_with_its_fault(
    capsys, tmp_path, argon, content, words
):
    path = tmp_path / "broken.dat"
    path.write_bytes(content)
    code, out, err = run(capsys, "fit", argon, path, *ARGON)
    assert code == cli.BAD_INPUT
    assert out == ""
    assert err.startswith("surrogate-app: broken.dat: ")
    assert err.count("\n") == 1
    assert words in err


def test_missing_files_and_folders_in_their_place_are_named(capsys, tmp_path, argon):
    for path, words in ((tmp_path / "none.xvg", "there is no file"), (tmp_path, "is a folder")):
        code, _, err = run(capsys, "fit", path, *ARGON)
        assert code == cli.BAD_INPUT
        assert err.count("\n") == 1
        assert f"surrogate-app: {path.name}: " in err
        assert words in err
    for path in (tmp_path, tmp_path / "none" / "fit.csv"):
        code, _, err = run(capsys, "fit", argon, *ARGON, "--csv", path)
        assert code == cli.BAD_INPUT
        assert str(path) in err
        assert "Traceback" not in err


# ---------------------------------------------------------------- simulate, campaign, the rest

DILUTE = [*POTENTIAL, "--density", "2", "--temperature", "400", "--sweeps", "32", "--seed", "3"]


def test_simulate_prints_the_rdf_as_csv_that_fit_reads(capsys, tmp_path):
    pytest.importorskip("numba")
    path = tmp_path / "dilute.csv"
    code, out, _ = run(capsys, "simulate", "liquid", *DILUTE)
    assert code == cli.DONE
    path.write_text(out, encoding="utf-8")
    rdf = RDF.read(path)
    assert rdf.length_unit == "nm"
    assert len(rdf.r) == 400
    assert rdf.columns == ("g(r)",)
    assert rdf.assumptions == ("Distances are in nm, as the file says.",)
    # half the edge of a box of at least 513 atoms at 2 nm⁻³
    assert rdf.r[-1] == pytest.approx(4.0 * 2.0 ** (-1 / 3), rel=0.01)
    code, out, _ = run(capsys, "simulate", "liquid", *DILUTE, "--csv", tmp_path / "again.csv")
    assert code == cli.DONE
    assert out == ""
    assert (tmp_path / "again.csv").read_text() == path.read_text()


def test_simulate_prints_state_results_and_errors_as_json(capsys):
    pytest.importorskip("numba")
    code, out, _ = run(capsys, "simulate", "liquid", *DILUTE, "--json")
    assert code == cli.DONE
    found = json.loads(out)
    assert found["state"] == LJState(9.847e-6, 6.2647e-3, 2.0, 400.0).to_dict()
    ran = found["run"]
    assert ran["seed"] == 3
    assert ran["engine"] == "monte-carlo"
    assert ran["length"] >= 32
    assert len(found["r"]) == len(found["g"]) == len(found["g_sem"]) == 400
    # ρ* T* of an ideal gas
    assert found["numbers"]["reduced_pressure"] == pytest.approx(0.0793 * 3.338, rel=0.05)
    named = {*found["state"], *found["numbers"], "r", "g", "g_sem"}
    assert named == set(found["units"])
    assert found["units"]["reduced_energy"] == "ε per atom"
    assert found["application"]["version"] == __version__
    assert np.mean(found["g"][-50:]) == pytest.approx(1.0, abs=0.02)


def test_the_call_of_a_simulation_repeats_it(capsys):
    pytest.importorskip("numba")
    from surrogate_app.liquid.simulation.run import simulate

    found = json.loads(run(capsys, "simulate", "liquid", *DILUTE, "--json")[1])
    again = eval(found["call"], {"simulate": simulate, "LJState": LJState})
    assert again.g.tolist() == found["g"]


def test_the_csv_of_a_simulation_says_what_it_holds(capsys):
    pytest.importorskip("numba")
    out = run(capsys, "simulate", "liquid", *DILUTE)[1]
    for line in (
        f"# surrogate-app {__version__}: ",
        "# simulate(LJState(c12=9.847e-06, c6=0.0062647, density=2.0, temperature=400.0), ",
        "#   density = 2.0 nm⁻³",
        "#   reduced_pressure_sem = ",
        "#   seed: 3",
    ):
        assert f"\n{line}" in f"\n{out}"
    rows = list(csv.DictReader(x for x in io.StringIO(out) if not x.startswith("#")))
    assert len(rows) == 400
    assert float(rows[-1]["g_sem"]) > 0.0


def test_simulate_says_where_liquid_and_vapour_separate(capsys):
    pytest.importorskip("numba")
    state = [*POTENTIAL, "--density", "8", "--temperature", "110", "--sweeps", "32"]
    code, out, err = run(capsys, "simulate", "liquid", *state, "--json")
    assert code == cli.DONE
    (sentence,) = json.loads(out)["warnings"]
    assert "separates into liquid" in sentence
    assert sentence in err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--c6", "1e200"], "belong to no Lennard-Jones fluid"),
        (["--engine", "gromacs"], "engine must be monte-carlo or lammps, got 'gromacs'"),
        (["--density", "40"], "freezes"),
        (["--c6", "0"], "c6 must be a positive number in kJ/mol nm⁶, got 0"),
        (["--sweeps", "0"], "sweeps must be at least 1"),
    ],
)
def test_what_can_not_be_simulated_is_refused_in_one_line(capsys, arguments, words):
    pytest.importorskip("numba")
    code, out, err = run(capsys, "simulate", "liquid", *DILUTE, *arguments)
    assert code == cli.BAD_INPUT
    assert out == ""
    assert words in err
    assert err.count("\n") == 1
    assert err.startswith("surrogate-app: ")


def test_a_campaign_needs_a_design_that_exists(capsys, tmp_path):
    arguments = ["campaign", "liquid", "--design", "nonsense", "--folder", tmp_path / "new"]
    code, _, err = run(capsys, *arguments)
    assert code == cli.BAD_INPUT
    assert err.count("\n") == 1
    assert ", ".join(DESIGNS) in err
    assert "nonsense" in err
    assert not (tmp_path / "new").exists()


def test_a_campaign_that_is_finished_is_not_repeated(capsys, tmp_path, monkeypatch):
    from surrogate_app.liquid.data import designs as design

    done = []

    def task(_row, seed, **_run):
        done.append(seed)
        return {"g": np.zeros(3)}

    monkeypatch.setitem(design.DESIGNS, "states", replace(design.DESIGNS["states"], task=task))
    arguments = ["campaign", "liquid", "--systems", "3", "--folder", tmp_path / "new"]
    for _ in range(2):
        code, _, err = run(capsys, *arguments)
        assert code == cli.DONE
        assert "all 3 systems done" in err
    assert len(done) == 3
    code, _, err = run(capsys, *arguments, "--design", "test")
    assert code == cli.BAD_INPUT
    assert "holds a campaign with other options" in err


@pytest.mark.parametrize("command", [["fit"], ["simulate", "liquid"], ["examples"]])
def test_commands_explain_themselves(command, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([*command, "--help"])
    assert stopped.value.code == 0
    assert " ".join(command) in capsys.readouterr().out


def test_fitting_needs_neither_tensorflow_nor_numba(argon):
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('tensorflow', 'keras', 'numba')));"
        "from surrogate_app.cli.main import main; sys.exit(main(sys.argv[1:]))"
    )
    command = [sys.executable, "-c", code, "fit", str(argon), *ARGON]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    assert finished.returncode == cli.DONE, finished.stderr
    assert "C12" in finished.stdout


def test_what_the_user_decides_about_a_file_can_be_said(capsys, tmp_path):
    r = 0.005 + 0.01 * np.arange(150)
    g = ForwardSurrogate.load().rdf(LJState(9.847e-6, 6.2647e-3, 13.7, 345.0), r, 0.01)
    half = np.where(r > 1.1, np.maximum(1.0 - 3.0 * (1.0 - 1.1 / r), 0.0), 1.0)
    for values, options in (
        (g - 1.0, ["--quantity", "g-1"]),
        (4.0 * np.pi * 13.7 * r * (g - 1.0) / 100.0, ["--quantity", "reduced"]),
        (g * half, ["--cut"]),
        (g * half, ["--cut", "1.1"]),
        (g, ["--sampling", "centres"]),
    ):
        path = tmp_path / "decided.dat"
        path.write_text("".join(f"{x:.4f} {y:.7f}\n" for x, y in zip(r, values, strict=True)))
        code, out, err = run(capsys, "fit", path, *ARGON, *options, "--json")
        assert code == cli.DONE, err
        assert json.loads(out)["fits"][0]["numbers"]["c12"] == pytest.approx(9.847e-6, rel=0.02)
