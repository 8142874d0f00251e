"""The command `surrogate-app capacitance`."""

from __future__ import annotations

import argparse

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add an electrolyte, the number of surface charges, the model and where results go."""
    shared.add_electrolyte(parser)
    parser.add_argument(
        "--points", type=int, default=61, help="number of surface charges over the model's range"
    )
    shared.add_model(parser)
    shared.add_models(parser)
    shared.add_output(parser)


def run(options: argparse.Namespace) -> int:
    """Compute the potential drop and the capacitance of the walls against their charge."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte import Surrogate, capacitance
    from surrogate_app.electrolyte.export import analyses

    surrogate = shared.load(Surrogate, options.model, options.models)
    found = capacitance(surrogate, shared.electrolyte(options), options.points)
    return shared.write(options, analyses.of_capacitance(found, surrogate.metadata))


CAPACITANCE = Command(
    "capacitance",
    "Predict the capacitance of an electrolyte's walls against their charge.",
    add_arguments,
    run,
    order=6,
)
