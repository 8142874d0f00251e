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


def provenance(command: str | None = None) -> dict[str, Any]:
    """Describe how something is being made, for the metadata that travel with it.

    Parameters
    ----------
    command : str, optional
        Command that makes it; the one that runs by default.

    Returns
    -------
    dict
        `command`, `version` of this package, `commit` of its checkout (None outside one),
        `date` (UTC, ISO 8601) and `python`.
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


def _commit() -> str | None:
    try:
        answer = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return answer.stdout.strip()
