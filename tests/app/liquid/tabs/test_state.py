"""The tab State shows pressure and energy of the fitted fluid by two ways."""

from dataclasses import replace

import pytest

from surrogate_app.app.liquid.tabs.state import readout
from surrogate_app.app.liquid.tabs.state.state import StateState
from surrogate_app.liquid import InverseSurrogate
from surrogate_app.liquid.analysis.thermodynamics import of_fit
from surrogate_app.liquid.data.examples import load_examples


@pytest.fixture(scope="module")
def fit():
    return InverseSurrogate.load().fit(load_examples()[0].rdf, 13.7, 345.0)


def test_the_open_tab_shows_what_python_gives(fit):
    tab = StateState(None, lambda work: work())
    assert tab.result is None
    tab.follow(fit)
    assert tab.result == of_fit(fit)
    shown = readout.table(tab.result)
    assert shown.count("<tr>") == 6
    for unit in ("MPa", "bar", "kJ/mol", "1/GPa"):
        assert f"<td>{unit}</td>" in shown
    assert "110.3" in shown


def test_what_cannot_be_relied_on_has_none(fit):
    tab = StateState(None, lambda work: work())
    tab.follow(replace(fit, in_domain=False))
    assert tab.result == ()
    assert "can’t be relied on" in readout.table(tab.result)
