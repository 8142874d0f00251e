"""Finds a Chromium for the browser tests; as a script, installs one on Debian if run by root."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = (
    "Chromium.app/Contents/MacOS/Chromium",
    "Google Chrome.app/Contents/MacOS/Google Chrome",
)
MISSING = (
    "The browser tests need Chromium or Google Chrome and found neither. "
    "Debian or Ubuntu: apt-get install chromium; macOS: brew install --cask chromium; "
    "or name one: CHROMIUM=/path/to/chromium make test"
)


def find() -> str | None:
    """Return the path of a Chromium, that named by CHROMIUM first, or None."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    for name in NAMES:
        if path := shutil.which(name):
            return path
    for folder in (Path("/Applications"), Path.home() / "Applications"):
        for name in MACOS:
            if os.access(folder / name, os.X_OK):
                return str(folder / name)
    return None


def _may_install() -> bool:
    return (
        "CHROMIUM" not in os.environ
        and Path("/etc/debian_version").exists()
        and os.geteuid() == 0
        and shutil.which("apt-get") is not None
    )


def _install() -> None:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "--yes", "--no-install-recommends", "chromium"]):
        subprocess.run(
            ["apt-get", "--quiet", "--quiet", *arguments],
            env=environment,
            stdout=sys.stderr,
            check=True,
        )


def main() -> int:
    path = find()
    if path is None and _may_install():
        print("Installing Chromium for the browser tests ...", file=sys.stderr)
        try:
            _install()
        except subprocess.CalledProcessError as error:
            print(f"apt-get failed: {error}", file=sys.stderr)
        path = find()
    if path is None:
        print(MISSING, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
