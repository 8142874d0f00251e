"""What a command is, and the parser of the command line that all of them make up."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn

from surrogate_app import __version__
from surrogate_app.common.registry import Registry

DONE, FAILURE, BAD_INPUT = 0, 1, 2
"""Exit codes."""

# argparse takes -0.02 for a number, but -2e-2 for an option, in some versions of Python
_NEGATIVE = re.compile(r"-((\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[-+]?\d+)?|inf|nan)$", re.IGNORECASE)


class Parser(argparse.ArgumentParser):
    """A parser that takes every negative number and says in one line what is wrong.

    Parameters
    ----------
    fill : callable, optional
        ``fill(parser)`` adds the arguments when they are first needed: what a command offers
        may take long to import, and only one command runs.
    *args, **settings
        As for `argparse.ArgumentParser`.
    """

    def __init__(
        self, *args: Any, fill: Callable[[Parser], None] | None = None, **settings: Any
    ) -> None:
        settings["formatter_class"] = _Help
        super().__init__(*args, **settings)
        self._negative_number_matcher = _NEGATIVE
        self._fill = fill

    def parse_known_args(self, *args: Any, **settings: Any) -> Any:
        """Parse arguments, after adding them."""
        if self._fill is not None:
            fill, self._fill = self._fill, None
            fill(self)
        return super().parse_known_args(*args, **settings)

    def error(self, message: str) -> NoReturn:
        """Exit with the code of bad input and one line, whatever was typed."""
        # NumPy comes with it, which takes too long where nothing is wrong
        from surrogate_app.common.tables import on_one_line

        self.exit(BAD_INPUT, f"surrogate-app: {on_one_line(message)}; see {self.prog} --help\n")


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that states those defaults which the texts do not."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        default = action.default
        if action.required or isinstance(default, bool) or default in (None, math.inf):
            return action.help
        return super()._get_help_string(action)


@dataclass(frozen=True)
class Command:
    """A command: a module-level constant of one module in `surrogate_app.cli.commands`.

    Parameters
    ----------
    name : str
        The word by which it is called.
    help : str
        What it does, in one sentence.
    add_arguments : callable
        ``add_arguments(parser)`` adds its arguments.
    run : callable
        ``run(options)`` does what the options say and returns the exit code.
    order : int
        Its place in the help.
    """

    name: str
    help: str
    add_arguments: Callable[[Parser], None]
    run: Callable[[argparse.Namespace], int]
    order: int


COMMANDS: Registry[Command] = Registry(
    "surrogate_app.cli.commands", Command, order=lambda command: command.order
)
"""Commands by name."""


def parser() -> Parser:
    """Return the parser of the command line; `options.run` is the chosen action."""
    made = Parser(
        prog="surrogate-app", description="Surrogates of molecular simulations of soft matter."
    )
    made.add_argument("--version", action="version", version=f"surrogate-app {__version__}")
    groups = made.add_subparsers(required=True, metavar="COMMAND")
    for command in COMMANDS.values():
        added = groups.add_parser(
            command.name,
            help=command.help,
            description=command.help,
            fill=command.add_arguments,
        )
        added.set_defaults(run=command.run)
    return made
