"""The unit of the distances of a file: what it says, or what suits the structure of a liquid."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import Any

import numpy as np

from surrogate_app.liquid.rdf.columns import NAMES_OF_R, words
from surrogate_app.liquid.rdf.text import Array, Table, quoted

LENGTH_UNITS = ("nm", "Å", "σ", "pm", "bohr", "m")
"""Units in which a file may give distances."""

NM_PER = {"nm": 1.0, "Å": 0.1, "pm": 1e-3, "bohr": 0.052917721, "m": 1e9}
"""Nanometres per unit."""

BELIEVED = {
    **{"nm": (0.2, 0.8), "σ": (0.9, 1.3), "Å": (2.0, 10.0)},
    **{"pm": (200.0, 1000.0), "bohr": (3.8, 19.0), "m": (2e-10, 1e-9)},
}
"""Distances of first peaks that raise no warnings, by unit."""

_ALIASES = {
    **dict.fromkeys(("nm", "nanometer", "nanometre", "nanometers", "nanometres"), "nm"),
    **dict.fromkeys(("å", "a", "ang", "angs", "angstrom", "angstroms"), "Å"),
    **dict.fromkeys(("ångström", "ångstrom", "ångströms", "angström"), "Å"),
    **dict.fromkeys(("σ", "sigma", "sigmas", "lj", "reduced"), "σ"),
    **dict.fromkeys(("pm", "picometer", "picometre", "picometers", "picometres"), "pm"),
    **dict.fromkeys(("bohr", "bohrs", "a0", "au"), "bohr"),
    **dict.fromkeys(("m", "meter", "metre", "meters", "metres"), "m"),
}
_OTHER_UNITS = {"µm", "um", "μm", "cm", "mm", "fm", "inch"}
_SHORT = {"a", "m", "au"}
"""Names that are units only where a bracket, a stroke or “in” leads to them."""

_ATOMIC_UNIT = re.compile(r"\ba\. ?u\b\.?|\ba_?0\b|\batomic units?\b|\bbohrs?\b", re.IGNORECASE)
_STYLES = {"real": "Å", "metal": "Å", "lj": "σ", "nano": "nm", "electron": "bohr", "si": "m"}
_NAME = r"(?:\b|_)(?:r|rij|d|dist|distances?|radius|radii|separations?|lengths?|x|bins?)(?![^\W_])"
_UNIT = r"([^\W\d_]+0?)"
_LEADS = re.compile(
    rf"{_NAME}[\s_]*(?:\(?r\)?\s*)?(?:(?:is|are)\s+)?(?:given\s+)?"
    rf"(?:[(\[/{{]\s*(?:in\s+)?|in\s+(?:units?\s+of\s+)?){_UNIT}(?=\s*[)\]}},;:.]|\s|$|[_*])",
    re.IGNORECASE,
)
_FOLLOWS = re.compile(rf"{_NAME}[\s_,]+{_UNIT}(?=\s|$|[,;)_])", re.IGNORECASE)
_STATES = re.compile(
    rf"\b(?:length\s+|distance\s+)?units?(?:\s+of\s+(?:length|distance|r))?\s*[:=]?\s*"
    rf"(?:is\s+|are\s+|in\s+)?[(\[]?{_UNIT}\b",
    re.IGNORECASE,
)
_LONGEST = 400

_PEAK = {"nm": (0.37, 0.35), "Å": (3.7, 0.35), "σ": (1.1, 0.12), "pm": (370.0, 0.35)}
_END = {"nm": (1.3, 0.5), "Å": (12.0, 0.5), "σ": (4.5, 0.45), "pm": (1300.0, 0.5)}
"""Usual first peak and end of files in each unit, and their spread in the logarithm."""

_UNUSUAL = 4.5
_SHORTEST = 2.5
_LOWEST, _HIGHEST = 0.1, 20.0
_GAP = 0.05
_NOT_GAP = 0.6
_PEAKED = 1.05


def known_unit(unit: Any) -> str:
    """Return the unit of a name; ValueError with the choices where there is none."""
    key = unicodedata.normalize("NFKC", str(unit)).strip().lower()
    if key not in _ALIASES:
        raise ValueError(
            f"length_unit must be {', '.join(LENGTH_UNITS[:-1])} or {LENGTH_UNITS[-1]}, "
            f"got {quoted(str(unit))}"
        )
    return _ALIASES[key]


def beyond_bonds(r: Array, g: Array) -> int:
    """Index of the first point behind the empty core, and behind bonded pairs if there are any.

    Between bonded atoms and others g is nearly zero, as it is in the core.
    """
    end = int(np.searchsorted(r, _NOT_GAP * r[-1]))
    tail = g[3 * len(g) // 4 :]
    level = float(tail.mean())
    empty = np.flatnonzero(g[:end] < _GAP * level)
    return int(empty[-1]) + 1 if len(empty) else 0


def first_peak(r: Array, g: Array) -> int:
    """Index of the highest point of g(r) that isn't of bonded atoms."""
    start = beyond_bonds(r, g)
    return start + int(np.argmax(g[start:])) if start < len(g) else int(np.argmax(g))


def unit_of(
    table: Table, r: Array, columns: list[Array], chosen: int, warnings: list[str]
) -> tuple[str, str]:
    """Return the unit of the distances of a table, and the sentence that says why.

    Parameters
    ----------
    table : Table
        The table, for what it says.
    r : ndarray, shape (n,)
        Its distances.
    columns : list of ndarray
        All columns that may be g(r).
    chosen : int
        The one that was taken.
    warnings : list of str
        Where sentences about an unusual unit go.
    """
    peaks = [_peak(r, g) for g in columns]
    own = peaks[chosen]
    said = stated(table)
    if "" in said:
        raise ValueError(f"distances are in {quoted(_where_other(table))}; convert them to nm or Å")
    if len(said) == 1:
        unit = said.pop()
        low, high = BELIEVED[unit]
        if own is not None and not low <= own <= high:
            warnings.append(
                f"The first peak at {own:.3g} {unit} is unusual; check the length unit."
            )
        return unit, f"Distances are in {unit}, as the file says."
    found = [peak for peak in peaks if peak is not None]
    if not found:
        found = [float(r[np.argmax(columns[chosen])])]
    judged = own if own is not None else found[0]
    end = float(r[-1])
    if end < 1e-6:
        unit = "m"
    elif judged >= 100.0:
        unit = "pm"
    else:
        unit = max(("nm", "Å", "σ"), key=lambda unit: _likelihood(unit, found, end))
    suits = [peak for peak in found if BELIEVED[unit][0] <= peak <= BELIEVED[unit][1]]
    if suits and judged not in suits:
        judged = suits[0]
    plausible = _LOWEST <= judged <= _HIGHEST or unit in ("m", "pm")
    if not plausible or (unit in ("m", "pm") and not suits):
        raise ValueError(
            f"the highest value lies at r = {judged:.3g}, which suits neither nm, Å nor σ; "
            "give length_unit if this is a g(r), or the quantity S if it is S(q)"
        )
    if not suits:
        warnings.append(f"The first peak at {judged:.3g} suits no length unit well; choose it.")
    elif unit == "Å" and judged < _SHORTEST and not any(table.labels) and not table.hints:
        warnings.append(
            f"The first peak at {judged:.3g} Å is close for atoms without bonds; if the values are "
            "S(q) of wave numbers, give the quantity S."
        )
    peak = "the first peak" if judged == own else "the first peak of another column"
    if own is None and len(columns) == 1:
        peak = "the highest value"
    return unit, f"Distances are taken to be in {unit}: {peak} lies at {judged:.3g}."


def stated(table: Table) -> set[str]:
    """Return the units that a file names for its distances; "" is one that isn't known."""
    label = table.labels[0] if table.labels else ""
    if label and (found := _said(label)):
        return found
    if table.hints and (found := _said(table.hints[0])):
        return found
    found = set()
    for text in table.hints:
        found |= _in_prose(text[:_LONGEST])
    return found


def _peak(r: Array, g: Array) -> float | None:
    """Distance of the first peak of a column; None where nothing stands out."""
    index = first_peak(r, g)
    level = float(np.mean(g[3 * len(g) // 4 :]))
    return float(r[index]) if g[index] > _PEAKED * max(level, 0.0) else None


def _likelihood(unit: str, peaks: list[float], end: float) -> float:
    centre, spread = _PEAK[unit]
    total = sum(
        -min(0.5 * (math.log(max(peak, 1e-12) / centre) / spread) ** 2, _UNUSUAL) for peak in peaks
    )
    centre, spread = _END[unit]
    return total - min(0.5 * (math.log(end / centre) / spread) ** 2, _UNUSUAL)


def _said(text: str) -> set[str]:
    """Return the units of a label of distances, "" for one that isn't in `LENGTH_UNITS`."""
    plain = unicodedata.normalize("NFKC", text)
    found = words(text)
    if NAMES_OF_R.isdisjoint(found) and (len(found) > 1 or not _SHORT.isdisjoint(found)):
        return set()
    if len(found) > 6:
        return set()
    if _ATOMIC_UNIT.search(plain):
        return {"bohr"}
    said = {_ALIASES[word] for word in found if word in _ALIASES}
    if "r*" in text:
        said.add("σ")
    return said or {"" for word in found if word in _OTHER_UNITS}


def _in_prose(text: str) -> set[str]:
    """Return the units that a sentence gives to distances."""
    for garbled in ("Ã…", "Ã\x85"):
        text = text.replace(garbled, "Å")
    plain = unicodedata.normalize("NFKC", text)
    said = set()
    for match in _LEADS.finditer(plain):
        said |= _named(match[1].lower(), short=True)
    for match in (*_FOLLOWS.finditer(plain), *_STATES.finditer(plain)):
        said |= _named(match[1].lower(), short=False)
        said |= {_STYLES[word] for word in (match[1].lower(),) if word in _STYLES}
    if not said and re.search(_NAME, plain) and _ATOMIC_UNIT.search(plain):
        said = {"bohr"}
    return said


def _named(word: str, short: bool) -> set[str]:
    if word in _SHORT and not short:
        return set()
    if word in _ALIASES:
        return {_ALIASES[word]}
    return {""} if word in _OTHER_UNITS else set()


def _where_other(table: Table) -> str:
    for text in (table.labels[0], *table.hints):
        if not _OTHER_UNITS.isdisjoint(words(text)):
            return text
    return table.hints[0]
