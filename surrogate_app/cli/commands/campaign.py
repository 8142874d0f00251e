"""The command `surrogate-app campaign`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser

FAILURES_SHOWN = 3
"""Failed systems whose reasons are printed."""


def add_arguments(parser: Parser) -> None:
    """Add the half, its design and how the campaign is run."""
    from surrogate_app.subjects import SUBJECTS

    shared.add_subject(parser)
    designs = []
    for half in SUBJECTS.values():
        others = [name for name in half.designs.load() if name != half.design]
        listed = ", ".join([f"{half.design} (if left out)", *others])
        designs.append(" or ".join(filter(None, [f"{half.name}: {listed}", half.other_designs])))
    parser.add_argument("--design", help="; ".join(designs))
    parser.add_argument("--systems", type=int, help="number of systems, the first of the design")
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the results go; the design's own folder in pretrained/, or one beside the CSV "
        "file, if left out",
    )
    shared.add_workers(parser)
    shared.add_minutes(parser, "nothing is started")


def run(options: argparse.Namespace) -> int:
    """Simulate what is missing, and say on stderr what is left and what failed."""
    from surrogate_app.subjects import SUBJECTS

    subject = SUBJECTS[options.subject]
    plan = subject.campaign.load()(
        options.design or subject.design, options.systems, options.folder
    )
    left = plan.run(jobs=options.jobs, minutes=options.minutes, dask=options.dask)
    failures, number = plan.failures(), len(plan.parameters)
    if left:
        print(f"{left} systems left; run the same command again to resume", file=sys.stderr)
    else:
        done = f"{number - len(failures)} of" if failures else "all"
        print(f"{done} {number} systems done, in {plan.folder}", file=sys.stderr)
    for line in describe_failures(failures):
        print(line, file=sys.stderr)
    return DONE


def describe_failures(failures: Sequence[tuple[int, str]]) -> list[str]:
    """Say how many systems of a campaign failed, and why the first ones did.

    Examples
    --------
    >>> describe_failures([(7, "too dense")])
    ['1 failed and will not be tried again:', '  index 7: too dense']
    """
    if not failures:
        return []
    shown = [f"  index {index}: {sentence}" for index, sentence in failures[:FAILURES_SHOWN]]
    rest = len(failures) - len(shown)
    title = f"{len(failures)} failed and will not be tried again:"
    return [title, *shown, *([f"  and {rest} more"] if rest else [])]


CAMPAIGN = Command(
    "campaign",
    "Simulate all systems of a design; repeat the command to resume.",
    add_arguments,
    run,
    order=10,
)
