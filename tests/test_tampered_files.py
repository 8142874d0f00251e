"""Models and data that were altered, cut off, or written by another version are refused."""

import hashlib
import io
import json
import random
import shutil
import warnings
import zipfile

import numpy as np
import pytest
from support.hostile import bounded

from surrogate_app.campaign import read_chunk
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.electrolyte import Electrolyte, Surrogate
from surrogate_app.liquid import ForwardSurrogate, InverseSurrogate, LJState
from surrogate_app.liquid.forward.noise import NoiseModel

SYSTEM = Electrolyte(h=4.8, c=1.5, d_pos=0.415, d_neg=0.63, sigma_s=-0.02)
FLUID = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)


def profile(folder):
    return Surrogate.load("wallnet", folder).predict(SYSTEM).n_pos


def structure(folder):
    return ForwardSurrogate.load(folder).rdf(FLUID, np.linspace(0.3, 1.0, 50))


def noise(folder):
    return NoiseModel.load(folder).near(1.0, 1.0)


def fit(folder):
    return InverseSurrogate.load("deepilst", folder).metadata


MODELS = {
    "electrolyte/wallnet.keras": profile,
    "liquid/structure.npz": structure,
    "liquid/noise.npz": noise,
    "liquid/deepilst.keras": fit,
}
CASES = [
    pytest.param(range(12), id="some"),
    pytest.param(range(100, 2_600), id="2,500", marks=pytest.mark.slow),
]


def spoilt(chance, data):
    """Return bytes of which some are others, more, fewer, or missing at the end."""
    data = bytearray(data)
    for _ in range(chance.randrange(1, 4)):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(4)
        if kind == 0:
            del data[at : at + chance.choice((1, 100, len(data)))]
        elif kind == 1:
            data[at:at] = chance.randbytes(chance.choice((1, 100)))
        elif kind == 2:
            piece = chance.randbytes(chance.choice((1, 4, 100)))
            data[at : at + len(piece)] = piece
        else:
            data[at:] = data[at : at + 1]
    return bytes(data)


def respoilt(chance, data):
    """Return an archive of which one member is spoilt and the archive itself is sound."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w") as new:
        chosen = chance.choice(old.namelist())
        for name in old.namelist():
            content = old.read(name)
            if name == chosen:
                content = spoilt(chance, content)
            new.writestr(name, content)
    return made.getvalue()


def altered(chance, value):
    """Return a part of a card with something else in one place."""
    others = (None, -1, 1e400, "x" * 1000, [], {}, [[]], True, "\0")
    if isinstance(value, dict) and value and chance.random() < 0.8:
        key = chance.choice(list(value))
        rest = {name: one for name, one in value.items() if name != key}
        return rest if chance.random() < 0.3 else {**rest, key: altered(chance, value[key])}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], altered(chance, value[at]), *value[at + 1 :]]
    return chance.choice(others)


def tamper(chance, weights):
    """Spoil the weights, their card, or both so that they agree; return whether they do."""
    card = weights.with_suffix(".json")
    kind = chance.randrange(5)
    if kind == 0:
        weights.write_bytes(spoilt(chance, weights.read_bytes()))
    elif kind == 1:
        card.write_bytes(spoilt(chance, card.read_bytes()))
    elif kind == 2:
        card.write_text(json.dumps(altered(chance, json.loads(card.read_text()))))
    else:
        spoil = spoilt if kind == 3 else respoilt
        weights.write_bytes(spoil(chance, weights.read_bytes()))
        described = json.loads(card.read_text())
        described["weights_sha256"] = hashlib.sha256(weights.read_bytes()).hexdigest()
        card.write_text(json.dumps(described))
    return kind > 2


@pytest.mark.parametrize("seeds", CASES)
@pytest.mark.parametrize("name", MODELS)
def test_a_tampered_model_is_refused_or_answers_with_numbers(name, seeds, tmp_path):
    ask = MODELS[name]
    original = pretrained_dir() / name
    copy = tmp_path / original.name
    refused = 0
    for seed in seeds:
        for suffix in (original.suffix, ".json"):
            shutil.copy(original.with_suffix(suffix), tmp_path)
        agree = tamper(random.Random(seed), copy)
        with warnings.catch_warnings(), bounded(seed):
            warnings.simplefilter("ignore")
            try:
                answer = ask(tmp_path)
            except ValueError as error:
                refused += 1
                assert str(error), seed
                assert str(error).isprintable(), (seed, str(error))
            else:
                # other weights that are vouched for are another model
                assert agree or isinstance(answer, dict) or np.all(np.isfinite(answer)), seed
    assert refused > len(seeds) / 2


@pytest.mark.parametrize("seeds", CASES)
def test_a_tampered_chunk_of_a_campaign_is_refused_or_holds_its_arrays(seeds, tmp_path):
    path = tmp_path / "chunk-00000.npz"
    made = io.BytesIO()
    np.savez_compressed(made, index=np.arange(4), parameters=np.ones((4, 5)), n=np.ones((4, 2, 50)))
    refused = 0
    for seed in seeds:
        path.write_bytes(spoilt(random.Random(seed), made.getvalue()))
        with bounded(seed):
            try:
                arrays = read_chunk(path, ("index", "parameters", "n"))
            except ValueError as error:
                refused += 1
                assert "chunk-00000.npz is damaged; remove it" in str(error), seed
            else:
                assert [values.shape for values in arrays.values()] == [(4,), (4, 5), (4, 2, 50)]
    assert refused > len(seeds) / 2
