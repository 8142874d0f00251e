"""Section of the report on sensitivity: the paper's Figure 8."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import ANION, CATION, INPUTS, NEUTRAL
from surrogate_app.electrolyte.analysis.input_distributions import spreads, trained_range
from surrogate_app.electrolyte.analysis.sensitivity import Sensitivity, sensitivity
from surrogate_app.electrolyte.analysis.surfaces import ResponseSurface, response_surface
from surrogate_app.electrolyte.analysis.uncertain_system import vary
from surrogate_app.electrolyte.analysis.variance import variance_parts
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import Electrolyte
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

LOW_C = Electrolyte(h=4.5, c=0.3, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
SYSTEMS = {"low": LOW_C, "high": LOW_C.replace(c=1.9)}
"""The two systems of Figure 8."""

SPREAD = {"d_pos": 0.01, "d_neg": 0.015}
"""Standard deviations of the diameters in nm."""

PLACES = {"I": -2.05, "II": -1.95, "III": -1.85, "IV": -1.55, "V": -1.0}
"""Positions z in nm; the figure shows the first four, the text speaks of all."""

PAPER_INDICES: Mapping[str, Mapping[str, str]] = {
    "low": {"I": "> 99, ≈ 0", "II": "22.5, 77", "III": "83, 16.9", "IV": "S₊ ≈ S₋", "V": "–"},
    "high": {
        "I": "> 99, ≈ 0",
        "II": "S₋ slightly above S₊",
        "III": "S₋ well above S₊",
        "IV": "S₊ ≈ 2 S₋",
        "V": "S₊ ≈ S₋",
    },
}
"""Shares S₊ and S₋ in per cent, or how they compare, as the paper's text states them."""

BIN = 0.05
"""Width of the paper's bins, in units of the smaller diameter."""

_VALUES, _POINTS_IN_BIN = 101, 9


def sensitivities(docs: Path) -> str:
    """Compare the shares of both diameters in the variance of the charge with the paper's.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/figure_8.png`.
    """
    surrogate, z = Surrogate.load(), list(PLACES.values())
    found = {key: sensitivity(surrogate, one, SPREAD, z) for key, one in SYSTEMS.items()}
    free = {
        key: sensitivity(Surrogate.load("modnn"), one, SPREAD, z, most_systems=3000)
        for key, one in SYSTEMS.items()
    }
    surfaces = {key: response_surface(surrogate, one, SPREAD, z) for key, one in SYSTEMS.items()}
    predicted = {key: surrogate.predict(one) for key, one in SYSTEMS.items()}
    drawing.save(draw_sensitivities(found, surfaces, predicted), docs, "figure_8")
    nearby = sensitivity(surrogate, SYSTEMS["high"], SPREAD, [PLACES["II"] - 0.03])
    moving = {key: on_moving_bins(surrogate, one) for key, one in SYSTEMS.items()}
    second, last = list(PLACES).index("II"), list(PLACES).index("V")
    high = found["high"]
    return render(
        "electrolyte/sensitivity.md.j2",
        table=_table(found, free),
        together=100.0
        * max(float(np.max(s.interaction["d_pos", "d_neg"])) for s in found.values()),
        nearby=100.0 * nearby.first_order["d_pos"][0],
        at_contact=100.0 * high.first_order["d_pos"][second],
        still_low=100.0 * found["low"].first_order["d_pos"][second],
        moving_low=100.0 * moving["low"][second],
        moving_high=100.0 * moving["high"][second],
        bulk=high.std[last],
        bulk_share=100.0 * high.std[last] / float(sum(predicted["high"].midplane_density)) * 2.0,
        free_bulk=100.0 * free["low"].first_order["d_pos"][last],
    )


def on_moving_bins(surrogate: Surrogate, system: Electrolyte) -> Array:
    """Shares of the cations' diameter as the paper's data have them.

    Its densities are means over bins of 0.05 times the smaller diameter, and its 502 positions
    reach to the centres of those bins that hold the walls. A position of a fixed number therefore
    moves with the smaller diameter.

    Parameters
    ----------
    surrogate : Surrogate
        Model to evaluate.
    system : Electrolyte
        Centre of the spreads.

    Returns
    -------
    ndarray, shape (5,)
        First-order indices at the numbers of the positions nearest to `PLACES`.
    """
    # positions jump as one more bin fits into the slit: equal weights instead of Gauss nodes
    even = (np.arange(_VALUES) + 0.5) / _VALUES
    cations, anions = (one.quantile(even) for one in spreads(surrogate, system, SPREAD))
    z = list(PLACES.values())
    numbers = np.abs(positions_of_reference(system)[:, None] - z).argmin(axis=0)
    trained = trained_range(surrogate)
    values = np.empty((_VALUES, _VALUES, len(z)))
    for row, d_pos in enumerate(cations):
        systems = vary(system, {"d_pos": np.full(_VALUES, d_pos), "d_neg": anions})
        half = 0.5 * BIN * d_pos  # that of the smaller ions
        inside = np.linspace(-half, half, _POINTS_IN_BIN)
        centres = 0.5 * system.h + positions_of_reference(system.replace(d_pos=d_pos))[numbers]
        r = np.add.outer(centres, inside).ravel()
        density = surrogate.response(systems, r=r, limits=trained)
        values[row] = density.reshape(_VALUES, len(z), -1).mean(axis=-1)
    weights = np.full(_VALUES, 1.0 / _VALUES)
    _, _, indices = variance_parts(values, [weights, weights], tuple(SPREAD))
    return indices[("d_pos",)]


def positions_of_reference(system: Electrolyte) -> Array:
    """Positions z of the paper's data for a system in nm, shape (502,)."""
    unit = min(system.d_pos, system.d_neg)
    reach = (np.floor(0.5 * system.h / (BIN * unit)) + 0.5) * BIN * unit
    return np.linspace(-reach, reach, 502)


def draw_sensitivities(
    found: Mapping[str, Sensitivity],
    surfaces: Mapping[str, ResponseSurface],
    predicted: Mapping[str, Profile],
) -> Figure:
    """Draw response surfaces, pies and profiles for both systems.

    Parameters
    ----------
    found : mapping of str to Sensitivity
        Indices at `PLACES` for each of `SYSTEMS`.
    surfaces : mapping of str to ResponseSurface
        Responses there.
    predicted : mapping of str to Profile
        Profiles of the systems themselves.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(12.0, 8.6)
    blocks: Any = figure.subfigures(len(SYSTEMS), 1, hspace=0.02)
    for block, (key, system) in zip(blocks, SYSTEMS.items(), strict=True):
        block.suptitle(f"c = {system.c:g} mol/L", fontsize=11, x=0.01, ha="left")
        grid = block.add_gridspec(2, 1 + len(PLACES), width_ratios=[1.5, *[1.0] * len(PLACES)])
        _draw_profile(block.add_subplot(grid[:, 0]), predicted[key])
        for index, name in enumerate(PLACES):
            ax = block.add_subplot(grid[0, 1 + index], projection="3d")
            _draw_surface(ax, surfaces[key], index, name)
            _draw_pie(block.add_subplot(grid[1, 1 + index]), found[key], index)
    return figure


def _draw_profile(ax: Axes, profile: Profile) -> None:
    for n, colour, label in (
        (profile.n_pos, CATION, "n₊"),
        (profile.n_neg, ANION, "n₋"),
    ):
        ax.plot(profile.z, n, color=colour, linewidth=1.4, label=label)
    for name, z in PLACES.items():
        ax.axvline(z, color=NEUTRAL, linewidth=0.8, linestyle="--")
        ax.annotate(name, (z, 1.01), xycoords=("data", "axes fraction"), ha="center", fontsize=7)
    ax.set_xlim(-0.5 * profile.system.h, 0.0)
    ax.set_ylim(bottom=0.0)
    ax.set_xlabel("z (nm)", fontsize=9)
    ax.set_ylabel("density (mol/L)", fontsize=9)
    ax.legend(frameon=False, fontsize=8)
    drawing.bare(ax)


def _draw_surface(ax: Any, surface: ResponseSurface, index: int, name: str) -> None:
    ax.plot_surface(
        *np.meshgrid(*surface.axes), surface.values[index], cmap="cividis", linewidth=0, alpha=0.95
    )
    ax.set_title(f"{name}: z = {surface.z[index]:g} nm".replace("-", "−"), fontsize=9, pad=0)
    ax.set_xlabel("d₊ (nm)", fontsize=7, labelpad=-6)
    ax.set_ylabel("d₋ (nm)", fontsize=7, labelpad=-6)
    ax.set_box_aspect(None, zoom=0.86)
    ax.tick_params(labelsize=6, pad=-3)
    ax.locator_params(nbins=3)
    ax.view_init(elev=30, azim=-130)


def _draw_pie(ax: Axes, found: Sensitivity, index: int) -> None:
    lone = [float(found.first_order[name][index]) for name in SPREAD]
    shares = [*lone, max(1.0 - sum(lone), 0.0)]
    colours = [*(INPUTS[name] for name in SPREAD), NEUTRAL]
    ax.pie(shares, colors=colours, radius=0.95, startangle=90, counterclock=False)
    ax.set_title(f"S₊ {100 * lone[0]:.1f} %, S₋ {100 * lone[1]:.1f} %", fontsize=8, y=-0.1)


def _table(found: Mapping[str, Sensitivity], free: Mapping[str, Sensitivity]) -> str:
    header = ["position", "z (nm)"]
    for system in SYSTEMS.values():
        c = f"{system.c:g} M"
        header += [f"{c}: S₊, S₋ (%)", "paper", "ModNN here", "std of ρ"]
    rows = []
    for index, (name, z) in enumerate(PLACES.items()):
        row = [name, f"{z:g}".replace("-", "−")]
        for key in SYSTEMS:
            row += [_pair(found[key], index), PAPER_INDICES[key][name], _pair(free[key], index)]
            row.append(f"{found[key].std[index]:.2g}")
        rows.append(row)
    return markdown_table(header, rows)


def _pair(found: Sensitivity, index: int) -> str:
    return ", ".join(f"{100.0 * found.first_order[name][index]:.1f}" for name in SPREAD)
