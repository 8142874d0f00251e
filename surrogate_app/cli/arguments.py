"""Arguments of the command line: what each command takes, and what its help says."""

from __future__ import annotations

import argparse
import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from surrogate_app import __version__

Run = Callable[[argparse.Namespace], int]
"""Does what the options say and returns the exit code."""

SUBJECTS = ("electrolyte", "liquid")
"""The two halves of the package."""

# argparse takes -0.02 for a number, but -2e-2 for an option, in some versions of Python
_NEGATIVE = re.compile(r"-((\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(e[-+]?\d+)?|inf|nan)$", re.IGNORECASE)


class _Parser(argparse.ArgumentParser):
    """A parser that takes every negative number and says in one line what is wrong."""

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._negative_number_matcher = _NEGATIVE

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"surrogate-app: {message}; see {self.prog} --help\n")


class _Help(argparse.ArgumentDefaultsHelpFormatter):
    """Help that tells those defaults which the texts do not."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        default = action.default
        if action.required or isinstance(default, bool) or default in (None, math.inf):
            return action.help
        return super()._get_help_string(action)


def parser(commands: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Return the parser of the command line.

    Parameters
    ----------
    commands : mapping of str to callable
        What each command does; `options.run` is the one that was asked for.
    """
    made = _Parser(
        prog="surrogate-app", description="Surrogates of molecular simulations of soft matter."
    )
    made.add_argument("--version", action="version", version=f"surrogate-app {__version__}")
    groups = made.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, help_: str) -> Any:
        added = groups.add_parser(name, help=help_, description=help_, formatter_class=_Help)
        added.set_defaults(run=commands.get(name))
        return added

    app = command("app", "Serve the dashboard.")
    app.add_argument("--port", type=int, help="port to listen on; a free one by default")
    app.add_argument("--no-browser", action="store_true", help="do not open a browser")

    predict = command("predict", "Predict the density profiles of one electrolyte.")
    _add_system(predict)
    predict.add_argument("--model", help="name of the model; the default one if left out")
    _add_output(predict)

    sensitivity = command("sensitivity", "Tell which inputs of an electrolyte shape it where.")
    propagate = command("propagate", "Tell what inputs that are not exact make of a prediction.")
    for uncertain in (sensitivity, propagate):
        _add_system(uncertain)
        uncertain.add_argument(
            "--spread",
            nargs="+",
            action="extend",
            required=True,
            metavar="NAME=WIDTH",
            help="standard deviations of inputs, as d_pos=0.01, or half ranges, as c=0.1:uniform",
        )
        uncertain.add_argument(
            "--z", type=float, nargs="+", help="positions in nm; all bins if left out"
        )
        _add_quantity(uncertain)
    propagate.add_argument("--samples", type=int, default=2048, help="systems, a power of two")
    _add_seed(propagate)
    propagate.add_argument(
        "--quantiles",
        type=float,
        nargs="*",
        default=[0.025, 0.16, 0.5, 0.84, 0.975],
        help="probabilities of the quantiles that are told, between 0 and 1",
    )

    sweep = command("sweep", "Predict an electrolyte while one input takes some values.")
    _add_system(sweep)
    sweep.add_argument("--input", required=True, help="input that changes, as c or d-pos")
    sweep.add_argument("--values", type=float, nargs="+", required=True, help="its values")
    _add_quantity(sweep)

    fit = command("fit", "Find the Lennard-Jones parameters behind g(r) in files.")
    fit.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="files with g(r); - to read it from a pipe",
    )
    fit.add_argument("--density", type=float, required=True, help="number density in nm⁻³")
    fit.add_argument("--temperature", type=float, required=True, help="temperature in K")
    fit.add_argument("--model", help="name of the model; the default one if left out")
    fit.add_argument("--unit", help="unit of distances, nm, Å or σ; guessed if left out")
    fit.add_argument("--sigma", type=float, help="σ in nm, for files in units of σ")
    fit.add_argument("--column", type=int, help="which of the g columns, from 0")
    fit.add_argument("--normalise", action="store_true", help="divide g by the level of its tail")
    fit.add_argument(
        "--format",
        choices=["text", "gromacs", "lammps-real", "lammps-lj", "openmm"],
        default="text",
        help="how to print the parameters",
    )
    fit.add_argument("--csv", type=Path, help="write g(r) and fit to this file")
    fit.add_argument("--json", action="store_true", help="print JSON")

    simulate = command("simulate", "Simulate one system.").add_subparsers(
        required=True, metavar="SUBJECT", help="what to simulate: electrolyte or liquid"
    )
    found = (
        "Simulate the density profiles of one electrolyte by Monte Carlo.",
        "Simulate g(r), pressure and energy of one Lennard-Jones fluid.",
    )
    for name, help_, add in zip(SUBJECTS, found, (_add_system, _add_fluid), strict=True):
        subject = simulate.add_parser(name, help=help_, description=help_, formatter_class=_Help)
        subject.set_defaults(run=commands.get(f"simulate {name}"))
        add(subject)
        subject.add_argument(
            "--sweeps",
            type=int,
            default=20_000,
            help="length of the run, in trial moves a particle",
        )
        _add_seed(subject)
        _add_output(subject)

    examples = command("examples", "Simulate the examples of g(r) that are shipped.")
    examples.add_argument(
        "--folder",
        type=Path,
        help="where the files go; they replace those in pretrained/liquid/examples if left out",
    )
    _add_seed(examples)

    campaign = command("campaign", "Simulate a design; resumes where it stopped.")
    campaign.add_argument("subject", choices=SUBJECTS)
    campaign.add_argument(
        "--design",
        help="electrolyte: sobol (if left out), sobol-4, sobol-16, dense, densest, calibration, "
        "test, corner-calibration, corner-test, grid, shown, reference or a CSV file of systems; "
        "liquid: states (if left out), test, direct, argon, nist, noise, molecules",
    )
    campaign.add_argument("--systems", type=int, help="number of systems, taken in sequence")
    campaign.add_argument(
        "--folder",
        type=Path,
        help="where the results go; the design's own folder in pretrained/, or one beside the CSV "
        "file, if left out",
    )
    campaign.add_argument("--jobs", type=int, default=1, help="number of processes")
    campaign.add_argument(
        "--minutes",
        type=float,
        default=math.inf,
        help="minutes after which nothing is started; no limit if left out",
    )
    campaign.add_argument("--dask", metavar="ADDRESS", help="Dask scheduler to run on")

    train = command("train", "Train a surrogate on the simulated data set.")
    train.add_argument("subject", choices=SUBJECTS)
    train.add_argument(
        "--model",
        help="electrolyte: wallnet (if left out), basenn, modnn, weighted; "
        "liquid: structure (if left out), then noise, corresponding, deepilst",
    )
    train.add_argument(
        "--data",
        help="electrolyte: all (sobol, dense, densest and four fifths of the grid), any design "
        "or the folder of a campaign; the model's own systems by default",
    )
    _add_seed(train, "seed of weights, batches and labels")
    train.add_argument("--epochs", type=int, help="most epochs; the model's own number by default")
    train.add_argument(
        "--minutes",
        type=float,
        default=math.inf,
        help="minutes after which it stops; no limit if left out",
    )
    train.add_argument("--json", action="store_true", help="print the metadata")

    study = command("study", "Train many networks to answer one question; resumes.")
    study.add_argument(
        "study",
        help="losses (means, soft labels or weights), default (on which systems to train it), "
        "hyperparameters (units and batch), systems or length (how the error falls with the "
        "number and the length of simulations)",
    )
    study.add_argument(
        "--minutes",
        type=float,
        default=math.inf,
        help="minutes after which it pauses; no limit if left out",
    )

    evaluate = command("evaluate", "Measure every model on the test systems.")
    evaluate.add_argument("subject", choices=SUBJECTS)
    evaluate.add_argument("--json", action="store_true", help="print JSON instead of a table")
    evaluate.add_argument("--write", action="store_true", help="update the models and README.md")

    benchmark = command("benchmark", "Measure speed against the stated limits.")
    benchmark.add_argument("--json", action="store_true", help="print JSON instead of a table")
    benchmark.add_argument("--write", action="store_true", help="update README.md")

    command("report", "Write docs/reproduction.md from the shipped data.")
    return made


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if seed < 0:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on, got {text!r}")
    return seed


def _add_seed(parser: Any, help_: str = "seed of the random numbers") -> None:
    parser.add_argument("--seed", type=_seed, default=1, help=help_)


def _add_system(parser: Any) -> None:
    for flag, unit in (
        ("h", "slit width in nm"),
        ("c", "salt concentration in mol/L"),
        ("d-pos", "cation diameter in nm"),
        ("d-neg", "anion diameter in nm"),
        ("sigma-s", "surface charge density in C/m²"),
    ):
        parser.add_argument(f"--{flag}", type=float, required=True, help=unit)


def _add_quantity(parser: Any) -> None:
    parser.add_argument(
        "--quantity",
        default="charge_density",
        help="charge_density, n_pos, n_neg or integrated_charge",
    )
    parser.add_argument("--model", help="name of the model; the default one if left out")
    _add_output(parser)


def _add_fluid(parser: Any) -> None:
    for flag, unit in (
        ("c12", "repulsion in kJ/mol nm¹²"),
        ("c6", "attraction in kJ/mol nm⁶"),
        ("density", "number density in nm⁻³"),
        ("temperature", "temperature in K"),
    ):
        parser.add_argument(f"--{flag}", type=float, required=True, help=unit)
    parser.add_argument(
        "--engine", default="monte-carlo", help="monte-carlo or lammps; sweeps are then time steps"
    )


def _add_output(parser: Any) -> None:
    parser.add_argument("--csv", type=Path, help="write the results to this file")
    parser.add_argument("--json", action="store_true", help="print JSON instead of CSV")
