"""The command `surrogate-app simulate`."""

from __future__ import annotations

import argparse

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add a parser for each half, with the inputs of its systems."""
    # the halves take longer to import than commands that do without them
    from surrogate_app.subjects import SUBJECTS

    halves = parser.add_subparsers(
        required=True, metavar="SUBJECT", help=f"what to simulate: {' or '.join(SUBJECTS)}"
    )
    for subject in SUBJECTS.values():
        half: Parser = halves.add_parser(
            subject.name, help=subject.simulation, description=subject.simulation
        )
        half.set_defaults(subject=subject.name)
        shared.add_inputs(half, subject.inputs)
        half.add_argument(
            "--sweeps",
            type=int,
            default=20_000,
            help="length of the run, in trial moves per particle",
        )
        shared.add_seed(half)
        shared.add_output(half)


def run(options: argparse.Namespace) -> int:
    """Simulate, showing how far it has come."""
    from surrogate_app.subjects import SUBJECTS

    subject = SUBJECTS[options.subject]
    inputs = shared.read_inputs(options, subject.inputs)
    simulate = subject.simulate.load()
    with shared.progress() as progress:
        table = simulate(inputs, options.sweeps, options.seed, progress)
    return shared.write(options, table)


SIMULATE = Command("simulate", "Simulate one system.", add_arguments, run, order=8)
