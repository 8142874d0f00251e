"""What a simulation of a confined electrolyte yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte import scores as metrics
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.simulation.cell import default_anions
from surrogate_app.electrolyte.system import Electrolyte

Array = NDArray[np.float64]

Estimator = Literal["combined", "histogram"]
"""How densities are formed: from visits and forces, see `estimator`, or from visits alone."""


def default_equilibration(sweeps: int) -> int:
    """Sweeps before a production run of `sweeps` sweeps: a fifth of it, at least 1,000."""
    return max(sweeps // 5, 1000)


@dataclass(frozen=True, eq=False)
class SimulatedProfile(Profile):
    """Density profiles measured in one simulation, with their uncertainties.

    `n_pos_std` and `n_neg_std` equal the standard errors `n_pos_sem` and `n_neg_sem`.

    Parameters
    ----------
    n_pos_eps, n_neg_eps : ndarray, shape (502,)
        Standard deviation ε of the block profiles (E 4) in mol/L.
    n_pos_sem, n_neg_sem : ndarray, shape (502,)
        Standard error of the mean in mol/L, autocorrelation included.
    pressure_wall, pressure_midplane : float
        Normal pressure in bar by the contact sum at the walls and across the slit's central
        planes, from plain visits and forces, see `pressure`; they differ by noise only.
    pressure_wall_sem, pressure_midplane_sem : float
        Their standard errors.
    requested : Electrolyte
        The system asked for; `system` holds the realised concentration.
    length : float
        Lateral period L in nm.
    ions : tuple of int
        Numbers of cations and anions.
    acceptance : tuple of float
        Accepted fraction of displacements of cations and of anions.
    relocation_acceptance : float
        Accepted fraction of relocations.
    sweeps, equilibration, seed, min_anions : int
        Length of the production run and of the equilibration before it, seed, and fewest anions
        asked for.
    estimator : {"combined", "histogram"}, optional
        How densities were formed.
    """

    n_pos_eps: Array
    n_neg_eps: Array
    n_pos_sem: Array
    n_neg_sem: Array
    pressure_wall: float
    pressure_wall_sem: float
    pressure_midplane: float
    pressure_midplane_sem: float
    requested: Electrolyte
    length: float
    ions: tuple[int, int]
    acceptance: tuple[float, float]
    relocation_acceptance: float
    sweeps: int
    equilibration: int
    seed: int
    min_anions: int
    estimator: Estimator = "combined"

    @property
    def run(self) -> dict[str, Any]:
        """How the profile was made, for the metadata of exports."""
        return {
            "requested": self.requested.to_dict(),
            "length": self.length,
            "ions": list(self.ions),
            "acceptance": list(self.acceptance),
            "relocation_acceptance": self.relocation_acceptance,
            "pressure_wall": [self.pressure_wall, self.pressure_wall_sem],
            "pressure_midplane": [self.pressure_midplane, self.pressure_midplane_sem],
            "sweeps": self.sweeps,
            "equilibration": self.equilibration,
            "seed": self.seed,
        }

    @property
    def call(self) -> str:
        """The Python expression that repeats the simulation."""
        options = f"sweeps={self.sweeps}, seed={self.seed}"
        if self.equilibration != default_equilibration(self.sweeps):
            options += f", equilibration={self.equilibration}"
        if self.min_anions != default_anions(self.requested):
            options += f", min_anions={self.min_anions}"
        if self.estimator != "combined":
            options += f", estimator={self.estimator!r}"
        return f"simulate({self.requested!r}, {options})"

    @property
    def relative_error(self) -> float:
        """Root mean square standard error over all bins divided by the mean density.

        The larger of the two species' values.
        """
        return max(
            float(np.sqrt(np.mean(sem**2)) / np.mean(n))
            for sem, n in ((self.n_pos_sem, self.n_pos), (self.n_neg_sem, self.n_neg))
        )

    def success_rate(
        self, prediction: Profile, errors: Literal["eps", "sem"] = "eps", contact: bool = False
    ) -> float:
        """Fraction of bins of both ions in which a prediction errs by less than ε (E 10).

        Bins that no ion visited are left out.

        Parameters
        ----------
        prediction : Profile
            Prediction for the same system.
        errors : {"eps", "sem"}
            What stands for ε: the standard deviation of blocks (E 4), as in the paper, or the
            standard error of the mean, some three times smaller, within which a perfect
            prediction lies in 68 % of all bins.
        contact : bool
            Whether only bins within 0.2 nm of contact count.

        Returns
        -------
        float
            Success rate between 0 and 1.

        Examples
        --------
        >>> from surrogate_app.electrolyte import Surrogate, simulate
        >>> system = Electrolyte(h=4.8, c=1.5, d_pos=0.415, d_neg=0.63, sigma_s=-0.02)
        >>> measured = simulate(system, sweeps=32, equilibration=25)
        >>> measured.success_rate(Surrogate.load().predict(system)) > 0.2
        True
        """
        truth, predicted, epsilon = (
            np.array([[getattr(profile, f"n_{ion}{suffix}") for ion in ("pos", "neg")]])
            for profile, suffix in ((self, ""), (prediction, ""), (self, f"_{errors}"))
        )
        system = self.system
        near = metrics.near_contact(
            self.z[None], np.array([system.h]), np.array([[system.d_pos, system.d_neg]])
        )
        rates = metrics.success_rate(truth, predicted, epsilon, mask=near if contact else None)
        return float(rates[0])
