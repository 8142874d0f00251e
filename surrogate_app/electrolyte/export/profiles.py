"""Density profiles as tables that say by themselves what they hold."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from surrogate_app.common.tables import Table, model_lines, quantities, stacked, units_line
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.simulation.result import SimulatedProfile
from surrogate_app.electrolyte.system import UNITS, Electrolyte

COLUMNS = {
    "z": "nm",
    "n_pos": "mol/L",
    "n_pos_std": "mol/L",
    "n_neg": "mol/L",
    "n_neg_std": "mol/L",
    "charge_density": "e mol/L",
    "r": "nm",
    "integrated_charge": "C/m²",
    "potential": "mV",
}
"""Arrays of a profile in the order of the CSV columns, with their units."""

SIMULATED = {
    "n_pos_eps": "mol/L",
    "n_neg_eps": "mol/L",
}
"""Arrays that only simulated profiles have, in further columns: the deviation ε of blocks (E 4)."""

NUMBERS = {
    "contact_density_pos": "mol/L",
    "contact_density_neg": "mol/L",
    "midplane_density_pos": "mol/L",
    "midplane_density_neg": "mol/L",
    "screening_length": "nm",
    "neutrality_residual": "C/m²",
    "debye_length": "nm",
    "packing_fraction": "1",
    "potential_drop": "mV",
    "integral_capacitance": "µF/cm²",
    "surface_excess_pos": "1/nm²",
    "surface_excess_neg": "1/nm²",
    "pressure": "bar",
    "bjerrum_length": "nm",
    "gouy_chapman_length": "nm",
    "coupling_parameter": "1",
    "coupling": "1",
}
"""Numbers that follow from a profile, with their units."""


_SHORT = {"sigma_s": "sigma", "temperature": "T", "permittivity": "eps"}


class Curve(Protocol):
    """What can be exported: a profile with what it takes to make it again."""

    @property
    def model(self) -> str:
        """Name of the surrogate, or "simulation"."""

    @property
    def profile(self) -> Profile:
        """The profile."""

    @property
    def metadata(self) -> Mapping[str, Any]:
        """How the model, or the simulation, was made."""

    @property
    def call(self) -> str:
        """The Python expression that returns the profile."""


@dataclass(frozen=True)
class Record:
    """A `Curve` made outside the dashboard."""

    model: str
    profile: Profile
    call: str
    metadata: Mapping[str, Any] = field(default_factory=dict)


def python_call(model: str, system: Electrolyte, folder: Path | None = None) -> str:
    """Return the Python expression whose value is the prediction of a model for a system.

    Parameters
    ----------
    model : str
        Name of the model.
    system : Electrolyte
        The system.
    folder : Path, optional
        Where the model's files are, if not those of the pretrained one.

    Examples
    --------
    >>> python_call("nn", Electrolyte(5, 1, 0.4, 0.6, -0.02))
    'Surrogate.load("nn").predict(Electrolyte(h=5.0, c=1.0, d_pos=0.4, d_neg=0.6, sigma_s=-0.02))'
    """
    loaded = f'"{model}"' if folder is None else f'"{model}", folder=Path({str(folder)!r})'
    return f"Surrogate.load({loaded}).predict({system!r})"


def file_name(system: Electrolyte, model: str, extension: str, what: str = "electrolyte") -> str:
    """Return a file name made of what the file holds, the system and the model.

    Examples
    --------
    >>> file_name(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02), "modnn", "csv")
    'electrolyte_h4.8_c1.5_dpos0.415_dneg0.63_sigma-0.02_modnn.csv'
    """
    inputs = "_".join(
        f"{_SHORT.get(name, name.replace('_', ''))}{value:.6g}"
        for name, value in system.to_dict().items()
    )
    safe = "".join(character if character.isalnum() else "-" for character in model)
    return f"{what}_{inputs}_{safe}.{extension}"


def table(curves: Sequence[Curve]) -> Table:
    """Return curves as one table: what makes each, its numbers and its arrays.

    Parameters
    ----------
    curves : sequence of Curve
        The shown curve first, then those that are pinned.

    Returns
    -------
    Table
        In CSV, columns `curve` (0 for the shown one) and those of `COLUMNS`, and of `SIMULATED` if
        one of the curves is a simulation; r and S belong to the left half only and are empty in
        the right half. In JSON, an object with `application`, `units` and `curves`.
    """
    units = _columns(curves)
    comments = []
    for index, curve in enumerate(curves):
        comments.append(f"curve {index}: {curve.call}")
        comments += model_lines(_model(curve))
        comments += quantities(curve.profile.system.to_dict(), UNITS)
        comments += quantities(_numbers(curve), NUMBERS)
        comments += [f"  {sentence}" for sentence in curve.profile.warnings]
    comments.append(units_line(units))
    return Table(
        title="ions in a charged slit",
        columns=stacked("curve", [_arrays(curve, units) for curve in curves]),
        comments=comments,
        content={
            "units": {**UNITS, **units, **NUMBERS},
            "curves": [
                {
                    "inputs": curve.profile.system.to_dict(),
                    "call": curve.call,
                    "model": _model(curve),
                    "numbers": _numbers(curve),
                    "warnings": list(curve.profile.warnings),
                    **_arrays(curve, _columns([curve])),
                }
                for curve in curves
            ],
        },
        warnings=[sentence for curve in curves for sentence in curve.profile.warnings],
    )


def _columns(curves: Sequence[Curve]) -> dict[str, str]:
    simulated = any(isinstance(curve.profile, SimulatedProfile) for curve in curves)
    return {**COLUMNS, **(SIMULATED if simulated else {})}


def _arrays(curve: Curve, names: Iterable[str]) -> dict[str, list[float]]:
    profile = curve.profile
    return {name: getattr(profile, name).tolist() for name in names if hasattr(profile, name)}


def _model(curve: Curve) -> dict[str, Any]:
    return {"name": curve.model, **curve.metadata}


def _numbers(curve: Curve) -> dict[str, float | None]:
    profile, system = curve.profile, curve.profile.system
    values = (
        *profile.contact_density,
        *profile.midplane_density,
        profile.screening_length,
        profile.neutrality_residual,
        system.debye_length,
        system.packing_fraction,
        profile.potential_drop,
        profile.integral_capacitance,
        *profile.surface_excess,
        profile.pressure,
        system.bjerrum_length,
        system.gouy_chapman_length,
        system.coupling_parameter,
        system.coupling,
    )
    numbers = zip(NUMBERS, map(float, values), strict=True)
    return {name: value if math.isfinite(value) else None for name, value in numbers}


def simulate(
    inputs: Mapping[str, Any], sweeps: int, seed: int, progress: Callable[[float], None]
) -> Table:
    """Simulate one electrolyte and return its profile as a table.

    Parameters
    ----------
    inputs : mapping
        Arguments of an `Electrolyte`.
    sweeps, seed, progress
        As for `electrolyte.simulate`.
    """
    # Numba takes a second to import, which other exports would wait for
    from surrogate_app.electrolyte.simulation import run

    profile = run.simulate(Electrolyte(**inputs), sweeps=sweeps, seed=seed, progress=progress)
    return table([Record("simulation", profile, profile.call, profile.run)])
