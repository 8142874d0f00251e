"""The command `surrogate-app predict-many`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add where the systems come from, what is predicted, and how."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte.analysis.numbers import NUMBERS
    from surrogate_app.electrolyte.export.predictions import PROFILES, ROWS

    parser.add_argument(
        "file",
        type=Path,
        nargs="?",
        help="systems as .csv or .parquet with columns of their inputs' names, or as .npz with an "
        "array; if left out, systems are drawn",
    )
    shared.add_ranges(parser, required=False)
    parser.add_argument("--systems", type=int, help="number of systems to draw")
    shared.add_seed(parser)
    parser.add_argument(
        "--folder", type=Path, required=True, help="where the Parquet files go; made when missing"
    )
    parser.add_argument(
        "--quantities",
        nargs="+",
        default=list(NUMBERS),
        metavar="NAME",
        help=f"one value a system: {', '.join(NUMBERS)} (all of these if left out); 251 values, "
        f"from the wall to the midplane: {', '.join(PROFILES)}",
    )
    parser.add_argument("--rows", type=int, default=ROWS, help="number of systems in a file")
    shared.add_model(parser)
    shared.add_models(parser)
    shared.add_workers(parser)
    shared.add_minutes(parser, "nothing is started")


def run(options: argparse.Namespace) -> int:
    """Predict what is missing, and say on stderr what there is and what lies outside."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte import PARAMETERS, Surrogate
    from surrogate_app.electrolyte.data.systems import Systems
    from surrogate_app.electrolyte.export.predictions import Predictions

    given = shared.read_ranges(options)
    drawn = options.systems is not None
    if (options.file is not None) == drawn or (drawn and not given.keys() >= set(PARAMETERS)):
        raise ValueError(
            "name a file of systems, or draw them: by --systems and values or ranges of "
            f"{', '.join(PARAMETERS)}"
        )
    if drawn:
        systems = Systems.drawn(given, options.systems, options.seed)
    elif given.keys() & set(PARAMETERS):
        raise ValueError("inputs of systems come from the file; leave their ranges out")
    else:
        systems = Systems.read(options.file)
    surrogate = shared.load(Surrogate, options.model, options.models)
    plan = Predictions(options.folder, surrogate, systems, options.quantities, options.rows)
    done = plan.run(jobs=options.jobs, minutes=options.minutes, dask=options.dask)
    text = f"{done.systems:,} systems done, {done.size / 1e6:,.1f} MB in {plan.folder}"
    print(text if done.finished else f"{text}; repeat to resume", file=sys.stderr)
    if done.outside:
        print(
            f"{done.outside:,} of them lie outside the domain of {surrogate.name}: in_domain is "
            "false there, and nothing is predicted",
            file=sys.stderr,
        )
    return DONE


PREDICT_MANY = Command(
    "predict-many",
    "Predict any number of electrolytes into Parquet files; repeat the command to resume.",
    add_arguments,
    run,
    order=3,
)
"""Predictions in bulk."""
