"""Sensitivities, distributions, response surfaces and sweeps as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from surrogate_app.common.tables import Table, model_lines, quantities, units_line
from surrogate_app.electrolyte.analysis.capacitance import Capacitance
from surrogate_app.electrolyte.analysis.input_distributions import Spread
from surrogate_app.electrolyte.analysis.propagation import Propagation
from surrogate_app.electrolyte.analysis.sensitivity import Sensitivity
from surrogate_app.electrolyte.analysis.surfaces import ResponseSurface
from surrogate_app.electrolyte.analysis.sweeps import Sweep
from surrogate_app.electrolyte.profile import Profile
from surrogate_app.electrolyte.quantities import QUANTITIES
from surrogate_app.electrolyte.system import UNITS, Electrolyte


@dataclass(frozen=True)
class SystemTable:
    """Columns that a surrogate or a simulation gives for one system.

    Parameters
    ----------
    title : str
        What the table shows.
    model : mapping
        Name and metadata of the surrogate.
    system : Electrolyte
        Inputs.
    options : mapping
        Further settings by name.
    columns : mapping of str to array_like
        Values.
    units : mapping of str to str
        Unit of each column.
    warnings : sequence of str
        Sentences for the reader.
    """

    title: str
    model: Mapping[str, Any]
    system: Electrolyte
    options: Mapping[str, Any]
    columns: Mapping[str, ArrayLike]
    units: Mapping[str, str]
    warnings: Sequence[str] = ()

    def to_csv(self) -> str:
        """Return the columns in CSV, after lines that begin with # and describe them."""
        return self._table().to_csv()

    def to_json(self) -> str:
        """Return the table as a JSON object; what is not defined is null."""
        return self._table().to_json()

    def _table(self) -> Table:
        inputs = self.system.to_dict()
        return Table(
            title=self.title,
            columns=self.columns,
            comments=[
                *model_lines(self.model),
                *quantities(inputs, UNITS),
                *(f"  {name}: {value}" for name, value in self.options.items()),
                *self.warnings,
                units_line(self.units),
            ],
            content={
                "title": self.title,
                "model": self.model,
                "inputs": inputs,
                "options": self.options,
                "warnings": self.warnings,
                "units": {**{name: UNITS[name] for name in self.system.to_dict()}, **self.units},
                **{name: np.asarray(values) for name, values in self.columns.items()},
            },
            warnings=self.warnings,
        )


def of_sensitivity(s: Sensitivity, metadata: Mapping[str, Any]) -> SystemTable:
    """Return indices against z: `first_…`, `total_…`, and `interaction_…` of several inputs.

    Parameters
    ----------
    s : Sensitivity
        The indices.
    metadata : mapping
        Metadata of the surrogate.
    """
    unit = QUANTITIES[s.quantity]
    shares = {f"first_{name}": part for name, part in s.first_order.items()}
    shares |= {f"total_{name}": part for name, part in s.total.items()}
    shares |= {f"interaction_{'_x_'.join(names)}": part for names, part in s.interaction.items()}
    columns = {"z": s.z, "r": s.r, "mean": s.mean, "std": s.std, **shares, "error": s.error}
    units = {"z": "nm", "r": "nm", "mean": unit, "std": unit}
    return _of_spreads(
        s,
        metadata,
        title=f"shares of the variance of {s.quantity}",
        options={**_outside(s), "systems": s.systems},
        columns=columns,
        units={**units, **dict.fromkeys([*shares, "error"], "1")},
    )


def of_propagation(
    p: Propagation, metadata: Mapping[str, Any], probabilities: Sequence[float]
) -> SystemTable:
    """Return mean, standard deviation, quantiles and the error of the model against z.

    Parameters
    ----------
    p : Propagation
        The distributions.
    metadata : mapping
        Metadata of the surrogate.
    probabilities : sequence of float
        Of the quantiles, between 0 and 1.
    """
    unit = QUANTITIES[p.quantity]
    for probability in probabilities:
        if not 0.0 <= probability <= 1.0:
            raise ValueError(f"quantiles lie between 0 and 1, got {probability:g}")
    quantiles = zip(probabilities, p.quantiles(probabilities), strict=True)
    values = {
        "prediction": p.exact,
        "mean": p.mean,
        "std": p.std,
        **{f"quantile_{probability:g}": line for probability, line in quantiles},
        "model_std": p.model_std,
    }
    return _of_spreads(
        p,
        metadata,
        title=f"distribution of {p.quantity} for inputs that are not exact",
        options={**_outside(p), "systems": len(p.samples)},
        columns={"z": p.z, "r": p.z + 0.5 * p.system.h, **values},
        units={"z": "nm", "r": "nm", **dict.fromkeys(values, unit)},
    )


def of_histogram(p: Propagation, metadata: Mapping[str, Any]) -> SystemTable:
    """Return the histogram at the only position of `p`, and its moments among the options.

    Parameters
    ----------
    p : Propagation
        The distribution, as `Propagation.at` returns it.
    metadata : mapping
        Metadata of the surrogate.
    """
    unit = QUANTITIES[p.quantity]
    edges, density = p.histogram(0)
    moments = {"prediction": p.exact, "mean": p.mean, "std": p.std, "model_std": p.model_std}
    return _of_spreads(
        p,
        metadata,
        title=f"distribution of {p.quantity} at one position",
        options={
            "systems": len(p.samples),
            "z": f"{float(p.z[0])!r} nm",
            **{name: f"{float(value[0])!r} {unit}" for name, value in moments.items()},
        },
        columns={"from": edges[:-1], "to": edges[1:], "density": density},
        units={"from": unit, "to": unit, "density": f"1/({unit})"},
    )


def of_density(p: Propagation, metadata: Mapping[str, Any]) -> SystemTable:
    """Return the histograms at all positions below each other.

    Parameters
    ----------
    p : Propagation
        The distributions.
    metadata : mapping
        Metadata of the surrogate.
    """
    unit = QUANTITIES[p.quantity]
    edges, density = p.density()
    positions, bins = density.shape
    return _of_spreads(
        p,
        metadata,
        title=f"distributions of {p.quantity} at all positions",
        options={"systems": len(p.samples)},
        columns={
            "z": np.repeat(p.z, bins),
            "from": np.tile(edges[:-1], positions),
            "to": np.tile(edges[1:], positions),
            "density": density.ravel(),
        },
        units={"z": "nm", "from": unit, "to": unit, "density": f"1/({unit})"},
    )


def of_surface(s: ResponseSurface, metadata: Mapping[str, Any]) -> SystemTable:
    """Return the response surfaces at all positions below each other.

    Parameters
    ----------
    s : ResponseSurface
        The surfaces.
    metadata : mapping
        Metadata of the surrogate.
    """
    first, second = s.inputs
    x, y = np.meshgrid(*s.axes)
    return SystemTable(
        title=f"response of {s.quantity} to {first.name} and {second.name}",
        model={"name": s.model, **metadata},
        system=s.system,
        options={"quantity": s.quantity, **_spreads(s.inputs)},
        columns={
            "z": np.repeat(s.z, x.size),
            first.name: np.tile(x.ravel(), len(s.z)),
            second.name: np.tile(y.ravel(), len(s.z)),
            s.quantity: s.values.ravel(),
        },
        units={
            "z": "nm",
            first.name: UNITS[first.name],
            second.name: UNITS[second.name],
            s.quantity: QUANTITIES[s.quantity],
        },
    )


def of_sweep(s: Sweep, metadata: Mapping[str, Any]) -> SystemTable:
    """Return all curves below each other, the swept input in the first column.

    Parameters
    ----------
    s : Sweep
        The curves.
    metadata : mapping
        Metadata of the surrogate.
    """
    values, points = s.curves.shape
    return SystemTable(
        title=f"{s.quantity} as {s.name} changes",
        model={"name": s.model, **metadata},
        system=s.system,
        options={"quantity": s.quantity, "values": values},
        columns={
            s.name: np.repeat(s.values, points),
            "z": s.z.ravel(),
            s.quantity: s.curves.ravel(),
        },
        units={s.name: UNITS[s.name], "z": "nm", s.quantity: QUANTITIES[s.quantity]},
    )


def of_potential(model: str, profile: Profile, metadata: Mapping[str, Any]) -> SystemTable:
    """Return the potential across the slit, with the walls at both ends.

    Parameters
    ----------
    model : str
        Name of the surrogate.
    profile : Profile
        What it predicts.
    metadata : mapping
        Metadata of the surrogate.
    """
    half, drop = 0.5 * profile.system.h, profile.potential_drop
    return SystemTable(
        title="mean electrostatic potential against the midplane",
        model={"name": model, **metadata},
        system=profile.system,
        options={"potential_drop": f"{drop!r} mV"},
        columns={
            "z": np.concatenate(([-half], profile.z, [half])),
            "potential": np.concatenate(([drop], profile.potential, [drop])),
        },
        units={"z": "nm", "potential": "mV"},
    )


def of_capacitance(c: Capacitance, metadata: Mapping[str, Any]) -> SystemTable:
    """Return potential drop and capacitance against the surface charge.

    Parameters
    ----------
    c : Capacitance
        The curve.
    metadata : mapping
        Metadata of the surrogate.
    """
    unit = "µF/cm²"
    return SystemTable(
        title="capacitance of each wall against the midplane",
        model={"name": c.model, **metadata},
        system=c.system,
        options={"capacitance_at_sigma_s": f"{c.at_system!r} {unit}"},
        columns={
            "sigma_s": c.sigma_s,
            "potential_drop": c.potential_drop,
            "differential_capacitance": c.differential,
            "integral_capacitance": c.integral,
        },
        units={
            "sigma_s": "C/m²",
            "potential_drop": "mV",
            "differential_capacitance": unit,
            "integral_capacitance": unit,
        },
    )


def _of_spreads(
    found: Sensitivity | Propagation,
    metadata: Mapping[str, Any],
    title: str,
    options: Mapping[str, Any],
    columns: Mapping[str, ArrayLike],
    units: Mapping[str, str],
) -> SystemTable:
    return SystemTable(
        title=title,
        model={"name": found.model, **metadata},
        system=found.system,
        options={"quantity": found.quantity, **_spreads(found.spreads), **options},
        columns=columns,
        units=units,
        warnings=found.warnings,
    )


def _outside(found: Sensitivity | Propagation) -> dict[str, float]:
    return {f"outside_{name}": share for name, share in found.outside.items()}


def _spreads(chosen: Sequence[Spread]) -> dict[str, str]:
    return {
        f"spread_{one.name}": f"{one.distribution}, {one.width!r} {UNITS[one.name]}"
        for one in chosen
    }
