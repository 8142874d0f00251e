"""The parts that describe the project (environments, locks, wheel, hubs) agree with each other."""

import json
import os
import re
import shutil
import stat
import subprocess
import sys
import urllib.parse
import zipfile
from pathlib import Path

import nbformat
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from surrogate_app.common import resources
from surrogate_app.electrolyte import Surrogate
from surrogate_app.electrolyte.data import dataset as electrolyte
from surrogate_app.electrolyte.training.studies import STUDIES
from surrogate_app.liquid import InverseSurrogate
from surrogate_app.liquid.data import designs as liquid
from surrogate_app.liquid.training.forward import LEAST_SQUARES

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
DEPENDENCIES = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
GROUPS = PROJECT["dependency-groups"]
EVERYTHING = [
    *DEPENDENCIES,
    *(line for lines in (*EXTRAS.values(), *GROUPS.values()) for line in lines),
]
TEMPLATE = ROOT / "surrogate_app/app/jupyter/voila/templates/surrogate"
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))


def normal(requirements):
    return sorted(str(Requirement(requirement)) for requirement in requirements)


def conda(path):
    dependencies = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))["dependencies"]
    (pip,) = (entry["pip"] for entry in dependencies if isinstance(entry, dict))
    return [entry for entry in dependencies if isinstance(entry, str)], pip


def locked(path):
    """Return the versions per package and the number of hashes per pinned line."""
    versions, hashes = {}, []
    for line in (ROOT / path).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+)==([^ ]+)", line):
            versions.setdefault(canonicalize_name(match[1]), set()).add(match[2])
            hashes.append(0)
        elif "--hash=sha256:" in line:
            hashes[-1] += 1
    return versions, hashes


def python(code, **environment):
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd="/",
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_environments_are_those_that_the_command_writes():
    result = subprocess.run(
        [sys.executable, ROOT / ".ci/environments.py", "--check"], capture_output=True, text=True
    )
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("path", "requirements"),
    [("binder/environment.yml", DEPENDENCIES), ("environment.yml", EVERYTHING)],
)
def test_environments_hold_what_is_needed_and_no_more(path, requirements):
    _, pip = conda(path)
    assert normal(pip) == normal(requirements)


@pytest.mark.parametrize("path", ["environment.yml", "binder/environment.yml"])
def test_environments_state_a_supported_python(path):
    top, pip = conda(path)
    (version,) = (entry.split("=")[1] for entry in top if entry.startswith("python="))
    assert SpecifierSet(PROJECT["project"]["requires-python"]).contains(version)
    assert not any("-e" in line.split() for line in pip)


@pytest.mark.parametrize("path", ["requirements-app.lock", "requirements-dev.lock"])
def test_lock_is_hashed_and_names_no_index(path):
    _, hashes = locked(path)
    assert hashes
    assert min(hashes) > 0
    assert not re.search(r"https?:|file:|index-url|find-links", (ROOT / path).read_text())


@pytest.mark.parametrize(
    ("path", "requirements"),
    [
        ("requirements-app.lock", [*DEPENDENCIES, *GROUPS["build"]]),
        ("requirements-dev.lock", EVERYTHING),
    ],
)
def test_lock_fits_the_ranges(path, requirements):
    versions, _ = locked(path)
    for requirement in map(Requirement, requirements):
        found = versions[canonicalize_name(requirement.name)]
        assert any(requirement.specifier.contains(version) for version in found), requirement


def test_app_lock_is_the_light_part_of_the_dev_lock():
    app, _ = locked("requirements-app.lock")
    dev, _ = locked("requirements-dev.lock")
    assert app.items() <= dev.items()
    assert not set(app) & {"tensorflow", "tensorflow-cpu", "keras", "matplotlib", "pytest"}


@pytest.mark.parametrize(
    "path",
    [
        ".ci/run",
        "binder/postBuild",
        "middleware/invoke",
        "middleware/start_voila",
        ".ci/make-venv.sh",
    ],
)
def test_scripts_are_executable_and_parse(path):
    script = ROOT / path
    assert stat.S_IMODE(script.stat().st_mode) & 0o111 == 0o111
    shell = "bash" if "bash" in script.read_text().splitlines()[0] else "sh"
    subprocess.run([shell, "-n", script], check=True)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.name)
def test_notebooks_hold_no_outputs(path):
    notebook = nbformat.read(path, as_version=4)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs
            assert cell.execution_count is None


def test_no_pickles():
    suffixes = {".pkl", ".pickle", ".joblib", ".pth", ".sav"}
    folders = ("surrogate_app", "pretrained", "notebooks", "tests")
    files = (path for folder in folders for path in (ROOT / folder).rglob("*"))
    assert not [path for path in files if path.suffix.lower() in suffixes]


HEAVY = ("tensorflow", "keras", "numba", "tqdm", "dask", "distributed", "matplotlib", "pytest")
HEAVY += ("pyarrow",)


@pytest.mark.parametrize(
    "statement",
    [
        "import surrogate_app",
        "from surrogate_app.electrolyte import Electrolyte, Surrogate",
        "import surrogate_app.app.electrolyte",
        "import surrogate_app.app.server",
        "import surrogate_app.cli.main",
    ],
)
def test_imports_need_the_runtime_only(statement):
    result = python(
        "import sys\n"
        f"for name in {HEAVY}: sys.modules[name] = None  # an import of these fails\n"
        f"{statement}\n"
    )
    assert result.returncode == 0, result.stderr


def test_import_leaves_tensorflow_alone():
    result = python("import surrogate_app, sys; assert 'tensorflow' not in sys.modules")
    assert result.returncode == 0, result.stderr


def test_liquids_are_imported_without_campaigns_and_scipy():
    """Reading a file and serving a page wait for neither."""
    result = python(
        "import surrogate_app.liquid, sys\n"
        "found = [name for name in sys.modules if name.split('.')[0] == 'scipy']\n"
        "designs = 'surrogate_app.liquid.data.designs'\n"
        "found += [name for name in (designs, 'joblib') if name in sys.modules]\n"
        "assert not found, found"
    )
    assert result.returncode == 0, result.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


def test_wheel_carries_notebooks_networks_and_template(wheel):
    packaged = wheel / "surrogate_app"
    assert sorted((packaged / "notebooks").glob("*.ipynb"))
    assert {path.name for path in (packaged / "notebooks").glob("*.ipynb")} == {
        path.name for path in NOTEBOOKS
    }
    models = {path.relative_to(ROOT) for path in (ROOT / "pretrained").rglob("*.keras")}
    assert models == {path.relative_to(packaged) for path in packaged.rglob("*.keras")}
    (shared,) = wheel.glob("*.data/data/share/jupyter/voila/templates/surrogate")
    assert {path.name for path in shared.iterdir()} == {path.name for path in TEMPLATE.iterdir()}
    assert (packaged / "app/voila.json").is_file()
    assert (packaged / "py.typed").is_file()


def test_wheel_finds_its_own_files(wheel):
    result = python(
        f"import sys; sys.path.insert(0, {str(wheel)!r})\n"
        "from surrogate_app.common import resources as r\n"
        "print(r.pretrained_dir(), r.notebooks_dir(), r.voila_config_dir(), sep='\\n')",
        PYTHONPATH="",
    )
    assert result.returncode == 0, result.stderr
    packaged = wheel / "surrogate_app"
    assert result.stdout.split() == [
        str(packaged / name) for name in ("pretrained", "notebooks", "app")
    ]


def test_checkout_finds_its_own_files():
    assert resources.pretrained_dir() == ROOT / "pretrained"
    assert resources.notebooks_dir() == ROOT / "notebooks"
    assert (resources.voila_config_dir() / "voila.json").is_file()


def test_missing_files_are_named(tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path)
    with pytest.raises(FileNotFoundError, match=r"folder 'pretrained' is missing.*Install"):
        resources.pretrained_dir()


def test_voila_settings_are_safe():
    text = (resources.voila_config_dir() / "voila.json").read_text()
    settings = json.loads(text)["VoilaConfiguration"]
    assert settings["show_tracebacks"] is False
    assert settings["allow_template_override"] == "NO"
    assert not [name for name in settings if name.startswith("file_")]


def test_installed_template_is_that_of_the_checkout():
    installed = Path(sys.prefix) / "share/jupyter/voila/templates/surrogate"
    for path in TEMPLATE.iterdir():
        assert (installed / path.name).read_text() == path.read_text(), (
            "the environment holds an older template: run make test"
        )


def test_templates_name_no_other_host():
    for path in TEMPLATE.iterdir():
        assert not re.search(r"(src|href)=\S*//", path.read_text()), path


def test_repo2docker_reads_the_binder_folder():
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug", str(ROOT)]
    result = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    dockerfile = result.stdout + result.stderr
    assert '--file "binder/environment.yml"' in dockerfile
    assert "RUN ./binder/postBuild" in dockerfile
    assert "requirements" not in dockerfile


def test_badge_opens_a_notebook_of_ours():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"urlpath=([^\s)]+)", text))
    assert paths
    for path in paths:
        voila, render, *notebook = urllib.parse.unquote(path).split("/")
        assert (voila, render) == ("voila", "render")
        assert ROOT.joinpath(*notebook).is_file()


def test_hub_starts_a_notebook_of_ours():
    notebook = re.search(r"@tool (\S+\.ipynb)", (ROOT / "middleware/invoke").read_text())
    assert (ROOT / notebook[1]).is_file()


def test_citation_names_both_papers():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["license"] == PROJECT["project"]["license"]
    assert "version" not in citation, "it stands in surrogate_app/__init__.py alone"
    assert len(citation["references"]) == 2


def test_documents_link_to_files_that_exist():
    """Whoever unpacks the source distribution finds them too."""
    included = PROJECT["tool"]["hatch"]["build"]["targets"]["sdist"]["include"]
    always = ("README.md", "LICENSE")
    for document in ("README.md", "CONTRIBUTING.md"):
        text = (ROOT / document).read_text(encoding="utf-8")
        links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if ":" not in link]
        assert links
        for link in (document, *links):
            assert (ROOT / link).is_file(), link
            assert link in always or f"/{link.split('/')[0]}" in included, link


def test_contributors_are_told_of_every_design_and_model():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[\w-]+", text))
    assert words >= {*electrolyte.DESIGNS, *liquid.DESIGNS}
    assert words >= {
        *Surrogate.available(),
        *InverseSurrogate.available(),
        *LEAST_SQUARES,
        *STUDIES,
    }


def make_venv(tmp_path, **environment):
    return subprocess.run(
        ["sh", ROOT / ".ci/make-venv.sh", tmp_path / "venv", "requirements-app.lock"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]} | environment,
        capture_output=True,
        text=True,
    )


def stub(folder, name, script):
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_set_up_asks_for_a_newer_python(tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("sh", "printf"):
        (tools / name).symlink_to(shutil.which(name))
    stub(tools, "python3", "exit 1")
    result = make_venv(tmp_path, PATH=str(tools))
    assert result.returncode == 1
    assert "needs Python 3.10 or newer" in result.stderr
    named = make_venv(tmp_path, PYTHON=str(tools / "python3"))
    assert named.returncode == 1
    assert "is not a Python of version 3.10 or newer" in named.stderr


def test_set_up_asks_for_venv(tmp_path):
    without = stub(tmp_path, "python", 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac')
    result = make_venv(tmp_path, PYTHON=str(without))
    assert result.returncode == 1
    assert "lacks the module venv" in result.stderr


def test_without_chromium_a_sentence_says_how_to_get_it(tmp_path):
    result = subprocess.run(
        [sys.executable, ROOT / "tests/support/chromium.py"],
        env=os.environ | {"CHROMIUM": str(tmp_path / "none")},
        capture_output=True,
        text=True,
    )
    assert result.returncode == 1
    assert "apt-get install chromium" in result.stderr
