"""All methods side by side on one measured g(r)."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.checks import whole
from surrogate_app.liquid.analysis.engine import ENGINES, SIMULATORS, SURROGATE, SimulationEngine
from surrogate_app.liquid.analysis.entropy import minimum
from surrogate_app.liquid.analysis.method import METHODS, Answer, Method
from surrogate_app.liquid.analysis.problem import Problem, reduced
from surrogate_app.liquid.inverse.surrogate import Fit
from surrogate_app.liquid.rdf.rdf import RDF
from surrogate_app.liquid.state import LJState
from surrogate_app.liquid.validity import state_warnings

Array = NDArray[np.float64]

NOTABLE = 0.005
"""Relative change of C12 or C6 with the width of the bins that is worth a warning."""

_NAN = float("nan")


@dataclass(frozen=True)
class Row:
    """One method's answer, and how good it is.

    Parameters
    ----------
    method, label : str
        Name of the method, and what readers see.
    c12, c6, c12_std, c6_std : float
        Parameters in kJ/mol nm¹² and kJ/mol nm⁶ with standard deviations; NaN where the method
        gives none.
    sigma, epsilon : float
        σ in nm and ε in kJ/mol; NaN where the method gives none.
    rdf_error : float
        Total variation (L 7) between the file and g(r) of these parameters, in the bins that are
        used; NaN where there is no such g(r).
    kl_error : float
        Relative entropy per atom above its minimum.
    evaluations : int
        How many g(r) of trial potentials the method took.
    seconds : float
        How long it took.
    note : str
        What to know about the answer; '' for nothing.
    r, g : ndarray, shape (n,)
        Distances in nm and g(r) of these parameters; empty where there is none.
    """

    method: str
    label: str
    c12: float
    c6: float
    c12_std: float
    c6_std: float
    sigma: float
    epsilon: float
    rdf_error: float
    kl_error: float
    evaluations: int
    seconds: float
    note: str
    r: Array
    g: Array


@dataclass(frozen=True)
class Comparison:
    """Answers of all methods; a sequence of rows.

    Parameters
    ----------
    fit : Fit
        The default fit.
    rows : tuple of Row
        One for each method.
    engine : str
        What gave g(r) of trial potentials, one of `ENGINES`.
    warnings : tuple of str
        What to know about all of them, in sentences.
    """

    fit: Fit
    rows: tuple[Row, ...]
    engine: str
    warnings: tuple[str, ...]

    def __iter__(self) -> Iterator[Row]:
        """Iterate over the rows."""
        return iter(self.rows)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.rows)

    def __getitem__(self, method: str | int) -> Row:
        """Return the row of a method by its name or its place."""
        if isinstance(method, int):
            return self.rows[method]
        return next(row for row in self.rows if row.method == method)


def compare_methods(
    rdf: RDF,
    density: float,
    temperature: float,
    engine: str = SURROGATE,
    progress: Callable[[float], None] | None = None,
    *,
    folder: Path | None = None,
    sweeps: int = 8_000,
    seed: int = 1,
) -> Comparison:
    """Find the Lennard-Jones potential behind g(r) by every registered method.

    Parameters
    ----------
    rdf : RDF
        Radial distribution function of a one-component fluid.
    density, temperature : float
        Number density in nm⁻³ and temperature in K.
    engine : str, optional
        What gives g(r) of trial potentials: "surrogate", or "montecarlo" or "lammps", which
        simulate each of them.
    progress : callable, optional
        Called with the fraction done after every method.
    folder : Path, optional
        Where simulations are kept, so that an interrupted comparison goes on; needed for them.
    sweeps, seed : int, optional
        Length in Monte Carlo sweeps or time steps, and seed, of every simulation.

    Returns
    -------
    Comparison

    Raises
    ------
    ValueError
        If the RDF can't be fitted, or the engine is unknown or lacks its folder.

    Examples
    --------
    >>> from surrogate_app.liquid.forward.surrogate import ForwardSurrogate
    >>> argon = LJState(c12=9.847e-6, c6=6.2647e-3, density=13.7, temperature=345.0)
    >>> r = np.arange(0.005, 1.4, 0.01)
    >>> rdf = RDF(r, ForwardSurrogate.load().rdf(argon, r, width=0.01))
    >>> found = compare_methods(rdf, density=13.7, temperature=345.0)
    >>> print(f"{found['relative_entropy'].c6 / argon.c6:.3f}")
    1.000
    """
    problem = prepare(rdf, density, temperature, engine, folder, sweeps, seed)
    rows: list[Row] = []
    for row in solved(problem):
        rows.append(row)
        if progress is not None:
            progress(len(rows) / len(METHODS))
    return Comparison(problem.fit, tuple(rows), engine, comparison_warnings(rows))


def prepare(
    rdf: RDF,
    density: float,
    temperature: float,
    engine: str = SURROGATE,
    folder: Path | None = None,
    sweeps: int = 8_000,
    seed: int = 1,
) -> Problem:
    """Return what the methods are given; arguments as for `compare_methods`."""
    if engine not in ENGINES:
        raise ValueError(f"engine must be one of {', '.join(ENGINES)}, got {engine!r}")
    if engine in SIMULATORS and folder is None:
        raise ValueError(f"engine {engine!r} needs a folder in which simulations are kept")
    sweeps, seed = whole("sweeps", sweeps, 1), whole("seed", seed, 0)
    problem = Problem.of(rdf, density, temperature)
    if folder is None or engine == SURROGATE:
        return problem
    simulation = SimulationEngine(
        engine, folder, *problem.thermal, sweeps, seed, problem.t, problem.width
    )
    return replace(problem, engine=simulation)


def solved(problem: Problem) -> Iterator[Row]:
    """Yield the rows of a comparison one after the other, as each method finishes."""
    by_surrogate = replace(problem, engine=problem.surrogate)
    lowest = minimum(by_surrogate)
    optimum = reduced(lowest.c12, lowest.c6, *problem.thermal)
    for method in METHODS.values():
        begun = time.perf_counter()
        try:
            answer = method.solve(problem)
        except ValueError as error:
            sentence = str(error).rstrip(".")
            answer = Answer(_NAN, _NAN, note=f"No answer: {sentence}.")
        yield _judged(problem, method, answer, time.perf_counter() - begun, optimum)


def comparison_warnings(rows: list[Row]) -> tuple[str, ...]:
    """Say how the answer of relative entropy depends on the bins, where that is notable."""
    by_name = {row.method: row for row in rows}
    first, wider = by_name.get("relative_entropy"), by_name.get("relative_entropy_wider")
    if first is None or wider is None:
        return ()
    change = [wider.c12 / first.c12 - 1.0, wider.c6 / first.c6 - 1.0]
    if not np.all(np.isfinite(change)) or np.abs(change).max() < NOTABLE:
        return ()
    return (
        "Relative entropy depends on how g(r) is binned: bins twice as wide change C12 by "
        f"{100.0 * change[0]:+.1f} % and C6 by {100.0 * change[1]:+.1f} %.",
    )


def _judged(
    problem: Problem, method: Method, answer: Answer, seconds: float, optimum: Array
) -> Row:
    sigma, epsilon, error, above, note = answer.sigma, _NAN, _NAN, _NAN, answer.note
    r, g = np.empty(0), np.empty(0)
    if math.isfinite(answer.c12) and math.isfinite(answer.c6):
        try:
            state = LJState(answer.c12, answer.c6, *problem.thermal)
            sigma, epsilon = state.sigma, state.epsilon
            unknown = state_warnings(state)
            x = reduced(answer.c12, answer.c6, *problem.thermal)
            if unknown:
                note = " ".join((note, *unknown)).strip()
            else:
                g = problem.engine.g(x[None])[0]
                r = problem.t * problem.fit.density ** (-1.0 / 3.0)
                error = float(problem.rdf_error(g))
                above = problem.entropy_between(optimum, x)
        except ValueError as failure:
            note = f"{note} {str(failure).rstrip('.')}.".strip()
    numbers = (answer.c12, answer.c6, answer.c12_std, answer.c6_std)
    return Row(
        *(method.name, method.label, *numbers, sigma, epsilon, error, above),
        *(answer.evaluations, seconds, note, r, g),
    )
