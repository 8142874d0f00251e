"""What analyses of uncertain inputs share: a system, its uncertain inputs, quantity, positions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from surrogate_app.electrolyte.analysis.input_distributions import (
    NORMAL,
    Spread,
    outside,
    spread_warnings,
    spreads,
    trained_range,
)
from surrogate_app.electrolyte.analysis.positions import Positions
from surrogate_app.electrolyte.domain import Domain, completed
from surrogate_app.electrolyte.surrogate.surrogate import Progress, Surrogate
from surrogate_app.electrolyte.system import ALL_PARAMETERS, PARAMETERS, Electrolyte

Array = NDArray[np.float64]


@dataclass(frozen=True)
class UncertainSystem:
    """A system some of whose inputs have a distribution, and a quantity of it at some positions.

    Parameters
    ----------
    surrogate : Surrogate
        Model to evaluate.
    system : Electrolyte
        Centre of the distributions.
    quantity : str
        A name in `QUANTITIES`.
    spreads : tuple of Spread
        The distributions, in the order of `ALL_PARAMETERS`.
    positions : Positions
        Where. Points are held at their distance from the nearer wall if h varies.
    """

    surrogate: Surrogate
    system: Electrolyte
    quantity: str
    spreads: tuple[Spread, ...]
    positions: Positions

    @classmethod
    def of(
        cls,
        surrogate: Surrogate,
        system: Electrolyte,
        spread: Mapping[str, float],
        z: ArrayLike | None = None,
        quantity: str = "charge_density",
        distribution: str | Mapping[str, str] = NORMAL,
    ) -> UncertainSystem:
        """Check system, distributions, quantity and positions, and put them together.

        Parameters
        ----------
        surrogate : Surrogate
            Model to evaluate.
        system : Electrolyte
            Centre of the distributions, inside the domain.
        spread : mapping of str to float
            Uncertain inputs, each with its standard deviation (normal) or half of its range
            (uniform), in its unit.
        z : array_like, shape (n,), optional
            Positions in nm from the middle of the slit. All 502 bins if left out, or, for the
            integrated charge, the 251 right edges of the bins of the left half.
        quantity : str, optional
            charge_density, n_pos, n_neg, integrated_charge or potential.
        distribution : str or mapping of str to str, optional
            "normal" or "uniform", for all inputs or by name.

        Raises
        ------
        ValueError
            If the system lies outside the domain, more than 5 % of a distribution outside the
            range of the training, a position outside the slit, or an option does not exist.

        Examples
        --------
        >>> system = Electrolyte(h=4.5, c=1.9, d_pos=0.4, d_neg=0.6, sigma_s=-0.015)
        >>> UncertainSystem.of(Surrogate.load(), system, {"d_neg": 0.01, "c": 0.02}).names
        ('c', 'd_neg')
        """
        positions = Positions.of(system.h, quantity, z)
        chosen = spreads(surrogate, system, spread, distribution)
        return cls(surrogate, system, quantity, chosen, positions)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the uncertain inputs."""
        return tuple(one.name for one in self.spreads)

    @property
    def outside(self) -> dict[str, float]:
        """Share of each distribution outside the domain, where accuracy was measured."""
        return outside(self.spreads, self.surrogate.domain)

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about what lies outside the domain, and what had to be left out."""
        domain = self.surrogate.domain
        return (*spread_warnings(self.spreads, domain), *self._crowded(domain))

    def _crowded(self, domain: Domain) -> tuple[str, ...]:
        """Say which limit of coupling or filling the spreads cross, two widths from the centre."""
        ends = [one.reach(2.0) for one in self.spreads]
        corners = vary(self.system, dict(zip(self.names, np.meshgrid(*ends), strict=True)))
        systems = [Electrolyte.from_array(row) for row in corners]
        limits = (
            ("the coupling of cation and anion", "coupling", domain.coupling),
            ("the share of the slab that ions fill", "packing_fraction", domain.filling),
        )
        sentences = []
        for what, name, limit in limits:
            largest = max(getattr(system, name) for system in systems)
            if largest > limit:
                sentences.append(
                    f"Some of the systems lie outside the domain: within two widths of the spreads "
                    f"{what} reaches {largest:.3g}, more than {limit:g}, where the model's "
                    "accuracy was not measured."
                )
        return tuple(sentences)

    def respond(
        self, values: Mapping[str, Array], progress: Progress | None = None
    ) -> NDArray[np.float32]:
        """Evaluate the quantity where some inputs take some values.

        Parameters
        ----------
        values : mapping of str to ndarray of N values each
            Inputs that differ from those of the system, in their units.
        progress : callable, optional
            Called with the fraction done, from 0 to 1.

        Returns
        -------
        ndarray of float32, shape (N, M)
            The quantity at the distances `positions.r` from the left wall.
        """
        where = self.positions
        trained = trained_range(self.surrogate)
        # a system's own bins need no interpolation, but move with h
        r = None if where.bins and "h" not in values else where.r
        systems = vary(self.system, values)
        return self.surrogate.response(systems, self.quantity, r, progress, trained)


def vary(system: Electrolyte, values: Mapping[str, Array]) -> Array:
    """Return systems that differ from one by some inputs' values, N each.

    Returns
    -------
    ndarray, shape (N, 5) or (N, 9)
        Five inputs where system and values are of the paper's kind, otherwise nine.

    Examples
    --------
    >>> system = Electrolyte(4.5, 1.0, 0.4, 0.6, -0.015)
    >>> vary(system, {"c": np.array([0.5, 1.0])}).shape
    (2, 5)
    >>> vary(system, {"z_pos": np.array([1, 2, 3])}).shape
    (3, 9)
    """
    number = next(iter(values.values())).size
    systems = np.tile(system.to_array(), (number, 1))
    if not set(values) <= set(PARAMETERS):
        systems = completed(systems).copy()
    for name, column in values.items():
        systems[:, ALL_PARAMETERS.index(name)] = column.ravel()
    return systems
