"""A format is one file with a sample: reading, command line and page know it from there."""

import sys

import numpy as np
import pytest
from support.rdf_samples import G, R

from surrogate_app.app.liquid.page import Dashboard
from surrogate_app.cli.main import main
from surrogate_app.liquid.rdf import formats
from surrogate_app.liquid.rdf.format import FORMATS, Format, Sample
from surrogate_app.liquid.rdf.rdf import RDF

TOY = '''"""A toy that writes distances in nm and g between slashes."""

from surrogate_app.liquid.rdf.format import Format
from surrogate_app.liquid.rdf.text import Lines, to_table


def sniff(document):
    return document.body.texts[0] == "TOY"


def read(document):
    rows = document.body.part(1)
    table = to_table(Lines(rows.texts, rows.at, rows.complete), "/")
    table.hints = ["nm"]
    return table


def sample(of):
    return "TOY\\n" + "".join(f"{x:.6f}/{y:.6f}\\n" for x, y in zip(of.r, of.g, strict=True))


TOY = Format("Toy slashes", sniff, read, sample, order=1)
'''


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """Add one file to the package of formats, and let the registry look again."""
    (tmp_path / "toy.py").write_text(TOY)
    monkeypatch.setattr(formats, "__path__", [*formats.__path__, str(tmp_path)])
    monkeypatch.setattr(FORMATS, "_entries", None)
    yield
    sys.modules.pop(f"{formats.__name__}.toy", None)


@pytest.mark.usefixtures("toy")
def test_a_format_that_is_added_as_one_file_is_read():
    assert next(iter(FORMATS)) == "Toy slashes"
    text = FORMATS["Toy slashes"].sample(Sample(R, G[None], 13.7))
    rdf = RDF.read(text.encode())
    assert rdf.format == "Toy slashes"
    np.testing.assert_allclose(rdf.r, R, atol=1e-6)
    np.testing.assert_allclose(rdf.g, G, atol=1e-6)


@pytest.mark.usefixtures("toy")
def test_the_command_line_names_a_format_that_is_added(capsys):
    with pytest.raises(SystemExit):
        main(["fit", "--help"])
    assert "Toy slashes" in " ".join(capsys.readouterr().out.split())


@pytest.mark.usefixtures("toy")
def test_the_page_names_a_format_that_is_added():
    assert "Toy slashes" in Dashboard().controls.formats.value


@pytest.mark.parametrize("name", FORMATS)
def test_the_sample_of_each_format_is_read_as_that_format(name):
    text = FORMATS[name].sample(Sample(R, np.stack([G, G, G]), 13.7, "argon"))
    rdf = RDF.read(text.encode())
    assert (rdf.format, rdf.warnings) == (name, ())
    assert rdf.counted == FORMATS[name].counts
    np.testing.assert_allclose(rdf.r, R, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(rdf.g, G, rtol=1e-5, atol=1e-6)


def test_formats_have_names_and_orders_of_their_own():
    orders = [format.order for format in FORMATS.values()]
    assert len(set(orders)) == len(orders)
    assert all(
        isinstance(format, Format) and format.name == name for name, format in FORMATS.items()
    )
