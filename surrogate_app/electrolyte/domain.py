"""Domains: where models answer, and where the systems are drawn from that they are trained on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from surrogate_app.electrolyte.system import (
    ALL_PARAMETERS,
    BJERRUM_LENGTH,
    DOMAIN,
    ENVIRONMENT,
    PARAMETERS,
    RELATIVE_PERMITTIVITY,
    TEMPERATURE,
    UNITS,
    VALENCIES,
    Electrolyte,
    outside_domain,
    packing_fraction,
    require_domain,
    within,
)

Array = NDArray[np.float64]

SALTS = ((1, -1), (2, -1), (1, -2), (2, -2), (3, -1))
"""Valencies of cation and anion: NaCl-, CaCl2-, Na2SO4-, MgSO4- and LaCl3-like salts."""

_ENVIRONMENT = np.array(list(ENVIRONMENT.values()), float)


@dataclass(frozen=True)
class Domain:
    """A part of the space of electrolytes, in which a model answers or a design draws systems.

    Parameters
    ----------
    ranges : mapping
        Closed range of each input that is not a valency.
    coupling, filling : float
        Largest coupling of cation and anion (`Electrolyte.coupling`) and largest volume fraction of
        ions (`packing_fraction`).
    salts : tuple of pairs, optional
        Valencies of cation and anion; those of `SALTS` by default.

    Examples
    --------
    >>> WIDE.outside(Electrolyte(h=5.0, c=0.5, d_pos=0.3, d_neg=0.3, sigma_s=-0.1, z_pos=3))
    ['the coupling of cation and anion is 7.01, more than 6: choose a mean diameter of 0.351 nm or \
more, or a product of temperature and permittivity of 27851 K or more']
    """

    ranges: Mapping[str, tuple[float, float]]
    coupling: float
    filling: float
    salts: tuple[tuple[int, int], ...] = SALTS

    @property
    def columns(self) -> tuple[str, ...]:
        """Inputs that models of this domain take, whether they vary or not."""
        return ALL_PARAMETERS

    @property
    def inputs(self) -> tuple[str, ...]:
        """Inputs that vary in it, in the order of `ALL_PARAMETERS`."""
        fixed = VALENCIES if len(self.salts) == 1 else ()
        ranges = self.ranges
        return tuple(
            name
            for name in ALL_PARAMETERS
            if name not in fixed and (name not in ranges or ranges[name][0] < ranges[name][1])
        )

    @classmethod
    def of_systems(cls, parameters: Array) -> Domain:
        """Return the smallest domain that holds some systems, with the salts among them.

        Parameters
        ----------
        parameters : ndarray, shape (N, 5) or (N, 9)
            Systems.

        Examples
        --------
        >>> known = Domain.of_systems(np.array([[3, 0.1, 0.4, 0.5, -0.01], [4, 1, 0.4, 0.5, 0]]))
        >>> known.ranges["h"], known.ranges["d_pos"], known.salts, known.inputs
        ((3.0, 4.0), (0.4, 0.4), ((1, -1),), ('h', 'c', 'sigma_s'))
        """
        rows = completed(np.asarray(parameters, float))
        low, high = rows.min(axis=0).tolist(), rows.max(axis=0).tolist()
        ends = dict(zip(ALL_PARAMETERS, zip(low, high, strict=True), strict=True))
        systems = [Electrolyte.from_array(row) for row in rows]
        return cls(
            {name: span for name, span in ends.items() if name not in VALENCIES},
            coupling=max(system.coupling for system in systems),
            filling=max(system.packing_fraction for system in systems),
            salts=tuple(sorted({(system.z_pos, system.z_neg) for system in systems})),
        )

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> Domain:
        """Return the domain that `to_dict` described; KeyError or ValueError if it is none."""
        ranges = {name: stored["ranges"][name] for name in ALL_PARAMETERS if name not in VALENCIES}
        return cls(
            {name: (float(low), float(high)) for name, (low, high) in ranges.items()},
            coupling=float(stored["coupling"]),
            filling=float(stored["filling"]),
            salts=tuple((int(z_pos), int(z_neg)) for z_pos, z_neg in stored["salts"]),
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the domain as numbers and lists, for model cards.

        Examples
        --------
        >>> Domain.from_dict(WIDE.to_dict()) == WIDE
        True
        """
        return {
            "ranges": {name: list(ends) for name, ends in self.ranges.items()},
            "coupling": self.coupling,
            "filling": self.filling,
            "salts": [list(salt) for salt in self.salts],
        }

    def outside(self, system: Electrolyte) -> list[str]:
        """Say in a sentence for each limit that a system breaks what it is and what is allowed.

        Parameters
        ----------
        system : Electrolyte
            Any system.

        Returns
        -------
        list of str
            Empty inside the domain.
        """
        sentences = []
        for name, (low, high) in self.ranges.items():
            value = getattr(system, name)
            if not within(value, low, high):
                unit = f" {UNITS[name]}" if name != "permittivity" else ""
                if low == high:
                    sentences.append(f"{name} = {value:.9g}{unit} is not the model's {low:g}{unit}")
                    continue
                sentences.append(f"{name} = {value:.9g}{unit} is outside {low:g} to {high:g}{unit}")
        if (system.z_pos, system.z_neg) not in self.salts:
            known = ", ".join(f"{z_pos}:{-z_neg}" for z_pos, z_neg in self.salts)
            sentences.append(
                f"a {system.z_pos}:{-system.z_neg} salt is none of those known: choose {known}"
            )
        if not within(system.coupling, 0.0, self.coupling):
            ratio = system.coupling / self.coupling
            diameter = 0.5 * (system.d_pos + system.d_neg) * ratio
            product = system.temperature * system.permittivity * ratio
            sentences.append(
                f"the coupling of cation and anion is {system.coupling:.3g}, more than "
                f"{self.coupling:g}: choose a mean diameter of {_up(diameter):.3f} nm or more, or "
                f"a product of temperature and permittivity of {np.ceil(product):.0f} K or more"
            )
        if not within(system.packing_fraction, 0.0, self.filling):
            sentences.append(
                f"ions fill {system.packing_fraction:.3g} of the slab, more than "
                f"{self.filling:g}: {self._looser(system)}"
            )
        return sentences

    def require(self, system: Electrolyte) -> None:
        """Raise ValueError with one sentence if a system lies outside the domain."""
        sentences = self.outside(system)
        if sentences:
            raise ValueError("; ".join(sentences))

    def middle(self) -> Electrolyte:
        """Return a system well inside of the domain: in the middle of all ranges, if it is in it.

        Otherwise with less salt, down to the least, and of the first salt.

        Examples
        --------
        >>> WIDE.middle().h, WIDE.outside(WIDE.middle())
        (6.0, [])
        """
        z_pos, z_neg = self.salts[0]
        ranges = {name: 0.5 * (low + high) for name, (low, high) in self.ranges.items()}
        system = Electrolyte(**ranges, z_pos=z_pos, z_neg=z_neg)
        least = self.ranges["c"][0]
        for c in np.linspace(system.c, least, 20).tolist():
            if not self.outside(system.replace(c=c)):
                return system.replace(c=c)
        return system

    def inside(self, parameters: Array) -> NDArray[np.bool_]:
        """Whether each of many systems lies in the domain.

        Parameters
        ----------
        parameters : ndarray, shape (N, 5) or (N, 9)
            Systems, in the order of `ALL_PARAMETERS`.

        Returns
        -------
        ndarray of bool, shape (N,)

        Examples
        --------
        >>> WIDE.inside(np.array([[4.8, 1.5, 0.4, 0.6, -0.02], [1.9, 1.5, 0.4, 0.6, -0.02]]))
        array([ True, False])
        """
        rows = completed(parameters)
        low, high = np.array(list(self.ranges.values())).T
        columns = [ALL_PARAMETERS.index(name) for name in self.ranges]
        mine = within(rows[:, columns], low, high).all(axis=1)
        mine &= (rows[:, None, 5:7] == np.array(self.salts)).all(axis=2).any(axis=1)
        if np.isfinite(self.coupling):
            contact = 0.5 * (rows[:, 2] + rows[:, 3])
            strength = -rows[:, 5] * rows[:, 6] * bjerrum_lengths(rows) / contact
            mine &= within(strength, 0.0, self.coupling)
        if np.isfinite(self.filling):
            mine &= within(packing_fraction(rows), 0.0, self.filling)
        return np.asarray(mine)

    def _looser(self, system: Electrolyte) -> str:
        """Advise what to lower so that the ions fill less."""
        bare = packing_fraction(
            np.where(np.arange(9) == 1, 0.0, completed(system.to_array()[None]))
        )
        salt = system.packing_fraction - float(bare[0])
        most = system.c * (self.filling - float(bare[0])) / salt
        if most >= self.ranges["c"][0]:
            return f"choose c up to {np.floor(1e3 * most) / 1e3:.3f} mol/L, or smaller ions"
        return "choose smaller ions, a wider slit or walls of less charge"


class PaperBox(Domain):
    """The electrolyte paper's box: five inputs vary; salt, temperature and solvent are its own."""

    @property
    def columns(self) -> tuple[str, ...]:
        """The paper's five inputs."""
        return PARAMETERS

    def outside(self, system: Electrolyte) -> list[str]:
        """Say in a sentence for each input that leaves the box what it is and what it may be."""
        return outside_domain(system)

    def require(self, system: Electrolyte) -> None:
        """Raise ValueError with one sentence if a system lies outside the box."""
        require_domain(system)


WIDE = Domain(
    {
        "h": (2.0, 10.0),
        "c": (0.02, 2.0),
        "d_pos": (0.2, 0.7),
        "d_neg": (0.2, 0.7),
        "sigma_s": (-0.15, 0.0),
        "temperature": (273.0, 373.0),
        "permittivity": (40.0, 90.0),
    },
    coupling=6.0,
    filling=0.36,
)
"""The domain of the models for all salts: h 2–10 nm; c 0.02–2 mol/L; diameters 0.2–0.7 nm; σ_s 0 to
−0.15 C/m²; 273–373 K; relative permittivity 40–90; salts 1:1, 2:1, 1:2, 2:2 and 3:1; coupling
z₊|z₋| l_B/((d₊ + d₋)/2) up to 6; ions fill at most 36 % of the slab."""

WIDE_MARGIN = Domain(
    {
        "h": (1.9, 10.5),
        "c": (0.017, 2.15),
        "d_pos": (0.19, 0.72),
        "d_neg": (0.19, 0.72),
        "sigma_s": (-0.157, 0.0),
        "temperature": (270.0, 376.0),
        "permittivity": (38.5, 91.5),
    },
    coupling=6.3,
    filling=0.38,
)
"""A little more, from which training systems are drawn: the domain's edges are interpolated."""

PAPER_BOX = PaperBox(
    {**DOMAIN, "temperature": (TEMPERATURE,) * 2, "permittivity": (RELATIVE_PERMITTIVITY,) * 2},
    coupling=np.inf,
    filling=np.inf,
    salts=((1, -1),),
)
"""The domain of the paper's networks: `system.DOMAIN`, 1:1, 298 K and relative permittivity 80. It
lies wholly inside of the wide one."""


def bjerrum_lengths(parameters: Array) -> Array:
    """Bjerrum length of each of many systems in nm.

    Parameters
    ----------
    parameters : ndarray, shape (N, 9)

    Returns
    -------
    ndarray, shape (N,)
    """
    product = parameters[:, 7] * parameters[:, 8]
    return np.asarray(BJERRUM_LENGTH * TEMPERATURE * RELATIVE_PERMITTIVITY / product)


def completed(parameters: Array) -> Array:
    """Systems of nine inputs from those of five or nine, the missing ones the paper's.

    Parameters
    ----------
    parameters : ndarray, shape (N, 5) or (N, 9)

    Returns
    -------
    ndarray, shape (N, 9)
    """
    if parameters.shape[1] == len(ALL_PARAMETERS):
        return parameters
    rows = np.empty((len(parameters), len(ALL_PARAMETERS)))
    rows[:, : len(PARAMETERS)] = parameters
    rows[:, len(PARAMETERS) :] = _ENVIRONMENT
    return rows


def _up(value: float) -> float:
    return float(np.ceil(1e3 * value) / 1e3)
