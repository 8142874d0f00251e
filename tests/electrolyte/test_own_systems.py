"""From a CSV file of one's own systems to a model of their domain, its accuracy and its page."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from support.own_campaign import make_campaign

from surrogate_app.app.electrolyte import Dashboard
from surrogate_app.app.electrolyte.state import ElectrolyteState
from surrogate_app.cli.main import BAD_INPUT, DONE, main
from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.electrolyte.data.dataset import data_dir, read_csv, systems_hash
from surrogate_app.electrolyte.data.splits import LEAST_OWN, is_own, split_own
from surrogate_app.electrolyte.domain import WIDE, Domain
from surrogate_app.electrolyte.surrogate.surrogate import MODELS_VARIABLE, model_dir

ETHANOL = Domain(
    {
        "h": (3.0, 3.0),
        "c": (0.1, 1.0),
        "d_pos": (0.4, 0.6),
        "d_neg": (0.5, 0.5),
        "sigma_s": (-0.04, 0.0),
        "temperature": (298.0, 298.0),
        "permittivity": (44.0, 44.0),
    },
    coupling=6.0,
    filling=0.2,
    salts=((1, -1),),
)
"""A part of the wide domain, where weights that were trained on all of it answer."""


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """Return a folder with a model whose card says that it was trained on systems of one's own."""
    folder = tmp_path_factory.mktemp("models")
    shutil.copy(model_dir() / "saltnet.keras", folder)
    card = json.loads((model_dir() / "saltnet.json").read_text())
    card |= {"domain": ETHANOL.to_dict(), "systems_sha256": "0"}
    card["training_range"] = ETHANOL.to_dict()["ranges"]
    (folder / "saltnet.json").write_text(json.dumps(card))
    return folder


@pytest.fixture
def campaign(tmp_path):
    return make_campaign(tmp_path / "own")


def test_drawn_systems_fill_the_ranges_and_are_read_by_a_campaign(tmp_path, capsys):
    path = tmp_path / "systems.csv"
    ranges = "--h 3 --c 0.1 1 --d-pos 0.4 0.6 --d-neg 0.5 --sigma-s -4e-2 0 --permittivity 24.3"
    command = ["design", *ranges.split(), "--systems", "64"]
    assert main([*command, "--csv", str(path)]) == DONE
    rows = read_csv(path)
    assert rows.shape == (64, 9)
    assert set(rows[:, 0]) == {3.0}
    assert set(rows[:, 8]) == {24.3}
    for column, low, high in ((1, 0.1, 1.0), (2, 0.4, 0.6), (4, -0.04, 0.0)):
        parts = np.histogram(rows[:, column], bins=8, range=(low, high))[0]
        assert parts.sum() == 64
        assert parts.min() >= 6
    assert main(command) == DONE
    assert capsys.readouterr().out == path.read_text()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ("--c 1 0.1", "the lowest c must come before the highest, got 1 and 0.1"),
        ("--c 1 2 3", "c takes one value or two, got 3"),
        ("--c 1", "at least one input needs a range, or all systems are the same"),
        ("--c 0.1 1 --z-pos 1 2", "z_pos takes one value: draw each salt by itself"),
        ("--c 0.1 1 --d-pos 4", "h must exceed both ion diameters (4 and 0.5 nm), got 3 nm"),
        ("--c 0.1 1 --systems 0", "the number of systems must be at least 1, got 0"),
    ],
)
def test_what_can_not_be_drawn_is_told_in_a_sentence(changes, sentence, capsys):
    fixed = "design --h 3 --d-pos 0.4 --d-neg 0.5 --sigma-s 0"
    assert main([*fixed.split(), *changes.split()]) == BAD_INPUT
    assert capsys.readouterr().err == f"surrogate-app: {sentence}\n"


def test_systems_are_split_into_three_parts():
    parts = split_own(64, seed=1)
    assert [len(part) for part in parts] == [45, 6, 13]
    assert sorted(np.concatenate(parts)) == list(range(64))
    with pytest.raises(ValueError, match=f"at least {LEAST_OWN} simulated systems, got 19"):
        split_own(19, seed=1)


def test_campaigns_of_csv_files_are_ones_own(campaign):
    assert is_own(campaign)
    assert not is_own("wide")
    assert not is_own(data_dir("wide-test"))


def test_a_model_answers_where_its_own_systems_are(models):
    surrogate = Surrogate.load(folder=models)
    assert surrogate.domain == ETHANOL
    assert surrogate.of_box is None
    known = Electrolyte(3.0, 0.5, 0.45, 0.5, -0.03, permittivity=44.0)
    profile = surrogate.predict(known)
    assert (profile.n_pos == Surrogate.load().predict(known).n_pos).all()
    _, n = surrogate.predict_many(known.to_array()[None])
    assert n[0, 0] == pytest.approx(profile.n_pos)
    for changes, sentence in (
        ({"h": 4.0}, "h = 4 nm is not the model's 3 nm"),
        ({"c": 1.5}, "c = 1.5 mol/L is outside 0.1 to 1 mol/L"),
        ({"z_pos": 2, "d_pos": 0.6}, "a 2:1 salt is none of those known: choose 1:1"),
    ):
        with pytest.raises(ValueError, match=sentence):
            surrogate.predict(known.replace(**changes))


def test_a_damaged_domain_is_refused(models, tmp_path):
    for path in models.iterdir():
        shutil.copy(path, tmp_path)
    card = json.loads((tmp_path / "saltnet.json").read_text())
    del card["domain"]["ranges"]["h"]
    (tmp_path / "saltnet.json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match=r"saltnet\.json is of another version"):
        Surrogate.load(folder=tmp_path)


def test_commands_take_the_folder_of_models(models, capsys):
    system = [
        "--h",
        "3",
        "--c",
        "0.5",
        "--d-pos",
        "0.45",
        "--d-neg",
        "0.5",
        "--sigma-s",
        "-0.03",
        "--permittivity",
        "44",
    ]
    assert main(["predict", *system, "--models", str(models), "--json"]) == DONE
    curve = json.loads(capsys.readouterr().out)["curves"][0]
    assert curve["model"]["domain"] == ETHANOL.to_dict()
    again = eval(curve["call"], {"Surrogate": Surrogate, "Electrolyte": Electrolyte, "Path": Path})
    assert again.n_pos.tolist() == curve["n_pos"]
    assert main(["predict", *system[2:], "--h", "4", "--models", str(models)]) == BAD_INPUT
    assert "not the model's 3 nm" in capsys.readouterr().err
    assert main(["predict", *system, "--models", "nowhere"]) == BAD_INPUT
    assert "nowhere holds none" in capsys.readouterr().err


def test_the_page_starts_inside_of_the_domain_of_a_model_of_ones_own(models, monkeypatch):
    monkeypatch.setenv(MODELS_VARIABLE, str(models))
    state = ElectrolyteState()
    assert state.models == ("saltnet",)
    assert not state.stale
    assert state.curve.system == Electrolyte(3.0, 0.55, 0.5, 0.5, -0.02, permittivity=44.0)
    page = Dashboard(state)
    slider = page.controls.numbers["c"].slider
    assert (slider.min, slider.max) == (0.1, 1.0)
    assert "systems of your own" in page.controls.accuracy.value
    assert MODELS_VARIABLE in page.call.value
    state.change(h=3.5)
    assert state.refused["h"].startswith("3.5 nm is not the 3 nm that this model knows.")
    state.change(h=3.0)
    for tab in state.tabs:
        state.tab = tab
        assert state.notice == ""
        assert not getattr(state.tab_state, "refusal", "")
    assert page.controls.model.options == (("SaltNet (your systems)", "saltnet"),)
    assert state.analysis.chosen == ("c", "d_pos", "sigma_s")


def test_a_model_is_measured_on_other_systems_of_its_domain(models, campaign, capsys):
    shipped = ["evaluate", "electrolyte", "--data", str(campaign)]
    assert main([*shipped, "--models", str(models)]) == BAD_INPUT  # all salts are in the campaign
    assert "lie outside the domain" in capsys.readouterr().err
    folder = models.parent / "as_trained"
    shutil.copytree(models, folder)
    card = json.loads((folder / "saltnet.json").read_text())
    rows = np.concatenate([np.load(path)["parameters"] for path in campaign.glob("*.npz")])
    card |= {"domain": Domain.of_systems(rows).to_dict(), "systems_sha256": systems_hash(campaign)}
    (folder / "saltnet.json").write_text(json.dumps(card))
    assert main([*shipped, "--models", str(folder)]) == BAD_INPUT
    assert "was trained on the systems in" in capsys.readouterr().err
    card["systems_sha256"] = "0"
    (folder / "saltnet.json").write_text(json.dumps(card))
    assert main([*shipped, "--models", str(folder), "--write"]) == DONE
    assert "| 32 test systems | saltnet |" in capsys.readouterr().out
    metrics = Surrogate.load(folder=folder).metadata["metrics"]
    assert 0.0 < metrics["relative_rms"] < 0.05


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("liquid --data x", "liquid has no models of your own to measure"),
        ("electrolyte --models x", "--models needs --data"),
    ],
)
def test_what_can_not_be_measured_is_told(options, sentence, capsys):
    assert main(["evaluate", *options.split()]) == BAD_INPUT
    assert sentence in capsys.readouterr().err


def test_the_middle_of_a_domain_lies_in_it():
    assert not WIDE.outside(WIDE.middle())
    assert not ETHANOL.outside(ETHANOL.middle())
