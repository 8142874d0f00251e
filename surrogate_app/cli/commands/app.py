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
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help="address to listen on, 0.0.0.0 to let other machines in; this machine by default",
    )
    parser.add_argument(
        "--base-url", default="/", metavar="PATH", help="path at which a proxy shows the server"
    )
    parser.add_argument(
        "--origin",
        metavar="URL",
        help="where a proxy shows the server, if it does not hand on the name of the host",
    )
    parser.add_argument(
        "--frame-ancestor",
        action="append",
        default=[],
        metavar="URL",
        help="site that may show the pages in a frame, such as https://hub.example; repeatable",
    )
    parser.add_argument(
        "--max-visitors",
        type=int,
        metavar="N",
        help="pages open at a time; by default as many as there is memory for",
    )


def run(options: argparse.Namespace) -> int:
    """Serve the dashboard until Ctrl-C."""
    if options.models is not None:
        from surrogate_app.electrolyte.surrogate.surrogate import MODELS_VARIABLE, Surrogate

        shared.load(Surrogate, None, options.models)  # what is wrong with it is said here
        os.environ[MODELS_VARIABLE] = str(options.models.resolve())  # kernels inherit it
    from surrogate_app.app.server import serve  # Voila takes a second to import

    serve(
        port=options.port,
        open_browser=not options.no_browser,
        host=options.host,
        base_url=options.base_url,
        origin=options.origin,
        frame_ancestors=options.frame_ancestor,
        max_visitors=options.max_visitors,
    )
    return DONE


APP = Command("app", "Serve the dashboard.", add_arguments, run, order=1)
