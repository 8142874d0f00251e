"""Predictions of any number of systems, streamed to Parquet files in bounded memory.

A folder holds `_predictions.json`, which says what was predicted by which model, and
`part-NNNNNN.parquet` files of consecutive systems. A part appears in one step when all of it is
done; what was stopped goes on when it is repeated.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.checks import whole
from surrogate_app.common.files import remove_partial, write_atomically, write_json
from surrogate_app.common.provenance import provenance
from surrogate_app.common.workers import unordered
from surrogate_app.electrolyte.analysis.numbers import NUMBERS, numbers_of
from surrogate_app.electrolyte.data.systems import Systems
from surrogate_app.electrolyte.quantities import QUANTITIES, quantity_of
from surrogate_app.electrolyte.surrogate.constraints import mirrored
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import ALL_PARAMETERS, N_BINS, UNITS

Array = NDArray[np.float64]

ROWS = 32_768
"""Systems in a file, unless something else is asked for."""

MOST_ROWS = 1_048_576
"""Most systems that a file may hold: each process needs the memory for one."""

PROFILES = {**QUANTITIES, "n_pos_std": "mol/L", "n_neg_std": "mol/L"}
"""Quantities that have 251 values a system, in the left half, with units."""

DESCRIPTION = "_predictions.json"
"""File that says what a folder holds; readers of Parquet pass over names with an underscore."""

_HALF = N_BINS // 2


@dataclass(frozen=True)
class Progress:
    """How far predictions have come.

    Parameters
    ----------
    systems, outside : int
        Systems that are done, and those among them that lie outside the domain of the model.
    size : int
        Bytes of the files.
    finished : bool
        Whether these are all.
    """

    systems: int
    outside: int
    size: int
    finished: bool


@dataclass(frozen=True)
class Predictions:
    """Predictions of many systems, and the folder that holds them.

    Each row of a file holds `index`, the place of the system among all; its nine inputs;
    `in_domain`; and the quantities in single precision, which are null where a system lies outside
    the domain of the model or a quantity is not defined. Profiles are lists of the 251 bins of the
    left half, from the wall on; the right half is the mirror image (the integrated charge, at the
    bins' right edges, changes its sign). Bins have the width h/502.

    Parameters
    ----------
    folder : Path
        Where the files go; made when missing.
    surrogate : Surrogate
        The model.
    systems : Systems
        What is predicted.
    quantities : sequence of str, optional
        Names in `NUMBERS` or `PROFILES`; all numbers by default.
    rows : int, optional
        Systems in a file.

    Raises
    ------
    ValueError
        If there is no such quantity, or the number of rows is none.

    Examples
    --------
    >>> import tempfile
    >>> given = {"h": [3], "c": [0.1, 1], "d_pos": [0.4], "d_neg": [0.5], "sigma_s": [-0.02, 0]}
    >>> given |= {"z_pos": [1], "z_neg": [-1], "temperature": [298], "permittivity": [80]}
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     systems = Systems.drawn(given, 10, seed=1)
    ...     done = Predictions(Path(folder), Surrogate.load(), systems).run(progress=False)
    >>> done.systems, done.outside, done.finished
    (10, 0, True)
    """

    folder: Path
    surrogate: Surrogate
    systems: Systems
    quantities: Sequence[str] = tuple(NUMBERS)
    rows: int = ROWS

    def __post_init__(self) -> None:
        """Check the quantities and the number of rows."""
        known = {**NUMBERS, **PROFILES}
        for name in self.quantities:
            if name not in known:
                raise ValueError(f"there is no quantity {name!r}; choose {', '.join(known)}")
        if not self.quantities:
            raise ValueError(f"a quantity is needed; choose {', '.join(known)}")
        object.__setattr__(self, "quantities", tuple(dict.fromkeys(self.quantities)))
        if whole("rows", self.rows, 1) > MOST_ROWS:
            raise ValueError(f"a file holds at most {MOST_ROWS:,} systems, got {self.rows:,}")

    def run(
        self,
        jobs: int = 1,
        minutes: float = math.inf,
        dask: str | None = None,
        progress: bool = True,
    ) -> Progress:
        """Predict what is missing.

        Parameters
        ----------
        jobs : int, optional
            Number of processes, of one thread each.
        minutes : float, optional
            Start no further part after this time.
        dask : str, optional
            Address of a Dask scheduler that runs the parts instead of local processes, see
            `common.workers.unordered`. Workers need neither the folder nor the model's files.
        progress : bool, optional
            Show a progress bar.

        Returns
        -------
        Progress

        Raises
        ------
        ValueError
            If the folder holds predictions of something else, or the systems can't be read.
        OSError
            If the scheduler or a process is lost.
        """
        from tqdm import tqdm  # not needed for serving

        self._describe()
        remove_partial(self.folder)
        stop = time.monotonic() + 60.0 * minutes
        known, outside = 0, 0
        stopped = False

        with tqdm(total=self.systems.number, unit="system", disable=not progress) as bar:

            def work() -> Iterator[Callable[[], tuple[int, int, int, bytes]]]:
                nonlocal known, outside, stopped
                number = -1
                for number, rows in enumerate(self.systems.parts(self.rows)):
                    marked = self._done(number, rows)
                    if marked is not None:
                        known, outside = known + len(rows), outside + int((~marked).sum())
                        bar.update(len(rows))
                        continue
                    if time.monotonic() > stop:
                        stopped = True
                        return
                    yield partial(
                        predict_part, self.surrogate, self.quantities, rows, number, self.rows
                    )
                if self._path(number + 1).exists():
                    raise ValueError(
                        f"{self.folder} holds more systems than {self.systems.name}; choose another"
                        " folder"
                    )

            for number, systems, few, content in unordered(work(), jobs, dask):
                write_atomically(self._path(number), content)
                known, outside = known + systems, outside + few
                bar.update(systems)
        size = sum(path.stat().st_size for path in self.folder.glob("part-*.parquet"))
        return Progress(known, outside, size, finished=not stopped)

    def _path(self, number: int) -> Path:
        return self.folder / f"part-{number:06d}.parquet"

    def _done(self, number: int, rows: Array) -> NDArray[np.bool_] | None:
        """Which systems of a finished part lie in the domain; None where it is yet to be done."""
        from pyarrow import ArrowException, parquet  # an extra

        path = self._path(number)
        if not path.exists():
            return None
        try:
            table = parquet.read_table(path, columns=[*ALL_PARAMETERS, "in_domain"])
        except (ArrowException, OSError) as error:
            raise ValueError(f"{path} is damaged; delete it and repeat the command") from error
        *inputs, marked = (column.to_numpy() for column in table.columns)
        stored = np.stack(inputs, axis=1)
        if len(stored) > len(rows) or not np.array_equal(
            stored, rows[: len(stored)], equal_nan=True
        ):
            raise ValueError(
                f"{path} holds other systems than {self.systems.name}; choose another folder"
            )
        return np.asarray(marked, bool) if len(stored) == len(rows) else None

    def _describe(self) -> None:
        identity = {**_model(self.surrogate), "quantities": list(self.quantities)}
        identity["rows"] = self.rows
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / DESCRIPTION
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
            different = [key for key in identity if known.get(key) != identity[key]]
            if different:
                raise ValueError(
                    f"{self.folder} holds predictions with other {' and '.join(different)}; repeat "
                    "those or choose another folder"
                )
        else:
            units = {**UNITS, **{name: _unit(name) for name in self.quantities}}
            write_json(
                path, {**identity, "systems": self.systems.name, "units": units, **provenance()}
            )


def predict_part(
    surrogate: Surrogate, quantities: Sequence[str], rows: Array, number: int, size: int
) -> tuple[int, int, int, bytes]:
    """Predict the systems of one file.

    Parameters
    ----------
    surrogate : Surrogate
        The model.
    quantities : sequence of str
        Names in `NUMBERS` or `PROFILES`.
    rows : ndarray, shape (n, 9)
        The systems.
    number, size : int
        Number of the file, from 0 on, and how many systems those before it hold each.

    Returns
    -------
    number, systems, outside : int
        Number of the file, of systems in it, and of those among them outside of the domain.
    content : bytes
        The file.
    """
    import pyarrow as pa  # an extra
    from pyarrow import parquet

    with np.errstate(all="ignore"):  # rows may be no systems at all
        inside = surrogate.domain.inside(rows)
    places = np.flatnonzero(inside)
    values = {
        name: np.zeros((len(rows), _HALF) if name in PROFILES else len(rows), np.float32)
        for name in quantities
    }
    known = rows[places]
    for part, half in surrogate.predict_tiles(known):
        found = _quantities(surrogate, quantities, known[part], half)
        for name in quantities:
            values[name][places[part]] = found[name]

    columns: dict[str, Any] = {"index": pa.array(number * size + np.arange(len(rows)))}
    columns |= {name: pa.array(rows[:, place]) for place, name in enumerate(ALL_PARAMETERS)}
    columns["in_domain"] = pa.array(inside)
    for name, array in values.items():
        if name in PROFILES:
            ends = np.concatenate(([0], np.cumsum(inside) * _HALF)).astype(np.int32)
            starts = pa.array(ends, mask=np.append(~inside, False))  # null: no list
            columns[name] = pa.ListArray.from_arrays(starts, pa.array(array[places].ravel()))
        else:
            columns[name] = pa.array(array, mask=~inside | np.isnan(array))
    fields = [
        pa.field(name, column.type, metadata={"unit": _unit(name)} if _unit(name) else None)
        for name, column in columns.items()
    ]
    described = {"surrogate-app": json.dumps(_model(surrogate))}
    table = pa.table(list(columns.values()), pa.schema(fields, described))
    buffer = pa.BufferOutputStream()
    # inputs repeat themselves, predictions do not
    parquet.write_table(table, buffer, compression="zstd", use_dictionary=list(ALL_PARAMETERS))
    return number, len(rows), len(rows) - len(places), buffer.getvalue().to_pybytes()


def _quantities(
    surrogate: Surrogate, names: Sequence[str], rows: Array, half: Array
) -> dict[str, Array]:
    """Return quantities of some systems, (n,) or (n, 251), from their left halves (251, 2, n)."""
    found: dict[str, Array] = {}
    if any(name in NUMBERS for name in names):
        found |= numbers_of(half, rows)
    if any(name.endswith("_std") for name in names):
        std = surrogate.uncertainty(rows, mirrored(half))[..., :_HALF]
        found |= {"n_pos_std": std[:, 0], "n_neg_std": std[:, 1]}
    for name in names:
        if name in QUANTITIES:
            species = {"n_pos": half[:, :1], "n_neg": half[:, 1:]}
            found[name] = quantity_of(species.get(name, half), name, rows).T
    return found


def _unit(name: str) -> str | None:
    return {**UNITS, **NUMBERS, **PROFILES}.get(name)


def _model(surrogate: Surrogate) -> dict[str, Any]:
    """Say which weights predict."""
    cards = [surrogate.card] + ([surrogate.of_box.card] if surrogate.of_box else [])
    return {"model": surrogate.name, "weights_sha256": [card.weights_sha256 for card in cards]}
