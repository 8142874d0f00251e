"""Entry point of the command line: parses, runs, and turns errors into exit codes."""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from surrogate_app.cli.command import BAD_INPUT, DONE, FAILURE, parser
from surrogate_app.cli.options import DamagedModel, require_writable

__all__ = ["BAD_INPUT", "DONE", "FAILURE", "main"]

_WRONG_PATH = (
    *(FileNotFoundError, FileExistsError, IsADirectoryError),
    *(NotADirectoryError, PermissionError),
)

_EXTRAS = {"tensorflow": "train", "keras": "train", "dask": "dask", "distributed": "dask"}
_EXTRAS["pyarrow"] = "parquet"
_EXTRAS |= dict.fromkeys(("jinja2", "matplotlib", "psutil", "teqp"), "report")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        Command line without the program's name; `sys.argv` by default.

    Returns
    -------
    int
        0 done, 1 failure, 2 bad input (one line on stderr says what was wrong).
    """
    _tolerate_encodings()
    try:
        try:
            return _run(parser().parse_args(arguments))
        finally:
            sys.stdout.flush()  # what can't be written is reported here, not when Python ends
    except BrokenPipeError:  # whoever reads has seen enough, as `head` does
        _abandon_output()
        return FAILURE
    except OSError as error:
        _abandon_output()
        # paths are given by users; other files belong to the package
        wrong = isinstance(error, _WRONG_PATH) and error.filename is not None
        return _refuse(_explained(error), BAD_INPUT if wrong else FAILURE)
    except json.JSONDecodeError as error:  # nothing that users write is JSON
        return _refuse(f"a file that should hold JSON is damaged: {error}", FAILURE)
    except ValueError as error:
        return _refuse(str(error), BAD_INPUT)
    except ModuleNotFoundError as error:
        return _refuse(_missing(error), FAILURE)
    except DamagedModel as error:
        return _refuse(str(error), FAILURE)
    except KeyboardInterrupt:
        return _refuse("stopped", FAILURE)


def _run(options: argparse.Namespace) -> int:
    if getattr(options, "csv", None) is not None:
        require_writable(options.csv, getattr(options, "files", ()))
    code: int = options.run(options)
    return code


def _refuse(sentence: str, code: int) -> int:
    # NumPy comes with it, which takes too long where nothing is wrong
    from surrogate_app.common.tables import on_one_line

    print(f"surrogate-app: {on_one_line(sentence)}", file=sys.stderr)
    return code


def _missing(error: ModuleNotFoundError) -> str:
    extra = _EXTRAS.get((error.name or "").split(".")[0])
    if extra is None:
        return str(error)
    return f"{error.name} is not installed; run: pip install 'surrogate-app[{extra}]'"


def _tolerate_encodings() -> None:
    """Print question marks for what a terminal can not show, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def _abandon_output() -> None:
    """Give up what could not be printed, so that Python does not try again when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError), Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _explained(error: OSError) -> str:
    """Return in a sentence what reading or writing failed with."""
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        return f"the results could not be written: {error.strerror}"
    return f"{error.filename}: {error.strerror}"


if __name__ == "__main__":
    sys.exit(main())
