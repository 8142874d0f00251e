"""Sections of the report on single systems: the paper's Figures 5 to 7."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.palette import ANION, CATION, CHARGE, NEUTRAL
from surrogate_app.electrolyte.data.dataset import SHOWN, Dataset, mirror
from surrogate_app.electrolyte.evaluation import evaluate as evaluation
from surrogate_app.electrolyte.evaluation.accuracy import of_system
from surrogate_app.electrolyte.profile import Profile, integrated_charge
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import Electrolyte
from surrogate_app.electrolyte.training.studies import results
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table, render
from surrogate_app.reports.electrolyte.losses import TITLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Array = NDArray[np.float64]

PAPER_RMSE = {
    "I": (0.0007, 0.0004),
    "II": (0.001, 0.0009),
    "III": (0.0003, 0.0003),
    "IV": (0.0004, 0.0005),
}
"""RMSE (E 9) of cations and anions of ModNN that the paper states, in its own unit of density."""

PAPER_SUCCESS = {"I": 0.975, "II": 0.93, "III": 0.98, "IV": 0.978}
"""Success rates (E 10) of ModNN that it states; BaseNN's are around 0.7."""

CONCENTRATIONS = (0.3, 0.5, 0.7, 0.9, 1.1, 1.3, 1.5, 1.7, 1.9)
"""Concentrations of its Figure 7 in mol/L."""

SCREENED = Electrolyte(h=5.0, c=1.0, d_pos=0.415, d_neg=0.63, sigma_s=-0.01)
"""The system whose concentration Figure 7 varies."""

_SPACING = 8


def profiles(docs: Path) -> str:
    """Compare predictions of the paper's systems I to IV with simulations.

    Parameters
    ----------
    docs : Path
        Documentation folder, with a folder `images`.

    Returns
    -------
    str
        Section in Markdown; its figures are `images/figure_5.png` to `figure_7.png`.
    """
    shown = Dataset.load("shown")
    default = Surrogate.default_name()
    surrogates = {name: Surrogate.load(name) for name in (default, "modnn")}
    predicted = {name: evaluation.predict(each, shown) for name, each in surrogates.items()}
    drawing.save(draw_profiles(shown, predicted), docs, "figure_5")
    drawing.save(draw_charges(shown, predicted[default]), docs, "figure_6")
    series = [surrogates[default].predict(SCREENED.replace(c=c)) for c in CONCENTRATIONS]
    drawing.save(draw_series(series), docs, "figure_7")
    screened = ", ".join(f"{profile.screening_length:.2f}" for profile in series)
    return render(
        "electrolyte/profiles.md.j2",
        table=_table(shown, predicted[default]),
        default=default,
        sweeps=shown.description["options"]["sweeps"],
        sem=float(np.median([_noise(shown, row) for row in range(len(shown))])),
        screened=screened,
    )


def draw_profiles(shown: Dataset, predicted: Mapping[str, Array]) -> Figure:
    """Draw the paper's Figure 5: densities of the systems I to IV.

    Parameters
    ----------
    shown : Dataset
        The four systems, simulated.
    predicted : mapping of str to ndarray, shape (4, 2, 502)
        Densities of the default model, drawn as lines, and of the paper's, dashed.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(9.0, 5.6)
    truth, eps = mirror(shown.n), mirror(shown.eps)
    for row, (ax, name) in enumerate(zip(figure.subplots(2, 2).flat, SHOWN, strict=True)):
        system = Electrolyte.from_array(shown.parameters[row])
        for species, (ions, colour) in enumerate((("cations", CATION), ("anions", ANION))):
            sparse = slice(species * _SPACING // 2, None, _SPACING)
            ax.errorbar(
                system.z[sparse],
                truth[row, species][sparse],
                eps[row, species][sparse],
                fmt="o" if species == 0 else "s",
                markersize=2.8,
                markerfacecolor="white",
                markeredgewidth=0.7,
                elinewidth=0.7,
                color=colour,
                label=f"{ions}, simulation ± ε",
            )
            for (model, n), style in zip(predicted.items(), ("-", ":"), strict=True):
                ax.plot(
                    system.z,
                    n[row, species],
                    style,
                    color=colour,
                    linewidth=1.1,
                    label=f"{ions}, {model}",
                )
        _describe(ax, name, system)
        ax.set_ylim(bottom=0.0)
        ax.set_xlabel("z (nm)")
        ax.set_ylabel("density (mol/L)")
    _legend_below(figure)
    return figure


def draw_charges(shown: Dataset, predicted: Array) -> Figure:
    """Draw the paper's Figure 6: integrated charge of the systems I to IV, charge density inset.

    Parameters
    ----------
    shown : Dataset
        The four systems, simulated.
    predicted : ndarray, shape (4, 2, 502)
        Densities of the model.

    Returns
    -------
    Figure
    """
    figure = drawing.new_figure(9.0, 5.6)
    truth = mirror(shown.n)
    for row, (ax, name) in enumerate(zip(figure.subplots(2, 2).flat, SHOWN, strict=True)):
        system = Electrolyte.from_array(shown.parameters[row])
        r = system.h * np.arange(1, 252) / 502
        inset = ax.inset_axes((0.45, 0.2, 0.53, 0.42))
        for n, colour, style, label in (
            (
                truth[row],
                NEUTRAL,
                {"marker": "o", "markersize": 2.5, "linestyle": ""},
                "simulation",
            ),
            (predicted[row], CHARGE, {"linewidth": 1.2}, "prediction"),
        ):
            every = _SPACING if "marker" in style else 1
            charge = n[0] - n[1]
            integrated = integrated_charge(charge, system.h, system.sigma_s)
            ax.plot(r[::every], integrated[::every], color=colour, label=label, **style)
            inset.plot(system.z[::every], charge[::every], color=colour, **style)
        _describe(ax, name, system)
        ax.set_xlabel("r (nm)")
        ax.set_ylabel("S (C/m²)")
        inset.set_xlabel("z (nm)", fontsize=7)
        inset.set_ylabel("ρ (e·mol/L)", fontsize=7)
        drawing.bare(inset, size=7.0)
    _legend_below(figure)
    return figure


def draw_series(series: list[Profile]) -> Figure:
    """Draw the paper's Figure 7: charge density and integrated charge for growing concentration.

    Parameters
    ----------
    series : list of Profile
        Predictions, in the order of their concentrations.

    Returns
    -------
    Figure
    """
    from matplotlib import colormaps

    figure = drawing.new_figure(9.0, 3.4)
    density, integrated = figure.subplots(1, 2)
    colours = colormaps["viridis"](np.linspace(0.0, 0.92, len(series)))
    for profile, colour in zip(series, colours, strict=True):
        half = len(profile.r)
        r = profile.z[:half] + 0.5 * profile.system.h
        density.plot(r, profile.charge_density[:half], color=colour, linewidth=1.1)
        integrated.plot(
            profile.r,
            profile.integrated_charge,
            color=colour,
            linewidth=1.1,
            label=f"{profile.system.c:.1f}",
        )
    density.set_ylabel("ρ (e·mol/L)")
    integrated.set_ylabel("S (C/m²)")
    integrated.legend(title="c (mol/L)", title_fontsize=8, frameon=False, fontsize=8, ncols=2)
    for ax in (density, integrated):
        ax.set_xlabel("r (nm)")
        ax.set_xlim(0.0, 1.5)
        drawing.bare(ax)
    return figure


def _describe(ax: Axes, name: str, system: Electrolyte) -> None:
    title = (
        f"{name}:  h = {system.h:g} nm,  c = {system.c:.2f} M,  σ$_s$ = {system.sigma_s:g} C/m²,\n"
        f"d₊ = {system.d_pos:g} nm,  d₋ = {system.d_neg:g} nm"
    )
    ax.set_title(title.replace("-", "−"), fontsize=8)
    drawing.bare(ax)


def _legend_below(figure: Figure) -> None:
    handles, labels = figure.axes[0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="outside lower center", ncols=4, frameon=False, fontsize=8)


def _table(shown: Dataset, predicted: Array) -> str:
    found = results("losses")
    models = {
        TITLES[name]: [f.record["shown"] for f in found if f.trial.model == name] for name in TITLES
    }
    own = {
        name: of_system(predicted[[row]], shown.take(np.array([row])))
        for row, name in enumerate(SHOWN)
    }
    models = {name: several for name, several in models.items() if several} | {
        Surrogate.default_name(): [own]
    }
    header = ["", *SHOWN]
    rows = [["ModNN, paper: RMSE⁺, RMSE⁻", *(f"{a:g}, {b:g}" for a, b in PAPER_RMSE.values())]]
    rows.append(["ModNN, paper: success rate", *(f"{a:g}" for a in PAPER_SUCCESS.values())])
    for model, several in models.items():

        def mean(system: str, key: str, several: list[dict] = several) -> float:  # type: ignore[type-arg]
            return float(np.mean([each[system][key] for each in several]))

        rows.append(
            [
                f"{model}: RMSE⁺, RMSE⁻ (mol/L)",
                *(f"{mean(s, 'rmse_pos'):.4f}, {mean(s, 'rmse_neg'):.4f}" for s in SHOWN),
            ]
        )
        rows.append([f"{model}: success rate", *(f"{mean(s, 'success'):.3f}" for s in SHOWN)])
        rows.append([f"{model}: relative RMSE", *(f"{mean(s, 'relative'):.2%}" for s in SHOWN)])
    return markdown_table(header, rows)


def _noise(shown: Dataset, row: int) -> float:
    return float(np.sqrt(np.mean(shown.sem[row] ** 2)) / np.mean(shown.n[row]))
