"""Model cards and weights are read together, checked, and written as they were."""

import json
import os
import shutil

import numpy as np
import pytest

from surrogate_app.common.model_card import ModelCard
from surrogate_app.common.models import ModelSpec, load_model
from surrogate_app.common.provenance import provenance, sha256
from surrogate_app.common.resources import pretrained_dir

CARDS = sorted(
    path.with_suffix(".json")
    for suffix in ("keras", "npz")
    for path in pretrained_dir().glob(f"*/*.{suffix}")
)


def write(folder, value, **changes):
    """Write a small model and its card."""
    path = folder / "toy.npz"
    np.savez(path, value=value)
    card = {"name": "toy", **provenance("made here"), "weights_sha256": sha256(path), **changes}
    path.with_suffix(".json").write_text(json.dumps(card))
    return path


def read(path):
    with np.load(path, allow_pickle=False) as stored:
        return float(stored["value"])


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.stem)
def test_shipped_cards_are_written_as_they_were_read(path, tmp_path):
    weights = next(path.parent.glob(f"{path.stem}.[kn]*[sz]"))
    card = ModelCard.of_weights(weights)
    card.write(tmp_path)
    assert (tmp_path / path.name).read_text() == path.read_text()


def test_what_is_not_of_all_models_is_kept_as_details(tmp_path):
    _, card = load_model(write(tmp_path, 2.0, inflation=1.2), read, ModelCard)
    assert card.details == {"inflation": 1.2}
    assert card.seed is None
    assert "seed" not in card.to_dict()


def test_weights_are_read_anew_when_they_have_changed(tmp_path):
    calls = []

    def counted(path):
        calls.append(path)
        return read(path)

    path = write(tmp_path, 2.0)
    assert load_model(path, counted, ModelCard)[0] == 2.0
    assert load_model(path, counted, ModelCard)[0] == 2.0
    assert len(calls) == 1
    write(tmp_path, 3.0)
    os.utime(path, (1, 1))
    assert load_model(path, counted, ModelCard)[0] == 3.0


def test_a_card_of_other_weights_is_refused(tmp_path):
    path = write(tmp_path, 2.0, weights_sha256="0" * 64)
    with pytest.raises(ValueError, match=r"toy\.npz is not the file that toy\.json describes"):
        load_model(path, read, ModelCard)


def test_a_card_of_another_version_is_refused(tmp_path):
    path = write(tmp_path, 2.0)
    card = json.loads(path.with_suffix(".json").read_text())
    del card["python"]
    path.with_suffix(".json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match=r"toy\.json is of another version of surrogate-app"):
        load_model(path, read, ModelCard)


def test_missing_files_are_named(tmp_path):
    shutil.copy(write(tmp_path, 2.0), tmp_path / "other.npz")
    with pytest.raises(FileNotFoundError, match=r"other\.json"):
        load_model(tmp_path / "other.npz", read, ModelCard)


def test_a_model_without_weights_is_not_trained():
    with pytest.raises(ValueError, match="'exact' has no weights"):
        ModelSpec(name="exact", label="Exact", colour="#000000").load_training()
