"""The command `surrogate-app study`."""

from __future__ import annotations

import argparse
import sys

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add the study and a limit to its time."""
    parser.add_argument(
        "study",
        help="losses (means, soft labels or weights), noise (the same on noisier labels), default "
        "(on which systems to train it), hyperparameters (units and batch), systems or length (how "
        "the error falls with the number and the length of simulations)",
    )
    shared.add_workers(parser)
    shared.add_minutes(parser, "it pauses")


def run(options: argparse.Namespace) -> int:
    """Train what is missing."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte.training.studies import require_study

    require_study(options.study)
    from surrogate_app.electrolyte.training import study_runs  # TensorFlow takes seconds to import

    left = study_runs.run(
        options.study,
        options.minutes,
        lambda line: print(line, file=sys.stderr, flush=True),
        options.jobs,
        options.dask,
    )
    if left:
        print(f"{left} trials left; run the same command again to resume", file=sys.stderr)
    return DONE


STUDY = Command(
    "study",
    "Train many networks to answer one question; repeat the command to resume.",
    add_arguments,
    run,
    order=12,
)
