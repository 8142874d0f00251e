"""The noise limit: below it no fit falls, and the default comes close to it."""

import numpy as np
import pytest
from support.liquid_samples import fluid, measured

from surrogate_app.liquid import InverseSurrogate
from surrogate_app.liquid.evaluation.limits import covariances, limits
from surrogate_app.liquid.forward.draws import Draws
from surrogate_app.liquid.rdf.rdf import RDF

STATE = fluid(0.6, 1.8)
RUNS = 40


def draws(counts):
    rdfs = [measured(STATE, counts=counts, seed=seed) for seed in range(RUNS)]
    row = [STATE.c12, STATE.c6, STATE.density, STATE.temperature]
    g = np.array([rdf.g for rdf in rdfs], np.float32)
    return Draws(np.array([row] * RUNS), g, np.arange(RUNS)), rdfs[0].r


@pytest.fixture(scope="module")
def surrogate():
    return InverseSurrogate.load()


@pytest.fixture(scope="module")
def noisy():
    return draws(3e-6)


def test_fits_scatter_as_the_limit_allows_and_little_more(surrogate, noisy):
    systems, r = noisy
    fits = [
        surrogate.fit(RDF(r, g.astype(float)), STATE.density, STATE.temperature) for g in systems.g
    ]
    error = np.log([[fit.c12 / STATE.c12, fit.c6 / STATE.c6] for fit in fits])
    least = covariances(systems, surrogate.forward, surrogate.noise).mean(axis=0)
    scatter = error.T @ error / RUNS
    ratio = np.sqrt(np.diag(scatter) / np.diag(least))
    # level and number of atoms are fitted, too; a quarter is chance
    assert ratio.min() > 0.75
    assert ratio.max() < 2.0


def test_the_limit_falls_with_the_root_of_the_run(surrogate, noisy):
    long = draws(3e-6 / 16.0)[0]
    found = [limits(each, surrogate.forward, surrogate.noise) for each in (noisy[0], long)]
    for name in ("mape_c12", "mape_c6"):
        assert found[0][name] / found[1][name] == pytest.approx(4.0, rel=0.15)
        # forty systems of one error scatter by √(π/2 − 1) / √40 of their mean
        assert found[0][f"{name}_std"] / found[0][name] == pytest.approx(0.12, abs=0.03)
