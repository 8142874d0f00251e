"""The command `surrogate-app evaluate`."""

from __future__ import annotations

import argparse

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser

DOCUMENT = "accuracy.md"
"""Where --write puts the tables, in docs/."""


def add_arguments(parser: Parser) -> None:
    """Add the half and where the figures go."""
    shared.add_subject(parser)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"store the figures beside the models and in docs/{DOCUMENT}",
    )


def run(options: argparse.Namespace) -> int:
    """Measure every model of the half."""
    from surrogate_app.subjects import SUBJECTS

    evaluation = SUBJECTS[options.subject].evaluation.load()
    results = evaluation.evaluate()
    if options.write:
        evaluation.write(results)
    table, section = evaluation.as_table(results), f"evaluate {options.subject}"
    return shared.publish(options, results, table, DOCUMENT, section)


EVALUATE = Command(
    "evaluate",
    "Measure the accuracy of every model on the test systems.",
    add_arguments,
    run,
    order=13,
)
