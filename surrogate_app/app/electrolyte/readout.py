"""The numbers under the figures, each with the Python expression that returns it."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import Any

from surrogate_app.app.electrolyte.curve import Curve
from surrogate_app.app.electrolyte.inputs import ratio
from surrogate_app.app.markup import tiles, value
from surrogate_app.app.numbers import number
from surrogate_app.electrolyte.domain import SALTS
from surrogate_app.electrolyte.evaluation.accuracy import ACCURACY, written
from surrogate_app.electrolyte.surrogate.surrogate import MODELS_VARIABLE

_SALTS = {"all": "all salts", **{ratio(*salt): f"{ratio(*salt)} salts" for salt in SALTS}}


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
            "Gouy–Chapman length",
            _or_none(system.gouy_chapman_length, "{:.3f}", "nm", "uncharged walls"),
            "system.gouy_chapman_length",
        ),
        ("Bjerrum length", value(f"{system.bjerrum_length:.3f}", "nm"), "system.bjerrum_length"),
        (
            "Coupling parameter Ξ",
            value(f"{system.coupling_parameter:.2f}"),
            "system.coupling_parameter",
        ),
        (
            "Potential drop, wall to midplane",
            value(number(round(profile.potential_drop, 2)), "mV"),
            "profile.potential_drop",
        ),
        (
            "Integral capacitance",
            _or_none(profile.integral_capacitance, "{:.1f}", "µF/cm²", "uncharged walls"),
            "profile.integral_capacitance",
        ),
        ("Surface excess", _pair(profile.surface_excess, "nm⁻²"), "profile.surface_excess"),
        ("Pressure of the ions", value(f"{profile.pressure:.1f}", "bar"), "profile.pressure"),
        (
            "Volume filled by ions",
            value(f"{100.0 * system.packing_fraction:.1f}", "%"),
            "system.packing_fraction",
        ),
        (
            "Residual charge at midplane",
            value(_small(profile.neutrality_residual), "C/m²"),
            "profile.neutrality_residual",
        ),
    ]
    return tiles(entries)


def call(curve: Curve) -> str:
    """Return the Python that makes a curve again."""
    own = f"# {MODELS_VARIABLE} names the folder of the model\n"
    return (
        f"{own if 'domain' in curve.metadata else ''}"
        "from surrogate_app.electrolyte import Electrolyte, Surrogate\n\n"
        f"system = {curve.system!r}\n"
        f'profile = Surrogate.load("{curve.model}").predict(system)'
    )


def accuracy(metadata: Mapping[str, Any]) -> str:
    """Return accuracy and version of a model, as HTML.

    Parameters
    ----------
    metadata : mapping
        Metadata of a surrogate; `metrics` holds figures by the names in `ACCURACY`, and those of
        single salts for a model that knows several.

    Returns
    -------
    str
        Typical error in a line, more figures behind a fold, version and date.
    """
    lines = []
    if "domain" in metadata:
        systems = metadata["data"]["training"]
        lines.append(f"<div>Trained on {systems} systems of your own, within these ranges.</div>")
    metrics = metadata.get("metrics") or {}
    known = [salts for salts in _SALTS if f"salts_{salts}_relative_median" in metrics]
    if "relative_rms" in metrics:
        typical = f"{100.0 * metrics['relative_rms']:.1g}"
        if "all" in known:
            over_all = f"{100.0 * metrics['salts_all_relative_median']:.1g}"
            lines.append(
                f"Typical error {over_all} % over all salts, {typical} % for 1:1 in the paper’s "
                "box, on systems not in the training set."
            )
        else:
            lines.append(f"Typical error {typical} % on systems not in the training set.")
    rows = [
        f"<tr><td>{label}</td><td>{written(key, metrics[key])}</td></tr>"
        for key, (label, _) in ACCURACY.items()
        if key in metrics
    ]
    rows += [
        f"<tr><td>relative RMSE of {_SALTS[salts]}, {what}</td>"
        f"<td>{metrics[f'salts_{salts}_{figure}']:.1%}</td></tr>"
        for salts in known
        for figure, what in (("relative_median", "median"), ("relative_p95", "95th percentile"))
    ]
    if rows:
        lines.append(
            f"<details><summary>Accuracy</summary><table>{''.join(rows)}</table></details>"
        )
    made = [str(metadata[key]) for key in ("version", "date") if key in metadata]
    if made:
        lines.append(f"<div>Version {html.escape(', '.join(text[:10] for text in made))}</div>")
    return f'<div class="sa-model">{"".join(lines)}</div>' if lines else ""


def _pair(values: tuple[float, float], unit: str = "mol/L") -> str:
    cations, anions = (f"{value:.3f}".replace("-", "−") for value in values)
    return value(cations, f"{unit} cations", "sa-cation") + value(
        anions, f"{unit} anions", "sa-anion"
    )


def _or_none(number_: float, form: str, unit: str, otherwise: str) -> str:
    if not math.isfinite(number_):
        return value(otherwise)
    return value(form.format(number_).replace("-", "−"), unit)


def _small(value: float) -> str:
    if abs(value) < 5e-7:
        return "0"
    return number(float(f"{value:.2g}"))
