"""Numbers and texts of the Lennard-Jones page, as HTML."""

from __future__ import annotations

import html
import math
from collections.abc import Mapping, Sequence
from typing import Any

from surrogate_app.app.liquid.conditions import KELVIN, PER_NM3, Conditions
from surrogate_app.app.liquid.state import ByHand, Entry
from surrogate_app.app.markup import listed, snippet, tiles, value
from surrogate_app.app.numbers import rounded, uncertain
from surrogate_app.liquid import Fit
from surrogate_app.liquid.inverse.surrogate import DEFAULT
from surrogate_app.liquid.validity import domain_warnings

C12_UNIT, C6_UNIT = "kJ/mol nm¹²", "kJ/mol nm⁶"


def results(fit: Fit) -> str:
    """Return the parameters that were found, and how far they can be trusted."""
    state = fit.state
    found = [
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
        (
            "Difference <i>ε</i><sub>rdf</sub>",
            _per_cent(fit.rdf_error),
            "fit.rdf_error",
        ),
        ("Misfit (1 = noise)", value(rounded(fit.misfit, 3)), "fit.misfit"),
        ("Noise of <i>g</i>", value(rounded(fit.noise, 2)), "fit.noise"),
        (
            "<i>C</i><sub>12</sub>–<i>C</i><sub>6</sub> correlation",
            value(rounded(fit.correlation, 3)),
            "fit.correlation",
        ),
    ]
    outside = "Outside the domain" if _is_outside(fit) else "Not reliable"
    doubted = "" if fit.in_domain else f'<span class="sa-outside">{outside}</span>'
    return (
        f'<div class="sa-found">{tiles(found)}</div>'
        f'<div class="sa-trust">{tiles(trust)}</div>'
        f"{doubted}{listed(fit.warnings, 'sa-warnings')}"
    )


def by_hand(hand: ByHand) -> str:
    """Return the parameters that were set by hand and how far their g(r) is from the file's."""
    state = hand.state
    shown = [
        ("<i>C</i><sub>12</sub>", value(rounded(state.c12), C12_UNIT), "state.c12"),
        ("<i>C</i><sub>6</sub>", value(rounded(state.c6), C6_UNIT), "state.c6"),
        ("<i>σ</i>", value(rounded(state.sigma), "nm"), "state.sigma"),
        ("<i>ε</i>", value(rounded(state.epsilon), "kJ/mol"), "state.epsilon"),
        (
            "Difference <i>ε</i><sub>rdf</sub>",
            _per_cent(hand.rdf_error),
            "error",
        ),
    ]
    return tiles(shown) + listed(hand.warnings, "sa-warnings")


def reading(entry: Entry) -> str:
    """Return what was read from a file, what was guessed and what is doubtful."""
    rdf = entry.rdf
    if rdf is None:
        return ""
    kind = f"{html.escape(rdf.format)}, " if rdf.format else ""
    span = f"{rdf.r[0]:.3g} to {rdf.r[-1]:.3g} nm"
    return (
        f'<div class="sa-reading"><div>{kind}{rdf.r.size} points, {span}</div>'
        f"{listed(rdf.assumptions, 'sa-assumptions')}{listed(rdf.warnings, 'sa-warnings')}</div>"
    )


def conditions(entry: Entry) -> str:
    """Return density and temperature in nm⁻³ and K, and whose they are."""
    given, parts = entry.conditions, []
    if not given.refused and (given.density_unit, given.temperature_unit) != (PER_NM3, KELVIN):
        parts.append(f"<div>{_in_si(given)}</div>")
    if entry.copied_from:
        parts.append(
            f'<div class="sa-copied" role="status">Taken over from '
            f"{html.escape(entry.copied_from)}: put in those of your liquid.</div>"
        )
    return f'<div class="sa-reading">{"".join(parts)}</div>' if parts else ""


def table(entries: Sequence[Entry], selected: int) -> str:
    """Return the results of all files, one in a row."""
    titles = (
        *("File", "<i>ρ</i> (nm⁻³)", "<i>T</i> (K)"),
        *(f"<i>C</i><sub>12</sub> ({C12_UNIT})", f"<i>C</i><sub>6</sub> ({C6_UNIT})"),
        *("<i>σ</i> (nm)", "<i>ε</i> (kJ/mol)", "Misfit"),
    )
    head = "".join(f'<th scope="col">{title}</th>' for title in titles)
    rows = "".join(_rows(entry, index == selected) for index, entry in enumerate(entries))
    return (
        '<div class="sa-table" role="region" aria-label="Results of all files" tabindex="0">'
        f"<table><thead><tr>{head}</tr></thead>"
        f"<tbody>{rows}</tbody></table></div>"
    )


def call(entry: Entry, model: str) -> str:
    """Return the Python that repeats a fit, as HTML with a button that copies it."""
    return snippet(python(entry, model), "sa-call")


def python(entry: Entry, model: str) -> str:
    """Return the Python that repeats a fit."""
    options = []
    rdf = entry.rdf
    if rdf is not None:
        options.append(f'length_unit="{rdf.length_unit}"')
        if rdf.length_unit == "σ":
            options.append(f"sigma={entry.conditions.sigma!r}")
        if len(rdf.columns) > 1:
            options.append(f"column={rdf.column}")
    normalised = ".normalised()" if entry.normalise else ""
    given, path, also = entry.conditions, repr(entry.name), ""
    if entry.example:
        path = f"examples_dir() / {path}"
        also = "from surrogate_app.liquid.data.examples import examples_dir\n"
    return (
        f"from surrogate_app.liquid import RDF, InverseSurrogate\n{also}\n"
        f"rdf = RDF.read({', '.join([path, *options])}){normalised}\n"
        f'fit = InverseSurrogate.load("{model}").fit(\n'
        f"    rdf, density={given.in_per_nm3!r}, temperature={given.in_kelvin!r}\n)"
    )


def python_by_hand(hand: ByHand) -> str:
    """Return the Python that repeats a g(r) whose parameters were set by hand."""
    edges, width = "", ""
    if hand.bins:
        edges = "from surrogate_app.liquid.inverse.estimators import bin_edges\n"
        width = ", np.diff(bin_edges(rdf.r))[known]"
    return (
        f"{'import numpy as np' if hand.bins else ''}\n\n"
        "from surrogate_app.liquid import ForwardSurrogate, LJState\n"
        f"{edges}"
        "from surrogate_app.liquid.scores import rdf_error\n\n"
        "forward = ForwardSurrogate.load()\n"
        f"state = {hand.state!r}\n"
        "known = rdf.r <= forward.r_max(state)\n"
        f"g = forward.rdf(state, rdf.r[known]{width})\n"
        "error = rdf_error(rdf.r[known], rdf.g[known], g)"
    ).lstrip()


def accuracy(metadata: Mapping[str, Any]) -> str:
    """Return what a model's metadata say of it."""
    made = [str(metadata[key])[:10] for key in ("version", "date") if key in metadata]
    return f'<div class="sa-model">Version {html.escape(", ".join(made))}</div>' if made else ""


def _found(number: float, std: float) -> str:
    """Return a positive number with its deviation, unless the latter is larger."""
    return uncertain(number, std) if std <= number else "not determined"


def _determined(number: float, std: float, unit: str) -> str:
    return value(_found(number, std), unit if std <= number else "")


def _is_outside(fit: Fit) -> bool:
    """Tell whether the state is unknown to the model, not only the answer doubtful."""
    return bool(domain_warnings(fit.state, fitted=fit.model == DEFAULT))


def _per_cent(part: float) -> str:
    return value(rounded(100.0 * part, 3), "%" if math.isfinite(part) else "")


def _in_si(given: Conditions) -> str:
    return f"= {rounded(given.in_per_nm3, 5)} nm⁻³, {rounded(given.in_kelvin, 5)} K"


def _rows(entry: Entry, shown: bool) -> str:
    messages: tuple[str, ...] = tuple(entry.refused.values())
    cells = "<td></td>" * 7
    if entry.fit is not None and not messages:
        fit, messages = entry.fit, entry.fit.warnings
        texts = (
            rounded(fit.density),
            rounded(fit.temperature),
            _found(fit.c12, fit.c12_std),
            _found(fit.c6, fit.c6_std),
            _found(fit.sigma, fit.sigma_std),
            _found(fit.epsilon, fit.epsilon_std),
            rounded(fit.misfit, 3),
        )
        cells = "".join(f"<td>{text}</td>" for text in texts)
    start = '<tr class="sa-active">' if shown else "<tr>"
    row = f'{start}<th scope="row">{html.escape(entry.name)}</th>{cells}</tr>'
    if messages:
        told = html.escape(" ".join(messages))
        row += f'{start}<td colspan="8" class="sa-remark"><div>{told}</div></td></tr>'
    return row
