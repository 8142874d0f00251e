"""Section of the report on the paper's network: its figures and tables, ours beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app import drawing
from surrogate_app.documents import markdown_table
from surrogate_app.liquid import evaluation
from surrogate_app.liquid.dataset import Draws, Structures, draw_systems
from surrogate_app.liquid.design import ARGON, TABLE_1, TRANSFERABILITY, outside
from surrogate_app.liquid.estimators import scaled
from surrogate_app.liquid.forward import ForwardSurrogate
from surrogate_app.liquid.metrics import mape
from surrogate_app.liquid.state import LJState
from surrogate_app.liquid.surrogate import InverseSurrogate
from surrogate_app.liquid.thermodynamics import pressure
from surrogate_app.palette import FITTED, UPLOADED

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

PAPER = "deepilst"
"""Name of the paper's network."""

COLOURS = {"corresponding": FITTED, PAPER: UPLOADED}
"""Colour of each model in all figures."""

POINTS = 1_000
"""Most systems in a panel."""

PAPER_MAPE = {
    "training": (1.7, 4.2),
    "validation": (1.7, 4.2),
    "test": (1.7, 4.2),
    "transferability": (8.7, 39.8),
}
"""MAPE of C12 and C6 in per cent that the liquid paper reports."""

PAPER_ARGON = {"c12": (10.3e-6, 0.116e-6, 6.18), "c6": (6.23e-3, 0.0053e-3, 0.16)}
"""Mean, scatter and error in per cent of argon's parameters in the paper's Table 2."""

PAPER_PRESSURE = 17.0
"""Mean error in per cent of argon's pressure that the paper reports."""

ALIKE = 1.5
"""Ratio of errors up to which they count as alike."""

_SYMBOLS = {
    "c12": ("$C_{12}$", 1e6, "$10^{-6}$ kJ/mol nm$^{12}$"),
    "c6": ("$C_6$", 1e3, "$10^{-3}$ kJ/mol nm$^6$"),
}
_DRAWN_PER_POINT = 12


@dataclass(frozen=True)
class Fits:
    """True and found parameters of the systems of one set.

    Parameters
    ----------
    truth, found : ndarray, shape (N, 2)
        C12 and C6.
    """

    truth: Array
    found: Array

    def between(self, distance: float) -> Array:
        """Share of the systems less than a distance, scaled to Table 1, off the truth, (2,)."""
        error = np.abs(scaled(self.found) - scaled(self.truth))
        return np.asarray((error < distance).mean(axis=0))

    @property
    def loss(self) -> float:
        """Loss of the paper (L 5)."""
        return float(np.mean((scaled(self.found) - scaled(self.truth)) ** 2))


def paper_network(docs: Path, results: Mapping[str, Any]) -> str:
    """Show what the paper shows of its network, for ours and for the default model.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.
    results : mapping
        What `evaluation.evaluate` found.

    Returns
    -------
    str
        Section in Markdown; its figures are `images/liquid_fits_MODEL.png` and
        `images/liquid_argon.png`.

    Raises
    ------
    ValueError
        If a campaign has not been run.
    """
    surrogate = ForwardSurrogate.load()
    systems = drawn_systems(surrogate, InverseSurrogate.load(PAPER).metadata["seed"])
    fits = {name: fit_sets(name, systems) for name in results["models"]}
    errors = all_errors(fits, results)
    for name in fits:
        figure = draw_fits(fits[name], errors[name], COLOURS[name])
        drawing.save(figure, docs, f"liquid_fits_{name}")
    maps = argon_pressures(surrogate, list(results["models"]))
    drawing.save(draw_argon(maps), docs, "liquid_argon")
    truth = maps.relative(maps.of_truth)
    return _TEXT.format(
        points=POINTS,
        alike=ALIKE,
        fits=fits_table(errors, results),
        lines=lines_table(fits),
        argon=argon_table(results),
        pressures=" and ".join(
            f"{model['argon']['pressure_error']:.2f} % ({name})"
            for name, model in results["models"].items()
        ),
        paper_pressure=PAPER_PRESSURE,
        floor=float(np.mean(np.abs(truth))),
        default=next(iter(results["models"])),
    )


def drawn_systems(surrogate: ForwardSurrogate, seed: int) -> dict[str, Draws]:
    """Draw the systems of the panels: the first ones that the paper's network had on each side.

    Those for transferability come from the test side, outside Table 1's box.
    """
    states = Structures.load("states")
    number = POINTS * _DRAWN_PER_POINT
    inner = draw_systems(states, surrogate.network, TABLE_1, number, seed)
    wide = draw_systems(states, surrogate.network, TRANSFERABILITY, number, seed)[2]
    far = np.flatnonzero(outside(wide.parameters, TABLE_1))
    parts = (*inner, Draws(wide.parameters[far], wide.g[far]))
    few = (Draws(part.parameters[:POINTS], part.g[:POINTS]) for part in parts)
    return dict(zip(PAPER_MAPE, few, strict=True))


def fit_sets(name: str, systems: Mapping[str, Draws]) -> dict[str, Fits]:
    """Fit all systems of each set with one model."""
    model, fitted = InverseSurrogate.load(name), {}
    for key, draws in systems.items():
        fits = evaluation.fit_all(model, draws)
        found = np.array([[fit.c12, fit.c6] for fit in fits])
        fitted[key] = Fits(draws.parameters[:, :2], found)
    return fitted


def all_errors(
    fits: Mapping[str, Mapping[str, Fits]], results: Mapping[str, Any]
) -> dict[str, dict[str, tuple[float, float]]]:
    """MAPE of C12 and C6 by model and set: of the evaluation where it has the set."""
    errors: dict[str, dict[str, tuple[float, float]]] = {}
    for name, model in results["models"].items():
        measured = {key: mape(each.truth, each.found) for key, each in fits[name].items()}
        errors[name] = {key: (float(c12), float(c6)) for key, (c12, c6) in measured.items()}
        for key, figures in model.items():
            errors[name][key] = figures["mape_c12"], figures["mape_c6"]
    return errors


def fits_table(
    errors: Mapping[str, Mapping[str, tuple[float, float]]], results: Mapping[str, Any]
) -> str:
    """Lay out MAPE by set, the paper's beside ours, in Markdown."""
    header = ["MAPE of C12, C6 (%)", "systems", "paper", *errors, f"{PAPER} against the paper"]
    rows = []
    for key in [*PAPER_MAPE, "direct_table_1", "direct_transferability"]:
        number = results["systems"].get(key, POINTS)
        cells = [_pair(model[key]) for model in errors.values()]
        paper = PAPER_MAPE.get(key)
        ours = errors[PAPER][key]
        words = ["–"] if paper is None else map(beside, ours, paper)
        label = evaluation.SETS.get(key, f"drawn, Table 1, {key} side")
        shown = "–" if paper is None else _pair(paper)
        rows.append([label, f"{number:,}", shown, *cells, ", ".join(words)])
    return markdown_table(header, rows)


def lines_table(fits: Mapping[str, Mapping[str, Fits]]) -> str:
    """Lay out the shares of systems between the accuracy lines, in Markdown."""
    header = ["between the lines, C12, C6 (%)", "paper", *fits]
    rows = []
    for key, paper in zip(PAPER_MAPE, ("99", "about 99", "about 99", "about half"), strict=True):
        cells = []
        for sets in fits.values():
            share = 100.0 * sets[key].between(line_distance(sets))
            cells.append(f"{share[0]:.1f}, {share[1]:.1f}")
        rows.append([key, paper, *cells])
    return markdown_table(header, rows)


def line_distance(sets: Mapping[str, Fits]) -> float:
    """Distance of the accuracy lines, 4 √loss of the training systems, scaled to Table 1."""
    return float(4.0 * np.sqrt(sets["training"].loss))


def argon_table(results: Mapping[str, Any]) -> str:
    """Lay out the paper's Table 2 beside ours, in Markdown."""
    models = {name: model["argon"] for name, model in results["models"].items()}
    rows = []
    for name, scale, unit in (("c12", 1e6, "10⁻⁶ kJ/mol nm¹²"), ("c6", 1e3, "10⁻³ kJ/mol nm⁶")):
        mean, scatter, error = PAPER_ARGON[name]
        label = name.upper()
        rows.append([f"{label} ({unit})", f"{scale * ARGON[name]:.2f}"])
        rows[-1].append(f"{scale * mean:.4g} ± {scale * scatter:.2g}")
        for argon in models.values():
            values = scale * argon[f"{name}_mean"], scale * argon[f"{name}_scatter"]
            rows[-1].append(f"{values[0]:.3f} ± {values[1]:.3f}")
        rows.append([f"{label}, error of the mean (%)", "", f"{error:.2f}"])
        rows[-1] += [f"{abs(argon[f'{name}_error']):.2f}" for argon in models.values()]
        rows.append([f"{label}, MAPE of the states (%)", "", "–"])
        rows[-1] += [f"{argon[f'mape_{name}']:.2f}" for argon in models.values()]
    return markdown_table(["argon", "ground truth", "paper", *models], rows)


def beside(ours: float, paper: float) -> str:
    """Say in a word how an error compares with the paper's.

    Examples
    --------
    >>> beside(1.9, 1.7), beside(0.2, 1.7), beside(4.0, 1.7)
    ('alike', 'smaller', 'larger')
    """
    if ours > ALIKE * paper:
        return "larger"
    return "smaller" if ALIKE * ours < paper else "alike"


@dataclass(frozen=True)
class ArgonPressures:
    """Pressures of argon in MPa.

    Parameters
    ----------
    density, temperature : ndarray, shape (N,)
        The states, in nm⁻³ and K.
    simulated : ndarray, shape (N,)
        Pressure of the simulation.
    of_fits : dict of ndarray, shape (N,)
        Pressure that the fitted parameters imply, by model.
    of_truth : ndarray, shape (N,)
        Pressure that the true parameters imply, by the same way.
    """

    density: Array
    temperature: Array
    simulated: Array
    of_fits: dict[str, Array]
    of_truth: Array

    def relative(self, values: Array) -> Array:
        """Difference from the simulated pressure in per cent."""
        return np.asarray(100.0 * (values / self.simulated - 1.0))


def argon_pressures(surrogate: ForwardSurrogate, names: list[str]) -> ArgonPressures:
    """Pressures of the simulated states of argon and of the parameters fitted to them."""
    simulated, draws = Structures.load("argon"), evaluation.systems("argon", surrogate)
    fits = {name: evaluation.fit_all(InverseSurrogate.load(name), draws) for name in names}
    units = np.array([evaluation.state_pressure_unit(fit) for fit in fits[names[0]]])
    return ArgonPressures(
        density=draws.parameters[:, 2],
        temperature=draws.parameters[:, 3],
        simulated=simulated.results["pressure"] * units,
        of_fits={
            name: np.array([pressure(surrogate, fit.state) for fit in each])
            for name, each in fits.items()
        },
        of_truth=np.array([pressure(surrogate, LJState(*row)) for row in draws.parameters]),
    )


def draw_fits(
    sets: Mapping[str, Fits], errors: Mapping[str, tuple[float, float]], colour: str
) -> Figure:
    """Draw found against true parameters as in the paper's Figure 2, a column a set.

    Parameters
    ----------
    sets : mapping of Fits
        Fits by the name of the set.
    errors : mapping
        MAPE of C12 and C6 of each set.
    colour : str
        Colour of the points.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(10.0, 5.4)
    axes = figure.subplots(2, len(sets))
    distance = line_distance(sets)
    for column, (key, fits) in enumerate(sets.items()):
        for row, name in enumerate(_SYMBOLS):
            ax = axes[row, column]
            _draw_panel(ax, name, fits.truth[:, row], fits.found[:, row], distance, colour)
            share = 100.0 * fits.between(distance)[row]
            ax.text(
                *(0.04, 0.96, f"MAPE {errors[key][row]:.2g} %\n{share:.1f} % between lines"),
                transform=ax.transAxes,
                va="top",
                fontsize=8,
            )
            if column == 0:
                ax.set_ylabel(f"{_SYMBOLS[name][0]} found", fontsize=9)
        axes[0, column].set_title(key, fontsize=9.5)
    return figure


def _draw_panel(
    ax: Axes, name: str, truth: Array, found: Array, distance: float, colour: str
) -> None:
    symbol, unit, text = _SYMBOLS[name]
    low, high = TABLE_1[name]
    ax.scatter(unit * truth, unit * found, s=3, color=colour, alpha=0.5, linewidths=0)
    ends = unit * np.array([low, high])
    offset = unit * distance * (high - low)
    ax.plot(ends, ends, color="#24292F", linewidth=0.9)
    for sign in (-1.0, 1.0):
        ax.plot(ends, ends + sign * offset, color="#24292F", linewidth=0.8, linestyle="-.")
    margin = 0.04 * (ends[1] - ends[0])
    ax.set_xlim(ends[0] - margin, ends[1] + margin)
    lowest, highest = unit * min(found.min(), low), unit * max(found.max(), high)
    ax.set_ylim(min(lowest, ends[0]) - margin, max(highest, ends[1]) + 5.0 * margin)
    ax.set_xlabel(f"true {symbol} ({text})", fontsize=8)
    drawing.bare(ax)


def draw_argon(maps: ArgonPressures) -> Figure:
    """Draw argon's pressure over density and temperature, and how far the fits' is off."""
    figure = drawing.new_figure(10.0, 3.4)
    axes = figure.subplots(1, 1 + len(maps.of_fits), sharey=True)
    _draw_states(figure, axes[0], maps, maps.simulated, "pressure (MPa)", "viridis", None)
    axes[0].set_title("simulated", fontsize=9.5)
    axes[0].set_ylabel("temperature (K)", fontsize=9)
    for ax, (name, values) in zip(axes[1:], maps.of_fits.items(), strict=True):
        error = maps.relative(values)
        most = float(np.abs(error).max())
        _draw_states(figure, ax, maps, error, "difference (%)", "RdBu_r", most)
        ax.set_title(f"{name}: {np.abs(error).mean():.2f} % off on average", fontsize=9.5)
    return figure


def _draw_states(
    figure: Figure,
    ax: Axes,
    maps: ArgonPressures,
    values: Array,
    label: str,
    colours: str,
    most: float | None,
) -> None:
    low = None if most is None else -most
    drawn = ax.scatter(
        *(maps.density, maps.temperature, 95),
        c=values,
        marker="s",
        cmap=colours,
        vmin=low,
        vmax=most,
        linewidths=0,
    )
    bar = figure.colorbar(drawn, ax=ax, pad=0.02)
    bar.set_label(label, fontsize=8.5)
    bar.ax.tick_params(labelsize=8)
    ax.set_xlabel("density (nm$^{-3}$)", fontsize=9)
    drawing.bare(ax)


def _pair(values: tuple[float, float]) -> str:
    return f"{values[0]:.3g}, {values[1]:.3g}"


_TEXT = """\
### The paper's network, and the default model

*deepilst* is the network of the paper: g in 100 cells with ρ, ρ², ρ³, T, T², T³, hidden layers of
48 and 15 nodes with tanh + sigmoid, dropout of a quarter on the second, sigmoid output.
*{default}*, the default, works in reduced distances and polishes a network's guess by weighted
least squares on the forward surrogate:

    surrogate-app train liquid --model deepilst
    surrogate-app train liquid --model corresponding
    surrogate-app evaluate liquid --write

{fits}

- Mean absolute percentage error as in the paper, 100 Σ|found − true| / Σ|true|. Errors that differ
  by less than a factor of {alike:g} count as *alike*.
- *Drawn* systems are those of the section on data, with the noise of Monte Carlo runs; none of the
  test side took part in any training. *Simulated directly* are independent molecular dynamics runs.

![Found against true parameters, paper's network](images/liquid_fits_deepilst.png)

*The paper's Figure 2 for its network: up to {points:,} systems of each set, one-to-one line, and
lines at a distance of four times the square root of the loss (L 5) on the training systems,
measured along the axis of the found parameter.*

![Found against true parameters, default model](images/liquid_fits_corresponding.png)

*The same for the default model, with lines at four times the square root of its own loss.*

{lines}

Argon on 11 × 11 states over the densities and temperatures of Table 1 (the paper's Table 2):

    surrogate-app campaign liquid --design argon

{argon}

- ± is the standard deviation over the states.
- The virial pressure of the fitted parameters is off by {pressures} on average, that of the paper
  by {paper_pressure:g} %, that of the true parameters, by the same way, by {floor:.2f} %.

![Maps of argon's pressure and of its errors](images/liquid_argon.png)

*Argon's pressure (the paper's Figure 3): simulated, and how far the pressure of the fitted
parameters is off. Scales differ.*"""
