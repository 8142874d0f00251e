"""Figures in documents are those that commands wrote."""

import json

import pytest

from surrogate_app.cli import main as cli
from surrogate_app.cli.commands import benchmark
from surrogate_app.common.timing import Figure
from surrogate_app.electrolyte import Surrogate
from surrogate_app.electrolyte.evaluation import benchmark as electrolyte_benchmark
from surrogate_app.electrolyte.evaluation import evaluate as evaluation
from surrogate_app.liquid import InverseSurrogate
from surrogate_app.liquid.evaluation import evaluate as liquid_evaluation
from surrogate_app.liquid.folders import model_dir as liquid_model_dir
from surrogate_app.reports.documents import checkout, replace_section, stored_evaluation
from surrogate_app.reports.highlights import highlights


def document(name):
    """Text of a document in docs/."""
    return (checkout() / "docs" / f"{name}.md").read_text(encoding="utf-8")


def test_a_section_is_replaced_and_the_rest_kept(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("above\n<!-- speed:begin -->\nold\n<!-- speed:end -->\nbelow\n")
    replace_section(path, "speed", "new")
    assert path.read_text() == ("above\n<!-- speed:begin -->\nnew\n<!-- speed:end -->\nbelow\n")


def test_a_missing_section_is_named(tmp_path):
    path = tmp_path / "README.md"
    path.write_text("nothing\n")
    with pytest.raises(ValueError, match=r"README\.md has no section between <!-- speed:begin -->"):
        replace_section(path, "speed", "new")


def test_a_missing_section_is_added_under_its_heading(tmp_path):
    path = tmp_path / "accuracy.md"
    path.write_text("# Accuracy\n")
    for text in ("old", "new"):
        replace_section(path, "gas", text, heading="Gases")
    lines = ["# Accuracy", "", "## Gases", "", "<!-- gas:begin -->", "new", "<!-- gas:end -->"]
    assert path.read_text().splitlines() == lines


@pytest.mark.data
def test_the_readme_shows_what_the_documents_hold(tmp_path):
    assert highlights(checkout()) in (checkout() / "README.md").read_text(encoding="utf-8")
    (tmp_path / "docs").mkdir()
    for name in ("accuracy", "speed"):
        (tmp_path / "docs" / f"{name}.md").write_text(document(name).replace("argon.xvg", "neon"))
    with pytest.raises(ValueError, match=r"speed\.md has no row 'argon"):
        highlights(tmp_path)


@pytest.mark.data
def test_the_document_of_accuracy_shows_the_stored_evaluation_of_the_shipped_models():
    results = stored_evaluation("electrolyte")
    assert set(results["models"]) == set(Surrogate.available())
    assert evaluation.as_table(results) in document("accuracy")


@pytest.mark.data
def test_the_stored_evaluation_is_what_the_shipped_models_score():
    stored = stored_evaluation("electrolyte")
    for name, figures in evaluation.evaluate()["models"].items():
        for key, value in figures.items():
            if key != "midplane_charge":  # rounding errors alone
                assert stored["models"][name][key] == pytest.approx(value, rel=0.02, abs=1e-6), key


@pytest.mark.data
def test_the_document_of_accuracy_shows_the_stored_evaluation_of_the_shipped_liquid_models():
    results = stored_evaluation("liquid")
    assert set(results["models"]) == set(InverseSurrogate.available())
    assert liquid_evaluation.as_table(results) in document("accuracy")


@pytest.mark.data
def test_the_stored_evaluation_of_liquids_is_that_of_the_shipped_weights():
    """Of the inverse models, and of the structure and noise that their fits rest on."""
    measured = stored_evaluation("liquid")["weights_sha256"]
    assert set(measured) == {"structure", "noise", *InverseSurrogate.available()}
    for name, digest in measured.items():
        metadata = json.loads((liquid_model_dir() / f"{name}.json").read_text())
        assert digest == metadata["weights_sha256"], name


def test_a_benchmark_figure_is_told_with_its_ratio(monkeypatch, capsys):
    figures = [Figure("ms per profile", 0.5, "limit", 1.0)]
    monkeypatch.setattr("surrogate_app.electrolyte.evaluation.benchmark.figures", lambda: figures)
    monkeypatch.setattr("surrogate_app.liquid.evaluation.benchmark.figures", list)
    monkeypatch.setattr("surrogate_app.app.benchmark.figures", list)
    monkeypatch.setattr(benchmark, "memory", list)
    assert cli.main(["benchmark"]) == cli.DONE
    assert "| ms per profile | 0.5 | limit | 1 | 0.50 |" in capsys.readouterr().out


@pytest.mark.data
def test_the_document_of_speed_shows_a_benchmark():
    _, _, section = document("speed").partition("<!-- benchmark:begin -->")
    section, _, _ = section.partition("<!-- benchmark:end -->")
    assert "ns per trial move and partner" in section
    assert "`surrogate-app benchmark --write`" in section


def test_benchmarks_of_prediction_and_memory_measure_something():
    for figure in (*electrolyte_benchmark.prediction_time(), *benchmark.memory()):
        assert figure.value > 0.0
        assert figure.reference > 0.0
