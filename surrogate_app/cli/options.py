"""Options that several commands take, and what they do with them."""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from surrogate_app.cli.command import DONE

if TYPE_CHECKING:  # importing a half takes longer than commands that do without it
    from surrogate_app.electrolyte.system import Electrolyte
    from surrogate_app.subjects import Input

S = TypeVar("S")


class Exported(Protocol):
    """What can be written as CSV and JSON."""

    @property
    def warnings(self) -> Iterable[str]:
        """Sentences for the reader."""

    def to_csv(self) -> str:
        """Return it as CSV."""

    def to_json(self) -> str:
        """Return it as JSON."""


# ---------------------------------------------------------------- inputs


def add_inputs(parser: argparse.ArgumentParser, inputs: Iterable[Input]) -> None:
    """Add one option for each input of a system; `read_inputs` reads them."""
    for one in inputs:
        kind = str if isinstance(one.default, str) else float
        parser.add_argument(
            f"--{one.name.replace('_', '-')}",
            type=kind,
            required=one.default is None,
            default=one.default,
            help=one.help,
        )


def read_inputs(options: argparse.Namespace, inputs: Iterable[Input]) -> dict[str, Any]:
    """Return the inputs of a system by name."""
    return {one.name: getattr(options, one.name) for one in inputs}


def add_electrolyte(parser: argparse.ArgumentParser) -> None:
    """Add the inputs of an electrolyte; `electrolyte` makes one of them."""
    from surrogate_app.electrolyte.subject import ELECTROLYTE

    add_inputs(parser, ELECTROLYTE.inputs)


def electrolyte(options: argparse.Namespace) -> Electrolyte:
    """Return the electrolyte that the options describe."""
    from surrogate_app.electrolyte.subject import ELECTROLYTE
    from surrogate_app.electrolyte.system import Electrolyte

    return Electrolyte(**read_inputs(options, ELECTROLYTE.inputs))


def add_ranges(parser: argparse.ArgumentParser, required: bool) -> None:
    """Add a range for each input of an electrolyte; `read_ranges` reads them."""
    from surrogate_app.electrolyte.subject import ELECTROLYTE

    for one in ELECTROLYTE.inputs:
        parser.add_argument(
            f"--{one.name.replace('_', '-')}",
            type=float,
            nargs="+",
            metavar="VALUE",
            required=required and one.default is None,
            default=None if one.default is None else [one.default],
            help=f"{one.help}: one value, or the lowest and the highest",
        )


def read_ranges(options: argparse.Namespace) -> dict[str, tuple[float, ...]]:
    """Return the values that are given for inputs of electrolytes, by name."""
    from surrogate_app.electrolyte.subject import ELECTROLYTE

    values = {one.name: getattr(options, one.name) for one in ELECTROLYTE.inputs}
    return {name: tuple(given) for name, given in values.items() if given is not None}


def input_name(text: str) -> str:
    """Name of an input in Python, which options write with hyphens.

    Examples
    --------
    >>> input_name("d-pos")
    'd_pos'
    """
    return text.replace("-", "_")


def add_quantity(parser: argparse.ArgumentParser) -> None:
    """Add the options that all analyses of electrolytes take: quantity, model and output."""
    parser.add_argument(
        "--quantity",
        default="charge_density",
        help="charge_density, n_pos, n_neg, integrated_charge or potential",
    )
    add_model(parser)
    add_models(parser)
    add_output(parser)


def add_spreads(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which inputs are uncertain, and where; `read_spreads` reads them."""
    parser.add_argument(
        "--spread",
        nargs="+",
        action="extend",
        required=True,
        metavar="NAME=WIDTH",
        help="standard deviations of inputs, as d_pos=0.01, or half ranges, as c=0.1:uniform",
    )
    parser.add_argument(
        "--z", type=float, nargs="+", help="positions in nm from the midplane; all bins if left out"
    )
    add_quantity(parser)


def read_spreads(options: argparse.Namespace) -> dict[str, Any]:
    """Return the arguments of `sensitivity` and `propagate` that the options give.

    Raises
    ------
    ValueError
        If a spread is not written as a name and a number, or an input has two.
    """
    spread, distribution = {}, {}
    for text in options.spread:
        name, _, rest = text.partition("=")
        width, colon, kind = rest.partition(":")
        name = input_name(name)
        if name in spread:
            raise ValueError(f"{name} has two spreads; one is enough")
        try:
            spread[name] = float(width)
        except ValueError:
            raise ValueError(
                f"a spread is written as d_pos=0.01 or d_pos=0.01:uniform, got {text!r}"
            ) from None
        distribution[name] = kind if colon else "normal"
    return {
        "spread": spread,
        "distribution": distribution,
        "z": options.z,
        "quantity": options.quantity,
    }


# ---------------------------------------------------------------- subjects


def add_subject(parser: argparse.ArgumentParser) -> None:
    """Add the half of the package that a command is about."""
    # the halves take longer to import than commands that do without them
    from surrogate_app.subjects import SUBJECTS

    parser.add_argument("subject", choices=tuple(SUBJECTS))


# ---------------------------------------------------------------- runs


def add_seed(
    parser: argparse.ArgumentParser, help_: str = "seed of the random number generator"
) -> None:
    """Add the seed of what is random."""
    parser.add_argument("--seed", type=_seed, default=1, help=help_)


def _seed(text: str) -> int:
    try:
        seed = int(text)
    except ValueError:
        seed = -1
    if seed < 0:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 on, got {text!r}")
    return seed


def add_minutes(parser: argparse.ArgumentParser, what: str) -> None:
    """Add a limit to the time after which something happens."""
    parser.add_argument(
        "--minutes",
        type=float,
        default=math.inf,
        help=f"minutes after which {what}; no limit if left out",
    )


def add_workers(parser: argparse.ArgumentParser) -> None:
    """Add where work is done."""
    parser.add_argument("--jobs", type=int, default=1, help="number of processes")
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="Dask scheduler to run on, in place of processes"
    )


@contextmanager
def progress() -> Iterator[Callable[[float], None]]:
    """Show a progress bar on stderr; the function that it yields takes the fraction done."""
    from tqdm import tqdm

    form = "{l_bar}{bar}| {remaining} left"
    # not at once, so that nothing but the reason is shown where a run is refused
    with tqdm(total=1.0, bar_format=form, file=sys.stderr, delay=0.2) as bar:
        yield lambda fraction: bar.update(fraction - bar.n)


# ---------------------------------------------------------------- models


class DamagedModel(Exception):
    """The files of a model can't be used, which is no fault of the input."""


def add_model(parser: argparse.ArgumentParser) -> None:
    """Add the name of a model; `load` loads it."""
    parser.add_argument("--model", help="name of the model; the default one if left out")


def add_models(parser: argparse.ArgumentParser) -> None:
    """Add the folder of models, for commands whose models can be trained on one's own systems."""
    parser.add_argument(
        "--models",
        type=Path,
        metavar="FOLDER",
        help="folder with models of your own, as train --folder made it, in place of those shipped",
    )


def load(surrogate: type[S], name: str | None, folder: Path | None = None) -> S:
    """Load a model.

    Parameters
    ----------
    surrogate : type
        The class of the model, with `available` and `load`.
    name : str or None
        Name of the model; None for the default one.
    folder : Path, optional
        Where its files are; the folder of the shipped models by default.

    Raises
    ------
    ValueError
        If there is no model of this name, or none in the folder.
    DamagedModel
        If its files are missing or damaged.
    """
    kind: Any = surrogate
    try:
        known = kind.available(folder)
        if name is None or name in known or not known:
            return kind.load(name, folder)  # type: ignore[no-any-return]
    except (ValueError, OSError, KeyError, TypeError) as error:
        if folder is not None:
            raise ValueError(_reason(error)) from error
        shown = "the default model" if name is None else f"the model {name!r}"
        raise DamagedModel(
            f"{shown} can't be loaded: {_reason(error)}; install surrogate-app again, or fetch "
            "its folder pretrained/ anew"
        ) from error
    return kind.load(name, folder)  # type: ignore[no-any-return]  # says which names there are


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename} can't be read ({error.strerror})"
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return "its metadata are no JSON"
    if isinstance(error, KeyError | TypeError):
        return "its metadata are not complete"
    return str(error)


# ---------------------------------------------------------------- output


def add_output(parser: argparse.ArgumentParser) -> None:
    """Add where results go; `write` writes them there."""
    parser.add_argument("--csv", type=Path, help="write the results to this file")
    parser.add_argument("--json", action="store_true", help="print JSON instead of CSV")


def write(options: argparse.Namespace, table: Exported) -> int:
    """Warn on stderr, then write a table where the options say, and return the exit code."""
    for sentence in table.warnings:
        print(sentence, file=sys.stderr)
    if options.csv is not None:
        options.csv.write_text(table.to_csv(), encoding="utf-8")
    if options.json:
        print(table.to_json())
    elif options.csv is None:
        print(table.to_csv(), end="")
    return DONE


def require_writable(path: Path, read: Iterable[Path] = ()) -> None:
    """Refuse a file for results before they are computed, if it can not be written.

    Parameters
    ----------
    path : Path
        File that is to be written, or written anew.
    read : iterable of Path, optional
        Files that are read by the same command.

    Raises
    ------
    ValueError
        If it is a folder or one of the files that are read, its folder is missing, or it may not
        be written.
    """
    try:
        if path.is_dir():
            raise ValueError(f"--csv {path} is a folder; give the name of a file in it")
        if not path.parent.is_dir():
            raise ValueError(f"--csv {path}: there is no folder {path.parent}; make it first")
        if path.exists() and any(other.exists() and path.samefile(other) for other in read):
            raise ValueError(
                f"--csv {path} would overwrite a file that is read; choose another name"
            )
        if path.is_file():
            path.open("r+b").close()
        elif not path.exists():  # pipes and devices are left alone
            target = path.resolve()  # a link to a file that is yet to be written stays
            target.open("xb").close()
            target.unlink()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ValueError(
            f"--csv {path} can't be written ({reason}); choose another file or folder"
        ) from None


def publish(options: argparse.Namespace, results: Any, table: str, document: str, name: str) -> int:
    """Print results, and with --write put their table into a document and README.md up to date.

    Parameters
    ----------
    options : Namespace
        With `json` and `write`.
    results : dict
        With provenance.
    table : str
        The results in Markdown.
    document, name : str
        The document in docs/ and its section.
    """
    if options.write:
        from surrogate_app.reports.documents import checkout, replace_section
        from surrogate_app.reports.highlights import update_readme

        command, date = results["command"], results["date"][:10]
        note = f"Written by `{command} --write` on {date}, version {results['version']}."
        text = f"{table}\n\n{note}"
        replace_section(checkout() / "docs" / document, name, text, heading=name)
        update_readme(checkout())
    print(json.dumps(results, indent=2) if options.json else table)
    return DONE
