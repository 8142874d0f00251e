"""Studies are resumed, and their results can be read."""

import dataclasses

import numpy as np
import pytest

from surrogate_app.electrolyte.data.dataset import Dataset
from surrogate_app.electrolyte.training import studies
from surrogate_app.electrolyte.training.studies import Trial

pytest.importorskip("tensorflow", reason="TensorFlow has no wheels for this platform")
study_runs = pytest.importorskip("surrogate_app.electrolyte.training.study_runs")


@pytest.fixture(scope="module")
def few():
    return Dataset.load("sobol").take(np.arange(64))


def test_a_study_is_resumed_and_its_results_can_be_read(few, tmp_path, monkeypatch):
    trial = Trial("basenn", "sobol", seed=1, epochs=40, units=(8, 16), batch=16)
    trials = (trial, dataclasses.replace(trial, systems=40))
    monkeypatch.setattr(Dataset, "load", classmethod(lambda cls, design: few))
    monkeypatch.setattr(studies, "pretrained_dir", lambda: tmp_path)
    monkeypatch.setattr("surrogate_app.training.pretrained_dir", lambda: tmp_path / "pretrained")
    monkeypatch.setitem(studies.STUDIES, "trial", trials)
    lines = []
    assert study_runs.run("trial", minutes=0.0, report=lines.append) == 2
    assert studies.results("trial") == []
    assert study_runs.run("trial", report=lines.append) == 0
    first, second = studies.results("trial")
    assert first.trial == trial
    assert first.curve[-1, 0] == 40
    assert (first.record["training"], second.record["training"]) == (58, 36)
    assert 0.0 < first.record["off_grid"]["constrained"]["relative_median"] < 2.0
    assert "on_grid" not in first.record
    assert len(lines) == 3
    assert "sobol-8x16-b16-e40-1" in lines[0]


def test_unknown_studies_are_refused():
    with pytest.raises(ValueError, match="no study 'love'; choose losses or"):
        study_runs.run("love")
