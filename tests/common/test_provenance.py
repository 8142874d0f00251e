"""The commit that is stored with data and models is that of the code that made them, or none."""

import shutil
import subprocess
from pathlib import Path

import pytest

from surrogate_app.common import provenance

AUTHOR = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")


@pytest.fixture
def checkout(tmp_path):
    """A checkout of something else, into which the package is put without being part of it."""
    (tmp_path / "notes.txt").write_text("theirs\n")
    (tmp_path / "surrogate_app" / "common").mkdir(parents=True)
    shutil.copy(provenance.__file__, tmp_path / "surrogate_app" / "common")
    git(tmp_path, "init", "--quiet")
    commit(tmp_path, "notes.txt")
    return tmp_path


def git(folder, *arguments):
    command = ["git", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


def commit(folder, *paths):
    git(folder, "add", *paths)
    git(folder, *AUTHOR, "commit", "--quiet", "--message", "More")
    return git(folder, "rev-parse", "HEAD").strip()


def test_the_commit_of_another_project_around_the_package_is_not_taken_for_ours(checkout):
    assert provenance._commit(checkout / "surrogate_app") is None


def test_code_that_differs_from_its_commit_is_told(checkout):
    package = checkout / "surrogate_app"
    ours = commit(checkout, "surrogate_app")
    (checkout / "notes.txt").write_text("of no matter\n")
    assert provenance._commit(package) == ours
    (package / "common" / Path(provenance.__file__).name).write_text("changed\n")
    assert provenance._commit(package) == f"{ours}-dirty"


def test_without_git_there_is_no_commit(monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert provenance.provenance()["commit"] is None
