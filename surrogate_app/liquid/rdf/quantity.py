"""What holds no g(r), by the words of a file and by the shape of its numbers."""

from __future__ import annotations

import re

import numpy as np

from surrogate_app.liquid.rdf.checks import half_box
from surrogate_app.liquid.rdf.text import Array, Table, quoted

QUANTITIES = ("g", "g-1", "reduced")
"""What a file may hold: g(r), g(r) − 1, or the reduced G(r) = 4πρr[g(r) − 1] of diffraction."""


class OtherQuantity(ValueError):
    """A file holds what g(r) can be made from.

    Parameters
    ----------
    message : str
        What it holds.
    quantity : str
        The one of `QUANTITIES` to read it as, or `STRUCTURE_FACTOR`.
    """

    def __init__(self, message: str, quantity: str) -> None:
        super().__init__(message)
        self.quantity = quantity


STRUCTURE_FACTOR = "S(q)"
"""What `OtherQuantity` calls files that `StructureFactor.read` reads."""

_TAKE_G = "; take a file of g(r)"

_WORDS = (
    (
        r"structure\s*factor|\bs\s*\(\s*[qk]\s*\)|\bi\s*\(\s*q\s*\)|scattering|\bsaxs\b|\bsans\b",
        "a structure factor S(q) or an intensity",
        "read it as a structure factor, or take a file of g(r)",
    ),
    (
        r"g_?\w*\s*\(\s*r\s*,\s*t\s*\)|van\s*hove",
        "g(r, t), which changes with time (van Hove)",
        "take a g(r)",
    ),
    (
        r"g\s*\(\s*r\s*,\s*(theta|phi|θ|φ|ω|omega|cos)|angle[- ]resolved|angular[- ]radial",
        "g(r, θ), which depends on an angle",
        "average it over angles",
    ),
    (
        r"\bp\s*\(\s*r\s*\)|pair[- ]distance distribution",
        "P(r), the distribution of distances in one particle",
        "take a file of g(r)",
    ),
    (
        r"angle\s+distribution|distribution\s+of\s+(the\s+)?angles?|dihedral|\bangles?\s*"
        r"[\[(](deg|rad)|\btheta\s*[\[(]|\bdegrees?\b|\bradians?\b",
        "a distribution of angles",
        "take a file of g(r)",
    ),
    (
        r"density\s+profile|partial\s+densit|\bkg\s*/?\s*m|kg\s*m\^?-3|\bgmx\s+density\b|"
        r"\bdensity\s*\((kg|g/|nm|1/)|chunk-averaged|\bdensity/(number|mass)\b",
        "a density profile",
        "take a file of g(r)",
    ),
    (
        r"mean\s+square|\bmsd\b|\brmsd\b|velocity autocorrelation|\bvacf\b",
        "a function of time",
        "take a file of g(r)",
    ),
)
_KINDS = tuple((re.compile(pattern, re.IGNORECASE), name, todo) for pattern, name, todo in _WORDS)
_HINTS = (
    *("structure", "(q", "(k", "scatter", "saxs", "sans", "hove", "r,", "r ,", "p(r", "p (r"),
    *("distance distr", "distance-distr", "angle", "angular", "dihedral", "theta", "degree"),
    *("radian", "densit", "kg", "chunk", "square", "msd", "rmsd", "velocity", "vacf"),
)
_SAYS_G = re.compile(
    r"\bg\s*\(\s*r\s*\)|\brdf\b|radial distribution|pair correlation", re.IGNORECASE
)
_BESIDE_G = ("a structure", "a density", "a function")
"""Words that may be said of a file of g(r), too."""

_WAVE_NUMBER = re.compile(
    r"^\W*(q|k|s)\b\W*(in\b)?\W*(1\s*/|(nm|å|a|angstroms?)\s*(\^|\*\*)?\s*[-−⁻])|"
    r"\b(1\s*/\s*(nm|å|a|ang|angstroms?)|(nm|å|angstroms?)\s*(\^|\*\*)?\s*\(?[-−⁻]\s*[1¹]|"
    r"wave\s?(number|vector)s?|momentum transfer|inverse (nm|ang|å))",
    re.IGNORECASE,
)
_COORDINATES = re.compile(
    r"^\W*(time|frame|step|residue|z\b|coordinate|box\b|relative position|average rel|theta|angle|"
    r"energy|temperature)",
    re.IGNORECASE,
)
_RISE, _RISE_POINTS = (0.3, 0.7), 6
"""Part of the way to the first peak where g(r) is zero and S(q) is not, and its least points."""

_NOWHERE_ZERO, _BELOW = 0.02, 0.9
"""What S(q) is above there on average, and what it is below somewhere."""

_COMMAND = re.compile(r"\bgmx(_\w+)?\s+rdf\b|\bg_rdf\b")
_TWO_DIMENSIONAL = re.compile(r"(?i)two[- ]dimension|\b2[- ]?d\b|in[- ]plane")


def refuse_by_words(table: Table, about: list[str], name: str, x_label: str = "") -> None:
    """Refuse what the words of a file, or its name, say is no g(r); warn of what may be none.

    Parameters
    ----------
    table : Table
        The table, whose warnings are added to.
    about : list of str
        Comments, titles and names of axes and columns.
    name : str
        Name of the file.
    x_label : str
        Name of the axis of distances.
    """
    for axis in filter(None, (x_label, table.labels[0] if table.labels else "")):
        if _WAVE_NUMBER.search(axis) or re.fullmatch(r"(?i)\W*[qk]\W*", axis):
            raise OtherQuantity(
                f"the axis {quoted(axis)} is one of wave numbers q, so the file holds S(q) or an "
                "intensity, not g(r); read it as a structure factor",
                STRUCTURE_FACTOR,
            )
        if _COORDINATES.search(axis):
            raise ValueError(f"the x axis is {quoted(axis)}, so this is not a g(r){_TAKE_G}")
    text = "\n".join(about)
    lower = text.lower()
    if any(hint in lower for hint in _HINTS):  # which is faster than the patterns
        _refuse_kinds(text)
    if re.search(r"(?i)(^|[._-])(angle|dihedral|bond)s?[._-]", name):
        kind = re.search(r"(?i)(angle|dihedral|bond)", name)
        assert kind is not None
        what = "lengths of bonds" if kind[0].lower() == "bond" else f"{kind[0].lower()}s"
        raise ValueError(f"{quoted(name)} seems to hold a distribution of {what}{_TAKE_G}")
    options = " ".join(line for line in about if _COMMAND.search(line)).split()
    if "-norm" in options:
        how = options[options.index("-norm") + 1 : options.index("-norm") + 2]
        if how == ["none"]:
            raise ValueError(
                "the file holds counts of pairs in each bin (gmx rdf -norm none), not g(r); "
                "run it without that option"
            )
        if how and how != ["rdf"]:
            table.warnings.append(
                f"gmx rdf was run with -norm {how[0][:20]}: g(r) is not divided by the density; "
                "normalise it."
            )
    if "-xy" in options:
        table.warnings.append(
            "gmx rdf was run with -xy: this is a two-dimensional g(r), of distances in the plane; "
            "fits are for fluids in three dimensions."
        )
    elif _TWO_DIMENSIONAL.search(text):
        table.warnings.append(
            "The file speaks of two dimensions; fits are for fluids in three dimensions."
        )


def _refuse_kinds(text: str) -> None:
    says_g = _SAYS_G.search(text)
    for pattern, what, todo in _KINDS:
        found = pattern.search(text)
        if found and not (says_g and what.startswith(_BESIDE_G)):
            sentence = f"the file holds {what}, as {quoted(found[0].strip())} says; {todo}"
            if what.startswith("a structure"):
                raise OtherQuantity(sentence, STRUCTURE_FACTOR)
            raise ValueError(sentence)


def refuse_by_numbers(table: Table, r: Array) -> None:
    """Refuse tables whose distances or shape are not those of g(r)."""
    values = table.values
    if len(r) < 3 or not np.all(np.isfinite(r)):
        return
    if values.shape[1] >= 2:
        changes = np.flatnonzero(np.diff(r) != 0.0) + 1
        runs = np.diff([0, *changes.tolist(), len(r)])
        if len(runs) >= 3 and len(runs) < len(r) and runs[0] > 1 and np.all(runs == runs[0]):
            second = values[: runs[0], 1]
            if (
                values.shape[1] > 2
                and np.all(np.diff(second) != 0.0)
                and np.array_equal(values[runs[0] : 2 * runs[0], 1], second)
            ):
                raise ValueError(
                    f"every distance occurs {runs[0]} times beside another coordinate, as in "
                    "g(r, θ) or g(r, t); average it first"
                )
    if values.shape[1] >= 20 and not any(table.labels):
        body = values[1:, 1:]
        late = body[:, 3 * body.shape[1] // 4 :]
        if np.all(body[:, 0] == 0.0) and abs(float(np.mean(late)) - 1.0) < 0.2:
            raise ValueError(
                "the rows are curves of g themselves, as in a matrix g(r, t); take one g(r)"
            )


def as_g(r: Array, g: Array, quantity: str | None, density: float | None) -> Array:
    """Turn what a file holds into g(r).

    Parameters
    ----------
    r, g : ndarray, shape (n,)
        Distances in nm, and values.
    quantity : str, optional
        One of `QUANTITIES`; g(r) by default.
    density : float, optional
        Number density in nm⁻³, for the reduced G(r).
    """
    if quantity in (None, "g"):
        return g
    if quantity == "g-1":
        return np.asarray(g + 1.0)
    if density is None:
        raise ValueError("the reduced G(r) = 4πρr[g(r) − 1] needs the density ρ in nm⁻³")
    # G is given in Å⁻² wherever such files are written
    with np.errstate(divide="ignore", invalid="ignore"):
        whole = 1.0 + 100.0 * g / (4.0 * np.pi * density * r)
    return np.asarray(np.where(r > 0.0, whole, 0.0))


def like_g(r: Array, values: Array, quantity: str | None) -> Array:
    """Return a curve with peaks and level where g(r) has them, without unit and density."""
    if quantity == "g-1":
        return np.asarray(values + 1.0)
    if quantity == "reduced":
        excess = values / np.where(r > 0.0, r, np.inf)
        return np.asarray(1.0 + excess / max(-float(excess.min()), 1e-300))
    return values


def _like_structure_factor(r: Array, values: Array) -> bool:
    """Return whether a curve rises to its first peak as S(q) does, which is nowhere zero."""
    peak = int(np.argmax(values))
    level = float(np.mean(values[3 * len(values) // 4 :]))
    if not 0.85 < level < 1.15 or values[peak] < 1.1 or not 0.0 < r[peak] < 0.5 * r[-1]:
        return False
    before = values[(r > _RISE[0] * r[peak]) & (r < _RISE[1] * r[peak])]
    if len(before) < _RISE_POINTS:
        return False
    return bool(
        np.mean(before > 0.5 * _NOWHERE_ZERO) > 0.9
        and np.mean(before) > _NOWHERE_ZERO
        and before.min() < _BELOW
        and np.mean(before[-len(before) // 3 :]) > np.mean(before[: len(before) // 3])
        and values.min() > -0.1
    )


def refuse_other(r: Array, g: Array) -> None:
    """Refuse g(r) − 1, the reduced G(r), potentials, counts and distributions by their names."""
    if not (np.all(np.isfinite(g)) and np.all(np.isfinite(r))) or len(g) < 20:
        return
    for values, what in ((g, "S(q)"), (g + 1.0, "S(q) − 1")):
        if _like_structure_factor(r, values):
            raise OtherQuantity(
                f"the values do not vanish in front of the first peak, as g(r) does where atoms "
                f"overlap, so this seems to be {what} of wave numbers; read it as a structure "
                f"factor (quantity {what.replace('(q)', '').replace(' − ', '-')}), or say that it "
                "is g(r) (quantity g)",
                STRUCTURE_FACTOR,
            )
    tail = g[3 * len(g) // 4 :]
    level, highest, lowest = float(np.mean(tail)), float(np.max(g)), float(np.min(g))
    inside = (r < 0.6 * r[np.argmax(g)]) & (r > 0.0)
    if lowest < -0.05 * max(1.0, highest) and abs(level) < 0.3 * max(highest, 1.0):
        core = g[inside]
        if np.all(np.abs(core + 1.0) < 0.1) and abs(float(g[0]) + 1.0) < 0.1:
            raise OtherQuantity(
                "the values begin with −1 and tend to 0, so this is g(r) − 1; add 1 to it "
                "(quantity g-1)",
                "g-1",
            )
        if len(core) >= 3 and np.all(core < 0.0):
            slopes = core / r[inside]
            if np.std(slopes[1:]) < 0.3 * abs(float(np.mean(slopes[1:]))):
                raise OtherQuantity(
                    "the values fall as −4πρr and tend to 0, so this is the reduced "
                    "G(r) = 4πρr[g(r) − 1] of diffraction; convert it (quantity reduced). If it is "
                    "q[S(q) − 1] of wave numbers, give the quantity q(S-1)",
                    "reduced",
                )
        if np.argmax(g) < np.argmin(g) and g[0] > 1.0:
            raise ValueError(
                "the values fall from a steep core into a well and tend to 0, as a potential "
                "does; g(r) tends to 1"
            )
    if level < 1e-3 * highest and lowest >= -0.05 * highest:
        area = float(np.sum(0.5 * (g[1:] + g[:-1]) * np.diff(r)))
        for end, unit in ((np.pi, "radians"), (180.0, "degrees")):
            if abs(r[-1] / end - 1.0) < 0.03 and abs(area - 1.0) < 0.1:
                raise ValueError(
                    f"the values tend to 0 towards {end:.3g}, as a distribution of angles in "
                    f"{unit} does; g(r) tends to 1"
                )
        if abs(area - 1.0) < 0.03:
            raise ValueError(
                "the values tend to 0 and their integral is 1, as in a distribution of bond "
                "lengths or angles or P(r); g(r) tends to 1"
            )
    last = g[-max(3, len(g) // 20) :]
    before = float(np.mean(g[len(g) // 2 : 4 * len(g) // 5]))
    if np.all(last < 0.2 * before) and g[-1] < 0.05 * before and half_box(r, g) is None:
        raise ValueError(
            "the values fall to 0 at large r, as a distribution or P(r) does; g(r) tends to 1"
        )
    start = len(g) // 2
    if g[-1] > 1.6 * g[start] > 0.0 and np.all(g[start:] > 0.0) and r[start] > 0.0:
        power, _ = np.polyfit(np.log(r[start:]), np.log(g[start:]), 1)
        if 0.7 < power < 1.3:
            raise ValueError(
                "the values grow as r, as the total correlation function T(r) = 4πρr g(r) of "
                "diffraction does; divide them by 4πρr"
            )
        if 1.5 < power < 2.5:
            raise ValueError(
                "the values grow as r², as counts of pairs in each bin or 4πρr²g(r) do; divide "
                "them by the volume of the shells (gmx rdf without -norm none)"
            )
