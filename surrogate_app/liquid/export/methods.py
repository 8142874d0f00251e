"""Methods side by side and error maps as tables that say by themselves what they hold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from surrogate_app.common.tables import Table, on_one_line, quantities, units_line
from surrogate_app.liquid.analysis.comparison import Comparison
from surrogate_app.liquid.analysis.maps import REASONS, ErrorMap
from surrogate_app.liquid.export.fit import INPUTS
from surrogate_app.liquid.inverse.surrogate import Fit

UNITS = {
    "c12": "kJ/mol nm¹²",
    "c12_std": "kJ/mol nm¹²",
    "c6": "kJ/mol nm⁶",
    "c6_std": "kJ/mol nm⁶",
    "sigma": "nm",
    "epsilon": "kJ/mol",
    "rdf_error": "1",
    "kl_error": "1 per atom",
    "evaluations": "1",
    "seconds": "s",
}
"""Numbers of a method, with their units."""


def python_call(found: Comparison) -> str:
    """Return the Python expression that repeats a comparison, r and g being those of the file."""
    fit = found.fit
    engine = "" if found.engine == "surrogate" else f", engine={found.engine!r}, folder=folder"
    return f"compare_methods(rdf, density={fit.density!r}, temperature={fit.temperature!r}{engine})"


def map_call(found: ErrorMap) -> str:
    """Return the Python expression that repeats a map on its axes."""
    fit, ends = found.fit, {"c12": found.c12, "c6": found.c6}
    axes = "".join(f", {name}={(float(a[0]), float(a[-1]))!r}" for name, a in ends.items())
    return (
        f"error_map(rdf, density={fit.density!r}, temperature={fit.temperature!r}, "
        f"quantity={found.quantity!r}{axes})"
    )


def table(found: Comparison) -> Table:
    """Return all methods as a table, one row each; what a method does not give is empty."""
    names = ("method", *UNITS, "note")
    columns = {name: [getattr(row, name) for row in found] for name in names}
    cells = {
        **columns,
        "note": [f'"{on_one_line(n).replace(chr(34), "")}"' for n in columns["note"]],
    }
    return Table(
        title="methods side by side",
        columns=cells,
        formats={"method": "s", "note": "s"},
        comments=[
            python_call(found),
            *quantities(_inputs(found.fit), INPUTS),
            *(f"  warning: {on_one_line(text)}" for text in found.warnings),
            units_line(UNITS),
        ],
        content={
            **_source(found.fit),
            "call": python_call(found),
            "engine": found.engine,
            "units": UNITS,
            "warnings": list(found.warnings),
            "methods": [
                {
                    **{name: getattr(row, name) for name in ("label", *names)},
                    "r": row.r.tolist(),
                    "g": row.g.tolist(),
                }
                for row in found
            ],
        },
        warnings=found.warnings,
    )


def map_table(found: ErrorMap) -> Table:
    """Return an error map as a table of C12, C6 and error, or why there is none."""
    c12, c6 = np.meshgrid(found.c12, found.c6)
    reasons = [REASONS[i] for i in found.reason.ravel().tolist()]
    units = {"c12": UNITS["c12"], "c6": UNITS["c6"], "error": UNITS[f"{found.quantity}_error"]}
    least = dict(zip(("c12", "c6"), found.minimum, strict=True))
    columns: dict[str, ArrayLike] = {
        "c12": c12.ravel(),
        "c6": c6.ravel(),
        "error": found.values.ravel(),
        "reason": np.array([f'"{text}"' if text else None for text in reasons], dtype=object),
    }
    return Table(
        title=f"error map ({found.quantity})",
        columns=columns,
        formats={"c12": ".9g", "c6": ".9g", "error": ".6g", "reason": "s"},
        comments=[
            map_call(found),
            *quantities(_inputs(found.fit), INPUTS),
            f"  least at c12 = {least['c12']:.6g}, c6 = {least['c6']:.6g}",
            *(f"  warning: {text}" for text in found.warnings),
            units_line(units),
        ],
        content={
            **_source(found.fit),
            "call": map_call(found),
            "quantity": found.quantity,
            "units": units,
            "minimum": least,
            "c12": found.c12,
            "c6": found.c6,
            "values": found.values,
            "reason": found.reason,
            "reasons": list(REASONS),
            "warnings": list(found.warnings),
        },
        warnings=found.warnings,
    )


def _inputs(fit: Fit) -> dict[str, float]:
    return {name: getattr(fit, name) for name in INPUTS}


def _source(fit: Fit) -> dict[str, object]:
    return {"rdf": fit.rdf.name, "inputs": _inputs(fit), "model": {"name": fit.model}}
