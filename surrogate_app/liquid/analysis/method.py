"""What a method is that finds a Lennard-Jones potential behind g(r), and the registry of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.common.registry import Registry
from surrogate_app.liquid.analysis.problem import Problem

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Answer:
    """What a method found.

    Parameters
    ----------
    c12, c6 : float
        Parameters in kJ/mol nm¹² and kJ/mol nm⁶; NaN where the method gives none.
    c12_std, c6_std : float
        Their standard deviations; NaN where the method gives none.
    evaluations : int
        How many g(r) of trial potentials it took.
    sigma : float
        σ in nm, for a method that finds σ alone; otherwise it follows from the parameters.
    note : str
        What to know about the answer, in a sentence.
    """

    c12: float
    c6: float
    c12_std: float = float("nan")
    c6_std: float = float("nan")
    evaluations: int = 0
    sigma: float = float("nan")
    note: str = ""


@dataclass(frozen=True)
class Method:
    """A way from g(r) to a potential: a module-level constant of one module in `methods`.

    Parameters
    ----------
    name : str
        Name in tables and on the command line.
    label : str
        What readers see.
    solve : callable
        ``solve(problem)`` returns an `Answer`; ValueError with one sentence where it finds none.
    order : int
        Its place in tables.
    colour : str
        Its colour in figures, as #RRGGBB.
    dash : str
        Style of its line in figures.
    """

    name: str
    label: str
    solve: Callable[[Problem], Answer]
    order: int
    colour: str
    dash: str = "solid"


METHODS: Registry[Method] = Registry(
    "surrogate_app.liquid.analysis.methods", Method, order=lambda method: method.order
)
"""The methods by name, in the order of tables."""
