#!/bin/sh
# Create a virtual environment, or bring it up to date:  make-venv.sh FOLDER LOCKFILE
# PYTHON names the interpreter; without it the first suitable one on the PATH is taken.
set -eu

venv=$1
lock=$2

say() { printf '%s\n' "$*" >&2; }

# Python 3.10 to 3.13 can train as well; newer ones run everything else, so they come last.
suits() { "$1" -c "import sys; sys.exit(not ($2 <= sys.version_info[:2] < $3))" >/dev/null 2>&1; }

find_python() {
    if [ -n "${PYTHON:-}" ]; then
        suits "$PYTHON" "(3, 10)" "(4, 0)" && { echo "$PYTHON"; return; }
        say "PYTHON=$PYTHON is not a Python of version 3.10 or newer."
        exit 1
    fi
    for below in "(3, 14)" "(4, 0)"; do
        for candidate in python3 python3.13 python3.12 python3.11 python3.10 python3.14; do
            suits "$candidate" "(3, 10)" "$below" && { echo "$candidate"; return; }
        done
    done
    say "surrogate-app needs Python 3.10 or newer; none is on the PATH."
    say "Install one (Debian: apt-get install python3 python3-venv; macOS: brew install python@3.13)"
    say "or name it: make PYTHON=/path/to/python3"
    exit 1
}

if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    python=$(find_python)
    if ! "$python" -c "import ensurepip, venv" >/dev/null 2>&1; then
        say "This Python lacks the module venv (Debian: apt-get install python3-venv)."
        exit 1
    fi
    say "Creating $venv with $("$python" --version) ..."
    "$python" -m venv --clear "$venv"
fi

export PIP_DISABLE_PIP_VERSION_CHECK=1
say "Installing the packages of $lock into $venv (a minute or two the first time) ..."
"$venv/bin/python" -m pip install --quiet --require-hashes -r "$lock"
"$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation --editable .
