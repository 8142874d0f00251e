"""The report on sensitivity says what the shipped model finds."""

import pytest

pytest.importorskip("matplotlib", reason="the report draws with matplotlib: extra 'report'")

from surrogate_app.electrolyte import Surrogate, sensitivity
from surrogate_app.electrolyte.data.reference import load_reference
from surrogate_app.reports import drawing
from surrogate_app.reports.electrolyte.sensitivity import (
    PLACES,
    SPREAD,
    SYSTEMS,
    on_moving_bins,
    positions_of_reference,
    sensitivities,
)


@pytest.fixture(scope="module")
def section(tmp_path_factory):
    """Text of the section and its only figure."""
    figures = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(drawing, "save", lambda figure, _docs, _name: figures.append(figure))
        text = sensitivities(tmp_path_factory.mktemp("docs"))
    (figure,) = figures
    return text, figure


def test_the_table_holds_the_shares_of_the_default_model(section):
    text, figure = section
    for key, column in (("low", 3), ("high", 7)):
        found = sensitivity(Surrogate.load(), SYSTEMS[key], SPREAD, list(PLACES.values()))
        for index, name in enumerate(PLACES):
            (line,) = [line for line in text.splitlines() if line.startswith(f"| {name} |")]
            shares = [f"{100 * found.first_order[one][index]:.1f}" for one in SPREAD]
            assert line.split("|")[column].strip() == ", ".join(shares)
        pies = [
            [(wedge.theta2 - wedge.theta1) / 360.0 for wedge in ax.patches]
            for ax in figure.axes
            if len(ax.patches) == len(SPREAD) + 1
        ]
        for index in range(len(PLACES)):
            shares = [found.first_order[one][index] for one in SPREAD]
            assert any(pie[:2] == pytest.approx(shares, abs=1e-3) for pie in pies)


def test_what_the_text_concludes_is_so():
    found = {
        key: sensitivity(Surrogate.load(), system, SPREAD, list(PLACES.values()))
        for key, system in SYSTEMS.items()
    }
    low, high = (found[key].first_order["d_pos"] for key in ("low", "high"))
    assert min(low[0], high[0]) > 0.99
    assert max(low[1], high[1]) < 0.05
    assert low[2] > 0.6
    assert high[2] < 0.25
    assert 0.4 < low[3] < 0.6
    assert 0.55 < high[3] < 0.75
    moving = [on_moving_bins(Surrogate.load(), system)[1] for system in SYSTEMS.values()]
    assert moving[0] > 0.2
    assert 0.3 < moving[1] < 0.5


def test_positions_of_the_papers_data_are_those_of_its_files():
    reference = load_reference()
    for system, z in zip(reference.systems, reference.z, strict=True):
        assert positions_of_reference(system) == pytest.approx(z, abs=1e-9)
