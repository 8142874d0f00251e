"""What an inverse model makes of a radial distribution function."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from surrogate_app.liquid.forward.noise import Noise
from surrogate_app.liquid.inverse.fitting import Solution

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """The answer of an inverse model.

    Parameters
    ----------
    c12, c6 : float
        Parameters in kJ/mol nm¹² and kJ/mol nm⁶.
    covariance : ndarray, shape (2, 2)
        Of ln C12 and ln C6.
    noise : Noise
        Covariance of the measurement.
    kappa : float
        Scatter of the RDF about that of these parameters, in units of that expected from `noise`.
    at_bound : bool
        Whether the fit ran into the bounds of Γ and a.
    converged : bool
        Whether the fit converged to these parameters.
    fitted : bool
        Whether these parameters describe the RDF best; a network may answer without comparing.
    sampling : str
        What distances were taken for, one of `SAMPLINGS`.
    open_to : tuple of str
        Other samplings that are about as likely, for which the covariance was widened.
    solution : Solution, optional
        The fit by the noise of a simulation, where there was one.
    """

    c12: float
    c6: float
    covariance: Array
    noise: Noise
    kappa: float
    at_bound: bool
    converged: bool
    fitted: bool
    sampling: str
    open_to: tuple[str, ...] = ()
    solution: Solution | None = None
