"""Section of the report on molecules as single Lennard-Jones particles: Figures 4 and 5."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import UPLOADED
from surrogate_app.common.units import GAS_CONSTANT
from surrogate_app.liquid.analysis.comparison import Comparison, Row, prepare, solved
from surrogate_app.liquid.analysis.engine import SURROGATE
from surrogate_app.liquid.analysis.maps import ErrorMap, map_of
from surrogate_app.liquid.analysis.method import METHODS
from surrogate_app.liquid.analysis.thermodynamics import KJ_PER_MOL_NM3_TO_MPA
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.data.designs import data_dir
from surrogate_app.liquid.data.molecules import MolecularLiquid
from surrogate_app.liquid.evaluation.beads import DESIGN, structure
from surrogate_app.liquid.scores import rdf_error
from surrogate_app.liquid.simulation.bins import distances
from surrogate_app.liquid.state import LJState
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

DRAWN = ("corresponding", "deepilst", "relative_entropy", "simplex")
"""Methods whose beads are drawn: those of the paper, and the default fit."""

GAS = {"CO": (0.3690, 91.7), "F2": (0.3357, 112.6), "CH4": (0.3758, 148.6)}
"""σ in nm and ε/k_B in K from viscosities of the gases: Poling, Prausnitz and O'Connell, The
Properties of Gases and Liquids, 5th edition, appendix B."""

BELOW = 0.1
"""Distance from the minimum in per cent of the largest error that the paper states."""

_NAMES = {"CO": "CO", "F2": "F₂", "CH4": "CH₄"}
_WIDER = 0.35
_LEAST = "#F0E442"
_BAR_PER_MPA = 10.0
_QUANTITIES = {"rdf": "difference of g(r), ε$_{rdf}$ (%)", "kl": "relative entropy, ε$_{KL}$"}


@dataclass(frozen=True)
class Bead:
    """A molecule's bead by one method, simulated again.

    Parameters
    ----------
    state : LJState
        What was simulated.
    r, g : ndarray
        Distances in nm and g(r) of the simulation.
    pressure, pressure_sem : float
        In bar.
    rdf_error : float
        Relative difference of g(r) from the molecule's.
    """

    state: LJState
    r: Array
    g: Array
    pressure: float
    pressure_sem: float
    rdf_error: float


@dataclass(frozen=True)
class Found:
    """What was found for one molecule.

    Parameters
    ----------
    liquid : MolecularLiquid
        The simulation of the molecule.
    comparison : Comparison
        The answers of all methods.
    beads : dict
        Those that were simulated again, by the name of the method.
    maps : dict
        Error maps by quantity.
    """

    liquid: MolecularLiquid
    comparison: Comparison
    beads: dict[str, Bead]
    maps: dict[str, ErrorMap]


def molecules(docs: Path) -> str:
    """Compare methods and map errors on three molecules, with beads that are simulated again.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figures are `images/liquid_beads.png` and
        `images/liquid_error_maps.png`.

    Raises
    ------
    ValueError
        If a campaign has not been run.
    """
    simulated = simulated_beads()
    found = {name: find(name, simulated[name]) for name in _NAMES}
    drawing.save(draw_beads(found), docs, "liquid_beads")
    drawing.save(draw_maps(found), docs, "liquid_error_maps")
    best = {
        name: min(each.beads.values(), key=lambda bead: bead.rdf_error)
        for name, each in found.items()
    }
    liquid = found["CH4"].liquid
    return render(
        "liquid/molecules.md.j2",
        density=liquid.density,
        temperature=liquid.temperature,
        number=liquid.number,
        beads=beads_table(found),
        minima=minima_table(found),
        misses=[miss(_NAMES[name], found[name], best[name]) for name in found],
        weak=[
            f"{each.comparison.fit.epsilon / GAS_CONSTANT:.0f} ± "
            f"{each.comparison.fit.epsilon_std / GAS_CONSTANT:.0f} K for {_NAMES[name]}"
            for name, each in found.items()
        ],
        pressures=[
            [bead.pressure / each.liquid.pressure for bead in each.beads.values()]
            for each in found.values()
        ],
        below=BELOW,
    )


def simulated_beads() -> dict[str, dict[str, Bead]]:
    """Beads of the campaign by molecule and method; `rdf_error` is that against the molecule."""
    runs = Structures.load(data_dir(DESIGN))
    names = runs.description["options"]["beads"]
    found: dict[str, dict[str, Bead]] = {name: {} for name in _NAMES}
    for (molecule, method), row, g, pressure, sem in zip(
        [names[i] for i in runs.results["index"]],
        *(runs.parameters, runs.g, runs.results["pressure"], runs.results["pressure_sem"]),
        strict=True,
    ):
        state = LJState(*row.tolist())
        r = distances() * state.density ** (-1.0 / 3.0)
        liquid = MolecularLiquid.load(molecule)
        near = liquid.r <= r[-1]
        curve = np.interp(liquid.r[near], r, g)
        error = float(rdf_error(liquid.r[near], liquid.g[near], curve))
        unit = state.epsilon / state.sigma**3 * KJ_PER_MOL_NM3_TO_MPA * _BAR_PER_MPA
        found[molecule][method] = Bead(
            state, r, g, float(pressure * unit), float(sem * unit), error
        )
    return found


def find(name: str, beads: dict[str, Bead]) -> Found:
    """Compare all methods on a molecule, and map the errors where their answers lie."""
    liquid = MolecularLiquid.load(name)
    problem = prepare(structure(liquid), liquid.density, liquid.temperature)
    comparison = Comparison(problem.fit, tuple(solved(problem)), SURROGATE, ())
    axes = []
    for key in ("c12", "c6"):
        values = [getattr(bead.state, key) for bead in beads.values()]
        axes.append((min(values) / (1.0 + _WIDER), max(values) * (1.0 + _WIDER)))
    maps = {each.quantity: each for each in map_of(problem, tuple(_QUANTITIES), *axes)}
    return Found(liquid, comparison, beads, maps)


def above_minimum(found: Found, row: Row) -> dict[str, float]:
    """How far an answer lies above the minimum of each map, in per cent of its largest error."""
    of_rdf, of_kl = found.maps["rdf"].values, found.maps["kl"].values
    least = min(
        float(np.nanmin(of_rdf)),
        *(each.rdf_error for each in found.comparison if np.isfinite(each.rdf_error)),
    )
    return {
        "rdf": 100.0 * (row.rdf_error - least) / float(np.nanmax(of_rdf)),
        "kl": 100.0 * row.kl_error / float(np.nanmax(of_kl)),
    }


def beads_table(found: dict[str, Found]) -> str:
    """Parameters of every bead with uncertainties, and what its simulation gives."""
    header = (
        *("molecule", "method", "C12 (10⁻⁶ kJ/mol nm¹²)", "C6 (10⁻³ kJ/mol nm⁶)", "σ (nm)"),
        *("ε/k_B (K)", "ε_rdf, simulated (%)", "pressure (bar)"),
    )
    rows: list[tuple[str, ...]] = []
    for name, each in found.items():
        liquid = each.liquid
        first = f"**{_NAMES[name]}**"
        measured = f"{liquid.pressure:,.0f} ± {liquid.pressure_sem:.0f}"
        rows.append((first, "all atoms", "", "", "", "", "", measured))
        for method, bead in each.beads.items():
            row, state = each.comparison[method], bead.state
            rows.append(
                (
                    "",
                    METHODS[method].label,
                    _with_error(1e6 * state.c12, 1e6 * row.c12_std),
                    _with_error(1e3 * state.c6, 1e3 * row.c6_std),
                    f"{state.sigma:.4f}",
                    f"{state.epsilon / GAS_CONSTANT:.1f}",
                    f"{100.0 * bead.rdf_error:.2f}",
                    f"{bead.pressure:,.0f} ± {bead.pressure_sem:.0f}",
                )
            )
        sigma, kelvin = GAS[name]
        rows.append(("", "viscosity of the gas", "", "", f"{sigma:.4f}", f"{kelvin:.1f}", "", ""))
    return markdown_table(header, rows)


def minima_table(found: dict[str, Found]) -> str:
    """Distance of every answer from the minima of both maps."""
    header = (
        *("molecule", "method", "ε_rdf (%)", "above its minimum (% of the largest)"),
        *("ε_KL above its minimum", "(% of the largest)"),
    )
    rows = []
    for name, each in found.items():
        for method in each.beads:
            row = each.comparison[method]
            if not np.isfinite(row.rdf_error):
                rows.append((_NAMES[name], row.label, "–", "hotter than simulated", "–", "–"))
                continue
            above = above_minimum(each, row)
            rows.append(
                (
                    *(_NAMES[name], row.label, f"{100.0 * row.rdf_error:.2f}"),
                    *(f"{above['rdf']:.2f}", f"{max(row.kl_error, 0.0):.2g}"),
                    f"{max(above['kl'], 0.0):.2f}",
                )
            )
    return markdown_table(header, rows)


def miss(name: str, found: Found, best: Bead) -> str:
    """Say where the bead that comes closest misses a molecule, and by how much."""
    liquid = found.liquid
    near = liquid.r <= best.r[-1]
    r, off = liquid.r[near], np.interp(liquid.r[near], best.r, best.g) - liquid.g[near]
    at = int(np.argmax(np.abs(off)))
    pressure = best.pressure / liquid.pressure
    return (
        f"{name}: the bead that comes closest, of {100.0 * best.rdf_error:.2f} %, is "
        f"{abs(off[at]):.2f} too {'high' if off[at] > 0.0 else 'low'} at {r[at]:.2f} nm, where "
        f"g(r) is {liquid.g[near][at]:.2f}; its pressure is {pressure:.2f} times the molecule's"
    )


def draw_beads(found: dict[str, Found]) -> Figure:
    """Draw g(r) of the molecules and of their beads, simulated again, and the differences."""
    figure = drawing.new_figure(9.5, 5.2)
    axes = figure.subplots(2, len(found), sharex=True, height_ratios=(2.4, 1.0), squeeze=False)
    for (name, each), (upper, lower) in zip(found.items(), axes.T, strict=True):
        liquid = each.liquid
        upper.plot(liquid.r, liquid.g, ".", ms=3.0, color=UPLOADED, alpha=0.5, label="all atoms")
        for method in DRAWN:
            bead, style = each.beads[method], METHODS[method]
            label = f"{style.label}, simulated again"
            upper.plot(bead.r, bead.g, color=style.colour, linewidth=1.2, label=label)
            off = np.interp(liquid.r, bead.r, bead.g) - liquid.g
            near = liquid.r <= bead.r[-1]
            lower.plot(liquid.r[near], off[near], color=style.colour, linewidth=1.0)
        upper.set_title(_NAMES[name], fontsize=10)
        upper.set_xlim(0.25, 1.2)
        lower.set_xlabel("r (nm)")
        drawing.bare(upper)
        drawing.bare(lower)
    axes[0, 0].set_ylabel("g(r) of centres of mass")
    axes[1, 0].set_ylabel("bead − molecule")
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False, fontsize=8.5)
    return figure


def draw_maps(found: dict[str, Found]) -> Figure:
    """Draw both error maps of each molecule with the answers of all methods."""
    figure = drawing.new_figure(9.5, 6.2)
    axes = figure.subplots(len(_QUANTITIES), len(found), squeeze=False)
    for column, (name, each) in zip(axes.T, found.items(), strict=True):
        for ax, (quantity, title) in zip(column, _QUANTITIES.items(), strict=True):
            _draw_map(ax, each, quantity)
            ax.set_title(f"{_NAMES[name]}: {title}", fontsize=8.5)
        column[-1].set_xlabel("C12 (10⁻⁶ kJ/mol nm¹²)", fontsize=8.5)
    for ax in axes[:, 0]:
        ax.set_ylabel("C6 (10⁻³ kJ/mol nm⁶)", fontsize=8.5)
    handles, labels = axes[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside upper center", ncols=4, frameon=False, fontsize=8.5)
    return figure


def _draw_map(ax: Axes, found: Found, quantity: str) -> None:
    one = found.maps[quantity]
    values = 100.0 * one.values if quantity == "rdf" else one.values
    # equal steps of the root: the valley around the minimum is what matters
    top = float(np.sqrt(np.nanmax(values)))
    levels = np.linspace(0.0, top, 16) ** 2
    shown = ax.contourf(1e6 * one.c12, 1e3 * one.c6, values, levels=levels, cmap="viridis")
    bar = ax.figure.colorbar(shown, ax=ax, ticks=levels[::5], format="%.2g")
    bar.ax.tick_params(labelsize=7)
    c12, c6 = one.minimum
    ax.plot(1e6 * c12, 1e3 * c6, "x", color=_LEAST, ms=7, mew=1.6, label="least error")
    for method, bead in found.beads.items():
        style = METHODS[method]
        place = 1e6 * bead.state.c12, 1e3 * bead.state.c6
        ax.plot(*place, "o", ms=5, mec="white", mew=0.6, color=style.colour, label=style.label)
    drawing.bare(ax, 7.0)


def _with_error(value: float, std: float) -> str:
    return f"{value:.2f} ± {std:.2f}" if np.isfinite(std) else f"{value:.2f}"
