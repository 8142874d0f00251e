"""Designs of the electrolyte campaigns, and the data sets that they yield."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.campaign import Campaign, first_systems, read_campaign, sobol
from surrogate_app.common.resources import pretrained_dir
from surrogate_app.electrolyte.data.designs import wide
from surrogate_app.electrolyte.data.reference import load_reference
from surrogate_app.electrolyte.domain import WIDE, WIDE_MARGIN, completed
from surrogate_app.electrolyte.simulation.result import Estimator
from surrogate_app.electrolyte.system import (
    ALL_PARAMETERS,
    DOMAIN,
    MARGIN,
    N_BINS,
    PARAMETERS,
    Electrolyte,
)

Array = NDArray[np.float64]

GRID: dict[str, tuple[float, ...]] = {
    "h": (4.0, 4.2, 4.4, 4.6, 4.8, 5.0),
    "c": (0.1, 0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0),
    "d_pos": (0.2, 0.3075, 0.415, 0.5225, 0.63),
    "d_neg": (0.2, 0.3075, 0.415, 0.5225, 0.63),
    "sigma_s": (-0.01, -0.015, -0.02),
}
"""Levels of the electrolyte paper's 4,050 systems."""


SHOWN: dict[str, tuple[float, ...]] = {
    "I": (4.8, 1.5, 0.415, 0.63, -0.02),
    "II": (5.0, 2.0, 0.63, 0.63, -0.02),
    "III": (4.4, 1.0, 0.415, 0.5225, -0.015),
    "IV": (4.0, 1.5, 0.5225, 0.415, -0.015),
}
"""The electrolyte paper's systems I to IV, of its test set: h, c, d₊, d₋, σ_s."""


INVERSION: Array = np.array([[5.0, c, 0.4, 0.4, -0.1, 3, -1, 298.0, 78.4] for c in (0.1, 0.3, 0.8)])
"""A 3:1 salt in water at strongly charged walls, which its cations overcharge: nine inputs each."""


@dataclass(frozen=True)
class Design:
    """A rule that lists systems to simulate, and how long to simulate each.

    Parameters
    ----------
    systems : callable
        ``systems(number)`` returns parameters, shape (number, 5) or (number, 9).
    number : int
        Default number of systems.
    seed : int
        Seed of the simulations.
    sweeps : int
        Sweeps of a run before it is first judged.
    precision : float
        Relative standard error at which a run ends.
    max_sweeps : int
        Sweeps beyond which no run is doubled.
    equilibration, min_anions : int, optional
        Sweeps before the run and fewest anions, if not those of `simulate`.
    estimator : {"combined", "histogram"}, optional
        How densities are formed, if not as `simulate` forms them.
    """

    systems: Callable[[int], Array]
    number: int
    seed: int
    sweeps: int
    precision: float
    max_sweeps: int
    equilibration: int | None = None
    min_anions: int | None = None
    estimator: Estimator | None = None

    @property
    def length(self) -> dict[str, Any]:
        """Keyword arguments of `simulate` that set how long a run is and what is made of it."""
        length = {
            "sweeps": self.sweeps,
            "precision": self.precision,
            "max_sweeps": self.max_sweeps,
            "equilibration": self.equilibration,
            "min_anions": self.min_anions,
            "estimator": self.estimator,
        }
        return {name: value for name, value in length.items() if value is not None}


def _grid(number: int) -> Array:
    return np.array(list(itertools.product(*GRID.values())))[:number]


def _half_grid(number: int) -> Array:
    """Every other system of the grid: in each input, neighbours of those left out."""
    return _grid(4_050)[::2][:number]


def _reference(number: int) -> Array:
    return np.array([system.to_array() for system in load_reference().systems[:number]])


def _shown(number: int) -> Array:
    return np.array(list(SHOWN.values()))[:number]


def _inversion(number: int) -> Array:
    return INVERSION[:number]


_SOBOL = partial(sobol, MARGIN, seed=1)

_DENSE = {**MARGIN, "c": (1.4, 2.1), "d_pos": (0.45, 0.68), "d_neg": (0.45, 0.68)}
_DENSEST = {**MARGIN, "c": (1.65, 2.1), "d_pos": (0.53, 0.68), "d_neg": (0.53, 0.68)}
_CORNER = {**DOMAIN, "c": (1.8, 2.0), "d_pos": (0.59, 0.63), "d_neg": (0.59, 0.63)}
_NARROW = replace(WIDE_MARGIN, ranges={**WIDE_MARGIN.ranges, "h": (1.9, 5.0)})
_BEYOND = {**MARGIN, "c": (1.85, 2.1), "d_pos": (0.6, 0.66), "d_neg": (0.6, 0.66)}

DESIGNS = {
    "sobol": Design(_SOBOL, 2048, 1, 2_048, 0.01, 16_384),
    "sobol-4": Design(_SOBOL, 512, 5, 512, 0.02, 4_096),
    "sobol-16": Design(_SOBOL, 512, 6, 128, 0.04, 1_024),
    "dense": Design(partial(sobol, _DENSE, seed=8), 128, 8, 4_096, 0.01, 32_768),
    "densest": Design(partial(sobol, _DENSEST, seed=10), 128, 10, 8_192, 0.008, 32_768),
    "calibration": Design(partial(sobol, DOMAIN, seed=9), 128, 9, 16_384, 0.005, 65_536),
    "test": Design(partial(sobol, DOMAIN, seed=2), 256, 2, 16_384, 0.005, 65_536),
    "corner-calibration": Design(partial(sobol, _BEYOND, seed=11), 32, 11, 16_384, 0.007, 32_768),
    "corner-test": Design(partial(sobol, _CORNER, seed=12), 32, 12, 16_384, 0.007, 32_768),
    "grid": Design(_grid, 4050, 3, 2_048, 0.01, 16_384),
    "grid-histogram": Design(_half_grid, 2025, 27, 16_384, 1.0, 16_384, None, 100, "histogram"),
    "grid-histogram-16": Design(_half_grid, 2025, 28, 1_024, 1.0, 1_024, None, 100, "histogram"),
    "shown": Design(_shown, 4, 7, 16_384, 0.003, 131_072),
    "reference": Design(_reference, 12, 4, 65_536, 0.001, 65_536),
    "wide": Design(partial(wide, seed=21, limits=WIDE_MARGIN), 4096, 21, 512, 0.025, 4_096, 500),
    "wide-dense": Design(
        partial(wide, seed=26, limits=_NARROW, least_filling=0.15), 1024, 26, 1_024, 0.02, 8_192
    ),
    "wide-validation": Design(partial(wide, seed=22, limits=WIDE), 128, 22, 8_192, 0.007, 131_072),
    "wide-calibration": Design(partial(wide, seed=23, limits=WIDE), 256, 23, 8_192, 0.007, 131_072),
    "wide-test": Design(partial(wide, seed=24, limits=WIDE), 240, 24, 16_384, 0.005, 1_048_576),
    "wide-inversion": Design(_inversion, 3, 25, 8_192, 0.007, 32_768),
}
"""`sobol`: training, the continuous domain and a margin; `sobol-4` and `sobol-16`: the same systems
in runs a quarter and a sixteenth as long. `dense`: training, the corner of dense layers, where
networks trained on `sobol` were worst; `densest`: the tip of it, where they still were after that.
`calibration`: the domain itself, longer runs, by which uncertainties are learnt. `test`: others
like them, never used in training. `corner-calibration` and `corner-test`: the same for the domain's
densest corner, of which few systems of these are, the former with its tip well inside. `grid`: the
electrolyte paper's full factorial. `grid-histogram`: half of it, with profiles from visits alone
that are as noisy as the paper's; `grid-histogram-16`: the same in runs a sixteenth as long.
`shown`: four of its systems, in longer runs. `reference`: the systems of `load_reference`, long
runs of fixed length.

The others cover the wide domain, all salts in turn, see `designs`: `wide`, training, the domain and
a margin around it; `wide-dense`, training, its slits below 5 nm that ions fill by more than 15 %,
where networks trained on `wide` were worst; `wide-validation`, the choice of models;
`wide-calibration`, uncertainties; `wide-test`, figures of accuracy, run until the standard error is
0.5 %; `wide-inversion`, three systems of `INVERSION`, which test charge inversion."""


def data_dir(design: str) -> Path:
    """Folder that holds the results of a design's campaign."""
    return pretrained_dir() / "electrolyte" / "data" / design


def simulate_row(
    parameters: Array,
    seed: int,
    *,
    sweeps: int,
    precision: float,
    max_sweeps: int,
    equilibration: int | None = None,
    min_anions: int | None = None,
    estimator: Estimator = "combined",
) -> dict[str, Any]:
    """Simulate one system of a campaign and return what is kept of it, halves of the profiles only.

    Parameters
    ----------
    parameters : ndarray, shape (5,) or (9,)
        The system, in the order of `ALL_PARAMETERS`.
    seed : int
        Seed of the run.
    sweeps, max_sweeps : int
        Shortest and longest production run.
    precision : float
        Relative standard error at which the run ends.
    equilibration, min_anions : int, optional
        Sweeps before it and fewest anions, if not those of `simulate`.
    estimator : {"combined", "histogram"}, optional
        How densities are formed.

    Returns
    -------
    dict
        `c` as realised in mol/L; `n`, `sem`, `eps`, shape (2, 251), in mol/L, cations first;
        `length` in nm, `ions`, `sweeps`, `acceptance`; `pressure`, shape (4,), in bar: at the walls
        with its standard error, across the midplane with its own.
    """
    from surrogate_app.electrolyte.simulation.run import simulate

    profile = simulate(
        Electrolyte.from_array(parameters),
        sweeps=sweeps,
        seed=seed,
        precision=precision,
        max_sweeps=max_sweeps,
        equilibration=equilibration,
        min_anions=min_anions,
        estimator=estimator,
    )
    half = slice(0, N_BINS // 2)
    # half a per mille is far less than the noise of a histogram
    precise = np.float16 if estimator == "histogram" else np.float32
    return {
        "c": profile.system.c,
        "n": np.array([profile.n_pos[half], profile.n_neg[half]], precise),
        "sem": np.array([profile.n_pos_sem[half], profile.n_neg_sem[half]], np.float16),
        "eps": np.array([profile.n_pos_eps[half], profile.n_neg_eps[half]], np.float16),
        "length": profile.length,
        "ions": np.array(profile.ions),
        "sweeps": profile.sweeps,
        "acceptance": np.array([*profile.acceptance, profile.relocation_acceptance]),
        "pressure": np.array(
            [
                profile.pressure_wall,
                profile.pressure_wall_sem,
                profile.pressure_midplane,
                profile.pressure_midplane_sem,
            ]
        ),
    }


def campaign(design: str | Path, number: int | None = None, folder: Path | None = None) -> Campaign:
    """Campaign that simulates a design.

    Parameters
    ----------
    design : str or Path
        Name in `DESIGNS`, or a CSV file with a header that names the parameters.
    number : int, optional
        Number of systems; a design's own number by default.
    folder : Path, optional
        Where results go; `data_dir` by default, beside the file for a CSV design.

    Returns
    -------
    Campaign

    Raises
    ------
    ValueError
        If the design is unknown, the file does not hold systems, or their number is not between
        one and as many as there are.
    """
    if isinstance(design, str) and design in DESIGNS:
        plan = DESIGNS[design]
        wanted = plan.number if number is None else number
        parameters = first_systems(plan.systems, wanted, design)
        target = folder or data_dir(design)
        name = design
    else:
        path = Path(design)
        if path.suffix != ".csv" or not path.is_file():
            raise ValueError(
                f"design must be one of {', '.join(DESIGNS)} or an existing .csv file, got {design}"
            )
        plan = DESIGNS["sobol"]
        rows = read_csv(path)
        wanted = len(rows) if number is None else number
        parameters = first_systems(lambda few: rows[:few], wanted, path.name)
        target = folder or path.with_suffix("")
        name = path.name
    return Campaign(
        folder=target,
        task=partial(simulate_row, **plan.length),
        parameters=parameters,
        names=ALL_PARAMETERS[: parameters.shape[1]],
        options={"design": name, **plan.length},
        seed=plan.seed,
    )


def read_csv(path: Path) -> Array:
    """Read systems from a CSV file whose header names the parameters, in any order.

    The five of `PARAMETERS` are needed; of the other four, those that are missing are the paper's.

    Raises
    ------
    ValueError
        If a column is missing or a line does not describe a system; the message has its number.
    """
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    header = [cell.strip() for cell in lines[0].split(",")] if lines else []
    missing = [name for name in PARAMETERS if name not in header]
    if missing:
        raise ValueError(
            f"{path.name} must name its columns {', '.join(PARAMETERS)} in line 1; "
            f"{', '.join(missing)} missing"
        )
    columns = len(PARAMETERS if set(PARAMETERS) >= set(header) else ALL_PARAMETERS)
    named = [name for name in ALL_PARAMETERS if name in header]
    rows = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = line.split(",")
        if len(cells) != len(header):
            raise ValueError(
                f"{path.name}, line {number}: {len(header)} values expected, got {len(cells)}"
            )
        values = dict(zip(header, cells, strict=True))
        try:
            system = Electrolyte(**{name: values[name] for name in named})  # type: ignore[arg-type]
        except ValueError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from None
        rows.append(completed(system.to_array()[None])[0, :columns])
    if not rows:
        raise ValueError(f"{path.name} holds no systems; one per line is needed below the header")
    return np.array(rows)


@dataclass(frozen=True)
class Dataset:
    """Simulated half profiles of many systems.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5) or (N, 9)
        Systems as realised, in the order of `ALL_PARAMETERS`.
    n : ndarray, shape (N, 2, 251)
        Cation and anion densities in mol/L in the left half.
    sem, eps : ndarray, shape (N, 2, 251)
        Standard error of the mean and standard deviation of the blocks (E 4), mol/L.
    description : dict
        How the data were made.
    """

    parameters: Array
    n: Array
    sem: Array
    eps: Array
    description: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def load(cls, design: str | Path) -> Dataset:
        """Read the finished systems of a campaign by the name of its design or its folder."""
        folder = data_dir(design) if design in DESIGNS else Path(design)
        description, results = read_campaign(folder)
        parameters = results["parameters"].astype(float)
        parameters[:, PARAMETERS.index("c")] = results["c"]
        n, sem, eps = (results[name].astype(float) for name in ("n", "sem", "eps"))
        return cls(parameters, n, sem, eps, {**description, "systems": len(parameters)})

    @classmethod
    def joined(cls, parts: Sequence[Dataset]) -> Dataset:
        """Put data sets together, one after another."""
        rows = [part.parameters for part in parts]
        if len({row.shape[1] for row in rows}) > 1:
            rows = [completed(row) for row in rows]
        return cls(
            np.concatenate(rows),
            np.concatenate([part.n for part in parts]),
            np.concatenate([part.sem for part in parts]),
            np.concatenate([part.eps for part in parts]),
            {"parts": [part.description for part in parts]},
        )

    def __len__(self) -> int:
        """Return the number of systems."""
        return len(self.parameters)

    def take(self, indices: NDArray[Any]) -> Dataset:
        """Pick the systems at `indices`, integers or a boolean mask."""
        parameters, n, sem, eps = self.parameters, self.n, self.sem, self.eps
        return Dataset(
            parameters[indices], n[indices], sem[indices], eps[indices], self.description
        )


def systems_hash(folder: str | Path) -> str:
    """SHA-256 of the systems of a campaign, by which it is known again.

    Raises
    ------
    ValueError
        If the folder holds no finished simulation.
    """
    rows = read_campaign(Path(folder))[1]["parameters"].astype(float)
    return hashlib.sha256(np.ascontiguousarray(rows).tobytes()).hexdigest()


def mirror(half: Array) -> Array:
    """Complete half profiles, shape (..., 251), by their mirror images to shape (..., 502)."""
    return np.concatenate((half, half[..., ::-1]), axis=-1)
