"""Binder's steps replayed without Docker: its base, our environment, postBuild, the server."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

BASE = ("jupyterlab", "notebook", "jupyter_server", "ipywidgets", "ipykernel", "tornado")


def binder_environment(root):
    text = (root / "binder/environment.yml").read_text(encoding="utf-8")
    dependencies = yaml.safe_load(text)["dependencies"]
    (python,) = (entry.split("=")[1] for entry in dependencies if str(entry).startswith("python="))
    (pip,) = (entry["pip"] for entry in dependencies if isinstance(entry, dict))
    return python, pip


def base_packages(python):
    """Return what repo2docker installs beneath every repository for this Python."""
    import repo2docker

    folder = Path(repo2docker.__file__).parent / "buildpacks/conda"
    lock = (folder / f"environment.py-{python}-linux-64.lock").read_text(encoding="utf-8")
    return [
        f"{name}=={re.search(rf'/{name}-([0-9.]+)-', lock)[1]}"
        for name in BASE
        if f"/{name}-" in lock
    ]


@pytest.fixture(scope="module")
def image(root, tmp_path_factory):
    """Yield a copy of the repository and the environment that Binder's steps made for it."""
    folder = tmp_path_factory.mktemp("binder")
    python, requirements = binder_environment(root)
    interpreter = f"python{python}"
    if subprocess.run(["sh", "-c", f"{interpreter} --version"], capture_output=True).returncode:
        interpreter = sys.executable
    subprocess.run([interpreter, "-m", "venv", folder / "env"], check=True)
    pip = [folder / "env/bin/python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *base_packages(python)], check=True)
    subprocess.run([*pip, *requirements], check=True)
    repository = folder / "repository"
    repository.mkdir()
    for name in ("binder", "notebooks", "pretrained", "surrogate_app"):
        shutil.copytree(
            root / name, repository / name, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, repository)
    path = f"{folder / 'env/bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    environment.pop("PYTHONPATH", None)
    subprocess.run(["./binder/postBuild"], cwd=repository, env=environment, check=True)
    return repository, environment


def kernels(address, *, connected=False):
    """Return the identifiers of the kernels that run, or of those that a page is connected to."""
    with urllib.request.urlopen(f"{address}api/kernels", timeout=5) as answer:
        return {each["id"] for each in json.load(answer) if each["connections"] or not connected}


def test_image_is_light_and_consistent(image):
    repository, environment = image
    subprocess.run(["python", "-m", "pip", "check"], cwd=repository, env=environment, check=True)
    packages = subprocess.run(
        ["python", "-m", "pip", "list", "--format=freeze"],
        cwd=repository,
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.lower()
    for heavy in ("tensorflow", "keras", "pytest", "matplotlib"):
        assert not re.search(rf"^{heavy}(-cpu)?==", packages, re.MULTILINE)


def test_link_opens_the_dashboard_whose_pages_end_their_kernels(image, browser):
    repository, environment = image
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with (repository / "server.log").open("w") as log:
        server = subprocess.Popen(
            [
                *("jupyter", "notebook", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
                *(f"--port={port}", "--IdentityProvider.token="),
                "--ServerApp.base_url=/user/someone/",
            ],
            cwd=repository,
            env=environment,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}/user/someone/"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}api", timeout=5)
                break
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None
                time.sleep(0.25)
        page = browser.new_page(bypass_csp=False)
        outside, errors, in_use = [], [], set()
        page.on("request", lambda request: outside.append(request.url))
        page.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        for title in ("Ions in a charged slit", "Lennard-Jones parameters"):
            page.goto(f"{address}voila/render/notebooks/index.ipynb", timeout=120_000)
            page.get_by_role("link", name=title).click()
            page.wait_for_selector(
                ".js-plotly-plot .scatterlayer .trace", state="attached", timeout=120_000
            )
            assert page.locator("meta[http-equiv='Content-Security-Policy']").count() == 1
            in_use |= kernels(address, connected=True)
        assert len(in_use) == 2
        here = ("http://127.0.0.1:", "data:", "blob:")
        assert [url for url in outside if not url.startswith(here)] == []
        page.goto("about:blank")
        for _ in range(40):
            if not kernels(address) & in_use:
                break
            time.sleep(0.25)
        assert not kernels(address) & in_use
        assert errors == []
    finally:
        server.terminate()
        server.wait(30)
