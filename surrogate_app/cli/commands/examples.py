"""The command `surrogate-app examples`."""

from __future__ import annotations

import argparse
from pathlib import Path

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add where the files go."""
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the files go; they replace those in pretrained/liquid/examples if left out",
    )
    shared.add_seed(parser)


def run(options: argparse.Namespace) -> int:
    """Simulate the examples, showing how far they have come."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.liquid.data.examples import write_examples

    with shared.progress() as progress:
        write_examples(options.folder, seed=options.seed, progress=progress)
    return DONE


EXAMPLES = Command(
    "examples",
    "Simulate anew the examples of g(r) that come with the package.",
    add_arguments,
    run,
    order=9,
)
