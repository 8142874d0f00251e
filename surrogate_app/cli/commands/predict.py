"""The command `surrogate-app predict`."""

from __future__ import annotations

import argparse

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add an electrolyte, the model and where results go."""
    shared.add_electrolyte(parser)
    shared.add_model(parser)
    shared.add_models(parser)
    shared.add_output(parser)


def run(options: argparse.Namespace) -> int:
    """Predict the density profiles."""
    # a half takes longer to import than commands that do without it
    from surrogate_app.electrolyte import Surrogate
    from surrogate_app.electrolyte.export.profiles import Record, python_call, table

    surrogate = shared.load(Surrogate, options.model, options.models)
    system = shared.electrolyte(options)
    call = python_call(surrogate.name, system, options.models)
    record = Record(surrogate.name, surrogate.predict(system), call, surrogate.metadata)
    return shared.write(options, table([record]))


PREDICT = Command(
    "predict", "Predict the density profiles of one electrolyte.", add_arguments, run, order=2
)
