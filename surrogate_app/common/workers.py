"""Many independent calls, in processes of this machine or on a Dask cluster.

Calls are handed out as workers become free, so that neither calls nor results pile up, however many
there are. Results come back to the caller, who alone writes files: workers need no folder of theirs
or his.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    wait,
)
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

Result = TypeVar("Result")

_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)

_AHEAD = 2
"""Calls on a Dask cluster for each of its threads: none waits for the next, and clusters that adapt
see that there is more to do than they have workers for."""


def unordered(
    calls: Iterable[Callable[[], Result]], jobs: int = 1, dask: str | None = None
) -> Iterator[Result]:
    """Make many independent calls and yield their results in the order in which they end.

    Parameters
    ----------
    calls : iterable of callable
        What is called, without arguments. The next is taken only when a worker is free and the
        results so far have been taken, so a generator may compute or end them as time goes by.
    jobs : int, optional
        Number of processes on this machine.
    dask : str, optional
        Address of a Dask scheduler that runs the calls instead. What a worker that died was to do,
        or had done and not yet handed over, another one does again.

    Yields
    ------
    any
        What a call returned.

    Raises
    ------
    ValueError
        If there are fewer jobs than one, or the address is none.
    OSError
        If the scheduler can not be reached or is lost, or a process ends unexpectedly; with Dask,
        if every worker that took up a certain call did, four in all.

    Examples
    --------
    >>> from functools import partial
    >>> sorted(unordered(partial(pow, 2, exponent) for exponent in range(4)))
    [1, 2, 4, 8]
    """
    if jobs < 1:
        raise ValueError(f"the number of processes must be at least 1, got {jobs}")
    if dask is None and jobs == 1:
        for call in calls:
            yield call()
        return
    with _processes(jobs) if dask is None else _cluster(dask) as (executor, room):
        running: set[Future[Result]] = set()
        for call in calls:
            running.add(executor.submit(call))
            while len(running) >= room():
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    yield future.result()
        while running:
            ended, running = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                yield future.result()


Workers = tuple[Executor, Callable[[], int]]
"""What runs calls, and how many of them it may have."""


def _processes(jobs: int) -> AbstractContextManager[Workers]:
    from joblib.externals.loky import ProcessPoolExecutor  # slow to import

    @contextmanager
    def opened() -> Iterator[Workers]:
        executor = ProcessPoolExecutor(jobs, env=_ONE_THREAD)
        try:
            yield executor, lambda: jobs
        except BrokenExecutor as error:
            executor.shutdown(kill_workers=True)
            raise ChildProcessError(
                "a process ended unexpectedly, perhaps for want of memory; repeat the command to "
                "resume, with fewer jobs"
            ) from error
        except BaseException:
            executor.shutdown(kill_workers=True)  # or Python would wait for them when it ends
            raise
        executor.shutdown()

    return opened()


def _cluster(address: str) -> AbstractContextManager[Workers]:
    from distributed import Client, KilledWorker  # an extra, and slow to import

    @contextmanager
    def opened() -> Iterator[Workers]:
        try:
            client = Client(address, set_as_default=False)  # type: ignore[no-untyped-call]
        except OSError as error:
            raise ConnectionError(
                f"the Dask scheduler at {address} can't be reached ({error})"
            ) from error

        lost = ConnectionError(
            f"the Dask scheduler at {address} was lost; repeat the command to resume"
        )

        def room() -> int:
            try:
                threads = client.nthreads()  # type: ignore[no-untyped-call]
            except OSError as error:
                raise lost from error
            return _AHEAD * max(sum(map(int, threads.values())), 1)

        log = logging.getLogger("distributed.client")
        log.disabled = True  # what is lost is said below
        try:
            with client:
                yield client.get_executor(pure=False), room  # type: ignore[no-untyped-call]
        except CancelledError as error:
            raise lost from error
        except KilledWorker as error:
            raise ChildProcessError(
                "every worker that took up a certain part died, perhaps for want of memory; "
                "repeat the command to resume"
            ) from error
        finally:
            log.disabled = False

    return opened()
