"""Section of the report on theory: where Poisson–Boltzmann fails, salt by salt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import NEUTRAL
from surrogate_app.electrolyte.analysis.poisson_boltzmann import mean_field_profile
from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.domain import SALTS
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.scores import relative_rmse
from surrogate_app.electrolyte.system import Electrolyte
from surrogate_app.electrolyte.walls import WALL_RANGE
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

LIMITS = (0.05, 0.1, 0.2)
"""Relative errors between which the figure changes its colour."""

COLOURS = ("#009E73", "#56B4E9", "#E69F00", "#D55E00")
"""Colour of each class of errors, the smallest first."""

CHARGED = 0.02
"""Charge density in C/m² from which on charge inversion is looked for."""

INVERTED = 0.05
"""Largest integrated charge over |σ_s| from which on a wall counts as overcharged."""

_UNCHARGED = 0.01  # where uncharged walls stand on the axis of the coupling parameter


@dataclass(frozen=True)
class Failure:
    """How Poisson–Boltzmann theory compares with the simulations of many systems.

    Parameters
    ----------
    salts : ndarray, shape (N, 2)
        Valencies of cation and anion.
    coupling, filling : ndarray, shape (N,)
        Coupling parameter of the walls' counterions and volume fraction of the ions.
    error : dict of str to ndarray, shape (N,)
        Relative error of the densities, by what the theory takes ions for.
    drop : dict of str to ndarray, shape (N,)
        Error of the potential drop in mV.
    inverted : dict of str to ndarray, shape (N,)
        Largest integrated charge over |σ_s| by theory and "simulation", NaN at weak charges.
    """

    salts: Array
    coupling: Array
    filling: Array
    error: dict[str, Array]
    drop: dict[str, Array]
    inverted: dict[str, Array]


KINDS: Mapping[str, bool] = {"closest approach": True, "point ions": False}
"""What theory takes ions for, and whether they then stay half a diameter away from walls."""


def poisson_boltzmann_against_simulations(docs: Path) -> str:
    """Compare Poisson–Boltzmann theory with the simulations of the wide domain.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/poisson_boltzmann.png`.
    """
    found = compare(Dataset.load("wide"))
    drawing.save(draw(found), docs, "poisson_boltzmann")
    good = found.error["closest approach"] <= LIMITS[1]
    weak = (found.coupling < 1.0) & (found.filling < 0.1)
    strong = found.coupling > 10.0
    return render(
        "electrolyte/theory.md.j2",
        systems=len(good),
        table=markdown_table(_HEADER, [_row(found, salt) for salt in SALTS]),
        weak=float(np.mean(good[weak])),
        strong=float(np.mean(good[strong])),
        dense=float(np.mean(good[(found.coupling < 1.0) & (found.filling > 0.2)])),
    )


def compare(data: Dataset) -> Failure:
    """Solve the theory for each system of a data set and compare.

    Errors are the relative RMSE over the mean density, noise subtracted, in bins beyond the
    repulsion of the walls, which is hard in theory and soft in the simulations.
    """
    systems = [Electrolyte.from_array(row) for row in data.parameters]
    truth, sem = mirror(data.n), mirror(data.sem)
    simulated = [
        Profile(system, *n, *np.zeros_like(n)) for system, n in zip(systems, truth, strict=True)
    ]
    free = np.array([_beyond_the_walls(system) for system in systems])
    theory = {
        kind: [mean_field_profile(system, approach) for system in systems]
        for kind, approach in KINDS.items()
    }
    return Failure(
        salts=np.array([(system.z_pos, system.z_neg) for system in systems]),
        coupling=np.array([system.coupling_parameter for system in systems]),
        filling=np.array([system.packing_fraction for system in systems]),
        error={
            kind: relative_rmse(truth, _densities(found), sem, free)
            for kind, found in theory.items()
        },
        drop={
            kind: np.array(
                [
                    one.potential_drop - true.potential_drop
                    for one, true in zip(found, simulated, strict=True)
                ]
            )
            for kind, found in theory.items()
        },
        inverted={
            kind: np.array([_overcharging(one) for one in found])
            for kind, found in {**theory, "simulation": simulated}.items()
        },
    )


def draw(found: Failure) -> Figure:
    """Draw a panel for each salt: coupling across, filling upwards, the error as colour."""
    figure = drawing.new_figure(11.0, 6.2)
    panels = figure.subplots(2, 3, sharex=True, sharey=True).ravel()
    classes = np.digitize(found.error["closest approach"], LIMITS)
    names = [f"up to {100 * LIMITS[0]:g} %"]
    names += [f"{100 * low:g} to {100 * high:g} %" for low, high in pairwise(LIMITS)]
    names.append(f"more than {100 * LIMITS[-1]:g} %")
    for ax, (z_pos, z_neg) in zip(panels, SALTS, strict=False):
        mine = (found.salts == (z_pos, z_neg)).all(axis=1)
        for index, (colour, name) in enumerate(zip(COLOURS, names, strict=True)):
            shown = mine & (classes == index)
            ax.plot(
                np.maximum(found.coupling[shown], _UNCHARGED),
                found.filling[shown],
                "o",
                color=colour,
                markersize=3.5,
                label=name,
            )
        ax.axvline(1.0, color=NEUTRAL, linewidth=0.8, linestyle=":")
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_title(f"{z_pos}:{-z_neg}", fontsize=10)
        drawing.bare(ax)
    handles, labels = panels[0].get_legend_handles_labels()
    panels[2].tick_params(labelbottom=True)  # it stands above the legend
    panels[-1].axis("off")
    panels[-1].legend(
        handles,
        labels,
        loc="center",
        frameon=False,
        title="error of the densities",
        markerscale=1.6,
    )
    figure.supxlabel("coupling parameter Ξ at the wall (0.01: uncharged)", fontsize=10)
    figure.supylabel("volume fraction of the ions", fontsize=10)
    return figure


_HEADER = [
    "salt",
    "systems",
    "error, closest approach",
    "error, point ions",
    "within 10 %",
    "drop off by (mV)",
    "overcharged",
    "in theory",
]


def _row(found: Failure, salt: tuple[int, int]) -> list[str]:
    mine = (found.salts == salt).all(axis=1)
    modified, points = (found.error[kind][mine] for kind in KINDS)
    drop = found.drop["closest approach"][mine]
    overcharged = (
        _share(found.inverted[kind][mine]) for kind in ("simulation", "closest approach")
    )
    return [
        f"{salt[0]}:{-salt[1]}",
        str(int(mine.sum())),
        f"{np.median(modified):.1%}",
        f"{np.median(points):.1%}",
        f"{np.mean(modified <= LIMITS[1]):.0%}",
        f"{np.median(np.abs(drop)):.1f}",
        *overcharged,
    ]


def _share(inverted: Array) -> str:
    known = inverted[np.isfinite(inverted)]
    return f"{np.mean(known > INVERTED):.0%}" if known.size else "–"


def _beyond_the_walls(system: Electrolyte) -> NDArray[np.bool_]:
    """Bins that neither ion is kept from, for both ions, shape (2, 502)."""
    r = 0.5 * system.h - np.abs(system.z)
    free = r > WALL_RANGE * 0.5 * max(system.d_pos, system.d_neg)
    return np.array([free, free])


def _densities(profiles: list[Profile]) -> Array:
    return np.array([(profile.n_pos, profile.n_neg) for profile in profiles])


def _overcharging(profile: Profile) -> float:
    sigma = abs(profile.system.sigma_s)
    return float(profile.integrated_charge.max() / sigma) if sigma >= CHARGED else float("nan")
