"""What the Lennard-Jones page says of a fit, in numbers and words."""

from dataclasses import replace

import numpy as np

from surrogate_app.app.liquid import readout
from surrogate_app.liquid import RDF, InverseSurrogate
from surrogate_app.liquid.data.examples import load_examples


def test_a_misfit_is_not_called_a_state_outside_the_domain():
    example = load_examples()[0]
    rdf, state = example.rdf, example.state
    odd = RDF(rdf.r, rdf.g * (1.0 + 0.1 * np.sin(20.0 * rdf.r)))
    fit = InverseSurrogate.load().fit(odd, state.density, state.temperature)
    html = readout.results(fit)
    assert not fit.in_domain
    assert fit.misfit > 3.0
    assert "Not reliable" in html
    assert "Outside the domain" not in html
    paper = InverseSurrogate.load("deepilst").fit(rdf, 5.0, state.temperature)
    assert "trained on densities from 8" in " ".join(paper.warnings)
    assert "Outside the domain" in readout.results(paper)


def test_what_is_less_certain_than_large_is_not_determined():
    example = load_examples()[0]
    fit = InverseSurrogate.load().fit(example.rdf, example.state.density, example.state.temperature)
    assert "not determined" not in readout.results(fit)
    loose = replace(fit, c12_std=2.0 * fit.c12, c6_std=0.5 * fit.c6, correlation=0.0)
    html = readout.results(loose)
    assert html.count("not determined") == 2  # C12, and ε by more than its value
    assert "not determined <small>" not in html
    assert f"± {0.5e3 * fit.c6:.1f}" in html
