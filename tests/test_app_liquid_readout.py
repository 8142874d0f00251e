"""What the Lennard-Jones page says of a fit, in numbers and words."""

import numpy as np

from surrogate_app.app.liquid import readout
from surrogate_app.liquid import RDF, InverseSurrogate
from surrogate_app.liquid.examples import load_examples


def test_a_misfit_is_not_called_a_state_outside_the_domain():
    example = load_examples()[0]
    rdf, state = example.rdf, example.state
    odd = RDF(rdf.r, rdf.g * (1.0 + 0.1 * np.sin(20.0 * rdf.r)))
    fit = InverseSurrogate.load().fit(odd, state.density, state.temperature)
    html = readout.results(fit)
    assert not fit.in_domain and fit.misfit > 3.0
    assert "Not reliable" in html and "Outside the domain" not in html
    paper = InverseSurrogate.load("deepilst").fit(rdf, 5.0, state.temperature)
    assert "taught densities from 8" in " ".join(paper.warnings)
    assert "Outside the domain" in readout.results(paper)
