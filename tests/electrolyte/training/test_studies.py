"""Studies are resumed, and their results can be read."""

import dataclasses
import shutil

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


TRIAL = Trial("basenn", "sobol", seed=1, epochs=40, units=(8, 16), batch=16)


@pytest.fixture
def trials(few, tmp_path, monkeypatch):
    """Two small trials, in a folder of their own."""
    trials = (TRIAL, dataclasses.replace(TRIAL, systems=40))
    monkeypatch.setattr(Dataset, "load", classmethod(lambda cls, design: few))
    monkeypatch.setattr(studies, "pretrained_dir", lambda: tmp_path)
    monkeypatch.setattr("surrogate_app.training.pretrained_dir", lambda: tmp_path / "pretrained")
    monkeypatch.setitem(studies.STUDIES, "trial", trials)
    return trials


def test_a_study_is_resumed_and_its_results_can_be_read(trials):
    lines = []
    assert study_runs.run("trial", minutes=0.0, report=lines.append) == 2
    assert studies.results("trial") == []
    assert study_runs.run("trial", report=lines.append) == 0
    first, second = studies.results("trial")
    assert first.trial == trials[0]
    assert first.curve[-1, 0] == 40
    assert (first.record["training"], second.record["training"]) == (58, 36)
    assert 0.0 < first.record["off_grid"]["constrained"]["relative_median"] < 2.0
    assert "on_grid" not in first.record
    assert len(lines) == 3
    assert "sobol-8x16-b16-e40-1" in lines[0]


def test_trials_on_a_dask_cluster_give_the_same_results(trials, tmp_path, monkeypatch):
    """Also where a worker has several threads, all of which train at once."""
    distributed = pytest.importorskip("distributed", reason="dask is optional: extra 'dask'")
    assert study_runs.run("trial", report=str) == 0
    alone = [(found.record, found.curve) for found in studies.results("trial")]
    monkeypatch.setattr(studies, "pretrained_dir", lambda: tmp_path / "dask")
    shutil.rmtree(tmp_path / "runs")
    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False}
    with distributed.LocalCluster(**options, dashboard_address=None) as cluster:
        assert study_runs.run("trial", report=str, dask=cluster.scheduler_address) == 0
    together = studies.results("trial")
    for found, (record, curve) in zip(together, alone, strict=True):
        assert {**found.record, "date": record["date"]} == record
        np.testing.assert_array_equal(found.curve, curve)


def test_unknown_studies_are_refused():
    with pytest.raises(ValueError, match="no study 'love'; choose losses or"):
        study_runs.run("love")
