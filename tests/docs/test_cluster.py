"""The examples for clusters are what Dask's programs understand."""

import importlib.util
import inspect
import shlex

import pytest
import yaml

DEPLOY = "docs/deploy"


@pytest.fixture
def settings(root):
    return yaml.safe_load((root / DEPLOY / "jobqueue.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def kubernetes(root):
    text = (root / DEPLOY / "dask-kubernetes.yaml").read_text(encoding="utf-8")
    return list(yaml.safe_load_all(text))


def test_slurm_gets_the_job_that_is_described(settings):
    dask_jobqueue = pytest.importorskip("dask_jobqueue", reason="of the group 'dev'")
    import dask
    import distributed  # noqa: F401  # its defaults, before they are changed for a while

    assert list(settings) == ["jobqueue"]
    assert set(settings["jobqueue"]["slurm"]) <= set(dask.config.get("jobqueue.slurm"))
    given = {f"jobqueue.slurm.{key}": value for key, value in settings["jobqueue"]["slurm"].items()}
    with dask.config.set(given):
        job = dask_jobqueue.slurm.SLURMJob("tcp://scheduler:8786", name="worker")
    script = job.job_script()
    for line in ("-p normal", "-n 1", "--cpus-per-task=16", "-t 04:00:00"):
        assert f"#SBATCH {line}\n" in script
    assert "#SBATCH -A" not in script
    assert "export OMP_NUM_THREADS=1\n. ~/surrogate-app/.venv/bin/activate\n" in script
    words = shlex.split(script.splitlines()[-1])
    assert words[words.index("--nworkers") + 1] == "16"
    assert words[words.index("--nthreads") + 1] == "1"
    assert words[words.index("--lifetime") + 1] == "220m"


def test_slurm_workers_end_before_their_job(settings):
    slurm = settings["jobqueue"]["slurm"]
    options = slurm["worker-extra-args"]
    lifetime, stagger = (
        int(options[options.index(name) + 1].removesuffix("m"))
        for name in ("--lifetime", "--lifetime-stagger")
    )
    hours, minutes, _ = map(int, slurm["walltime"].split(":"))
    assert lifetime + stagger < 60 * hours + minutes


def test_the_script_runs_a_command_on_the_jobs(root, monkeypatch):
    dask_jobqueue = pytest.importorskip("dask_jobqueue", reason="of the group 'dev'")
    path = root / DEPLOY / "on_slurm.py"
    spec = importlib.util.spec_from_file_location("on_slurm", path)
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    adapt = inspect.signature(dask_jobqueue.SLURMCluster.adapt)
    seen = []

    class Cluster:
        scheduler_address = "tcp://here:8786"

        def __enter__(self):
            return self

        def __exit__(self, *_):
            seen.append("closed")

        def adapt(self, **limits):
            adapt.bind(self, **limits)
            seen.append(limits)

    monkeypatch.setattr(script, "SLURMCluster", Cluster)
    monkeypatch.setattr(script.subprocess, "call", lambda command: seen.append(command) or 3)
    assert script.main(["surrogate-app", "study", "losses"]) == 3
    limits, command, closed = seen
    assert limits["minimum_jobs"] < limits["maximum_jobs"]
    assert command == ["surrogate-app", "study", "losses", "--dask", "tcp://here:8786"]
    assert closed == "closed"


def test_kubernetes_gets_a_scheduler_a_service_and_workers_that_match(kubernetes):
    cluster, autoscaler = kubernetes
    assert {one["apiVersion"] for one in kubernetes} == {"kubernetes.dask.org/v1"}
    assert [one["kind"] for one in kubernetes] == ["DaskCluster", "DaskAutoscaler"]
    spec, name = cluster["spec"], cluster["metadata"]["name"]
    assert set(spec) == {"idleTimeout", "scheduler", "worker"}
    assert set(spec["worker"]) == {"replicas", "spec"}
    assert set(spec["scheduler"]) == {"spec", "service"}
    (worker,), (scheduler,) = (spec[role]["spec"]["containers"] for role in ("worker", "scheduler"))
    assert worker["image"] == scheduler["image"]
    ports = {port["name"]: port["containerPort"] for port in scheduler["ports"]}
    service = spec["scheduler"]["service"]
    assert {port["targetPort"]: port["port"] for port in service["ports"]} == ports
    assert service["selector"] == {
        "dask.org/cluster-name": name,
        "dask.org/component": "scheduler",
    }
    for probe in ("readinessProbe", "livenessProbe"):
        assert scheduler[probe]["httpGet"]["port"] in ports
    scaled = autoscaler["spec"]
    assert scaled["cluster"] == name
    assert scaled["minimum"] <= spec["worker"]["replicas"] <= scaled["maximum"]


@pytest.mark.parametrize("role", ["worker", "scheduler"])
def test_kubernetes_starts_programs_of_dask(kubernetes, role):
    cli = pytest.importorskip(f"distributed.cli.dask_{role}", reason="extra 'dask'")
    (container,) = kubernetes[0]["spec"][role]["spec"]["containers"]
    program, command, *arguments = container["args"]
    assert (program, command) == ("dask", role)
    assert cli.main.make_context(role, list(arguments)).params
    assert all(isinstance(one["value"], str) for one in container.get("env", ()))
