"""The command `surrogate-app evaluate`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser

if TYPE_CHECKING:  # importing the halves takes longer than commands that do without them
    from surrogate_app.subjects import Subject

DOCUMENT = "accuracy.md"
"""Where --write puts the tables, in docs/."""


def add_arguments(parser: Parser) -> None:
    """Add the half and where the figures go."""
    shared.add_subject(parser)
    shared.add_models(parser)
    parser.add_argument(
        "--data",
        type=Path,
        help="electrolyte: folder of a campaign of your own systems to measure on; the test "
        "systems of the package if left out",
    )
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument(
        "--write",
        action="store_true",
        help=f"store the figures beside the models, and those of the package in docs/{DOCUMENT}",
    )


def run(options: argparse.Namespace) -> int:
    """Measure every model of the half."""
    from surrogate_app.subjects import SUBJECTS

    subject = SUBJECTS[options.subject]
    if options.data is not None or options.models is not None:
        return _own(subject, options)
    evaluation = subject.evaluation.load()
    results = evaluation.evaluate()
    if options.write:
        evaluation.write(results)
    table, section = evaluation.as_table(results), f"evaluate {options.subject}"
    return shared.publish(options, results, table, DOCUMENT, section)


def _own(subject: Subject, options: argparse.Namespace) -> int:
    """Measure models on systems of the user's own."""
    if subject.own_evaluation is None:
        raise ValueError(f"{subject.name} has no models of your own to measure")
    if options.data is None:
        raise ValueError("--models needs --data: the folder of a campaign of systems to measure on")
    own = subject.own_evaluation.load()
    results = own.evaluate(options.data, options.models)
    if options.write:
        if options.models is None:
            raise ValueError("--write needs --models: figures of the shipped models are their own")
        subject.evaluation.load().write(results, options.models)
    print(json.dumps(results, indent=2) if options.json else own.as_table(results))
    return DONE


EVALUATE = Command(
    "evaluate",
    "Measure the accuracy of every model on the test systems.",
    add_arguments,
    run,
    order=13,
)
