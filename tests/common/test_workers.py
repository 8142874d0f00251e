"""Calls are made once each, in the order of need, and what goes wrong is said in a sentence."""

import os
import threading
from functools import partial
from types import SimpleNamespace

import pytest

from surrogate_app.common.workers import unordered


def test_the_next_call_is_taken_only_when_there_is_room_for_it():
    """Nothing piles up: at no moment are there more calls than workers and results not taken."""
    taken = []

    def calls():
        for number in range(12):
            taken.append(number)
            yield partial(abs, -number)

    results = []
    for result in unordered(calls(), jobs=2):
        results.append(result)
        assert len(taken) <= len(results) + 2
    assert sorted(results) == list(range(12))


def test_by_itself_it_takes_the_calls_in_turn_in_this_thread():
    assert set(unordered([threading.current_thread])) == {threading.current_thread()}


def test_a_process_that_dies_is_told_in_a_sentence():
    with pytest.raises(ChildProcessError, match=r"a process ended unexpectedly.*fewer jobs"):
        list(unordered([partial(os._exit, 3)], jobs=2))


def test_an_error_of_a_call_is_not_hidden():
    with pytest.raises(ValueError, match="invalid literal"):
        list(unordered([partial(int, "one"), partial(int, "1")], jobs=2))


@pytest.mark.parametrize("jobs", [0, -1])
def test_there_is_at_least_one_process(jobs):
    with pytest.raises(ValueError, match=f"processes must be at least 1, got {jobs}"):
        list(unordered([], jobs=jobs))


def test_an_address_at_which_there_is_no_scheduler_is_told():
    pytest.importorskip("distributed", reason="dask is optional: extra 'dask'")
    import dask

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.2s"}),
        pytest.raises(ConnectionError, match=r"scheduler at tcp://127\.0\.0\.1:9 can't be"),
    ):
        list(unordered([partial(int, "1")], dask="tcp://127.0.0.1:9"))
    with pytest.raises(ValueError, match="missing port number in address 'nowhere'"):
        list(unordered([partial(int, "1")], dask="nowhere"))


def test_a_part_that_kills_every_worker_is_told_in_a_sentence():
    distributed = pytest.importorskip("distributed", reason="dask is optional: extra 'dask'")
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False}

    def kills():
        raise distributed.KilledWorker("part", SimpleNamespace(address="tcp://here"), 3)

    with (
        distributed.LocalCluster(**options, dashboard_address=None) as cluster,
        pytest.raises(ChildProcessError, match="every worker that took up a certain part"),
    ):
        list(unordered([kills], dask=cluster.scheduler_address))


def test_a_scheduler_that_is_lost_is_told_in_a_sentence(caplog):
    distributed = pytest.importorskip("distributed", reason="dask is optional: extra 'dask'")
    import dask

    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False}
    cluster = distributed.LocalCluster(**options, dashboard_address=None)

    def calls():
        yield partial(abs, -1)
        cluster.close()
        while True:
            yield partial(abs, -1)

    with (
        dask.config.set({"distributed.comm.timeouts.connect": "0.2s"}),
        pytest.raises(ConnectionError, match=r"scheduler at inproc://.* was lost; repeat the com"),
    ):
        list(unordered(calls(), dask=cluster.scheduler_address))
    assert not [r for r in caplog.records if r.name == "distributed.client" and r.exc_info]
