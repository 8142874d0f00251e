"""Where data and models come from: version, commit, date and hashes."""

from __future__ import annotations

import hashlib
import platform
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from surrogate_app import __version__

_HERE = Path(__file__)


def provenance(command: str | None = None) -> dict[str, Any]:
    """Describe how something is being made, for the metadata that travel with it.

    Parameters
    ----------
    command : str, optional
        Command that makes it; the one that runs by default.

    Returns
    -------
    dict
        `command`, `version` of this package, `commit` of its checkout (None outside one; with
        "-dirty" at its end if the package differs from it), `date` (UTC, ISO 8601) and `python`.
    """
    if command is None:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return {
        "command": command,
        "version": __version__,
        "commit": _commit(),
        "date": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "python": platform.python_version(),
    }


def sha256(path: Path) -> str:
    """Hexadecimal SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _commit(package: Path = _HERE.parents[1]) -> str | None:
    try:
        # an environment may lie in a checkout of something else, which says nothing of this code
        _git(package, "ls-files", "--error-unmatch", f"{_HERE.parent.name}/{_HERE.name}")
        commit = _git(package, "rev-parse", "HEAD")
        changes = _git(package, "--no-optional-locks", "status", "--porcelain", "--", ".")
    except (OSError, subprocess.SubprocessError):
        return None
    return f"{commit}-dirty" if changes else commit


def _git(folder: Path, *arguments: str) -> str:
    answer = subprocess.run(
        ["git", *arguments], cwd=folder, capture_output=True, text=True, timeout=10, check=True
    )
    return answer.stdout.strip()
