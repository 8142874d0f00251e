"""The command line writes to files, pipes and terminals, or says in one line why it can not."""

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from surrogate_app.cli import main as cli
from surrogate_app.electrolyte.simulation import run as simulation
from surrogate_app.electrolyte.surrogate import surrogate
from surrogate_app.liquid.data.examples import examples_dir

SYSTEM = ["--h", "4.8", "--c", "1.5", "--d-pos", "0.415", "--d-neg", "0.63", "--sigma-s", "-0.02"]
ARGON = [str(examples_dir() / "argon.xvg"), "--density", "13.7", "--temperature", "345"]
COMMAND = [sys.executable, "-m", "surrogate_app.cli.main"]


def refused(capsys, *arguments, code=cli.BAD_INPUT):
    """One line in which a command says why it does not run."""
    assert cli.main([str(part) for part in arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("surrogate-app: ")
    assert err.count("\n") == 1
    return err


def run(*arguments, **options):
    """Run a command in a process of its own."""
    return subprocess.run([*COMMAND, *arguments], check=False, **options)


# ---------------------------------------------------------------- files


@pytest.mark.parametrize("command", [["predict"], ["simulate", "electrolyte"]])
def test_files_that_can_not_be_written_are_refused_before_the_work(
    command, capsys, tmp_path, monkeypatch
):
    def never(*_arguments, **_options):
        raise AssertionError("computed, although the results have nowhere to go")

    monkeypatch.setattr(simulation, "simulate", never)
    monkeypatch.setattr(surrogate.Surrogate, "predict", never)
    (tmp_path / "file").touch()
    for path, words in (
        (tmp_path, "is a folder; give the name of a file in it"),
        (tmp_path / "none" / "x.csv", f"there is no folder {tmp_path / 'none'}; make it first"),
        (tmp_path / "file" / "x.csv", "there is no folder"),
    ):
        assert words in refused(capsys, *command, *SYSTEM, "--csv", path)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write everywhere"
)
def test_files_that_may_not_be_written_are_refused(capsys, tmp_path):
    path = tmp_path / "mine.csv"
    path.touch(mode=0o444)
    assert "choose another file" in refused(capsys, "predict", *SYSTEM, "--csv", path)


def test_names_that_no_file_can_have_are_refused(capsys, tmp_path):
    path = tmp_path / ("x" * 300)
    assert "choose another file" in refused(capsys, "predict", *SYSTEM, "--csv", path)


def test_a_file_that_was_there_is_left_alone_when_nothing_can_be_computed(capsys, tmp_path):
    old, new = tmp_path / "old.csv", tmp_path / "new.csv"
    old.write_text("precious")
    for path in (old, new):
        refused(capsys, "predict", *SYSTEM, "--c", "9", "--csv", path)
    assert old.read_text() == "precious"
    assert not new.exists()


def test_links_to_files_that_are_yet_to_be_written_are_followed(capsys, tmp_path):
    link, target = tmp_path / "link.csv", tmp_path / "target.csv"
    link.symlink_to(target)
    refused(capsys, "predict", *SYSTEM, "--c", "9", "--csv", link)
    assert link.is_symlink()
    assert not target.exists()
    assert cli.main(["predict", *SYSTEM, "--csv", str(link)]) == cli.DONE
    assert target.read_text().startswith("# surrogate-app")


def test_fit_does_not_overwrite_what_it_reads(capsys, tmp_path):
    path = tmp_path / "argon.xvg"
    path.write_bytes(Path(ARGON[0]).read_bytes())
    again = tmp_path / ".." / tmp_path.name / "argon.xvg"
    assert "would overwrite" in refused(capsys, "fit", path, *ARGON[1:], "--csv", again)
    assert path.read_bytes() == Path(ARGON[0]).read_bytes()


# ---------------------------------------------------------------- pipes and terminals


def test_a_reader_that_has_seen_enough_ends_a_command_quietly():
    reader, writer = os.pipe()
    os.close(reader)
    try:
        finished = run("predict", *SYSTEM, stdout=writer, stderr=subprocess.PIPE, text=True)
    finally:
        os.close(writer)
    assert finished.returncode == cli.FAILURE
    assert finished.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no device that is full")
def test_a_full_disk_is_told_in_one_line():
    with Path("/dev/full").open("w") as full:
        finished = run("predict", *SYSTEM, stdout=full, stderr=subprocess.PIPE, text=True)
    assert finished.returncode == cli.FAILURE
    assert finished.stderr.count("\n") == 1
    assert "the results could not be written: " in finished.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_terminals_that_lack_letters_get_question_marks(encoding):
    finished = run(
        "fit",
        *ARGON,
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
    )
    assert finished.returncode == cli.DONE, finished.stderr
    assert "epsilon " in finished.stdout.decode(encoding)
    assert "kJ/mol nm?" in finished.stdout.decode(encoding)  # the superscript 6


# ---------------------------------------------------------------- files of the package


@pytest.fixture
def pretrained(tmp_path, monkeypatch):
    """A folder of models in place of the shipped ones, with the default electrolyte model."""
    folder = tmp_path / "electrolyte"
    folder.mkdir()
    for name in ("wallnet.keras", "wallnet.json"):
        (folder / name).write_bytes((surrogate.model_dir() / name).read_bytes())
    monkeypatch.setattr(surrogate, "model_dir", lambda: folder)
    return folder


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("wallnet.keras", b"PK", "wallnet.keras is not the file that wallnet.json describes"),
        ("wallnet.json", b"{oops", "its metadata are no JSON"),
        ("wallnet.json", b"\xff\xfe\xfa", "its metadata are no JSON"),
        ("wallnet.json", b"{}", "wallnet.json is of another version"),
        ("wallnet.json", None, "wallnet.json can't be read"),
        ("wallnet.keras", None, "there is no electrolyte model"),
    ],
)
def test_damaged_models_are_a_failure_and_no_bad_input(file, content, words, capsys, pretrained):
    path = pretrained / file
    path.unlink() if content is None else path.write_bytes(content)
    err = refused(capsys, "predict", *SYSTEM, code=cli.FAILURE)
    assert words in err
    assert "install surrogate-app again" in err


def test_damaged_records_are_a_failure_of_every_command(capsys, monkeypatch):
    from surrogate_app.electrolyte.evaluation import evaluate as evaluation

    monkeypatch.setattr(evaluation, "evaluate", lambda: json.loads("{oops"))
    err = refused(capsys, "evaluate", "electrolyte", code=cli.FAILURE)
    assert "a file that should hold JSON is damaged" in err


def test_a_missing_folder_of_models_is_a_failure(capsys, monkeypatch):
    def missing():
        raise FileNotFoundError("surrogate-app's folder 'pretrained' is missing")

    monkeypatch.setattr(surrogate, "model_dir", missing)
    err = refused(capsys, "predict", *SYSTEM, code=cli.FAILURE)
    assert "folder 'pretrained' is missing" in err


@pytest.mark.usefixtures("pretrained")
def test_models_that_do_not_exist_are_bad_input(capsys):
    assert "choose wallnet" in refused(capsys, "predict", *SYSTEM, "--model", "oracle")


# ---------------------------------------------------------------- g(r) from pipes


def test_fit_reads_the_standard_input(capsys, monkeypatch):
    piped = io.TextIOWrapper(io.BytesIO(Path(ARGON[0]).read_bytes()))
    monkeypatch.setattr(sys, "stdin", piped)
    assert cli.main(["fit", "-", *ARGON[1:], "--json"]) == cli.DONE
    (found,) = json.loads(capsys.readouterr().out)["fits"]
    assert found["rdf"]["name"] == "standard input"
    assert found["numbers"]["sigma"] == pytest.approx(0.341, abs=0.001)


@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="has no such device")
def test_fit_reads_pipes():
    data = Path(ARGON[0]).read_bytes()
    finished = run("fit", "/dev/stdin", *ARGON[1:], input=data, capture_output=True)
    assert finished.returncode == cli.DONE
    assert b"stdin (corresponding)" in finished.stdout
