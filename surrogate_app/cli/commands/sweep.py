"""The command `surrogate-app sweep`."""

from __future__ import annotations

import argparse

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add an electrolyte, the input that is swept and its values."""
    shared.add_electrolyte(parser)
    parser.add_argument("--input", required=True, help="input to sweep, as c or d-pos")
    parser.add_argument(
        "--values", type=float, nargs="+", required=True, help="its values, in its unit"
    )
    shared.add_quantity(parser)


def run(options: argparse.Namespace) -> int:
    """Predict one curve for each value."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte import Surrogate, sweep
    from surrogate_app.electrolyte.export import analyses

    surrogate = shared.load(Surrogate, options.model, options.models)
    name = shared.input_name(options.input)
    found = sweep(surrogate, shared.electrolyte(options), name, options.values, options.quantity)
    return shared.write(options, analyses.of_sweep(found, surrogate.metadata))


SWEEP = Command(
    "sweep", "Predict an electrolyte for several values of one input.", add_arguments, run, order=5
)
