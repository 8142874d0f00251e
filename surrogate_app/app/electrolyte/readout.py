"""The numbers under the figures, each with the Python expression that returns it."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping
from typing import Any

from surrogate_app.app.electrolyte.state import Curve, number


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
            _value(f"{length:.3f}", "nm") if screened else _value("not screened"),
            "profile.screening_length",
        ),
        ("Debye length", _value(f"{system.debye_length:.3f}", "nm"), "system.debye_length"),
        (
            "Volume filled by ions",
            _value(f"{100.0 * system.packing_fraction:.1f}", "%"),
            "system.packing_fraction",
        ),
        (
            "Charge left at midplane",
            _value(_small(profile.neutrality_residual), "C/m²"),
            "profile.neutrality_residual",
        ),
    ]
    tiles = "".join(
        f"<div><dt>{label}</dt>{values}"
        f"<code>{html.escape(expression).replace(chr(10), '<br>')}</code></div>"
        for label, values, expression in entries
    )
    return f'<dl class="sa-numbers">{tiles}</dl>'


def call(curve: Curve) -> str:
    """Return the Python that makes a curve again, as HTML with a button that copies it."""
    arguments = ", ".join(f"{k}={v!r}" for k, v in curve.system.to_dict().items())
    text = (
        "from surrogate_app.electrolyte import Electrolyte, Surrogate\n\n"
        f"system = Electrolyte({arguments})\n"
        f'profile = Surrogate.load("{curve.model}").predict(system)'
    )
    return (
        f'<pre class="sa-call"><code id="sa-call">{html.escape(text)}</code></pre>'
        '<button type="button" class="sa-copy" data-sa-copy="#sa-call">Copy</button>'
    )


def accuracy(metadata: Mapping[str, Any]) -> str:
    """Return what a model's metadata say of it, as HTML.

    Parameters
    ----------
    metadata : mapping
        Metadata of a surrogate; its entry `metrics` may be nested, numbers in it are shown.

    Returns
    -------
    str
        One line for the version and the figures, '' where there are none.
    """
    lines = []
    version = metadata.get("version")
    created = metadata.get("date")
    if version is not None:
        made = f", made {html.escape(str(created)[:10])}" if created else ""
        lines.append(f"Version {html.escape(str(version))}{made}.")
    metrics = metadata.get("metrics")
    if isinstance(metrics, Mapping):
        rows = [
            f"<tr><td>{html.escape(name.replace('_', ' '))}</td><td>{value:.3g}</td></tr>"
            for name, value in _scalars(metrics)
        ]
        if rows:
            lines.append(
                "<details><summary>Accuracy on systems it was not trained on</summary>"
                f"<table>{''.join(rows)}</table></details>"
            )
    return f'<div class="sa-model">{" ".join(lines)}</div>' if lines else ""


def _scalars(metrics: Mapping[str, Any], prefix: str = "") -> list[tuple[str, float]]:
    found: list[tuple[str, float]] = []
    for name, value in metrics.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            found += _scalars(value, f"{path}, ")
        elif isinstance(value, int | float) and not isinstance(value, bool):
            found.append((path, float(value)))
    return found


def _value(text: str, unit: str = "", kind: str = "") -> str:
    css = f' class="{kind}"' if kind else ""
    return f"<dd{css}>{text}{f' <small>{unit}</small>' if unit else ''}</dd>"


def _pair(values: tuple[float, float]) -> str:
    cations, anions = (f"{value:.3f}" for value in values)
    cation_value = _value(cations, "mol/L cations", "sa-cation")
    return cation_value + _value(anions, "mol/L anions", "sa-anion")


def _small(value: float) -> str:
    if abs(value) < 5e-7:
        return "0"
    return number(float(f"{value:.2g}"))
