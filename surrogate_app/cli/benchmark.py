"""Speed and memory of the package as ratios to a stated limit or to a peer in the same run."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from surrogate_app.app import benchmark as page
from surrogate_app.common.provenance import provenance
from surrogate_app.common.timing import Figure, resident
from surrogate_app.electrolyte.evaluation import benchmark as electrolyte
from surrogate_app.liquid.evaluation import benchmark as liquid


def run() -> dict[str, Any]:
    """Measure everything; takes about five minutes on an idle machine.

    Returns
    -------
    dict
        Provenance and, under `figures`, the fields of each `Figure` with its ratio.
    """
    figures = [*electrolyte.figures(), *liquid.figures(), *page.figures(), *memory()]
    rows = [{**asdict(figure), "ratio": figure.ratio} for figure in figures]
    return {**provenance("surrogate-app benchmark"), "figures": rows}


def memory() -> list[Figure]:
    """Memory of a process that has predicted once, over one that only has NumPy and h5py."""
    predict = (
        "from surrogate_app.electrolyte import Electrolyte, Surrogate\n"
        "Surrogate.load().predict(Electrolyte(4.8, 1.5, 0.415, 0.63, -0.02))"
    )
    name = "MiB resident after a prediction"
    bare = "import numpy, h5py"
    return [Figure(name, resident(predict), "NumPy and h5py alone, MiB", resident(bare))]


def as_table(results: dict[str, Any]) -> str:
    """Markdown table of the results of `run`."""
    lines = ["| measured | value | against | reference | ratio |", "|---|---:|---|---:|---:|"]
    for row in results["figures"]:
        lines.append(
            f"| {row['name']} | {row['value']:.3g} | {row['against']} | {row['reference']:.3g} "
            f"| {row['ratio']:.2f} |"
        )
    return "\n".join(lines)
