"""Imports run one way through the rooms, from what is lower to what stands on it."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "surrogate_app"
HALVES = ("electrolyte", "liquid")

LEVELS = (
    ("common",),
    ("network", "campaign", "training"),
    ("subjects",),
    tuple(
        f"{half}.{room}"
        for half, rooms in (
            (
                "electrolyte",
                (
                    "system",
                    "domain",
                    "solvents",
                    "walls",
                    "pressure",
                    "quantities",
                    "profile",
                    "scores",
                ),
            ),
            ("liquid", ("folders", "state", "phases", "equation_of_state", "validity", "scores")),
        )
        for room in rooms
    ),
    ("electrolyte.simulation", "liquid.simulation"),
    ("electrolyte.data", "liquid.data", "liquid.rdf"),
    ("liquid.forward",),
    ("electrolyte.surrogate", "liquid.inverse"),
    ("electrolyte.analysis", "liquid.analysis"),
    ("electrolyte.evaluation", "liquid.evaluation"),
    ("electrolyte.training", "liquid.training"),
    ("electrolyte.export", "liquid.export"),
    ("electrolyte.subject", "liquid.subject"),
    ("reports",),
    ("app",),
    ("cli",),
)
"""Rooms from the ground up; rooms of one level may use each other, but never in a circle."""

SUMMARY = ("electrolyte", "liquid")
"""Packages whose __init__ offers the names of the contract; they stand above what they offer."""


def module_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports_of(path: Path) -> set[str]:
    """Modules that a file imports anywhere: at its top, in functions and for types alone."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            head, _, inner = name.partition(".")
            if head != "surrogate_app":
                continue
            while inner and inner not in MODULES:
                inner = inner.rpartition(".")[0]
            if inner:
                found.add(inner)
    return found


IMPORTS = {module: imports_of(path) for module, path in MODULES.items()}


def level(module: str) -> int | None:
    for number, rooms in enumerate(LEVELS):
        for room in rooms:
            if module == room or module.startswith(f"{room}."):
                return number
    return None


def test_every_module_has_a_room():
    assert not [name for name in MODULES if name not in ("", *SUMMARY) and level(name) is None]


def test_lower_rooms_never_import_upper_ones():
    upward = [
        f"{module} → {imported}"
        for module, found in IMPORTS.items()
        for imported in found
        if level(module) is not None
        and level(imported) is not None
        and level(imported) > level(module)
    ]
    assert not upward


def test_halves_do_not_know_each_other():
    crossing = [
        f"{module} → {imported}"
        for module, found in IMPORTS.items()
        for imported in found
        for half, other in (HALVES, HALVES[::-1])
        if module.split(".")[0] == half and imported.split(".")[0] == other
    ]
    assert not crossing


def test_rooms_of_a_half_do_not_go_through_its_summary():
    """What a package offers to users is made of its rooms, so they can't ask it for anything."""
    assert not [
        f"{module} → {half}"
        for module, found in IMPORTS.items()
        for half in SUMMARY
        if half in found and module.startswith(f"{half}.")
    ]


def test_there_are_no_circles():
    remaining = {module: set(found) - {module} for module, found in IMPORTS.items()}
    while free := [module for module, found in remaining.items() if not found & set(remaining)]:
        for module in free:
            del remaining[module]
    on_circle = set(remaining)
    while outer := [m for m in on_circle if not any(m in remaining[n] for n in on_circle)]:
        on_circle -= set(outer)
    assert not sorted(on_circle)


@pytest.mark.parametrize("library", ["tensorflow", "keras"])
def test_only_rooms_of_training_import_tensorflow(library):
    importing = [
        module
        for module, path in MODULES.items()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (
            isinstance(node, ast.Import)
            and any(a.name.split(".")[0] == library for a in node.names)
        )
        or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == library)
    ]
    assert not [module for module in importing if "training" not in module]


def test_physics_never_imports_widgets():
    libraries = {"ipywidgets", "plotly", "voila", "anywidget", "IPython"}
    for module, path in MODULES.items():
        if module.split(".")[0] in ("app",):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not {name.split(".")[0] for name in names} & libraries, module
