"""Campaigns: many independent simulations, in parallel, resumable at any moment.

A campaign lives in a folder: `campaign.json` says what is simulated and how, and each
`chunk-NNNNN.npz` holds the results of some consecutive systems. A chunk appears in one step when
all its systems are done, so that a campaign killed at any moment loses only chunks in
flight, and running it again computes just those that are missing. Only the process that was asked
to run the campaign writes into the folder: those that simulate, wherever they are, send it their
results.
"""

from __future__ import annotations

import io
import json
import math
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.files import remove_partial, write_atomically
from surrogate_app.common.provenance import provenance
from surrogate_app.common.workers import unordered

Array = NDArray[np.float64]
Indices = NDArray[np.intp]
Task = Callable[[Array, int], dict[str, Any]]
"""Simulates one row of parameters with a seed and returns named numbers and arrays."""

CHUNK = 16
"""Systems per chunk, unless a campaign says otherwise."""

_IN_TURN = 8192  # points of `sobol_in_turn` at a time, a power of two


def sobol(
    ranges: Mapping[str, tuple[float, float]], systems: int, seed: int
) -> NDArray[np.float64]:
    """First points of a scrambled Sobol sequence that fills a box evenly.

    Points are taken in sequence: a longer design of the same seed begins with a shorter one.

    Parameters
    ----------
    ranges : mapping of str to (float, float)
        Lower and upper end for each parameter.
    systems : int
        Number of points.
    seed : int
        Seed of the scrambling.

    Returns
    -------
    ndarray, shape (systems, len(ranges))

    Examples
    --------
    >>> bool((sobol({"c": (0.1, 2.0)}, 8, seed=1)[:4] == sobol({"c": (0.1, 2.0)}, 4, seed=1)).all())
    True
    """
    from scipy.stats import qmc  # takes a second to import, which fits would wait for

    low, high = np.array(list(ranges.values())).T
    engine = qmc.Sobol(len(low), scramble=True, rng=np.random.default_rng(seed))
    power = max(math.ceil(math.log2(max(systems, 1))), 0)
    return np.asarray(low + (high - low) * engine.random_base2(power)[:systems])


def sobol_in_turn(
    ranges: Mapping[str, tuple[float, float]], seed: int
) -> Iterator[NDArray[np.float64]]:
    """Yield the points of `sobol` without end, some at a time, in bounded memory.

    Parameters
    ----------
    ranges : mapping of str to (float, float)
        Lower and upper end for each parameter.
    seed : int
        Seed of the scrambling.

    Yields
    ------
    ndarray, shape (8192, len(ranges))

    Examples
    --------
    >>> first = next(sobol_in_turn({"c": (0.1, 2.0)}, seed=1))
    >>> bool((first[:5] == sobol({"c": (0.1, 2.0)}, 5, seed=1)).all())
    True
    """
    from scipy.stats import qmc  # takes a second to import, which fits would wait for

    low, high = np.array(list(ranges.values())).T
    engine = qmc.Sobol(len(low), scramble=True, rng=np.random.default_rng(seed))
    while True:
        yield np.asarray(low + (high - low) * engine.random(_IN_TURN))


def first_systems(systems: Callable[[int], Array], number: int, design: str) -> Array:
    """Take the first systems of a design.

    Parameters
    ----------
    systems : callable
        ``systems(number)`` returns as many rows, or all if there are fewer.
    number : int
        How many are asked for.
    design : str
        Name of the design.

    Returns
    -------
    ndarray, shape (number, p)

    Raises
    ------
    ValueError
        If fewer than one is asked for, or more than there are.
    """
    if number < 1:
        raise ValueError(f"the number of systems must be at least 1, got {number}")
    rows = systems(number)
    if len(rows) < number:
        raise ValueError(f"{design} holds {len(rows):,} systems, fewer than {number:,}")
    return rows


def system_seed(seed: int, index: int) -> int:
    """Seed of one system of a campaign: independent for every pair of campaign seed and index."""
    return int(np.random.SeedSequence([seed, index]).generate_state(1)[0])


@dataclass(frozen=True)
class Campaign:
    """A set of simulations and the folder that holds their results.

    Parameters
    ----------
    folder : Path
        Where results are kept; made when missing.
    task : callable
        ``task(parameters, seed)`` simulates one system and returns named numbers and arrays, the
        same names and shapes for every system. A ValueError marks the system as failed, with its
        message kept.
    parameters : ndarray, shape (N, p)
        Systems to simulate.
    names : tuple of str
        Names of the parameters.
    options : mapping
        What else decides the results (kind of design, length of the runs, ranges), JSON-ready.
        A folder made with other options is refused.
    seed : int
        Seed from which each system's own seed follows.
    chunk : int, optional
        Systems per chunk: fewer where one takes long, so that little is lost by an interruption.
    """

    folder: Path
    task: Task
    parameters: Array
    names: tuple[str, ...]
    options: Mapping[str, Any]
    seed: int
    chunk: int = CHUNK

    def missing(self) -> list[Indices]:
        """List the systems still to do by their indices, one array per chunk."""
        done: set[int] = set()
        for path in chunk_paths(self.folder):
            chunk = read_chunk(path, ("index", "failed"))
            done.update(chunk["index"].tolist(), chunk["failed"].tolist())
        starts = range(0, len(self.parameters), self.chunk)
        rows = (range(s, min(s + self.chunk, len(self.parameters))) for s in starts)
        left = ([i for i in row if i not in done] for row in rows)
        return [np.array(row) for row in left if row]

    def failures(self) -> list[tuple[int, str]]:
        """List the systems that could not be simulated: index and reason of each."""
        paths = chunk_paths(self.folder)
        found = _failures(read_chunk(path, ("failed", "failure")) for path in paths)
        return [(index, sentence) for index, sentence in found if index < len(self.parameters)]

    def run(
        self,
        jobs: int = 1,
        minutes: float = math.inf,
        dask: str | None = None,
        progress: bool = True,
    ) -> int:
        """Simulate what is missing.

        Parameters
        ----------
        jobs : int, optional
            Number of processes.
        minutes : float, optional
            Start no further chunk after this time.
        dask : str, optional
            Address of a Dask scheduler that runs the chunks instead of local processes, see
            `common.workers.unordered`; its workers need not see the folder.
        progress : bool, optional
            Show a progress bar with the time left.

        Returns
        -------
        int
            Number of systems still missing.

        Raises
        ------
        ValueError
            If the folder holds a campaign with other options, names, seed or parameters.
        OSError
            If the scheduler or a process is lost, see `common.workers.unordered`.
        """
        from tqdm import tqdm  # simulations need it, pages do not

        self._describe()
        remove_partial(self.folder)
        chunks = self.missing()
        stop = time.monotonic() + 60.0 * minutes

        def work() -> Iterator[Callable[[], tuple[Indices, bytes]]]:
            for indices in chunks:
                if time.monotonic() > stop:
                    return
                yield partial(
                    _simulate_chunk, self.task, self.parameters[indices], indices, self.seed
                )

        total = sum(map(len, chunks))
        with tqdm(total=total, unit="system", disable=not progress) as bar:
            for indices, content in unordered(work(), jobs, dask):
                write_atomically(self.folder / f"chunk-{indices[0]:05d}.npz", content)
                bar.update(len(indices))
        return sum(map(len, self.missing()))

    def _describe(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / "campaign.json"
        identity = {"names": list(self.names), "options": dict(self.options), "seed": self.seed}
        identity = json.loads(json.dumps(identity))
        if path.exists():
            known = json.loads(path.read_text())
            different = [key for key in identity if known.get(key) != identity[key]]
            if different:
                raise ValueError(
                    f"{self.folder} holds a campaign with other {' and '.join(different)} "
                    f"({', '.join(str(known.get(key)) for key in different)}); "
                    "repeat those or choose another folder"
                )
            for chunk in chunk_paths(self.folder):
                data = read_chunk(chunk, ("index", "parameters"))
                mine = data["index"] < len(self.parameters)
                if not np.allclose(data["parameters"][mine], self.parameters[data["index"][mine]]):
                    raise ValueError(
                        f"{chunk} holds other systems than this design; choose another folder"
                    )
        else:
            content = json.dumps({**identity, **provenance()}, indent=2) + "\n"
            write_atomically(path, content.encode())


def chunk_paths(folder: Path) -> list[Path]:
    """Finished chunks of a campaign, in order."""
    return sorted(folder.glob("chunk-*.npz"))


def read_chunk(path: Path, names: Sequence[str] | None = None) -> dict[str, NDArray[Any]]:
    """Read some arrays of one chunk, all of them if none are named.

    Raises
    ------
    FileNotFoundError
        If there is no such file.
    ValueError
        If the file is cut off or otherwise damaged, or lacks an array.
    """
    try:
        with np.load(path, allow_pickle=False) as data:
            return {name: data[name] for name in (data.files if names is None else names)}
    except FileNotFoundError:
        raise
    except Exception as error:  # whatever NumPy raises for a file that is none of its own
        raise ValueError(f"{path} is damaged; remove it and simulate its systems again") from error


def read_campaign(folder: Path) -> tuple[dict[str, Any], dict[str, NDArray[Any]]]:
    """Read a campaign: its description and the arrays of all systems that did not fail.

    Parameters
    ----------
    folder : Path
        Folder of a campaign, finished or not.

    Returns
    -------
    description : dict
        Content of `campaign.json`, and `failed`, the number of systems that did.
    results : dict of ndarray
        `index`, `seed`, `parameters`, and what the task returned, each of length N.

    Raises
    ------
    ValueError
        If the folder holds no finished chunk.
    """
    chunks = [read_chunk(path) for path in chunk_paths(folder)]
    failed = len(_failures(chunks))
    chunks = [chunk for chunk in chunks if len(chunk["index"])]
    if not chunks:
        raise ValueError(f"{folder} holds no finished simulations; run a campaign into it first")
    names = [name for name in chunks[0] if not name.startswith("fail")]
    results = {name: np.concatenate([chunk[name] for chunk in chunks]) for name in names}
    order = np.argsort(results["index"])
    results = {name: values[order] for name, values in results.items()}
    description = json.loads((folder / "campaign.json").read_text())
    return {**description, "failed": failed}, results


def _failures(chunks: Iterable[Mapping[str, NDArray[Any]]]) -> list[tuple[int, str]]:
    pairs: list[tuple[int, str]] = []
    for chunk in chunks:
        pairs += zip(chunk["failed"].tolist(), chunk["failure"].tolist(), strict=True)
    return sorted(pairs)


def _simulate_chunk(
    task: Task, parameters: Array, indices: Indices, seed: int
) -> tuple[Indices, bytes]:
    """Simulate some systems; return their indices, and the content of the file of the chunk."""
    rows: list[dict[str, Any]] = []
    failed: list[int] = []
    failures: list[str] = []
    for row, index in zip(parameters, indices.tolist(), strict=True):
        own_seed = system_seed(seed, index)
        try:
            result = task(row, own_seed)
        except ValueError as error:
            failed.append(index)
            failures.append(str(error))
        else:
            rows.append({"index": index, "seed": own_seed, "parameters": row, **result})
    arrays = {"index": np.empty(0, np.int64), "parameters": parameters[:0]}  # if all of them failed
    arrays |= {name: np.array([row[name] for row in rows]) for name in (rows[0] if rows else ())}
    arrays["failed"] = np.array(failed, dtype=np.int64)
    arrays["failure"] = np.array(failures, dtype=np.str_)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)  # type: ignore[arg-type]
    return indices, buffer.getvalue()
