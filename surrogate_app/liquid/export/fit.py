"""Fits as tables, and their potential in the languages of simulation programs."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

import numpy as np

from surrogate_app import __version__
from surrogate_app.common.tables import (
    Table,
    model_lines,
    on_one_line,
    quantities,
    stacked,
    units_line,
)
from surrogate_app.liquid.export import thermodynamics
from surrogate_app.liquid.inverse.surrogate import Fit, StructureFactorFit
from surrogate_app.liquid.state import CUTOFF, LJState

INPUTS = {"density": "nm⁻³", "temperature": "K"}
"""What a fit rests on beside g(r), with units."""

READ = ("name", "format", "length_unit", "column", "columns", "assumptions", "warnings")
"""What is exported about the g(r) that was fitted."""

POTENTIAL = {
    "c12": "kJ/mol nm¹²",
    "c12_std": "kJ/mol nm¹²",
    "c6": "kJ/mol nm⁶",
    "c6_std": "kJ/mol nm⁶",
    "correlation": "1",
    "sigma": "nm",
    "sigma_std": "nm",
    "epsilon": "kJ/mol",
    "epsilon_std": "kJ/mol",
}
"""Numbers of every fitted potential, with their units."""

NUMBERS = {**POTENTIAL, "noise": "1", "misfit": "1", "rdf_error": "1"}
"""Numbers of a fit, with their units."""

COLUMNS = {"r": "nm", "g": "1", "g_fit": "1", "residual": "1"}
"""Arrays of a fit in the order of the CSV columns, with their units."""

LAMMPS_UNITS = ("real", "lj")
"""Unit systems of `lammps_lines`."""

COMB_RULES = (1, 2, 3)
"""Combination rules of `gromacs_itp`: C6 and C12 are given for 1, σ and ε for 2 and 3."""

_VOTCA_STEP = 0.002
_VOTCA_FROM = 0.6
"""Where tables of VOTCA begin, in σ: at 1,700 ε, beyond what any run sees."""

_KJ_PER_KCAL = 4.184
_ANGSTROM_PER_NM = 10.0
_FORBIDDEN = re.compile(r"[^A-Za-z0-9 ._+(),=:/*^-]")
_NAME_LENGTH = 16


def python_call(fit: Fit) -> str:
    """Return the Python expression that repeats a fit, r and g being the exported arrays."""
    return (
        f"InverseSurrogate.load({fit.model!r}).fit("
        f"RDF(r, g, sampling={fit.sampling!r}, origin={fit.origin!r}), "
        f"density={fit.density!r}, temperature={fit.temperature!r})"
    )


def file_name(fit: Fit | StructureFactorFit, extension: str) -> str:
    """Return a file name that says what was fitted, where and by which model."""
    state, model = fit.state, identifier(fit.model)
    conditions = f"{state.density:.6g}nm-3_{state.temperature:.6g}K"
    return f"{identifier(fit.name)}_{conditions}_{model}.{extension}"


def identifier(name: str) -> str:
    """Return a name that every program takes for an atom type: letters, digits and underscores.

    Parameters
    ----------
    name : str
        Any text; the name of a file loses its ending.

    Returns
    -------
    str
        1 to 16 characters, the first one a letter.

    Examples
    --------
    >>> identifier("Méthane, 345 K.dist.tgt"), identifier("12-6.txt"), identifier("氩")
    ('Methane_345_K', 'LJ_12_6', 'LJ')
    """
    stem = re.sub(r"(\.[A-Za-z][A-Za-z0-9]*)+$", "", on_one_line(name))
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "_", plain).strip("_")
    if not words[:1].isalpha():
        words = f"LJ_{words}"
    return words[:_NAME_LENGTH].rstrip("_")


def table(fits: Fit | Sequence[Fit]) -> Table:
    """Return fits as one table: what makes each, every number, g(r) and the g(r) fitted to it.

    Parameters
    ----------
    fits : Fit or sequence of Fit
        The fits, the shown one first.

    Returns
    -------
    Table
        In CSV, columns `fit` (counted from 0) and those of `COLUMNS`; g_fit and the residual,
        g_fit − g, are empty where they are unknown. In JSON, an object with `application`,
        `units` and `fits`.
    """
    listed = fits if isinstance(fits, Sequence) else [fits]
    comments = []
    for index, fit in enumerate(listed):
        comments.append(f"fit {index}: {python_call(fit)}")
        comments += model_lines(_model(fit))
        read = {key: item for key, item in _read(fit).items() if item not in ("", [])}
        comments += [f"  g(r) {key}: {on_one_line(_joined(item))}" for key, item in read.items()]
        comments += lines_of_values(fit, NUMBERS)
        comments.append(f"  origin = {fit.origin}")
        comments += lines_of_verdict(fit, fit.warnings)
    comments.append(units_line(COLUMNS))
    return Table(
        title="Lennard-Jones potentials fitted to g(r)",
        columns=stacked("fit", [_columns(fit) for fit in listed]),
        comments=comments,
        content={
            "units": {**INPUTS, **NUMBERS, **COLUMNS},
            "fits": [
                {
                    "inputs": values(fit, INPUTS),
                    "rdf": _read(fit),
                    "call": python_call(fit),
                    "model": _model(fit),
                    "numbers": values(fit, NUMBERS),
                    "thermodynamics": thermodynamics.content(fit),
                    "origin": fit.origin,
                    "in_domain": bool(fit.in_domain),
                    "warnings": list(fit.warnings),
                    **_columns(fit),
                }
                for fit in listed
            ],
        },
    )


def values(fit: Fit | StructureFactorFit, names: Mapping[str, str]) -> dict[str, float | None]:
    """Return numbers of a fit by their names, None where there is none."""
    found = {name: float(getattr(fit, name)) for name in names}
    return {name: None if math.isnan(value) else value for name, value in found.items()}


def lines_of_values(fit: Fit | StructureFactorFit, numbers: Mapping[str, str]) -> list[str]:
    """Write state, numbers with these units, and thermodynamics of a fit as lines of a table."""
    lines = []
    for units in (INPUTS, numbers):
        known = {name: value for name, value in values(fit, units).items() if value is not None}
        lines += quantities(known, units)
    return [*lines, *(f"  {line}" for line in thermodynamics.lines(fit))]


def lines_of_verdict(fit: Fit | StructureFactorFit, warnings: Iterable[str]) -> list[str]:
    """Write whether a fit can be relied on, and its warnings, as lines of a table."""
    sentences = [f"  warning: {on_one_line(warning)}" for warning in warnings]
    return [f"  in_domain = {fit.in_domain}", *sentences]


def gromacs_itp(fit: Fit | StructureFactorFit, comb_rule: int = 1, name: str | None = None) -> str:
    """Return an atom type for a GROMACS topology, to be included after its [ defaults ].

    Parameters
    ----------
    fit : Fit or StructureFactorFit
        The fit.
    comb_rule : int
        The combination rule in the [ defaults ] of the topology: with 1, as in the GROMOS force
        fields, atom types hold C6 and C12, with 2 (AMBER, CHARMM) or 3 (OPLS) σ and ε.
    name : str, optional
        Name of the atom type; that of the fitted file by default.

    Returns
    -------
    str
        The directives [ atomtypes ] and [ nonbond_params ] with comments.

    Raises
    ------
    ValueError
        If there is no such combination rule.
    """
    if comb_rule not in COMB_RULES:
        raise ValueError(f"comb_rule must be 1, 2 or 3, got {comb_rule!r}")
    state, atom = fit.state, _atom(fit, name)
    forms = (
        ("C6 (kJ/mol nm^6)", "C12 (kJ/mol nm^12)", state.c6, state.c12),
        ("sigma (nm)", "epsilon (kJ/mol)", state.sigma, state.epsilon),
    )
    first, second, v, w = forms[comb_rule > 1]
    other_first, other_second, other_v, other_w = forms[comb_rule == 1]
    rules, others = ("1", "2 or 3") if comb_rule == 1 else ("2 or 3", "1")
    values = f"{_digits(v):>16}  {_digits(w):>16}"
    return _commented(
        ";",
        [
            *_about(fit),
            f"for topologies with comb-rule {rules} in [ defaults ] (nbfunc 1): {first}, {second}",
            f"with comb-rule {others} write {other_first} = {_digits(other_v)}, "
            f"{other_second} = {_digits(other_w)} instead",
            f"cut-off {_cutoff(state)} nm; g(r) does not contain the mass: enter that of your atom",
        ],
    ) + (
        "[ atomtypes ]\n"
        f"; name{'':12}  at.num  mass (u)  charge (e)  ptype  {first:>16}  {second}\n"
        f"  {atom:<16}  0       1.000     0.000       A      {values}\n"
        "\n"
        "[ nonbond_params ]\n"
        f"; i{'':15}  j{'':15}  func  {first:>16}  {second}\n"
        f"  {atom:<16}  {atom:<16}  1     {values}\n"
    )


def lammps_lines(fit: Fit | StructureFactorFit, units: str = "real") -> str:
    """Return the lines of a LAMMPS input that set the potential of atom type 1.

    Parameters
    ----------
    fit : Fit or StructureFactorFit
        The fit.
    units : str
        "real": kcal/mol and Å; "lj": ε and σ.

    Returns
    -------
    str
        The commands pair_style, pair_coeff and pair_modify with comments.

    Raises
    ------
    ValueError
        If the units are others.
    """
    if units not in LAMMPS_UNITS:
        raise ValueError(f"units must be {' or '.join(LAMMPS_UNITS)}, got {units!r}")
    state = fit.state
    if units == "real":
        epsilon, sigma = state.epsilon / _KJ_PER_KCAL, state.sigma * _ANGSTROM_PER_NM
        meaning = [
            "units real: energies in kcal/mol, distances in Angstrom, masses in g/mol, times in fs",
            f"density {_digits(state.density / _ANGSTROM_PER_NM**3)} atoms per cubic Angstrom, "
            f"temperature {_digits(state.temperature)} K",
        ]
    else:
        epsilon = sigma = 1.0
        meaning = [
            f"units lj: energies in epsilon = {_digits(state.epsilon)} kJ/mol, "
            f"distances in sigma = {_digits(state.sigma)} nm,",
            "masses in that m of an atom, times in sigma (m/epsilon)^(1/2)",
            f"density {_digits(state.reduced_density)}, "
            f"temperature {_digits(state.reduced_temperature)}",
        ]
    cutoff = _digits(CUTOFF * sigma)
    return _commented("#", [*_about(fit), *meaning]) + (
        f"pair_style      lj/cut {cutoff}\n"
        f"pair_coeff      1 1 {_digits(epsilon)} {_digits(sigma)}\n"
        "pair_modify     shift no tail yes\n"
    )


def openmm_xml(fit: Fit | StructureFactorFit, name: str | None = None) -> str:
    """Return a force field file for OpenMM: one atom type in a residue of one atom.

    Parameters
    ----------
    fit : Fit or StructureFactorFit
        The fit.
    name : str, optional
        Name of type, residue and atom; that of the fitted file by default.

    Returns
    -------
    str
        XML for `openmm.app.ForceField`.
    """
    state, atom = fit.state, _atom(fit, name)
    root = ElementTree.Element("ForceField")
    info = ElementTree.SubElement(root, "Info")
    hints = [
        "sigma in nm, epsilon in kJ/mol",
        f"NonbondedForce: cut-off {_cutoff(state)} nm, no switching function",
        "atoms without an element; g(r) does not contain the mass: enter that of your atom",
    ]
    for line in (*_about(fit), *hints):
        ElementTree.SubElement(info, "Source").text = line
    types = ElementTree.SubElement(root, "AtomTypes")
    ElementTree.SubElement(types, "Type", {"name": atom, "class": atom, "mass": "1.0"})
    residues = ElementTree.SubElement(root, "Residues")
    residue = ElementTree.SubElement(residues, "Residue", {"name": atom})
    ElementTree.SubElement(residue, "Atom", {"name": atom, "type": atom})
    force = {"coulomb14scale": "1", "lj14scale": "1"}
    nonbonded = ElementTree.SubElement(root, "NonbondedForce", force)
    pair = {"sigma": _digits(state.sigma), "epsilon": _digits(state.epsilon)}
    ElementTree.SubElement(nonbonded, "Atom", {"type": atom, "charge": "0.0", **pair})
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode") + "\n"


def votca_table(fit: Fit | StructureFactorFit) -> str:
    """Return the potential as a table that VOTCA starts inversions from, TYPE-TYPE.pot.in.

    Parameters
    ----------
    fit : Fit or StructureFactorFit
        The fit.

    Returns
    -------
    str
        Distances in nm, energies in kJ/mol, zero at the cut-off, and the flag i, below comments.
    """
    state = fit.state
    first, last = (round(sigmas * state.sigma / _VOTCA_STEP) for sigmas in (_VOTCA_FROM, CUTOFF))
    r = _VOTCA_STEP * np.arange(first, last + 1)
    u = state.potential(r) - state.potential(r[-1])
    about = [
        *_about(fit),
        "r in nm, u in kJ/mol, shifted to zero at the cut-off; save it as TYPE-TYPE.pot.in, the",
        "interaction of the settings of csg_inverse, whose min, max and step may be others",
    ]
    rows = zip(r.tolist(), u.tolist(), strict=True)
    return _commented("#", about) + "".join(f"{x:.3f} {_digits(y)} i\n" for x, y in rows)


def relentless_script(fit: Fit | StructureFactorFit, name: str | None = None) -> str:
    """Return Python that makes the potential in relentless, its parameters open to optimisation.

    Parameters
    ----------
    fit : Fit or StructureFactorFit
        The fit.
    name : str, optional
        Name of the type; that of the fitted file by default.

    Returns
    -------
    str
        Statements, for relentless 0.2 or later, with comments.
    """
    state, atom = fit.state, _atom(fit, name)
    about = [*_about(fit), "epsilon in kJ/mol, distances in nm"]
    epsilon, sigma = _digits(state.epsilon), _digits(state.sigma)
    return _commented("#", about) + (
        "import relentless\n"
        "\n"
        f'lj = relentless.model.potential.LennardJones(types=("{atom}",))\n'
        f'lj.coeff["{atom}", "{atom}"].update(\n'
        "    {\n"
        f'        "epsilon": relentless.model.IndependentVariable({epsilon}, low=0.0),\n'
        f'        "sigma": relentless.model.IndependentVariable({sigma}, low=0.0),\n'
        f'        "rmax": {_cutoff(state)},\n'
        '        "shift": True,\n'
        "    }\n"
        ")\n"
    )


def _about(fit: Fit | StructureFactorFit) -> list[str]:
    """Return what a potential is, where it comes from and how far to trust it, in plain ASCII."""
    state = fit.state
    curve = "S(q)" if isinstance(fit, StructureFactorFit) else "g(r)"
    lines = [
        f"surrogate-app {__version__}, model {fit.model}: u(r) = C12/r^12 - C6/r^6 from {curve}",
        f"of {fit.name or 'an unnamed liquid'} "
        f"at {_digits(state.density)} nm^-3 and {_digits(state.temperature)} K",
        f"C6 = {_digits(state.c6)} +- {fit.c6_std:.2g} kJ/mol nm^6",
        f"C12 = {_digits(state.c12)} +- {fit.c12_std:.2g} kJ/mol nm^12 (one standard deviation)",
        *(f"warning: {warning}" for warning in fit.warnings),
    ]
    return [_plain(line) for line in lines]


def _plain(text: str) -> str:
    """Return a text without what may end or continue a comment, or be expanded within it."""
    spelt = on_one_line(text).translate(_SPELT)
    ascii_ = unicodedata.normalize("NFKD", spelt).encode("ascii", "replace").decode()
    return " ".join(re.sub(r"-{2,}", "-", _FORBIDDEN.sub("_", ascii_)).split())


_SPELT = str.maketrans(
    {
        **{"σ": "sigma", "ε": "epsilon", "ρ": "rho", "Å": "Angstrom", "−": "-", "–": "-"},
        **{"±": "+-", "×": "x", "≥": ">=", "≤": "<=", "⁻": "^-", "₆": "6", "₁": "1", "₂": "2"},
        **{"'": " ", ";": ",", "%": " per cent", "≈": "about"},
    }
)


def _commented(mark: str, lines: Sequence[str]) -> str:
    return "".join(f"{mark} {line}\n" for line in lines)


def _atom(fit: Fit | StructureFactorFit, name: str | None) -> str:
    return identifier(fit.name if name is None else name)


def _cutoff(state: LJState) -> str:
    return _digits(CUTOFF * state.sigma)


def _digits(value: float) -> str:
    return f"{value:.9g}"


def _read(fit: Fit) -> dict[str, Any]:
    about = {key: getattr(fit.rdf, key) for key in READ}
    return {key: list(item) if isinstance(item, tuple) else item for key, item in about.items()}


def _joined(item: Any) -> str:
    return " | ".join(item) if isinstance(item, list) else str(item)


def _model(fit: Fit) -> dict[str, Any]:
    return {"name": fit.model, **fit.metadata}


def _columns(fit: Fit) -> dict[str, list[float]]:
    r, g = fit.rdf.r, fit.rdf.g
    arrays = zip(COLUMNS, (r, g, fit.g_fit, fit.g_fit - g), strict=True)
    return {name: array.tolist() for name, array in arrays}
