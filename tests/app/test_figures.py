"""Figures of the pages: one copy of plotly, and their state for the browser."""

import gzip

import numpy as np

from surrogate_app.app.figures import Figure, plotly_library


def test_figures_share_one_copy_of_plotly():
    first, second = (
        Figure(name="a", alt="b", x_title="x", y_title="y", hover="%{x}") for _ in range(2)
    )
    assert first.library is second.library is plotly_library()
    assert len(first._esm) < 10_000
    assert "sendChartToCloud" in first._config["modeBarButtonsToRemove"]


def test_plotly_is_sent_to_a_browser_that_asks_and_is_no_part_of_the_state():
    library, sent = plotly_library(), []
    assert not any(isinstance(value, bytes) for value in library.get_state().values())
    library.send = lambda content, buffers: sent.append((content, buffers))
    try:
        library._asked(library, {"kind": "other"}, [])
        assert sent == []
        library._asked(library, {"kind": "send-source"}, [])
    finally:
        del library.send
    ((content, (packed,)),) = sent
    assert content == {"kind": "source"}
    assert b"as default" in gzip.decompress(packed)


def test_a_figure_answers_a_browser_with_its_present_state():
    figure = Figure(name="a", alt="b", x_title="x", y_title="y", hover="%{x}")
    figure.add_scatter(y=np.arange(3.0))
    figure.data[0].y = np.arange(4.0)
    sent = []
    figure.send = sent.append
    figure._answer(figure, {"kind": "send-state"}, [])
    np.testing.assert_array_equal(figure._widget_data[0]["y"], np.arange(4.0))
    assert sent == [{"kind": "state-sent"}]
