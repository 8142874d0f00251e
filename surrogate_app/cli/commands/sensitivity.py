"""The command `surrogate-app sensitivity`."""

from __future__ import annotations

import argparse

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add an electrolyte and which of its inputs vary."""
    shared.add_electrolyte(parser)
    shared.add_spreads(parser)


def run(options: argparse.Namespace) -> int:
    """Compute the shares of the variance."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte import Surrogate, sensitivity
    from surrogate_app.electrolyte.export import analyses

    surrogate = shared.load(Surrogate, options.model, options.models)
    found = sensitivity(surrogate, shared.electrolyte(options), **shared.read_spreads(options))
    return shared.write(options, analyses.of_sensitivity(found, surrogate.metadata))


SENSITIVITY = Command(
    "sensitivity",
    "Compute which inputs an electrolyte's structure is sensitive to, position by position.",
    add_arguments,
    run,
    order=3,
)
