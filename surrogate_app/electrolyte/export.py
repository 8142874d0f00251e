"""Curves as CSV and JSON texts that say by themselves what they hold."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from surrogate_app import __version__
from surrogate_app.common.export import APPLICATION, described, finite
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
}
"""Numbers that follow from a profile, with their units."""


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


def python_call(model: str, system: Electrolyte) -> str:
    """Return the Python expression whose value is the prediction of a model for a system.

    Examples
    --------
    >>> python_call("nn", Electrolyte(5, 1, 0.4, 0.6, -0.02))
    'Surrogate.load("nn").predict(Electrolyte(h=5.0, c=1.0, d_pos=0.4, d_neg=0.6, sigma_s=-0.02))'
    """
    return f'Surrogate.load("{model}").predict({system!r})'


def file_name(system: Electrolyte, model: str, extension: str, what: str = "electrolyte") -> str:
    """Return a file name that tells what it holds, the system and the model.

    Examples
    --------
    >>> file_name(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02), "modnn", "csv")
    'electrolyte_h4.8_c1.5_dpos0.415_dneg0.63_sigma-0.02_modnn.csv'
    """
    h, c, d_pos, d_neg, sigma_s = (f"{value:.6g}" for value in system.to_dict().values())
    safe = "".join(character if character.isalnum() else "-" for character in model)
    return f"{what}_h{h}_c{c}_dpos{d_pos}_dneg{d_neg}_sigma{sigma_s}_{safe}.{extension}"


def to_csv(curves: Sequence[Curve]) -> str:
    """Return curves as one table in CSV, after lines that begin with # and describe them.

    Parameters
    ----------
    curves : sequence of Curve
        The shown curve first, then those that are pinned.

    Returns
    -------
    str
        Columns `curve` (0 for the shown one) and those of `COLUMNS`, and of `SIMULATED` if one
        of the curves is a simulation; r and S belong to the left half only and are empty in the
        right half. `pandas.read_csv(..., comment="#")` reads it.
    """
    lines = [f"# surrogate-app {__version__}: ions in a charged slit"]
    for index, curve in enumerate(curves):
        lines.append(f"# curve {index}: {curve.call}")
        lines += [f"#   model {key}: {value}" for key, value in described(_model(curve)).items()]
        lines += [f"#   {name} = {value!r} {UNITS[name]}" for name, value in _inputs(curve)]
        lines += [
            f"#   {name} = {value} {NUMBERS[name]}" for name, value in _scalars(curve).items()
        ]
        lines += [f"#   {sentence}" for sentence in curve.profile.warnings]
    units = _columns(curves)
    lines.append("# units: " + ", ".join(f"{name} in {unit}" for name, unit in units.items()))
    lines.append(",".join(["curve", *units]))
    for index, curve in enumerate(curves):
        arrays = _arrays(curve)
        columns = [arrays.get(name, []) for name in units]
        for row in range(len(columns[0])):
            cells = [repr(column[row]) if row < len(column) else "" for column in columns]
            lines.append(",".join([str(index), *cells]))
    return "\n".join(lines) + "\n"


def to_json(curves: Sequence[Curve]) -> str:
    """Return curves as JSON with inputs, units, model metadata and the numbers of the page.

    Parameters
    ----------
    curves : sequence of Curve
        The shown curve first, then those that are pinned.

    Returns
    -------
    str
        An object with `application`, `units` and `curves`; what is not a number is null.
    """
    document = {
        "application": APPLICATION,
        "units": {**UNITS, **_columns(curves), **NUMBERS},
        "curves": [
            {
                "inputs": dict(_inputs(curve)),
                "call": curve.call,
                "model": _model(curve),
                "numbers": _scalars(curve),
                "warnings": list(curve.profile.warnings),
                **_arrays(curve),
            }
            for curve in curves
        ],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, default=str)


def _columns(curves: Sequence[Curve]) -> dict[str, str]:
    simulated = any(isinstance(curve.profile, SimulatedProfile) for curve in curves)
    return {**COLUMNS, **(SIMULATED if simulated else {})}


def _arrays(curve: Curve) -> dict[str, list[float]]:
    return {name: getattr(curve.profile, name).tolist() for name in _columns([curve])}


def _inputs(curve: Curve) -> list[tuple[str, float]]:
    return list(curve.profile.system.to_dict().items())


def _model(curve: Curve) -> dict[str, Any]:
    return {"name": curve.model, **finite(dict(curve.metadata))}


def _scalars(curve: Curve) -> dict[str, float | None]:
    profile, system = curve.profile, curve.profile.system
    values = (
        *profile.contact_density,
        *profile.midplane_density,
        profile.screening_length,
        profile.neutrality_residual,
        system.debye_length,
        system.packing_fraction,
    )
    numbers = zip(NUMBERS, values, strict=True)
    return {name: None if math.isnan(value) else value for name, value in numbers}
