"""Numbers and texts of the Lennard-Jones page, as HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import Any

from surrogate_app.app.liquid.conditions import KELVIN, PER_NM3, Conditions
from surrogate_app.app.liquid.entry import Entry
from surrogate_app.app.markup import listed, tiles, value
from surrogate_app.app.numbers import rounded, uncertain
from surrogate_app.liquid import Fit, StructureFactor, StructureFactorFit
from surrogate_app.liquid.inverse.model import MODELS
from surrogate_app.liquid.inverse.warnings import domain_warnings

C12_UNIT, C6_UNIT = "kJ/mol nm¹²", "kJ/mol nm⁶"


def results(fit: Fit | StructureFactorFit) -> str:
    """Return the fitted parameters, and what says how reliable they are."""
    state = fit.state
    fitted = [
        ("<i>C</i><sub>12</sub>", _determined(fit.c12, fit.c12_std, C12_UNIT), "fit.c12"),
        ("<i>C</i><sub>6</sub>", _determined(fit.c6, fit.c6_std, C6_UNIT), "fit.c6"),
        ("<i>σ</i>", _determined(fit.sigma, fit.sigma_std, "nm"), "fit.sigma"),
        ("<i>ε</i>", _determined(fit.epsilon, fit.epsilon_std, "kJ/mol"), "fit.epsilon"),
    ]
    trust = [
        ("Density <i>ρ</i>*", value(rounded(state.reduced_density)), "fit.state\n.reduced_density"),
        (
            "Temperature <i>T</i>*",
            value(rounded(state.reduced_temperature)),
            "fit.state\n.reduced_temperature",
        ),
        *_agreement(fit),
        (
            "<i>C</i><sub>12</sub>–<i>C</i><sub>6</sub> correlation",
            value(rounded(fit.correlation, 3)),
            "fit.correlation",
        ),
    ]
    outside = "Outside the domain" if _is_outside(fit) else "Not reliable"
    mark = "" if fit.in_domain else f'<span class="sa-outside">{outside}</span>'
    return (
        f'<div class="sa-found">{tiles(fitted)}</div>'
        f'<div class="sa-trust">{tiles(trust)}</div>'
        f"{mark}{listed(fit.warnings, 'sa-warnings')}"
    )


def _agreement(fit: Fit | StructureFactorFit) -> list[tuple[str, str, str]]:
    """Tiles that say how well a fit agrees with its file."""
    if isinstance(fit, StructureFactorFit):
        return [
            ("Misfit (1 = typical)", value(rounded(fit.misfit, 3)), "fit.misfit"),
            ("Level of <i>S</i>", value(rounded(fit.level)), "fit.level"),
            ("Scale of <i>S</i> − 1", value(rounded(fit.scale)), "fit.scale"),
        ]
    return [
        ("Difference <i>ε</i><sub>rdf</sub>", per_cent(fit.rdf_error), "fit.rdf_error"),
        ("Misfit (1 = noise)", value(rounded(fit.misfit, 3)), "fit.misfit"),
        ("Noise of <i>g</i>", value(rounded(fit.noise, 2)), "fit.noise"),
    ]


def reading(entry: Entry) -> str:
    """Return what was read from a file, with assumptions and warnings."""
    curve = entry.curve
    if curve is None:
        return ""
    kind = f"{html.escape(curve.format)}, " if curve.format else ""
    about = f"<div>{html.escape(entry.about)}</div>" if entry.about else ""
    x, unit, what = (
        (curve.q, "nm⁻¹", "structure factor <i>S</i>(<i>q</i>), ")
        if isinstance(curve, StructureFactor)
        else (curve.r, "nm", "")
    )
    return (
        f'<div class="sa-reading">{about}'
        f"<div>{kind}{what}{x.size} points, {x[0]:.3g} to {x[-1]:.3g} "
        f"{unit}</div>{listed(curve.assumptions, 'sa-assumptions')}"
        f"{listed(curve.warnings, 'sa-warnings')}</div>"
    )


def conditions(entry: Entry) -> str:
    """Return density and temperature in nm⁻³ and K, and the file from which they come."""
    given, parts = entry.conditions, []
    if not given.refused and (given.density_unit, given.temperature_unit) != (PER_NM3, KELVIN):
        parts.append(f"<div>{_in_si(given)}</div>")
    if entry.copied_from:
        parts.append(
            f'<div class="sa-copied" role="status">Taken over from '
            f"{html.escape(entry.copied_from)}: enter those of your liquid.</div>"
        )
    return f'<div class="sa-reading">{"".join(parts)}</div>' if parts else ""


def python(entry: Entry, model: str) -> str:
    """Return the Python that repeats a fit."""
    given = entry.conditions
    if entry.structure_factor is not None:
        return _python_of_q(entry, entry.structure_factor)
    options = []
    rdf = entry.rdf
    if rdf is not None:
        options.append(f'length_unit="{rdf.length_unit}"')
        if rdf.length_unit == "σ":
            options.append(f"sigma={entry.conditions.sigma!r}")
        if len(rdf.columns) > 1:
            options.append(f"column={rdf.column}")
    if entry.sampling is not None:
        options.append(f'sampling="{entry.sampling}"')
    if entry.quantity is not None:
        options.append(f'quantity="{entry.quantity}"')
        if entry.quantity == "reduced":
            options.append(f"density={entry.conditions.in_per_nm3!r}")
    if entry.origin is not None:
        options.append(f'origin="{entry.origin}"')
    normalised = ".cut()" if entry.cut else ""
    normalised += ".normalised()" if entry.normalise else ""
    path, also = repr(entry.name), ""
    if entry.example:
        path = f"examples_dir() / {path}"
        also = "from surrogate_app.liquid.data.examples import examples_dir\n"
    return (
        f"from surrogate_app.liquid import RDF, InverseSurrogate\n{also}\n"
        f"rdf = RDF.read({', '.join([path, *options])}){normalised}\n"
        f'fit = InverseSurrogate.load("{model}").fit(\n'
        f"    rdf, density={given.in_per_nm3!r}, temperature={given.in_kelvin!r}\n)"
    )


def _python_of_q(entry: Entry, read: StructureFactor) -> str:
    given = entry.conditions
    column = "" if entry.column is None else f", column={entry.column}"
    return (
        "from surrogate_app.liquid import InverseSurrogate, StructureFactor\n\n"
        f"given = StructureFactor.read(\n    {entry.name!r}, "
        f'q_unit="{read.q_unit}", quantity="{read.quantity}"{column}\n)\n'
        "fit = InverseSurrogate.load().fit(\n"
        f"    given, density={given.in_per_nm3!r}, temperature={given.in_kelvin!r}\n)"
    )


def accuracy(metadata: Mapping[str, Any]) -> str:
    """Return the version of a model as HTML."""
    made = [str(metadata[key])[:10] for key in ("version", "date") if key in metadata]
    return f'<div class="sa-model">Version {html.escape(", ".join(made))}</div>' if made else ""


def determined(number: float, std: float) -> str:
    """Return a positive number with its standard deviation, unless the latter is larger."""
    return uncertain(number, std) if std <= number else "not determined"


def _determined(number: float, std: float, unit: str) -> str:
    return value(determined(number, std), unit if std <= number else "")


def _is_outside(fit: Fit | StructureFactorFit) -> bool:
    """Return whether the state lies outside the domain of the model."""
    fitted = isinstance(fit, StructureFactorFit) or fit.model == next(iter(MODELS))
    return bool(domain_warnings(fit.state, fitted=fitted))


def per_cent(part: float) -> str:
    """Return a share in per cent as the value of a tile."""
    return value(rounded(100.0 * part, 3), "%" if math.isfinite(part) else "")


def _in_si(given: Conditions) -> str:
    return f"= {rounded(given.in_per_nm3, 5)} nm⁻³, {rounded(given.in_kelvin, 5)} K"
