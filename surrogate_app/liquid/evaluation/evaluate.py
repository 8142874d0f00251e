"""Accuracy of the pretrained liquid models on simulations that no training has seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.files import write_json
from surrogate_app.common.provenance import provenance, sha256
from surrogate_app.liquid.analysis.thermodynamics import KJ_PER_MOL_NM3_TO_MPA, silent_pressure
from surrogate_app.liquid.data.dataset import Structures, split
from surrogate_app.liquid.data.designs import ARGON, SCATTERING_ATOMS, outside
from surrogate_app.liquid.evaluation.limits import limits
from surrogate_app.liquid.evaluation.scattering import SHORTEST_WAVE, measure_scattering
from surrogate_app.liquid.folders import model_dir
from surrogate_app.liquid.forward.draws import Draws, draw_systems, unbounded
from surrogate_app.liquid.forward.noise import NOISE, NoiseModel
from surrogate_app.liquid.forward.structure import structure
from surrogate_app.liquid.forward.surrogate import STRUCTURE, ForwardSurrogate
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.inverse.surrogate import Fit, InverseSurrogate
from surrogate_app.liquid.phases import simulated_freezing_density
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.scores import mape, rdf_error
from surrogate_app.liquid.simulation.bins import WIDTH, distances
from surrogate_app.liquid.state import (
    PARAMETERS,
    TABLE_1,
    TRANSFERABILITY,
    LJState,
    coupling_and_attraction,
    parameters,
    to_reduced,
)

Array = NDArray[np.float64]

DRAWS = 4_000
"""Physical systems drawn from each box for the errors by corresponding states."""

SHARES = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Parts of the directly simulated runs whose RDFs are fitted."""

FIGURES = {
    "mape_c12": ("MAPE of C12", "{:.2f} %"),
    "mape_c6": ("MAPE of C6", "{:.2f} %"),
    "worst_c12": ("worst error of C12", "{:.1f} %"),
    "worst_c6": ("worst error of C6", "{:.1f} %"),
    "coverage_1_c12": ("C12 within ±1 σ", "{:.0%}"),
    "coverage_1_c6": ("C6 within ±1 σ", "{:.0%}"),
    "coverage_2_c12": ("C12 within ±2 σ", "{:.0%}"),
    "coverage_2_c6": ("C6 within ±2 σ", "{:.0%}"),
}
"""What is measured of each model on each set of systems, and how it is written."""

SETS = {
    "direct_table_1": "simulated directly, Table 1",
    "direct_transferability": "simulated directly, transferability",
    "test_states": "test states, scaled into Table 1",
    "cold": "cold and metastable test states, scaled into transferability",
    "freezing": "of both, those denser than 0.9 of freezing",
    "test": "drawn from {runs} runs, Table 1, test side",
    "transferability": "drawn from {runs} runs, transferability, test side",
    "argon": "argon, 11 × 11 states",
}
"""Sets of systems, and what they are called."""

OWN_RUNS = tuple(name for name, label in SETS.items() if not label.startswith("drawn"))
"""Sets whose systems have a run of their own each."""

DENSE = 0.9
"""Density over that of freezing (`phases.simulated_freezing_density`) from which systems are next
to it."""

_TRIES = 4_096


def evaluate(names: tuple[str, ...] | None = None, most: int = DRAWS) -> dict[str, Any]:
    """Measure the forward and the inverse models.

    Parameters
    ----------
    names : tuple of str, optional
        Inverse models to measure; all that are available by default.
    most : int, optional
        Largest number of systems of a set, for a quick look; the first ones of it are taken.

    Returns
    -------
    dict
        `forward`, `forward_cold`: relative integrated error (L 7) on the test states, and on those
        of the design `cold`; `models`: for each inverse
        model the figures of `FIGURES` on the sets of `SETS`, and its mean parameters of argon;
        `limits`: for sets with a run of its own for each system, what noise alone leaves (see
        `limits`); `scattering`: structure factors against simulations (see `scattering`);
        `systems`, `runs`, `independent`: size of each set, simulations behind it, and as many
        independent systems as its shares scatter like; `run_length`: errors against the length of
        the run behind the RDF, `run_length_limit`: what noise alone leaves there;
        `weights_sha256` of all that was measured; provenance.

    Raises
    ------
    ValueError
        If a campaign is missing.
    """
    surrogate, noise = ForwardSurrogate.load(), NoiseModel.load()
    names = names or InverseSurrogate.available()
    sets = {name: systems(name, surrogate, most) for name in SETS}
    models: dict[str, Any] = {}
    for name in names:
        model = InverseSurrogate.load(name)
        fits = {key: fit_all(model, draws) for key, draws in sets.items()}
        models[name] = {key: measure(fits[key], sets[key]) for key in SETS}
        models[name]["argon"] |= measure_argon(fits["argon"], surrogate, most)
    return {
        **provenance("surrogate-app evaluate liquid"),
        "weights_sha256": weights_hashes(names),
        "forward": measure_forward(surrogate, _first("test", most)),
        "forward_cold": measure_forward(surrogate, _cold(most)),
        "scattering": measure_scattering(surrogate),
        "limits": {name: limits(sets[name], surrogate, noise) for name in OWN_RUNS},
        "systems": {name: len(draws.parameters) for name, draws in sets.items()},
        "runs": {name: draws.runs for name, draws in sets.items()},
        "independent": {name: draws.independent for name, draws in sets.items()},
        "models": models,
        "run_length": {name: by_run_length(InverseSurrogate.load(name), most) for name in names},
        "run_length_limit": limits_by_run_length(surrogate, noise, most),
    }


def weights_hashes(names: tuple[str, ...]) -> dict[str, str]:
    """SHA-256 of the weights of inverse models, and of the structure and noise behind them."""
    networks = [f"{name}.keras" for name in names if MODELS[name].training]
    files = [f"{STRUCTURE}.npz", f"{NOISE}.npz", *networks]
    return {Path(file).stem: sha256(model_dir() / file) for file in files}


def systems(name: str, surrogate: ForwardSurrogate, most: int = DRAWS) -> Draws:
    """Physical systems of one of `SETS`, with their radial distribution functions."""
    if name == "argon":
        return _simulated(_first("argon", most))
    if name.startswith("direct"):
        direct = _first("direct", most)
        wide = outside(direct.parameters, TABLE_1)
        return _simulated(direct.take(wide if name == "direct_transferability" else ~wide))
    if name == "test_states":
        return scaled_into(TABLE_1, _first("test", most), seed=98)
    if name == "cold":
        return scaled_into(TRANSFERABILITY, _cold(most), seed=97)
    if name == "freezing":
        return _next_to_freezing(surrogate).take(slice(most))
    box = TABLE_1 if name == "test" else TRANSFERABILITY
    states = Structures.load("states")
    drawn = draw_systems(states, surrogate.expansion, box, 8 * most, seed=99)[2]
    keep = np.ones(len(drawn.g), bool)
    if name == "transferability":
        keep = outside(drawn.parameters, TABLE_1)
    chosen = np.flatnonzero(keep)[:most]
    return drawn.take(chosen)


def scaled_into(box: dict[str, tuple[float, float]], states: Structures, seed: int) -> Draws:
    """Give states density, temperature and parameters from a box; those that have none drop out.

    Parameters
    ----------
    box : dict
        Range of each of `state.PARAMETERS`.
    states : Structures
        The states, whose g stays as it was measured.
    seed : int
        Seed of the choice of density and temperature.
    """
    low, high = np.array([box[name] for name in PARAMETERS]).T
    rng, kept, rows = np.random.default_rng(seed), [], []
    for index, place in enumerate(zip(states.coupling, states.attraction, strict=True)):
        density, temperature = rng.uniform(low[2:], high[2:], (_TRIES, 2)).T
        tried = np.stack((*parameters(*place, density, temperature), density, temperature), axis=1)
        inside = np.flatnonzero(((tried >= low) & (tried <= high)).all(axis=1))
        if len(inside):
            kept.append(index)
            rows.append(tried[inside[0]])
    return Draws(np.array(rows), states.g[kept].astype(np.float32), np.array(kept))


def fit_all(model: InverseSurrogate, draws: Draws) -> list[Fit]:
    """Fit all systems of a set."""
    return [
        model.fit(RDF(distances() * density ** (-1.0 / 3.0), g.astype(float)), density, temperature)
        for (_, _, density, temperature), g in zip(draws.parameters.tolist(), draws.g, strict=True)
    ]


def measure(fits: list[Fit], draws: Draws) -> dict[str, float]:
    """Figures of one model on one set, by the names in `FIGURES`."""
    truth = draws.parameters[:, :2]
    found = np.array([[fit.c12, fit.c6] for fit in fits])
    std = np.array([[fit.c12_std, fit.c6_std] for fit in fits])
    error = np.abs(found - truth)
    figures: dict[str, float] = {}
    for column, name in enumerate(("c12", "c6")):
        figures[f"mape_{name}"] = float(mape(truth, found)[column])
        figures[f"worst_{name}"] = float(100.0 * np.max(error[:, column] / truth[:, column]))
        for times in (1, 2):
            inside = error[:, column] < times * std[:, column]
            figures[f"coverage_{times}_{name}"] = float(inside.mean())
    return figures


def measure_argon(
    fits: list[Fit], surrogate: ForwardSurrogate, most: int = DRAWS
) -> dict[str, float]:
    """Mean and scatter of argon's parameters, and the error of the pressure that they imply."""
    simulated = _first("argon", most)
    figures: dict[str, float] = {}
    for name in ("c12", "c6"):
        found = np.array([getattr(fit, name) for fit in fits])
        figures[f"{name}_mean"] = float(found.mean())
        figures[f"{name}_scatter"] = float(found.std(ddof=1))
        figures[f"{name}_error"] = float(100.0 * (found.mean() / ARGON[name] - 1.0))
    of_fits = np.array([silent_pressure(surrogate, fit.state) for fit in fits])
    units = [state_pressure_unit(fit) for fit in fits]
    truth = simulated.results["pressure"] * np.array(units)
    figures["pressure_error"] = float(100.0 * np.mean(np.abs(of_fits / truth - 1.0)))
    return figures


def state_pressure_unit(fit: Fit) -> float:
    """Return ε/σ³ of argon in MPa."""
    argon = LJState(ARGON["c12"], ARGON["c6"], fit.density, fit.temperature)
    return argon.epsilon / argon.sigma**3 * KJ_PER_MOL_NM3_TO_MPA


def measure_forward(surrogate: ForwardSurrogate, states: Structures) -> dict[str, float]:
    """Relative integrated error (L 7) of the forward surrogate on states of no training."""
    test = unbounded(states, surrogate.expansion)
    predicted = predict_structures(surrogate, test)
    error = 100.0 * rdf_error(distances(), test.g, predicted)
    noise = 100.0 * np.sqrt(2.0 / np.pi) * rdf_error(distances(), test.g, test.g + test.g_sem)
    return {
        "states": float(len(test)),
        "median": float(np.median(error)),
        "p95": float(np.quantile(error, 0.95)),
        "worst": float(error.max()),
        "noise_median": float(np.median(noise)),
    }


def predict_structures(surrogate: ForwardSurrogate, part: Structures) -> Array:
    """Forward surrogate's g of simulated states in the bins of the simulation, (N, 400)."""
    return structure(surrogate.expansion, distances(), WIDTH, part.coupling, part.attraction)


def by_run_length(model: InverseSurrogate, most: int = DRAWS) -> dict[str, list[float]]:
    """MAPE on the directly simulated systems against the share of the run behind the RDF."""
    table: dict[str, list[float]] = {"share": list(SHARES), "c12": [], "c6": []}
    for draws in _shares(most):
        fits = fit_all(model, draws)
        errors = mape(draws.parameters[:, :2], [[fit.c12, fit.c6] for fit in fits])
        table["c12"].append(float(errors[0]))
        table["c6"].append(float(errors[1]))
    return table


def limits_by_run_length(
    surrogate: ForwardSurrogate, noise: NoiseModel, most: int = DRAWS
) -> dict[str, list[float]]:
    """Return what `by_run_length` does for a perfect estimator, see `limits`."""
    found = [limits(draws, surrogate, noise) for draws in _shares(most)]
    return {
        "share": list(SHARES),
        "c12": [limit["mape_c12"] for limit in found],
        "c6": [limit["mape_c6"] for limit in found],
    }


def _shares(most: int) -> list[Draws]:
    """Directly simulated systems with the g of each of `SHARES` of their runs."""
    direct = _first("direct", most)
    runs = np.concatenate((direct.results["parts"], direct.g[:, None]), axis=1, dtype=np.float32)
    whole = _simulated(direct)
    return [replace(whole, g=g) for g in np.moveaxis(runs, 1, 0)]


def as_table(results: dict[str, Any]) -> str:
    """Markdown tables of the results of `evaluate`."""
    models = results["models"]
    lines = [
        f"| systems | figure | {' | '.join(models)} | noise limit |",
        "|---|---|" + "---:|" * (len(models) + 1),
    ]
    for key in SETS:
        label = f"{results['systems'][key]:,} {name_of_set(key, results)}"
        for figure, (name, form) in FIGURES.items():
            cells = [form.format(model[key][figure]) for model in models.values()]
            cells.append(_limit(results["limits"].get(key, {}), figure))
            lines.append(f"| {label} | {name} | {' | '.join(cells)} |")
    lines += ["", _ABOUT_LIMITS]
    for key, kind in (("forward", "test states"), ("forward_cold", "cold and metastable ones")):
        forward = results[key]
        lines += [
            "",
            f"Forward surrogate on {forward['states']:.0f} {kind}: error (L 7) "
            f"median {forward['median']:.3f} %, 95th percentile {forward['p95']:.3f} %, worst "
            f"{forward['worst']:.2f} %, of which noise of the simulations (median) "
            f"{forward['noise_median']:.3f} %.",
        ]
    return "\n".join([*lines, "", *scattering_table(results["scattering"])])


_ABOUT_LIMITS = (
    "Noise limit: the mean error that an estimator without errors of its own would have on runs as "
    "noisy as these (Cramér–Rao), and by how much it scatters between sets of as many runs. Where "
    "a model is as close to it as that, only longer runs make its error smaller."
)


def _limit(limit: Mapping[str, float], figure: str) -> str:
    if figure not in limit:
        return "–"
    return f"{limit[figure]:.2f} ± {limit[f'{figure}_std']:.2f} %"


def scattering_table(states: list[dict[str, float]]) -> list[str]:
    """Lines of the table of structure factors, see `scattering.measure_scattering`."""
    lines = [
        f"Structure factors of the forward surrogate against molecular dynamics of "
        f"{SCATTERING_ATOMS:,} atoms, from q = {SHORTEST_WAVE:g}/σ on, with standard errors of the "
        "simulations:",
        "",
        "| ρ*, T* | runs | largest difference | root mean square | highest S(q): surrogate; "
        "simulation | S(0): surrogate; simulation; by pressures |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for state in states:
        cells = (
            f"{state['rho_star']:g}, {state['t_star']:g}",
            f"{state['runs']:.0f}",
            f"{state['deviation']:+.4f} ± {state['deviation_std']:.4f} at {state['q']:.1f}/σ",
            f"{state['typical']:.4f}, of which noise {state['typical_std']:.4f}",
            f"{state['peak_surrogate']:.3f}; {state['peak']:.3f} ± {state['peak_std']:.3f}",
            f"{state['s0_surrogate']:.4f}; {state['s0']:.4f} ± {state['s0_std']:.4f}; "
            f"{state['s0_pressure']:.4f} ± {state['s0_pressure_std']:.4f}",
        )
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def name_of_set(key: str, results: Mapping[str, Any]) -> str:
    """Name one of `SETS`, with the number of runs behind it where it was drawn."""
    return SETS[key].format(runs=results["runs"][key])


def write(results: dict[str, Any], folder: Path | None = None) -> Path:
    """Store results beside the models, or in another folder."""
    path = (model_dir() if folder is None else folder) / "evaluation.json"
    write_json(path, results)
    return path


def _first(design: str, most: int) -> Structures:
    states = Structures.load(design)
    return states.take(np.arange(min(most, len(states))))


def _cold(most: int) -> Structures:
    states = Structures.load("cold")
    return states.take(split(len(states))[2][:most])


def _next_to_freezing(surrogate: ForwardSurrogate) -> Draws:
    """Systems of `test_states` and `cold` next to freezing, where shells relax most slowly."""
    test, cold = (systems(name, surrogate) for name in ("test_states", "cold"))
    parameters = np.concatenate((test.parameters, cold.parameters))
    run = np.concatenate((test.run, test.run.max() + 1 + cold.run))
    both = Draws(parameters, np.concatenate((test.g, cold.g)), run)
    rho, t_star = to_reduced(*coupling_and_attraction(*parameters.T))
    return both.take(rho > DENSE * simulated_freezing_density(t_star))


def _simulated(states: Structures) -> Draws:
    own = np.arange(len(states))
    return Draws(states.parameters, states.g.astype(np.float32), own)
