"""The command `surrogate-app propagate`."""

from __future__ import annotations

import argparse

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add an electrolyte, which of its inputs are uncertain, and how the result is described."""
    shared.add_electrolyte(parser)
    shared.add_spreads(parser)
    parser.add_argument(
        "--samples", type=int, default=2048, help="number of sampled systems, a power of two"
    )
    shared.add_seed(parser)
    parser.add_argument(
        "--quantiles",
        type=float,
        nargs="*",
        default=[0.025, 0.16, 0.5, 0.84, 0.975],
        help="probabilities of the quantiles to compute, between 0 and 1",
    )


def run(options: argparse.Namespace) -> int:
    """Propagate the uncertainty of the inputs."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte import Surrogate, propagate
    from surrogate_app.electrolyte.export import analyses

    surrogate = shared.load(Surrogate, options.model, options.models)
    found = propagate(
        surrogate,
        shared.electrolyte(options),
        **shared.read_spreads(options),
        samples=options.samples,
        seed=options.seed,
    )
    table = analyses.of_propagation(found, surrogate.metadata, options.quantiles)
    return shared.write(options, table)


PROPAGATE = Command(
    "propagate",
    "Propagate input uncertainty to an electrolyte's structure.",
    add_arguments,
    run,
    order=4,
)
