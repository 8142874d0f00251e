"""The command `surrogate-app app`."""

from __future__ import annotations

import argparse
import os

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add where the dashboard listens."""
    parser.add_argument("--port", type=int, help="port to listen on; a free one by default")
    shared.add_models(parser)
    parser.add_argument("--no-browser", action="store_true", help="do not open a browser")


def run(options: argparse.Namespace) -> int:
    """Serve the dashboard until Ctrl-C."""
    if options.models is not None:
        from surrogate_app.electrolyte.surrogate.surrogate import MODELS_VARIABLE, Surrogate

        shared.load(Surrogate, None, options.models)  # what is wrong with it is said here
        os.environ[MODELS_VARIABLE] = str(options.models.resolve())  # kernels inherit it
    from surrogate_app.app.server import serve  # Voila takes a second to import

    serve(port=options.port, open_browser=not options.no_browser)
    return DONE


APP = Command("app", "Serve the dashboard.", add_arguments, run, order=1)
