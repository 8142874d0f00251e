"""The command `surrogate-app benchmark`: ratios to a stated limit or to a peer in the same run."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser

if TYPE_CHECKING:  # imports NumPy, which other commands do without
    from surrogate_app.common.timing import Figure

DOCUMENT = "speed.md"
"""Where --write puts the table, in docs/."""


def add_arguments(parser: Parser) -> None:
    """Add what is measured and where the figures go."""
    parser.add_argument(
        "--load", action="store_true", help="measure a server with many visitors instead"
    )
    parser.add_argument("--visitors", type=int, default=20, help="number of them")
    parser.add_argument(
        "--minutes", type=float, default=5.0, help="for how long they move a slider"
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--write", action="store_true", help=f"store the table in docs/{DOCUMENT}")


def run(options: argparse.Namespace) -> int:
    """Measure speed and memory, or a server with many visitors."""
    if options.load:
        results = load(options.visitors, options.minutes)
        return shared.publish(options, results, as_table(results), DOCUMENT, "load")
    results = measure()
    return shared.publish(options, results, as_table(results), DOCUMENT, "benchmark")


def measure() -> dict[str, Any]:
    """Measure everything; takes about five minutes on an idle machine.

    Returns
    -------
    dict
        Provenance and, under `figures`, the fields of each `Figure` with its ratio.
    """
    # the halves and Voila take longer to import than other commands to run
    from surrogate_app.app import benchmark as page
    from surrogate_app.common.provenance import provenance
    from surrogate_app.subjects import SUBJECTS

    halves = [figure for half in SUBJECTS.values() for figure in half.benchmark.load()()]
    figures = [*halves, *page.figures(), *memory()]
    rows = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    return {**provenance("surrogate-app benchmark"), "figures": rows}


def load(visitors: int, minutes: float) -> dict[str, Any]:
    """Measure a server with many visitors, see `app.load.figures`.

    Returns
    -------
    dict
        As `measure`.
    """
    # Voila takes longer to import than other commands to run
    from surrogate_app.app import load as page
    from surrogate_app.common.checks import positive, whole
    from surrogate_app.common.provenance import provenance

    number = whole("visitors", visitors, least=1)
    figures = page.figures(number, positive("minutes", minutes))
    rows = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    command = f"surrogate-app benchmark --load --visitors {number} --minutes {minutes:g}"
    return {**provenance(command), "figures": rows}


def memory() -> list[Figure]:
    """Memory of a process that has predicted once, over one that only has NumPy and h5py."""
    from surrogate_app.common.timing import Figure, resident

    predict = (
        "from surrogate_app.electrolyte import Electrolyte, Surrogate\n"
        "Surrogate.load().predict(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02))"
    )
    name = "MiB resident after a prediction"
    bare = "import numpy, h5py"
    return [Figure(name, resident(predict), "NumPy and h5py alone, MiB", resident(bare))]


def as_table(results: dict[str, Any]) -> str:
    """Markdown table of the results of `measure`."""
    lines = ["| measured | value | against | reference | ratio |", "|---|---:|---|---:|---:|"]
    for row in results["figures"]:
        lines.append(
            f"| {row['name']} | {row['value']:.3g} | {row['against']} | {row['reference']:.3g} "
            f"| {row['ratio']:.2f} |"
        )
    return "\n".join(lines)


BENCHMARK = Command(
    "benchmark",
    "Measure speed and memory against stated limits.",
    add_arguments,
    run,
    order=14,
)
