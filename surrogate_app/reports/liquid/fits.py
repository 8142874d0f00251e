"""Section of the report on the paper's network: its figures and tables, ours beside them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

import numpy as np

from surrogate_app.liquid.data.designs import ARGON
from surrogate_app.liquid.evaluation import evaluate as evaluation
from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.inverse.models.deepilst import scaled
from surrogate_app.liquid.inverse.surrogate import InverseSurrogate
from surrogate_app.liquid.scores import mape
from surrogate_app.reports import drawing
from surrogate_app.reports.documents import markdown_table
from surrogate_app.reports.liquid.fit_data import (
    Fits,
    argon_pressures,
    drawn_systems,
    fit_sets,
    line_distance,
    percent,
)
from surrogate_app.reports.liquid.fit_figures import draw_argon, draw_fits

PAPER = "deepilst"
"""Name of the paper's network."""

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

POINTS = 1_000
"""Most systems in a panel."""

ALIKE = 1.5
"""Ratio of errors up to which they count as alike."""


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
    seed = InverseSurrogate.load(PAPER).metadata["seed"]
    systems = drawn_systems(surrogate, seed, POINTS)
    fits = {name: fit_sets(name, systems) for name in results["models"]}
    errors = all_errors(fits, results)
    for name in fits:
        figure = draw_fits(fits[name], errors[name], MODELS[name].colour, less_truth=name != PAPER)
        drawing.save(figure, docs, f"liquid_fits_{name}")
    maps = argon_pressures(surrogate, list(results["models"]))
    drawing.save(draw_argon(maps), docs, "liquid_argon")
    return _TEXT.format(
        points=POINTS,
        alike=ALIKE,
        verdict=verdict(errors[PAPER], results["models"][PAPER]["argon"]),
        fits=fits_table(errors, results),
        lines=lines_table(fits),
        argon=argon_table(results, float(np.mean(np.abs(maps.relative(maps.of_truth))))),
        place=100.0 * scaled(np.array([[ARGON["c12"], ARGON["c6"]]]))[0, 0],
        default=next(iter(results["models"])),
    )


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
    header = ["MAPE of C12, C6 (%)", "systems", "paper", *errors]
    rows = []
    for key in [*PAPER_MAPE, "direct_table_1", "direct_transferability"]:
        number = results["systems"].get(key, POINTS)
        label = f"drawn, Table 1, {key} side"
        if key in evaluation.SETS:
            label = evaluation.name_of_set(key, results)
        paper = "{:g}, {:g}".format(*PAPER_MAPE[key]) if key in PAPER_MAPE else "–"
        cells = [", ".join(map(percent, model[key])) for model in errors.values()]
        rows.append([label, f"{number:,}", paper, *cells])
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


def argon_table(results: Mapping[str, Any], floor: float) -> str:
    """Lay out the paper's Table 2 and its error of the pressure beside ours, in Markdown.

    Parameters
    ----------
    results : mapping
        What `evaluation.evaluate` found.
    floor : float
        Error in per cent of the pressure that the true parameters imply.

    Returns
    -------
    str
    """
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
    rows.append(["pressure, mean error (%)", f"{floor:.2f}", f"{PAPER_PRESSURE:g}"])
    rows[-1] += [f"{argon['pressure_error']:.2f}" for argon in models.values()]
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


def verdict(errors: Mapping[str, tuple[float, float]], argon: Mapping[str, float]) -> str:
    """Say which errors of the paper come out alike, which smaller and which larger.

    Parameters
    ----------
    errors : mapping
        MAPE of C12 and C6 by set.
    argon : mapping
        Figures of argon.

    Returns
    -------
    str
        Lines of a list in Markdown.
    """
    sorted_by: dict[str, list[str]] = {"alike": [], "smaller": [], "larger": []}

    def sort(what: str, ours: float, paper: float) -> None:
        shown = f"{what} ({percent(ours)}\N{NO-BREAK SPACE}%, paper {paper:g}\N{NO-BREAK SPACE}%)"
        sorted_by[beside(ours, paper)].append(shown)

    for key, paper in PAPER_MAPE.items():
        for name, ours, theirs in zip(("C12", "C6"), errors[key], paper, strict=True):
            sort(f"{name} in {key}", ours, theirs)
    for name, (_, _, theirs) in PAPER_ARGON.items():
        sort(f"{name.upper()} of argon", abs(argon[f"{name}_error"]), theirs)
    sort("pressure of argon", argon["pressure_error"], PAPER_PRESSURE)
    titles = {
        "alike": "Reproduced",
        "smaller": "Errors smaller than the paper's",
        "larger": "Not reproduced, errors larger than the paper's",
    }
    lines = (f"- {titles[word]}: {', '.join(sorted_by[word]) or 'none'}." for word in titles)
    return "\n".join(fill(line, width=100, subsequent_indent="  ") for line in lines)


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

- Mean absolute percentage error as in the paper, 100 Σ|found − true| / Σ|true|.
- *Drawn* systems are those of the section on data, with the noise of Monte Carlo runs; none of the
  test side took part in any training. *Simulated directly* are independent molecular dynamics runs.

Errors of *deepilst* beside the paper's, alike if less than a factor of {alike:g} apart:

{verdict}

![Found against true parameters, paper's network](images/liquid_fits_deepilst.png)

*The paper's Figure 2 for its network: up to {points:,} systems of each set, one-to-one line, and
lines at a distance of four times the square root of the loss (L 5) on the training systems,
measured along the axis of the found parameter.*

![Found against true parameters, default model](images/liquid_fits_corresponding.png)

*The same for the default model, with lines at four times the square root of its own loss; errors
are small, so the true parameter is subtracted from the found one. Streaks are systems that share a
simulated state, and with it its noise.*

{lines}

Argon on 11 × 11 states over the densities and temperatures of Table 1 (the paper's Table 2):

    surrogate-app campaign liquid --design argon

{argon}

- ± is the standard deviation over the states. Pressures are virial pressures of the parameters,
  with g(r) of the forward surrogate; under *ground truth* stands that of the true parameters.
- Argon's C12 lies at {place:.0f} % of the range of Table 1. The paper's network answers on that
  range from 0 to 1 and is trained on absolute errors there, so relative ones are largest at its
  lower end.

![Maps of argon's pressure and of its errors](images/liquid_argon.png)

*Argon's pressure (the paper's Figure 3): simulated, and how far the pressure of the fitted
parameters is off. Scales differ.*"""
