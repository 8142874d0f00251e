"""A campaign loses nothing and repeats nothing, whatever happens to its process."""

import multiprocessing
import os
import random
import signal
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from surrogate_app import campaign as campaigns
from surrogate_app.campaign import CHUNK, Campaign, read_campaign, sobol, system_seed
from surrogate_app.electrolyte.data import dataset
from surrogate_app.electrolyte.system import ALL_PARAMETERS, DOMAIN, PARAMETERS

RANGES = {"a": (0.0, 1.0), "b": (-3.0, 5.0)}


def toy(parameters, seed):
    """Stands for a simulation: its result depends on the system and its seed."""
    rng = np.random.default_rng(seed)
    return {"energy": float(parameters.sum() + rng.random()), "curve": rng.random(3)}


def fails_for_large_a(parameters, seed):
    if parameters[0] > 0.9:
        raise ValueError(f"a = {parameters[0]:.3f} is too large")
    return toy(parameters, seed)


def plan(folder, systems=40, task=toy, seed=7, **options):
    return Campaign(folder, task, sobol(RANGES, systems, 1), ("a", "b"), options, seed)


def slow_toy(parameters, seed):
    time.sleep(0.01)
    return toy(parameters, seed)


def run_slowly(folder, jobs):
    plan(folder, systems=160, task=slow_toy).run(jobs=jobs, progress=False)


def start(folder, jobs):
    """Run the campaign in a process of its own, forked from one that has the imports done."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "surrogate_app.electrolyte.data.dataset"])
    process = context.Process(target=run_slowly, args=(folder, jobs))
    process.start()
    return process


def assert_same_results(folder, other):
    results, expected = (read_campaign(path)[1] for path in (folder, other))
    assert results.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_array_equal(results[name], values)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize(("jobs", "kills"), [(1, 6), (2, 1)])
def test_killed_at_random_moments_and_resumed_gives_the_results_of_an_undisturbed_run(
    tmp_path, jobs, kills
):
    folder, moments, killed = tmp_path / "killed", random.Random(jobs), []
    for _ in range(kills):
        process = start(folder, jobs)
        chunks = len(campaigns.chunk_paths(folder))
        while process.is_alive() and not (folder / "campaign.json").exists():
            time.sleep(0.005)
        while jobs > 1 and process.is_alive() and len(campaigns.chunk_paths(folder)) == chunks:
            time.sleep(0.005)  # workers take their time to start
        time.sleep(moments.uniform(0.0, 0.4))
        process.kill()
        process.join()
        killed.append(process.exitcode == -signal.SIGKILL)
        rows = [campaigns.read_chunk(path)["index"] for path in campaigns.chunk_paths(folder)]
        assert len(set(np.concatenate([*rows, []]))) == sum(map(len, rows))
    assert any(killed)
    process = start(folder, jobs)
    process.join(timeout=60)
    process.kill()
    assert process.exitcode == 0
    assert plan(folder, systems=160).missing() == []
    plan(tmp_path / "whole", systems=160).run(progress=False)
    assert_same_results(folder, tmp_path / "whole")


def test_a_half_written_chunk_is_not_mistaken_for_results(tmp_path):
    plan(tmp_path).run(progress=False)
    chunk = campaigns.chunk_paths(tmp_path)[1]
    torn = tmp_path / f".{chunk.name}.123.partial"
    torn.write_bytes(chunk.read_bytes()[:100])
    chunk.unlink()
    assert [len(rows) for rows in plan(tmp_path).missing()] == [CHUNK]
    assert plan(tmp_path).run(progress=False) == 0
    assert not torn.exists()
    assert len(read_campaign(tmp_path)[1]["index"]) == 40


def test_a_finished_campaign_runs_nothing_again(tmp_path):
    assert plan(tmp_path).run(progress=False) == 0
    before = {path: path.stat().st_mtime_ns for path in campaigns.chunk_paths(tmp_path)}

    def never(parameters, seed):
        raise AssertionError("a finished system was simulated again")

    assert plan(tmp_path, task=never).run(progress=False) == 0
    assert before == {path: path.stat().st_mtime_ns for path in campaigns.chunk_paths(tmp_path)}


def test_a_longer_design_adds_to_what_there_is(tmp_path):
    plan(tmp_path / "grown", systems=20).run(progress=False)
    plan(tmp_path / "grown", systems=50).run(progress=False)
    plan(tmp_path / "whole", systems=50).run(progress=False)
    assert_same_results(tmp_path / "grown", tmp_path / "whole")


def test_no_time_left_starts_nothing_and_says_what_is_missing(tmp_path):
    assert plan(tmp_path).run(minutes=0.0, progress=False) == 40
    with pytest.raises(ValueError, match="holds no finished simulations"):
        read_campaign(tmp_path)


@pytest.mark.parametrize(
    ("change", "named"),
    [({"sweeps": 200}, "options"), ({"seed": 8}, "seed")],
)
def test_a_folder_of_another_campaign_is_refused(tmp_path, change, named):
    plan(tmp_path, **{"sweeps": 100}).run(progress=False)
    with pytest.raises(ValueError, match=f"holds a campaign with other {named} "):
        plan(tmp_path, **{"sweeps": 100, **change}).run(progress=False)


def test_other_systems_under_the_same_name_are_refused(tmp_path):
    plan(tmp_path).run(progress=False)
    other = Campaign(tmp_path, toy, sobol(RANGES, 40, 2), ("a", "b"), {}, 7)
    with pytest.raises(ValueError, match="holds other systems than this design"):
        other.run(progress=False)


def test_a_failed_system_is_recorded_with_its_reason_and_not_tried_again(tmp_path):
    campaign = plan(tmp_path, task=fails_for_large_a)
    expected = np.flatnonzero(campaign.parameters[:, 0] > 0.9)
    assert len(expected) >= 2
    assert campaign.run(progress=False) == 0
    description, results = read_campaign(tmp_path)
    np.testing.assert_array_equal(results["index"], np.setdiff1d(np.arange(40), expected))
    assert description["failed"] == len(expected)
    reasons = [(i, f"a = {campaign.parameters[i, 0]:.3f} is too large") for i in expected]
    assert campaign.failures() == reasons
    shorter = plan(tmp_path, systems=int(expected[-1]), task=fails_for_large_a)
    assert shorter.failures() == reasons[:-1]


def test_a_campaign_whose_first_systems_all_failed_goes_on(tmp_path):
    def fails(parameters, seed):
        raise ValueError("too large")

    assert plan(tmp_path, systems=16, task=fails).run(progress=False) == 0
    assert plan(tmp_path, systems=32).run(progress=False) == 0
    np.testing.assert_array_equal(read_campaign(tmp_path)[1]["index"], np.arange(16, 32))


def test_a_failure_of_another_kind_is_not_hidden(tmp_path):
    def broken(parameters, seed):
        raise RuntimeError("a defect")

    with pytest.raises(RuntimeError, match="a defect"):
        plan(tmp_path, task=broken).run(progress=False)


def test_description_tells_how_the_data_were_made(tmp_path):
    plan(tmp_path, sweeps=100).run(progress=False)
    description, _ = read_campaign(tmp_path)
    assert description["names"] == ["a", "b"]
    assert description["options"] == {"sweeps": 100}
    assert description["seed"] == 7
    assert {"command", "version", "commit", "date", "python"} <= description.keys()


def test_every_system_has_a_seed_of_its_own():
    seeds = {system_seed(seed, index) for seed in range(4) for index in range(500)}
    assert len(seeds) == 2000


@pytest.mark.parametrize("longer", [100, 1024])
def test_a_shorter_sobol_design_begins_a_longer_one(longer):
    np.testing.assert_array_equal(sobol(RANGES, 37, 3), sobol(RANGES, longer, 3)[:37])
    assert (sobol(RANGES, 37, 3) != sobol(RANGES, 37, 4)).any()


def test_sobol_points_fill_their_box_evenly():
    points = sobol(DOMAIN, 1024, 2)
    for column, (low, high) in zip(points.T, DOMAIN.values(), strict=True):
        counts, _ = np.histogram(column, 16, (low, high))
        np.testing.assert_array_equal(counts, 64)


@contextmanager
def dask_cluster(workers, processes=False):
    """A cluster on this machine whose workers run one simulation at a time."""
    distributed = pytest.importorskip("distributed", reason="dask is optional: extra 'dask'")
    options = {"n_workers": workers, "threads_per_worker": 1, "processes": processes}
    with distributed.LocalCluster(**options, dashboard_address=None) as cluster:
        yield cluster


def test_a_dask_cluster_gives_the_same_results(tmp_path):
    with dask_cluster(workers=1) as cluster:
        assert plan(tmp_path / "dask").run(dask=cluster.scheduler_address, progress=False) == 0
    plan(tmp_path / "local").run(progress=False)
    assert_same_results(tmp_path / "dask", tmp_path / "local")


def on_its_worker(parameters, seed):
    from distributed import get_worker

    time.sleep(0.002)
    return {**toy(parameters, seed), "worker": get_worker().address}


def test_all_workers_simulate_and_only_the_caller_writes(tmp_path, monkeypatch):
    writers = []
    write = campaigns.write_atomically

    def written(path, content):
        writers.append(threading.current_thread())
        write(path, content)

    monkeypatch.setattr(campaigns, "write_atomically", written)
    with dask_cluster(workers=2) as cluster:
        campaign = plan(tmp_path, systems=128, task=on_its_worker)
        assert campaign.run(dask=cluster.scheduler_address, progress=False) == 0
    assert len(set(read_campaign(tmp_path)[1]["worker"])) == 2
    assert set(writers) == {threading.current_thread()}
    assert len(writers) == 1 + 128 // CHUNK


def in_its_folder(parameters, seed):
    time.sleep(0.02)
    return {**toy(parameters, seed), "process": os.getpid(), "folder": str(Path.cwd())}


def going_to(folder):
    """Take every worker to a folder, also one that is started in place of another."""
    from distributed import WorkerPlugin

    class Going(WorkerPlugin):
        def setup(self, worker):
            os.chdir(folder)

    return Going()


@pytest.mark.slow
def test_nothing_is_lost_when_workers_elsewhere_are_killed(tmp_path, monkeypatch):
    """Processes with a folder of their own, of which two are killed while they simulate."""
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    for folder in (here, elsewhere):
        folder.mkdir()
    monkeypatch.chdir(here)
    killed = []
    write = campaigns.write_atomically

    def kill_then_write(path, content):
        write(path, content)
        if path.suffix == ".npz" and len(killed) < 2:
            process = int(campaigns.read_chunk(path, ["process"])["process"][0])
            if process not in killed:  # which goes on with the next chunk
                killed.append(process)
                os.kill(process, signal.SIGKILL)

    monkeypatch.setattr(campaigns, "write_atomically", kill_then_write)
    with dask_cluster(workers=2, processes=True) as cluster, cluster.get_client() as client:
        client.register_plugin(going_to(elsewhere))
        campaign = plan(Path("campaign"), systems=160, task=in_its_folder)
        assert campaign.run(dask=cluster.scheduler_address, progress=False) == 0
    assert len(killed) == 2
    results = read_campaign(here / "campaign")[1]
    assert set(results.pop("folder")) == {str(elsewhere)}
    assert os.getpid() not in results.pop("process")
    assert list(elsewhere.iterdir()) == []
    plan(tmp_path / "whole", systems=160).run(progress=False)
    for name, values in read_campaign(tmp_path / "whole")[1].items():
        np.testing.assert_array_equal(results[name], values)


def test_a_worker_that_leaves_loses_nothing(tmp_path, monkeypatch):
    write = campaigns.write_atomically
    left = []

    def leave_then_write(path, content):
        write(path, content)
        if path.suffix == ".npz" and not left:
            left.append(cluster.workers[0].address)
            cluster.sync(cluster.workers[0].close, nanny=False)

    monkeypatch.setattr(campaigns, "write_atomically", leave_then_write)
    with dask_cluster(workers=2) as cluster:
        campaign = plan(tmp_path / "dask", systems=128, task=slow_toy)
        assert campaign.run(dask=cluster.scheduler_address, progress=False) == 0
    assert left
    plan(tmp_path / "whole", systems=128).run(progress=False)
    assert_same_results(tmp_path / "dask", tmp_path / "whole")


def test_designs_list_systems_that_can_be_simulated():
    for name, design in dataset.DESIGNS.items():
        systems = design.systems(design.number)
        inputs = ALL_PARAMETERS if name.startswith("wide") else PARAMETERS
        assert systems.shape == (design.number, len(inputs)), name
        assert all(dataset.Electrolyte.from_array(row) for row in systems)
        assert design.sweeps <= design.max_sweeps
    assert len(np.unique(dataset.DESIGNS["grid"].systems(4050), axis=0)) == 4050


def test_a_csv_file_is_a_design(tmp_path):
    path = tmp_path / "mine.csv"
    path.write_text(
        "\ufeffc,h,sigma_s,d_neg,d_pos\n1.0,4.5,-0.015,0.6,0.3\n\n0.5,5.0,-0.01,0.2,0.2\n"
    )
    campaign = dataset.campaign(path)
    assert campaign.folder == tmp_path / "mine"
    np.testing.assert_array_equal(
        campaign.parameters, [[4.5, 1.0, 0.3, 0.6, -0.015], [5.0, 0.5, 0.2, 0.2, -0.01]]
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must name its columns"),
        ("h,c,d_pos,d_neg\n", "sigma_s missing"),
        ("h,c,d_pos,d_neg,sigma_s\n", "holds no systems"),
        ("h,c,d_pos,d_neg,sigma_s\n4,1,0.3,0.3\n", "line 2: 5 values expected, got 4"),
        ("h,c,d_pos,d_neg,sigma_s\n4,1,0.3,0.3,-0.01\n4,nan,0.3,0.3,-0.01\n", "line 3: c must be"),
    ],
)
def test_a_csv_file_without_systems_is_refused_with_the_line(tmp_path, text, message):
    path = tmp_path / "bad.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=message):
        dataset.campaign(path)


def test_an_unknown_design_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match=r"design must be one of sobol, .*test, grid.*got sobel"):
        dataset.campaign("sobel")


@pytest.mark.parametrize(
    ("design", "number", "words"),
    [
        ("grid", -3, "the number of systems must be at least 1, got -3"),
        ("sobol", 0, "the number of systems must be at least 1, got 0"),
        ("shown", 10, "shown holds 4 systems, fewer than 10"),
        ("reference", 13, "reference holds 12 systems, fewer than 13"),
    ],
)
def test_a_design_gives_as_many_systems_as_are_asked_for_or_says_why_not(design, number, words):
    with pytest.raises(ValueError, match=words):
        dataset.campaign(design, number)


def test_a_csv_file_gives_no_more_systems_than_it_holds(tmp_path):
    path = tmp_path / "two.csv"
    path.write_text("h,c,d_pos,d_neg,sigma_s\n4,1,0.3,0.3,-0.01\n4,1,0.3,0.3,-0.02\n")
    assert len(dataset.campaign(path, 1).parameters) == 1
    with pytest.raises(ValueError, match=r"two\.csv holds 2 systems, fewer than 3"):
        dataset.campaign(path, 3)


def test_a_design_that_fills_a_box_can_be_longer_than_it_is_by_default():
    assert len(dataset.campaign("test", 300).parameters) == 300


def test_a_simulated_campaign_reads_back_as_profiles_of_the_realised_systems(tmp_path):
    systems = np.array([[4.0, 1.0, 0.3, 0.3, -0.02], [4.0, 2.5, 0.68, 0.68, -0.02]])
    task = dataset.partial(dataset.simulate_row, sweeps=32, precision=0.5, max_sweeps=32)
    Campaign(tmp_path, task, systems, PARAMETERS, {}, 1).run(progress=False)
    data = dataset.Dataset.load(tmp_path)
    assert len(data) == 1  # the second would freeze
    assert data.n.shape == data.sem.shape == data.eps.shape == (1, 2, 251)
    whole = dataset.mirror(data.n)
    np.testing.assert_array_equal(whole, whole[..., ::-1])
    c = whole[0, 1].mean()
    assert data.parameters[0, 1] == pytest.approx(c, rel=1e-5)
    assert data.parameters[0, 1] == pytest.approx(1.0, rel=0.003)
    assert len(data.take(np.array([], int))) == 0
