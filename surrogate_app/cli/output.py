"""Where the command line writes to: files that are checked beforehand, and pipes that break."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def tolerate_encodings() -> None:
    """Print question marks for what a terminal can not show, instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="replace")


def abandon_output() -> None:
    """Give up what could not be printed, so that Python does not try again when it ends."""
    try:
        sys.stdout.flush()
    except OSError:
        with suppress(OSError), open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), sys.stdout.fileno())


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


def explained(error: OSError) -> str:
    """Return in a sentence what reading or writing failed with."""
    if error.strerror is None:
        return str(error)
    if error.filename is None:
        return f"the results could not be written: {error.strerror}"
    return f"{error.filename}: {error.strerror}"
