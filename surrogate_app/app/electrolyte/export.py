"""Curves as CSV and JSON texts that say by themselves what they hold."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from surrogate_app import __version__
from surrogate_app.app.electrolyte.state import Curve, python_call
from surrogate_app.electrolyte import UNITS, Electrolyte

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


def file_name(system: Electrolyte, model: str, extension: str) -> str:
    """Return a file name that tells the system and the model.

    Examples
    --------
    >>> file_name(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02), "modnn", "csv")
    'electrolyte_h4.8_c1.5_dpos0.415_dneg0.63_sigma-0.02_modnn.csv'
    """
    h, c, d_pos, d_neg, sigma_s = (f"{value:.6g}" for value in system.to_dict().values())
    safe = "".join(character if character.isalnum() else "-" for character in model)
    return f"electrolyte_h{h}_c{c}_dpos{d_pos}_dneg{d_neg}_sigma{sigma_s}_{safe}.{extension}"


def to_csv(curves: Sequence[Curve]) -> str:
    """Return curves as one table in CSV, after lines that begin with # and describe them.

    Parameters
    ----------
    curves : sequence of Curve
        The shown curve first, then those that are pinned.

    Returns
    -------
    str
        Columns `curve` (0 for the shown one) and those of `COLUMNS`; r and S belong to the left
        half only and are empty in the right half. `pandas.read_csv(..., comment="#")` reads it.
    """
    lines = [f"# surrogate-app {__version__}: ions in a charged slit"]
    for index, curve in enumerate(curves):
        lines.append(f"# curve {index}: {python_call(curve.model, curve.system)}")
        lines += [f"#   model {key}: {value}" for key, value in _provenance(curve).items()]
        lines += [f"#   {name} = {value!r} {UNITS[name]}" for name, value in _inputs(curve)]
        lines += [f"#   {name} = {value}" for name, value in _scalars(curve).items()]
    lines.append("# units: " + ", ".join(f"{name} in {unit}" for name, unit in COLUMNS.items()))
    lines.append(",".join(["curve", *COLUMNS]))
    for index, curve in enumerate(curves):
        columns = [getattr(curve.profile, name).tolist() for name in COLUMNS]
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
        "application": {"name": "surrogate-app", "version": __version__},
        "units": {**UNITS, **COLUMNS},
        "curves": [
            {
                "inputs": dict(_inputs(curve)),
                "call": python_call(curve.model, curve.system),
                "model": _model(curve),
                "numbers": _scalars(curve),
                **{name: getattr(curve.profile, name).tolist() for name in COLUMNS},
            }
            for curve in curves
        ],
    }
    return json.dumps(document, ensure_ascii=False, allow_nan=False, default=str)


def _inputs(curve: Curve) -> list[tuple[str, float]]:
    return list(curve.system.to_dict().items())


def _model(curve: Curve) -> dict[str, Any]:
    return {"name": curve.model, **_finite(dict(curve.metadata))}


def _provenance(curve: Curve) -> dict[str, str]:
    """Return those entries of a model's metadata that fit on a line."""
    simple = {k: v for k, v in _model(curve).items() if isinstance(v, str | int | float)}
    return {key: " ".join(str(value).split()) for key, value in simple.items()}


def _scalars(curve: Curve) -> dict[str, float | None]:
    profile, system = curve.profile, curve.system
    values = {
        "contact_density_pos": profile.contact_density[0],
        "contact_density_neg": profile.contact_density[1],
        "midplane_density_pos": profile.midplane_density[0],
        "midplane_density_neg": profile.midplane_density[1],
        "screening_length": profile.screening_length,
        "neutrality_residual": profile.neutrality_residual,
        "debye_length": system.debye_length,
        "packing_fraction": system.packing_fraction,
    }
    return {name: None if math.isnan(value) else value for name, value in values.items()}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
