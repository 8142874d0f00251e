"""The command `surrogate-app design`."""

from __future__ import annotations

import argparse
from pathlib import Path

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add a range for each input of an electrolyte, and how many systems are drawn."""
    shared.add_ranges(parser, required=True)
    parser.add_argument("--systems", type=int, default=128, help="number of systems")
    shared.add_seed(parser)
    parser.add_argument("--csv", type=Path, help="write the systems to this file")


def run(options: argparse.Namespace) -> int:
    """Draw systems and write them as a campaign reads them."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte.data.designs import drawn, to_csv

    text = to_csv(drawn(shared.read_ranges(options), options.systems, options.seed))
    if options.csv is None:
        print(text, end="")
    else:
        options.csv.write_text(text, encoding="utf-8")
    return DONE


DESIGN = Command(
    "design",
    "Draw electrolytes that fill ranges of their inputs evenly, for a campaign of your own.",
    add_arguments,
    run,
    order=9,
)
"""Drawing of systems."""
