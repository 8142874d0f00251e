"""The numbers under the figures, each with the Python expression that returns it."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from surrogate_app.app.electrolyte.inputs import LABELS, QUANTITY_LABELS, QUANTITY_UNITS, SYMBOLS
from surrogate_app.app.electrolyte.state import Curve
from surrogate_app.app.markup import tiles, value
from surrogate_app.app.numbers import number, ranged, rounded, uncertain
from surrogate_app.electrolyte.analysis.propagation import Propagation
from surrogate_app.electrolyte.analysis.variance import Sensitivity
from surrogate_app.electrolyte.scores import ACCURACY, written

STEADY = 1e-6
"""Standard deviation over the value below which the value does not vary: single precision."""


def numbers(curve: Curve) -> str:
    """Return the key numbers of a curve as HTML.

    Parameters
    ----------
    curve : Curve
        The prediction.

    Returns
    -------
    str
        A description list; each entry names the attribute of the profile that it shows.
    """
    profile, system = curve.profile, curve.system
    length = profile.screening_length
    screened = not math.isnan(length)
    mean = float(profile.n_pos.mean()), float(profile.n_neg.mean())
    entries = [
        ("Density at contact", _pair(profile.contact_density), "profile.contact_density"),
        ("Density at midplane", _pair(profile.midplane_density), "profile.midplane_density"),
        ("Mean density", _pair(mean), "profile.n_pos.mean()\nprofile.n_neg.mean()"),
        (
            "Screening length",
            value(f"{length:.3f}", "nm") if screened else value("not screened"),
            "profile.screening_length",
        ),
        ("Debye length", value(f"{system.debye_length:.3f}", "nm"), "system.debye_length"),
        (
            "Volume filled by ions",
            value(f"{100.0 * system.packing_fraction:.1f}", "%"),
            "system.packing_fraction",
        ),
        (
            "Charge left at midplane",
            value(_small(profile.neutrality_residual), "C/m²"),
            "profile.neutrality_residual",
        ),
    ]
    return tiles(entries)


def call(curve: Curve) -> str:
    """Return the Python that makes a curve again."""
    return (
        "from surrogate_app.electrolyte import Electrolyte, Surrogate\n\n"
        f"system = {curve.system!r}\n"
        f'profile = Surrogate.load("{curve.model}").predict(system)'
    )


def answer(found: Sensitivity, index: int, place: str) -> str:
    """Return in a sentence what controls the quantity at one of the positions, as HTML.

    Parameters
    ----------
    found : Sensitivity
        Indices at some positions.
    index : int
        Which of them.
    place : str
        What the page calls it.
    """
    quantity, unit = QUANTITY_LABELS[found.quantity], QUANTITY_UNITS[found.quantity]
    where = f"{html.escape(place)} ({found.r[index]:.3g} nm from the wall)"
    if "from the wall" in place:
        where = html.escape(place)
    if not found.defined[index]:
        return f"<p>{where}: the {quantity.lower()} does not vary.</p>"
    shares = {LABELS[name].lower(): part[index] for name, part in found.first_order.items()}
    together = 1.0 - sum(shares.values())
    told = [
        f"<b>{name}</b> {100.0 * share:.0f} %"
        for name, share in sorted(shares.items(), key=lambda item: -item[1])
    ]
    if len(shares) > 1:
        told.append(f"together {100.0 * max(together, 0.0):.0f} %")
    value = uncertain(float(found.mean[index]), float(found.std[index]))
    return f"<p>{where}: {quantity} = {value} {unit}. What makes it vary: {', '.join(told)}.</p>"


def shares(found: Sensitivity, names: Sequence[str]) -> str:
    """Return the shares at some positions as a table in HTML.

    Parameters
    ----------
    found : Sensitivity
        Indices at these positions.
    names : sequence of str
        What figures call them.
    """
    symbols = [SYMBOLS[name] for name in found.names]
    heads = ["place", "r (nm)", *symbols, *(["together"] if len(symbols) > 1 else [])]
    rows = []
    for index, (name, r) in enumerate(zip(names, found.r, strict=False)):
        lone = [float(part[index]) for part in found.first_order.values()]
        parts = [*lone, 1.0 - sum(lone)] if len(lone) > 1 else lone
        cells = [f"{r:.3f}", *(_percent(part) for part in parts)]
        row = "".join(f"<td>{cell}</td>" for cell in cells)
        rows.append(f'<tr><th scope="row">{name}</th>{row}</tr>')
    head = "".join(f'<th scope="col">{text}</th>' for text in heads)
    return (
        f'<div class="sa-table"><table><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def distribution(there: Propagation, quantiles: Iterable[float]) -> str:
    """Return the numbers that describe a distribution at one position, as HTML.

    Parameters
    ----------
    there : Propagation
        The distribution.
    quantiles : iterable of float
        Values that 2.5, 16, 50, 84 and 97.5 % of the systems stay below.
    """
    unit = QUANTITY_UNITS[there.quantity]
    entries = [("Prediction", value(rounded(float(there.exact[0]), 3), unit), "there.exact")]
    if steady(there):
        entries.append(("Standard deviation, inputs", value("does not vary here"), "there.std"))
    else:
        low, lower, median, upper, high = map(float, quantiles)
        entries += [
            ("Mean", value(rounded(float(there.mean[0]), 3), unit), "there.mean"),
            ("Median", value(rounded(median, 3), unit), "there.quantiles([0.5])"),
            ("68 % lie in", value(ranged(lower, upper), unit), "there.quantiles([0.16, 0.84])"),
            ("95 % lie in", value(ranged(low, high), unit), "there.quantiles([0.025, 0.975])"),
            (
                "Standard deviation, inputs",
                value(rounded(float(there.std[0]), 3), unit),
                "there.std",
            ),
        ]
    entries += [
        (
            "Standard deviation, model",
            value(rounded(float(there.model_std[0]), 3), unit),
            "there.model_std",
        ),
        ("Systems", value(f"{len(there.samples):,}"), "len(there.samples)"),
    ]
    return tiles(entries)


def steady(there: Propagation) -> bool:
    """Whether a quantity is the same at one position for all systems, but for rounding."""
    return float(there.std[0]) <= STEADY * abs(float(there.exact[0]))


def accuracy(metadata: Mapping[str, Any]) -> str:
    """Return what a model's metadata say of it, as HTML.

    Parameters
    ----------
    metadata : mapping
        Metadata of a surrogate; `metrics` holds figures by the names in `ACCURACY`.

    Returns
    -------
    str
        Typical error in a line, more figures behind a fold, version and date.
    """
    parts = []
    metrics = metadata.get("metrics") or {}
    if "relative_rms" in metrics:
        typical = f"{100.0 * metrics['relative_rms']:.1g}"
        parts.append(f"Typically {typical}% off on systems not trained on.")
    rows = [
        f"<tr><td>{label}</td><td>{written(key, metrics[key])}</td></tr>"
        for key, (label, _) in ACCURACY.items()
        if key in metrics
    ]
    if rows:
        parts.append(
            f"<details><summary>Accuracy</summary><table>{''.join(rows)}</table></details>"
        )
    made = [str(metadata[key]) for key in ("version", "date") if key in metadata]
    if made:
        parts.append(f"<div>Version {html.escape(', '.join(text[:10] for text in made))}</div>")
    return f'<div class="sa-model">{"".join(parts)}</div>' if parts else ""


def _percent(share: float) -> str:
    return "–" if math.isnan(share) else f"{100.0 * max(share, 0.0):.1f} %"


def _pair(values: tuple[float, float]) -> str:
    cations, anions = (f"{value:.3f}" for value in values)
    return value(cations, "mol/L cations", "sa-cation") + value(anions, "mol/L anions", "sa-anion")


def _small(value: float) -> str:
    if abs(value) < 5e-7:
        return "0"
    return number(float(f"{value:.2g}"))
