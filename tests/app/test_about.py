"""What pages say of themselves."""

import pytest
import yaml

from surrogate_app import __version__
from surrogate_app.app.about import about
from surrogate_app.app.electrolyte.page import PAPER as ELECTROLYTE_PAPER
from surrogate_app.app.liquid.page import PAPER as LIQUID_PAPER


def test_it_names_version_licence_and_a_citation_that_can_be_copied():
    text = about("@article{a<b}")
    for part in (f"surrogate-app {__version__}", "Apache-2.0", "@software{surrogate-app,"):
        assert part in text
    assert "@article{a&lt;b}" in text
    assert 'data-sa-copy="#sa-citation"' in text


@pytest.mark.parametrize(("paper", "number"), [(ELECTROLYTE_PAPER, 0), (LIQUID_PAPER, 1)])
def test_papers_are_cited_as_in_the_citation_file(root, paper, number):
    text = (root / "CITATION.cff").read_text(encoding="utf-8")
    reference = yaml.safe_load(text)["references"][number]
    words = " ".join(paper.split())
    assert reference["title"] in words
    assert str(reference["year"]) in words
    for author in reference["authors"]:
        assert author["family-names"] in words
