"""How the structure follows one input over a range."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.electrolyte.analysis.positions import Positions, listed
from surrogate_app.electrolyte.analysis.uncertain_system import vary
from surrogate_app.electrolyte.surrogate.surrogate import Surrogate
from surrogate_app.electrolyte.system import ALL_PARAMETERS, UNITS, Electrolyte

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Sweep:
    """A quantity as one input runs over a range.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    system : Electrolyte
        The system whose input is changed.
    name : str
        The input.
    values : ndarray, shape (m,)
        Its values, in its unit.
    quantity : str
        A name in `QUANTITIES`.
    z : ndarray, shape (m, n)
        Positions in nm for each value; they differ only where h is swept.
    curves : ndarray of float32, shape (m, n)
        The quantity at these positions.
    """

    model: str
    system: Electrolyte
    name: str
    values: Array
    quantity: str
    z: Array
    curves: NDArray[np.float32]

    def on_one_grid(self) -> tuple[Array, NDArray[np.float32]]:
        """Return positions that all curves share, and the curves there, NaN beyond the walls.

        Returns
        -------
        z : ndarray, shape (n,)
            The positions of the widest slit in nm.
        curves : ndarray of float32, shape (m, n)
            The quantity, linearly between each curve's own positions.
        """
        if self.name != "h":
            return self.z[0], self.curves
        widest = self.z[int(np.argmax(self.values))]
        rows = [
            np.interp(widest, z, curve, left=np.nan, right=np.nan)
            for z, curve in zip(self.z, self.curves, strict=True)
        ]
        return widest, np.array(rows, np.float32)


def sweep(
    surrogate: Surrogate,
    system: Electrolyte,
    name: str,
    values: ArrayLike,
    quantity: str = "charge_density",
) -> Sweep:
    """Profiles of a quantity as one input takes some values and the others stay.

    Parameters
    ----------
    surrogate : Surrogate
        Model to evaluate.
    system : Electrolyte
        Values of the other inputs.
    name : str
        Input that is changed.
    values : array_like, shape (m,)
        Its values, inside the domain of the surrogate, in its unit; valencies are whole numbers.
    quantity : str, optional
        charge_density, n_pos, n_neg, integrated_charge or potential.

    Returns
    -------
    Sweep
        At the 502 bins, or the 251 right edges of the left half's bins for the integrated charge.

    Raises
    ------
    ValueError
        If there is no such input or quantity, or a system lies outside the domain.

    Examples
    --------
    >>> system = Electrolyte(h=5.0, c=1.0, d_pos=0.415, d_neg=0.63, sigma_s=-0.01)
    >>> sweep(Surrogate.load(), system, "c", [0.3, 1.0, 2.0]).curves.shape
    (3, 502)
    """
    if name not in ALL_PARAMETERS:
        raise ValueError(f"there is no input {name!r}; choose from {', '.join(ALL_PARAMETERS)}")
    column = listed(f"the values of {name}", values, UNITS[name])
    systems = vary(system, {name: column})
    where = Positions.of(system.h, quantity)
    curves = surrogate.response(systems, quantity)[:, where.index]
    z = np.outer(systems[:, 0] / system.h, where.z)
    return Sweep(surrogate.name, system, name, column, quantity, z, curves)
