"""Any number of systems, from a file or drawn, read a part at a time."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from lzma import LZMAError
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.data.designs import drawn_in_turn
from surrogate_app.electrolyte.domain import completed
from surrogate_app.electrolyte.system import ALL_PARAMETERS, ENVIRONMENT, PARAMETERS

Array = NDArray[np.float64]

ARRAY = "parameters"
"""Name of the array of systems in .npz files that hold several, as campaigns write them."""

_BATCH = 8192  # systems read at a time
_LONGEST_HEADER = 10_000
_DAMAGED = (ValueError, RuntimeError, EOFError, OSError, zipfile.BadZipFile, zlib.error, LZMAError)
_HEADERS = {
    (1, 0): np.lib.format.read_array_header_1_0,
    (2, 0): np.lib.format.read_array_header_2_0,
}


@dataclass(frozen=True)
class Systems:
    """Systems that are read, or drawn, from the first to the last as often as they are needed.

    They may be any numbers, none included: whether they describe electrolytes that a model knows
    is decided later.

    Parameters
    ----------
    name : str
        Where they come from, in words.
    number : int or None
        How many there are; None if that is not known before the last is read.
    batches : callable
        ``batches()`` yields arrays of shape (n, 9).

    Examples
    --------
    >>> given = {"h": [3], "c": [0.1, 1], "d_pos": [0.4], "d_neg": [0.5], "sigma_s": [-0.02, 0]}
    >>> given |= {"z_pos": [1], "z_neg": [-1], "temperature": [298], "permittivity": [24.3]}
    >>> [part.shape for part in Systems.drawn(given, 5, seed=1).parts(2)]
    [(2, 9), (2, 9), (1, 9)]
    """

    name: str
    number: int | None
    batches: Callable[[], Iterator[Array]]

    @classmethod
    def read(cls, path: Path) -> Systems:
        """Read the systems of a file.

        Parameters
        ----------
        path : Path
            A .csv file with a header that names the inputs, a .parquet file with columns of these
            names, or an .npz file with an array of shape (N, 5) or (N, 9), called `parameters` if
            it is not the only one. Inputs beyond the first five are the paper's where they are
            missing; what is empty is no number.

        Raises
        ------
        ValueError
            If it is no such file.
        """
        readers = {".csv": _csv, ".parquet": _parquet, ".npz": _npz}
        if path.suffix.lower() not in readers:
            raise ValueError(f"systems are read from .csv, .parquet or .npz files, got {path.name}")
        if not path.is_file():
            raise ValueError(f"there is no file {path}")
        number, batches = readers[path.suffix.lower()](path)
        return cls(path.name, number, batches)

    @classmethod
    def drawn(cls, given: Mapping[str, Sequence[float]], number: int, seed: int) -> Systems:
        """Draw systems that fill ranges of their inputs evenly, see `designs.drawn`."""
        drawn_in_turn(given, number, seed)  # says at once what is wrong
        name = f"{number} drawn with seed {seed}"
        return cls(name, number, lambda: drawn_in_turn(given, number, seed))

    def parts(self, rows: int) -> Iterator[Array]:
        """Yield parts of so many systems each, the last one excepted, shape (rows, 9)."""
        kept: list[Array] = []
        missing = rows
        for batch in self.batches():
            while len(batch):
                kept.append(batch[:missing])
                batch = batch[missing:]
                missing -= len(kept[-1])
                if not missing:
                    yield np.concatenate(kept)
                    kept, missing = [], rows
        if kept:
            yield np.concatenate(kept)


Found = tuple["int | None", Callable[[], Iterator[Array]]]


def _csv(path: Path) -> Found:
    from pyarrow import csv, float64  # an extra

    with _reading(path), path.open(encoding="utf-8-sig") as file:
        line = file.readline(_LONGEST_HEADER)
    header = [cell.strip().strip('"') for cell in line.split(",")]
    names = _known(path, header)

    def batches() -> Iterator[Array]:
        with (
            _reading(path),
            csv.open_csv(
                path,
                read_options=csv.ReadOptions(column_names=header, skip_rows=1),
                convert_options=csv.ConvertOptions(
                    include_columns=names, column_types=dict.fromkeys(names, float64())
                ),
            ) as reader,
        ):
            yield from map(_array, reader)

    return None, batches


def _parquet(path: Path) -> Found:
    from pyarrow import parquet  # an extra

    with _reading(path), parquet.ParquetFile(path) as file:
        number = file.metadata.num_rows
        names = _known(path, file.schema_arrow.names)

    def batches() -> Iterator[Array]:
        with _reading(path), parquet.ParquetFile(path) as file:
            yield from map(_array, file.iter_batches(_BATCH, columns=names))

    return number, batches


def _npz(path: Path) -> Found:
    with _reading(path), zipfile.ZipFile(path) as archive:
        arrays = [name for name in archive.namelist() if name.endswith(".npy")]
        member = arrays[0] if len(arrays) == 1 else f"{ARRAY}.npy"
        if member not in arrays:
            raise ValueError(f"it holds no array {ARRAY!r}")
        with archive.open(member) as file:
            shape, dtype = _shape(file)

    def batches() -> Iterator[Array]:
        with _reading(path), zipfile.ZipFile(path) as archive, archive.open(member) as file:
            _shape(file)
            size = shape[1] * dtype.itemsize
            for start in range(0, shape[0], _BATCH):
                number = min(_BATCH, shape[0] - start)
                content = file.read(number * size)
                if len(content) < number * size:
                    raise ValueError("it ends too early")
                yield completed(np.frombuffer(content, dtype).reshape(number, -1).astype(float))

    return shape[0], batches


def _shape(file: Any) -> tuple[tuple[int, int], np.dtype[Any]]:
    version = np.lib.format.read_magic(file)
    if version not in _HEADERS:
        raise ValueError("its array is of an unknown version")
    shape, by_columns, dtype = _HEADERS[version](file)
    known = (len(PARAMETERS), len(ALL_PARAMETERS))
    if len(shape) != 2 or shape[1] not in known or dtype.kind not in "fiu":
        raise ValueError(
            f"systems must be numbers of shape (N, {known[0]}) or (N, {known[1]}), in the order "
            f"{', '.join(ALL_PARAMETERS)}, got {dtype} of shape {shape}"
        )
    if by_columns and shape[0] > 1:
        raise ValueError(
            "its array is stored by columns; store it by rows (np.ascontiguousarray), so that it "
            "can be read a part at a time"
        )
    return shape, dtype


def _known(path: Path, names: Iterable[str]) -> list[str]:
    """Return the inputs among the columns of a file."""
    found = [name for name in names if name in ALL_PARAMETERS]
    missing = [name for name in PARAMETERS if name not in found]
    if missing:
        raise ValueError(
            f"{path.name} must name its columns {', '.join(PARAMETERS)}; {', '.join(missing)} "
            "missing"
        )
    twice = [name for name in found if found.count(name) > 1]
    if twice:
        raise ValueError(f"{path.name} has two columns {twice[0]}")
    return found


def _array(batch: Any) -> Array:
    """Systems of a batch of Arrow's, shape (n, 9)."""
    rows = np.tile([np.nan] * len(PARAMETERS) + list(ENVIRONMENT.values()), (batch.num_rows, 1))
    for name in batch.schema.names:
        column = batch.column(name).cast("float64").to_numpy(zero_copy_only=False)
        rows[:, ALL_PARAMETERS.index(name)] = column
    return rows


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Say in one sentence what is wrong with a file."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise ValueError(f"{path.name} is no text in UTF-8") from error
    except _DAMAGED as error:
        if isinstance(error, OSError) and error.filename is not None:
            raise  # it can't be opened at all
        text = str(error) or "it ends too early"
        raise ValueError(text if path.name in text else f"{path.name}: {text}") from error
