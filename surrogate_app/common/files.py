"""Writing of files so that each is there whole or not at all."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, whenever the program is killed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def remove_partial(folder: Path) -> None:
    """Remove what `write_atomically` has left in a folder where a program was killed."""
    for stale in folder.glob(".*.partial"):
        stale.unlink(missing_ok=True)


def write_json(path: Path, content: Any) -> None:
    """Write JSON, indented by one space a level, whole or not at all."""
    write_atomically(path, (json.dumps(content, indent=1) + "\n").encode())
