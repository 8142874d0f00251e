"""The command `surrogate-app train`."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from surrogate_app.cli import options as shared
from surrogate_app.cli.command import DONE, Command, Parser


def add_arguments(parser: Parser) -> None:
    """Add the half, the model and how it is trained."""
    from surrogate_app.subjects import SUBJECTS

    shared.add_subject(parser)
    halves = SUBJECTS.values()
    models = []
    for half in halves:
        others = [name for name in half.models.load() if name != half.model]
        models.append(f"{half.name}: {', '.join([f'{half.model} (if left out)', *others])}")
    parser.add_argument("--model", help="; ".join(models))
    data = "; ".join(f"{half.name}: {half.data}" for half in halves if half.data)
    parser.add_argument("--data", help=f"{data}; the model's own systems if left out")
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the model goes; the folder of the shipped models if left out, which a model of "
        "systems of your own may not have",
    )
    shared.add_seed(parser, "seed of weights, batches and labels")
    parser.add_argument(
        "--epochs", type=int, help="maximum number of epochs; the model's own if left out"
    )
    shared.add_minutes(parser, "training pauses")
    parser.add_argument("--json", action="store_true", help="print the metadata")


def run(options: argparse.Namespace) -> int:
    """Train a model, or go on with a training that was stopped."""
    from surrogate_app.subjects import SUBJECTS

    subject = SUBJECTS[options.subject]
    model, known = options.model or subject.model, subject.models.load()
    if model not in known:  # said before TensorFlow is imported, which takes its time
        raise ValueError(f"there is no model {model!r} to train; choose {' or '.join(known)}")
    settings = {"seed": options.seed, "epochs": options.epochs, "minutes": options.minutes}
    if options.folder is not None:
        options.folder.mkdir(parents=True, exist_ok=True)
        settings["folder"] = options.folder
    if subject.data:
        settings["data"] = options.data
    elif options.data is not None:
        raise ValueError(f"--data can't be chosen for {subject.name}: every model has its own")
    metadata = subject.train.load()(model, **settings)
    if options.json:
        print(json.dumps(metadata, indent=2))
    return DONE


TRAIN = Command(
    "train",
    "Train a surrogate on simulated data; repeat the command to resume.",
    add_arguments,
    run,
    order=11,
)
