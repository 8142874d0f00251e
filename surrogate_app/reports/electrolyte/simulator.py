"""Section of the report on the simulator: profiles beside those of molecular dynamics."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import ANION, CATION
from surrogate_app.electrolyte import scores as metrics
from surrogate_app.electrolyte.data.dataset import Dataset, mirror
from surrogate_app.electrolyte.data.reference import PAPER_BLOCKS, Reference, load_reference
from surrogate_app.electrolyte.system import Electrolyte
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

MD_EXCESS = 2.1
"""Factor by which ε is too large, as its authors note beside their error analysis."""

_HEADER = [
    *("system", "h (nm)", "c (mol/L)", "d₊ (nm)", "d₋ (nm)", "σ_s (mC/m²)"),
    *("success", "at contact", "1 SE", r"1 SE\*", "RMSE"),
]
_COLUMNS = 3
_POINT_SPACING = 6


def simulator_against_md(docs: Path) -> str:
    """Compare our simulations of the reference systems with molecular dynamics.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/reference_systems.png`.
    """
    reference, simulated = load_reference(), Dataset.load("reference")
    drawing.save(draw_reference(reference, mirror(simulated.n)), docs, "reference_systems")
    agreement = measure_agreement(reference, simulated)
    rows = [_HEADER, ["---"] * len(_HEADER)]
    for index, system in enumerate(reference.systems):
        inputs = [f"{value:g}" for value in system.to_array()[:-1]]
        inputs = [str(index + 1), *inputs, f"{1000 * system.sigma_s:.2f}".replace("-", "−")]
        rows.append(inputs + _cells([values[index] for values in agreement.values()]))
    medians = _cells([float(np.median(values)) for values in agreement.values()])
    rows.append(["median", *[""] * 5, *medians])
    return render(
        "electrolyte/simulator.md.j2",
        table="\n".join(f"| {' | '.join(row)} |" for row in rows),
        sweeps=simulated.description["options"]["max_sweeps"],
        command="surrogate-app campaign electrolyte --design reference",
    )


def measure_agreement(reference: Reference, simulated: Dataset) -> dict[str, Array]:
    """Measure how well simulated profiles agree with the reference, system by system.

    Profiles are first brought to the reference's bins; bins that no ion of the reference
    visited are left out.

    Parameters
    ----------
    reference : Reference
        N systems simulated by others.
    simulated : Dataset
        The same systems, in the same order.

    Returns
    -------
    dict of ndarray, shape (N,)
        `overall` and `contact`, success rate (E 10) in all bins and near contact; `one_error` and
        `one_corrected`, the fraction of bins that differ by less than one standard error of
        the difference, with ε as it is and divided by 2.1; `relative_rmse`, root mean square
        difference over the mean density.
    """
    n, sem = reference.bin_alike(mirror(simulated.n)), reference.bin_alike(mirror(simulated.sem))
    widths = [system.h for system in reference.systems]
    diameters = [(system.d_pos, system.d_neg) for system in reference.systems]
    near = metrics.near_contact(reference.z, widths, diameters)

    def rate(bound: Array, mask: NDArray[np.bool_] | None = None) -> Array:
        return metrics.success_rate(reference.n, n, bound, mask=mask)

    def within_error(excess: float) -> Array:
        error = np.sqrt((reference.eps / excess) ** 2 / PAPER_BLOCKS + sem**2)
        return rate(np.where(reference.eps > 0.0, error, 0.0))

    return {
        "overall": rate(reference.eps),
        "contact": rate(reference.eps, near),
        "one_error": within_error(1.0),
        "one_corrected": within_error(MD_EXCESS),
        "relative_rmse": metrics.relative_rmse(reference.n, n),
    }


def draw_reference(reference: Reference, n: Array) -> Figure:
    """Draw simulated profiles over those of molecular dynamics, one panel a system.

    Parameters
    ----------
    reference : Reference
        N systems simulated by others.
    n : ndarray, shape (N, 2, 502)
        Our densities of the same systems in mol/L, on our own bins.

    Returns
    -------
    Figure
    """
    rows = -(-len(reference.systems) // _COLUMNS)
    figure = drawing.new_figure(9.0, 2.35 * rows + 0.5)
    axes = figure.subplots(rows, _COLUMNS, squeeze=False)
    handles: list[Any] = []
    for index, system in enumerate(reference.systems):
        ax = axes.flat[index]
        handles = _draw_system(ax, system, n[index], reference, index)
        if index % _COLUMNS == 0:
            ax.set_ylabel("density (mol/L)")
        if index // _COLUMNS == rows - 1:
            ax.set_xlabel("z (nm)")
    figure.legend(
        handles,
        ["cations, this work", "anions, this work", "cations, MD ± ε", "anions, MD ± ε"],
        loc="outside upper center",
        ncols=4,
        frameon=False,
        fontsize=9,
    )
    return figure


def _draw_system(
    ax: Axes, system: Electrolyte, n: Array, reference: Reference, index: int
) -> list[Any]:
    lines, points = [], []
    for species, colour in enumerate((CATION, ANION)):
        sparse = slice(species * _POINT_SPACING // 2, None, _POINT_SPACING)
        points.append(
            ax.errorbar(
                reference.z[index][sparse],
                reference.n[index, species][sparse],
                reference.eps[index, species][sparse],
                fmt="o" if species == 0 else "s",
                markersize=2.6,
                markerfacecolor="white",
                markeredgewidth=0.7,
                elinewidth=0.7,
                color=colour,
                alpha=0.8,
            )
        )
        lines += ax.plot(system.z, n[species], color=colour, linewidth=1.1, zorder=3)
    ax.set_title(
        f"{index + 1}:  h = {system.h:g} nm,  c = {system.c:g} M,  "
        f"σ$_s$ = {1000 * system.sigma_s:.1f} mC/m²".replace("-", "−"),
        fontsize=8,
    )
    ax.set_xlim(-0.5 * system.h, 0.5 * system.h)
    ax.set_ylim(bottom=0.0)
    drawing.bare(ax)
    return [*lines, *points]


def _cells(values: list[float]) -> list[str]:
    *rates, relative = values
    return [*(f"{rate:.3f}" for rate in rates), f"{100 * relative:.2f} %"]
