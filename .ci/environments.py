"""Write the conda environments and the recipe's packages from the lists in pyproject.toml.

python .ci/environments.py           write environment.yml, binder/environment.yml and the recipe
python .ci/environments.py --check   say which of them differ, and fail if one does
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PYTHON = "3.12"
EVERYTHING = """\
# Everything: dashboard, simulation, training, reports and development. Written from
# pyproject.toml by `make environments`.
#   conda env create -f environment.yml && conda activate surrogate-app
#   pip install --no-deps --editable .
"""
DASHBOARD = """\
# What the dashboard needs on Binder and nothing more. Written from pyproject.toml by
# `make environments`; postBuild installs the package itself.
"""


def environment(comment: str, lists: dict[str, list[str]]) -> str:
    """Return the text of an environment that holds these lists of requirements by title."""
    lines = [
        f"{comment}name: surrogate-app",
        "channels:",
        "  - conda-forge",
        "dependencies:",
        f"  - python={PYTHON}",
        "  - pip",
        "  - pip:",
    ]
    for title, requirements in lists.items():
        lines.append(f"      # {title}")
        lines += [f"      - {_quoted(requirement)}" for requirement in requirements]
    return "\n".join(lines) + "\n"


def recipe(text: str, requirements: list[str]) -> str:
    """Return the recipe for conda-forge with these packages, each once and for any platform."""
    parts = [re.match(r"([\w.-]+)([^;]*)", requirement) for requirement in requirements]
    loosest: dict[str, str] = {}
    for part in filter(None, parts):
        loosest.setdefault(part[1], part[2].strip())  # stricter ones are for some Pythons only
    lines = "".join(f"    - {name} {version}".rstrip() + "\n" for name, version in loosest.items())
    return re.sub(r"(?<=make environments`\n).*?(?=    # end\n)", lines, text, flags=re.DOTALL)


def _quoted(requirement: str) -> str:
    return f'"{requirement}"' if ";" in requirement else requirement


def environments(root: Path = ROOT) -> dict[Path, str]:
    """Return the text of each environment file by its path."""
    described: dict[str, Any] = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
    project, groups = described["project"], described["dependency-groups"]
    dashboard = {"dashboard": project["dependencies"]}
    path = root / "docs" / "deploy" / "recipe.yaml"
    return {
        path: recipe(path.read_text("utf-8"), project["dependencies"]),
        root / "environment.yml": environment(
            EVERYTHING, dashboard | project["optional-dependencies"] | groups
        ),
        root / "binder" / "environment.yml": environment(DASHBOARD, dashboard),
    }


def main() -> int:
    """Write the files, or compare them with what would be written."""
    differing = [path for path, text in environments().items() if path.read_text("utf-8") != text]
    if "--check" in sys.argv[1:]:
        for path in differing:
            print(f"{path.relative_to(ROOT)} is older than pyproject.toml: run make environments")
        return bool(differing)
    for path, text in environments().items():
        path.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
