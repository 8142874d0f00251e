"""The command `surrogate-app report`."""

from __future__ import annotations

import argparse

from surrogate_app.cli.command import DONE, Command, Parser


def add_arguments(_parser: Parser) -> None:
    """Add nothing: the report is always written as a whole."""


def run(_options: argparse.Namespace) -> int:
    """Write the reproduction report."""
    # Matplotlib and the halves take longer to import than other commands to run
    from surrogate_app.reports.documents import checkout
    from surrogate_app.reports.report import write_report

    write_report(checkout() / "docs")
    return DONE


REPORT = Command(
    "report", "Write docs/reproduction.md from the shipped data.", add_arguments, run, order=15
)
