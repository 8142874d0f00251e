"""Section of the report on the simulator: energies and pressures against those of others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.liquid.data import nist
from surrogate_app.liquid.data.dataset import Structures
from surrogate_app.liquid.state import to_reduced
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

CAMPAIGNS = ("states", "test", "argon", "direct")
"""Campaigns whose pressures and energies are held against the equation of state."""

HOTTEST, HIGHEST_PRESSURE = 9.0, 65.0
"""Temperature T* and pressure p* up to which the equation of state was fitted."""

RELATIVE, ABSOLUTE = 0.01, 0.02
"""Difference of pressures that is allowed: a fraction where p* > 1, elsewhere one of p*."""


@dataclass(frozen=True)
class Comparison:
    """Simulated states beside an equation of state.

    Parameters
    ----------
    temperature : ndarray, shape (N,)
        Temperature T*.
    pressure, expected : ndarray, shape (N,)
        Pressure p* of the simulation and of the equation of state.
    pressure_sem : ndarray, shape (N,)
        Standard error of the former.
    energy_difference : ndarray, shape (N,)
        Energy U* of the simulation less that of the equation of state.
    left_out : int
        Number of states beyond its range, which are not among the N.
    """

    temperature: Array
    pressure: Array
    expected: Array
    pressure_sem: Array
    energy_difference: Array
    left_out: int

    @property
    def difference(self) -> Array:
        """Pressure of the simulation less that of the equation of state."""
        return self.pressure - self.expected

    @property
    def allowed(self) -> Array:
        """Difference that is allowed."""
        return np.where(self.expected > 1.0, RELATIVE * self.expected, ABSOLUTE)

    def within(self, errors: float = 0.0) -> NDArray[np.bool_]:
        """State which differences are allowed, or exceed that by so many standard errors."""
        return np.asarray(np.abs(self.difference) < self.allowed + errors * self.pressure_sem)


def simulator_against_others(docs: Path) -> str:
    """Compare simulated energies and pressures with NIST's and with an equation of state.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figure is `images/liquid_pressures.png`.

    Raises
    ------
    ValueError
        If a campaign has not been run.
    """
    reference, compared = Structures.load("nist"), compare()
    drawing.save(draw_pressures(compared), docs, "liquid_pressures")
    values = np.array([row[2:] for row in nist.TABLE])
    ours = beside_nist(reference)
    energies, pressures = np.sqrt(np.nanmean(((ours[..., 0] - values) / ours[..., 1]) ** 2, axis=0))
    known = np.isfinite(ours[:, 0, 0])
    near = equation_of_state(*np.array([row[:2] for row in nist.TABLE])[known].T)[0]
    inside, nearly = compared.within(), compared.within(errors=3.0)
    outside = compared.difference[~inside]
    return render(
        "liquid/simulator.md.j2",
        nist=nist_table(reference),
        sweeps=reference.description["options"]["sweeps"],
        atoms=int(reference.results["atoms"][0]),
        energies=energies,
        pressures=pressures,
        short=_signed(np.mean(ours[known, 1, 0] - near), 4),
        states=len(inside),
        left_out=compared.left_out,
        inside=int(inside.sum()),
        share=100.0 * inside.mean(),
        nearly=int(nearly.sum()),
        outside=len(outside),
        below=int((outside < 0.0).sum()),
        energy=np.median(np.abs(compared.energy_difference)),
        **_cold(compared),
    )


def nist_table(simulated: Structures) -> str:
    """Lay out NIST's energies and pressures beside ours, in Markdown."""
    quantities = [
        f"{name} {what}" for name in ("U\\*", "p\\*") for what in ("NIST", "ours", "Δ/SE")
    ]
    rows = []
    for (density, t_star, *values), ours in zip(nist.TABLE, beside_nist(simulated), strict=True):
        row = [f"{density:.3f}", f"{t_star:.2f}"]
        for value, (mean, error) in zip(values, ours.tolist(), strict=True):
            row.append(_signed(value, 4))
            if np.isnan(mean):
                row += ["–", "–"]
            else:
                row += [f"{_signed(mean, 4)} ± {error:.4f}", _signed((mean - value) / error, 1)]
        rows.append(row)
    return markdown_table(["ρ\\*", "T\\*", *quantities], rows)


def beside_nist(simulated: Structures) -> Array:
    """Find our results for NIST's states.

    Parameters
    ----------
    simulated : Structures
        The campaign "nist", finished or not.

    Returns
    -------
    ndarray, shape (10, 2, 2)
        Energy and pressure, and the standard error of each; NaN for states without results.
    """
    names = (("energy", "energy_sem"), ("pressure", "pressure_sem"))
    found = np.full((len(nist.TABLE), 2, 2), np.nan)
    for row, (density, t_star, *_) in enumerate(nist.TABLE):
        same = np.all(np.isclose(simulated.parameters, [density, t_star]), axis=1)
        for here in np.flatnonzero(same):
            found[row] = [[simulated.results[name][here] for name in pair] for pair in names]
    return found


def compare() -> Comparison:
    """Hold the pressures and energies of all campaigns against the equation of state."""
    parts = [Structures.load(name) for name in CAMPAIGNS]

    def joined(name: str) -> Array:
        return np.concatenate([part.results[name] for part in parts])

    density, t_star = np.hstack([to_reduced(part.coupling, part.attraction) for part in parts])
    expected, energy = equation_of_state(density, t_star)
    known = (t_star <= HOTTEST) & (expected <= HIGHEST_PRESSURE)
    return Comparison(
        temperature=t_star[known],
        pressure=joined("pressure")[known],
        expected=expected[known],
        pressure_sem=joined("pressure_sem")[known],
        energy_difference=(joined("energy") - energy)[known],
        left_out=int((~known).sum()),
    )


def equation_of_state(density: ArrayLike, temperature: ArrayLike) -> tuple[Array, Array]:
    """Pressure and energy of the equation of state of Thol et al. (2016), as teqp implements it.

    Parameters
    ----------
    density, temperature : array_like, shape (N,)
        ρ* and T*.

    Returns
    -------
    pressure, energy : ndarray, shape (N,)
        p* and potential energy per atom U*.

    Examples
    --------
    >>> pressure, energy = equation_of_state([0.82], [0.85])
    >>> print(f"{pressure[0]:.2f} {energy[0]:.2f}")
    0.55 -5.80
    """
    import teqp

    model = teqp.make_model({"kind": "LJ126_TholJPCRD2016", "model": {}})
    pure = np.array([1.0])
    states = list(zip(np.ravel(density).tolist(), np.ravel(temperature).tolist(), strict=True))
    pressure = [rho * t_star * (1.0 + model.get_Ar01(t_star, rho, pure)) for rho, t_star in states]
    energy = [t_star * model.get_Ar10(t_star, rho, pure) for rho, t_star in states]
    return np.array(pressure), np.array(energy)


def draw_pressures(compared: Comparison) -> Figure:
    """Draw the differences of the pressures, relative where p* > 1 and absolute elsewhere."""
    figure = drawing.new_figure(9.0, 3.7)
    axes = figure.subplots(1, 2, width_ratios=(3, 2))
    dense = compared.expected > 1.0
    per_cent = np.where(dense, compared.expected / 100.0, 1.0)
    drawn = [
        _draw_differences(ax, compared, mask, per_cent)
        for ax, mask in zip(axes, (dense, ~dense), strict=True)
    ]
    for ax, limit in zip(axes, (100.0 * RELATIVE, ABSOLUTE), strict=True):
        for level, style in ((limit, "--"), (-limit, "--"), (0.0, "-")):
            ax.axhline(level, color="#24292F", linewidth=0.8, linestyle=style, zorder=0)
        ax.set_xlabel("p*, equation of state")
        drawing.bare(ax)
    axes[0].set_xscale("log")
    ticks = [1, 2, 5, 10, 20, 50]
    axes[0].set_xticks(ticks, labels=[str(tick) for tick in ticks])
    axes[0].minorticks_off()
    axes[0].set_ylabel("difference (%)")
    axes[1].set_ylabel("difference of p*")
    axes[0].set_title("p* > 1", fontsize=9)
    axes[1].set_title("p* ≤ 1", fontsize=9)
    bar = figure.colorbar(drawn[0], ax=axes, label="T*", pad=0.01)
    ticks = [1, 2, 3, 5, 9]
    bar.set_ticks(ticks, labels=[str(tick) for tick in ticks], minor=False)
    bar.minorticks_off()
    bar.ax.tick_params(labelsize=8)
    return figure


def _draw_differences(ax: Axes, compared: Comparison, mask: NDArray[np.bool_], scale: Array) -> Any:
    from matplotlib.colors import LogNorm

    x, y = compared.expected[mask], (compared.difference / scale)[mask]
    error = (compared.pressure_sem / scale)[mask]
    ax.errorbar(x, y, error, fmt="none", elinewidth=0.5, ecolor="#B0B6BC", zorder=1)
    return ax.scatter(
        *(x, y, 9, compared.temperature[mask]),
        cmap="viridis",
        norm=LogNorm(0.7, HOTTEST),
        linewidths=0,
        zorder=2,
    )


def _cold(compared: Comparison) -> dict[str, str]:
    """Mean difference of pressures in liquids below T* = 1.3 and above, in p* and per cent."""
    cold = compared.temperature < 1.3
    dense = ~cold & (compared.expected > 1.0)
    relative = compared.difference[dense] / compared.expected[dense]
    return {
        "cold": _signed(compared.difference[cold].mean(), 4),
        "hot": _signed(100.0 * relative.mean(), 2),
    }


def _signed(value: float, digits: int) -> str:
    return f"{round(value, digits) + 0.0:.{digits}f}".replace("-", "−")
