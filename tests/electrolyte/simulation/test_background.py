"""A simulation in a process of its own: same answer, reports, and no process left behind."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import psutil

from surrogate_app.electrolyte import Electrolyte, simulate
from surrogate_app.electrolyte.simulation.background import BackgroundRun

SYSTEM = Electrolyte(h=4.2, c=1.2, d_pos=0.3, d_neg=0.5, sigma_s=-0.02)
ENDLESS = {"sweeps": 10_000_000}

PARENT = f"""
import time
from surrogate_app.electrolyte import Electrolyte
from surrogate_app.electrolyte.simulation.background import BackgroundRun
run = BackgroundRun({SYSTEM!r}, sweeps={ENDLESS["sweeps"]})
next(run.wait())
print(run.pid, flush=True)
time.sleep(300)
"""


def gone(pid, seconds=30.0):
    """Whether a process ends within some time."""
    deadline = time.monotonic() + seconds
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def test_it_reports_its_way_to_the_answer_of_simulate():
    run = BackgroundRun(SYSTEM, sweeps=512, seed=4)
    updates = list(run.wait())
    phases = [update.phase for update in updates]
    assert phases == sorted(phases, key=["equilibrating", "running", "finished"].index)
    assert phases[0] == "equilibrating"
    assert phases[-1] == "finished"
    assert updates[0].profile is None
    assert [update.done for update in updates] == sorted(update.done for update in updates)
    assert updates[-1].done == updates[-1].planned == 200 + 1000 + 512
    expected, found = simulate(SYSTEM, sweeps=512, seed=4), updates[-1].profile
    for name in ("n_pos", "n_neg", "n_pos_sem", "n_neg_eps"):
        np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
    assert (found.call, found.run) == (expected.call, expected.run)
    assert updates[-1].positions.shape == (sum(found.ions), 3)
    assert gone(run.pid)


def test_a_run_that_is_ended_leaves_no_process_and_tells_nothing_more():
    run = BackgroundRun(SYSTEM, **ENDLESS)
    assert next(run.wait()).phase == "equilibrating"
    assert psutil.Process(run.pid).nice() > psutil.Process().nice()
    run.end()
    assert gone(run.pid)
    assert run.updates() == []
    run.end()  # twice does no harm


def test_a_run_that_is_forgotten_ends():
    run = BackgroundRun(SYSTEM, **ENDLESS)
    pid = run.pid
    next(run.wait())
    del run
    assert gone(pid)


def test_a_run_ends_with_the_process_that_made_it_however_that_ends():
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE)
    pid = int(parent.stdout.readline())
    assert psutil.pid_exists(pid)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone(pid)


def test_a_run_that_is_impossible_says_so_in_a_sentence():
    dense = Electrolyte(h=4.0, c=2.5, d_pos=0.68, d_neg=0.68, sigma_s=-0.02)
    (update,) = BackgroundRun(dense).wait()
    assert update.phase == "failed"
    assert update.ended
    assert update.sentence.startswith("The ions would fill 0.5")
    assert update.sentence.endswith("smaller ions.")


def test_a_run_that_is_killed_says_so_in_a_sentence():
    run = BackgroundRun(SYSTEM, **ENDLESS)
    next(run.wait())
    os.kill(run.pid, signal.SIGKILL)
    *_, last = run.wait()
    assert last.phase == "failed"
    assert "broke off (exit code -9)" in last.sentence


def test_a_run_that_is_killed_while_it_writes_says_so_in_a_sentence(tmp_path, monkeypatch):
    dying = tmp_path / "python"
    dying.write_text('#!/bin/sh\nread task\nprintf \'{"phase": "running", "do\'\nkill -9 $$\n')
    dying.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(dying))
    (update,) = BackgroundRun(SYSTEM, **ENDLESS).wait()
    assert update.phase == "failed"
    assert update.ended
    assert "broke off (exit code -9)" in update.sentence


def test_where_numba_is_missing_it_says_how_to_get_it(tmp_path, monkeypatch):
    (tmp_path / "numba.py").write_text("raise ModuleNotFoundError(name='numba')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (update,) = BackgroundRun(SYSTEM).wait()
    assert update.sentence.startswith("numba is not installed")
    assert "pip install numba" in update.sentence


def test_waiting_for_a_simulation_needs_no_numba():
    code = (
        "import sys, surrogate_app.electrolyte.simulation.background; print('numba' in sys.modules)"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert answer.stdout.strip() == "False"
