"""The command `surrogate-app fit`."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser

STDIN = Path("-")
"""What stands for the standard input among the files."""


def add_arguments(parser: Parser) -> None:
    """Add the files, how they are read, their state and what is printed."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.liquid.analysis.engine import ENGINES
    from surrogate_app.liquid.analysis.maps import QUANTITIES as MAPS
    from surrogate_app.liquid.rdf.format import FORMATS
    from surrogate_app.liquid.rdf.rdf import LENGTH_UNITS, ORIGINS, QUANTITIES, SAMPLINGS
    from surrogate_app.liquid.rdf.structure_factor import S_QUANTITIES

    parser.epilog = f"Formats that are read: {', '.join(FORMATS)}."
    parser.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="files with g(r) or a measured S(q); - to read it from a pipe",
    )
    parser.add_argument("--density", type=float, required=True, help="number density in nm⁻³")
    parser.add_argument("--temperature", type=float, required=True, help="temperature in K")
    shared.add_model(parser)
    parser.add_argument(
        "--unit",
        help=f"unit of distances, {', '.join(LENGTH_UNITS)}; inferred from the file if left out",
    )
    parser.add_argument("--sigma", type=float, help="σ in nm, for files in units of σ")
    parser.add_argument("--column", type=int, help="which of the g columns, from 0")
    parser.add_argument(
        "--sampling",
        choices=SAMPLINGS,
        help="what r is: points at which g is given, or centres, lower or upper edges of bins; "
        "inferred by the fit if left out",
    )
    parser.add_argument(
        "--origin",
        choices=ORIGINS,
        help="whether g(r) was simulated or measured by diffraction, whose errors differ; "
        "inferred if left out",
    )
    parser.add_argument(
        "--quantity",
        choices=(*QUANTITIES, *S_QUANTITIES),
        help="what the values are: g(r), g(r) − 1, or the reduced G(r) of diffraction in Å⁻²; or "
        "S(q), S(q) − 1, or q[S(q) − 1], in units of q of which --unit names the length; inferred "
        "if left out",
    )
    parser.add_argument(
        "--cut",
        nargs="?",
        type=float,
        const=0.0,
        metavar="R",
        help="use g(r) up to R in nm only; up to half of the box, where g falls, without R",
    )
    parser.add_argument(
        "--normalise", action="store_true", help="divide g by the level of its tail"
    )
    parser.add_argument(
        "--format",
        choices=["text", "gromacs", "lammps-real", "lammps-lj", "openmm", "votca", "relentless"],
        default="text",
        help="how to print the parameters",
    )
    parser.add_argument(
        "--methods", action="store_true", help="compare all methods on each file instead"
    )
    parser.add_argument(
        "--engine",
        choices=ENGINES,
        default=ENGINES[0],
        help="with --methods, what gives g(r) of trial potentials; all but the default simulate",
    )
    parser.add_argument(
        "--folder", type=Path, help="with --engine, where simulations are kept, to go on with them"
    )
    parser.add_argument(
        "--sweeps", type=int, default=8_000, help="with --engine, length of each simulation"
    )
    parser.add_argument(
        "--map",
        choices=MAPS,
        help="print an error map over C12 and C6 instead, as CSV or, with --json, as JSON: the "
        "difference of g(r), or the relative entropy",
    )
    parser.add_argument("--csv", type=Path, help="write g(r) or S(q) and the fit to this file")
    parser.add_argument("--json", action="store_true", help="print JSON")


def run(options: argparse.Namespace) -> int:
    """Fit every file, warn on stderr and print the parameters."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.common.checks import positive
    from surrogate_app.liquid import InverseSurrogate, StructureFactor
    from surrogate_app.liquid.export import fit as export

    _require_one_form(options)
    if options.sigma is not None:
        positive("sigma", options.sigma, "nm")
    if options.methods or options.map:
        return _compare(options)
    surrogate = shared.load(InverseSurrogate, options.model)
    fits: list[Any] = []
    of_q: list[Any] = []
    for path, name in zip(options.files, names(options.files), strict=True):
        try:
            curve = _read(path, name, options)
            fit = surrogate.fit(curve, options.density, options.temperature)
        except ValueError as error:
            raise ValueError(f"{name}: {error}") from None
        (of_q if isinstance(curve, StructureFactor) else fits).append(fit)
    if of_q:
        return _print_structure_factors(of_q, bool(fits), options)
    for fit in fits:
        for sentence in (*fit.rdf.assumptions, *fit.rdf.warnings, *fit.warnings):
            print(f"{fit.rdf.name}: {sentence}", file=sys.stderr)
    _write(fits, export.table(fits), as_text, options)
    return DONE


def _write(
    fits: Sequence[Any], table: Any, as_text: Callable[[Any], str], options: argparse.Namespace
) -> None:
    """Print fits in the form that was asked for, and write their table."""
    from surrogate_app.liquid.export import fit as export

    if options.csv is not None:
        options.csv.write_text(table.to_csv(), encoding="utf-8")
    forms: dict[str, Callable[[Any], str]] = {
        "text": as_text,
        "gromacs": export.gromacs_itp,
        "lammps-real": lambda fit: export.lammps_lines(fit, "real"),
        "lammps-lj": lambda fit: export.lammps_lines(fit, "lj"),
        "openmm": export.openmm_xml,
        "votca": export.votca_table,
        "relentless": export.relentless_script,
    }
    if options.json:
        print(table.to_json())
    else:
        print("\n".join(forms[options.format](fit).rstrip("\n") for fit in fits))


def _print_structure_factors(fits: Sequence[Any], mixed: bool, options: argparse.Namespace) -> int:
    """Print fits of S(q), with what was assumed on stderr."""
    from surrogate_app.liquid.export import structure_factor as export

    if mixed:
        raise ValueError("some files hold g(r) and some S(q); fit them in separate calls")
    for fit in fits:
        given = fit.structure_factor
        read = f"This is a structure factor S(q), {given.q.size} points."
        for sentence in (read, *given.assumptions, *given.warnings, *fit.warnings):
            print(f"{given.name}: {sentence}", file=sys.stderr)
    _write(fits, export.table(fits), _as_text_of_q, options)
    return DONE


def _as_text_of_q(fit: Any) -> str:
    given = fit.structure_factor
    values = _parameter_lines(fit)
    values.append(f"  level {fit.level:.3f}, scale {fit.scale:.3f}, misfit {fit.misfit:.2g}")
    values += _verdict_lines(fit)
    return "\n".join([f"{given.name} (S(q), q in {given.q_unit}):", *values])


def _compare(options: argparse.Namespace) -> int:
    """Print all methods side by side, or an error map, of every file."""
    from surrogate_app.liquid import compare_methods, error_map
    from surrogate_app.liquid.export import methods as export

    if options.methods and options.map:
        raise ValueError("--methods and --map exclude each other; choose one")
    if len(options.files) > 1:
        raise ValueError(f"--methods and --map take one file, got {len(options.files)}")
    ((path, name),) = zip(options.files, names(options.files), strict=True)
    state = options.density, options.temperature
    try:
        rdf = _read(path, name, options)
        if options.map:
            table = export.map_table(error_map(rdf, *state, quantity=options.map))
            text = table.to_csv()
        else:
            found = compare_methods(
                *(rdf, *state, options.engine, _report),
                folder=options.folder,
                sweeps=options.sweeps,
            )
            table, text = export.table(found), as_table(found)
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from None
    for sentence in (*rdf.assumptions, *rdf.warnings, *table.warnings):
        print(f"{name}: {sentence}", file=sys.stderr)
    if options.csv is not None:
        options.csv.write_text(table.to_csv(), encoding="utf-8")
    print(table.to_json() if options.json else text.rstrip("\n"))
    return DONE


def _report(done: float) -> None:
    if sys.stderr.isatty():
        print(f"\r{100.0 * done:3.0f} %", end="\n" if done == 1.0 else "", file=sys.stderr)


def as_table(found: Any) -> str:
    """Return the rows of a comparison as lines for a reader; - stands for what a method lacks."""
    head = ("method", "C12", "±", "C6", "±", "sigma", "epsilon", "RDF error", "KL", "g(r)", "s")
    rows = [head]
    for row in found:
        numbers = (row.c12, row.c12_std, row.c6, row.c6_std, row.sigma, row.epsilon)
        digits = (5, 2, 5, 2, 4, 4)
        cells = [_cell(value, n) for value, n in zip(numbers, digits, strict=True)]
        cells += [_cell(row.rdf_error, 2), _cell(row.kl_error, 2)]
        rows.append((row.label, *cells, str(row.evaluations), f"{row.seconds:.2f}"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    lines += [f"  {row.label}: {row.note}" for row in found if row.note]
    return "\n".join(lines)


def _cell(value: float, digits: int) -> str:
    return f"{value:.{digits}g}" if value == value else "-"


def names(paths: Sequence[Path]) -> list[str]:
    """Names of files that distinguish them, as short as possible.

    Examples
    --------
    >>> names([Path("cold/rdf.xvg"), Path("hot/rdf.xvg"), Path("cold/lj.dat")])
    ['cold/rdf.xvg', 'hot/rdf.xvg', 'lj.dat']
    """
    often = Counter(path.name for path in paths)
    shortest = [path.name if often[path.name] == 1 else str(path) for path in paths]
    return ["standard input" if name == str(STDIN) else name for name in shortest]


def as_text(fit: Any) -> str:
    """Return the parameters of a fit as lines for a reader, warnings included."""
    values = _parameter_lines(fit)
    values.append(f"  RDF error {100.0 * fit.rdf_error:.2g} %, misfit {fit.misfit:.2g}")
    values += _verdict_lines(fit)
    return "\n".join([f"{fit.rdf.name} ({fit.model}):", *values])


def _parameter_lines(fit: Any) -> list[str]:
    lines = (
        ("C12", fit.c12, fit.c12_std, "kJ/mol nm¹²"),
        ("C6", fit.c6, fit.c6_std, "kJ/mol nm⁶"),
        ("sigma", fit.sigma, fit.sigma_std, "nm"),
        ("epsilon", fit.epsilon, fit.epsilon_std, "kJ/mol"),
    )
    return [f"  {name:8}{mean:.5g} ± {std:.2g} {unit}" for name, mean, std, unit in lines]


def _verdict_lines(fit: Any) -> list[str]:
    outside = [] if fit.in_domain else ["  in domain: no; do not rely on these numbers"]
    from surrogate_app.liquid.export import thermodynamics  # as in add_arguments

    found = [f"  {line}" for line in thermodynamics.lines(fit)]
    return [*found, *outside, *(f"  warning: {sentence}" for sentence in fit.warnings)]


def _require_one_form(options: argparse.Namespace) -> None:
    if options.format == "text":
        return
    if options.json:
        raise ValueError(f"--format {options.format} and --json exclude each other; choose one")
    if len(options.files) > 1:
        raise ValueError(
            f"--format {options.format} writes one potential, got {len(options.files)} files; "
            "give one at a time"
        )


def _read(path: Path, name: str, options: argparse.Namespace) -> Any:
    from surrogate_app.liquid import StructureFactor
    from surrogate_app.liquid.rdf.structure_factor import read_curve
    from surrogate_app.liquid.rdf.text import MAX_BYTES

    rdf = read_curve(
        sys.stdin.buffer.read(MAX_BYTES + 1) if path == STDIN else path,
        options.unit,
        options.column,
        options.sigma,
        name,
        options.quantity,
        options.unit,  # of S(q), the name of a length is enough
        sampling=options.sampling,
        density=options.density,
        origin=options.origin,
    )
    if isinstance(rdf, StructureFactor):
        return rdf
    if options.sigma is not None and rdf.length_unit != "σ":
        unused = (
            f"sigma = {options.sigma:g} nm was not used, as distances are in {rdf.length_unit}."
        )
        rdf = replace(rdf, assumptions=(*rdf.assumptions, unused))
    if options.cut is not None:
        rdf = rdf.cut(options.cut or None)
    return rdf.normalised() if options.normalise else rdf


FIT = Command("fit", "Fit Lennard-Jones parameters to g(r) in files.", add_arguments, run, order=7)
